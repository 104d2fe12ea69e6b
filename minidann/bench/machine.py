"""The machine and the libraries of a comparison, in words."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import __version__
from ..engine.threads import cores
from .peers import OWN, load, package
from .threads import blas_name

BUSY = 0.5  # the load of a core from which on times are doubtful


def machine_line(threads: int) -> str:
    """The processor, the cores, the threads of each framework, and the libraries of NumPy."""
    many = f"{threads} thread" + "s" * (threads > 1)
    return (
        f"{processor()}, {os.cpu_count()} cores, {many} for each framework; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, {blas_name()}"
    )


def load_line() -> str:
    """A line about other programs if the cores were busy in the last minute; "" if they were not, or nobody knows."""
    if not hasattr(os, "getloadavg"):  # Windows
        return ""
    load = os.getloadavg()[0]
    if load < BUSY * cores():
        return ""
    return f"the load average of the last minute is {load:.1f}: while other programs work, the times say little"


def processor() -> str:
    """The name of the processor."""
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def versions_line(peers: Sequence[str]) -> str:
    """The versions of minidann and of its peers."""
    return ", ".join(
        [f"{OWN} {__version__}", *dict.fromkeys(f"{package(name)} {load(name).version()}" for name in peers)]
    )
