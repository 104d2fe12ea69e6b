"""The results of a command: the table on the screen, rows as JSON, figures. A result that fails costs no other one."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import _files
from ..compare.methods import Comparison
from ..compare.table import format_table
from .long_runs import UnfinishedSeeds


def check_drawing() -> None:
    """Raises ValueError if matplotlib cannot draw: an unknown backend, or a missing LaTeX that matplotlibrc
    asks for.
    """
    try:
        from matplotlib.figure import Figure

        figure = Figure((1, 1))
        figure.text(0, 0, "λ")
        figure.savefig(io.BytesIO(), format="png")
    except Exception as error:  # matplotlib raises errors of many kinds; all mean the same
        advice = "change MPLBACKEND or the file matplotlibrc"
        raise ValueError(f"matplotlib cannot draw here ({_one_line(error)}); {advice}") from None


def check_rows(rows: Path, figures: Sequence[Path]) -> None:
    """Raises ValueError if ``rows``, the file of ``--json``, cannot be written or is one of ``figures``."""
    _files.file("argument --json", rows)
    if rows.resolve() in [figure.resolve() for figure in figures]:
        raise ValueError(f"argument --json: got {str(rows)!r}, expected another file than the figure")


class Given:
    """The results that a command has given so far. ``drawn``: the written figures. ``advice``: for a failed write."""

    def __init__(self, advice: str = "") -> None:
        self.advice = advice
        self.drawn: list[Path] = []
        self.failed = False
        self._no_reader = False  # the other end of a pipe, such as head, has gone

    def say(self, text: str) -> None:
        """Print ``text`` at once. A full disk or a closed pipe behind standard output does not end the command."""
        try:
            print(text, flush=True)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the rest would fail at the exit
            if isinstance(error, BrokenPipeError):
                self._no_reader = True
            else:
                self.complain(f"standard output cannot be written ({error.strerror or error})")

    def complain(self, line: str) -> None:
        """Print one line on standard error. The status of the command is 2 from now on."""
        self.failed = True
        print(f"minidann: {line}", file=sys.stderr)

    @contextmanager
    def attempt(self, path: Path) -> Iterator[None]:
        """A block that makes ``path``. An error in the block costs one line on standard error, and no other result."""
        try:
            yield
        except Exception as error:
            name, reason = repr(str(path)), _one_line(error)
            line = reason if name in reason else f"{name} cannot be made ({reason})"
            self.complain(line + f"; {self.advice}" * bool(self.advice))

    def figure(self, path: Path, make: Callable[[], Any]) -> bool:
        """Draw the figure that ``make`` returns into ``path``. Returns whether the file is written."""
        with self.attempt(path):
            drawn = make()
            _files.write(path, lambda temporary: drawn.savefig(temporary, dpi=110))
            self.drawn.append(path)
            return True
        return False

    def status(self) -> int:
        """The exit status: 2 if a result has failed, 1 if nobody reads standard output, else 0."""
        return 2 if self.failed else int(self._no_reader)


class Kept(Given):
    """The results of a training command. All places are checked before any work starts.

    ``out``: the folder of the figures, made if need be. ``rows``: the JSON file, if one was asked for. ``names``: the
    figures, files in ``out``. ``advice``: how to go on after an interruption or a failed write.
    """

    def __init__(self, out: Path, rows: Path | None, names: Sequence[str], advice: str = "") -> None:
        super().__init__(advice)
        if names:
            check_drawing()
        self.figures = [out / name for name in names]
        if rows is not None:
            check_rows(rows, self.figures)  # before --out is made: an error here then leaves no folder
        _files.folder("argument --out", out)
        for figure in self.figures:
            _files.file("argument --out", figure)
        self.file = rows
        self.rows_written = False
        self.comparisons: list[Comparison] = []
        self.interrupted = False
        self.error: Exception | None = None  # the error that ended the training

    @property
    def stopped(self) -> bool:
        """Whether the work ended before its end, by Ctrl-C or by an error."""
        return self.interrupted or self.error is not None

    def train(self, work: Callable[[], tuple[list[Comparison], bool]]) -> list[Comparison]:
        """Do ``work``, print its table, write all rows so far. Returns the comparisons finished before any error."""
        comparisons: list[Comparison] = []
        try:
            comparisons, self.interrupted = work()
        except UnfinishedSeeds as unfinished:
            comparisons, cause = unfinished.finished, unfinished.__cause__
            self.error = cause if isinstance(cause, Exception) else unfinished
        except (OSError, ValueError, FloatingPointError, MemoryError) as error:
            self.error = error
        if comparisons:
            table = format_table(row for comparison in comparisons for row in comparison.rows)
            self.say("\n" * bool(self.comparisons) + table)
            self.comparisons += comparisons
            self._write_rows()
        return comparisons

    def draw(self, i: int, make: Callable[[], Any]) -> None:
        """Draw the i-th figure, unless Ctrl-C comes."""
        try:
            self.figure(self.figures[i], make)
        except KeyboardInterrupt:
            self.interrupted = True

    def finish(self) -> int:
        """Say where the files are, and why the work ended early. Returns the exit status."""
        advice = f"; {self.advice}" * bool(self.advice)
        held = f"the table holds the {len(self.comparisons)} finished seeds"
        files = [f"figure: {path}" for path in self.drawn] + [f"rows: {self.file}"] * self.rows_written
        if files:
            self.say("\n" + "   ".join(files))
        if self.error is not None:
            helps = advice * isinstance(self.error, OSError)  # a run that diverges would diverge again
            if not self.comparisons:
                raise OSError(f"{self.error}{helps}") if helps else self.error
            self.complain(f"{_one_line(self.error)}; {held}{helps}")
        elif self.interrupted and self.comparisons:
            print(f"minidann: interrupted; {held}{advice}", file=sys.stderr)
        elif self.interrupted:
            nothing = advice or "; nothing was written"
            print(f"minidann: interrupted before the first seed was finished{nothing}", file=sys.stderr)
        return 130 if self.interrupted else self.status()

    def _write_rows(self) -> None:
        if self.file is None:
            return
        rows = [row for comparison in self.comparisons for row in comparison.rows]
        text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        with self.attempt(self.file):
            _files.write(self.file, lambda path: path.write_text(text, encoding="utf-8"))
            self.rows_written = True


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
