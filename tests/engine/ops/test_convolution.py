"""Convolution beside the obvious loops, which are its oracle here."""

import numpy as np
import pytest
from helpers import standin
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st

import minidann as md
from minidann.engine.backend import as_array, to_numpy
from minidann.engine.ops import convolution

pytestmark = pytest.mark.usefixtures("backend")


def looped(x, w, b, stride, padding):
    """The definition, one output number at a time. padding is ((top, bottom), (left, right))."""
    x = np.pad(x, ((0, 0), *padding, (0, 0)))
    (s, t), (kh, kw) = stride, w.shape[:2]
    height, width = (x.shape[1] - kh) // s + 1, (x.shape[2] - kw) // t + 1
    y = np.zeros((len(x), height, width, w.shape[3]))
    for n, i, j, m in np.ndindex(y.shape):
        y[n, i, j, m] = (x[n, i * s : i * s + kh, j * t : j * t + kw] * w[:, :, :, m]).sum() + b[m]
    return y


def arrays(n, h, w, c, kh, kw, m, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for shape in ((n, h, w, c), (kh, kw, c, m), (m,))]


@st.composite
def problems(draw):
    """Any sizes, strides and paddings for which a window fits; often batch 1, or a window of the whole image."""
    small = st.integers(1, 3)
    kh, kw, c, m, n = (draw(small) for _ in range(5))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    h, w = draw(st.integers(max(1, kh - 2 * padding[0]), 6)), draw(st.integers(max(1, kw - 2 * padding[1]), 6))
    return (n, h, w, c, kh, kw, m), draw(st.tuples(small, small)), padding


@given(problems())
def test_forward_is_the_loop(problem):
    sizes, stride, (down, across) = problem
    given_arrays = arrays(*sizes)
    y = md.convolve(*given_arrays, stride=stride, padding=(down, across))
    np.testing.assert_allclose(y.data, looped(*given_arrays, stride, ((down, down), (across, across))), atol=1e-12)


@given(problems())
def test_the_three_gradients_are_the_loops_own(problem):
    """y is linear in x, in w and in b, so its change along any direction is the loop run on that direction."""
    sizes, stride, (down, across) = problem
    x, w, b = arrays(*sizes)
    padding = ((down, down), (across, across))
    seed = np.random.default_rng(1).standard_normal(looped(x, w, b, stride, padding).shape)
    _, gradients = swept(lambda *t: md.convolve(*t, stride=stride, padding=(down, across)), x, w, b, seed=seed)
    for i, gradient in enumerate(gradients):
        direction = np.random.default_rng(2).standard_normal(gradient.shape)
        parts = [np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)]
        if i < 2:
            parts[1 - i] = (x, w)[1 - i]
        parts[i] = direction
        change = looped(*parts, stride, padding)
        assert (to_numpy(gradient) * direction).sum() == pytest.approx((seed * change).sum(), abs=1e-9)


@pytest.mark.parametrize("padding", [0, 1, (0, 2), "same", "valid"])
@pytest.mark.parametrize("stride", [1, 2, (2, 1)])
def test_backward_is_the_derivative(stride, padding):
    assert_gradient_is_right(lambda *t: md.convolve(*t, stride=stride, padding=padding), *arrays(2, 5, 4, 2, 3, 2, 3))


@pytest.mark.parametrize("size", range(1, 8))
@pytest.mark.parametrize("kernel", range(1, 5))
@pytest.mark.parametrize("stride", range(1, 4))
def test_same_gives_as_many_windows_as_strides(size, kernel, stride):
    y = md.convolve(*arrays(1, size, size, 1, kernel, kernel, 1), stride=stride, padding="same")
    assert y.shape[1:3] == (-(-size // stride),) * 2


def same_sides(size, kernel, stride):
    """The zeros before and after by the rule of "same": as many windows as strides, an odd zero after."""
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return missing // 2, missing - missing // 2


@pytest.mark.parametrize("stride", [1, 2, (2, 1), (1, 3)])
@pytest.mark.parametrize("kernel", [(2, 2), (3, 2), (2, 4), (4, 3)])
def test_same_puts_an_odd_zero_below_and_at_the_right(kernel, stride):
    x, w, b = arrays(2, 5, 4, 2, *kernel, 3)
    steps = stride if isinstance(stride, tuple) else (stride, stride)
    sides = tuple(same_sides(*of_axis) for of_axis in zip((5, 4), kernel, steps))
    y = md.convolve(x, w, b, stride=stride, padding="same")
    np.testing.assert_allclose(y.data, looped(x, w, b, steps, sides), atol=1e-12)


def test_same_on_an_image_of_four_pixels_by_hand():
    ones, image = np.ones((2, 2, 1, 1)), np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
    y = md.convolve(image, ones, np.zeros(1), padding="same")
    np.testing.assert_array_equal(y.data[0, :, :, 0], [[10, 6], [7, 4]])


def test_unequal_zeros_on_the_four_sides_are_where_they_belong(xp):
    x = xp.asarray(np.arange(1.0, 5.0).reshape(1, 2, 2, 1))
    op = convolution.Convolution((1, 1), ((1, 2), (0, 3)))
    op.xp = xp
    padded = op.forward(x, xp.asarray(np.ones((1, 1, 1, 1))), xp.asarray(np.zeros(1)))
    assert padded.shape == (1, 5, 5, 1)
    np.testing.assert_array_equal(to_numpy(padded)[0, 1:3, :2, 0], [[1, 2], [3, 4]])
    assert to_numpy(padded).sum() == 10
    np.testing.assert_array_equal(to_numpy(op.backward(padded)[0]), to_numpy(x))


def test_a_batch_in_blocks_is_the_batch_at_once(monkeypatch):
    problem = arrays(7, 6, 6, 2, 3, 3, 4)
    whole, gradients = swept(md.convolve, *problem, seed=np.ones((7, 4, 4, 4)))
    monkeypatch.setattr(convolution, "BLOCK", 600)  # two images a block
    blocked, again = swept(md.convolve, *problem, seed=np.ones((7, 4, 4, 4)))
    np.testing.assert_allclose(blocked, whole, rtol=1e-12)
    for one, other in zip(gradients, again):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_float32_stays_float32():
    problem = [array.astype("f") for array in arrays(2, 5, 5, 2, 3, 3, 4)]
    y, gradients = swept(md.convolve, *problem, seed=np.ones((2, 3, 3, 4)))
    assert y.dtype == np.float32
    assert {gradient.dtype for gradient in gradients} == {np.dtype("float32")}


def test_the_device_gives_the_same_numbers_as_the_host():
    problem = arrays(3, 6, 5, 2, 3, 2, 4)
    seed = np.random.default_rng(1).standard_normal((3, 3, 3, 4))
    options = {"stride": 2, "padding": 1}
    y, gradients = swept(lambda *t: md.convolve(*t, **options), *problem, seed=seed)
    moved = [standin.library.asarray(array) for array in problem]
    device_y, device_gradients = swept(
        lambda *t: md.convolve(*t, **options), *moved, seed=standin.library.asarray(seed)
    )
    np.testing.assert_array_equal(standin.library.asnumpy(device_y), y)
    for device_gradient, gradient in zip(device_gradients, gradients):
        np.testing.assert_array_equal(standin.library.asnumpy(device_gradient), gradient)


def test_the_first_layers_input_gradient_is_not_computed():
    x, w, b = arrays(2, 5, 5, 1, 3, 3, 2)
    y = md.convolve(x, md.Tensor(w, requires_grad=True), md.Tensor(b, requires_grad=True))
    assert y.op.backward(as_array(np.ones(y.shape)))[0] is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), ((1, 3), (2, 0))])
