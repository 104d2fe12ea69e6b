"""``minidann bench``: the time and the memory of a training step beside other frameworks."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from .. import _validate
from ..bench.machine import machine_line, versions_line
from ..bench.peers import PEERS, check_peers, installed
from ..bench.steps import measure_steps
from ..bench.table import format_bench
from ..bench.threads import cores
from ..bench.workloads import WORKLOADS
from . import interrupts, options, places, results, streams

Row = dict[str, Any]


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "bench",
        help="the time and the memory of a training step, beside other frameworks and the bare matrix products",
        description=(
            "Times one training step of DANN (draw, forward, backward, update) on networks of five sizes. Each\n"
            "framework that is installed takes its turn in every round. Its losses and gradients are first checked\n"
            "equal to minidann's. The floor is the time of the bare matrix products of the same step. The peak memory\n"
            "is that of a fresh process. The examples are made up: no data set is needed."
        ),
        epilog="example: minidann bench moons digits --against torch --rounds 5",
    )
    parser.add_argument(
        "workloads",
        type=options.one_of(tuple(WORKLOADS)),
        nargs="*",
        metavar="WORKLOAD",
        help=f"{', '.join(WORKLOADS)} (default: all)",
    )
    parser.add_argument(
        "--against",
        type=options.one_of(PEERS),
        nargs="*",
        metavar="NAME",
        help=f"frameworks to compare with: {', '.join(PEERS)} (default: all that are installed; none without a NAME)",
    )
    parser.add_argument("--rounds", type=options.whole(1), default=10, metavar="N", help="default 10")
    parser.add_argument(
        "--threads",
        type=options.whole(1),
        metavar="N",
        help="threads of each framework, default: the cores that the process may use",
    )
    parser.add_argument("--json", type=options.path, metavar="FILE", help="write the rows here, a list of dicts")
    parser.set_defaults(run=run, parser=parser, save_memory="name fewer workloads")


def run(arguments: argparse.Namespace) -> int:
    """Measure each workload: print the table, write the rows as they are done."""
    peers = installed() if arguments.against is None else check_peers(arguments.against)
    threads = cores() if arguments.threads is None else arguments.threads
    places.check_outputs([("--json", arguments.json)] if arguments.json is not None else [])
    given = results.Given(parser=arguments.parser)
    given.say(f"{machine_line(threads)}\n{versions_line(peers)}\n")
    workloads = list(dict.fromkeys(arguments.workloads)) or list(WORKLOADS)
    measured = (measure_steps(WORKLOADS[name], peers, arguments.rounds, threads, given.say) for name in workloads)
    rows, ended, written = _measure(measured, len(workloads), arguments, given)
    if rows:
        given.say(format_bench(rows))
        given.say(f"\nrows: {arguments.json}" if written else "")
    if isinstance(ended, KeyboardInterrupt):
        number = interrupts.number_of(ended)
        streams.complain(f"{interrupts.cause(number)}; the table holds the finished workloads")
        return 128 + number
    if ended is not None:
        if not rows:
            raise ended
        given.complain(f"{_validate.one_line(ended)}; the table holds the finished workloads")
    return given.status()


def _measure(
    measured: Iterator[Sequence[Row]], total: int, arguments: argparse.Namespace, given: results.Given
) -> tuple[list[Row], BaseException | None, bool]:
    """All rows, the signal or the error that ended the work early, and whether the rows lie in their file."""
    from tqdm import tqdm

    rows: list[Row] = []
    ended: BaseException | None = None
    written = False
    try:
        for done in tqdm(measured, total=total, unit=" workloads", disable=None, leave=False):
            rows += done
            if arguments.json is not None:
                written = given.write(arguments.json, partial(results.write_json, rows))
    except (KeyboardInterrupt, OSError, ValueError, ArithmeticError, MemoryError) as error:
        ended = error
    return rows, ended, written
