"""Standard output and standard error that may be closed, full, or without a reader."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..data.checks import DataWarning


def prepare() -> None:
    """Make both streams safe to write to.

    A console without λ and → shows them escaped: no result is lost. Python has no stream at all for a closed
    descriptor (``>&-``). Standard output then becomes a stream that fails like a full disk. Standard error then goes
    nowhere: no file that is opened later can get its descriptor.
    """
    if sys.stdout is None:
        sys.stdout = _stream(1, os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = _stream(2, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _stream(descriptor: int, mode: int) -> io.TextIOWrapper:
    opened = os.open(os.devnull, mode)
    if opened != descriptor:
        os.dup2(opened, descriptor)
        os.close(opened)
    return io.TextIOWrapper(io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False)), encoding="utf-8")


def write(text: str = "") -> OSError | None:
    """Write ``text`` to standard output at once. Returns the error of a closed pipe or a full disk.

    After an error all further output goes nowhere, or it would fail again at the exit.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        return error
    return None


def complain(line: str, program: str = "minidann") -> None:
    """Print one line on standard error. A standard error that fails too is left alone: no place for words is left."""
    with suppress(OSError):
        print(f"{program}: {line}", file=sys.stderr, flush=True)


@contextmanager
def data_warnings(named: Callable[[str], str] = str) -> Iterator[None]:
    """Inside, a DataWarning is one line on standard error, without a place in the code.

    ``named`` puts names of options in the place of names of arrays.
    """
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Any, category: type[Warning], *place: Any, **options: Any) -> None:
            if issubclass(category, DataWarning):
                complain(f"warning: {named(str(message))}")
            else:
                usual(message, category, *place, **options)

        warnings.showwarning = show
        yield


def status(error: OSError | None) -> int:
    """The exit status after ``write``: 0; 1 if the reader of a pipe, such as head, has gone; else 2 and one line."""
    if error is None:
        return 0
    if isinstance(error, BrokenPipeError):  # nobody reads a message
        return 1
    complain(f"standard output cannot be written ({error.strerror or error})")
    return 2
