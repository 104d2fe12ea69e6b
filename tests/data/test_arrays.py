"""What an array of examples may be: the same everywhere, and refused by its cause."""

import re
import warnings

import numpy as np
import pytest
from helpers.frames import Frame, Series, TensorOfOthers

import minidann as md
from minidann.data import DomainPair
from minidann.data.arrays import Layout, examples
from minidann.data.labels import class_labels
from minidann.data.pairs import _inputs

ROWS = [[0, 1], [2, 3], [4, 6]]
LIKE = Layout((2,), None, "x_source")


def read_only(array):
    array.setflags(write=False)
    return array


ACCEPTED = {
    "list": ROWS,
    "tuple": tuple(map(tuple, ROWS)),
    "mixed": [[0, 1.0], [np.float32(2), 3], [4, 6]],
    **{dtype: np.array(ROWS).astype(dtype) for dtype in ("i1", "u2", "i8", "u8", "f2", "f4", "f8", "g")},
    **{dtype: np.array(ROWS).astype(dtype) for dtype in (">i4", ">f4", ">f8", "<u2")},
    "read-only": read_only(np.array(ROWS)),
    "not contiguous": np.array([ROWS, ROWS], "f4").T[..., 0].T,
    "reversed twice": np.array(ROWS)[::-1][::-1],
    "masked, nothing masked": np.ma.array(ROWS, mask=False),
    "tensor": md.Tensor(np.array(ROWS, float)),
    "tensor of others": TensorOfOthers(ROWS),
    "data frame": Frame({"a": [0, 2, 4], "b": [1, 3, 6]}),
    "data frame of two dtypes": Frame({"a": np.array([0, 2, 4], object), "b": [1, 3, 6.0]}),
}


@pytest.mark.parametrize("kind", ACCEPTED)
def test_the_same_numbers_come_out(kind):
    array, _ = _inputs("x", ACCEPTED[kind], LIKE)
    assert type(array) is np.ndarray
    assert array.dtype == np.float32
    assert array.dtype.isnative
    np.testing.assert_array_equal(array, np.array(ROWS, np.float32))


def test_booleans_are_numbers():
    array, _ = _inputs("x", [[True, False]], LIKE)
    np.testing.assert_array_equal(array, np.array([[1, 0]], np.float32))


class Sparse:
    nnz, shape = 3, (3, 2)

    def toarray(self):
        return np.array(ROWS)


class OnAnotherDevice:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("can't convert this tensor\nuse .cpu() first")


