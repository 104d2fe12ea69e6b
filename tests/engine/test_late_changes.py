"""Arrays that change between forward pass and sweep: an op keeps copies, a mark is noticed, detect_anomaly compares."""

import numpy as np
import pytest

import minidann as md
from minidann import nn

X = np.arange(12.0).reshape(4, 3)


def _where(mask, x):
    return md.where(mask, x * x, x)


def _second_key(key, x):
    return (x * x)[:, key]


@pytest.mark.parametrize(
    ("function", "given", "change"),
    [
        (lambda key, x: (x * x)[key], np.array([0, 0, 3]), 1),
        (lambda key, x: (x * x)[key], np.array([0, 0, 3], np.uint8), 1),
        (lambda key, x: (x * x)[key], [0, 0, 3], 1),
        (lambda key, x: (x * x)[key], [[0, 0], [1, 2]], [1]),
        (lambda key, x: (x * x)[key], np.array([True, False, True, False]), False),
        (lambda key, x: (x * x)[key], md.Tensor(np.array([0, 2])), 1),
        (lambda key, x: (x * x)[key > 4], X.copy(), 0),
        (_second_key, np.array([0, 2]), 1),
        (_where, X > 5, True),
        (_where, md.Tensor(X > 5), True),
        (lambda labels, z: md.cross_entropy(z, labels), np.array([0, 1, 2, 2]), 0),
        (lambda labels, z: md.cross_entropy(z, labels), md.Tensor(np.array([0, 1, 2, 2])), 0),
        (lambda t, z: md.binary_cross_entropy_with_logits(z, t), X / 11, 1),
        (lambda t, z: md.binary_cross_entropy_with_logits(z, t), X > 5, True),
        (lambda t, z: md.binary_cross_entropy_with_logits(z, t), md.Tensor(X / 11), 1),
    ],
)
def test_what_an_op_was_given_may_change_before_the_sweep(function, given, change):
    def gradient(late):
        x = md.Tensor(X, requires_grad=True)
        own = given.copy() if hasattr(given, "copy") else md.Tensor(given.data.copy())
        loss = function(own, x).sum()
        if late:
            target = own.data if isinstance(own, md.Tensor) else own
            target[:] = [change] * len(target) if isinstance(target, list) else change
        return md.backprop(loss)[x]

    np.testing.assert_array_equal(gradient(late=True), gradient(late=False))


def test_a_dropout_mask_is_the_layers_own():
    x, rng = md.Tensor(np.ones((4, 3)), requires_grad=True), np.random.default_rng(0)
    y = nn.Dropout(0.5)(x, rng)
    nn.Dropout(0.5)(x, rng)
    np.testing.assert_array_equal(md.backprop(y.sum())[x], y.data)


def _replace(x):
    x.data = x.data * 2


def _scale(x):
    x.data *= 2


@pytest.mark.parametrize("change", [_replace, _scale])
def test_a_marked_change_of_an_input_without_gradient_is_noticed(change):
    w, x = md.Tensor([1.0, 2.0], requires_grad=True), md.Tensor([3.0, 4.0])
    loss = (w * x).sum()
    change(x)
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        md.backprop(loss)


# what nobody marked: detect_anomaly finds it ---------------------------------------------------------------------


def _subtract_into(array):
    np.subtract(array, 0.5, out=array)


def _assign(array):
    array[...] = 7


def _assign_one(array):
    array[1] = 7


@pytest.mark.parametrize("change", [_subtract_into, _assign, _assign_one])
@pytest.mark.parametrize("which", ["weight", "input", "result", "detached"])
def test_detect_anomaly_names_an_array_that_was_changed_in_place(change, which):
    w, x = md.Tensor([1.0, 2.0], requires_grad=True), np.array([3.0, 4.0])
    with md.detect_anomaly():
        y = md.exp(w * x)
        change({"weight": w.data, "input": x, "result": y.data, "detached": w.detach().data}[which])
        with pytest.raises(ValueError, match=r"(input [01]|the result) of (Exp|Multiply) .* was changed in place"):
            md.backprop(y.sum())


def test_detect_anomaly_lets_a_sweep_of_unchanged_arrays_pass_even_with_whole_numbers(rng):
    network = nn.Sequential(nn.Normalise(100), nn.Dense(3, 2, rng), nn.BatchNormalisation(2), nn.Dropout(0.5))
    x = rng.integers(0, 256, (4, 3), np.uint8)
    with md.detect_anomaly():
        loss = md.cross_entropy(network(x, rng), np.array([0, 1, 1, 0]))
        x[...] = 0  # the network has floats of its own
        md.backprop(loss)
