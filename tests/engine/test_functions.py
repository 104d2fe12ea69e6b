"""The list of functions: public, complete, documented."""

import builtins
import inspect

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right

import minidann as md
from minidann.engine import functions
from minidann.engine.backend import to_numpy

pytestmark = pytest.mark.usefixtures("backend")

PUBLIC = [name for name, f in vars(functions).items() if inspect.isfunction(f) and f.__module__ == functions.__name__]
PUBLIC = [name for name in PUBLIC if not name.startswith("_")]
SPREAD = ("reshape", "transpose")  # as methods they take their sizes one by one: x.reshape(2, 3)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_function_is_on_the_front_door_with_a_docstring(name):
    assert getattr(md, name) is getattr(functions, name)
    assert (name in md.__all__) is not hasattr(builtins, name)  # a star import replaces nothing of Python's
    assert getattr(md, name).__doc__


def test_the_front_door_names_only_what_is_there():
    assert [name for name in md.__all__ if not hasattr(md, name)] == []
    assert len(set(md.__all__)) == len(md.__all__)


def test_tensor_gives_a_tensor_back_as_it_is_and_wraps_the_rest():
    x = md.Tensor([1.0], requires_grad=True)
    assert md.as_tensor(x) is x
    assert not md.as_tensor([1.0]).requires_grad


@pytest.mark.parametrize(
    "method", [n for n, f in vars(md.Tensor).items() if inspect.isfunction(f) and n in PUBLIC and n not in SPREAD]
)
def test_a_method_takes_the_arguments_of_its_function(method):
    ours = list(inspect.signature(getattr(functions, method)).parameters)[1:]
    theirs = list(inspect.signature(getattr(md.Tensor, method)).parameters)[1:]
    assert ours == theirs


def test_functions_mix_tensors_arrays_lists_and_numbers():
    x = md.Tensor(np.array([1.0, 2.0]), requires_grad=True)
    assert md.add([1.0, 1.0], x).data.tolist() == [2, 3]
    assert md.multiply(2, x).data.tolist() == [2, 4]
    assert md.concatenate([x, [3.0], np.array([4.0])]).data.tolist() == [1, 2, 3, 4]
    assert md.matmul([[1.0, 1.0]], x).data.tolist() == [3]


def test_a_star_import_replaces_no_function_of_python():
    names: dict = {}
    exec("from minidann import *", names)
    assert not {name for name in dir(builtins) if not name.startswith("_")} & names.keys()


def test_layers_need_no_import_of_their_own():
    assert md.nn.Dense(2, 3, np.random.default_rng(0)).weight.shape == (2, 3)


def test_softmax_gives_probabilities_without_overflow_and_its_gradient_is_right():
    x = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]])
    probabilities = to_numpy(md.softmax(x).data)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(probabilities[0], np.exp(x[0]) / np.exp(x[0]).sum())
    assert md.softmax(x.astype(np.float32)).dtype == np.float32
    assert_gradient_is_right(lambda t: md.softmax(t, axis=0), x[:1].T)


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_min_is_numpys_and_its_gradient_goes_to_the_first_smallest(axis):
    x = np.array([[3.0, 1.0, 1.0], [0.5, 2.0, 1.0]])
    np.testing.assert_array_equal(to_numpy(md.min(x, axis).data), x.min(axis=axis))
    tensor = md.Tensor(x, requires_grad=True)
    gradient = to_numpy(md.backprop(tensor.min(axis).sum())[tensor])
    winners = np.zeros_like(x)
    for where in {None: [(1, 0)], 0: [(1, 0), (0, 1), (0, 2)], 1: [(0, 1), (1, 0)]}[axis]:
        winners[where] = 1
    np.testing.assert_array_equal(gradient, winners)
