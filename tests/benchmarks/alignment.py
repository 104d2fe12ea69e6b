"""Subspace Alignment on fifteen shifts: ways to choose d without target labels, with and without standardisation.

    PYTHONPATH=tests python tests/benchmarks/alignment.py [--seeds 5]

Prints the target accuracy, a mean over seeds. The shifts are in ``tests/helpers/shifts.py``. The columns:

- SVM: a linear SVM, trained on the standardised source.
- all: ``SubspaceAlignmentClassifier()``, with all directions: only means and deviations are aligned.
- unscaled: the same with ``standardise=False``, behind a scaler of the source.
- best cv: the best d in cross-validation on the aligned source.
- stable: the best of the d that the bound of the paper allows (``compare.subspace_alignment.choose_d``).
- oracle: the best d by target labels. No method.
"""

from __future__ import annotations

import argparse

import numpy as np
from helpers.shifts import SHIFTS, Shift
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from minidann.compare.subspace_alignment import DIMENSIONS, choose_d
from minidann.estimators import SubspaceAlignmentClassifier


def score(shift: Shift, d: int | None, standardise: bool = True) -> float:
    """The target accuracy with d directions; None: all."""
    model = SubspaceAlignmentClassifier(d=d, standardise=standardise)
    model.fit(shift.x_source, shift.y_source, X_target=shift.x_target)
    return model.score(shift.x_target, shift.y_target)


def scores(shift: Shift) -> dict[str, float]:
    """The target accuracies of all columns."""
    svm = make_pipeline(StandardScaler(), LinearSVC(dual=False)).fit(shift.x_source, shift.y_source)
    most = min(len(shift.x_source) - 1, len(shift.x_target) - 1, shift.x_source.shape[1])
    dimensions = sorted({*(d for d in DIMENSIONS if d < most), most})
    own = StandardScaler().fit_transform(shift.x_source), shift.y_source, StandardScaler().fit_transform(shift.x_target)
    scaler = StandardScaler().fit(shift.x_source)
    scaled = shift._replace(x_source=scaler.transform(shift.x_source), x_target=scaler.transform(shift.x_target))
    return {
        "SVM": svm.score(shift.x_target, shift.y_target),
        "all": score(shift, None),
        "unscaled": score(scaled, None, standardise=False),
        "best cv": score(shift, choose_d(*own, dimensions=dimensions)),
        "stable": score(shift, min(choose_d(*own), most)),
        "oracle": max(score(shift, d) for d in dimensions),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(parser.parse_args().seeds)
    means = []
    for name, made in SHIFTS.items():
        rows = [scores(made(seed)) for seed in seeds]
        if not means:
            print(f"{'':32}" + "".join(f"{column:>10}" for column in rows[0]))
        means.append([np.mean([row[column] for row in rows]) for column in rows[0]])
        print(f"{name:32}" + "".join(f"{mean:10.3f}" for mean in means[-1]), flush=True)
    print(f"{'mean of the shifts':32}" + "".join(f"{mean:10.3f}" for mean in np.mean(means, axis=0)))


if __name__ == "__main__":
    main()
