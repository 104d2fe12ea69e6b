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
    from concurrent.futures import Future, ThreadPoolExecutor

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
    """The number of threads for large work: see ``set_threads``. Raises OSError for a wrong MINIDANN_THREADS."""
    global _found
    told, found = _told, _found  # read once: another Python thread may call set_threads at any moment
    if of_thread.value is not None:
        return int(of_thread.value)
    if told is not None:
        return told
    if found is None:
        _found = found = _from_outside()
    return found


def _from_outside() -> int:
    """The number of threads where nobody has set one."""
    text = os.environ.get(VARIABLE, "")
    if text:
        if not text.isdecimal() or len(text) > 9 or int(text) < 1:
            # not ValueError: the op at work would report that as an error of its inputs
            raise OSError(f"{VARIABLE}: got {_validate.shown(text)}, expected a whole number of threads, at least 1")
        return int(text)
    import multiprocessing

    return cores() if multiprocessing.parent_process() is None else 1  # a worker's brothers use the other cores


def cores() -> int:
    """The cores that this process may use, also where a container limits them."""
    from joblib import cpu_count

    return int(cpu_count())


def pieces(n: int, numbers: int, xp: Any = np, large: int = LARGE) -> list[slice]:
    """0…n−1 in pieces of about equal size: PIECES if the work reads at least ``large`` numbers, else one.

    ``xp``: the library of the arrays. A GPU takes all at once.
    """
    count = min(n, PIECES) if numbers >= large and xp is np else 1
    return [slice(n * i // count, n * (i + 1) // count) for i in range(count)]


def in_threads(work: Callable[[Piece], Result], parts: Sequence[Piece]) -> list[Result]:
    """The results of ``work`` for each of ``parts``, in their order. The threads take the parts in turn.

    NumPy handles errors in all threads as in the caller. An error of ``work`` ends the work. It is raised, and Ctrl-C
    too, once no thread works any more.
    """
    keep_memory()
    count = min(get_threads(), len(parts)) if len(parts) > 1 else 1
    if count < 2:
        with one_thread:
            return [work(part) for part in parts]
    results: list[Any] = [None] * len(parts)
    left = deque(enumerate(parts))
    errors: dict[str, Any] = {**np.geterr(), "call": np.geterrcall()}  # each thread has its own

    def take() -> None:
        with np.errstate(**errors):
            while True:
                try:
                    i, part = left.popleft()
                except IndexError:  # nothing is left
                    return
                try:
                    results[i] = work(part)
                except BaseException:
                    left.clear()  # the other threads end with their present part
                    raise

    helpers: list[Future[None]] = []
    with one_thread:
        try:
            _call_helpers(take, count - 1, helpers)
            take()
        finally:
            left.clear()
            begun = [helper for helper in helpers if not helper.cancel()]  # a later one would find nothing left
            _wait(begun)
        for helper in begun:
            helper.result()  # raises its error
    return results


def _call_helpers(take: Callable[[], None], number: int, helpers: list[Future[None]]) -> None:
    """Let ``number`` other threads call ``take``, and add these calls to ``helpers``."""
    try:
        pool = _pool(number)
        for _ in range(number):
            helpers.append(pool.submit(take))
    except RuntimeError as error:
        # the main program has ended, and Python lends no more threads: this one, or an atexit function, works alone
        if "shutdown" not in str(error):
            raise


def _wait(helpers: list[Future[None]]) -> None:
    """Wait until all have finished. Ctrl-C in the meantime is raised afterwards."""
    try:
        for helper in helpers:
            helper.exception()  # waits, and raises nothing
    except KeyboardInterrupt:
        _wait(helpers)
        raise


def _pool(size: int) -> ThreadPoolExecutor:
    """At least ``size`` waiting threads."""
    global _helpers
    from concurrent.futures import ThreadPoolExecutor

    pool = _helpers  # read once, as in get_threads
    if pool is None or pool._max_workers < size:
        pool = _helpers = ThreadPoolExecutor(max(size, get_threads() - 1), thread_name_prefix="minidann")
    return pool


def _forked() -> None:
    """Begin anew in a child process, which has none of the threads."""
    global _found, _helpers
    _found = _helpers = None


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_forked)