def test_it_agrees_with_torch(dtype, stride, padding):
    torch = pytest.importorskip("torch")
    x, w, b = (array.astype(dtype) for array in arrays(3, 9, 8, 3, 3, 2, 5))
    y, gradients = swept(
        lambda *t: md.convolve(*t, stride=stride, padding=padding), x, w, b, seed=_seed(x, w, b, stride, padding)
    )
    theirs = [
        torch.tensor(np.ascontiguousarray(a), requires_grad=True)
        for a in (x.transpose(0, 3, 1, 2), w.transpose(3, 2, 0, 1), b)
    ]
    out = torch.nn.functional.conv2d(*theirs, stride=stride, padding=padding)
    out.backward(torch.tensor(np.ascontiguousarray(_seed(x, w, b, stride, padding).transpose(0, 3, 1, 2))))
    wanted = [
        theirs[0].grad.numpy().transpose(0, 2, 3, 1),
        theirs[1].grad.numpy().transpose(2, 3, 1, 0),
        theirs[2].grad.numpy(),
    ]
    tolerance = 1e-10 if dtype == "float64" else 1e-5
    for mine, other in zip([y, *gradients], [out.detach().numpy().transpose(0, 2, 3, 1), *wanted]):
        np.testing.assert_allclose(mine, other, rtol=tolerance, atol=tolerance * np.abs(other).max())


def _seed(x, w, b, stride, padding):
    shape = md.convolve(x, w, b, stride=stride, padding=padding).shape
    return np.random.default_rng(4).standard_normal(shape).astype(x.dtype)


@pytest.mark.parametrize(
    ("sizes", "options", "message"),
    [
        ((1, 3, 3, 1, 5, 5, 1), {}, r"window of 5×5 does not fit into 3×3"),
        ((1, 3, 3, 1, 5, 5, 1), {"padding": (1, 0)}, r"window of 5×5 does not fit into 5×3"),
        ((1, 3, 3, 1, 2, 2, 1), {"stride": 0}, r"stride: got 0"),
        ((1, 3, 3, 1, 2, 2, 1), {"stride": (1, 2, 3)}, r"stride: got \(1, 2, 3\), expected a number or a pair"),
        ((1, 3, 3, 1, 2, 2, 1), {"padding": -1}, r"padding: got -1"),
        ((1, 3, 3, 1, 2, 2, 1), {"padding": "full"}, r"padding: got 'full', expected one of same, valid"),
    ],
)
def test_what_cannot_be_convolved_is_refused(sizes, options, message):
    with pytest.raises(ValueError, match=message):
        md.convolve(*arrays(*sizes), **options)


def test_channels_and_ranks_that_do_not_match_are_refused_with_their_shapes():
    x, w, b = arrays(1, 4, 4, 3, 2, 2, 5)
    with pytest.raises(
        ValueError, match=r"x: got shape \(1, 4, 4, 2\), expected 3 channels on the last axis, \(n, h, w, c\)"
    ):
        md.convolve(x[..., :2], w, b)
    with pytest.raises(ValueError, match=r"x \(4, 4, 3\), weight \(2, 2, 3, 5\) and bias \(5,\)"):
        md.convolve(x[0], w, b)
    with pytest.raises(ValueError, match=r"bias \(2,\)"):
        md.convolve(x, w, b[:2])
