"""The solution files of the course: one a chapter, with marked regions, and beside each its tests and hints.

The files stand in ``tutorials/exercises`` of the repository. A wheel takes them along, as ``solutions`` in this folder
(see setup.py). Layout, for chapter 2:

    chapter_02.py               instructions, and the solutions between BEGIN SOLUTION and END SOLUTION
    tests/test_chapter_02.py    a function test_NAME, or test_NAME_…, for each exercise NAME
    hints/chapter_02.py         HINTS: name → Hints
    given/chapter_02_….py       files that a student gets as they are
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .hints import Hints

_TITLE = re.compile(r"^# # Exercises of chapter \d+ · (.+)$", re.MULTILINE)
_HEAD = re.compile(r"^# ## (\w+) · (\d+) minutes$", re.MULTILINE)
_AIM = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_REGION = re.compile(r"^( *)# BEGIN SOLUTION *(\w*)\n(.*?)^ *# END SOLUTION\n", re.MULTILINE | re.DOTALL)
_INSTEAD = "# STUB "  # a line of a solution that stands in the stub as code

EMPTY = "exercise "  # NotImplementedError in a stub says "exercise NAME", or "exercise NAME: WHAT IS MISSING"


def folder() -> Path:
    """The folder of the solution files. Raises ValueError if the installation has none."""
    inside = Path(__file__).with_name("solutions")
    beside = Path(__file__).parents[2] / "tutorials" / "exercises"
    for place in (inside, beside):
        if place.is_dir():
            return place
    raise ValueError(f"the exercises are missing: expected a folder {str(inside)!r} or {str(beside)!r}")


@dataclass(frozen=True)
class Exercise:
    """One exercise: its name, its aim in a sentence, and the minutes that it may take."""

    name: str
    aim: str
    minutes: int


@dataclass(frozen=True)
class Chapter:
    """The exercises of a chapter."""

    number: int
    title: str
    exercises: tuple[Exercise, ...]
    solution: str  # the text of the solution file

    @property
    def module(self) -> str:
        """The name of a student's file, without ".py"."""
        return f"chapter_{self.number:02d}"

    def stub(self) -> str:
        """The solution file with each marked region cut out."""
        return _REGION.sub(lambda region: self._instead(region), self.solution)

    def _instead(self, region: re.Match[str]) -> str:
        indent, name, body = region.groups()
        lines = [line for line in body.splitlines() if line.strip()]
        code = [line.replace(_INSTEAD, "", 1) for line in lines if line.strip().startswith(_INSTEAD)]
        if not code:
            name = name or [head[1] for head in _HEAD.finditer(self.solution, 0, region.start())][-1]
            code = [f'{indent}raise NotImplementedError("{EMPTY}{name}")  # remove this line']
            length = f"{len(lines)} line{'s' * (len(lines) > 1)}"
            code.insert(0, f"{indent}# your code here (our solution has {length})")
        return "".join(f"{line}\n" for line in code)

    def tests(self) -> str:
        """The text of the tests."""
        return _read(folder() / "tests" / f"test_{self.module}.py")

    def hints(self) -> dict[str, Hints]:
        """The hints by exercise."""
        found: dict[str, Hints] = runpy.run_path(str(folder() / "hints" / f"{self.module}.py"))["HINTS"]
        return found

    def given(self) -> dict[str, str]:
        """Files that a student gets as they are: name → text."""
        return {path.name: _read(path) for path in sorted((folder() / "given").glob(f"{self.module}_*.py"))}

    def tests_of(self, name: str, namespace: dict[str, Any]) -> list[Callable[[], object]]:
        """The test functions of one exercise, from the names that the tests define."""
        names = [exercise.name for exercise in self.exercises]
        return [
            test
            for key, test in namespace.items()
            if key.startswith("test_") and _longest(names, key.removeprefix("test_")) == name
        ]


def _longest(names: list[str], key: str) -> str:
    """The longest of ``names`` with which ``key`` begins."""
    return max((name for name in names if key == name or key.startswith(f"{name}_")), key=len, default="")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def chapters() -> dict[int, Chapter]:
    """The chapters that have exercises, by number."""
    found = {}
    for path in sorted(folder().glob("chapter_*.py")):
        number, text = int(path.stem.removeprefix("chapter_")), _read(path)
        found[number] = Chapter(number, _only(_TITLE, text)[1], tuple(_exercises(text)), text)
    return found


def _exercises(text: str) -> list[Exercise]:
    found = []
    for head in _HEAD.finditer(text):
        aim = _AIM.search(text, head.end())
        assert aim is not None, f"exercise {head[1]} has no aim in bold"
        found.append(Exercise(head[1], " ".join(aim[1].replace("\n# ", " ").split()), int(head[2])))
    return found


def _only(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.search(text)
    assert match is not None, f"no line like {pattern.pattern}"
    return match
