"""Speed and memory of the loop in time: 100,000 paths over 33 quarters (goal: 5 s, 2 GB)."""

from __future__ import annotations

import resource
import time

import numpy as np

from capital_loop.models.dynamics import Inputs, simulate

PATHS, QUARTERS = 100_000, 33


def main() -> None:
    rng = np.random.default_rng(1)

    def around(x: float) -> np.ndarray:
        return x * rng.uniform(0.8, 1.2, PATHS)

    inputs = Inputs(
        around(3e9), around(1.0), around(0.7), around(0.6), around(17e9), around(1.0), around(12.0),
        around(16.0), around(2.0),
        around(12e9), around(45e9), around(0.6), around(1e9), around(40e9), around(0.2), around(0.06),
        around(5.0), around(0.7),
        around(8.0),
    )  # fmt: skip
    start = time.perf_counter()
    run = simulate(inputs, QUARTERS)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{PATHS:,} paths x {QUARTERS} quarters: {seconds:.2f} s (goal 5), peak memory {peak:.2f} GB (goal "
        f"2), residual {run.residual:.1e}"
    )


if __name__ == "__main__":
    main()
