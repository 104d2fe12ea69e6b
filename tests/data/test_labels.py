"""Class labels of any kind: one encoder, and a remedy by the cause of a refusal."""

import numpy as np
import pytest
from helpers.frames import Series

import minidann as md
from minidann.data import DomainPair
from minidann.data.labels import Classes, class_labels

KINDS = {
    "1 to k": [1, 2, 3, 1],
    "gaps": [0, 5, 255, 0],
    "negative": [-1, 0, 1, -1],
    "whole floats": [1.0, 2.0, 4.0, 1.0],
    "text": ["cat", "dog", "owl", "cat"],
    "text of NumPy": np.array(["cat", "dog", "owl", "cat"]),
    "text as objects": np.array(["cat", "dog", "owl", "cat"], object),
    "bytes": np.array([b"a", b"b", b"c", b"a"]),
    "whole numbers as objects": np.array([3, 4, 5, 3], object),
    "bytes of a file": np.array([10, 20, 30, 10], np.uint8),
    "big-endian": np.array([1, 2, 3, 1], ">i8"),
    "large": np.array([2**63, 2**63 + 1, 2**63 + 2, 2**63], np.uint64),
    "a series": Series([7, 8, 9, 7]),
    "a series of text": Series(np.array(["x", "y", "z", "x"], object)),
    "a tensor": md.Tensor(np.array([1.0, 2, 3, 1])),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_become_positions_and_come_back(kind):
    y = class_labels("y", KINDS[kind], 4)
    classes = Classes(y)
    positions = classes.positions("y", y)
    assert positions.dtype == np.int64
    assert positions.tolist() == [0, 1, 2, 0]
    given = KINDS[kind].data if kind == "a tensor" else np.asarray(KINDS[kind])
    assert classes.classes_[positions].tolist() == given.tolist()


def test_booleans_stay_booleans():
    classes = Classes(class_labels("y", [True, False], 2))
    assert classes.classes_.dtype == bool
    assert classes.positions("y", np.array([True, False, True])).tolist() == [1, 0, 1]
    assert classes.classes_.dtype == bool
    assert classes.positions("y", np.array([1, 0])).tolist() == [1, 0]


ONE_HOT = np.eye(3, dtype=int)[[0, 1, 2, 0]]
REFUSED = {
    "None": (None, "y: got None, expected an array of labels, one for each example"),
    "a word": ("cats", "y: got 'cats', expected an array of labels"),
    "None inside": ([0, None, 1, 0], "got 1 missing labels among 4, expected none: leave out the examples without"),
    "NaN": ([0.0, np.nan, 1, 0], "got 1 NaN or infinite labels among 4"),
    "NaN beside text": (np.array(["a", np.nan, "b", "a"], object), "got 1 missing labels among 4"),
    "regression": ([0.3, 1.7, 2.2, 9.1], r"got numbers such as 0.3 for labels.*np.digitize\(y, edges\)"),
    "floats beyond whole numbers": ([1e300, 0.0, 1.0, 0.0], "got labels up to 1e.300 as floats.* give integers"),
    "one-hot": (ONE_HOT, r"got shape \(4, 3\).*np.argmax\(y, axis=1\) makes labels of one-hot rows"),
    "several labels": ([[1, 1], [0, 1], [1, 1], [0, 0]], "several labels for one example are not supported"),
    "a column": ([[0], [1], [2], [0]], r"got shape \(4, 1\).*np.ravel\(y\) takes the column out"),
    "a row": ([[0, 1, 2, 0]], r"got shape \(1, 4\).*np.ravel\(y\) takes the row out"),
    "too few": ([0, 1, 2], r"y: got shape \(3,\), expected \(4,\): one label for each example"),
    "one number": (3, r"got shape \(\), expected \(4,\)"),
    "a mixture": (["a", 1, "b", 2], "got text and numbers mixed, 'a' and 1"),
    "a mixture of objects": (np.array(["a", 1, "b", True], object), "got text and numbers mixed"),
    "text and bytes": (["a", b"b", "a", b"b"], "got text and bytes mixed, 'a' and b'b'"),
    "dates": (np.zeros(4, "M8[D]"), r"got dtype datetime64\[D\], expected whole numbers, booleans or text"),
    "complex": (np.ones(4, complex), "got dtype complex128"),
    "objects": ([object()] * 4, "got a label of type object"),
    "a dictionary": ({"a": 1}, "got dict, expected an array or a list"),
    "masked": (np.ma.array([0, 1, 2, 0], mask=[0, 1, 0, 0]), "got 1 masked labels, expected none"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_labels_are_refused_by_their_cause(kind):
    y, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message) as caught:
        class_labels("y", y, 4)
    assert "\n" not in str(caught.value)
    assert "astype(int)" not in str(caught.value)


@pytest.mark.skipif(not hasattr(getattr(np, "dtypes", None), "StringDType"), reason="NumPy 1 has no such text")
def test_the_text_of_numpy_2_is_text():
    words = np.array(["cat", "dog", "owl", "cat"], np.dtypes.StringDType())
    assert class_labels("y", words, 4).tolist() == ["cat", "dog", "owl", "cat"]


def test_the_ways_out_work():
    assert class_labels("y", np.argmax(ONE_HOT, axis=1), 4).tolist() == [0, 1, 2, 0]
    assert class_labels("y", np.ravel([[0], [1], [2], [0]]), 4).tolist() == [0, 1, 2, 0]
    assert class_labels("y", np.digitize([0.3, 1.7, 2.2, 9.1], [1, 2]), 4).tolist() == [0, 1, 2, 2]
    assert class_labels("y", np.array([str(label) for label in ["a", 1, "b", 2]]), 4).tolist() == ["a", "1", "b", "2"]


RNG = np.random.default_rng(0)
X = {name: RNG.normal(size=(12, 2)) for name in ("x_source", "x_target", "x_source_test", "x_target_test")}


def pair_of(source, target, **more):
    return DomainPair("p", **X, y_source=source, y_source_test=source, y_target_test=target, **more)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (np.arange(12) % 10, np.arange(12) % 10 + 1),
        (np.arange(12) % 3, np.arange(12) % 3 + 1),
        (["a", "b"] * 6, ["A", "B"] * 6),
        ([0, 1] * 6, ["0", "1"] * 6),
        ([0, 1] * 6, [1, 2] * 6),
        ([0, 1] * 6, [2, 3] * 6),
    ],
)
def test_domains_that_number_their_classes_differently_are_refused_with_both_lists(source, target):
    for name, labels in (("y_target_test", {"target": target}), ("y_target", {"target": None, "y_target": target})):
        with pytest.raises(ValueError, match=f"{name}: got the classes .*, expected those of y_source: ") as caught:
            pair_of(source, **labels)
        for given in (source, target):
            for label in (given[0], given[1]):
                assert repr(np.asarray(label).item()) in str(caught.value)


