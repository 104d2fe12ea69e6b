"""Weights of source examples, and validation with them, beside exact values and where each one misleads."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier

from minidann.estimators import importance


def _gaussians(n, m, shift, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 1)), rng.standard_normal((m, 1)) + shift


def test_weights_are_the_density_ratio_of_two_gaussians():
    """N(1, 1) / N(0, 1) is exp(x − 1/2). The domains have different numbers of examples."""
    at = np.linspace(-1, 2, 7)[:, None]
    weights = importance.importance_weights(*_gaussians(6000, 3000, 1.0), at)
    assert np.log(weights) == pytest.approx(at[:, 0] - 0.5, abs=0.1)


def test_a_classifier_that_knows_only_the_shares_gives_weights_of_1():
    weights = importance.importance_weights(*_gaussians(30, 15, 1.0), judge=DummyClassifier(strategy="prior"))
    assert weights == pytest.approx(np.ones(30))


def test_no_row_is_weighed_by_a_classifier_that_has_seen_it():
    """The nearest neighbour of a row that it has seen is the row: all weights would be 0."""
    judge = KNeighborsClassifier(1)
    weights = importance.importance_weights(*_gaussians(40, 40, 0.0), judge=judge)
    assert (weights > 0).sum() > 10
    x_source, x_target = _gaussians(40, 40, 0.0)
    assert not importance.importance_weights(x_source, x_target, x_source, judge).any()


def test_a_linear_judge_does_not_see_another_spread_and_an_rbf_judge_does():
    x_source, x_target = np.random.default_rng(0).standard_normal((2, 1500, 1)) * [[[1.0]], [[0.5]]]
    at = np.array([[0.0], [1.5]])
    linear = importance.importance_weights(x_source, x_target, at)
    rbf = importance.importance_weights(x_source, x_target, at, judge="rbf")
    assert linear == pytest.approx([1, 1], abs=0.1)
    assert rbf[0] > 1.5
    assert rbf[1] < 0.3


def test_weights_of_images_single_rows_and_float32():
    x_source, x_target = np.random.default_rng(0).random((2, 9, 4, 4)).astype(np.float32)
    assert importance.importance_weights(x_source, x_target).shape == (9,)
    assert np.isfinite(importance.importance_weights(x_source, x_target[:1], x_source[:2], "rbf")).all()


def test_separate_domains_have_finite_weights():
    weights = importance.importance_weights(*_gaussians(50, 50, 1e6))
    assert np.isfinite(weights).all()
    assert weights.max() < 0.1  # no source example is like the target


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("x_source", np.ones(3)),
        ("x_source", np.ones((0, 1))),
        ("x_target", np.ones((3, 2))),
        ("at", np.ones((3, 2))),
        ("judge", "quadratic"),
        ("judge", DummyClassifier),
    ],
)
def test_wrong_arguments_of_the_weights_are_named(name, wrong):
    right = {"x_source": np.ones((3, 1)), "x_target": np.zeros((3, 1)), "at": None, "judge": "linear"}
    with pytest.raises(ValueError, match=f"^{name}: got"):
        importance.importance_weights(**right | {name: wrong})


def test_weighted_accuracy_by_hand():
    assert importance.importance_weighted_accuracy([True, False, True], [1, 2, 5]) == 0.75
    assert importance.importance_weighted_accuracy([1, 0], np.float32([1, 1])) == 0.5


def test_deep_embedded_validation_by_hand():
    """w L = 2, 0, 2; Cov(w L, w) = Var(w) = 2/9, so η = −1: 4/3 − 4/3 + 1."""
    assert importance.deep_embedded_validation([1, 0, 2], [2, 1, 1]) == pytest.approx(1.0)


def test_equal_weights_need_no_control_variate():
    assert importance.deep_embedded_validation([1.0, 3.0, 5.0], [0.1, 0.1, 0.1]) == pytest.approx(0.3)
    assert importance.deep_embedded_validation([2.0], [3.0]) == 6


def test_the_control_variate_lowers_the_variance():
    """True weights, and the loss 1 where x > 0: its mean on the target N(1, 1) is P(x > 0) = 0.8413."""
    x = np.random.default_rng(0).standard_normal((400, 200))
    weights, losses = np.exp(x - 0.5), (x > 0).astype(float)
    with_variate = [importance.deep_embedded_validation(*row) for row in zip(losses, weights)]
    without = (weights * losses).mean(axis=1)
    assert np.mean(with_variate) == pytest.approx(0.8413, abs=0.02)
    assert np.var(with_variate) < 0.5 * np.var(without)


def test_under_covariate_shift_both_find_the_accuracy_on_the_target():
    """The classifier errs where 0.5 < x < 1.5: P = 0.242 in the source N(0, 1), and 0.383 in the target N(1, 1)."""
    x_source, x_target = _gaussians(5000, 5000, 1.0)
    weights = importance.importance_weights(x_source, x_target)
    wrong = (x_source[:, 0] > 0.5) & (x_source[:, 0] < 1.5)
    assert 1 - wrong.mean() == pytest.approx(0.758, abs=0.01)
    assert importance.importance_weighted_accuracy(~wrong, weights) == pytest.approx(0.617, abs=0.015)
    assert importance.deep_embedded_validation(wrong, weights) == pytest.approx(0.383, abs=0.015)


def test_both_are_blind_where_features_are_alike():
    """The weakness: with all weights 1 both scores are those of the source."""
    correct = np.array([1, 1, 0, 1])
    assert importance.importance_weighted_accuracy(correct, np.ones(4)) == 0.75
    assert importance.deep_embedded_validation(1 - correct, np.ones(4)) == 0.25


@pytest.mark.parametrize("wrong", [[0, 0, 0], [1, -1, 1], [1, 1], [np.inf, 1, 1], [[1, 1, 1]]])
def test_weights_that_weigh_nothing_are_refused(wrong):
    for score in (importance.importance_weighted_accuracy, importance.deep_embedded_validation):
        with pytest.raises(ValueError, match="^weights: got"):
            score([0, 1, 1], wrong)


def test_no_example_is_refused():
    with pytest.raises(ValueError, match="^correct: got no example"):
        importance.importance_weighted_accuracy([], [])
