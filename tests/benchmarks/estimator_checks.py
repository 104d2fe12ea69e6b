"""All checks of scikit-learn for the three estimators with their default settings: some minutes.

    python tests/benchmarks/estimator_checks.py

Prints how many checks passed, failed, and were skipped because a package is not installed. The tests run the same
checks with few steps.
"""

from __future__ import annotations

import warnings
from collections import Counter

import sklearn
from sklearn.utils.estimator_checks import check_estimator

from minidann.estimators import DANNClassifier, SubspaceAlignment, SubspaceAlignmentClassifier


def main() -> None:
    warnings.simplefilter("ignore")
    print(f"scikit-learn {sklearn.__version__}")
    for model in (DANNClassifier(), SubspaceAlignment(), SubspaceAlignmentClassifier()):
        results = check_estimator(model, on_skip=None, on_fail=None)
        counts = Counter(result["status"] for result in results)
        print(f"{type(model).__name__:28} {dict(counts)}")
        for result in results:
            if result["status"] == "failed":
                print(f"  {result['check_name']}: {result['exception']!r}")


if __name__ == "__main__":
    main()
