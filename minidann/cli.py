"""``python -m minidann …``: arguments in, one call, results out.

A bad argument ends the program with status 2 and one line: the argument, the value that came, the expected value.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from . import __version__
from .commands import data, digits, inspect, lab, moons
from .engine.devices import use_backend


class _Parser(argparse.ArgumentParser):
    """argparse with errors of one line, and without guesses of abbreviations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv``, by default that of the process. Returns the exit status."""
    parser = _Parser(prog="minidann", description="Domain-adversarial training, from scratch and in the open.")
    parser.add_argument("--version", action="version", version=f"minidann {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for command in (moons, digits, inspect, lab, data):
        command.add(commands)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console without λ and → shows them escaped: no result is lost
            stream.reconfigure(errors="backslashreplace")
    arguments = parser.parse_args(argv)
    own: _Parser = getattr(arguments, "parser", parser)
    if arguments.command is None:
        parser.error("got no command, expected one of: moons, digits, inspect, lab, data (see minidann --help)")
    try:
        with use_backend(getattr(arguments, "backend", "numpy")):
            status: int = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of the pipe, such as head, has gone: nobody reads a message
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("minidann: interrupted", file=sys.stderr)
        return 130
    except MemoryError:
        own.error(f"not enough memory: {arguments.save_memory}")
    except (ValueError, FloatingPointError, OSError) as error:
        own.error(str(error))
