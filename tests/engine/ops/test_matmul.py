"""Matrix products of vectors, matrices and stacks that broadcast."""

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

import minidann as md

pytestmark = pytest.mark.usefixtures("backend")

# core shapes (n, k) @ (k, m); the ? lets a vector stand in, as it may in NumPy
MATMUL = mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3)


@given(shapes=MATMUL, seed=st.integers(0, 9))
def test_whatever_numpy_can_multiply_has_right_gradients(shapes, seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.standard_normal(shape) for shape in shapes.input_shapes)
    np.testing.assert_array_equal(md.matmul(a, b).data, a @ b)
    assert_gradient_is_right(md.matmul, a, b)


def test_affine_is_a_product_and_a_sum(rng):
    x, w, b = rng.standard_normal((5, 3)), rng.standard_normal((3, 2)), rng.standard_normal(2)
    seed = rng.standard_normal((5, 2))
    one, one_gradients = swept(md.affine, x, w, b, seed=seed)
    two, two_gradients = swept(lambda x, w, b: x @ w + b, x, w, b, seed=seed)
    np.testing.assert_allclose(one, two, rtol=1e-13)
    for g1, g2 in zip(one_gradients, two_gradients):
        np.testing.assert_allclose(g1, g2, rtol=1e-13)


def test_a_more_precise_bias_keeps_its_digits():
    x, w = np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)
    y, gradients = swept(md.affine, x, w, np.full(2, 1 + 1e-12), seed=np.ones((2, 2)))
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, np.full((2, 2), 3 + (1 + 1e-12)))
    assert [gradient.dtype for gradient in gradients] == [np.float32, np.float32, np.float64]


def test_affine_of_an_empty_batch_gives_gradient_zero():
    _, (gx, gw, gb) = swept(md.affine, np.ones((0, 3)), np.ones((3, 2)), np.ones(2), seed=np.ones((0, 2)))
    assert gx.shape == (0, 3)
    assert not gw.any()
    assert not gb.any()


@pytest.mark.parametrize("shapes", [((2, 3), (2, 3)), ((3,), (2,)), ((2, 3), ())])
def test_sizes_that_do_not_match_are_refused_with_both_shapes_and_the_rule(shapes):
    a, b = (md.Tensor(np.ones(shape)) for shape in shapes)
    with pytest.raises(ValueError, match="the last size of the left must equal") as error:
        a @ b
    assert f"MatMul of a {shapes[0]} and b {shapes[1]}" in str(error.value)


def _affine(*shapes):
    return md.affine(*[md.Tensor(np.ones(shape), requires_grad=True) for shape in shapes])


@pytest.mark.parametrize("shapes", [((2, 3), (4, 5), (5,)), ((2, 3), (3, 5), (4,))])
def test_a_dense_layer_that_does_not_fit_is_refused_with_its_rule(shapes):
    with pytest.raises(ValueError, match=r"x @ w \+ b needs x of shape \(n, k\)"):
        _affine(*shapes)


@pytest.mark.parametrize("x_shape", [(4,), (4, 4, 4), (2, 3, 4)])
def test_affine_refuses_an_x_that_is_no_matrix_rather_than_give_a_wrong_gradient(x_shape):
    with pytest.raises(ValueError, match=r"needs x of shape \(n, k\)"):
        _affine(x_shape, (4, 5), (5,))
