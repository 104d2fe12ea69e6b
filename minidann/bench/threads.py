"""The number of threads of a comparison."""

from __future__ import annotations

import os
from typing import Any


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # on Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def blas_threads(number: int) -> Any:
    """A context in which BLAS, as NumPy and SciPy call it, has ``number`` threads."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(number, user_api="blas")


def blas_name() -> str:
    """The BLAS of NumPy with its version, for the line about the machine."""
    from threadpoolctl import threadpool_info

    found = dict.fromkeys(
        f"{one['internal_api']} {one['version']}" for one in threadpool_info() if one["user_api"] == "blas"
    )
    return ", ".join(found) or "a BLAS that threadpoolctl does not know"
