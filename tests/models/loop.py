"""An example of the inputs of the loop through time, for every test that needs one."""

from __future__ import annotations

from capital_loop.models.dynamics import Inputs

LOOP = Inputs(
    revenue=3e9, growth=1.0, fade=0.7, other_costs=0.6, cash=17e9, capacity=1.5, capacity_target=10.0,
    ramp=16.0, delay=2.0, price=12e9, capex=45e9, chip_share=0.6, running_cost=1e9, funding=20e9,
    vendor_share=0.2, interest=0.06, loan_years=5.0, chip_margin=0.7, life=8.0,
)  # fmt: skip
