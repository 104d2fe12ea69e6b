"""Tensor: what it holds, how it looks, what it refuses."""

import copy
import gc
import weakref

import numpy as np
import pytest

import minidann as md
from minidann.engine.backend import to_numpy


def test_it_keeps_the_array_it_was_given_without_a_copy(xp):
    array = xp.asarray(np.ones((2, 3), np.float32))
    x = md.Tensor(array)
    assert x.data is array
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
    assert x.dtype == np.float32


def test_a_leaf_has_no_op_and_no_inputs():
    x = md.Tensor([1.0], requires_grad=True)
    assert x.op is None
    assert x.inputs == ()
    assert x.grad is None


def test_a_result_remembers_its_op_and_inputs():
    a, b = md.Tensor([1.0], requires_grad=True), md.Tensor([2.0])
    c = a * b
    assert type(c.op).__name__ == "Multiply"
    assert c.inputs == (a, b)
    assert c.requires_grad


def test_a_result_of_tensors_without_gradient_remembers_nothing():
    c = md.Tensor([1.0]) * md.Tensor([2.0])
    assert c.op is None
    assert c.inputs == ()


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        (lambda: md.Tensor([0.5, 2.25]), "Tensor([0.5 , 2.25], float64)"),
        (lambda: md.Tensor(np.float32(0.5), requires_grad=True), "Tensor(0.5, float32, requires_grad)"),
        (lambda: -md.Tensor([0.5], requires_grad=True), "Tensor([-0.5], float64, made by Negate)"),
        (lambda: md.Tensor(np.zeros((5, 5))), "Tensor(float64[5, 5])"),
    ],
)
def test_its_repr_is_short_and_says_how_it_was_made(tensor, expected):
    assert repr(tensor()) == expected


def test_one_element_becomes_a_number(xp):
    x = md.Tensor(xp.asarray([[2.5]]))
    assert x.item() == float(x) == 2.5
    assert type(x.item()) is float
    assert bool(x) is True
    assert not md.Tensor(0.0)


def test_many_elements_do_not():
    x = md.Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match=r"item: got a tensor of shape \(2,\), expected one element"):
        x.item()
    with pytest.raises(ValueError, match=r"truth of a tensor of shape \(2,\) is ambiguous.*\.all\(\)"):
        bool(x)


def test_comparisons_give_plain_booleans():
    x, y = md.Tensor([1.0, 2.0], requires_grad=True), md.Tensor([2.0, 2.0])
    for result, expected in [
        (x < y, [True, False]),
        (x <= y, [True, True]),
        (x > 1, [False, True]),
        (x >= 1, [True, True]),
        (x == y, [False, True]),
        (x != np.array([1.0, 0.0]), [False, True]),
    ]:
        assert isinstance(result, np.ndarray)
        assert result.tolist() == expected


def test_a_tensor_is_a_key_by_identity():
    a, b = md.Tensor([1.0]), md.Tensor([1.0])
    assert {a: "a", b: "b"}[a] == "a"


def test_a_tensor_of_a_tensor_is_refused():
    with pytest.raises(TypeError, match=r"data: got a Tensor, expected an array; use tensor.detach\(\)"):
        md.Tensor(md.Tensor([1.0]))


@pytest.mark.parametrize("data", ["text", None, 1j, [None], [1.0, "a"]], ids=repr)
def test_what_is_no_number_is_refused(data):
    with pytest.raises(TypeError, match="data: got .*, expected (real )?numbers"):
        md.Tensor(data)


@pytest.mark.parametrize("data", [3, [1, 2], np.ones(2, bool)], ids=repr)
def test_whole_numbers_cannot_want_a_gradient(data):
    with pytest.raises(TypeError, match=r"data: got dtype (int64|bool), expected floats for a gradient; write 3.0"):
        md.Tensor(data, requires_grad=True)


@pytest.mark.parametrize("wish", ["yes", 2, 1, None, [True], np.ones(2, bool)], ids=repr)
def test_a_gradient_is_wanted_by_true_alone(wish):
    with pytest.raises(TypeError, match="requires_grad: got .*, expected True or False"):
        md.Tensor([1.0], requires_grad=wish)
    x = md.Tensor([1.0])
    with pytest.raises(TypeError, match="requires_grad: got .*, expected True or False"):
        x.requires_grad = wish
    assert md.Tensor([1.0], requires_grad=np.True_).requires_grad is True


def test_a_leaf_may_be_frozen_and_learn_again_but_a_graph_is_not_cut():
    w = md.Tensor([1.0], requires_grad=True)
    w.requires_grad = False
    assert (w * 2).op is None
    w.requires_grad = True
    y = w * 2
    with pytest.raises(ValueError, match=r"requires_grad: this tensor has a graph; tensor.detach\(\)"):
        y.requires_grad = False
    assert md.backprop(y)[w].tolist() == [2]
    with pytest.raises(TypeError, match="data: got dtype int64, expected floats for a gradient"):
        md.Tensor([1]).requires_grad = True


