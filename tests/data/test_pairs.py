"""A pair refuses bad data before anything trains on it."""

import numpy as np
import pytest

from minidann.data import DomainPair

GOOD = {
    "x_source": np.array([[0.0, 1], [2, 0], [1, 3], [3, 2]]),
    "y_source": np.array([0, 1, 0, 1]),
    "x_target": np.array([[1.0, 1], [3, 3], [2, 4]]),
    "y_target": np.array([0, 1, 1]),
    "x_source_test": np.array([[0.0, 2], [2, 2]]),
    "y_source_test": np.array([0, 1]),
    "x_target_test": np.array([[1.0, 4], [3, 1]]),
    "y_target_test": np.array([1, 0]),
}


def test_a_pair_has_float32_inputs_and_int64_labels():
    pair = DomainPair("toy", **GOOD)
    assert pair.x_source.dtype == pair.x_target.dtype == np.float32
    assert pair.y_source.dtype == pair.oracle.dtype == np.int64
    assert pair.n_classes == 2


def as_bytes(**instead):
    """GOOD with its inputs as bytes."""
    return {name: x.astype(np.uint8) if name.startswith("x") else x for name, x in GOOD.items()} | instead


def test_bytes_stay_the_bytes_that_came():
    arrays = as_bytes()
    pair = DomainPair("toy", **arrays)
    for name in ("x_source", "x_target", "x_source_test", "x_target_test"):
        assert getattr(pair, name) is arrays[name]


def test_the_labelled_target_shares_its_bytes_with_the_pair():
    pair = DomainPair("toy", **as_bytes())
    swapped = pair.target_as_source()
    assert swapped.x_source is swapped.x_target is pair.x_target
    assert swapped.x_source_test is pair.x_source_test
    assert swapped.x_target_test is pair.x_target_test


def test_floats_are_copied():
    x = GOOD["x_source"].astype(np.float32)
    assert not np.shares_memory(DomainPair("toy", **{**GOOD, "x_source": x}).x_source, x)


@pytest.mark.parametrize("argument", ["x_target", "x_source_test", "x_target_test"])
def test_bytes_beside_other_numbers_are_refused(argument):
    for other in (np.float32, np.int64, bool):
        with pytest.raises(ValueError, match=f"{argument}: got dtype {np.dtype(other)}, expected uint8 as in x_source"):
            DomainPair("toy", **as_bytes(**{argument: GOOD[argument].astype(other)}))
    with pytest.raises(ValueError, match=f"{argument}: got dtype uint8, expected float32 as in x_source"):
        DomainPair("toy", **{**GOOD, argument: as_bytes()[argument]})


def test_bytes_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"x_target: got examples of shape \(5,\), expected \(2,\) as in x_source"):
        DomainPair("toy", **as_bytes(x_target=np.zeros((3, 5), np.uint8)))


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("x_source", np.array([[0, np.nan]] * 4), "x_source: got 4 NaN or infinite values among 8"),
        ("x_target", np.array([[0, np.inf]] * 3), "x_target: got 3 NaN"),
        ("y_source", np.array([0, 1, 0]), r"y_source: got shape \(3,\), expected \(4,\)"),
        ("y_source", np.array([1, 1, 1, 1]), "y_source: got only class 1, expected at least two"),
        ("y_source", np.array([0.0, 1.5, 0.0, 1.0]), "y_source: got numbers such as 1.5 for labels, expected classes"),
        ("x_target", np.ones((3, 5)), r"x_target: got examples of shape \(5,\), expected \(2,\) as in x_source"),
        ("x_target", np.ones((0, 2)), r"x_target: got shape \(0, 2\)"),
        ("x_source", np.zeros(4), r"x_source: got shape \(4,\)"),
        ("x_source", [["a", "b"]] * 4, "x_source: got dtype <U1, expected an array of numbers"),
        ("x_source", [["1", "2"]] * 4, "x_source: got dtype <U1, expected an array of numbers"),
        ("x_source", np.ones((4, 2), complex), "x_source: got dtype complex128, expected an array of numbers"),
        ("x_source", np.full((4, 2), 1e300), r"x_source: got values up to 1e\+300, expected values that float32 can"),
        ("x_source", [[1, 2], [3]], "x_source: got list, expected an array of numbers"),
        ("y_target_test", np.array([0, 2]), "y_target_test: got the classes 0, 2, expected those of y_source: 0, 1"),
        ("y_target", np.array([0, 1]), r"y_target: got shape \(2,\), expected \(3,\)"),
    ],
)
def test_bad_data_is_refused_in_one_line_that_names_the_argument(argument, value, message):
    with pytest.raises(ValueError, match=message) as caught:
        DomainPair("toy", **{**GOOD, argument: value})
    assert "\n" not in str(caught.value)


def test_the_labelled_target_takes_the_sources_place():
    swapped = DomainPair("toy", **GOOD).target_as_source()
    np.testing.assert_array_equal(swapped.x_source, GOOD["x_target"])
    np.testing.assert_array_equal(swapped.y_source, GOOD["y_target"])
    np.testing.assert_array_equal(swapped.x_target_test, GOOD["x_target_test"])


def test_a_pair_without_target_labels_has_no_oracle():
    pair = DomainPair("toy", **{name: value for name, value in GOOD.items() if name != "y_target"})
    with pytest.raises(ValueError, match="y_target: .* was made without the labels of its target"):
        assert pair.oracle is not None


def test_a_target_that_lacks_a_class_has_the_classes_of_its_source():
    x = np.arange(12.0).reshape(6, 2)
    pair = DomainPair(
        "three classes",
        x_source=x,
        y_source=[0, 1, 2, 0, 1, 2],
        x_target=x + 1,
        y_target=[0, 0, 0, 0, 0, 0],
        x_source_test=x + 0.25,
        y_source_test=[0, 1, 2, 0, 1, 2],
        x_target_test=x + 0.5,
        y_target_test=[0, 1, 2, 0, 1, 2],
    )
    other = pair.target_as_source()
    assert other.n_classes == 3
    assert other.x_source is pair.x_target
    assert other.y_source.tolist() == [0] * 6
    assert pair.y_source.tolist() == [0, 1, 2, 0, 1, 2]
