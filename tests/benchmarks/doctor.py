"""How many planted failures the doctor finds, and how many healthy runs it accuses: python tests/benchmarks/doctor.py

Each failure of tests/helpers/planted.py is planted in three ways, and each of broken.py in one. The sound trainings are
those of planted.py and sound.py. ``--only TEXT`` takes those with this text in their name. ``--short`` looks once a
seed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.broken import BROKEN, LEAST
from helpers.planted import FAILURES, WAYS, healthy, plant
from helpers.sound import SOUND

from minidann.adapt import MOONS, RECIPES, Training
from minidann.data import digits_pair, moons_pair
from minidann.probe.doctor import diagnose

STEPS = (60, 400)  # of the planted runs; at 0 a λ that rises by its ramp has done no harm yet


def to_its_end(begin, last, seed, steps):
    """A run at a share of its last step: ``steps`` in percent."""
    training = begin(seed)
    while training.step_count < last * steps // 100:
        training.step()
    return training, training.next_batch()


def moons(seed):
    return Training(moons_pair(seed=seed), MOONS, seed)


def digits(seed):
    return Training(digits_pair("turned", seed), replace(RECIPES["digits"], steps=600), seed)


SICK = BROKEN | {f"{failure}, {way}": ({failure}, partial(plant, failure, way)) for failure in FAILURES for way in WAYS}
WELL = {name: (make, (0, 60)) for name, make in SOUND.items()}
WELL |= {f"healthy, {way}": (partial(healthy, way), (0, 60, 400)) for way in WAYS}
WELL |= {"moons, to its end": (partial(to_its_end, moons, 4000), (3, 25, 100))}
WELL |= {"digits, to its end": (partial(to_its_end, digits, 600), (0, 17, 100))}


def named(seeds, only, short):
    for name, (right, make) in SICK.items():
        if only not in name:
            continue
        found, also = 0, Counter()
        stages = dict.fromkeys(max(steps, LEAST.get(name, 0)) for steps in STEPS[: 1 if short else None])
        for seed in range(seeds):
            for steps in stages:
                names = diagnose(*make(seed, steps)).names
                found += bool(right & set(names))
                also.update(set(names) - right)
        others = ", ".join(f"{other} ({n})" for other, n in also.items())
        print(f"{name:44} named {found} of {seeds * len(stages)}" + f"; also: {others}" * bool(also), flush=True)


def accused(seeds, only, short):
    for name, (make, stages) in WELL.items():
        if only not in name:
            continue
        looks = [(seed, steps) for seed in range(seeds) for steps in (stages[1:2] if short else stages)]
        found = Counter(failure for look in looks for failure in diagnose(*make(*look)).names)
        print(f"{name:44} accused {sum(found.values())} of {len(looks)} {dict(found) or ''}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    with threadpool_limits(1):
        accused(given.seeds, given.only, given.short)
        named(given.seeds, given.only, given.short)
