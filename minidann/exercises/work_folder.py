"""A student's folder: stubs, tests and instructions, and the memory of failures for the second hint."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import _files
from .judge import RIGHT, Answer
from .material import Chapter, folder

MEMORY = "progress.json"

INSTRUCTIONS = """\
# Exercises

Each file `chapter_NN.py` has the exercises of one chapter. Each exercise has a text with the formula, the shapes and a
small example. Write your code at the mark `your code here`, and remove the line with `NotImplementedError`.

Then ask for an answer:

    python -m minidann exercises check {place} --chapter {first}

The answer shows the expected result, the result of your code, and a hint. If the next try fails in the same way, a
second hint follows. The solution is never shown. Without `--chapter`, all chapters are checked.

The tests are in `test_chapter_NN.py`. Read them: each is short. The check uses its own copy of them. With pytest you
can run them too: `python -m pytest {place}`.

Your code runs on your computer with your rights, as any Python file. To begin an exercise again, start in a new folder
and copy its stub.

| exercise | aim | minutes |
|---|---|---|
{rows}
"""


def start(place: Path, chapters: Sequence[Chapter]) -> list[tuple[Path, bool]]:
    """Write stubs, tests and instructions of ``chapters`` into the folder ``place``.

    A stub that is there stays as it is: it has the student's work. Returns each stub, and whether it was written.
    Raises ValueError if ``place`` cannot be used, and OSError if a file cannot be written.
    """
    if folder().resolve() in (place.resolve(), *place.resolve().parents):
        raise ValueError(f"place: got {str(place)!r}, the folder of the solutions, expected a folder of your own")
    _files.folder("place", place)
    stubs = []
    for chapter in chapters:
        stub = place / f"{chapter.module}.py"
        new = not stub.exists()
        if new:
            _write(stub, chapter.stub())
        stubs.append((stub, new))
        _write(place / f"test_{chapter.module}.py", chapter.tests())
        for name, text in chapter.given().items():
            if not (place / name).exists():  # a student may have put a print into it
                _write(place / name, text)
    return stubs


def write_instructions(place: Path, chapters: Sequence[Chapter]) -> Path:
    """Write README.md: how to work, and a table of the exercises of all chapters in the folder."""
    rows = "\n".join(
        f"| `{chapter.module}.py`: {exercise.name} | {exercise.aim} | {exercise.minutes} |"
        for chapter in chapters
        for exercise in chapter.exercises
    )
    path = place / "README.md"
    _write(path, INSTRUCTIONS.format(place=shlex.quote(str(place)), first=chapters[0].number, rows=rows))
    return path


def _write(path: Path, text: str) -> None:
    _files.write(path, lambda temporary: temporary.write_text(text, encoding="utf-8", newline="\n"))


def remember(place: Path, chapter: Chapter, answers: Sequence[Answer]) -> dict[str, int]:
    """Count the failures of one kind in a row. Returns for each exercise which failure of its kind this is: 1, 2, …"""
    path = place / MEMORY
    memory: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        memory = found if isinstance(found, dict) else {}
    old = memory.get(chapter.module)
    tries = {each.exercise: 1 + _earlier(old, each) for each in answers}
    memory[chapter.module] = {
        each.exercise: {"right": each.state == RIGHT, "slip": each.slip, "tries": tries[each.exercise]}
        for each in answers
    }
    with suppress(OSError):  # in a folder that is read-only the first hint comes each time
        _write(path, json.dumps(memory, indent=1) + "\n")
    return tries


def _earlier(old: Any, answer: Answer) -> int:
    """The number of failures of this kind in a row before this one. ``old``: what was remembered of the chapter."""
    before = old.get(answer.exercise) if isinstance(old, dict) else None
    if not isinstance(before, dict) or before.get("slip") != answer.slip:
        return 0
    tries = before.get("tries")
    return tries if isinstance(tries, int) else 0
