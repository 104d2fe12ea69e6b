"""Batch normalisation beside its definition. What holds for every op (its rule, float32, the device): test_op.py."""

import numpy as np
import pytest
from helpers import standin
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st

import minidann as md
from minidann.engine.backend import to_numpy

pytestmark = pytest.mark.usefixtures("backend")


def by_definition(x, scale, shift, epsilon):
    """One channel at a time, with NumPy's own mean and variance."""
    y = np.empty_like(x)
    for c in range(x.shape[-1]):
        channel = x[..., c]
        y[..., c] = scale[c] * (channel - np.mean(channel)) / np.sqrt(np.var(channel) + epsilon) + shift[c]
    return y


@st.composite
def problems(draw):
    """Inputs (n, c) or (n, h, w, c), of one channel or more, and of two numbers a channel or more."""
    n, c = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    between = draw(st.sampled_from([(), (1, 1), (2, 3), (3, 1)]))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    return rng.normal(3, 2, (n, *between, c)), rng.normal(size=c), rng.normal(size=c)


@given(problem=problems(), epsilon=st.sampled_from([1e-5, 0.1]))
def test_it_is_its_definition(problem, epsilon):
    x, scale, shift = problem
    np.testing.assert_allclose(
        md.batch_normalise(x, scale, shift, epsilon).data, by_definition(x, scale, shift, epsilon), atol=1e-10
    )


@given(problem=problems())
def test_backward_is_the_derivative(problem):
    assert_gradient_is_right(lambda *inputs: md.batch_normalise(*inputs, epsilon=0.1), *problem, atol=1e-6)


@given(problem=problems())
def test_every_channel_comes_out_with_mean_shift_and_deviation_scale(problem):
    x, scale, shift = problem
    rows = to_numpy(md.batch_normalise(x, scale, shift, epsilon=0).data).reshape(-1, len(scale))
    np.testing.assert_allclose(rows.mean(axis=0), shift, atol=1e-9)
    np.testing.assert_allclose(rows.std(axis=0), abs(scale), atol=1e-9)


def test_mean_and_variance_of_the_batch_stay_on_the_op(rng):
    x = rng.standard_normal((4, 2, 3, 5))
    op = md.batch_normalise(md.Tensor(x, requires_grad=True), np.ones(5), np.zeros(5)).op
    np.testing.assert_allclose(op.mean, x.mean(axis=(0, 1, 2)), atol=1e-14)
    np.testing.assert_allclose(op.variance, x.var(axis=(0, 1, 2)))
    assert op.n == 24


@given(problem=problems(), factor=st.sampled_from([0.01, 3.0, 100.0]))
def test_a_constant_added_to_a_channel_or_multiplied_with_it_changes_nothing(problem, factor):
    x, scale, shift = problem
    y = md.batch_normalise(x, scale, shift, epsilon=0).data
    moved = md.batch_normalise(x * factor + np.arange(len(scale)), scale, shift, epsilon=0).data
    np.testing.assert_allclose(moved, y, atol=1e-6)


@given(problem=problems())
def test_the_gradient_neither_moves_a_channel_nor_stretches_it(problem):
    """What cannot change the output gets no gradient: its sum over the batch is 0, and it is orthogonal to x̂."""
    x, scale, shift = problem
    seed = np.random.default_rng(5).standard_normal(x.shape)
    _, (gradient, _, _) = swept(lambda *inputs: md.batch_normalise(*inputs, epsilon=0), x, scale, shift, seed=seed)
    rows = to_numpy(gradient).reshape(-1, len(scale))
    x_hat = (x - x.mean(axis=tuple(range(x.ndim - 1)))).reshape(-1, len(scale))
    size = abs(scale / x.reshape(-1, len(scale)).std(axis=0)).max() * len(rows)
    np.testing.assert_allclose(rows.sum(axis=0), 0, atol=1e-9 * size)
    np.testing.assert_allclose((rows * x_hat).sum(axis=0), 0, atol=1e-9 * size * abs(x_hat).max())


def test_the_input_and_the_gradient_above_stay_as_they_were(rng):
    x, seed = rng.standard_normal((2, 6, 3))
    before = x.copy(), seed.copy()
    swept(md.batch_normalise, x, np.ones(3), np.zeros(3), seed=seed)
    np.testing.assert_array_equal((x, seed), before)


def test_epsilon_keeps_a_constant_channel_finite():
    y, gradients = swept(md.batch_normalise, np.full((4, 1), 7.0), np.ones(1), np.full(1, 0.5), seed=np.ones((4, 1)))
    assert y.ravel().tolist() == [0.5] * 4
    assert all(np.isfinite(to_numpy(gradient)).all() for gradient in gradients)


def test_images_in_float32_are_the_same_on_the_device(rng):
    arrays = rng.standard_normal((3, 4, 5, 2)), rng.standard_normal(2), rng.standard_normal(2)
    x, scale, shift = (array.astype(np.float32) for array in arrays)
    seed = rng.standard_normal(x.shape).astype(np.float32)
    out, gradients = swept(md.batch_normalise, x, scale, shift, seed=seed)
    to_device, to_host = standin.library.asarray, standin.library.asnumpy
    device = swept(md.batch_normalise, *map(to_device, (x, scale, shift)), seed=to_device(seed))
    assert out.dtype == np.float32
    np.testing.assert_array_equal(to_host(device[0]), out)
    for device_gradient, gradient in zip(device[1], gradients):
        assert gradient.dtype == np.float32
        np.testing.assert_array_equal(to_host(device_gradient), gradient)


@pytest.mark.parametrize("shape", [(1, 3), (1, 1, 1, 3), (0, 3)])
def test_fewer_than_two_numbers_a_channel_are_refused(shape):
    with pytest.raises(ValueError, match=f"there are {shape[0]} numbers a channel") as caught:
        md.batch_normalise(np.zeros(shape), np.ones(3), np.zeros(3))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("scale", "shift", "shapes"),
    [
        ((2,), (3,), r"x \(4, 3\) and scale \(2,\) and shift \(3,\)"),
        ((3,), (2,), r"x \(4, 3\) and scale \(3,\) and shift \(2,\)"),
        ((), (3,), r"x \(4, 3\) and scale \(\) and shift \(3,\)"),
        ((3,), (1, 3), r"x \(4, 3\) and scale \(3,\) and shift \(1, 3\)"),
    ],
)
def test_a_scale_or_shift_of_another_shape_is_refused_with_the_shapes(scale, shift, shapes):
    message = f"BatchNormalise of {shapes}: x must be .* \\(x has \\(3,\\) channels\\)"
    with pytest.raises(ValueError, match=message) as caught:
        md.batch_normalise(np.zeros((4, 3)), np.ones(scale), np.zeros(shift))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("epsilon", [-1e-5, np.nan, np.inf, "small"])
def test_an_epsilon_that_is_no_number_of_at_least_0_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon: got .*, expected a finite number of at least 0"):
        md.batch_normalise(np.zeros((4, 3)), np.ones(3), np.zeros(3), epsilon)
