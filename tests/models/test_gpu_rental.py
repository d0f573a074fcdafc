"""What the GPU rental model promises, with cases worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy_financial as npf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from capital_loop.models import gpu_rental as gr

# Round numbers so that every line can be checked on paper:
# revenue 2.00 x 0.5 x 8,760 = 8,760; depreciation 12,000 / 6 = 2,000;
# lease 1 kW x 100 x 12 = 1,200; power 1 x 1.25 x 8,760 x 0.10 = 1,095; other 85. Cost 4,380 = half.
BASE = gr.RentalInputs(
    price_per_gpu_hour=2.0,
    utilisation=0.5,
    server_cost=12_000,
    depreciation_years=6,
    power_kw=1.0,
    pue=1.25,
    power_price=0.10,
    lease_per_kw_month=100,
    other_per_year=85,
)


def nothing_or(low: float, high: float) -> st.SearchStrategy[float]:
    """Zero, or a size that occurs: quotients of denormal numbers overflow and say nothing."""
    return st.one_of(st.just(0.0), st.floats(low, high))


@st.composite
def inputs(draw: st.DrawFn) -> gr.RentalInputs:
    number = lambda low, high: draw(st.floats(low, high, allow_nan=False))  # noqa: E731
    return gr.RentalInputs(
        price_per_gpu_hour=number(0.5, 20),
        utilisation=number(0.2, 1.0),
        server_cost=number(5_000, 120_000),
        depreciation_years=number(2, 10),
        power_kw=number(0.5, 3),
        pue=number(1.0, 2.0),
        power_price=number(0.02, 0.3),
        lease_per_kw_month=number(50, 300),
        other_per_year=number(0, 5_000),
    )


class TestOneGpuOneYear:
    def test_golden_case_worked_by_hand(self):
        result = gr.unit_economics(BASE)
        assert result.revenue == pytest.approx(8_760)
        assert result.depreciation == pytest.approx(2_000)
        assert result.lease == pytest.approx(1_200)
        assert result.power == pytest.approx(1_095)
        assert result.total_cost == pytest.approx(4_380)
        assert result.gross_margin == pytest.approx(0.5)

    @given(inputs())
    def test_the_lines_sum_to_the_whole(self, given_inputs):
        result = gr.unit_economics(given_inputs)
        lines = sum(getattr(result, name) for name in gr.COST_LINES)
        assert result.total_cost == pytest.approx(lines)
        assert result.gross_profit + result.total_cost == pytest.approx(result.revenue)
        assert result.cents_per_dollar().sum() == pytest.approx(100)

    @given(inputs(), st.floats(1.01, 3.0))
    def test_margin_rises_with_price_and_life(self, given_inputs, factor):
        margin = gr.unit_economics(given_inputs).gross_margin
        for name in ("price_per_gpu_hour", "depreciation_years"):
            dearer = replace(given_inputs, **{name: getattr(given_inputs, name) * factor})
            assert gr.unit_economics(dearer).gross_margin > margin

    @given(inputs(), st.floats(1.01, 3.0))
    def test_margin_falls_with_every_cost(self, given_inputs, factor):
        margin = gr.unit_economics(given_inputs).gross_margin
        for name in ("server_cost", "power_kw", "power_price", "lease_per_kw_month", "pue"):
            dearer = replace(given_inputs, **{name: getattr(given_inputs, name) * factor})
            assert gr.unit_economics(dearer).gross_margin < margin

    @given(inputs(), st.floats(0.5, 2.0))
    def test_margin_does_not_depend_on_the_currency(self, given_inputs, factor):
        money = ("price_per_gpu_hour", "server_cost", "power_price", "lease_per_kw_month", "other_per_year")
        scaled = replace(given_inputs, **{name: getattr(given_inputs, name) * factor for name in money})
        before, after = (gr.unit_economics(i).gross_margin for i in (given_inputs, scaled))
        assert after == pytest.approx(before, abs=1e-9)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"utilisation": 1.2}, "utilisation is 1.2"),
            ({"utilisation": 0.0}, "utilisation is 0: it must be above 0"),
            ({"pue": 0.9}, "at least 1"),
            ({"depreciation_years": 0}, "depreciation_years is 0: it must be above 0"),
            ({"price_per_gpu_hour": -1}, "must be above 0"),
            ({"server_cost": -1}, "server_cost is -1: it must be at least 0"),
            ({"power_price": float("nan")}, "finite"),
            ({"price_change": -10}, "price_change is -10"),
            ({"price_change": 10}, "looks like percent"),
        ],
    )
    def test_bad_input_is_refused_in_plain_words(self, change, words):
        with pytest.raises(ValueError, match=words):
            replace(BASE, **change)

    def test_implied_price_undoes_the_revenue(self):
        assert gr.implied_price(8_760 * 3, 3) == pytest.approx(1.0)
        with pytest.raises(ValueError, match="gpus is 0"):
            gr.implied_price(1.0, 0)


class TestSolvingForAnInput:
    @pytest.mark.parametrize(
        "name", ["price_per_gpu_hour", "utilisation", "server_cost", "depreciation_years"]
    )
    @pytest.mark.parametrize("target", [0.07, 0.14, 0.35])
    def test_the_solution_gives_the_margin_back(self, name, target):
        value = gr.solve_for_margin(BASE, name, target)
        assert gr.unit_economics(replace(BASE, **{name: value})).gross_margin == pytest.approx(
            target, abs=1e-9
        )

    @pytest.mark.parametrize("name", ["price_per_gpu_hour", "server_cost", "depreciation_years", "power_kw"])
    def test_the_present_margin_gives_the_present_input(self, name):
        assert gr.solve_for_margin(BASE, name, 0.5) == pytest.approx(getattr(BASE, name), rel=1e-9)

    def test_price_by_hand(self):
        # cost 4,380 is 75 % of revenue at a 25 % margin: 5,840 / (0.5 x 8,760) = 1.3333
        assert gr.solve_for_margin(BASE, "price_per_gpu_hour", 0.25) == pytest.approx(4 / 3)

    def test_an_impossible_margin_says_what_is_possible(self):
        with pytest.raises(ValueError, match="the margin runs from"):
            gr.solve_for_margin(BASE, "power_price", 0.9)
        with pytest.raises(ValueError, match="below 1"):
            gr.solve_for_margin(BASE, "server_cost", 1.0)
        with pytest.raises(ValueError, match="there is no such one"):
            gr.solve_for_margin(BASE, "weather", 0.1)


class TestSensitivity:
    def test_widest_swing_first_and_centre_inside(self):
        table = gr.sensitivity(BASE, {"power_price": (0.09, 0.11), "price_per_gpu_hour": (1.0, 3.0)})
        assert list(table["input"]) == ["price_per_gpu_hour", "power_price"]
        assert (table["swing"].diff().dropna() <= 0).all()
        centre = gr.unit_economics(BASE).gross_margin
        between = table[["margin_low", "margin_high"]]
        assert (between.min(axis=1) <= centre).all()
        assert (between.max(axis=1) >= centre).all()

    def test_a_range_of_no_width_has_no_swing(self):
        table = gr.sensitivity(BASE, {"server_cost": (12_000, 12_000)})
        assert table.loc[0, "swing"] == 0

    def test_bounds_the_wrong_way_round(self):
        with pytest.raises(ValueError, match="none may be smaller"):
            gr.sensitivity(BASE, {"server_cost": (2, 1)})


class TestBuildUp:
    def test_golden_case(self):
        # Growth fourfold a year, half a year of waiting: one unit waits for each one billed,
        # so cost doubles: margin 1 - 2 x 0.4 = 0.2.
        assert gr.Ramp(4, 0.5).waiting == pytest.approx(1.0)
        assert gr.ramp_margin(0.6, gr.Ramp(4, 0.5)) == pytest.approx(0.2)

    @pytest.mark.parametrize("ramp", [gr.Ramp(1, 0.5), gr.Ramp(3, 0)])
    def test_no_growth_or_no_gap_leaves_the_margin(self, ramp):
        assert gr.ramp_margin(0.37, ramp) == pytest.approx(0.37)

    @given(st.floats(0.0, 0.8), st.floats(1.1, 5), st.floats(0.01, 1.0))
    def test_the_gap_undoes_the_build_up(self, margin, growth, gap):
        shown = gr.ramp_margin(margin, gr.Ramp(growth, gap))
        assert gr.gap_for_margin(margin, shown, growth) == pytest.approx(gap, rel=1e-6)

    @given(st.floats(0.0, 0.8), st.floats(1.1, 5), st.floats(0.05, 1.0))
    def test_faster_growth_shows_a_lower_margin(self, margin, growth, gap):
        slow, fast = (gr.ramp_margin(margin, gr.Ramp(g, gap)) for g in (growth, growth * 1.2))
        assert fast < slow

    def test_cohorts_and_closed_form_agree(self):
        # Capacity delivered month by month; the part that waits for its payer costs and does not earn.
        delivered = 3 ** (np.arange(240) / 12)
        waiting = delivered[-1] - delivered[-1 - 4]
        billed = delivered[-1] - waiting
        closed = gr.ramp_margin(0.5, gr.Ramp(3, 4 / 12))
        assert 1 - 0.5 * (billed + waiting) / billed == pytest.approx(closed, abs=1e-6)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: gr.Ramp(0.5, 0.1), "at least 1"),
            (lambda: gr.Ramp(2, -1), "at least 0"),
            (lambda: gr.gap_for_margin(0.3, 0.4, 3), "cannot lie above"),
            (lambda: gr.gap_for_margin(0.3, 0.1, 1), "growth_factor is 1: it must be above 1"),
            (lambda: gr.ramp_margin(35, gr.Ramp(2, 1)), "give 35 percent as 0.35"),
        ],
    )
    def test_bad_input_is_refused_in_plain_words(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()


class TestContractsAndAccounts:
    def test_life_margin_by_hand(self):
        # 10 a year against 6.4 for six years and 0.57 before the start: 1 - 38.97 / 60
        assert gr.contract_life_margin(10, 6.4, 0.57, 6) == pytest.approx(0.3505)
        assert gr.contract_life_margin(10, 6.4, 0, 6) == pytest.approx(0.36)

    def test_upfront_drag_by_hand(self):
        assert gr.upfront_drag(10, 0.57, np.e) == pytest.approx(0.057)
        assert gr.upfront_drag(10, 0.57, 1) == 0

    def test_upfront_drag_is_the_short_gap_limit_of_the_build_up(self):
        gap, margin = 1e-4, 0.36
        drag = gr.upfront_drag(10, 6.4 * gap, 3)
        assert gr.ramp_margin(margin, gr.Ramp(3, gap)) == pytest.approx(margin - drag, abs=1e-6)

    def test_taking_out_a_part_with_a_known_margin(self):
        # 50 added for 35; 10 of it at 80 % costs 2; the other 40 cost 33: 17.5 %
        assert gr.remaining_incremental_margin(50, 35, 10, 0.8) == pytest.approx(0.175)

    @given(st.floats(10, 100), st.floats(0.1, 0.8), st.floats(0.1, 0.9))
    def test_the_parts_add_up_again(self, added, margin, share):
        cost = added * (1 - margin)
        rest = gr.remaining_incremental_margin(added, cost, added * share, 0.75)
        assert share * 0.75 + (1 - share) * rest == pytest.approx(margin, abs=1e-9)

    def test_bad_input_is_refused_in_plain_words(self):
        with pytest.raises(ValueError, match="smaller than the whole"):
            gr.remaining_incremental_margin(10, 5, 10, 0.7)
        with pytest.raises(ValueError, match="annual_revenue is 0"):
            gr.contract_life_margin(0, 1, 1, 1)
        with pytest.raises(ValueError, match="at least 1"):
            gr.upfront_drag(1, 1, 0.5)


CONTRACT = gr.FinancedContract(value=500, years=5, capex=200, life_years=5, rate=0.10)


class TestDebt:
    def test_carry_by_hand(self):
        payment = 200 * 0.1 / (1 - 1.1**-5)
        assert CONTRACT.debt_service == pytest.approx(payment)
        assert gr.needed_margin(CONTRACT, 5) == pytest.approx((payment - 40) / 100)

    def test_at_the_margin_needed_debt_is_covered_exactly(self):
        assert gr.debt_coverage(CONTRACT, gr.needed_margin(CONTRACT, 5)) == pytest.approx(1.0)

    @given(st.floats(0.0, 0.15), st.floats(0.1, 1.0), st.floats(50, 400))
    def test_the_margin_that_carries_a_full_debt_returns_its_rate(self, rate, debt_share, capex):
        contract = replace(CONTRACT, rate=rate, debt_share=debt_share, capex=capex)
        margin = gr.needed_margin(replace(contract, debt_share=1.0), contract.years)
        assume(margin < 1)
        assert gr.project_irr(contract, margin) == pytest.approx(rate, abs=1e-6)

    @given(st.floats(0.0, 0.5), st.floats(0.01, 0.3))
    def test_return_rises_with_margin(self, margin, more):
        assert gr.project_irr(CONTRACT, margin + more) > gr.project_irr(CONTRACT, margin)

    @given(st.floats(0.0, 0.15), st.floats(0.005, 0.05))
    def test_dearer_money_needs_a_higher_margin(self, rate, more):
        cheap, dear = (gr.needed_margin(replace(CONTRACT, rate=r), 5) for r in (rate, rate + more))
        assert dear > cheap

    def test_rent_after_the_contract(self):
        assert gr.uncovered_lease(2, 17, 5) == 24
        assert gr.uncovered_lease(2, 4, 5) == 0

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: replace(CONTRACT, rate=6), "looks like percent"),
            (lambda: replace(CONTRACT, years=2.5), "whole number"),
            (lambda: replace(CONTRACT, capex=0), "capex is 0: it must be above 0"),
            (lambda: replace(CONTRACT, debt_share=1.5), "debt_share is 1.5"),
            (lambda: gr.debt_coverage(replace(CONTRACT, debt_share=0), 0.2), "nothing to cover"),
            (lambda: gr.project_irr(CONTRACT, -0.4), "no return"),
            (lambda: gr.uncovered_lease(-1, 1, 1), "annual_lease is -1"),
        ],
    )
    def test_bad_input_is_refused_in_plain_words(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()


class TestWhenItBreaks:
    def test_return_by_hand_and_by_numpy_financial(self):
        # cash 8,760 - 2,380 = 6,380 a year for six years on 12,000
        assert gr.unit_return(BASE) == pytest.approx(npf.irr([-12_000, *[6_380] * 6]))

    @given(inputs(), st.sampled_from(["price_per_gpu_hour", "server_cost"]), st.floats(0.01, 0.4))
    def test_at_the_break_even_value_the_server_returns_what_was_asked(self, given_inputs, name, rate):
        try:
            value = gr.break_even(given_inputs, name, rate)
        except ValueError:
            assume(False)
        moved = replace(given_inputs, **{name: value})
        assume(moved.server_cost > 1)
        assert gr.unit_return(moved) == pytest.approx(rate, abs=1e-6)

    def test_a_server_that_brings_no_cash_loses_everything(self):
        assert gr.unit_return(replace(BASE, price_per_gpu_hour=0.1)) == -1.0

    def test_no_price_is_too_low_for_nothing(self):
        with pytest.raises(ValueError, match="No utilisation"):
            gr.break_even(replace(BASE, price_per_gpu_hour=0.1), "utilisation", 0.05)

    def test_at_the_renewal_price_a_written_off_server_earns_nothing_and_costs_nothing(self):
        at = gr.unit_economics(replace(BASE, price_per_gpu_hour=gr.renewal_price(BASE)))
        assert at.revenue == pytest.approx(at.cash_cost)

    def test_a_gigawatt_carries_what_its_equipment_draws(self):
        assert gr.gpus_per_gigawatt(BASE.power_kw, BASE.pue) == pytest.approx(1e6 / 1.25)


class TestRentsThatMove:
    def test_average_and_return_by_hand(self):
        # over two years of 8,760 and 4,380 the mean is 6,570; cash 6,380 and 2,000 on 12,000
        two = replace(BASE, depreciation_years=2, price_change=-0.5)
        assert gr.price_factor(two) == pytest.approx(0.75)
        assert gr.unit_economics(two).revenue == pytest.approx(6_570)
        assert gr.unit_return(replace(two, server_cost=7_000)) == pytest.approx(
            npf.irr([-7_000, 6_380, 2_000])
        )

    def test_a_part_of_a_year_counts_as_a_part(self):
        half = replace(BASE, depreciation_years=1.5, price_change=-0.5)
        assert gr.price_factor(half) == pytest.approx((1 + 0.5 * 0.5) / 1.5)
        rate = gr.unit_return(replace(half, server_cost=7_000))
        assert 6_380 / (1 + rate) + 1_000 / (1 + rate) ** 1.5 == pytest.approx(7_000)

    def test_a_year_that_does_not_pay_its_running_cost_is_not_run(self):
        fast = replace(BASE, price_change=-0.8)  # 6,380; then 1,752 - 2,380 < 0
        assert gr.unit_return(replace(fast, server_cost=5_000)) == pytest.approx(6_380 / 5_000 - 1)

    @given(inputs(), st.floats(-0.3, 0.0), st.floats(0.01, 0.2))
    def test_the_faster_rents_fall_the_less_is_left(self, given_inputs, change, more):
        slow, fast = (replace(given_inputs, price_change=c) for c in (change, change - more))
        assert gr.unit_return(fast) <= gr.unit_return(slow)
        assert gr.unit_economics(fast).gross_margin <= gr.unit_economics(slow).gross_margin

    @given(st.integers(1, 10), st.floats(0, 0.15), st.floats(0.1, 1.0))
    def test_level_rents_need_what_the_annuity_needs(self, years, rate, share):
        contract = replace(CONTRACT, value=100 * years, years=years, rate=rate, debt_share=share)
        annuity = (contract.debt_service - contract.depreciation) / contract.annual_revenue
        assert gr.needed_margin(contract, years) == pytest.approx(annuity)

    @given(st.integers(1, 10), st.floats(-0.3, 0.1), st.integers(0, 6))
    def test_the_margin_needed_repays_the_debt_to_the_last_dollar(self, years, change, fixed):
        rent = CONTRACT.annual_revenue
        running = rent - CONTRACT.depreciation - gr.needed_margin(CONTRACT, years, change, fixed) * rent
        debt = CONTRACT.capex
        for t in range(years):
            paid = rent * (1 if t < fixed else (1 + change) ** t) - running
            debt = debt * (1 + CONTRACT.rate) - paid
        assert debt == pytest.approx(0, abs=1e-6)

    def test_a_fixed_price_helps_while_it_lasts(self):
        free, fixed = (gr.needed_margin(CONTRACT, 7, -0.1, n) for n in (0, 5))
        assert fixed < free
        assert gr.needed_margin(CONTRACT, 5, -0.1, 5) == pytest.approx(gr.needed_margin(CONTRACT, 5))

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: gr.needed_margin(CONTRACT, 0), "repay_years is 0"),
            (lambda: gr.needed_margin(CONTRACT, 5, -10), "price_change is -10"),
            (lambda: gr.needed_margin(CONTRACT, 5, 0, 1.5), "fixed_years is 1.5"),
            (lambda: gr.uncovered_lease(float("nan"), 1, 1), "annual_lease is nan"),
            (lambda: gr.gpus_per_gigawatt(0, 1.2), "power_kw is 0"),
            (lambda: gr.debt_coverage(CONTRACT, 14), "give 14 percent as 0.14"),
        ],
    )
    def test_bad_input_is_refused_in_plain_words(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()


class TestDebtPath:
    CONTRACT = gr.FinancedContract(value=500, years=5, capex=200, life_years=5, rate=0.1)

    def test_by_hand(self):
        path = gr.debt_path(self.CONTRACT, 0.2)  # cash 100 x 0.2 + 40 = 60 a year, interest 20 in the first
        assert path["interest"].iloc[0] == pytest.approx(20)
        assert path["repaid"].iloc[0] == pytest.approx(40)
        assert path["debt"].iloc[0] == pytest.approx(160)
        assert path["cover"].iloc[0] == pytest.approx(1.0)

    @given(st.floats(-0.3, 0.8), st.integers(1, 5), nothing_or(1e-4, 0.3), nothing_or(1e-3, 1))
    def test_no_dollar_is_lost(self, margin, build, rate, share):
        contract = replace(self.CONTRACT, rate=rate, debt_share=share)
        path = gr.debt_path(contract, margin, build)
        assert path["revenue"].sum() == pytest.approx(500)
        borrowed = share * 200
        assert path["debt"].iloc[-1] == pytest.approx(borrowed - path["repaid"].sum(), abs=1e-9)
        assert (path["debt"] >= -1e-9).all()

    def test_level_payments_at_the_margin_needed_leave_nothing(self):
        needed = gr.needed_margin(self.CONTRACT, 5)
        assert gr.debt_path(self.CONTRACT, needed)["debt"].iloc[-1] == pytest.approx(0, abs=1e-9)
        assert gr.debt_path(self.CONTRACT, needed - 0.05)["debt"].iloc[-1] > 0

    def test_interest_that_cash_does_not_cover_is_owed(self):
        path = gr.debt_path(replace(self.CONTRACT, life_years=100, rate=0.3), -0.1)
        assert (path["debt"].diff().dropna() > 0).all()

    def test_a_build_up_longer_than_the_contract_is_refused(self):
        with pytest.raises(ValueError, match="build_years"):
            gr.debt_path(self.CONTRACT, 0.2, 6)
