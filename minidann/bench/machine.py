"""The machine and the libraries of a comparison, in words."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from .. import __version__
from .peers import OWN, load
from .threads import blas_name


def machine_line(threads: int) -> str:
    """The processor, the cores, the threads of each framework, and the libraries of NumPy."""
    many = f"{threads} thread" + "s" * (threads > 1)
    busy = f" (load average now {os.getloadavg()[0]:.1f})" if hasattr(os, "getloadavg") else ""  # not on Windows
    return (
        f"{processor()}, {os.cpu_count()} cores{busy}, {many} for each framework; "
        f"Python {platform.python_version()}, NumPy {np.__version__}, {blas_name()}"
    )


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
    return ", ".join([f"{OWN} {__version__}", *(f"{name} {load(name).version()}" for name in peers)])
