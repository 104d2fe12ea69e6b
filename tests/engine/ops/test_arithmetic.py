"""Facts of arithmetic that the table of cases cannot show: broadcasting of all kinds, ties, and corners of powers."""

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import broadcastable_shapes, mutually_broadcastable_shapes

import minidann as md

pytestmark = pytest.mark.usefixtures("backend")

RULES = {
    "add": (md.add, np.add),
    "subtract": (md.subtract, np.subtract),
    "multiply": (md.multiply, np.multiply),
    "divide": (md.divide, np.divide),
    "power": (md.power, np.power),
    "maximum": (md.maximum, np.maximum),
}


@given(
    shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    name=st.sampled_from(sorted(RULES)),
    seed=st.integers(0, 99),
)
def test_any_two_shapes_that_broadcast_have_right_gradients_of_their_own_shapes(shapes, name, seed):
    ours, numpys = RULES[name]
    rng = np.random.default_rng(seed)
    a, b = (rng.uniform(0.5, 2, shape) for shape in shapes.input_shapes)
    np.testing.assert_array_equal(ours(a, b).data, numpys(a, b))
    assert_gradient_is_right(ours, a, b)


@given(shapes=mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3), seed=st.integers(0, 99))
def test_where_broadcasts_mask_and_both_sides(shapes, seed):
    rng = np.random.default_rng(seed)
    mask, a, b = (rng.standard_normal(shape) for shape in shapes.input_shapes)
    np.testing.assert_array_equal(md.where(mask > 0, a, b).data, np.where(mask > 0, a, b))
    assert_gradient_is_right(lambda a, b: md.where(mask > 0, a, b), a, b)


@given(data=st.data(), shape=st.sampled_from([(), (3,), (2, 1), (1, 3), (2, 1, 3)]))
def test_broadcast_to_a_larger_shape_sums_the_gradient_over_the_repeats(data, shape):
    larger = data.draw(broadcastable_shapes(shape, min_dims=len(shape), max_dims=4, max_side=3))
    target = np.broadcast_shapes(shape, larger)
    x = np.random.default_rng(0).standard_normal(shape)
    assert_gradient_is_right(lambda x: md.broadcast(x, target), x)


@pytest.mark.parametrize("function", [md.add, md.multiply, md.power, md.where], ids=lambda f: f.__name__)
def test_arrays_without_elements_are_fine(function):
    a, b = np.ones((0, 3)), np.ones((1, 3))
    args = (lambda a, b: md.where(np.ones(3, bool), a, b)) if function is md.where else function
    out, (ga, gb) = swept(args, a, b, seed=np.ones((0, 3)))
    assert out.shape == ga.shape == (0, 3)
    np.testing.assert_array_equal(gb, np.zeros((1, 3)))


def test_on_a_tie_the_gradient_of_maximum_goes_to_the_first():
    _, (ga, gb) = swept(md.maximum, np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]), seed=np.ones(3))
    np.testing.assert_array_equal(ga, [1, 0, 1])
    np.testing.assert_array_equal(gb, [0, 1, 0])


def test_a_constant_power_of_zero_has_a_finite_gradient():
    for exponent, expected in [(0, 0.0), (1, 1.0), (2, 0.0), (0.0, 0.0)]:
        x = md.Tensor(np.zeros(1), requires_grad=True)
        np.testing.assert_array_equal(md.backprop(x**exponent)[x], [expected])


def test_a_negative_base_has_whole_powers():
    assert_gradient_is_right(lambda x: x**3 + x**-2, np.array([-1.5, -0.5]))


def test_zero_to_a_variable_power_has_exponent_gradient_zero():
    _, (_, gb) = swept(md.power, np.array([0.0, 0.0]), np.array([2.0, 0.0]), seed=np.ones(2))
    np.testing.assert_array_equal(gb, [0, 0])


@pytest.mark.parametrize("number", [2, 2.5, np.float64(2.5), np.float32(2.5), np.int64(2), np.array(2.5), True])
@pytest.mark.parametrize("shape", [(), (3,)])
def test_a_lone_number_on_either_side_keeps_float32(number, shape):
    x = md.Tensor(np.full(shape, 1.5, np.float32), requires_grad=True)
    results = [x + number, number + x, x - number, number - x, x * number, number * x, x / number, number / x]
    results += [x**number, number**x, md.maximum(x, number), md.maximum(number, x)]
    results += [md.where(x > 0, number, x), md.where(x > 0, x, number)]
    for out in results:
        assert out.dtype == np.float32
        assert md.backprop(out, upstream=np.ones(shape))[x].dtype == np.float32


@pytest.mark.parametrize("function", [md.add, md.subtract, md.multiply, md.divide, md.power, md.maximum])
def test_a_lone_number_beside_a_plain_array_takes_its_dtype_on_either_side(function):
    array = np.ones(3, np.float32)
    assert function(array, 2.5).dtype == np.float32
    assert function(2.5, array).dtype == np.float32


def test_half_of_a_whole_number_is_no_whole_number():
    np.testing.assert_array_equal((md.Tensor([1, 2]) * 0.5).data, [0.5, 1.0])


def test_an_array_of_the_left_asks_the_tensor():
    x = md.Tensor(np.array([1.0, 2.0]), requires_grad=True)
    array = np.array([3.0, 4.0])
    for out, expected in [(array + x, [4, 6]), (array - x, [2, 2]), (array * x, [3, 8]), (array / x, [3, 2])]:
        assert isinstance(out, md.Tensor)
        np.testing.assert_array_equal(out.data, expected)
    assert isinstance(array @ x, md.Tensor)
    assert isinstance(array**x, md.Tensor)


@pytest.mark.parametrize("function", [md.add, md.subtract, md.multiply, md.divide, md.power, md.maximum])
def test_shapes_that_do_not_broadcast_are_refused_with_both_shapes_and_advice(function):
    with pytest.raises(ValueError, match=r"of a \(2, 3\) and b \(2,\): .*reshape or transpose first"):
        function(md.Tensor(np.ones((2, 3))), md.Tensor(np.ones(2)))


@pytest.mark.parametrize("wrong", [None, "3", object()], ids=["None", "str", "object"])
def test_an_operand_that_is_no_number_is_refused(wrong):
    x = md.Tensor([1.0, 2.0])
    with pytest.raises(TypeError):
        x + wrong
    with pytest.raises(TypeError):
        wrong * x


def test_a_mask_must_be_boolean():
    with pytest.raises(TypeError, match="mask: got dtype int64, expected booleans"):
        md.where(np.array([1, 0]), md.Tensor([1.0, 2.0]), 0.0)


def test_where_takes_nothing_back_from_the_branch_not_taken():
    x = md.Tensor(np.array([1.0, 2.0]), requires_grad=True)
    y = md.Tensor(np.array([5.0, 6.0]), requires_grad=True)
    g = md.backprop(md.where([True, False], x, y).sum())
    np.testing.assert_array_equal(g[x], [1, 0])
    np.testing.assert_array_equal(g[y], [0, 1])
