"""The time of DANNClassifier.fit beside the training loop inside it, on 600 points: two moons and two rotated moons.

    python tests/benchmarks/estimator_overhead.py

Prints the seconds of both, and their ratio. A fit trains with a ``Training`` that counts its own time, so that both are
measured in one call: other work on the machine meets both alike. CPU seconds of this process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from minidann.adapt import Training
from minidann.data import moons_pair
from minidann.estimators import DANNClassifier, dann_classifier

ROUNDS = 10


class TimedTraining(Training):
    """A training that adds up the time of its construction, its steps and its result in ``seconds``."""

    seconds = 0.0

    def __init__(self, *arguments: Any) -> None:
        self._timed(lambda: super(TimedTraining, self).__init__(*arguments))

    def fit(self, *arguments: Any) -> Training:
        return self._timed(lambda: super(TimedTraining, self).fit(*arguments))

    def result(self) -> Any:
        return self._timed(lambda: super(TimedTraining, self).result())

    @staticmethod
    def _timed(run: Callable[[], Any]) -> Any:
        start = time.process_time()
        found = run()
        TimedTraining.seconds += time.process_time() - start
        return found


def main() -> None:
    dann_classifier.Training = TimedTraining  # type: ignore[misc]
    fits, loops = [], []
    for seed in range(ROUNDS):
        pair = moons_pair(seed=seed)
        x = np.concatenate([pair.x_source, pair.x_target])
        y, domain = np.concatenate([pair.y_source, np.full(300, -1)]), np.repeat([1, -1], 300)
        TimedTraining.seconds = 0.0
        start = time.process_time()
        DANNClassifier(random_state=seed).fit(x, y, domain)
        fits.append(time.process_time() - start)
        loops.append(TimedTraining.seconds)
    ratios = [fit / loop for fit, loop in zip(fits, loops)]
    print(f"fit        {statistics.median(fits):.3f} s (largest {max(fits):.3f} s)")
    print(f"bare loop  {statistics.median(loops):.3f} s (largest {max(loops):.3f} s)")
    print(f"ratio      {statistics.median(ratios):.4f}, from {min(ratios):.4f} to {max(ratios):.4f}")


if __name__ == "__main__":
    main()
