"""A pair from a labelled source and a target without labels: what is held out, and what stays hidden."""

import numpy as np
import pytest
from helpers.frames import Frame, Series

from minidann.adapt import Recipe, Training
from minidann.compare import compare
from minidann.data import DomainPair

RNG = np.random.default_rng(0)
X, X_TARGET = RNG.normal(size=(40, 3)), RNG.normal(size=(30, 3)) + 1
Y = np.array(["a", "b"])[np.arange(40) % 2]
Y_TARGET = np.array(["a", "b"])[np.arange(30) % 2]


def rows(x):
    return {row.tobytes() for row in np.asarray(x, np.float32)}


def test_a_target_without_any_label_makes_a_pair_that_trains():
    pair = DomainPair.from_arrays(X, Y, X_TARGET)
    assert pair.y_target_test is None
    assert not pair.has_oracle
    with pytest.raises(ValueError, match="y_target: .* was made without the labels of its target"):
        assert pair.oracle is not None
    result = compare(pair, Recipe(steps=5, batch_size=8))
    assert {row["method"] for row in result.rows} == {"source-only", "sa", "dann"}
    assert set(pair.classes_[result.networks["dann"].predict(X_TARGET)]) <= {"a", "b"}


def test_parts_are_held_out_and_share_nothing():
    pair = DomainPair.from_arrays(X, Y, X_TARGET, test_share=0.25)
    assert (len(pair.x_source), len(pair.x_source_test)) == (30, 10)
    assert (len(pair.x_target), len(pair.x_target_test)) == (22, 8)
    assert np.bincount(pair.y_source_test).tolist() == [5, 5]  # from each class alike
    for whole, part, held in ((X, pair.x_source, pair.x_source_test), (X_TARGET, pair.x_target, pair.x_target_test)):
        assert not rows(part) & rows(held)
        assert rows(part) | rows(held) == rows(whole)


def test_a_seed_repeats_the_parts_and_another_does_not():
    one, same, other = (DomainPair.from_arrays(X, Y, X_TARGET, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.x_target, same.x_target)
    np.testing.assert_array_equal(one.x_source_test, same.x_source_test)
    assert rows(one.x_target) != rows(other.x_target)


def test_labels_of_the_target_go_with_its_examples():
    pair = DomainPair.from_arrays(X, Y, X_TARGET, y_target=Y_TARGET)
    of = {row.tobytes(): label for row, label in zip(X_TARGET.astype(np.float32), Y_TARGET)}
    for x, y in ((pair.x_target, pair.oracle), (pair.x_target_test, pair.y_target_test)):
        assert [of[row.tobytes()] for row in x] == pair.classes_[y].tolist()


def test_a_test_set_may_come_by_itself():
    test = RNG.normal(size=(9, 3))
    pair = DomainPair.from_arrays(X, Y, X_TARGET, x_target_test=test, y_target_test=Y_TARGET[:9], name="mine")
    assert rows(pair.x_target) == rows(X_TARGET)
    assert rows(pair.x_target_test) == rows(test)
    assert pair.classes_[pair.y_target_test].tolist() == Y_TARGET[:9].tolist()
    assert pair.name == "mine"
    assert DomainPair.from_arrays(X, Y, X_TARGET, x_target_test=test).y_target_test is None


def test_names_of_columns_are_kept():
    source = Frame(dict(zip("abc", X.T)))
    target = Frame(dict(zip("cba", X_TARGET.T[::-1])))
    pair = DomainPair.from_arrays(source, Series(Y.astype(object)), target)
    assert pair.columns == ("a", "b", "c")
    assert rows(pair.x_target) | rows(pair.x_target_test) == rows(X_TARGET)
    network = Training(pair, Recipe(steps=2, batch_size=8)).fit().result()
    np.testing.assert_array_equal(network.predict(target), network.predict(X_TARGET))


def test_a_class_of_one_example_stays_in_training():
    y = np.array(["a"] * 39 + ["rare"])
    pair = DomainPair.from_arrays(X, y, X_TARGET)
    assert pair.classes_.tolist() == ["a", "rare"]
    assert (pair.y_source == 1).sum() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"test_share": 0}, "test_share: got 0"),
        ({"test_share": 1}, "test_share: got 1"),
        ({"test_share": "a"}, "test_share: got 'a'"),
        ({"seed": -1}, "seed: got -1"),
        ({"y_target_test": [0, 1]}, "y_target_test: got labels without x_target_test"),
        ({"x_target": X_TARGET[:1]}, "x_target: got 1 example, expected at least 2, because a part is held out"),
        ({"x_source": X[:2], "y_source": Y[:2]}, "y_source: got 2 examples of 2 classes, expected more of each"),
        ({"x_target": X_TARGET[:, :2]}, r"x_target: got examples of shape \(2,\), expected \(3,\) as in x_source"),
        ({"y_source": np.where(np.arange(40) > 3, np.nan, 1)}, "y_source: got 36 NaN or infinite labels"),
        ({"y_target": Y_TARGET[:4]}, r"y_target: got shape \(4,\), expected \(30,\)"),
        ({"x_target_test": X_TARGET}, "x_target_test: got 30 examples that are all in x_target"),
        ({"y_target": np.arange(30) % 2}, "y_target: got the classes 0, 1, expected those of y_source: 'a', 'b'"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, message):
    with pytest.raises((ValueError, TypeError), match=message):
        DomainPair.from_arrays(**{"x_source": X, "y_source": Y, "x_target": X_TARGET} | change)
