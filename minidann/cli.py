"""``python -m minidann …``: arguments in, one call, results out.

A bad argument ends the program with status 2 and one line: the argument, the value that came, the expected value.
A signal ends it with status 128 + the signal's number, after results and checkpoints are saved.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, NoReturn

from . import __version__
from .commands import (
    bench,
    choose,
    data,
    digits,
    exercises,
    explore,
    inspect,
    lab,
    moons,
    options,
    rotations,
    run,
    streams,
    table,
)
from .commands.interrupts import cause, number_of, raised_on_signals
from .engine.devices import use_backend


class _Parser(argparse.ArgumentParser):
    """argparse with errors of one line, and without guesses of abbreviations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        streams.complain(" ".join(message.split()), self.prog)
        raise SystemExit(2)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print a help or the version. argparse's own method says nothing of a full disk."""
        status = streams.status(streams.write(message))
        if status:
            raise SystemExit(status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv``, by default that of the process. Returns the exit status."""
    parser = _Parser(prog="minidann", description="Domain-adversarial training, from scratch and in the open.")
    parser.add_argument("--version", action="version", version=f"minidann {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for command in (moons, digits, run, table, choose, rotations, inspect, lab, explore, bench, data, exercises):
        command.add(commands)
    streams.prepare()
    arguments, unknown = parser.parse_known_args(argv)
    own: _Parser = getattr(arguments, "parser", parser)
    if unknown:
        own.error(f"unrecognized arguments: {' '.join(unknown)} (see {own.prog} --help)")
    if arguments.command is None:
        parser.error(
            "got no command, expected one of: moons, digits, run, table, choose, rotations, inspect, lab, explore, "
            "bench, data, exercises (see minidann --help)"
        )
    # the lab has nothing to save, and the loop of its window would swallow the exception
    signals = nullcontext() if arguments.command == "lab" else raised_on_signals()
    try:
        with (
            use_backend(getattr(arguments, "backend", "numpy")),
            signals,
            streams.data_warnings(partial(options.named, own)),
        ):
            status: int = arguments.run(arguments)
        return status or streams.status(streams.write())
    except BrokenPipeError as error:
        streams.write()
        return streams.status(error)
    except KeyboardInterrupt as error:
        streams.complain(cause(number_of(error)))
        return 128 + number_of(error)
    except MemoryError:
        own.error(f"not enough memory: {arguments.save_memory}")
    except (ValueError, ArithmeticError, OSError) as error:
        own.error(options.named(own, str(error)))