MASKED = np.ma.array(ROWS, mask=np.array(ROWS) == 3)
REFUSED = {
    "None": (None, "got None, expected an array of numbers"),
    "a file name": ("x.npy", "got 'x.npy', expected an array"),
    "text": ([["a", "b"]] * 3, "such as a is text"),
    "numbers as text": ([["1", "2"]] * 3, r"np.asarray\(x\).astype\(float\) makes numbers"),
    "objects": (np.array([[1, 2], [3, 4]], object), r"np.asarray\(x\).astype\(float\) makes numbers"),
    "None inside": ([[1, None]], "there are missing values; give the missing values a number, or leave their rows out"),
    "an object": ([[1, object()]], "one value is of type object"),
    "ragged": ([[1, 2], [3]], "got list, expected an array of numbers"),
    "complex": (np.ones((3, 2), complex), ".real and .imag are real"),
    "dates": (np.zeros((3, 2), "M8[D]"), r"\(x - x.min\(\)\) / np.timedelta64\(1, 'D'\) makes days"),
    "times": (np.zeros((3, 2), "m8[s]"), r"x / np.timedelta64\(1, 'D'\) makes days"),
    "fields": (np.zeros(3, [("a", float), ("b", int)]), "structured_to_unstructured"),
    "bytes as text": ([[b"a", b"b"]], "is text"),
    "a dictionary": ({"a": [1, 2]}, "got dict, expected an array or a list"),
    "a generator": ((row for row in ROWS), "got generator, expected an array or a list"),
    "a set": ({1, 2}, "got set"),
    "sparse": (Sparse(), r"got a sparse Sparse, expected an array: x_target.toarray\(\) makes one"),
    "a list of sparse": ([Sparse()], "got a list of sparse matrices"),
    "masked": (MASKED, "got 1 masked values, expected none"),
    "a list of masked": (list(MASKED), "got 1 masked values, expected none"),
    "another device": (OnAnotherDevice(), r"got OnAnotherDevice, .*can't convert this tensor use .cpu\(\) first"),
    "a row": ([1.0, 2.0], r"got shape \(2,\), .*np.reshape\(x, \(1, -1\)\) makes one example"),
    "a number": (3.0, r"got shape \(\), expected at least one example"),
    "nothing": (np.ones((0, 2)), r"got shape \(0, 2\), expected at least one example"),
    "no columns": (np.ones((3, 0)), r"got shape \(3, 0\), expected at least one example"),
    "another width": (np.ones((3, 3)), r"got examples of shape \(3,\), expected \(2,\) as in x_source"),
    "NaN": ([[1, np.nan]], "got 1 NaN or infinite values among 2"),
    "infinity": ([[1, np.inf]], "got 1 NaN or infinite values among 2"),
    "huge": ([[1, 1e300]], r"got values up to 1e\+300, expected values that float32 can hold"),
    "a column of text": (
        Frame({"a": [0, 1], "city": ["x", "y"]}),
        "got column 'city' of dtype object, expected numbers",
    ),
    "two columns of a name": (Frame({"a": [0, 1]}, columns=("a", "a")), "got two columns named 'a'"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_by_its_cause(kind):
    x, message = REFUSED[kind]
    with pytest.raises(ValueError, match=message) as caught:
        examples("x_target", x, LIKE)
    assert str(caught.value).startswith("x_target: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_the_ways_out_work():
    assert examples("x", np.asarray([["1", "2"]] * 3).astype(float), LIKE)[0].shape == (3, 2)
    assert examples("x", np.array([[1, 2]], object).astype(float), LIKE)[0].shape == (1, 2)
    dates = np.array([["2020-01-01", "2020-01-03"]], "M8[D]")
    assert examples("x", (dates - dates.min()) / np.timedelta64(1, "D"), LIKE)[0].tolist() == [[0, 2]]
    assert examples("x", np.zeros((3, 2), "m8[s]") / np.timedelta64(1, "D"), LIKE)[0].shape == (3, 2)
    assert examples("x", Sparse().toarray(), LIKE)[0].shape == (3, 2)
    assert examples("x", MASKED.filled(0), LIKE)[0].tolist() == [[0, 1], [2, 0], [4, 6]]
    assert examples("x", np.reshape([1.0, 2.0], (1, -1)), LIKE)[0].shape == (1, 2)
    from numpy.lib.recfunctions import structured_to_unstructured

    fields = np.array([(1, 2)], [("a", float), ("b", int)])
    assert examples("x", structured_to_unstructured(fields), LIKE)[0].tolist() == [[1, 2]]


NAMED = Layout((2,), ("a", "b"), "x_source")


def test_columns_of_the_same_names_come_in_the_order_of_the_source():
    array, columns = examples("x_target", Frame({"b": [1, 3], "a": [0, 2]}), NAMED)
    assert array.tolist() == [[0, 1], [2, 3]]
    assert columns == ("a", "b")


def test_columns_of_other_names_are_refused_by_name():
    with pytest.raises(
        ValueError, match="x_target: got columns with 'c' and without 'b', expected the names of x_source"
    ):
        examples("x_target", Frame({"a": [1], "c": [2]}), NAMED)
    with pytest.raises(ValueError, match="x_target: got columns with 'c', expected"):
        examples("x_target", Frame({"a": [1], "b": [2], "c": [2]}), NAMED)


@pytest.mark.parametrize("x", [[[0, 1]], Frame({0: [0], 1: [1]})])
def test_arrays_without_names_go_by_place(x):
    assert examples("x_target", x, NAMED)[0].tolist() == [[0, 1]]


def test_a_pair_remembers_its_columns():
    rng = np.random.default_rng(0)
    a, b, other, test = rng.normal(size=(4, 12))
    labels = Series(np.arange(12) % 2)
    pair = DomainPair(
        "named",
        x_source=Frame({"a": a, "b": b}),
        y_source=labels,
        x_target=Frame({"b": b, "a": other}),
        x_source_test=Frame({"b": a, "a": b}),
        y_source_test=labels,
        x_target_test=Frame({"b": b, "a": test}),
        y_target_test=labels,
    )
    assert pair.columns == ("a", "b")
    np.testing.assert_array_equal(pair.x_target, np.stack([other, b], 1).astype(np.float32))
    np.testing.assert_array_equal(pair.x_source_test, np.stack([b, a], 1).astype(np.float32))


def test_labels_in_another_order_of_rows_are_refused():
    x = Frame({"a": [0.0, 1, 2, 3], "b": [1.0, 0, 5, 7]}, index=[3, 1, 2, 0])
    y = Series([0, 1, 0, 1], index=[0, 1, 2, 3])
    message = re.escape("y_source.loc[x_source.index] has the same order")
    with pytest.raises(ValueError, match=message):
        DomainPair.from_arrays(x, y, [[0, 1], [3, 4], [5, 6]])


def test_pandas_itself():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [0, 2, 4], "b": pd.array([1, 3, 6], "Int64"), "c": [True, False, True]})
    array, columns = examples("x", frame)
    assert array.tolist() == [[0, 1, 1], [2, 3, 0], [4, 6, 1]]
    assert columns == ("a", "b", "c")
    like = Layout((3,), columns, "x_source")
    np.testing.assert_array_equal(examples("x", frame[["c", "a", "b"]], like)[0], array)
    for column, values in (("b", pd.array([1, None, 6], "Int64")), ("d", [1.0, np.nan, 2])):
        with pytest.raises(ValueError, match="x: got 1 (missing|NaN or infinite) values"):
            examples("x", frame.assign(**{column: values}))
    for values in (["x", "y", "z"], pd.Categorical(["x", "y", "x"]), pd.to_datetime(["2020"] * 3)):
        with pytest.raises(ValueError, match="x: got column 'e' of dtype .*, expected numbers"):
            examples("x", frame.assign(e=values))
    with pytest.raises(ValueError, match=r"x: got shape \(3,\).*np.reshape\(x, \(-1, 1\)\) makes one column"):
        examples("x", frame["a"])
    assert examples("x", np.reshape(frame["a"], (-1, 1)))[0].tolist() == [[0], [2], [4]]
    assert examples("x", frame.astype(object))[0].tolist() == array.tolist()
    with pytest.raises(ValueError, match=r"x: got column 'f' of dtype object.*x\['f'\].astype\(float\) makes numbers"):
        examples("x", frame.assign(f=np.array(["1", "2", "3"], object)).astype({"f": object}))
    one_hot = pd.get_dummies(pd.Series([0, 2, 1]))
    with pytest.raises(ValueError, match=r"np.argmax\(y, axis=1\)"):
        class_labels("y", one_hot, 3)
    assert class_labels("y", np.argmax(one_hot, axis=1), 3).tolist() == [0, 2, 1]
    assert class_labels("y", np.ravel(pd.DataFrame({"y": [0, 2, 1]})), 3).tolist() == [0, 2, 1]


def test_scipy_itself():
    sparse = pytest.importorskip("scipy.sparse")
    for matrix in (sparse.csr_matrix(np.array(ROWS)), sparse.coo_array(np.array(ROWS))):
        with pytest.raises(ValueError, match=r"x: got a sparse .*x.toarray\(\) makes one"):
            examples("x", matrix)
        assert examples("x", matrix.toarray())[0].shape == (3, 2)


def test_nothing_of_it_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("i8", "f2", "g", "tensor of others"):
            examples("x", ACCEPTED[kind])
