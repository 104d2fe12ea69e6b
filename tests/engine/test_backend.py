"""Which library an array belongs to; and proof that the stand-in for CuPy is as strict as the tests need."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from helpers import standin
from helpers.refusals import refused

import minidann as md
from minidann import cli, nn
from minidann.engine import backend, devices, ops

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
    there = devices.move_like(host, xp.zeros(3))
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
    library, libraries = object(), dict(backend.libraries)
    for module in (backend, devices):
        monkeypatch.setattr(module, "libraries", libraries)
    backend.register_library(Other, library, "other")
    assert backend.array_module(Other()) is library
    assert devices.backend_of(Other()) == "other"
    assert devices.backends() == ("numpy", "cupy", "standin", "other")


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


@pytest.mark.parametrize(
    ("op", "mix"),
    [
        ("Add", lambda x: x + np.ones(2)),
        ("Multiply", lambda x: np.ones(2) * x),
        ("Maximum", lambda x: md.maximum(md.Tensor(np.ones(2)), x)),
        ("Where", lambda x: md.where(np.ones(2, bool), x, x)),
        ("Concatenate", lambda x: md.concatenate([x, np.ones(2)])),
        ("Index", lambda x: x[np.array([0, 1])]),
        ("MatMul", lambda x: np.ones((2, 2)) @ x),
        ("Affine", lambda x: md.affine(np.ones((1, 2)), x.reshape(2, 1), x[:1])),
        ("CrossEntropy", lambda x: md.cross_entropy(x.reshape(1, 2), np.array([1]))),
        ("BinaryCrossEntropy", lambda x: md.binary_cross_entropy_with_logits(x, np.ones(2))),
        ("BatchNormalise", lambda x: md.batch_normalise(x.reshape(2, 1), np.ones(1), np.ones(1))),
        ("Convolution", lambda x: md.convolve(np.ones((1, 2, 1, 1)), x.reshape(2, 1, 1, 1), x[:1])),
        ("upstream", lambda x: md.backprop(x * x, upstream=np.ones(2))),
        ("parameters", lambda x: nn.ParameterVector([x, md.Tensor(np.ones(1), requires_grad=True)])),
    ],
)
def test_arrays_of_two_backends_are_one_error_that_names_the_op(op, mix):
    x = md.Tensor(device.asarray([1.0, 2.0]), requires_grad=True)
    with pytest.raises(
        TypeError, match=rf"^{op}: got arrays of \w+ and \w+, expected all of one backend: move"
    ) as caught:
        mix(x)
    assert "numpy" in str(caught.value)
    assert "standin" in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None  # no library's trace above it


def test_a_slip_of_another_kind_keeps_its_own_message():
    with pytest.raises(TypeError, match="no such thing"):
        md.apply(_Slip(), md.Tensor([1.0]))


class _Slip(md.Op):
    def forward(self, x):
        raise TypeError("no such thing")


# choosing where to work -----------------------------------------------------------------------------------------------


def test_inside_a_backend_things_are_made_there_and_outside_again_on_numpy():
    array = np.ones(2, np.float32)
    with md.use_backend("standin"):
        made = [md.Tensor(array), md.Tensor([1, 2]), md.as_tensor(2.0), nn.Dense(2, 3, np.random.default_rng(0)).weight]
        with md.use_backend("numpy"):
            assert type(md.Tensor(array).data) is np.ndarray
        normalise = nn.BatchNormalisation(2)
        made += [normalise.scale, normalise.shift, md.Tensor([1.0]) * array[:1]]
        assert type(normalise.mean) is type(normalise.variance) is standin.DeviceArray
        assert type(normalise.batches) is np.ndarray  # a count, which the host reads at every step
    assert {type(tensor.data) for tensor in made} == {standin.DeviceArray}
    assert md.Tensor(array).data is array


def test_an_error_inside_leaves_the_choice_as_it_was():
    with pytest.raises(KeyError), md.use_backend("standin"):
        raise KeyError
    assert type(md.Tensor([1.0]).data) is np.ndarray


def test_each_thread_chooses_for_itself():
    seen = []
    with md.use_backend("standin"):
        thread = threading.Thread(target=lambda: seen.append(type(md.Tensor([1.0]).data)))
        thread.start()
        thread.join()
    assert seen == [np.ndarray]


def test_what_is_on_a_device_stays_there():
    x = device.ones(2)
    assert md.Tensor(x).data is x
    with md.use_backend("numpy"):
        assert md.Tensor(x).data is x


def test_numbers_and_lists_follow_the_tensor_they_stand_beside():
    x = md.Tensor(device.ones(2), requires_grad=True)
    for result in (x * 2, x + [1, 2], 1 - x, [3.0, 4.0] * x, x * np.float64(2)):
        assert type(result.data) is standin.DeviceArray


def test_moving_gives_the_array_itself_where_it_is_there_already():
    host, there = np.arange(3.0), device.asarray(np.arange(3.0))
    assert md.move(host, "numpy") is host
    assert md.move(there, "standin") is there
    assert md.to_numpy(host) is host
    for array in (md.move(there, "numpy"), md.to_numpy(there), devices.host_copy(there), devices.host_copy(host)):
        assert type(array) is np.ndarray
        np.testing.assert_array_equal(array, host)
        array[:] = -1
    assert host.tolist() == there.tolist() == [0, 1, 2]


def test_a_layer_that_keeps_statistics_must_move_them_itself():
    class Counting(nn.Layer):
        def statistics(self):
            return {"seen": np.zeros(())}

    with pytest.raises(NotImplementedError, match="Counting keeps statistics, expected a to\\(\\) that moves them"):
        Counting().to("standin")


@pytest.mark.parametrize("name", ["cuda", "CuPy", ""])
def test_an_unknown_backend_is_refused_by_name(name):
    expected = f"got '{name}', expected one of numpy, cupy, standin"
    for ask, argument in (
        (lambda: md.use_backend(name).__enter__(), "name"),
        (lambda: md.move(np.ones(1), name), "backend"),
    ):
        with pytest.raises(ValueError, match=f"{argument}: {expected}"):
            ask()


# CuPy, where it cannot be had -----------------------------------------------------------------------------------------


@pytest.fixture
def without_cupy(monkeypatch):
    """As on a machine where nobody has used CuPy yet; give it what ``import cupy`` should find."""
    monkeypatch.setattr(devices, "libraries", {"numpy": np})
    return lambda found: monkeypatch.setitem(sys.modules, "cupy", found)


@pytest.mark.parametrize("command", ["moons", "digits"])
def test_without_cupy_a_command_says_what_to_install(command, without_cupy, capsys, tmp_path):
    without_cupy(None)
    said = refused(capsys, command, "--backend", "cupy", "--out", str(tmp_path / "out"))
    assert said.startswith(
        f"minidann {command}: argument --backend: got 'cupy', but CuPy is not installed; install it with pip"
    )
    assert not (tmp_path / "out").exists()


def test_with_cupy_and_no_gpu_a_command_says_what_is_missing(without_cupy, capsys):
    def ones(*_):  # importing CuPy tells nothing: the first allocation does
        raise RuntimeError("cudaErrorNoDevice: no CUDA-capable device is detected.\nand more")

    without_cupy(SimpleNamespace(__version__="99.1", ones=ones))
    said = refused(capsys, "moons", "--backend", "cupy")
    assert (
        "CuPy 99.1 is installed, but it cannot work here (cudaErrorNoDevice: no CUDA-capable device is detected)"
        in said
    )
    assert "NVIDIA GPU" in said
    assert devices.backends() == ("numpy", "cupy")  # and it will be asked again


def test_a_cupy_that_cannot_be_loaded_is_told_from_none(without_cupy, monkeypatch, tmp_path):
    (tmp_path / "cupy.py").write_text("raise ImportError('libcudart.so.12: cannot open shared object file')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    with pytest.raises(ValueError, match=r"CuPy cannot be imported \(libcudart.so.12: cannot open"):
        md.move(np.ones(1), "cupy")


def test_another_backend_is_refused_where_there_is_none(capsys):
    assert "argument --backend: got 'cuda', expected one of numpy, cupy" in refused(
        capsys, "moons", "--backend", "cuda"
    )


def test_the_package_does_not_import_cupy():
    code = "import sys, minidann, minidann.adapt, minidann.cli; sys.exit('cupy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# a command on a device ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "quick", [["moons", "--points", "40"], ["digits", "--batch-size", "16", "--methods", "dann", "target-only"]]
)
def test_a_command_prints_the_same_table_on_the_device(quick, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(ops.convolution, "DEVICE_BLOCK", ops.convolution.BLOCK)
    tables, used = [], set()
    asarray = device.asarray
    monkeypatch.setattr(device, "asarray", lambda *a, **k: used.add("device") or asarray(*a, **k))
    for name in ("numpy", "standin"):
        arguments = [*quick, "--seeds", "1", "--steps", "20", "--out", str(tmp_path / name), "--backend", name]
        assert cli.main(arguments) == 0
        tables.append(capsys.readouterr().out.split("figure:")[0])
        assert used == (set() if name == "numpy" else {"device"})
    assert tables[0] == tables[1]
