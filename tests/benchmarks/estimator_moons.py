"""DANNClassifier on two moons and two rotated moons over ten seeds, beside the training of ``minidann moons``.

    python tests/benchmarks/estimator_moons.py

Prints the target accuracy of each: mean, standard deviation and least over the seeds.
"""

from __future__ import annotations

import numpy as np

from minidann.adapt import MOONS, Training
from minidann.data import moons_pair
from minidann.estimators import DANNClassifier

SEEDS = range(10)
CALLS = {"DANNClassifier()": {}, "recipe='moons', standardise=False": {"recipe": "moons", "standardise": False}}


def main() -> None:
    found: dict[str, list[float]] = {name: [] for name in (*CALLS, "minidann moons")}
    for seed in SEEDS:
        pair = moons_pair(rotation=35, seed=seed)
        x, y = pair.x_target_test, pair.y_target_test
        for name, parameters in CALLS.items():
            model = DANNClassifier(random_state=seed, **parameters)
            found[name].append(model.fit(pair.x_source, pair.y_source, X_target=pair.x_target).score(x, y))
        found["minidann moons"].append(Training(pair, MOONS, seed).fit().result().accuracy(x, y))
    for name, scores in found.items():
        print(f"{name:35} {np.mean(scores):.4f} ± {np.std(scores, ddof=1):.4f}, least {min(scores):.3f}")


if __name__ == "__main__":
    main()
