"""The division of the time of minidann's step: the share of each file of the engine."""

from __future__ import annotations

import cProfile
import pstats
import time
from pathlib import Path

from ..adapt.training import Training

SECONDS, FEWEST = 0.5, 3  # of the profiled steps
PHASES = {"next_batch": "draw", "update": "update"}  # functions of adapt/training.py
REST = "the rest"


def division(training: Training) -> dict[str, float]:
    """The shares of a step, from large to small: "FILE forward" and "FILE backward" of engine/ops, draw, update.

    The rest is the recording of the graph, the sweep through it, and the layers. Python's profiler measures some steps.
    It slows down calls of Python and not the work of NumPy: in a small network the rest is less than its share here.
    """
    profile, done, start = cProfile.Profile(), 0, time.perf_counter()
    while done < FEWEST or time.perf_counter() - start < SECONDS:
        profile.runcall(training.step)
        done += 1
    whole, shares = 0.0, dict[str, float]()
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, _, seconds, _) in stats.items():
        name = _name(Path(file), function)
        if name == "step":
            whole = seconds
        elif name:
            shares[name] = shares.get(name, 0.0) + seconds
    shares[REST] = whole - sum(shares.values())
    return {name: seconds / whole for name, seconds in sorted(shares.items(), key=lambda item: -item[1])}


def _name(path: Path, function: str) -> str:
    """The name of a function among the shares, "step" for the whole, "" for a function that is part of another one."""
    if path.parts[-2:] == ("adapt", "training.py"):
        return "step" if function == "step" else PHASES.get(function, "")
    if path.parts[-3:-1] == ("engine", "ops") and function in ("forward", "backward"):
        return f"{path.stem} {function}"
    return ""
