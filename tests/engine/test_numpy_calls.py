"""NumPy beside tensors: operators keep the graph; conversions and functions that would lose it are refused."""

import math

import numpy as np
import pytest

import minidann as md
from minidann.engine.backend import to_numpy
from minidann.engine.numpy_calls import REPLACEMENTS

WANTED = md.Tensor(2.0, requires_grad=True)


def _filled(array, key=0):
    def fill(x):
        array[key] = x
        return array

    return fill


# conversions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "convert",
    [
        float,
        int,
        bool,
        math.exp,
        np.float64,
        lambda x: "%.2f" % x,  # noqa: UP031
        _filled(np.zeros(2)),
        _filled(np.zeros(2, np.float32)),
        _filled(np.zeros(2, int)),
        _filled(np.zeros(2, np.uint8)),
        _filled(np.zeros(2, bool)),
        _filled(np.zeros(2, object)[:1].astype(float), slice(None)),
        _filled(np.zeros((2, 2)), (0, slice(None))),
        np.zeros(2).fill,
        lambda x: np.full(2, x),
        lambda x: np.fromiter([x], float),
        lambda x: np.array([x, x]),
        lambda x: np.array([x, x], float),
        lambda x: np.asarray([x]),
        lambda x: np.asarray([[x, 1.0]]),
        lambda x: np.append(np.ones(2), x),
        lambda x: np.put(np.ones(2), 0, x),
    ],
)
@pytest.mark.parametrize("tensor", [WANTED, WANTED * 3.0], ids=["leaf", "graph"])
def test_a_tensor_with_a_gradient_does_not_become_a_number_by_itself(convert, tensor):
    with pytest.raises((TypeError, ValueError)) as error:
        convert(tensor)
    said = f"{error.value} {error.value.__cause__}"  # NumPy puts a message of its own over ours
    assert "graph would be lost" in said
    assert any(way in said for way in ("tensor.item()", "tensor.data", "md.stack"))


def test_the_ways_out_of_the_refusal_work():
    y = WANTED * 3.0
    assert y.item() == 6
    assert md.to_numpy(y).tolist() == y.data.tolist() == 6
    stacked = md.stack([y, WANTED])
    assert md.backprop(stacked.sum())[WANTED] == 4
    assert f"{y:.1f}" == "6.0"


def test_a_tensor_without_a_gradient_is_a_number(xp):
    x, whole = md.Tensor(xp.asarray([2.5])), md.Tensor(xp.asarray(3))
    assert (float(x), int(x), int(whole), bool(x), math.exp(md.Tensor(0.0))) == (2.5, 2, 3, True, 1.0)
    losses = np.zeros(2)
    losses[1] = x
    with md.no_grad():
        losses[0] = WANTED * 2.0
    assert losses.tolist() == [4, 2.5]


def test_to_numpy_takes_a_tensor_and_refuses_what_is_no_number(xp):
    np.testing.assert_array_equal(md.to_numpy(md.Tensor(xp.asarray([1.0, 2.0]), requires_grad=True)), [1, 2])
    for wrong in (None, [[1.0], [1.0, 2.0]], {}, object()):
        with pytest.raises((TypeError, ValueError), match="^array: got "):
            md.to_numpy(wrong)


# functions of NumPy ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REPLACEMENTS)
def test_a_function_of_numpy_names_the_function_that_keeps_the_graph(name):
    ours = getattr(md, REPLACEMENTS[name])
    assert callable(ours)
    x = md.Tensor([1.0, 2.0], requires_grad=True)
    if name in ("concatenate", "stack"):
        arguments = [[x, x]]
    else:
        more = {"clip": 2, "where": 2, "reshape": 1, "broadcast_to": 1, "power": 1, "matmul": 1, "maximum": 1}
        more |= dict.fromkeys(("add", "subtract", "multiply", "divide"), 1)
        arguments = [x, *[1] * more.get(name, 0)]
    with pytest.raises(
        TypeError,
        match=rf"np.{getattr(np, name).__name__} does not take a Tensor.*use md.{REPLACEMENTS[name]} .*tensor.data",
    ):
        getattr(np, name)(*arguments)


def test_every_function_of_both_libraries_is_in_the_table():
    both = {name for name in (*md.__all__, "max", "min", "sum") if callable(getattr(np, name, None))}
    assert both - set(REPLACEMENTS) == {"broadcast", "convolve"}  # NumPy has others of these names


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (np.sign, "sign"),
        (np.var, "var"),
        (np.sort, "sort"),
        (np.add.reduce, "add.reduce"),
        (lambda x: np.minimum(np.ones(2), x), "minimum"),
        (lambda x: np.linalg.norm(x), "norm"),
        (lambda x: np.einsum("i,i", x, x), "einsum"),
    ],
)
def test_a_function_that_minidann_lacks_is_said_to_be_missing(call, name):
    with pytest.raises(TypeError, match=f"np.{name} does not take a Tensor.*minidann has no {name}"):
        call(md.Tensor([1.0, 2.0]))


def test_shapes_may_be_asked_for():
    x = md.Tensor(np.ones((2, 3)), requires_grad=True)
    assert (np.shape(x), np.ndim(x), np.size(x), np.size(x, 1)) == ((2, 3), 2, 6, 3)


# operators -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [np.array([3.0, 4.0]), np.float64(3), np.array(3.0)], ids=["array", "scalar", "0-d"])
def test_an_operator_of_an_array_and_a_tensor_keeps_the_graph(left):
    x = md.Tensor([1.0, 2.0], requires_grad=True)
    for made, gradient in [
        (left + x, 1),
        (left - x, -1),
        (left * x, left),
        (left / x, -left / x.data**2),
        (left**x, left**x.data * np.log(left)),
    ]:
        np.testing.assert_allclose(md.backprop(made.sum())[x], np.broadcast_to(gradient, 2))
    for compared, expected in [(left < x, left < x.data), (left >= x, left >= x.data), (left == x, left == x.data)]:
        assert isinstance(compared, np.ndarray)
        assert compared.tolist() == expected.tolist()


def test_an_array_on_the_left_of_a_matrix_product():
    x = md.Tensor([1.0, 2.0], requires_grad=True)
    assert md.backprop((np.ones((3, 2)) @ x).sum())[x].tolist() == [3, 3]


@pytest.mark.parametrize("change", ["a += x", "a -= x", "a *= x", "a /= x"])
def test_an_array_is_not_changed_by_a_tensor(change):
    with pytest.raises(TypeError, match=r"write a = a \+ tensor, which keeps the graph"):
        exec(change, {"a": np.ones(2), "x": md.Tensor([1.0, 2.0], requires_grad=True)})


def test_a_device_is_told_to_leave_the_operator_to_the_tensor(xp):
    x = md.Tensor(xp.asarray([1.0, 2.0]), requires_grad=True)
    assert x.__array_ufunc__ is None
    np.testing.assert_array_equal(to_numpy(md.backprop((xp.asarray([3.0, 4.0]) * x).sum())[x]), [3, 4])


def test_operators_between_a_data_frame_and_a_tensor_are_those_of_the_tensor():
    pandas = pytest.importorskip("pandas")
    numbers = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = md.Tensor(np.full((2, 2), 0.5), requires_grad=True)
    frame = pandas.DataFrame(numbers)
    for out, wanted in ((frame * x, numbers * 0.5), (frame - x, numbers - 0.5), (frame[0] / x[0], numbers[:, 0] / 0.5)):
        assert isinstance(out, md.Tensor)
        assert out.data.tolist() == wanted.tolist()
    assert md.backprop((frame * x).sum())[x].tolist() == numbers.tolist()
