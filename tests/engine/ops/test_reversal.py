"""The gradient-reversal node: the identity forward, −λ backward, and why no gradient check can like it."""

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right, numerical_gradient, swept

import minidann as md
from minidann.engine.backend import to_numpy

pytestmark = pytest.mark.usefixtures("backend")

WEIGHTS = [0.0, 0.1, 0.7, 1.0, 2.5]


@pytest.mark.parametrize("weight", WEIGHTS)
def test_forward_is_the_identity_to_the_bit(weight, rng, xp):
    x = rng.standard_normal((4, 3)).astype(np.float32)
    out = md.reverse_gradient(xp.asarray(x), weight)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(to_numpy(out.data), x)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_backward_is_minus_lambda_times_the_gradient_to_the_bit(weight, rng, xp):
    x, seed = rng.standard_normal((2, 4, 3)).astype(np.float32)
    tensor = md.Tensor(xp.asarray(x), requires_grad=True)
    grad = to_numpy(md.backprop(md.reverse_gradient(tensor, weight), upstream=xp.asarray(seed))[tensor])
    assert grad.dtype == np.float32
    np.testing.assert_array_equal(grad, -np.float32(weight) * seed)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_numerical_check_disagrees_by_exactly_minus_lambda(weight, rng):
    # the function is the identity, so the true derivative is +1; the node is no derivative of anything, on purpose
    x = rng.standard_normal((2, 3))
    seed = rng.standard_normal((2, 3))
    numerical = numerical_gradient(lambda x: md.reverse_gradient(x, weight), [x], 0, seed)
    _, (backward,) = swept(lambda x: md.reverse_gradient(x, weight), x, seed=seed)
    np.testing.assert_allclose(numerical, seed, rtol=1e-7)
    np.testing.assert_allclose(backward, -weight * numerical, rtol=1e-7)
    assert_gradient_is_right(lambda x: md.reverse_gradient(x, weight), x, factor=-weight)


def test_a_numerical_check_of_all_that_lies_below_the_node_disagrees_alike(rng):
    w, x = rng.standard_normal((3, 2)), rng.standard_normal((4, 3))
    head = rng.standard_normal((2, 1))

    def domain_loss(w):
        return md.binary_cross_entropy_with_logits(md.reverse_gradient((x @ w).tanh(), 0.3) @ head, [0, 0, 1, 1])

    assert_gradient_is_right(domain_loss, w, factor=-0.3)


def _network(weight, rng, dtype=np.float32):
    """Features, reversed features, domain head weights, loss."""
    w = md.Tensor(rng.standard_normal((3, 2)).astype(dtype), requires_grad=True)
    head = md.Tensor(rng.standard_normal((2, 1)).astype(dtype), requires_grad=True)
    features = (rng.standard_normal((4, 3)).astype(dtype) @ w).tanh()
    above = features if weight is None else md.reverse_gradient(features, weight)
    return w, features, above, head, md.binary_cross_entropy_with_logits(above @ head, [0, 0, 1, 1])


@pytest.mark.parametrize("weight", WEIGHTS)
def test_below_the_node_the_gradient_is_minus_lambda_times_that_above_to_the_bit(weight, rng):
    _, features, above, _, loss = _network(weight, rng)
    g = md.backprop(loss)
    assert g[features].dtype == np.float32
    np.testing.assert_array_equal(g[features], -np.float32(weight) * to_numpy(g[above]))


def test_what_lies_above_the_node_does_not_feel_it():
    plain = _network(None, np.random.default_rng(0))
    reversed_ = _network(0.7, np.random.default_rng(0))
    g, h = md.backprop(plain[-1]), md.backprop(reversed_[-1])
    assert plain[-1].item() == reversed_[-1].item()
    np.testing.assert_array_equal(g[plain[3]], h[reversed_[3]])
    np.testing.assert_array_equal(g[plain[2]], h[reversed_[2]])
    np.testing.assert_allclose(h[reversed_[0]], -0.7 * g[plain[0]], rtol=1e-5)


def test_lambda_zero_teaches_the_features_nothing_and_the_head_as_before(rng):
    w, features, _, head, loss = _network(0.0, rng)
    g = md.backprop(loss)
    np.testing.assert_array_equal(g[w], np.zeros((3, 2)))
    np.testing.assert_array_equal(g[features], np.zeros((4, 2)))
    assert g[head].any()


def test_two_nodes_in_a_row_multiply():
    _, (grad,) = swept(lambda x: md.reverse_gradient(md.reverse_gradient(x, 0.5), 3.0), np.ones(2), seed=np.ones(2))
    np.testing.assert_array_equal(grad, [1.5, 1.5])


def test_the_label_loss_goes_round_the_node(rng):
    x = md.Tensor(rng.standard_normal((4, 2)), requires_grad=True)
    label = md.cross_entropy(x, [0, 1, 0, 1])
    domain = md.binary_cross_entropy_with_logits(md.reverse_gradient(x, 0.4).sum(axis=1), [0, 0, 1, 1])
    unreversed = md.binary_cross_entropy_with_logits(x.sum(axis=1), [0, 0, 1, 1])
    joint = md.backprop(label + domain)[x]
    np.testing.assert_allclose(joint, md.backprop(label)[x] - 0.4 * md.backprop(unreversed)[x], rtol=1e-12)


@pytest.mark.parametrize("weight", [-0.1, -1, np.nan, np.inf, -np.inf])
def test_a_negative_or_endless_lambda_is_refused(weight):
    with pytest.raises(ValueError, match=r"adapt_weight: got .*, expected λ ≥ 0"):
        md.reverse_gradient(md.Tensor([1.0]), weight)


def test_lambda_is_one_unless_said_otherwise():
    _, (grad,) = swept(md.reverse_gradient, np.ones(2), seed=np.array([1.0, -2.0]))
    np.testing.assert_array_equal(grad, [-1, 2])


@pytest.mark.parametrize("weight", [np.float64(0.5), np.float32(0.5), np.array(0.5), 1])
def test_lambda_may_be_any_number_and_float32_stays(weight):
    _, (grad,) = swept(lambda x: md.reverse_gradient(x, weight), np.ones(2, np.float32), seed=np.ones(2))
    assert grad.dtype == np.float32
    np.testing.assert_array_equal(grad, [-float(weight)] * 2)
