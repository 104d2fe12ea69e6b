"""Arrays go into text and come back; weights are rounded by less than a part in a hundred."""

import numpy as np
import pytest
from helpers.unpacking import unpack, unrounded

from minidann.lab.explore.packing import LEVELS, differences, fixed_point, pack, rounded


def test_arrays_come_back(rng):
    arrays = {
        "bytes": rng.integers(0, 256, (2, 3), np.uint8),
        "small": rng.integers(0, 65536, (4, 1, 2), np.uint16),
        "signed": rng.integers(-(2**31), 2**31, 5, np.int32),
        "numbers": np.float32([[1.5, np.nan, -np.inf]]),
        "big-endian": np.arange(3, dtype=">f4"),
    }
    layout, text = pack(arrays)
    assert max(map(len, text.splitlines())) <= 1000
    found = unpack(layout, text)
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype.name == array.dtype.name


@pytest.mark.parametrize("largest", [1e-30, 1.0, 3e4])
def test_weights_are_rounded_finely(rng, largest):
    theta = rng.normal(size=(3, 2, 50))
    slices = [slice(0, 20), slice(20, 50)]
    theta[..., 20:] *= largest
    levels, tops = rounded(theta, slices)
    assert np.abs(levels).max() == LEVELS
    error = np.abs(unrounded(levels, tops, slices) - theta)
    for i, part in enumerate(slices):
        top = tops[..., i : i + 1]
        # half a step of the root r is an error of r · step in its square
        bound = (np.sqrt(np.abs(theta[..., part]) / top) / LEVELS + 1 / LEVELS**2) * top
        assert (error[..., part] <= 1.001 * bound).all()


def test_weights_of_zero_stay_zero():
    levels, tops = rounded(np.zeros((1, 1, 4)), [slice(0, 4)])
    np.testing.assert_array_equal(unrounded(levels, tops, [slice(0, 4)]), 0)


def test_differences_are_small_and_lose_nothing(rng):
    levels = rng.integers(-LEVELS, LEVELS + 1, (2, 4, 5)).astype(np.int16)
    code = differences(levels).astype(np.int64)
    change = np.where(code % 2, -(code + 1) // 2, code // 2)
    np.testing.assert_array_equal(np.cumsum(change, axis=1), levels)
    assert differences(np.full((1, 3, 1), -LEVELS)).ravel().tolist() == [2 * LEVELS - 1, 0, 0]


def test_numbers_of_curves_are_ten_thousandths():
    assert fixed_point(np.array([0, 0.5, 0.99996, 7, np.nan])).tolist() == [0, 5000, 10000, 65534, 65535]
