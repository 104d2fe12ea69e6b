"""Whose arrays the gradients are, what .backward() leaves in leaves, and graphs older than their weights."""

import numpy as np
import pytest

import minidann as md
from minidann import nn
from minidann.engine.backend import to_numpy


def _leaf(*values, dtype=np.float64):
    return md.Tensor(np.array(values, dtype), requires_grad=True)


# whose arrays they are -------------------------------------------------------------------------------------------


def test_changing_the_gradient_of_one_leaf_changes_no_other(xp):
    shape = (2, 2)
    a, b, c, d = (md.Tensor(xp.zeros(shape), requires_grad=True) for _ in range(4))
    # an op that hands one array to both, one that hands out views, and one that hands out a broadcast view
    loss = (md.concatenate([a + b, c]) + md.concatenate([c.T, d])).sum()
    g = md.backprop(loss)
    expected = {t: to_numpy(g[t]).copy() for t in (a, b, c, d)}
    for tensor in (a, b, c, d):
        g[tensor][...] = 100.0
        for other in (a, b, c, d):
            if other is not tensor:
                np.testing.assert_array_equal(to_numpy(g[other]), expected[other])
        g[tensor][...] = xp.asarray(expected[tensor])


def test_the_gradient_of_a_leaf_is_not_the_seed_of_the_caller():
    x, seed = _leaf(1.0, 2.0), np.ones(2)
    md.backprop(x + 0.0, upstream=seed)[x][...] = 7
    assert seed.tolist() == [1, 1]
    md.backprop(x, upstream=seed)[x][...] = 7
    assert seed.tolist() == [1, 1]


def test_changing_a_gradient_does_not_change_what_the_graph_answers_next():
    w = _leaf(2.0, 3.0)
    loss = (w * w.exp()).sum()
    first = md.backprop(loss)
    before = first[w].copy()
    first[w][...] = 0
    np.testing.assert_array_equal(md.backprop(loss)[w], before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_gradient_of_a_scalar_leaf_is_an_array(dtype):
    x = md.Tensor(np.array(2.0, dtype), requires_grad=True)
    for loss in (x * x, x + x, x * 2, md.concatenate([x.reshape(1)] * 2).sum()):
        grad = md.backprop(loss)[x]
        assert isinstance(grad, np.ndarray)
        assert grad.shape == ()
        assert grad.dtype == dtype


# .backward() -----------------------------------------------------------------------------------------------------


def test_backward_writes_into_leaves_only(xp):
    w, x = md.Tensor(xp.asarray([2.0, 3.0]), requires_grad=True), md.Tensor(xp.asarray([1.0, 1.0]))
    h = w * x
    (h * h).sum().backward()
    np.testing.assert_array_equal(to_numpy(w.grad), [4, 6])
    assert h.grad is None
    assert x.grad is None


def test_backward_twice_adds_twice_and_none_begins_anew():
    w = _leaf(2.0)
    loss = w * w
    loss.backward()
    loss.backward()
    assert w.grad.tolist() == [8.0]
    w.grad = None
    loss.backward()
    assert w.grad.tolist() == [4.0]


def test_backward_of_a_scalar_leaf_leaves_an_array_however_often_it_ran():
    x = md.Tensor(2.0, requires_grad=True)
    for expected in (4.0, 8.0, 12.0):
        (x * x).backward()
        assert isinstance(x.grad, np.ndarray)
        assert x.grad == expected


def test_backward_takes_a_seed():
    w = _leaf(2.0, 3.0)
    (w * w).backward(upstream=[1.0, 10.0])
    assert w.grad.tolist() == [4, 60]


def test_backprop_leaves_grad_alone():
    w = _leaf(2.0)
    md.backprop(w * w)
    assert w.grad is None


# graphs that are out of date ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", [nn.SGD, nn.Adam])
def test_a_graph_older_than_its_weights_is_refused(optimiser, xp):
    w = md.Tensor(xp.asarray([1.0, 2.0]), requires_grad=True)
    optimiser = optimiser([w])
    loss = (w * w).sum()
    optimiser.step(md.backprop(loss), 0.1)
    with pytest.raises(ValueError, match="was updated after the forward pass that used it.*Run the forward pass again"):
        md.backprop(loss)
    again = md.backprop((w * w).sum())
    np.testing.assert_array_equal(to_numpy(again[w]), 2 * to_numpy(w.data))


def test_a_graph_older_than_a_load_is_refused():
    w, b = _leaf(1.0, 2.0), _leaf(1.0)
    vector = nn.ParameterVector([w, b])
    loss = (w * b).sum()
    vector.load(np.zeros(3))
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        md.backprop(loss, of=[b])


def _subtract(w):
    w.data -= 0.5


def _replace(w):
    w.data = w.data - 0.5


def _write_and_mark(w):
    w.data[...] = 5
    w.mark_changed()


@pytest.mark.parametrize("change", [_subtract, _replace, _write_and_mark])
def test_a_graph_older_than_a_change_by_hand_is_refused(change, xp):
    w = md.Tensor(xp.asarray([1.0]), requires_grad=True)
    loss, order = w * w, w.order
    change(w)
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        loss.backward()
    assert w.order == order  # a changed tensor is no newer tensor
    np.testing.assert_array_equal(to_numpy(md.backprop(w * w)[w]), 2 * to_numpy(w.data))


def test_reading_data_changes_nothing():
    w = _leaf(1.0)
    version = w.version
    assert w.data + w.data.sum() == 2
    assert w.version == version


def test_an_optimiser_made_after_the_forward_pass_leaves_the_graph_good():
    w = _leaf(1.0, 3.0)
    loss = (w * w).sum()
    optimiser = nn.SGD([w], momentum=0.0)
    optimiser.step(md.backprop(loss), 0.25)
    assert w.data.tolist() == [0.5, 1.5]
