"""The words of the check: the answer of a patient teacher."""

from __future__ import annotations

import textwrap

from .judge import EMPTY, ENDED, ERROR, RIGHT, SLOW, WAITS, WRONG, Answer
from .processes import Report

WIDTH = 110
STATES = {
    RIGHT: "right",
    EMPTY: "to write",
    WAITS: "waits",
    WRONG: "not yet",
    ERROR: "an error",
    SLOW: "no end",
    ENDED: "ended",
}


def in_words(report: Report, tries: dict[str, int]) -> str:
    """The text of one chapter. ``tries``: which failure of its kind this is, by exercise."""
    chapter = report.chapter
    lines = [f"chapter {chapter.number:02d}, {chapter.title}   ({chapter.module}.py)"]
    if report.fault:
        lines += _fault(report)
    for answer in report.answers:
        lines += _answer(answer, tries.get(answer.exercise, 1))
    printed = report.printed.strip().splitlines()
    if printed:
        lines += ["  your code printed:", *(f"    | {line}" for line in printed[:20])]
        lines += ["    | …"] * (len(printed) > 20)
    return "\n".join(lines) + "\n"


def _fault(report: Report) -> list[str]:
    lines = [f"  the file cannot be run: {report.fault}"]
    if report.place:
        lines.append(f"  {report.place}")
    return [*lines, "  mend this first; the exercises of this chapter were not checked"]


def _answer(answer: Answer, tries: int) -> list[str]:
    label = f"  {STATES[answer.state]:10} {answer.exercise}"
    if answer.state == RIGHT:
        return [label]
    if answer.state == EMPTY:
        return [f"{label}   ({answer.place})" if answer.place else label]
    if answer.state == WAITS:
        return [f"{label}: solve {answer.what} first"]
    lines = [label, *_field("result" if answer.state == WRONG else "reason", answer.what)]
    if answer.state == WRONG:
        lines += _field("expected", answer.expected) + _field("came", answer.came)
    if answer.state == ERROR:
        lines += _field("where", answer.place or "in the test, with the result of your code")
    lines += _field("hint", answer.hints[0])
    if tries > 1:
        lines += _field("second", answer.hints[1])
    return lines


def _field(name: str, text: str) -> list[str]:
    start = f"      {name:9} "
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start)) or [start.rstrip()]


def last_line(reports: list[Report]) -> str:
    """The sum of all: how many are right, and the next exercise to solve."""
    total = sum(len(report.chapter.exercises) for report in reports)
    done = sum(answer.state == RIGHT for report in reports for answer in report.answers)
    if done == total:
        return f"all {total} exercises are right\n" if total > 1 else "the exercise is right\n"
    for report in reports:
        left = [answer.exercise for answer in report.answers if answer.state != RIGHT]
        if left or report.fault:
            where = f"{report.chapter.module}.py"
            return f"{done} of {total} exercises are right; next: {left[0] + ' in ' if left else ''}{where}\n"
    return ""
