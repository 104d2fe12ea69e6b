"""The number of threads of a comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..engine.threads import of_thread


@contextmanager
def limited_to(number: int) -> Iterator[None]:
    """Inside, minidann has ``number`` threads, and so has BLAS: for the floor, and for peers on NumPy."""
    from threadpoolctl import threadpool_limits

    with of_thread.set(number), threadpool_limits(number, user_api="blas"):
        yield


def blas_name() -> str:
    """The BLAS of NumPy with its version, for the line about the machine."""
    from threadpoolctl import threadpool_info

    found = dict.fromkeys(
        f"{one['internal_api']} {one['version']}" for one in threadpool_info() if one["user_api"] == "blas"
    )
    return ", ".join(found) or "a BLAS that threadpoolctl does not know"
