"""A probe of a batch, forward pass and all, as a multiple of a training step: python tests/benchmarks/probe.py"""

from __future__ import annotations

import statistics
import time

from threadpoolctl import threadpool_limits

from minidann.adapt import RECIPES, Training
from minidann.data import digits_pair, moons_pair
from minidann.probe import probe

ROUNDS, REPEATS = 15, 7


def seconds(function, repeats):
    start = time.perf_counter()
    for _ in range(repeats):
        function()
    return (time.perf_counter() - start) / repeats


def main():
    runs = {
        "moons": Training(moons_pair(seed=0), RECIPES["moons"], 0),
        "digits": Training(digits_pair("turned", 0), RECIPES["digits"], 0),
    }
    print(f"{'run':8} {'step (ms)':>10} {'probe (ms)':>11} {'ratio':>7}")
    for name, training in runs.items():
        ratios, steps, probes = [], [], []
        for by in ["node", "layer"] * (ROUNDS // 2 + 1):  # in turns, so that a slow moment of the machine meets both
            steps.append(seconds(training.step, REPEATS))
            looked = seconds(lambda: probe(training.losses(training.next_batch()), training.network, by), REPEATS)  # noqa: B023
            probes.append(looked)
            ratios.append(looked / steps[-1])
        step, looked, ratio = map(statistics.median, (steps, probes, ratios))
        print(f"{name:8} {1e3 * step:10.2f} {1e3 * looked:11.2f} {ratio:7.2f}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
