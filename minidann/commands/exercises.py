"""``minidann exercises start`` and ``check``: the exercises of the course, and a teacher's answer."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from ..exercises import material, processes, words, work_folder
from ..exercises.judge import RIGHT
from . import options, streams

SECONDS = 20.0


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "exercises",
        help="the exercises of the course: stubs to fill, and a check that gives hints",
        description="The exercises of the course. Start writes them into a folder, check answers with hints.",
        epilog="example: minidann exercises start my-exercises && minidann exercises check my-exercises --chapter 2",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    start = actions.add_parser(
        "start",
        help="write stubs, tests and instructions into a folder",
        description=(
            "Writes a file of stubs for each chapter into DIR, with tests and instructions (README.md). A file of\n"
            "stubs that is there already is left alone, because it has your work."
        ),
        epilog="example: minidann exercises start my-exercises --chapter 2",
    )
    check = actions.add_parser(
        "check",
        help="run the tests, and give hints",
        description=(
            "Runs the tests on your files in DIR, in a process of their own with a time limit. Shows for each\n"
            "exercise the expected result, the result of your code and a hint; on the next failure of this kind a\n"
            "second hint. Ends with status 0 if all checked exercises are right, 1 if one is not, 2 for a wrong call."
        ),
        epilog="example: minidann exercises check my-exercises --chapter 2",
    )
    for action, run in ((start, run_start), (check, run_check)):
        action.add_argument("place", type=options.path, metavar="DIR", help="the folder of your exercises")
        action.add_argument(
            "--chapter", type=options.whole(0), metavar="N", help="the exercises of this chapter only, default all"
        )
        action.set_defaults(run=run, parser=action, save_memory="close other programs")
    check.add_argument(
        "--seconds",
        type=options.number(0.1),
        default=SECONDS,
        metavar="S",
        help=f"the time limit of one exercise, default {SECONDS:g}",
    )


def run_start(arguments: argparse.Namespace) -> int:
    """Write the files, and say how to go on."""
    chosen = _chosen(arguments.chapter)
    place = arguments.place
    stubs = work_folder.start(place, chosen)
    there = [chapter for chapter in material.chapters().values() if (place / f"{chapter.module}.py").exists()]
    lines = [f"{'written' if new else 'kept   '}  {stub}" for stub, new in stubs]
    lines.append(f"read      {work_folder.write_instructions(place, there)}")
    lines.append(f"check     minidann exercises check {shlex.quote(str(place))} --chapter {chosen[0].number}")
    return streams.status(streams.write("\n".join(lines) + "\n"))


def run_check(arguments: argparse.Namespace) -> int:
    """Check the chapters, one after the other. Returns 1 if an exercise is not right yet."""
    place: Path = arguments.place
    chosen = [chapter for chapter in _chosen(arguments.chapter) if (place / f"{chapter.module}.py").is_file()]
    if not chosen:
        wanted = "chapter_NN.py" if arguments.chapter is None else f"chapter_{arguments.chapter:02d}.py"
        expected = "expected a folder made by minidann exercises start"
        raise ValueError(f"argument DIR: got {str(place)!r} without a file {wanted}, {expected}")
    reports = []
    for chapter in chosen:
        report = processes.answers_of(chapter, (place / f"{chapter.module}.py").absolute(), arguments.seconds)
        tries = work_folder.remember(place, chapter, report.answers) if not report.fault else {}
        if error := streams.write(words.in_words(report, tries) + "\n"):
            return streams.status(error)
        reports.append(report)
    if error := streams.write(words.last_line(reports)):
        return streams.status(error)
    solved = all(not each.fault and all(answer.state == RIGHT for answer in each.answers) for each in reports)
    return 0 if solved else 1


def _chosen(number: int | None) -> list[material.Chapter]:
    """The chapter of this number, or all. Raises ValueError for a chapter without exercises."""
    chapters = material.chapters()
    if number is None:
        return list(chapters.values())
    if number not in chapters:
        raise ValueError(f"argument --chapter: got {number}, expected one of {', '.join(map(str, chapters))}")
    return [chapters[number]]
