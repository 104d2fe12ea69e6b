"""The peak memory of this process."""

from __future__ import annotations

import sys
from pathlib import Path

MB = 1e6  # bytes


def peak_so_far() -> float:
    """The peak resident memory of this process in MB; NaN on a system that does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux. getrusage would count the memory of the parent, which a child has until it execs
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / MB
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MB if sys.platform == "darwin" else peak * 1024 / MB
