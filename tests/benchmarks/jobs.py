"""16 seeds × 5 λ of DANN on moons by two workers beside one; and the cost of 100 seeds × 20 λ on four pairs.

    python tests/benchmarks/jobs.py          # the ratio: some two minutes on two free cores
    python tests/benchmarks/jobs.py --cost   # the CPU seconds of one training on each of four pairs: some two minutes

One worker is this process; two workers are processes that start anew in each round. The two take turns, so that other
work on the machine meets both. The ratio is of wall seconds with the start of the workers: it needs two free cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import replace
from functools import partial

from joblib.externals.loky import get_reusable_executor

from minidann._jobs import in_order, in_parallel
from minidann.adapt import RECIPES
from minidann.compare import compare
from minidann.data import digits_pair, moons_pair
from minidann.estimators import choose

SEEDS, WEIGHTS = range(16), (0.0, 0.1, 0.3, 1.0, 3.0)
PAIRS = {
    "moons at 35°": (partial(moons_pair, 35.0), "moons"),
    "moons at 60°": (partial(moons_pair, 60.0), "moons"),
    "turned digits": (partial(digits_pair, "turned"), "digits"),
    "photo digits": (partial(digits_pair, "photo"), "digits"),
}
RULES = ("information", "source_accuracy")  # of the page; its third rule compares seeds, and trains nothing
CLUSTER_SEEDS, CLUSTER_WEIGHTS = 100, 20


def target_accuracy(task):
    seed, weight = task
    recipe = replace(RECIPES["moons"], adapt_weight=weight)
    return compare(moons_pair(seed=seed), recipe, seed, ["dann"]).rows[0]["target_accuracy"]


def timed(jobs):
    """The accuracies of all runs, the wall seconds, and the CPU seconds of all processes."""
    tasks = [(seed, weight) for seed in SEEDS for weight in WEIGHTS]
    start, worked = time.perf_counter(), sum(os.times()[:4])
    found = list(in_order(in_parallel(target_accuracy, tasks, jobs)))
    seconds = time.perf_counter() - start
    if jobs > 1:
        get_reusable_executor().shutdown()  # the next round starts its workers anew; their CPU seconds are counted now
    return found, seconds, sum(os.times()[:4]) - worked


def ratio(rounds):
    ratios = []
    for _ in range(rounds):
        busy = os.getloadavg()[0]
        (one, alone, cpu), (two, shared, cpu_of_two) = timed(1), timed(2)
        assert one == two  # bit for bit
        ratios.append(alone / shared)
        print(f"one worker {alone:.1f} s, two workers {shared:.1f} s, ratio {ratios[-1]:.2f}; load before {busy:.1f}")
        print(f"CPU seconds {cpu:.1f} and {cpu_of_two:.1f}: on two free cores {2 * cpu / cpu_of_two:.2f} at most")
    print(f"ratio {statistics.median(ratios):.2f}, {len(SEEDS)} seeds × {len(WEIGHTS)} λ, {os.cpu_count()} cores")


def one_trial(pair_of, recipe):
    """One of the trainings of the page on machines, with its scores."""
    choose(lambda seed: pair_of(seed=seed), RECIPES[recipe], {"adapt_weight": [1.0]}, [0], RULES)


def cost():
    total = 0.0
    runs = CLUSTER_SEEDS * CLUSTER_WEIGHTS
    one_trial(*PAIRS["moons at 35°"])  # what a worker loads once is not counted
    for name, (pair_of, recipe) in PAIRS.items():
        start = time.process_time()
        one_trial(pair_of, recipe)
        seconds = time.process_time() - start
        total += runs * seconds
        print(f"{name:14} {seconds:6.2f} s a run, {runs} runs {runs * seconds / 3600:6.2f} h")
    print(f"{len(PAIRS) * runs} runs: {total / 3600:.1f} core hours; by 40 workers {total / 40 / 60:.0f} minutes")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cost", action="store_true")
    arguments = parser.parse_args()
    if arguments.cost:
        cost()
    else:
        ratio(arguments.rounds)


if __name__ == "__main__":
    main()
