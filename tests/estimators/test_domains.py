"""Source and target rows: told apart by sample_domain, and the labels of target rows are never read."""

import re

import numpy as np
import pytest

from minidann.data import DataWarning
from minidann.estimators.domains import accuracy, source_rows, split

X = np.arange(8.0).reshape(4, 2)
DOMAIN = [1, -1, 0, -2]


class Unreadable:
    """A label that nobody may look at."""

    def __eq__(self, other):
        raise AssertionError("read")

    __hash__ = None


@pytest.mark.parametrize("hidden", [-1, "", None, np.nan, 0.5, Unreadable()], ids=repr)
@pytest.mark.parametrize("labels", [("a", "b"), (3, 5)])
def test_any_value_may_stand_for_the_label_of_a_target_row(labels, hidden):
    found = split(X, [labels[0], hidden, labels[1], hidden], DOMAIN)
    assert found.y_source.tolist() == list(labels)
    assert found.y_source.dtype.kind in "iU"
    assert found.x_source.tolist() == X[[0, 2]].tolist()
    assert found.x_target.tolist() == X[[1, 3]].tolist()
    assert found.is_source.tolist() == [True, False, True, False]


def test_all_rows_are_source_in_fit_and_target_afterwards():
    assert split(X, [0, 1, 0, 1]).x_target is None
    assert split(X, [0, 1, 0, 1], X_target=X[:1]).x_target.tolist() == X[:1].tolist()
    assert not source_rows(None, 4).any()
    assert source_rows([0.0, 2.0, -1.0], 3).tolist() == [True, True, False]


def test_zero_and_one_for_source_and_target_are_doubtful():
    with pytest.warns(DataWarning, match="sample_domain: got numbers between 0 and 1: all rows are source rows"):
        assert split(X, [0, 1, 0, 1], [0, 0, 1, 1]).x_target is None
    split(X, [0, 1, 0, 1], [1, 1, 1, 1])  # without a warning, as one source without a target


def test_empty_labels_in_source_rows_raise_a_doubt():
    """Target rows with empty labels, and nothing that says so: a class of its own would be learnt in silence."""
    y = np.array(["a", "b", "a", "b", "", ""])
    with pytest.warns(DataWarning, match="y: got an empty word as the label of 2 source rows"):
        split(np.zeros((6, 2)), y)
    split(np.zeros((6, 2)), y, [1, 1, 1, 1, -1, -1])  # warnings are errors


def test_columns_of_pandas_may_have_missing_labels_in_target_rows():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series([1, None, 0, None], dtype="Int64")
    assert split(X, series, pandas.Series(DOMAIN)).y_source.tolist() == [1, 0]
    words = pandas.Series(["oak", None, "elm", None])
    assert split(X, words, DOMAIN).y_source.tolist() == ["oak", "elm"]


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ([1, 1, -1], "sample_domain: got shape (3,), expected (4,)"),
        ([1, 1, -1, 0.5], "sample_domain: got [1, 1, -1, 0.5], expected whole numbers"),
        ([1, 1, -1, np.nan], "sample_domain: got [1, 1, -1, nan], expected whole numbers"),
        (["source"] * 4, "expected whole numbers, at least 0 for a source row"),
        ([True, True, False, False], "sample_domain: got [True, True, False, False], expected whole numbers"),
        ([-1] * 4, "sample_domain: got no source row"),
    ],
)
def test_bad_domains_are_refused(domain, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        split(X, [0, 1, 0, 1], domain)


def test_two_ways_to_say_the_target_are_refused():
    with pytest.raises(ValueError, match="sample_domain, X_target: got both"):
        split(X, [0, 1, 0, 1], DOMAIN, X)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (None, "requires y to be passed"),
        ([0, 1], "y: got shape (2,), expected (4,)"),
        ([0, 1, None, 1], "y: got 1 missing labels among 2"),
        ([0.5, 1, 0.7, 1], "y: Unknown label type: continuous"),
        (["a", 1, 2, 1], "y: got text and numbers mixed"),
    ],
)
def test_bad_labels_of_source_rows_are_refused(y, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        split(X, y, DOMAIN)


def test_only_source_rows_are_scored():
    predicted = np.array([0, 1, 1, 1])
    assert accuracy([0, None, 0, None], predicted, DOMAIN) == 0.5
    assert accuracy([0, 0, 0, 0], predicted) == 0.25
    assert accuracy([0, None, 0, None], predicted, DOMAIN, [3, 9, 1, 9]) == 0.75
    with pytest.raises(ValueError, match="only source rows are scored"):
        accuracy([0, 0, 0, 0], predicted, [-1] * 4)
    with pytest.raises(ValueError, match=re.escape("sample_weight")):
        accuracy([0, 0, 0, 0], predicted, DOMAIN, [1, 1])
