"""Which library an array belongs to, where new arrays are made, and moving arrays between libraries.

Everything else in the package asks an array for its library instead of calling NumPy on it, so the same op runs on
NumPy's arrays and on CuPy's. This file is the one place that knows the libraries by name; a library in this role is
called a backend. CuPy is imported when somebody first asks for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from .modes import Switch

Array = Any  # an n-dimensional array of any registered library; NumPy's in most runs

PROMOTES_BY_VALUE = np.lib.NumpyVersion(np.__version__) < "2.0.0"  # in which a 0-d array may not widen the others
INSTALL = 'pip install "cupy-cuda12x[ctk]"'  # also behind the extra "cupy"; with the parts of CUDA that CuPy loads

_library_of: dict[type, Any] = {np.ndarray: np}
_libraries: dict[str, Any] = {"numpy": np}  # by name; CuPy comes in at its first use


_chosen = Switch(np)  # the library that makes arrays from lists, numbers and arrays of the host


# which library -------------------------------------------------------------------------------------------------------


def register_library(array_type: type, library: ModuleType | Any, name: str) -> None:
    """Make the backend ``name`` known: arrays of ``array_type`` are worked on with the functions of ``library``.

    It has NumPy's names and rules, and CuPy's two doors, ``asarray`` and ``asnumpy``.
    """
    _library_of[array_type] = _libraries[name] = library


def array_module(array: Array) -> Any:
    """The library (``numpy``, ``cupy``, …) whose functions work on ``array``. TypeError if it is no known array."""
    try:
        return _library_of[type(array)]
    except KeyError:
        return _find_library(type(array))


def _find_library(array_type: type) -> Any:
    """First sight of a type: remember its library, so that the next look is one dictionary access."""
    if issubclass(array_type, (np.ndarray, np.generic)):
        library: Any = np
    elif array_type.__module__.partition(".")[0] == "cupy":
        library = _libraries["cupy"] = sys.modules["cupy"]
    else:
        raise TypeError(f"array: got {array_type.__name__}, expected an array of NumPy or of a registered library")
    _library_of[array_type] = library
    return library


def is_array(value: object) -> bool:
    """True if ``value`` is an array (or array scalar) of a known library."""
    try:
        array_module(value)
    except TypeError:
        return False
    return True


def on_host(array: Array) -> bool:
    """Whether ``array`` is NumPy's, to be worked on by the processor and its caches."""
    return array_module(array) is np


def backends() -> tuple[str, ...]:
    """The names that ``use_backend``, ``move`` and every ``to`` take, whether or not this machine has them."""
    return tuple(dict.fromkeys(("numpy", "cupy", *_libraries)))


def backend_of(array: Array) -> str:
    """The name of the backend that ``array`` is on."""
    library = array_module(array)
    return next(name for name, known in _libraries.items() if known is library)


def mixture(arrays: Iterable[Any]) -> str:
    """What is wrong if arrays of more than one backend are among ``arrays``, in words; else "".

    Whatever is no array does not count, nor do lone numbers, which every library takes.
    """
    names = dict.fromkeys(backend_of(array) for array in arrays if is_array(array) and array.shape)
    if len(names) < 2:
        return ""
    return (
        f"got arrays of {' and '.join(names)}, expected all of one backend: move them first, with network.to(…), "
        "batch.to(…) or minidann.move(array, …)"
    )


# where to work -------------------------------------------------------------------------------------------------------


@contextmanager
def use_backend(name: str) -> Iterator[None]:
    """Inside, what is made of numbers, lists and NumPy arrays is made on the backend ``name``: "numpy" or "cupy".

    So tensors, the weights of new layers, and a Training of those weights with its examples. Arrays that are on
    another device already stay where they are: see ``move`` and the ``to`` of networks, batches and trainings. Random
    numbers are NumPy's on every backend, and so are the answers of ``to_numpy`` and of a network's ``predict``.

    ValueError that says what is missing, where there is no such backend on this machine. Each thread has its own.
    """
    with _chosen.set(_library_called(name)):
        yield


def _library_called(name: str) -> Any:
    if isinstance(name, str) and name in _libraries:
        return _libraries[name]
    if name != "cupy":
        raise ValueError(f"backend: got {name!r}, expected one of {', '.join(backends())}")
    library = _libraries[name] = _open_cupy()
    return library


