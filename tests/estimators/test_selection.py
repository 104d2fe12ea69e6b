"""The scores of predictions without a target label, beside values by hand, and where each one misleads."""

import numpy as np
import pytest

from minidann.estimators import selection

HALF = np.array([[0.5, 0.5], [1.0, 0.0]])  # a guess, and a certain prediction


def test_source_accuracy_counts_right_labels_of_any_kind():
    assert selection.source_accuracy(["a", "b", "a", "b"], ["a", "b", "b", "b"]) == 0.75
    assert selection.source_accuracy([1.0, 2.0], np.array([1, 3])) == 0.5


def test_source_accuracy_refuses_labels_of_two_kinds():
    with pytest.raises(ValueError, match="predicted: got numbers, expected text"):
        selection.source_accuracy(["a", "b"], [0, 1])


def test_log_losses_by_hand():
    found = selection.log_losses(["b", "a", "b"], [[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]], ["a", "b"])
    assert found == pytest.approx([-np.log(0.75), np.log(2), -np.log(2.0**-52)])


def test_a_probability_of_0_costs_the_least_step_of_its_dtype():
    certain = np.eye(2, dtype=np.float32)
    assert selection.log_losses([1, 0], certain, [0, 1]) == pytest.approx(np.full(2, 23 * np.log(2)))
    assert selection.log_losses([7, 0], np.eye(2, dtype=int), [0, 1])[0] == pytest.approx(52 * np.log(2))  # not a class


def test_each_column_needs_its_label():
    with pytest.raises(ValueError, match="classes: got 3 labels, expected 2"):
        selection.log_losses([0, 1], HALF, [0, 1, 2])
    with pytest.raises(ValueError, match="y: got 3 labels, expected 2"):
        selection.log_losses([0, 1, 1], HALF, [0, 1])


def test_entropies_by_hand():
    assert selection.mean_entropy(HALF) == pytest.approx(np.log(2) / 2)
    assert selection.diversity(HALF) == pytest.approx(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25)))
    assert selection.information(HALF) == pytest.approx(0.5623351446 - 0.3465735903)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_information_goes_from_0_to_the_logarithm_of_the_number_of_classes(classes):
    assert selection.information(np.full((5, classes), 1 / classes)) == pytest.approx(0, abs=1e-12)
    assert selection.information(np.eye(classes)) == pytest.approx(np.log(classes))


def test_one_class_has_the_best_entropy_and_no_information():
    one_class = np.repeat([[1.0, 0.0]], 6, axis=0)
    assert selection.mean_entropy(one_class) == 0
    assert selection.diversity(one_class) == 0
    assert selection.information(one_class) == 0


def test_exchanged_classes_have_the_information_of_right_ones():
    right = np.random.default_rng(0).dirichlet([0.3, 0.3, 0.3], 50)
    assert selection.information(right[:, [1, 2, 0]]) == pytest.approx(selection.information(right))


def test_a_guess_has_the_best_diversity():
    assert selection.diversity(np.full((4, 2), 0.5)) > selection.diversity(HALF)


def test_one_example_has_no_information():
    assert selection.information(HALF[:1]) == pytest.approx(0, abs=1e-12)


def test_float32_probabilities_of_many_classes_are_accepted():
    logits = np.random.default_rng(0).standard_normal((20, 1000)).astype(np.float32)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert p.dtype == np.float32
    exact = p.astype(np.float64)
    assert selection.mean_entropy(p) == pytest.approx(-(exact * np.log(exact)).sum(axis=1).mean())


@pytest.mark.parametrize("wrong", [[[0.5, 0.6]], [[1.2, -0.2]], [0.5, 0.5], np.empty((0, 2)), [[np.nan, 1.0]]])
def test_numbers_that_are_no_probabilities_are_refused(wrong):
    with pytest.raises(ValueError, match="^probabilities: got"):
        selection.mean_entropy(wrong)


def test_seed_agreement_is_the_mean_over_pairs_of_runs():
    runs = [["a", "a", "b"], ["a", "b", "b"], ["b", "b", "b"]]
    assert selection.seed_agreement(runs) == pytest.approx((2 / 3 + 1 / 3 + 2 / 3) / 3)


def test_runs_that_are_wrong_alike_agree():
    assert selection.seed_agreement(np.zeros((4, 7), int)) == 1


def test_agreement_needs_two_runs_of_one_length():
    with pytest.raises(ValueError, match="predictions: got .*at least two seeds"):
        selection.seed_agreement([[0, 1]])
    with pytest.raises(ValueError, match="predictions: got 3 labels, expected 2"):
        selection.seed_agreement([[0, 1], [0, 1, 1]])


# the way back ------------------------------------------------------------------------------------------------------

TARGET, SOURCE = np.arange(6.0)[:, None], np.arange(6.0)[:, None] - 0.5
LABELS = np.array([0, 0, 0, 1, 1, 1])


def _nearest(x, y, x_unlabelled):
    """A reverse classifier: the label of the nearest example."""
    assert len(x_unlabelled) == len(SOURCE)
    return lambda new: np.asarray(y)[np.abs(np.asarray(new) - np.asarray(x).T).argmin(axis=1)]


def test_reverse_validation_learns_from_predictions_and_scores_the_source():
    test = np.array([[0.1], [1.9], [3.2], [5.0]])
    assert selection.reverse_validation(_nearest, TARGET, LABELS, SOURCE, test, [0, 0, 1, 1]) == 1
    assert selection.reverse_validation(_nearest, TARGET, LABELS, SOURCE, test, [0, 1, 1, 1]) == 0.75


def test_classes_exchanged_twice_come_back_right():
    """The weakness: a way there and a way back that exchange the classes score 1."""

    def exchanging(x, y, x_unlabelled):
        forth = _nearest(x, y, x_unlabelled)
        return lambda new: 1 - forth(new)

    assert selection.reverse_validation(exchanging, TARGET, 1 - LABELS, SOURCE, TARGET, LABELS) == 1


def test_one_predicted_class_is_not_trained_on():
    def never(x, y, x_unlabelled):
        raise AssertionError("one class is nothing to learn")

    ones = np.full(6, "b")
    score = selection.reverse_validation(never, TARGET, ones, SOURCE, SOURCE, ["a", "b", "b", "a", "a", "b"])
    assert score == 0.5
    assert selection.reverse_validation(never, TARGET[:1], [1], SOURCE, SOURCE, LABELS) == 0.5  # one target row


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("x_source", SOURCE[:0]), ("predicted", LABELS[:3]), ("y_test", LABELS[:3]), ("train", lambda x: x)],
)
def test_a_wrong_part_of_the_way_back_is_named(name, wrong):
    arguments = {
        "train": _nearest,
        "x_target": TARGET,
        "predicted": LABELS,
        "x_source": SOURCE,
        "x_test": SOURCE,
        "y_test": LABELS,
    }
    with pytest.raises((TypeError, ValueError), match=f"^{name}: got"):
        selection.reverse_validation(**arguments | {name: wrong})
