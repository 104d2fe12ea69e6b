"""The sweep: right in any order, any number of times; nothing stale; clear about what it cannot answer."""

import gc

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right

import minidann as md
from minidann.engine.backend import to_numpy
from minidann.engine.backprop import unbroadcast

pytestmark = pytest.mark.usefixtures("backend")


def _leaf(*values, dtype=np.float64):
    return md.Tensor(np.array(values, dtype), requires_grad=True)


def _trunk(xp=np):
    """One trunk, two heads: parameters and the two losses."""
    rng = np.random.default_rng(1)
    x, w, u, v = (xp.asarray(rng.standard_normal(shape)) for shape in [(4, 3), (3, 2), (2, 2), (2, 1)])
    w, u, v = (md.Tensor(array, requires_grad=True) for array in (w, u, v))
    trunk = md.tanh(md.Tensor(x) @ w)
    label = md.cross_entropy(trunk @ u, xp.asarray([0, 1, 1, 0]))
    domain = md.binary_cross_entropy_with_logits(md.reverse_gradient(trunk, 0.5) @ v, xp.asarray([0, 0, 1, 1]))
    return (w, u, v), label, domain


def _answers(loss, parameters):
    g = md.backprop(loss)
    return [to_numpy(g[p]) for p in parameters]


# reuse of a tensor -----------------------------------------------------------------------------------------------


def test_a_tensor_added_to_itself_twice_over():
    a = _leaf(3.0)
    b = a + a
    c = b + b
    g = md.backprop(c)
    assert g[a].tolist() == [4.0]
    assert g[b].tolist() == [2.0]


def test_a_product_with_itself():
    x = _leaf(3.0)
    assert md.backprop(x * x * x)[x].tolist() == [27.0]


def test_a_diamond_of_paths_of_unequal_length():
    assert_gradient_is_right(lambda x: x * x.exp().tanh().sigmoid() + x, np.array([0.3, -0.7]))


def test_a_node_is_swept_once_however_often_it_is_used():
    calls = []

    class Watched(md.Op):
        def forward(self, x):
            return x * 1

        def backward(self, grad):
            calls.append(grad)
            return (grad,)

    x = _leaf(1.0)
    y = md.apply(Watched(), x)
    for _ in range(5):
        y = y + y
    assert md.backprop(y)[x].tolist() == [32.0]
    assert len(calls) == 1


def test_the_order_puts_every_tensor_before_all_it_was_made_from():
    swept = []

    class Named(md.Op):
        def __init__(self, name):
            self.name = name

        def forward(self, x, y):
            return x + y

        def backward(self, grad):
            swept.append(self.name)
            return grad, grad

    x = _leaf(1.0)
    a = md.apply(Named("a"), x, x)
    b = md.apply(Named("b"), a, x)
    c = md.apply(Named("c"), a, b)
    assert md.backprop(c)[x].tolist() == [5.0]
    assert swept == ["c", "b", "a"]


def test_a_parameter_updated_between_two_of_its_uses_is_noticed():
    w = _leaf(1.0)
    before = w * 2
    w.data[...] = 3
    w.mark_changed()
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        md.backprop(before + w * 2)


# two losses over one trunk ---------------------------------------------------------------------------------------


def test_two_losses_over_one_trunk_answer_alike_in_any_order_and_any_number_of_times(xp):
    parameters, label, domain = _trunk(xp)
    first = {"label": _answers(label, parameters), "domain": _answers(domain, parameters)}
    for name, loss in [("domain", domain), ("label", label), ("label", label), ("domain", domain)]:
        for again, before in zip(_answers(loss, parameters), first[name]):
            np.testing.assert_array_equal(again, before)


def test_a_sweep_after_another_one_is_the_same_as_in_a_fresh_graph():
    parameters, label, domain = _trunk()
    _answers(label, parameters)
    fresh_parameters, _, fresh_domain = _trunk()
    for one, two in zip(_answers(domain, parameters), _answers(fresh_domain, fresh_parameters)):
        np.testing.assert_array_equal(one, two)


def test_the_joint_sweep_is_the_sum_of_the_two(xp):
    parameters, label, domain = _trunk(xp)
    joint = _answers(label + domain, parameters)
    for both, one, two in zip(joint, _answers(label, parameters), _answers(domain, parameters)):
        np.testing.assert_allclose(both, one + two, rtol=1e-13, atol=1e-16)


def test_gradients_found_stay_as_they_are_when_another_sweep_runs():
    parameters, label, domain = _trunk()
    g = md.backprop(label)
    before = [g[p].copy() for p in parameters]
    md.backprop(domain)
    for p, old in zip(parameters, before):
        np.testing.assert_array_equal(g[p], old)


# depth -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("depth", [10_000, 100_000])
def test_a_long_chain_runs_forward_backward_and_is_freed(depth):
    x = _leaf(1.0)
    y = x
    for _ in range(depth):
        y = y + 1.0
    assert y.item() == depth + 1
    assert md.backprop(y, of=[x])[x].tolist() == [1.0]
    del y
    gc.collect()


