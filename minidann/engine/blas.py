"""One BLAS thread for every matrix product.

BLAS is the library that computes NumPy's matrix products. Its threads wait for one another at the end of every product.
Where other programs keep the cores busy, a wait lasts up to 20 ms, and most products here take less than 0.3 ms. Large
products are cut into pieces for several Python threads instead: see ``threads.py``.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

FEW = 2**17  # multiplications; for fewer, OpenBLAS itself uses one thread (up to 2^18, and 9216 for a vector)
SHORT = 16  # the least that a side of a matrix counts, so that FEW holds for vectors too


class OneThread(AbstractContextManager[None]):
    """The context in which every BLAS product of this process runs on one thread.

    The limit is one for the whole process: it begins with the first Python thread that enters and ends with the last
    that leaves. Then each BLAS library has its former number of threads, after an exception too. Contexts can be
    nested. To enter and leave takes about 4 µs, the first time some milliseconds.
    """

    def __init__(self) -> None:
        self._libraries: list[Any] | None = None
        self._begin()

    def _begin(self) -> None:
        self._lock, self._holders = threading.Lock(), 0
        self._before: list[tuple[Any, int]] = []  # libraries of several threads, and their number

    def __enter__(self) -> None:
        with self._lock:
            if not self._holders:
                several = [(blas, blas.get_num_threads()) for blas in self._found()]
                self._before = [(blas, number) for blas, number in several if number and number > 1]
                for blas, _ in self._before:
                    blas.set_num_threads(1)
            self._holders += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._holders == 1:
                self._restore()
            self._holders = max(0, self._holders - 1)  # 0 already in a child that was forked inside

    def _restore(self) -> None:
        for blas, number in self._before:
            blas.set_num_threads(number)

    def _found(self) -> list[Any]:
        """The BLAS libraries of this process, looked for once: the search takes milliseconds."""
        if self._libraries is None:
            from threadpoolctl import ThreadpoolController

            self._libraries = ThreadpoolController().select(user_api="blas").lib_controllers
        return self._libraries

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The result of ``function`` of the arguments, called inside this context."""
        with self:
            return function(*arguments)

    def forked(self) -> None:
        """Begin anew in a child process, which has none of the other threads that may have held the limit."""
        if self._holders:
            self._restore()
        self._begin()


one_thread = OneThread()
as_they_are = nullcontext()
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=one_thread.forked)


def needs_limit(n: int, k: int, m: int) -> bool:
    """Whether BLAS would use several threads for the product of (n, k) and (k, m), or for its two backward products."""
    return (n if n > SHORT else SHORT) * (k if k > SHORT else SHORT) * (m if m > SHORT else SHORT) > FEW


def limit_for(n: int, k: int, m: int) -> AbstractContextManager[None]:
    """The context for a product of these sizes: ``one_thread`` where ``needs_limit``, else one that does nothing."""
    return one_thread if needs_limit(n, k, m) else as_they_are
