"""The numbers of the bound on the target error over seeds, where DANN is right and where it fails.

    python tests/benchmarks/bound.py [--seeds 5] [--seed FIRST] [--json FILE] [NAME …]

For each pair NAME, source only and DANN are trained by the recipe of the pair. A line of the page has means ± standard
deviations over seeds: the proxy A-distance of the inputs (the same for both methods) by a linear judge and by one with
an RBF kernel, then the numbers of ``minidann.compare.bound`` with the RBF judge. The rows have both judges' distances.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from minidann.adapt.recipes import RECIPES
from minidann.compare import bound, compare, proxy_a_distance
from minidann.data import DomainPair, digits_pair, moons_pair
from minidann.plots import style

METHODS = ("source-only", "dann")
PAIRS: dict[str, tuple[str, Callable[[int], DomainPair]]] = {
    **{f"moons-{angle}": ("moons", lambda seed, angle=angle: moons_pair(angle, seed=seed)) for angle in (35, 60, 90)},
    "moons-35-shares": ("moons", lambda seed: moons_pair(35, seed=seed, target_share=0.9)),
    "turned": ("digits", lambda seed: digits_pair("turned", seed)),
}
COLUMNS = {  # a number of a row → its heading
    "inputs linear": "distance of the inputs, linear judge",
    "inputs rbf": "of the inputs, RBF judge",
    "features rbf": "of the features, RBF judge",
    "source error": "source error",
    "joint error": "joint error",
    "sum": "sum",
    "target error": "target error",
}


def measure(name: str, seed: int) -> list[dict[str, object]]:
    """A row for each method, with the numbers of COLUMNS."""
    recipe, pair_of = PAIRS[name]
    pair = pair_of(seed)
    inputs = {
        f"inputs {judge}": proxy_a_distance(
            pair.x_source, pair.x_target, judge, source_test=pair.x_source_test, target_test=pair.x_target_test
        )
        for judge in ("linear", "rbf")
    }
    rows = []
    for method, network in compare(pair, RECIPES[recipe], seed, METHODS).networks.items():
        of_judge = partial(bound, network, pair)
        found = of_judge("rbf")
        rows.append(
            {"pair": pair.name, "method": method, "seed": seed}
            | inputs
            | {"features linear": of_judge("linear").divergence, "features rbf": found.divergence}
            | {"source error": found.source_error, "half divergence": max(0.0, found.divergence) / 2}
            | {"joint error": found.joint_error, "sum": found.total, "target error": found.target_error}
        )
    return rows


def page(rows: list[dict[str, object]]) -> str:
    """The table as Markdown: a line for each pair and method."""
    lines = [["pair", "method", *COLUMNS.values()], ["---"] * (2 + len(COLUMNS))]
    for pair, method in dict.fromkeys((row["pair"], row["method"]) for row in rows):
        own = [row for row in rows if (row["pair"], row["method"]) == (pair, method)]
        line = [str(pair), style.SHOWN[str(method)]]
        for column in COLUMNS:
            values = np.array([row[column] for row in own], float)
            line.append(f"{values.mean():.3f}" + (f" ± {values.std(ddof=1):.3f}" if len(values) > 1 else ""))
        lines.append(line)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Measure, write the rows, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[*PAIRS, []], metavar="NAME", help=", ".join(PAIRS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows: list[dict[str, object]] = []
    for name in arguments.names or PAIRS:
        for seed in range(arguments.seed, arguments.seed + arguments.seeds):
            rows += measure(name, seed)
            if arguments.json is not None:
                arguments.json.write_text(json.dumps(rows, indent=1))
    print(page(rows))


if __name__ == "__main__":
    main()
