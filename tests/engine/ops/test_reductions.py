"""Reductions over any axes: against NumPy forward, against central differences backward."""

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minidann as md
from minidann.engine.backend import to_numpy

pytestmark = pytest.mark.usefixtures("backend")


def _logsumexp(x, axis=None, keepdims=False):
    return np.log(np.exp(x).sum(axis=axis, keepdims=keepdims))


RULES = {
    "sum": (md.sum, np.sum),
    "mean": (md.mean, np.mean),
    "max": (md.max, np.max),
    "logsumexp": (md.logsumexp, _logsumexp),
}


@given(
    shape=hnp.array_shapes(min_dims=0, max_dims=4, max_side=3),
    name=st.sampled_from(sorted(RULES)),
    keepdims=st.booleans(),
    data=st.data(),
)
def test_over_any_axes(shape, name, keepdims, data):
    ours, numpys = RULES[name]
    axes = st.one_of(
        st.none(),
        *([st.integers(-len(shape), len(shape) - 1)] if shape else []),
        hnp.valid_tuple_axes(len(shape)),
    )
    axis = data.draw(axes)
    x = np.random.default_rng(0).permutation(int(np.prod(shape))).reshape(shape) * 0.1
    np.testing.assert_allclose(ours(x, axis, keepdims).data, numpys(x, axis=axis, keepdims=keepdims), rtol=1e-14)
    assert_gradient_is_right(lambda x: ours(x, axis, keepdims), x)


@given(shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), data=st.data())
def test_log_softmax_along_any_axis_gives_probabilities(shape, data):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = np.random.default_rng(0).standard_normal(shape)
    np.testing.assert_allclose(np.exp(to_numpy(md.log_softmax(x, axis).data)).sum(axis=axis), 1, rtol=1e-14)
    assert_gradient_is_right(lambda x: md.log_softmax(x, axis), x)


def test_on_a_tie_the_first_maximum_gets_the_gradient():
    x = np.array([[1.0, 2.0, 2.0], [3.0, 3.0, 0.0]])
    grads = {axis: swept(lambda x, axis=axis: md.max(x, axis).sum(), x)[1][0] for axis in (None, 0, 1, (0, 1))}
    np.testing.assert_array_equal(grads[1], [[0, 1, 0], [1, 0, 0]])
    np.testing.assert_array_equal(grads[0], [[0, 0, 1], [1, 1, 0]])
    np.testing.assert_array_equal(grads[None], [[0, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(grads[0, 1], grads[None])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("function", [md.logsumexp, md.log_softmax])
def test_huge_numbers_do_not_overflow(function, dtype):
    x = np.array([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]], dtype)
    out, (grad,) = swept(lambda x: function(x, axis=1), x, seed=np.ones((2,) if function is md.logsumexp else (2, 3)))
    if function is md.logsumexp:
        np.testing.assert_allclose(out, [1e4, -1e4 + np.log(3)], rtol=1e-7)
        np.testing.assert_allclose(grad, [[1, 0, 0], [1 / 3] * 3], rtol=2e-3 if dtype is np.float32 else 1e-9)
    else:
        np.testing.assert_allclose(out, [[0, -2e4, -1e4], [-np.log(3)] * 3], rtol=1e-6)
        np.testing.assert_allclose(grad, [[-2, 1, 1], [0] * 3], atol=1e-6)


def test_logsumexp_of_infinities():
    assert md.logsumexp([np.inf, 0.0]).item() == np.inf
    assert md.logsumexp([-np.inf, 0.0]).item() == 0
    with np.errstate(divide="ignore"):
        assert md.logsumexp([-np.inf, -np.inf]).item() == -np.inf


def test_an_impossible_class_has_no_gradient():
    _, (grad,) = swept(lambda x: md.logsumexp(x), np.array([-np.inf, 1.0]))
    np.testing.assert_array_equal(grad, [0, 1])


def test_a_row_without_any_possible_class_has_gradient_zero():
    with np.errstate(divide="ignore"):
        y, (grad,) = swept(
            lambda x: md.logsumexp(x, axis=1), np.array([[-np.inf, -np.inf], [0.0, -np.inf]]), seed=np.ones(2)
        )
    np.testing.assert_array_equal(y, [-np.inf, 0])
    np.testing.assert_array_equal(grad, [[0, 0], [1, 0]])


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min"])
def test_function_and_method_are_the_same(name):
    x = np.arange(6.0).reshape(2, 3)
    method = getattr(md.Tensor(x), name)
    for axis, keepdims in [(None, False), (None, True), (0, True), (-1, False), ((0, 1), False), ((0, 1), True)]:
        expected = getattr(np, name)(x, axis=axis, keepdims=keepdims)
        np.testing.assert_array_equal(getattr(md, name)(x, axis, keepdims).data, expected)
        np.testing.assert_array_equal(method(axis=axis, keepdims=keepdims).data, expected)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_logsumexp_is_its_formula_along_any_axes(axis, keepdims, rng):
    x = rng.standard_normal((2, 3))
    expected = np.log(np.exp(x).sum(axis=axis, keepdims=keepdims))
    np.testing.assert_allclose(md.logsumexp(x, axis, keepdims).data, expected, rtol=1e-13)


def test_an_empty_batch_has_an_empty_gradient():
    for function in (md.sum, md.max, md.logsumexp):
        x = md.Tensor(np.ones((0, 3)), requires_grad=True)
        assert md.backprop(function(x, axis=1), upstream=np.ones(0))[x].shape == (0, 3)


@pytest.mark.parametrize("function", [md.sum, md.max, md.logsumexp])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_lone_number_may_be_reduced_over_an_axis_as_in_numpy(function, axis, keepdims):
    x = md.Tensor(3.0, requires_grad=True)
    y = function(x, axis=axis, keepdims=keepdims)
    assert (y.item(), y.shape) == (3.0, ())
    grad = md.backprop(y)[x]
    assert (grad, grad.shape) == (1.0, ())


def test_the_mean_of_whole_numbers_is_no_whole_number():
    assert md.mean([1, 2]).item() == 1.5


@pytest.mark.parametrize("function", [md.sum, md.mean, md.max, md.logsumexp])
@pytest.mark.parametrize("axis", [2, -3, (0, 0)])
def test_an_axis_that_is_not_there_or_stands_twice_is_refused(function, axis):
    with pytest.raises(ValueError, match=r"of x \(2, 3\): axis must name axes that the tensor has, each once"):
        function(md.Tensor(np.ones((2, 3))), axis=axis)


@pytest.mark.parametrize("axis", [None, 0, -1, ()], ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "logsumexp"])
def test_a_lone_number_is_reduced_along_any_axis(name, axis, keepdims):
    x = md.Tensor(3.0, requires_grad=True)
    y = getattr(md, name)(x, axis=axis, keepdims=keepdims)
    assert (y.shape, y.item()) == ((), 3)
    assert md.backprop(y)[x].tolist() == 1


@pytest.mark.parametrize("axis", [0, -1])
def test_the_softmax_of_a_lone_number_is_1(axis):
    x = md.Tensor(3.0, requires_grad=True)
    for function, value in ((md.softmax, 1), (md.log_softmax, 0)):
        y = function(x, axis=axis)
        assert (y.shape, y.item()) == ((), value)
        assert md.backprop(y)[x].tolist() == 0
