"""Speed of the GSADF statistic at n = 500 against pyexuber (goal: within 5 times)."""

from __future__ import annotations

import time
from collections.abc import Callable

import exuber
import numpy as np

from capital_loop.models.exuberance import minimum_window, statistics

SIZE, GOAL = 500, 5


def best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    y = np.cumsum(np.random.default_rng(1).standard_normal(SIZE))
    window = minimum_window(SIZE)
    ours, theirs = best(lambda: statistics(y)), best(lambda: exuber.radf(y, minw=window, lag=0))
    print(
        f"GSADF, n = {SIZE}: ours {ours * 1e3:.1f} ms, pyexuber {theirs * 1e3:.1f} ms, ratio "
        f"{ours / theirs:.2f} (goal {GOAL})"
    )


if __name__ == "__main__":
    main()