def test_a_pair_maps_its_labels_and_gives_them_back():
    labels = np.array(["no", "yes", "maybe"] * 4)
    pair = pair_of(labels, labels[::-1], y_target=labels)
    assert pair.classes_.tolist() == ["maybe", "no", "yes"]
    assert pair.n_classes == 3
    assert pair.classes_[pair.y_source].tolist() == labels.tolist()
    assert pair.classes_[pair.y_target_test].tolist() == labels[::-1].tolist()
    assert pair.classes_[pair.oracle].tolist() == labels.tolist()


def test_labels_from_0_are_their_own_positions():
    pair = pair_of(np.arange(12) % 4, np.arange(12) % 2)
    assert pair.y_source.tolist() == (np.arange(12) % 4).tolist()
    assert pair.classes_.tolist() == [0, 1, 2, 3]


def test_a_class_without_a_source_example_warns_and_does_not_change_the_network():
    from minidann.data import DataWarning

    with pytest.warns(DataWarning, match="no example of class 'c', which the target has; none will be predicted"):
        pair = pair_of(["a", "b"] * 6, ["a", "b", "c"] * 4, y_target=["b", "a", "c"] * 4)
    assert pair.n_classes == 2
    assert pair.classes_.tolist() == ["a", "b", "c"]
    assert pair.y_target_test.tolist() == [0, 1, 2] * 4
    assert pair.target_as_source().n_classes == 3
    assert pair.classes_[pair.target_as_source().y_source].tolist() == ["b", "a", "c"] * 4
