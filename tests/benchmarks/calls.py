"""How much of the package one training step on moons passes through: calls, files, lines.

python tests/benchmarks/calls.py [-v]

Counted: calls of functions of the package while the third step runs, and the files that these functions stand in; then
the same for making the pair and the run and taking the first step. ``-v`` lists the functions.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import minidann
from minidann.adapt import MOONS, Training
from minidann.data import moons_pair

PACKAGE = str(Path(minidann.__file__).parent) + "/"


def counted(work: Callable[[], Any]) -> tuple[Any, collections.Counter[tuple[str, str]]]:
    """The result of ``work``, and how often each function (file, name) of the package was called in it."""
    calls: collections.Counter[tuple[str, str]] = collections.Counter()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(PACKAGE):
            calls[code.co_filename.removeprefix(PACKAGE), code.co_name] += 1

    sys.setprofile(note)
    try:
        return work(), calls
    finally:
        sys.setprofile(None)


def lines(files: set[str]) -> int:
    """The lines of all ``files``."""
    return sum(len(Path(PACKAGE, file).read_text("utf-8").splitlines()) for file in files)


def main() -> None:
    def begin() -> Training:
        training = Training(moons_pair(), MOONS, seed=0)
        training.step()
        return training

    training, making = counted(begin)
    training.step()
    _, step = counted(training.step)
    for name, calls in (("one step", step), ("the pair, the run and one step", making)):
        files = {file for file, _ in calls}
        print(f"{name}: {sum(calls.values())} calls of the package in {len(files)} files of {lines(files)} lines")
    if "-v" in sys.argv:
        for (file, function), times in sorted(step.items()):
            print(f"{times:4} {file}: {function}")


if __name__ == "__main__":
    main()
