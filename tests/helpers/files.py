"""Files for the tests of readers: IDX, MNIST, a target in an .npz, and the one line of a refusal."""

import gzip
import struct

import numpy as np
import pytest


def idx(array):
    """A uint8 array as the bytes of an IDX file."""
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def mnist_arrays():
    """Six training digits and four to test on, with their labels."""
    return {
        "train-images": np.arange(6 * 784, dtype=np.uint8).reshape(6, 28, 28),
        "train-labels": np.array([0, 1, 2, 0, 1, 2], np.uint8),
        "t10k-images": np.full((4, 28, 28), 200, np.uint8),
        "t10k-labels": np.array([2, 1, 0, 1], np.uint8),
    }


def write_mnist(folder, names="{}-{}-ubyte", packed=False, **instead):
    """Write the four files; ``instead`` replaces an array by its key. Returns the arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = mnist_arrays() | {key.replace("_", "-"): array for key, array in instead.items()}
    for key, array in arrays.items():
        path = folder / (names.format(key, "idx3" if "images" in key else "idx1") + ".gz" * packed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    return arrays


def target_arrays(side=28):
    """The four arrays of a small target domain."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(256, size=(5, side, side, 3), dtype=np.uint8),
        "y_train": np.array([0, 9, 1, 2, 3]),
        "x_test": rng.integers(256, size=(2, side, side, 3), dtype=np.uint8),
        "y_test": np.array([4, 5], np.uint8),
    }


def refused(call, *arguments):
    """The message of the ValueError of a call: always one line, and not a long one."""
    with pytest.raises(ValueError) as caught:
        call(*arguments)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) <= 300 + sum(len(str(argument)) for argument in arguments) * 2
    assert "allow_pickle" not in message
    return message
