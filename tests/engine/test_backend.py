"""Which library an array belongs to; and proof that the stand-in for CuPy is as strict as the tests need."""

import numpy as np
import pytest
import standin

import minidann as md
from minidann.engine import backend

device = standin.library


def test_an_array_knows_its_library():
    assert backend.array_module(np.ones(2)) is np
    assert backend.array_module(np.float32(1)) is np
    assert backend.array_module(device.ones(2)) is device


def test_a_subclass_of_an_array_belongs_to_numpy():
    class Named(np.ndarray):
        pass

    assert backend.array_module(np.ones(2).view(Named)) is np


@pytest.mark.parametrize("value", [[1.0], 1.0, "text", None])
def test_what_is_no_array_is_refused(value):
    with pytest.raises(TypeError, match="array: got (list|float|str|NoneType), expected an array of NumPy"):
        backend.array_module(value)
    assert not backend.is_array(value)


def test_arrays_move_there_and_back(xp):
    host = np.array([1.0, 2.0], np.float32)
    there = backend.move_like(host, xp.zeros(3))
    assert backend.array_module(there) is xp
    assert there.dtype == np.float32
    back = backend.to_numpy(there)
    assert type(back) is np.ndarray
    np.testing.assert_array_equal(back, host)


def test_as_array_keeps_arrays_and_reads_lists(xp):
    array = xp.ones(2)
    assert backend.as_array(array) is array
    assert type(backend.as_array([1, 2])) is np.ndarray


def test_a_registered_library_is_used_by_name(monkeypatch):
    class Other:
        pass

    monkeypatch.setattr(backend, "_library_of", dict(backend._library_of))
    library = object()
    monkeypatch.setattr(backend, "_libraries", dict(backend._libraries))
    backend.register_library(Other, library, "other")
    assert backend.array_module(Other()) is library
    assert backend.backend_of(Other()) == "other"
    assert backend.backends() == ("numpy", "cupy", "standin", "other")


@pytest.mark.parametrize(
    "slip",
    [
        np.asarray,
        np.exp,
        np.sum,
        lambda x: np.concatenate([x, x]),
        lambda x: np.where(x > 0, x, x),
        lambda x: np.ones(2) + x,
        lambda x: x + np.ones(2),
        lambda x: x * [1.0, 2.0],
        lambda x: x[np.array([0, 1])],
        lambda x: x[[0, 1]],
        lambda x: device.maximum(x, np.ones(2)),
        lambda x: device.concatenate([x, np.ones(2)]),
        lambda x: device.exp(x, out=np.ones(2)),
        lambda x: memoryview(x),
        lambda x: x.__setitem__(0, np.ones(1)),
    ],
)
def test_the_stand_in_refuses_what_a_gpu_would(slip):
    with pytest.raises(TypeError):
        slip(device.asarray([1.0, 2.0]))


def test_the_stand_in_hides_its_host_memory():
    x = device.ones(2)
    for door in ("__array_interface__", "__array_struct__", "__buffer__", "data", "ctypes"):
        assert not hasattr(x, door)


def test_a_reduction_of_the_stand_in_is_an_array_without_axes():
    total = device.ones(3).sum()
    assert type(total) is standin.DeviceArray
    assert total.shape == ()
    assert float(total) == 3


def test_the_stand_in_knows_its_views():
    x = device.asarray(np.arange(6.0))
    assert x.base is None
    assert x[:3].base is x
    assert x[:4].reshape(2, 2).T.base is x
    assert x.copy().base is None
    assert device.array(x[:3]).base is None
    assert device.broadcast_to(x, (2, 6)).base is x


def test_operands_of_two_libraries_are_refused():
    x = md.Tensor(device.ones(2), requires_grad=True)
    with pytest.raises(TypeError):
        x + np.ones(2)
    with pytest.raises(TypeError):
        np.ones(2) * x
