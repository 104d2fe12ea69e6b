"""A student's code in a process of its own, with a time limit: an endless loop or an exit gets one clear answer."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .judge import ENDED, SLOW, Answer
from .material import Chapter

START = 120.0  # seconds until Python and NumPy have started, also on a busy machine
PRINTED = 2000  # letters of a student's prints that are kept


@dataclass
class Report:
    """The answers of a chapter. ``fault``: why the file cannot be run at all, with the line in ``place``."""

    chapter: Chapter
    answers: list[Answer] = field(default_factory=list)
    fault: str = ""
    place: str = ""
    printed: str = ""


def answers_of(chapter: Chapter, path: Path, seconds: float) -> Report:
    """Run the tests of a chapter on the student's file ``path``. ``seconds``: the limit of one exercise."""
    report, left = Report(chapter), [exercise.name for exercise in chapter.exercises]
    while left and not report.fault:
        with _Process(chapter, path, left) as process:
            left = _follow(process, report, left, seconds)
        report.printed = report.printed or process.printed()  # after its end, when all is read
    return report


def _follow(process: _Process, report: Report, left: list[str], seconds: float) -> list[str]:
    """Take the events of one process into the report. Returns the exercises that another process must begin."""
    limit, begun = START, ""
    while left:
        event = process.event(limit)
        if not event:  # None: too slow; {}: at its end
            words = f"no end after {limit:g} seconds" if event is None else process.status()
            if not begun:
                report.fault = words
                return []
            report.answers.append(_stopped(begun, SLOW if event is None else ENDED, words))
            return left[1:]
        if "fault" in event:
            report.fault, report.place = event["fault"], event["place"]
            return []
        begun, limit = event.get("begin", ""), seconds
        if "answer" in event:
            report.answers.append(Answer(**event["answer"] | {"hints": tuple(event["answer"]["hints"])}))
            left = left[1:]
    return left


def _stopped(name: str, kind: str, words: str) -> Answer:
    if kind == SLOW:
        hints = (
            "Is there a loop without an end? Ask of each while: which line makes its condition false?",
            "Print the loop's variable in each round, and run the file by itself.",
        )
    else:
        hints = ("Your code ended Python. A function should return its result.", "Look for exit, quit and os._exit.")
    return Answer(name, kind, words, slip=kind, hints=hints)


class _Process:
    """One worker. Use it in a ``with`` block, which ends the process."""

    def __init__(self, chapter: Chapter, path: Path, names: list[str]) -> None:
        command = [sys.executable, "-m", "minidann.exercises.worker", str(path), str(chapter.number), *names]
        alone = {"OPENBLAS_NUM_THREADS": "1", "MINIDANN_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | alone,
        )
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._kept: list[str] = []
        readers = ((self._read_events, self._process.stdout), (self._keep_prints, self._process.stderr))
        self._threads = [threading.Thread(target=target, args=(stream,), daemon=True) for target, stream in readers]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for thread, stream in zip(self._threads, (self._process.stdout, self._process.stderr)):
            thread.join(timeout=1)  # a process that the student's code started may still hold the other end
            if stream is not None and not thread.is_alive():
                stream.close()

    def event(self, limit: float) -> dict[str, Any] | None:
        """The next event; {} at the end of the process; None after ``limit`` seconds without one."""
        try:
            return self._events.get(timeout=limit)
        except queue.Empty:
            return None

    def status(self) -> str:
        """The end of a process that ended by itself, in words."""
        return f"Python ended with status {self._process.wait()}"

    def printed(self) -> str:
        """The first part of what the code printed."""
        return "".join(self._kept)

    def _read_events(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._events.put(json.loads(line))
        self._events.put({})

    def _keep_prints(self, stream: IO[bytes]) -> None:
        """Read to the end, or a full pipe would stop the process. Keep the start."""
        size = 0
        while piece := stream.read1(4096) if hasattr(stream, "read1") else stream.read(4096):
            if size < PRINTED:
                self._kept.append(piece.decode("utf-8", errors="replace")[: PRINTED - size])
                size += len(piece)
