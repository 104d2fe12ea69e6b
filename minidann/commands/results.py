"""The results of a command: the table on the screen, rows as JSON, figures. A result that fails costs no other one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from .. import _files, _validate
from ..compare.conclusion import CHANGED, conclusion
from ..compare.methods import Comparison
from ..compare.table import format_table
from . import figure_files, interrupts, options, places, streams
from .long_runs import UnfinishedSeeds


class Given:
    """The results that a command has given so far. ``drawn``: the written figures. ``advice``: for a failed write.

    ``parser``: the parser of the command, for the names of its options in messages. ``formats``: those of figures.
    """

    def __init__(
        self, advice: str = "", parser: argparse.ArgumentParser | None = None, formats: Sequence[str] = ("png",)
    ) -> None:
        self.advice, self.parser, self.formats = advice, parser, formats
        self.drawn: list[Path] = []
        self.can_draw = True
        self._status = 0

    def say(self, text: str) -> None:
        """Print ``text`` at once. A full disk or a closed pipe behind standard output does not end the command."""
        self._status = max(self._status, streams.status(streams.write(f"{text}\n")))

    def complain(self, line: str) -> None:
        """Print one line on standard error. The status of the command is 2 from now on."""
        self._status = 2
        streams.complain(line if self.parser is None else options.named(self.parser, line))

    def check_drawing(self) -> None:
        """Complain, before any work, if matplotlib cannot draw here. The command then gives all results but figures."""
        reason = places.why_no_drawing()
        if reason is not None:
            self.can_draw = False
            self.complain(f"no figure will be drawn: {reason}")

    @contextmanager
    def attempt(self, path: Path) -> Iterator[None]:
        """A block that makes ``path``. An error in the block costs one line on standard error, and no other result."""
        try:
            yield
        except Exception as error:
            name, reason = repr(str(path)), _validate.one_line(error)
            line = reason if name in reason else f"{name} cannot be made ({reason})"
            self.complain(line + f"; {self.advice}" * bool(self.advice))

    def write(self, path: Path, writer: Callable[[Path], object]) -> bool:
        """Write ``path`` as ``_files.write`` does. Returns whether the file is written.

        A folder that was deleted during the run is made again.
        """
        with self.attempt(path):
            write_again(path, writer)
            return True
        return False

    def figure(self, path: Path, make: Callable[[], Any]) -> None:
        """Draw the figure that ``make`` returns into ``path`` in all formats, unless matplotlib cannot draw here."""
        if not self.can_draw:
            return
        files = figure_files.in_formats(path, self.formats)
        with self.attempt(files[0]):
            drawn = make()
            for file in files:
                with self.attempt(file):
                    write_again(file, partial(figure_files.save, drawn))
                    self.drawn.append(file)

    def status(self) -> int:
        """The exit status: 2 if a result has failed, 1 if nobody reads standard output, else 0."""
        return self._status

    def ended(self, early: BaseException | None, held: str, any_rows: bool) -> int:
        """The exit status, after a line if the work ``early`` ended with a signal or an error. None: it did not.

        ``held``: what there is nevertheless, for this line. Without rows an error is raised.
        """
        if isinstance(early, KeyboardInterrupt):
            number = interrupts.number_of(early)
            streams.complain(f"{interrupts.cause(number)}; {held}")
            return 128 + number
        if early is not None:
            if not any_rows:
                raise early
            self.complain(f"{_validate.one_line(early)}; {held}")
        return self.status()


class Kept(Given):
    """The results of a training command. All places are checked before any work starts.

    ``out``: the folder of the figures, made if need be. ``rows``: the JSON file, if one was asked for. ``names``: the
    figures, files in ``out``. ``advice``: how to go on after an interruption or a failed write. ``inputs``: the files
    that the command reads, with their options. No result may take their place. ``formats``: those of figures.
    """

    def __init__(
        self,
        out: Path,
        rows: Path | None,
        names: Sequence[str],
        advice: str = "",
        parser: argparse.ArgumentParser | None = None,
        inputs: Sequence[places.Named] = (),
        formats: Sequence[str] = ("png",),
    ) -> None:
        super().__init__(advice, parser, formats)
        self.figures = [out / name for name in names]
        outputs = [("--json", rows)] if rows is not None else []  # before --out is made: an error leaves no folder
        files = [file for figure in self.figures for file in figure_files.in_formats(figure, formats)]
        places.check_outputs([*outputs, *(("--out", file) for file in files)], inputs)
        _files.folder("argument --out", out)
        self.file = rows
        self.comparisons: list[Comparison] = []
        self.chosen = CHANGED  # how the settings of the training were chosen, for the line below its table
        self.interrupted = 0  # the number of the signal that ended the work
        self.error: Exception | None = None  # the error that ended the training
        self._unwritten: str | None = None  # why the last write of the rows failed; None if it did not
        self._asked = False  # whether matplotlib can draw
        self._lost = False  # whether a checkpoint could not be written

    @property
    def stopped(self) -> bool:
        """Whether the work ended before its end, by a signal or by an error."""
        return bool(self.interrupted) or self.error is not None

    def train(self, work: Callable[..., tuple[list[Comparison], int]]) -> list[Comparison]:
        """Do ``work(keep=…)``, print its table and a conclusion. Returns the comparisons finished before any error.

        ``work`` calls ``keep(comparison)`` after each seed: the rows of all seeds so far are then written at once.
        """
        if self.figures and not self._asked:
            self.check_drawing()
            self._asked = True
        before = list(self.comparisons)
        comparisons: list[Comparison] = []

        def keep(comparison: Comparison) -> None:
            self.comparisons.append(comparison)
            self._write_rows()

        try:
            comparisons, self.interrupted = work(keep=keep)
        except UnfinishedSeeds as unfinished:
            comparisons, cause = unfinished.finished, unfinished.__cause__
            self.error = cause if isinstance(cause, Exception) else unfinished
        except KeyboardInterrupt as stop:  # before the first step
            self.interrupted = interrupts.number_of(stop)
        except (OSError, ValueError, ArithmeticError, MemoryError) as error:
            self.error = error
        if comparisons:
            self.comparisons = before + comparisons
            rows = [row for comparison in comparisons for row in comparison.rows]
            self.say("\n" * bool(before) + format_table(rows))
            if not self.stopped:
                self.say(f"\n{conclusion(rows, self.chosen)}")
            self._write_rows()
        return comparisons

    def checkpoint_failed(self, error: OSError) -> None:
        """Complain once of checkpoints that cannot be written. The training goes on: its table is worth more."""
        if not self._lost:
            self._lost = True
            self.complain(f"{_validate.one_line(error)}; the run goes on without this checkpoint; {self.advice}")

    def draw(self, i: int, make: Callable[[], Any]) -> None:
        """Draw the i-th figure, unless a signal comes."""
        try:
            self.figure(self.figures[i], make)
        except KeyboardInterrupt as error:
            self.interrupted = interrupts.number_of(error)

    def finish(self) -> int:
        """Say where the files are, and why the work ended early. Returns the exit status."""
        written = self.file is not None and bool(self.comparisons) and self._unwritten is None
        files = [f"figure: {path}" for path in self.drawn] + [f"rows: {self.file}"] * written
        if files:
            self.say("\n" + "   ".join(files))
        advice = f"; {self.advice}" * bool(self.advice)
        if self._unwritten is not None:
            self.complain(self._unwritten + advice)
        held = f"the table holds the {len(self.comparisons)} finished seeds"
        if self.error is not None:
            helps = advice * isinstance(self.error, OSError)  # a run that diverges would diverge again
            if not self.comparisons:
                raise OSError(f"{self.error}{helps}") if helps else self.error
            why = _validate.one_line(self.error)
            if isinstance(self.error, MemoryError) and self.parser is not None:
                why = f"not enough memory: {self.parser.get_default('save_memory')}"
            self.complain(f"{why}; {held}{helps}")
        elif self.interrupted:
            left = f"; {held}{advice}" if self.comparisons else " before the first seed was finished" + advice
            nothing = "; nothing was written" * (not self.comparisons and not advice)
            streams.complain(f"{interrupts.cause(self.interrupted)}{left}{nothing}")
        return 128 + self.interrupted if self.interrupted else self.status()

    def _write_rows(self) -> None:
        """Write the rows of all finished seeds. A failure is told at the end: a later write may still succeed."""
        if self.file is None:
            return
        rows = [row for comparison in self.comparisons for row in comparison.rows]
        try:
            write_again(self.file, partial(write_json, rows))
            self._unwritten = None
        except OSError as error:
            self._unwritten = _validate.one_line(error)


def write_json(content: Any, path: Path) -> None:
    """Write ``content`` as JSON. A letter that UTF-8 has not, as in the name of a file, is escaped."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def write_again(path: Path, writer: Callable[[Path], object]) -> None:
    """``_files.write``, with the folder of ``path`` made again if it was deleted during the run."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"{str(path)!r} cannot be written ({error.strerror or error})") from error
    _files.write(path, writer)
