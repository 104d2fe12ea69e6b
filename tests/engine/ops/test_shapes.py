"""Moving elements about: whatever NumPy can reshape, transpose, index and join, the gradient finds its way back."""

import time

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right, swept
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minidann as md
from minidann.engine.backend import to_numpy

SHAPES = hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)


def _numbers(shape):
    return np.random.default_rng(0).standard_normal(shape)


@given(shape=SHAPES, data=st.data())
def test_reshape_to_any_split_of_the_size(shape, data):
    size = int(np.prod(shape))
    first = data.draw(st.sampled_from([n for n in range(1, size + 1) if size % n == 0]))
    new = data.draw(st.sampled_from([(first, size // first), (first, -1), (-1, first), (size,), (-1,), (1, size)]))
    x = _numbers(shape)
    np.testing.assert_array_equal(md.reshape(x, new).data, x.reshape(new))
    assert_gradient_is_right(lambda x: x.reshape(*new), x)


@given(shape=hnp.array_shapes(min_dims=0, max_dims=4, max_side=3), data=st.data())
def test_transpose_by_any_permutation_with_any_signs(shape, data):
    axes = data.draw(st.permutations(range(len(shape))))
    axes = tuple(axis - len(shape) * data.draw(st.integers(0, 1)) for axis in axes)
    x = _numbers(shape)
    np.testing.assert_array_equal(md.transpose(x, axes).data, x.transpose(axes))
    assert_gradient_is_right(lambda x: md.transpose(x, axes), x)
    assert_gradient_is_right(lambda x: x.T, x)


@given(shape=SHAPES, data=st.data())
def test_index_by_slices_numbers_ellipsis_and_new_axes(shape, data):
    key = data.draw(hnp.basic_indices(shape, allow_newaxis=True))
    x = _numbers(shape)
    np.testing.assert_array_equal(md.Tensor(x)[key].data, x[key])
    assert_gradient_is_right(lambda x: x[key], x)


@given(shape=SHAPES, data=st.data())
def test_index_by_arrays_of_positions_that_may_repeat(shape, data):
    key = data.draw(hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4)))
    x = _numbers(shape)
    np.testing.assert_array_equal(md.Tensor(x)[key].data, x[key])
    assert_gradient_is_right(lambda x: x[key], x)


@given(shape=SHAPES, data=st.data())
def test_index_by_a_boolean_mask(shape, data):
    mask = data.draw(hnp.arrays(bool, shape[: data.draw(st.integers(1, len(shape)))]))
    x = _numbers(shape)
    np.testing.assert_array_equal(md.Tensor(x)[mask].data, x[mask])
    assert_gradient_is_right(lambda x: x[mask], x)


@given(shape=SHAPES, sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3), data=st.data())
def test_concatenate_on_any_axis(shape, sizes, data):
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    arrays = [_numbers([n if i == axis % len(shape) else s for i, s in enumerate(shape)]) for n in sizes]
    np.testing.assert_array_equal(md.concatenate(arrays, axis).data, np.concatenate(arrays, axis))
    assert_gradient_is_right(lambda *tensors: md.concatenate(tensors, axis), *arrays)


@given(shape=hnp.array_shapes(min_dims=0, max_dims=3, max_side=3), count=st.integers(1, 3), data=st.data())
def test_stack_on_any_axis(shape, count, data):
    axis = data.draw(st.integers(-len(shape) - 1, len(shape)))
    arrays = [_numbers(shape) + i for i in range(count)]
    np.testing.assert_array_equal(md.stack(arrays, axis).data, np.stack(arrays, axis))
    assert_gradient_is_right(lambda *tensors: md.stack(tensors, axis), *arrays)


def test_a_place_taken_three_times_gets_three_gradients(xp):
    x = md.Tensor(xp.asarray([1.0, 2.0, 3.0]), requires_grad=True)
    y = x[xp.asarray([2, 0, 2, 2])]
    g = md.backprop(y, upstream=xp.asarray([1.0, 10.0, 100.0, 1000.0]))
    np.testing.assert_array_equal(to_numpy(g[x]), [10, 0, 1101])


@pytest.mark.parametrize(
    "key", [[0, 0], ([0, 0], [1, 1]), (slice(None), [1, 1, 1]), np.int64(1), (..., [0, 0])], ids=str
)
def test_lists_and_scalars_of_numpy_are_keys_too(key):
    x = _numbers((3, 2))
    np.testing.assert_array_equal(md.Tensor(x)[key].data, x[key])
    assert_gradient_is_right(lambda x: x[key], x)


def test_a_tensor_can_be_a_key():
    x = md.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    np.testing.assert_array_equal(x[md.Tensor([2, 2])].data, [3, 3])
    np.testing.assert_array_equal(md.backprop(x[md.Tensor([2, 2])].sum())[x], [0, 0, 2])


def test_a_mask_on_the_device(xp):
    x = md.Tensor(xp.asarray([-1.0, 2.0, 3.0]), requires_grad=True)
    y = x[x > 0]
    np.testing.assert_array_equal(to_numpy(md.backprop(y, upstream=xp.asarray([5.0, 7.0]))[x]), [0, 5, 7])


def test_the_rows_of_a_tensor_can_be_walked_over():
    x = md.Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert [row.data.tolist() for row in x] == [[1, 2], [3, 4]]


def test_a_tensor_joined_to_itself_gets_both_gradients():
    _, (grad,) = swept(lambda x: md.concatenate([x, x]), np.ones(2), seed=np.array([1.0, 2.0, 10.0, 20.0]))
    np.testing.assert_array_equal(grad, [11, 22])


def test_the_sweep_of_many_joined_tensors_takes_time_in_proportion_to_their_number():
    def seconds(n):
        op = md.engine.ops.Concatenate()
        op.forward(*[np.ones(1)] * n)
        times = []
        for _ in range(3):
            start = time.process_time()
            op.backward(np.ones(n))
            times.append(time.process_time() - start)
        return min(times)

    assert seconds(16_000) < 24 * seconds(2_000)  # 8 times as many tensors; a square would be 64 times the work


@pytest.mark.parametrize("shape", [(6,), 6, np.int64(6), (np.int64(2), 3), [3, 2], -1], ids=repr)
def test_reshape_takes_all_spellings_of_a_shape(shape):
    x = _numbers((2, 3))
    np.testing.assert_array_equal(md.Tensor(x).reshape(shape).data, x.reshape(shape))


@pytest.mark.parametrize(
    ("slip", "message"),
    [
        (lambda x: x.reshape(4, 2), r"Reshape of x \(2, 3\): the new shape must hold as many elements"),
        (lambda x: x.transpose(0, 0), r"Transpose of x \(2, 3\): axes must name every axis"),
        (lambda x: x.transpose(0), r"Transpose of x \(2, 3\): axes must name every axis"),
        (lambda x: md.concatenate([x, x.T]), r"Concatenate of tensors \(2, 3\) and \(3, 2\): the shapes must be equal"),
        (lambda x: md.stack([x, x.T]), r"Stack of tensors \(2, 3\) and \(3, 2\): all shapes must be equal"),
        (lambda x: md.broadcast(x, (2, 4)), r"Broadcast of x \(2, 3\)"),
        (lambda x: md.concatenate([]), r"tensors: got \[\], expected a list of at least one tensor"),
        (lambda x: md.stack(x), r"tensors: got a Tensor.*, expected a list of at least one tensor"),
    ],
)
def test_shapes_that_do_not_fit_are_refused_with_the_shapes_and_the_rule(slip, message):
    with pytest.raises((TypeError, ValueError), match=message):
        slip(md.Tensor(np.ones((2, 3))))


def test_an_index_out_of_range_is_refused_with_the_shape():
    with pytest.raises(IndexError, match=r"Index of x \(2, 3\).*index 2 is out of bounds"):
        md.Tensor(np.ones((2, 3)))[2]


def test_joining_along_an_axis_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match=r"Concatenate of tensors \(2,\) and \(2,\)"):
        md.concatenate([md.Tensor([1.0, 2.0])] * 2, axis=1)
