"""One right call of each public name of ``minidann.compare``."""

from functools import cache

import numpy as np
from helpers.paper_rows import MANY, MISSING
from helpers.right_calls.adapt import SMALL, batch
from helpers.right_calls.data import pair
from helpers.wrong_calls import call

from minidann import compare

WIDE = np.random.default_rng(0).standard_normal((12, 3))
CLASSES = np.arange(12) % 2
SCORES = [[0.5, 0.6], [0.7, 0.8], [0.9, 0.9]]


@cache
def comparison():
    return compare.compare(pair(), SMALL, 0, ("source-only", "dann"))


@cache
def forms():
    return compare.compare_forms(pair(), SMALL, 0, ("features",))


@cache
def form_training():
    return compare.FormTraining(pair(), SMALL, 0, "features")


@cache
def rotated():
    return [row for rows in compare.over_rotations((0, 90), SMALL, (0, 1), quick_moons) for row in rows]


def quick_moons(rotation, seed):
    from minidann.data import moons_pair

    return moons_pair(rotation, n=8, n_test=8, seed=seed)


def aligned():
    return compare.AlignedSVM(2).fit(WIDE, CLASSES, WIDE)


RIGHT = {
    "compare.Bound": lambda: call(compare.Bound, 0.1, 0.5, 0.2, 0.4),
    "compare.bound": lambda: call(compare.bound, comparison().networks["dann"], pair(), "linear", None, 0),
    "compare.conclusion": lambda: call(compare.conclusion, comparison().rows, "by hand"),
    "compare.format_paper_table": lambda: call(compare.format_paper_table, MANY, MISSING, "csv"),
    "compare.published_gap": lambda: call(compare.published_gap, "mnist-mnistm", "v1", "dann"),
    "compare.summarise_paper": lambda: call(compare.summarise_paper, MANY),
    "compare.format_rotations": lambda: call(compare.format_rotations, rotated()),
    "compare.over_rotations": lambda: call(compare.over_rotations, (0.0,), SMALL, (0,), quick_moons, 1),
    "compare.summarise_rotations": lambda: call(compare.summarise_rotations, rotated()),
    "compare.proxy_a_distance": lambda: call(
        compare.proxy_a_distance, WIDE, WIDE + 1, "linear", source_test=WIDE, target_test=WIDE, seed=0
    ),
    "compare.AlignedSVM": lambda: call(compare.AlignedSVM, 2),
    "compare.AlignedSVM.fit": lambda: call(compare.AlignedSVM(2).fit, WIDE, CLASSES, WIDE),
    "compare.AlignedSVM.predict": lambda: call(aligned().predict, WIDE),
    "compare.AlignedSVM.predict_source": lambda: call(aligned().predict_source, WIDE),
    "compare.Comparison": lambda: call(compare.Comparison, **vars(comparison())),
    "compare.FormTraining": lambda: call(compare.FormTraining, pair(), SMALL, 0, "features"),
    "compare.FormTraining.losses": lambda: call(form_training().losses, batch()),
    "compare.FormsComparison": lambda: call(compare.FormsComparison, **vars(forms())),
    "compare.feature_scores": lambda: call(compare.feature_scores, pair(), comparison().networks["dann"], "dann"),
    "compare.pair_recipes": lambda: call(compare.pair_recipes, "mnist-mnistm"),
    "compare.compare": lambda: call(compare.compare, pair(), SMALL, 0, ("source-only",)),
    "compare.compare_forms": lambda: call(compare.compare_forms, pair(), SMALL, 0, ("features",)),
    "compare.format_table": lambda: call(compare.format_table, comparison().rows),
    "compare.gap_covered": lambda: call(compare.gap_covered, *SCORES),
    "compare.gap_interval": lambda: call(compare.gap_interval, *SCORES, 20, 0.9),
    "compare.multiples": lambda: call(compare.multiples, form_training(), batch()),
    "compare.summarise": lambda: call(compare.summarise, comparison().rows),
}
