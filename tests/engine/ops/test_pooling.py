"""Pooling beside the obvious loops."""

import numpy as np
import pytest
from helpers import standin
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st

import minidann as md

pytestmark = pytest.mark.usefixtures("backend")

FUNCTIONS = {"max": md.max_pool, "average": md.average_pool}
both = pytest.mark.parametrize("kind", FUNCTIONS)


def looped(x, kind, window, stride):
    """Forward, and backward of a gradient of ones, one window at a time."""
    (kh, kw), (s, t) = window, stride
    n, h, w, c = x.shape
    y = np.zeros((n, (h - kh) // s + 1, (w - kw) // t + 1, c))
    gx = np.zeros_like(x)
    for a, i, j, b in np.ndindex(y.shape):
        here = (a, slice(i * s, i * s + kh), slice(j * t, j * t + kw), b)
        if kind == "max":
            y[a, i, j, b] = x[here].max()
            p, q = np.unravel_index(x[here].argmax(), (kh, kw))  # argmax is the first one in reading order
            gx[a, i * s + p, j * t + q, b] += 1
        else:
            y[a, i, j, b] = x[here].mean()
            gx[here] += 1 / (kh * kw)
    return y, gx


@st.composite
def problems(draw):
    kh, kw, s, t, n, c = (draw(st.integers(1, 3)) for _ in range(6))
    return (n, draw(st.integers(kh, 7)), draw(st.integers(kw, 7)), c), (kh, kw), (s, t)


@both
@given(problem=problems(), ties=st.booleans())
def test_forward_and_backward_are_the_loops(kind, problem, ties):
    shape, window, stride = problem
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, shape).astype(float) if ties else rng.standard_normal(shape)
    wanted, wanted_gradient = looped(x, kind, window, stride)
    y, (gradient,) = swept(lambda t: FUNCTIONS[kind](t, window, stride), x, seed=np.ones(wanted.shape))
    np.testing.assert_allclose(y, wanted, atol=1e-12)
    np.testing.assert_allclose(gradient, wanted_gradient, atol=1e-12)


@both
@pytest.mark.parametrize(("window", "stride"), [(2, None), (3, 2), ((1, 3), (2, 1)), (5, 1)])
def test_backward_is_the_derivative(kind, window, stride):
    x = np.random.default_rng(0).permutation(100).reshape(2, 5, 5, 2) * 0.1  # no ties: at one, max has a kink
    assert_gradient_is_right(lambda t: FUNCTIONS[kind](t, window, stride), x)


def test_a_tie_goes_to_the_first_pixel_alone():
    x = np.zeros((1, 2, 2, 1))
    _, (gradient,) = swept(lambda t: md.max_pool(t, 2), x, seed=np.full((1, 1, 1, 1), 7.0))
    assert gradient[0, :, :, 0].tolist() == [[7, 0], [0, 0]]


@both
def test_float32_stays_float32_and_the_device_agrees(kind):
    x = np.random.default_rng(0).standard_normal((2, 7, 6, 3)).astype("f")
    seed = np.random.default_rng(1).standard_normal((2, 3, 2, 3)).astype("f")
    y, (gradient,) = swept(lambda t: FUNCTIONS[kind](t, 3, 2), x, seed=seed)
    assert y.dtype == gradient.dtype == np.float32
    to_device, to_host = standin.library.asarray, standin.library.asnumpy
    device_y, (device_gradient,) = swept(lambda t: FUNCTIONS[kind](t, 3, 2), to_device(x), seed=to_device(seed))
    np.testing.assert_array_equal(to_host(device_y), y)
    np.testing.assert_array_equal(to_host(device_gradient), gradient)


@pytest.mark.parametrize(("window", "stride"), [(2, 2), (3, 2), (3, 1)])
def test_it_agrees_with_torch(window, stride):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    x = np.maximum(np.random.default_rng(0).standard_normal((2, 9, 8, 3)), 0)  # many ties at 0, as after a relu
    for mine, theirs in ((md.max_pool, functional.max_pool2d), (md.average_pool, functional.avg_pool2d)):
        y, (gradient,) = swept(
            lambda t, pool=mine: pool(t, window, stride), x, seed=np.ones(mine(x, window, stride).shape)
        )
        other = torch.tensor(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), requires_grad=True)
        out = theirs(other, window, stride)
        out.sum().backward()
        np.testing.assert_allclose(y, out.detach().numpy().transpose(0, 2, 3, 1), atol=1e-12)
        np.testing.assert_allclose(gradient, other.grad.numpy().transpose(0, 2, 3, 1), atol=1e-12)


def test_global_average_pool_and_flatten():
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    np.testing.assert_allclose(md.global_average_pool(x).data, x.mean(axis=(1, 2)))
    np.testing.assert_array_equal(md.flatten(x).data, x.reshape(2, 60))
    assert md.flatten(np.zeros((0, 3, 2))).shape == (0, 6)
    assert_gradient_is_right(lambda t: md.flatten(t) * md.flatten(t), x)


@both
@pytest.mark.parametrize(
    ("shape", "window", "stride", "message"),
    [
        ((1, 3, 3, 1), 4, None, r"\(1, 3, 3, 1\).*window of 4×4 does not fit into 3×3"),
        ((3, 3, 1), 2, None, r"x: got shape \(3, 3, 1\), expected images \(n, h, w, c\)"),
        ((1, 3, 3, 1), 0, None, "window: got 0"),
        ((1, 3, 3, 1), 2, -1, "stride: got -1"),
        ((1, 3, 3, 1), 2.5, None, "window: got 2.5"),
    ],
)
def test_what_cannot_be_pooled_is_refused(kind, shape, window, stride, message):
    with pytest.raises(ValueError, match=message):
        FUNCTIONS[kind](np.zeros(shape), window, stride)
