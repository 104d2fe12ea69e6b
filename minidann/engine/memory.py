"""The memory of large arrays, kept for the next ones."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

KEPT = 2**30  # bytes: arrays up to this size, and free memory up to this sum, are kept
MMAP_THRESHOLD, TRIM_THRESHOLD = -3, -1  # the numbers of the two settings in glibc's malloc.h
VARIABLES = ("GLIBC_TUNABLES", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")  # by which a user decides


@cache
def keep_memory() -> bool:
    """Tell glibc, the C library of most Linux systems, to keep the memory of freed arrays. Returns whether it does.

    Without this it gives large arrays back to the system at once. The system then clears each page of the next array:
    for the weights of the paper's SVHN network this takes a fifth of a training step. The process does not need more
    memory at its peak, but keeps it until its end. Other C libraries, and an environment that sets one of VARIABLES,
    are left alone.
    """
    if sys.platform != "linux" or any(name in os.environ for name in VARIABLES):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    return bool(set_option and set_option(MMAP_THRESHOLD, KEPT) and set_option(TRIM_THRESHOLD, KEPT))
