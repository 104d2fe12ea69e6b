"""The list of functions: public, complete, documented."""

import inspect

import numpy as np
import pytest

import minidann as md
from minidann.engine import functions

pytestmark = pytest.mark.usefixtures("backend")

PUBLIC = [name for name, f in vars(functions).items() if inspect.isfunction(f) and f.__module__ == functions.__name__]
PUBLIC = [name for name in PUBLIC if not name.startswith("_")]
SPREAD = ("reshape", "transpose")  # as methods they take their sizes one by one: x.reshape(2, 3)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_function_is_on_the_front_door_with_a_docstring(name):
    assert getattr(md, name) is getattr(functions, name)
    assert name in md.__all__
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
