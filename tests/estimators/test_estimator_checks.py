"""All checks that scikit-learn has for an estimator. Nothing is expected to fail.

``benchmarks/estimator_checks.py`` runs them with default settings for DANNClassifier too: this takes minutes.
"""

import pytest
from sklearn.utils.estimator_checks import check_estimator

from minidann.estimators import DANNClassifier, SubspaceAlignment, SubspaceAlignmentClassifier

FEW_STEPS = {"DANNClassifier": DANNClassifier(steps=30), "SubspaceAlignment": SubspaceAlignment(1)}
AS_THEY_ARE = {
    "SubspaceAlignment": SubspaceAlignment(),
    "SubspaceAlignmentClassifier": SubspaceAlignmentClassifier(),
}


def check_all(model):
    results = check_estimator(model, on_skip=None)  # skipped: checks with packages that are not installed here
    assert len(results) > 40
    assert {result["status"] for result in results} <= {"passed", "skipped"}
    assert sum(result["status"] == "skipped" for result in results) <= 2


@pytest.mark.parametrize("name", FEW_STEPS)
def test_all_checks_pass(name):
    check_all(FEW_STEPS[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", AS_THEY_ARE)
def test_all_checks_pass_with_default_settings(name):
    check_all(AS_THEY_ARE[name])
