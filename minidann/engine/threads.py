"""Large work in pieces, which several Python threads compute.

NumPy lets go of Python's lock inside a large operation: then other Python threads compute at the same time. The pieces
of a work do not depend on the number of threads, and a product in a piece has one BLAS thread. So a result has the same
bits for any number of threads.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .. import _validate
from .blas import one_thread
from .memory import keep_memory
from .modes import Switch

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Piece = TypeVar("Piece")
Result = TypeVar("Result")

PIECES = 8  # of large work; further threads would have nothing to do
LARGE = 2**19  # numbers that an operation reads; for fewer it takes less time than the threads take to start
PRODUCT = 2**25  # multiplications of a product that is cut, for the same reason
VARIABLE = "MINIDANN_THREADS"  # the environment variable with the number of threads

_told: int | None = None  # by set_threads
_found: int | None = None  # the number where nobody has told one
of_thread = Switch(None)  # the number for work of this Python thread alone; None for that of the process
_helpers: ThreadPoolExecutor | None = None  # the threads besides the one that has the work


def set_threads(number: int | None) -> None:
    """Set the number of threads for large images and large products. The results have the same bits for any number.

    None: the number in the environment variable MINIDANN_THREADS, or else the cores that this process may use, or one
    in a worker process of joblib, Dask or multiprocessing. Networks for small data use one thread in any case.
    """
    global _told, _found, _helpers
    _told = None if number is None else _validate.whole_number("number", number, least=1)
    _found = _helpers = None  # the helpers end with their work


def get_threads() -> int:
    """The number of threads for large work: see ``set_threads``."""
    global _found
    if of_thread.value is not None:
        return int(of_thread.value)
    if _told is not None:
        return _told
    if _found is None:
        _found = _from_outside()
    return _found


def _from_outside() -> int:
    """The number of threads where nobody has set one."""
    text = os.environ.get(VARIABLE, "")
    if text:
        if not text.isdecimal() or int(text) < 1:
            raise ValueError(f"{VARIABLE}: got {_validate.shown(text)}, expected a whole number of threads, at least 1")
        return int(text)
    import multiprocessing

    if multiprocessing.parent_process() is not None:  # its brothers use the other cores
        return 1
    from joblib import cpu_count

    return int(cpu_count())  # knows the limits of containers


def pieces(n: int, numbers: int, xp: Any = np, large: int = LARGE) -> list[slice]:
    """0…n−1 in pieces of about equal size: PIECES if the work reads at least ``large`` numbers, else one.

    ``xp``: the library of the arrays. A GPU takes all at once.
    """
    count = min(n, PIECES) if numbers >= large and xp is np else 1
    return [slice(n * i // count, n * (i + 1) // count) for i in range(count)]


def in_threads(work: Callable[[Piece], Result], parts: Sequence[Piece]) -> list[Result]:
    """The results of ``work`` for each of ``parts``, in their order. The threads take the parts in turn.

    NumPy handles errors in all threads as in the caller. The first error of ``work`` is raised, once no thread works.
    """
    keep_memory()
    count = min(get_threads(), len(parts))
    if count < 2:
        with one_thread:
            return [work(part) for part in parts]
    results: list[Any] = [None] * len(parts)
    left, errors = deque(enumerate(parts)), np.geterr()

    def take() -> None:
        with np.errstate(**errors):
            while left:
                try:
                    i, part = left.popleft()
                except IndexError:  # another thread was faster
                    return
                results[i] = work(part)

    with one_thread:
        helping = [_pool(count - 1).submit(take) for _ in range(count - 1)]
        try:
            take()
        finally:
            left.clear()  # after an error the others end with their present part
            for helper in helping:
                helper.cancel() or helper.result()  # one that has not begun would find nothing left
    return results


def _pool(size: int) -> ThreadPoolExecutor:
    """At least ``size`` waiting threads."""
    global _helpers
    from concurrent.futures import ThreadPoolExecutor

    if _helpers is None or _helpers._max_workers < size:
        _helpers = ThreadPoolExecutor(max(size, get_threads() - 1), thread_name_prefix="minidann")
    return _helpers


def _forked() -> None:
    """Begin anew in a child process, which has none of the threads."""
    global _found, _helpers
    _found = _helpers = None


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forked)
