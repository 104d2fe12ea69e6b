"""Moving arrays between the host and a GPU, and choosing where new arrays are made. NumPy alone needs none of this.

CuPy is imported when somebody first asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import _validate
from .backend import Array, array_module, chosen, is_array, libraries, to_numpy

INSTALL = 'pip install "cupy-cuda12x[ctk]"'  # also the extra "cupy"; with the parts of CUDA that CuPy loads


@contextmanager
def use_backend(name: str) -> Iterator[None]:
    """Inside, arrays made from numbers, lists and NumPy arrays are made on the backend ``name``: "numpy" or "cupy".

    This holds for tensors, for the weights of new layers, and for a Training of those weights. Arrays that are already
    on another device stay there: see ``move``, and ``to`` of networks and batches. Random numbers are NumPy's on every
    backend. ``to_numpy`` and the predictions of a network are NumPy arrays on every backend. Each thread has its own
    choice.

    Raises ValueError if this machine has no such backend; the message says what is missing.
    """
    library = library_called(name, "name")
    with chosen.set(library):
        yield


def backends() -> tuple[str, ...]:
    """The names of all backends, also of those that this machine lacks."""
    return tuple(dict.fromkeys(("numpy", "cupy", *libraries)))


def backend_of(array: Array) -> str:
    """The name of the backend that holds ``array``."""
    library = array_module(array)
    return next(name for name, known in libraries.items() if known is library)


def mixed_backends(arrays: Iterable[Any]) -> str:
    """The error message for arrays of more than one backend; "" if ``arrays`` are all of one backend.

    Values that are no arrays do not count. Arrays without axes do not count either: every library takes them.
    """
    names = dict.fromkeys(backend_of(array) for array in arrays if is_array(array) and array.shape)
    if len(names) < 2:
        return ""
    return (
        f"got arrays of {' and '.join(names)}, expected all of one backend: move them first, with network.to(…), "
        "batch.to(…) or minidann.move(array, …)"
    )


# moving --------------------------------------------------------------------------------------------------------------


def move(array: Array, backend: str) -> Array:
    """``array`` on ``backend``, "numpy" or "cupy": the array itself if it is there, else a copy."""
    library = library_called(backend)
    return to_numpy(array) if library is np else library.asarray(array)


def move_like(array: Array, like: Array) -> Array:
    """``array`` on the device of ``like``: the array itself if it is there, else a copy."""
    if type(array) is type(like):
        return array
    library = array_module(like)
    return to_numpy(array) if library is np else library.asarray(array)


def move_if_it_fits(arrays: Sequence[Array], like: Array) -> list[Array]:
    """All ``arrays`` on the device of ``like``, if they fill at most half of its free memory; else all on the host."""
    library = array_module(like)
    if library is not np:
        free, _ = library.cuda.runtime.memGetInfo()
        if sum(array.nbytes for array in arrays if type(array) is not type(like)) > free / 2:
            return [to_numpy(array) for array in arrays]
    return [move_like(array, like) for array in arrays]


def host_copy(array: Array) -> np.ndarray:
    """A NumPy array of the same numbers in memory of its own."""
    host = to_numpy(array)
    return host.copy() if host is array else host


def take_to(backend: str, array: Array, positions: np.ndarray) -> Array:
    """The rows of ``array`` at ``positions``, on ``backend``: they are taken where the array is, and then moved."""
    return move(array.take(move_like(positions, array), axis=0), backend)


# CuPy ----------------------------------------------------------------------------------------------------------------


def library_called(name: str, argument: str = "backend") -> Any:
    """The library of the backend ``name``. Raises ValueError, with the ``argument``, if this machine has none."""
    if isinstance(name, str) and name in libraries:
        return libraries[name]
    if not isinstance(name, str) or name != "cupy":
        raise ValueError(f"{argument}: got {_validate.shown(name)}, expected one of {', '.join(backends())}")
    library = libraries[name] = _open_cupy()
    return library


def _open_cupy() -> Any:
    """CuPy, after a test: it must allocate, compile, multiply and return a number. An import alone proves nothing."""
    try:
        import cupy
    except ImportError as error:
        why = "is not installed" if getattr(error, "name", "") == "cupy" else f"cannot be imported ({_line(error)})"
        raise ValueError(f"backend: got 'cupy', but CuPy {why}; install it with {INSTALL}, for CUDA 12") from None
    try:
        ones = cupy.ones((2, 2), "float32")
        float((ones + 1).dot(ones).sum())
    except Exception as error:  # errors of the driver, the compiler and cuBLAS have no common base class
        raise ValueError(
            f"backend: got 'cupy', and CuPy {cupy.__version__} is installed, but it cannot work here ({_line(error)}); "
            "it needs an NVIDIA GPU and its driver (nvidia-smi lists both), and the libraries of CUDA that come with "
            f"{INSTALL}"
        ) from None
    return cupy


def _line(error: Exception) -> str:
    """The first line of an error message, without its full stop."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].strip().rstrip(".")