def _open_cupy() -> Any:
    """CuPy, once it has shown that it can allocate, compile, multiply and hand back: importing it proves none of it."""
    try:
        import cupy
    except ImportError as error:
        why = "is not installed" if getattr(error, "name", "") == "cupy" else f"cannot be imported ({_line(error)})"
        raise ValueError(f"backend: got 'cupy', but CuPy {why}; install it with {INSTALL}, for CUDA 12") from None
    try:
        ones = cupy.ones((2, 2), "float32")
        float((ones + 1).dot(ones).sum())
    except Exception as error:  # of the driver, the compiler or cuBLAS: they have no base class of their own
        raise ValueError(
            f"backend: got 'cupy', and CuPy {cupy.__version__} is installed, but it cannot work here ({_line(error)}); "
            "it needs an NVIDIA GPU and its driver (nvidia-smi lists both), and the libraries of CUDA that come with "
            f"{INSTALL}"
        ) from None
    return cupy


def _line(error: Exception) -> str:
    """The first line of what a library says, without its full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].strip().rstrip(".")


# making and moving ---------------------------------------------------------------------------------------------------


def as_array(value: Any) -> Array:
    """``value`` as an array: of a device, it stays there; host arrays, lists and numbers go where ``use_backend`` says,
    by default to NumPy, whose arrays come back as they are.
    """
    library = array_module(value) if is_array(value) else np
    return (_chosen.value if library is np else library).asarray(value)


def promoted(arrays: list[Array]) -> list[Array]:
    """The arrays of one op, all in their common dtype if a 0-d array is among them.

    NumPy 1 lets the value of a 0-d array choose: a float64 number beside float32 arrays gave float32.
    """
    if len({array.dtype for array in arrays}) == 1 or all(array.ndim for array in arrays):
        return arrays
    dtype = np.result_type(*(array.dtype for array in arrays))
    return [array.astype(dtype) for array in arrays]


def zero_d(value: Any, inputs: list[Array]) -> Array:
    """The 0-d result of an op as a 0-d array, where the library hands back a scalar object.

    It takes the dtype of the inputs if that is floating: NumPy 1 turns a lone float32 beside a Python number into
    float64.
    """
    xp = array_module(value)
    if value.dtype == inputs[0].dtype:
        return xp.asarray(value)
    dtype = xp.result_type(*inputs)
    return xp.asarray(value, dtype=dtype if dtype.kind == value.dtype.kind == "f" else None)


def to_numpy(array: Array) -> np.ndarray:
    """``array`` on the host, for metrics, plots, files and scikit-learn: the one way there. NumPy's come back as they
    are; of a device's, this waits until the device has worked them out.
    """
    library = array_module(array)
    return np.asarray(array) if library is np else library.asnumpy(array)


def host_copy(array: Array) -> np.ndarray:
    """A NumPy array of the same numbers that shares no memory with ``array``."""
    host = to_numpy(array)
    return host.copy() if host is array else host


def move(array: Array, backend: str) -> Array:
    """``array`` on ``backend`` ("numpy" or "cupy"): itself if it is there, else a copy."""
    library = _library_called(backend)
    return to_numpy(array) if library is np else library.asarray(array)


def move_like(array: Array, like: Array) -> Array:
    """``array`` where ``like`` is: itself if it is there, else a copy. So NumPy's random numbers come to a device."""
    if type(array) is type(like):
        return array
    library = array_module(like)
    return to_numpy(array) if library is np else library.asarray(array)


def move_if_it_fits(arrays: Sequence[Array], like: Array) -> list[Array]:
    """All of ``arrays`` where ``like`` is, if what must be moved fills no more than half of the memory that is free
    there. Else all of them on the host.
    """
    library = array_module(like)
    if library is not np:
        free, _ = library.cuda.runtime.memGetInfo()
        if sum(array.nbytes for array in arrays if type(array) is not type(like)) > free / 2:
            return [to_numpy(array) for array in arrays]
    return [move_like(array, like) for array in arrays]


def taker(examples: Sequence[Array], like: Array) -> Callable[[Array, np.ndarray], Array]:
    """The function take(array, positions) for these ``examples``: the examples at ``positions``, on the device of
    ``like``. On the host it is NumPy's own.
    """
    if all(on_host(array) for array in (*examples, like)):
        return partial(np.take, axis=0)

    def take(array: Array, positions: np.ndarray) -> Array:
        return move_like(array.take(move_like(positions, array), axis=0), like)

    return take
