"""The division of the time of minidann's step: the share of each file of the engine."""

from __future__ import annotations

import cProfile
import pstats
import time
from pathlib import Path

from ..adapt.training import Training

SECONDS, FEWEST = 0.5, 3  # of the profiled steps
PHASES = {"next_batch": "draw", "update": "update"}  # functions of adapt/training.py
STEP, REST = "step", "the rest"


def division(training: Training) -> dict[str, float]:
    """The shares of a step, from large to small: "FILE forward" and "FILE backward" of engine/ops, draw, update.

    The rest is the recording of the graph, the sweep through it, and the layers. Python's profiler measures some steps.
    It slows down calls of Python and not the work of NumPy: in a small network the rest is less than its share here.
    The slower half of the steps does not count, because other programs may have stopped these.
    """
    steps, start = [_profiled(training) for _ in range(FEWEST)], time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        steps.append(_profiled(training))
    steps = sorted(steps, key=lambda seconds: seconds[STEP])[: len(steps) // 2 + 1]
    total = {name: sum(seconds.get(name, 0.0) for seconds in steps) for name in steps[0]}
    whole = total.pop(STEP)
    total[REST] = whole - sum(total.values())
    return {name: seconds / whole for name, seconds in sorted(total.items(), key=lambda item: -item[1])}


def _profiled(training: Training) -> dict[str, float]:
    """The seconds of one step by name, and of the whole step by the name STEP."""
    profile = cProfile.Profile()
    profile.runcall(training.step)
    found: dict[str, float] = {}
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, _, seconds, _) in stats.items():
        if name := _name(Path(file), function):
            found[name] = found.get(name, 0.0) + seconds
    return found


def _name(path: Path, function: str) -> str:
    """The name of a function among the shares, STEP for the whole, "" for a function that is part of another one."""
    if path.parts[-2:] == ("adapt", "training.py"):
        return STEP if function == "step" else PHASES.get(function, "")
    if path.parts[-3:-1] == ("engine", "ops") and function in ("forward", "backward"):
        return f"{path.stem} {function}"
    return ""
