"""How far each rule's choice of λ lies below the oracle's, on seven pairs.

python tests/benchmarks/choosing.py [PAIR …] [--seeds 5] [--seed 0] [--jobs 2] [--out DIR]

Each pair: 8 values of λ (moons) or 5 (digits), one setting for all seeds. In shares-70 and shares-90, moons at 35°, 70
and 90 % of the target are of class 1, of the source 50 %. All pairs take about half an hour on one free core. With
--out the rows of each pair are kept in DIR; rows that are there already are not computed again.
"""

import argparse
import json
from functools import partial
from pathlib import Path

from minidann.adapt import RECIPES
from minidann.data import digits_pair, moons_pair
from minidann.estimators import choose
from minidann.estimators.choices import Choices
from minidann.estimators.rules import NAMES

MOONS = (0.0, 0.1, 0.2, 0.4, 0.7, 1.5, 3.0, 6.0)
DIGITS = (0.0, 0.1, 0.3, 1.0, 3.0)
REVERSE_STEPS = 1000  # of digits: a third of the steps of the way there


def moons(degrees, seed, share=0.5):
    return moons_pair(degrees, seed=seed, target_share=share)


PAIRS = {
    "moons-35": (partial(moons, 35.0), "moons", MOONS, None),
    "moons-60": (partial(moons, 60.0), "moons", MOONS, None),
    "turned": (partial(digits_pair, "turned"), "digits", DIGITS, REVERSE_STEPS),
    "photo": (partial(digits_pair, "photo"), "digits", DIGITS, REVERSE_STEPS),
    "moons-90": (partial(moons, 90.0), "moons", MOONS, None),
    "shares-70": (partial(moons, 35.0, share=0.7), "moons", MOONS, None),
    "shares-90": (partial(moons, 35.0, share=0.9), "moons", MOONS, None),
}


def measured(name, seeds, jobs, out):
    """The choices on one pair, from the rows in ``out`` if these are there."""
    pair_of, recipe, weights, reverse_steps = PAIRS[name]
    file = None if out is None else out / f"{name}.json"
    if file is not None and file.exists():
        return Choices(json.loads(file.read_text("utf-8")), ("adapt_weight",), NAMES)
    found = choose(
        pair_of, RECIPES[recipe], {"adapt_weight": list(weights)}, seeds, reverse_steps=reverse_steps, jobs=jobs
    )
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found.rows, indent=1), "utf-8")
    return found


def table(measurements):
    """A table in Markdown: for each rule and pair the chosen λ, and in brackets the distance below the oracle."""
    lines = ["| rule | " + " | ".join(measurements) + " |", "|---" * (len(measurements) + 1) + "|"]
    for rule in ("oracle", *NAMES):
        cells = []
        for found in measurements.values():
            choice = found.choice(rule)
            below = "0" if choice.below < 0.0005 else f"−{choice.below:.3f}"
            value = f"{choice.mean:.3f} ± {choice.sd or 0:.3f}" if rule == "oracle" else below
            weight = found.settings[choice.i]["adapt_weight"]
            cells.append(f"{weight:g} ({value}){' ▲' * bool(choice.alarm)}")
        lines.append(f"| {rule} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="*", default=list(PAIRS), metavar="PAIR", help=", ".join(PAIRS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.seeds)
    found = {name: measured(name, seeds, given.jobs, given.out) for name in given.pairs}
    print("\n\n\n".join(map(str, found.values())), end="\n\n\n")
    print(table(found))
