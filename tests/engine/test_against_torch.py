"""The same numbers as PyTorch, forward and backward, where PyTorch is installed."""

import numpy as np
import pytest
from helpers.numeric import swept

import minidann as md

torch = pytest.importorskip("torch")
F = torch.nn.functional

LABELS = np.array([0, 2, 1, 1])
TARGETS = np.array([[0.0, 1.0, 0.3], [1.0, 0.0, 0.0], [1.0, 1.0, 0.5], [0.0, 0.1, 1.0]])
ROWS = np.array([0, 3, 3, 1])


def _theirs(function, *arrays, seed):
    inputs = [torch.tensor(array, requires_grad=True) for array in arrays]
    out = function(*inputs)
    out.backward(torch.tensor(seed))
    return out.detach().numpy(), [tensor.grad.numpy() for tensor in inputs]


PAIRS = {
    "exp": (md.exp, torch.exp),
    "tanh": (md.tanh, torch.tanh),
    "sigmoid": (md.sigmoid, torch.sigmoid),
    "relu": (md.relu, torch.relu),
    "softplus": (md.softplus, F.softplus),
    "abs": (md.abs, torch.abs),
    "clip": (lambda x: md.clip(x, -1, 1), lambda x: torch.clamp(x, -1, 1)),
    "transpose": (lambda x: x.T @ x, lambda x: x.T @ x),
    "index": (lambda x: x[ROWS, 1:], lambda x: x[ROWS, 1:]),
    "sum": (lambda x: x.sum(axis=0), lambda x: x.sum(dim=0)),
    "mean": (lambda x: x.mean(axis=(0, 1)), lambda x: x.mean(dim=(0, 1))),
    "max": (lambda x: x.max(axis=1), lambda x: x.max(dim=1).values),
    "logsumexp": (lambda x: md.logsumexp(x, axis=1), lambda x: torch.logsumexp(x, dim=1)),
    "log_softmax": (md.log_softmax, lambda x: F.log_softmax(x, dim=-1)),
    "stack": (lambda x: md.stack([x, x * 2], axis=1), lambda x: torch.stack([x, x * 2], dim=1)),
    "concatenate": (lambda x: md.concatenate([x, x * x]), lambda x: torch.cat([x, x * x])),
    "power": (lambda x: x**3 / (x * x + 1), lambda x: x**3 / (x * x + 1)),
    "cross_entropy": (lambda x: md.cross_entropy(x, LABELS), lambda x: F.cross_entropy(x, torch.tensor(LABELS))),
    "binary_cross_entropy_with_logits": (
        lambda x: md.binary_cross_entropy_with_logits(x, TARGETS),
        lambda x: F.binary_cross_entropy_with_logits(x, torch.tensor(TARGETS)),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_forward_and_gradient_are_those_of_torch(name, rng):
    ours, theirs = PAIRS[name]
    x = 2 * rng.standard_normal((4, 3))
    seed = rng.standard_normal(ours(md.Tensor(x)).shape)
    out, (grad,) = swept(ours, x, seed=seed)
    their_out, (their_grad,) = _theirs(theirs, x, seed=seed)
    np.testing.assert_allclose(out, their_out, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(grad, their_grad, rtol=1e-10, atol=1e-13)


def test_a_whole_network_with_the_reversal_has_the_gradients_of_torch(rng):
    class Reverse(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.view_as(x)

        @staticmethod
        def backward(ctx, grad):
            return -0.7 * grad

    x = rng.standard_normal((4, 5))
    arrays = [rng.standard_normal(shape) for shape in [(5, 6), (6,), (6, 3), (3,), (6, 1), (1,)]]
    domains = np.array([[0.0], [0.0], [1.0], [1.0]])

    def ours(w, b, u, c, v, d):
        h = md.affine(x, w, b).relu()
        domain = md.binary_cross_entropy_with_logits(md.affine(md.reverse_gradient(h, 0.7), v, d), domains)
        return md.cross_entropy(md.affine(h, u, c), LABELS) + domain

    def theirs(w, b, u, c, v, d):
        h = torch.relu(torch.tensor(x) @ w + b)
        domain = F.binary_cross_entropy_with_logits(Reverse.apply(h) @ v + d, torch.tensor(domains))
        return F.cross_entropy(h @ u + c, torch.tensor(LABELS)) + domain

    out, gradients = swept(ours, *arrays)
    their_out, their_gradients = _theirs(theirs, *arrays, seed=np.array(1.0))
    np.testing.assert_allclose(out, their_out, rtol=1e-13)
    for grad, their_grad in zip(gradients, their_gradients):
        np.testing.assert_allclose(grad, their_grad, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-10)])
@pytest.mark.parametrize("shape", [(8, 3), (4, 5, 6, 3)])
def test_batch_normalisation_has_the_numbers_and_gradients_of_torch(shape, dtype, tolerance, rng):
    x, seed = (rng.standard_normal(shape).astype(dtype) for _ in range(2))
    scale, shift = (rng.uniform(0.5, 2, 3).astype(dtype) for _ in range(2))

    def theirs(x, scale, shift):
        return F.batch_norm(x.movedim(-1, 1), None, None, scale, shift, training=True, eps=1e-3).movedim(1, -1)

    out, gradients = swept(lambda *inputs: md.batch_normalise(*inputs, epsilon=1e-3), x, scale, shift, seed=seed)
    their_out, their_gradients = _theirs(theirs, x, scale, shift, seed=seed)
    assert out.dtype == their_out.dtype == dtype
    np.testing.assert_allclose(out, their_out, rtol=tolerance, atol=tolerance)
    for gradient, their_gradient in zip(gradients, their_gradients):
        np.testing.assert_allclose(gradient, their_gradient, rtol=tolerance, atol=tolerance * abs(their_gradient).max())
