"""Speed of the warrant's Monte Carlo: all targets, daily closes to expiry.

Against the time numpy needs to draw the same normals, and against QuantLib's own path generator called from
Python, which only makes the paths.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import QuantLib as ql  # type: ignore[import-untyped]  # noqa: N813

from capital_loop.models.warrants import Plan, Simulation, simulate

GOAL = 3.0
PATHS, YEARS, DAYS = 40_000, 5.0, 1260
SPOT, VOLATILITY, RATE = 165.0, 0.51, 0.037
PLAN = Plan(VOLATILITY, RATE, (200, 280, 360, 440, 520, 600), 0.0, 1.75, 0.6, 0.95, 0.8, 17.5e9)


def best(job: Callable[[], object], times: int = 3) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        took.append(time.perf_counter() - start)
    return min(took)


def normals(paths: int) -> None:
    rng, buffer = np.random.default_rng(1), np.empty((200, DAYS))
    for _ in range(paths // 200):
        rng.standard_normal(out=buffer)


def quantlib(paths: int) -> None:
    today = ql.Date(6, 10, 2025)
    ql.Settings.instance().evaluationDate = today
    clock = ql.Actual365Fixed()
    process = ql.BlackScholesProcess(
        ql.QuoteHandle(ql.SimpleQuote(SPOT)),
        ql.YieldTermStructureHandle(ql.FlatForward(today, RATE, clock)),
        ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), VOLATILITY, clock)),
    )
    draws = ql.GaussianRandomSequenceGenerator(
        ql.UniformRandomSequenceGenerator(DAYS, ql.UniformRandomGenerator(1))
    )
    paths_of = ql.GaussianPathGenerator(process, YEARS, DAYS, draws, False)
    for _ in range(paths):
        paths_of.next().value()


def main() -> None:
    cut = PLAN.tranches(160e6, 6)

    def run() -> Simulation:
        return simulate(cut, SPOT, VOLATILITY, RATE, YEARS, 0.01, paths=PATHS, seed=1, steps=DAYS)

    ours, drawn = best(run), best(lambda: normals(PATHS // 2))
    few = PATHS // 20
    theirs = best(lambda: quantlib(few), 1) * PATHS / few
    found = run()
    print(f"warrant Monte Carlo, {PATHS} paths x {DAYS} days, six targets: {ours:.2f} s")
    print(f"standard error {100 * found.standard_error / found.total:.2f} % of the value (goal 0.2 %)")
    print(
        f"the {PATHS // 2} x {DAYS} normals it draws (the other half are their mirror): {drawn:.2f} s, ratio "
        f"{ours / drawn:.1f} (goal {GOAL:g})"
    )
    print(
        f"QuantLib's path generator from Python, paths only: {theirs:.1f} s, {theirs / ours:.0f} times ours "
        f"(from {few} paths)"
    )


if __name__ == "__main__":
    main()