# what can be asked -----------------------------------------------------------------------------------------------


def test_it_answers_for_every_tensor_in_between():
    w = _leaf(2.0)
    h = w * 3
    y = h * h
    g = md.backprop(y)
    assert [g[t].tolist() for t in (y, h, w)] == [[1.0], [12.0], [36.0]]
    assert all(t in g for t in (y, h, w))
    assert len(g) == len(list(g)) == 3


def test_asked_for_some_it_answers_for_those_alone_and_alike():
    (w, u, v), label, _ = _trunk()
    everything = md.backprop(label)
    some = md.backprop(label, of=[u, w, u])
    assert len(some) == 2
    for tensor in (w, u):
        np.testing.assert_array_equal(some[tensor], everything[tensor])


def test_a_tensor_in_between_can_be_asked_for():
    w = _leaf(2.0)
    h = w * 3
    loss = h * h
    g = md.backprop(loss, of=[h, loss])
    assert g[h].tolist() == [12.0]
    assert g[loss].tolist() == [1.0]
    with pytest.raises(KeyError, match="add it to backprop's `of`"):
        g[w]


def test_a_tensor_the_loss_does_not_depend_on_has_gradient_zero(xp):
    (w, u, v), label, _ = _trunk(xp)
    for g in (md.backprop(label), md.backprop(label, of=[w, v])):
        assert v not in g
        np.testing.assert_array_equal(to_numpy(g[v]), np.zeros((2, 1)))
        assert g[v].dtype == v.dtype


def test_a_tensor_without_gradient_is_refused_with_the_way_out():
    x, w = md.Tensor([1.0, 2.0]), _leaf(1.0)
    with pytest.raises(KeyError, match="does not require one .make it with requires_grad=True"):
        md.backprop((x * w).sum())[x]


@pytest.mark.parametrize(
    "of", [lambda w: w, lambda w: {"weight": w}, lambda w: ["weight"]], ids=["one", "dict", "names"]
)
def test_asking_for_anything_but_a_list_of_tensors_is_refused(of):
    w = _leaf(1.0, 2.0)
    with pytest.raises(TypeError, match="of: got"):
        md.backprop((w * 2).sum(), of=of(w))


# seeds -----------------------------------------------------------------------------------------------------------


def test_a_seed_weighs_the_elements(xp):
    x = md.Tensor(xp.asarray([1.0, 2.0]), requires_grad=True)
    g = md.backprop(x * x, upstream=xp.asarray([1.0, 10.0]))
    np.testing.assert_array_equal(to_numpy(g[x]), [2, 40])


def test_a_seed_may_be_a_list_and_takes_the_dtype_of_the_loss():
    x = _leaf(1.0, 2.0, dtype=np.float32)
    grad = md.backprop(x * 1, upstream=[1, 10])[x]
    assert grad.dtype == np.float32
    assert grad.tolist() == [1, 10]


def test_one_element_of_any_shape_needs_no_seed():
    x = md.Tensor(np.ones((1, 1)), requires_grad=True)
    assert md.backprop(x * 3)[x].tolist() == [[3.0]]


def test_many_elements_without_a_seed_are_refused():
    x = _leaf(1.0, 2.0)
    with pytest.raises(ValueError, match=r"loss: got shape \(2,\), expected a scalar; reduce it with .sum\(\)"):
        md.backprop(x * 2)


def test_a_seed_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"upstream: got shape \(3,\), expected the loss's shape \(2,\)"):
        md.backprop(_leaf(1.0, 2.0) * 2, upstream=np.ones(3))


def test_a_loss_without_gradient_is_refused():
    with pytest.raises(ValueError, match="depends on no tensor with requires_grad=True"):
        md.backprop(md.Tensor([1.0]) * 2)


def test_the_gradient_of_a_leaf_with_respect_to_itself_is_one():
    x = _leaf(5.0)
    assert md.backprop(x)[x].tolist() == [1.0]


# un-broadcasting ---------------------------------------------------------------------------------------------------


def test_unbroadcast_sums_over_what_was_repeated():
    g = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(unbroadcast(g, (3,)), [3, 5, 7])
    np.testing.assert_array_equal(unbroadcast(g, (2, 1)), [[3], [12]])
    np.testing.assert_array_equal(unbroadcast(g, ()), 15)
    np.testing.assert_array_equal(unbroadcast(g, (1, 1)), [[15]])


def test_unbroadcast_refuses_a_shape_that_was_never_broadcast():
    with pytest.raises(ValueError, match=r"returned shape \(2, 3\) for an input of shape \(2,\)"):
        unbroadcast(np.ones((2, 3)), (2,))


def test_a_float32_leaf_in_float64_company_gets_a_float32_gradient():
    w = md.Tensor(np.ones((3, 2), np.float32), requires_grad=True)
    out = (np.ones((4, 3)) @ w) * np.full(2, 0.1)
    assert out.dtype == np.float64
    grad = md.backprop(out.sum())[w]
    assert grad.dtype == np.float32
    np.testing.assert_allclose(grad, np.full((3, 2), 0.4), rtol=1e-6)
