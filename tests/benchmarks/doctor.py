"""How many planted failures the doctor finds, and how many healthy runs it accuses: python tests/benchmarks/doctor.py

Each failure is planted in three ways (tests/planted.py) and looked at from --seeds seeds after some steps of training.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.planted import FAILURES, WAYS, healthy, plant

from minidann.adapt import MOONS, RECIPES, Training
from minidann.data import digits_pair, moons_pair
from minidann.probe.doctor import diagnose

STEPS = (60, 400)  # of the planted runs; at 0 a λ that rises by its ramp has done no harm yet


def planted(seeds):
    for failure in FAILURES:
        for way in WAYS:
            found, also = 0, Counter()
            for seed in tqdm(range(seeds), desc=f"{failure}, {way}", disable=None, leave=False):
                for steps in STEPS:
                    names = diagnose(*plant(failure, way, seed, steps)).names
                    found += failure in names
                    also.update(name for name in names if name != failure)
            others = ", ".join(f"{name} ({n})" for name, n in also.items())
            print(
                f"{failure:24} {way:9} found {found} of {seeds * len(STEPS)}" + f"; also named: {others}" * bool(also)
            )


def unharmed(seeds):
    for way in WAYS:
        stages = (0, 60, 400)
        looks = [(seed, steps) for seed in range(seeds) for steps in stages]
        accused = sum(not diagnose(*healthy(way, *look)).healthy for look in tqdm(looks, disable=None, leave=False))
        print(f"{'healthy':24} {way:9} accused {accused} of {len(looks)}")
    runs = {
        "moons, to its end": (lambda seed: Training(moons_pair(seed=seed), MOONS, seed), (0, 100, 1000, 4000)),
        "digits, to its end": (
            lambda seed: Training(digits_pair("turned", seed), replace(RECIPES["digits"], steps=600), seed),
            (0, 100, 600),
        ),
    }
    for name, (begin, stages) in runs.items():
        accused = 0
        for seed in tqdm(range(seeds), desc=name, disable=None, leave=False):
            training = begin(seed)
            for stage in stages:
                while training.step_count < stage:
                    training.step()
                accused += not diagnose(training, training.next_batch()).healthy
        print(f"{name:34} accused {accused} of {seeds * len(stages)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    with threadpool_limits(1):
        unharmed(parser.parse_args().seeds)
        planted(parser.parse_args().seeds)
