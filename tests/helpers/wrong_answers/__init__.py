"""Typical wrong answers to the exercises: the solution with one passage replaced, and the slip that the check names.

Each module ``chapter_NN`` has WRONG: exercise → a list of (name of the slip, passage, replacement).
"""

import importlib
import re
import sys
import warnings
from types import ModuleType

from minidann.exercises import material
from minidann.exercises.judge import judge

CHAPTERS = material.chapters()
HINTS = {number: chapter.hints() for number, chapter in CHAPTERS.items()}
CODE = {number: compile(chapter.tests(), f"test_{number}", "exec") for number, chapter in CHAPTERS.items()}
WRONG = {number: importlib.import_module(f"{__name__}.{chapter.module}").WRONG for number, chapter in CHAPTERS.items()}


def answer(chapter, text, name):
    """The answer to the exercise ``name`` of a chapter, if ``text`` is the student's file."""
    module = ModuleType(chapter.module)
    module.__file__ = f"{chapter.module}.py"
    tests = {}
    given = {}
    for file, content in chapter.given().items():
        given[file.removesuffix(".py")] = beside = ModuleType(file)
        exec(content, beside.__dict__)
    before = {key: sys.modules.get(key) for key in (module.__name__, *given)}
    sys.modules.update({module.__name__: module, **given})
    try:
        exec(compile(text, module.__file__, "exec"), module.__dict__)
        exec(CODE[chapter.number], tests)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # wrong code may divide by 0
            return judge(module, name, chapter.tests_of(name, tests), HINTS[chapter.number][name])
    finally:
        for key, old in before.items():
            if old is None:
                del sys.modules[key]
            else:
                sys.modules[key] = old


def replaced(text, passage, replacement):
    """``text`` with a passage replaced that begins once in a solution."""
    regions = [match.span() for match in re.finditer(r"# BEGIN SOLUTION.*?# END SOLUTION", text, re.DOTALL)]
    found = [match.start() for match in re.finditer(re.escape(passage), text)]
    inside = [start for start in found if any(first < start < last for first, last in regions)]
    assert len(inside) == 1, f"{len(inside)} times in the solutions: {passage}"
    return text[: inside[0]] + replacement + text[inside[0] + len(passage) :]