@pytest.mark.parametrize("data", [md.Tensor([1.0]), "text", None, [1], [[1.0], [1.0, 2.0]]], ids=str)
def test_new_data_are_looked_at_as_the_first_ones_were(data):
    w = md.Tensor([1.0], requires_grad=True)
    with pytest.raises((TypeError, ValueError), match="^data: got "):
        w.data = data
    w.data = [2.0, 3.0]
    assert isinstance(w.data, np.ndarray)


def test_assignment_is_refused_with_the_way_out():
    x = md.Tensor([1.0, 2.0])
    with pytest.raises(TypeError, match=r"cannot be assigned into.*where\(mask, new, x\)"):
        x[0] = 5.0


def test_plus_equals_makes_a_new_tensor_and_leaves_the_old_one():
    x = y = md.Tensor([1.0])
    y += 1
    assert (x.data.tolist(), y.data.tolist()) == ([1.0], [2.0])


@pytest.mark.parametrize("change", ["w += 1", "w -= 1", "w *= 2", "w /= 2"])
def test_a_parameter_is_not_changed_by_an_operator_that_would_only_rename_it(change):
    with pytest.raises(TypeError, match=r"after backprop, change its own array with w.data -= …, or use an optimiser"):
        exec(change, {"w": md.Tensor([1.0], requires_grad=True)})


def test_the_change_that_the_refusal_recommends_is_noticed_too_early_and_right_after_the_sweep():
    w = md.Tensor([1.0], requires_grad=True)
    loss = w * w
    w.data -= 0.5
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        md.backprop(loss)
    w.data -= 0.1 * md.backprop(w * w)[w]
    assert w.data.tolist() == [0.4]


def test_the_way_to_write_into_a_leaf_is_noticed_too():
    w = md.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"write x.data\[...\] = new and then call x.mark_changed\(\)"):
        w[0] = 5.0
    loss = (w * w).sum()
    w.data[0] = 5.0
    w.mark_changed()
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        md.backprop(loss)
    assert md.backprop((w * w).sum())[w].tolist() == [10, 4]


def test_detach_shares_the_array_and_cuts_the_graph():
    x = md.Tensor([3.0], requires_grad=True)
    y = (x * 2).detach()
    assert y.op is None
    assert not y.requires_grad
    assert x.detach().data is x.data
    loss = (x * x.detach()).sum()
    assert md.backprop(loss)[x].tolist() == [3.0]


def test_a_graph_dies_with_its_last_tensor():
    x = md.Tensor([1.0], requires_grad=True)
    y = x * 2
    z = y + 1
    seen = weakref.ref(y)
    del y
    assert seen() is not None  # z was made from it
    gc.disable()  # freed by counting references alone: the graph has no circles
    try:
        del z
        assert seen() is None
    finally:
        gc.enable()


def test_a_deep_copy_shares_nothing():
    x = md.Tensor([1.0, 2.0], requires_grad=True)
    y = copy.deepcopy(x)
    y.data[0] = 9
    assert x.data.tolist() == [1.0, 2.0]
    assert y.requires_grad


def test_arithmetic_on_the_device_stays_there(xp):
    x = md.Tensor(xp.asarray([1.0, 2.0]), requires_grad=True)
    y = 1 - (x * 2 + np.float64(3)) / 4
    assert type(y.data) is type(x.data)
    np.testing.assert_array_equal(to_numpy(y.data), [-0.25, -0.75])
    assert type(y.sum().data) is type(x.data)  # a 0-d array, not a number of the host


def test_iterating_gives_the_rows_and_a_lone_number_says_what_to_do():
    x = md.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    first, second = x
    assert md.backprop((first * second).sum())[x].tolist() == [[3, 4], [1, 2]]
    with pytest.raises(TypeError, match="item"):
        sum(md.Tensor(3.0))


def test_a_lone_number_can_be_formatted():
    assert f"{md.Tensor(2.5):.2f}" == "2.50"
    assert f"{md.Tensor([1.0, 2.0])}".startswith("Tensor(")


@pytest.mark.parametrize(
    "other", [[1, 2, 3], [1.0, 2.0, 3.0], np.arange(3), np.arange(3, dtype="int32"), np.float64(2)]
)
def test_lists_and_whole_numbers_have_no_precision_of_their_own(other):
    x = md.Tensor(np.ones(3, "f"))
    assert (x * other).dtype == (other * x).dtype == np.float32
    assert (md.Tensor(np.arange(3)) * 0.5).dtype == np.float64
