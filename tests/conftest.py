"""What all tests share: the two array libraries, a seeded generator, and how hard hypothesis tries."""

import functools
import gc
import signal

import numpy as np
import pytest
from helpers import standin
from hypothesis import settings

from minidann.engine.backend import is_array, register_library, to_numpy
from minidann.engine.devices import move, use_backend

# the same examples at every run, so that a red test stays red until it is mended
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50, database=None)
settings.load_profile("suite")

GPU_TESTS = pytest.StashKey()  # how many were left out

register_library(standin.DeviceArray, standin.library, "standin")


@pytest.fixture(scope="session", autouse=True)
def no_signal_is_ignored():
    """The usual handlers of the signals that stop a program. A shell's background job ignores SIGINT, nohup SIGHUP."""
    usual = {"SIGINT": signal.default_int_handler, "SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL}
    there = {getattr(signal, name): handler for name, handler in usual.items() if hasattr(signal, name)}
    ignored = [number for number in there if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, there[number])
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def _of_hosts(compare):
    """An assertion of NumPy's that fetches arrays of a device first."""

    def assertion(*arguments, **options):
        return compare(*(to_numpy(a) if is_array(a) else a for a in arguments), **options)

    return assertion


@pytest.fixture(params=["numpy", "standin"])
def backend(request, monkeypatch):
    """The test runs on NumPy, and once more with all that it makes on the stand-in for CuPy."""
    if request.param != "numpy":
        for name in ("assert_array_equal", "assert_allclose"):
            monkeypatch.setattr(np.testing, name, _of_hosts(getattr(np.testing, name)))
    with use_backend(request.param):
        yield request.param


@functools.cache
def why_no_gpu():
    """Why CuPy cannot work here, in one line; "" where it can: asked by allocating, for importing it proves nothing."""
    try:
        move(np.zeros(1), "cupy")
    except ValueError as error:
        return str(error)
    return ""


@pytest.fixture(params=["standin", "cupy"])
def device(request):
    """The name of a backend that is not NumPy: the stand-in, and CuPy where a GPU answers."""
    return request.param


def pytest_collection_modifyitems(config, items):
    """Leave the tests out that need a GPU where there is none; the summary says how many."""
    on_gpu = [
        item for item in items if getattr(item, "callspec", None) and item.callspec.params.get("device") == "cupy"
    ]
    if on_gpu and why_no_gpu():
        left_out = set(on_gpu)
        items[:] = [item for item in items if item not in left_out]
        config.stash[GPU_TESTS] = len(on_gpu)


def pytest_collection_finish(session):
    """What is imported and collected by now lives to the end: no garbage collection walks through it again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter, config):
    if GPU_TESTS in config.stash:
        terminalreporter.write_line(f"{config.stash[GPU_TESTS]} GPU tests skipped; {why_no_gpu()}")


@pytest.fixture(params=[np, standin.library], ids=["numpy", "device"])
def xp(request):
    """An array library: NumPy, or the stand-in for CuPy. ``to_numpy`` of minidann.engine.backend brings arrays back."""
    return request.param
