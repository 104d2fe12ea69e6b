"""Elementwise functions at their corners: kinks, tails and infinities."""

import numpy as np
import pytest
from helpers.numeric import swept

import minidann as md

pytestmark = pytest.mark.usefixtures("backend")

DTYPES = [np.float32, np.float64]


def _slope(function, values):
    return swept(function, np.asarray(values, dtype=float), seed=np.ones(np.shape(values)))[1][0]


@pytest.mark.parametrize("function", [md.relu, md.abs])
def test_at_the_kink_the_derivative_is_zero(function):
    np.testing.assert_array_equal(_slope(function, [0.0, -0.0]), [0, 0])


def test_relu_passes_the_gradient_only_above_zero():
    np.testing.assert_array_equal(_slope(md.relu, [-2.0, -1e-30, 1e-30, 3.0]), [0, 0, 1, 1])


def test_clip_holds_and_lets_the_gradient_through_up_to_its_bounds():
    x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    out, (grad,) = swept(lambda x: md.clip(x, -1, 1), x, seed=np.ones(5))
    np.testing.assert_array_equal(out, [-1, -1, 0, 1, 1])
    np.testing.assert_array_equal(grad, [0, 1, 1, 1, 0])


@pytest.mark.parametrize("number", [float, np.float64, np.float32, int])
def test_clip_keeps_float32_whatever_its_bounds_are(number):
    x = md.Tensor(np.ones(3, np.float32))
    assert x.clip(number(0), number(2)).dtype == np.float32


@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid_and_softplus_do_not_overflow(dtype):
    x = np.array([-1e4, -100, 0, 100, 1e4], dtype)
    out, (grad,) = swept(md.sigmoid, x, seed=np.ones(5))
    np.testing.assert_allclose(out, [0, 3.72007598e-44, 0.5, 1, 1], rtol=1e-4, atol=1e-44)
    np.testing.assert_allclose(grad, [0, 3.72007598e-44, 0.25, 0, 0], rtol=1e-4, atol=1e-43)
    out, (grad,) = swept(md.softplus, x, seed=np.ones(5))
    np.testing.assert_allclose(out, [0, 0, np.log(2), 100, 1e4], rtol=1e-6, atol=1e-40)
    np.testing.assert_allclose(grad, [0, 0, 0.5, 1, 1], rtol=1e-6, atol=1e-40)


@pytest.mark.parametrize("dtype", DTYPES)
def test_tanh_saturates_without_overflow(dtype):
    out, (grad,) = swept(md.tanh, np.array([-1e4, 0, 1e4], dtype), seed=np.ones(3))
    np.testing.assert_array_equal(out, [-1, 0, 1])
    np.testing.assert_array_equal(grad, [0, 1, 0])


def test_sigmoid_keeps_its_left_tail():
    x = np.array([-30.0, -200.0, -700.0])
    np.testing.assert_allclose(md.sigmoid(x).data, np.exp(x), rtol=1e-12)


def test_the_slope_of_a_root_at_zero_is_infinite_and_a_log_of_zero_is_minus_infinity():
    with np.errstate(divide="ignore"):
        assert _slope(md.sqrt, [0.0])[0] == np.inf
        assert md.log([0.0]).data[0] == -np.inf
        assert _slope(md.log, [0.0])[0] == np.inf


def test_negating_twice_is_the_identity():
    x = np.array([1.0, -2.0])
    out, (grad,) = swept(lambda x: -md.negate(x), x, seed=np.array([3.0, 4.0]))
    np.testing.assert_array_equal(out, x)
    np.testing.assert_array_equal(grad, [3, 4])


def test_a_function_takes_plain_arrays_lists_and_numbers():
    for value in (np.array([0.0, 1.0]), [0.0, 1.0], 0.5, md.Tensor([0.0, 1.0])):
        assert isinstance(md.exp(value), md.Tensor)


@pytest.mark.parametrize("name", ["exp", "log", "tanh", "sigmoid", "relu", "softplus", "abs", "sqrt"])
def test_function_and_method_are_the_same(name):
    x = np.array([0.5, 1.5])
    np.testing.assert_array_equal(getattr(md, name)(x).data, getattr(md.Tensor(x), name)().data)
