"""The time of DANNClassifier.fit beside the bare training loop, on 600 points: two moons and two rotated moons.

    python tests/benchmarks/estimator_overhead.py

Prints the seconds of both and the ratio. The two take turns, with seeds of their own, so that other work on the machine
meets both. Both are counted in CPU seconds of this process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from minidann.adapt import TABLES, Training
from minidann.data import DomainPair, moons_pair
from minidann.estimators import DANNClassifier

ROUNDS = 10


def standardised(pair: DomainPair) -> DomainPair:
    """The pair with inputs standardised by the source, as the classifier trains on it."""
    mean, deviation = pair.x_source.mean(0), pair.x_source.std(0)
    names = ("x_source", "x_target", "x_source_test", "x_target_test")
    x = {name: (getattr(pair, name) - mean) / deviation for name in names}
    y = {"y_source": pair.y_source, "y_source_test": pair.y_source_test}
    return DomainPair("standardised", **x, **y)


def seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    fits, loops = [], []
    for seed in range(ROUNDS):
        raw = moons_pair(seed=seed)
        pair, x = standardised(raw), np.concatenate([raw.x_source, raw.x_target])
        y, domain = np.concatenate([raw.y_source, np.full(300, -1)]), np.repeat([1, -1], 300)
        fits.append(seconds(lambda s=seed, x=x, y=y, d=domain: DANNClassifier(random_state=s).fit(x, y, d)))
        loops.append(seconds(lambda s=seed, p=pair: Training(p, TABLES, s).fit().result()))
    ratios = [fit / loop for fit, loop in zip(fits, loops)]
    print(f"fit        {statistics.median(fits):.3f} s (largest {max(fits):.3f} s)")
    print(f"bare loop  {statistics.median(loops):.3f} s (largest {max(loops):.3f} s)")
    print(f"ratio      {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}")


if __name__ == "__main__":
    main()
