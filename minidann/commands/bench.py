"""``minidann bench``: the time and the memory of a training step beside other frameworks."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from ..bench.engine_cost import engine_cost
from ..bench.growth import all_grown, measure_growth
from ..bench.machine import load_line, machine_line, versions_line
from ..bench.peers import PEERS, check_peers, installed, why_none
from ..bench.steps import PREDICTED, measure_predictions, measure_steps
from ..bench.table import format_bench, format_shares
from ..bench.workloads import WORKLOADS
from ..engine.threads import cores
from ..plots.bench import BenchDisplay, GrowthDisplay
from . import figure_files, options, places, results

Row = dict[str, Any]


class Task(NamedTuple):
    """The measurements of one call of the command. Each takes (peers, rounds, threads, say) and returns rows."""

    measurements: list[Callable[..., list[Row]]]
    work: str  # the work timed, in words
    figure: str
    display: type[BenchDisplay] | type[GrowthDisplay]


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "bench",
        help="the time and the memory of a training step, beside other frameworks and the bare matrix products",
        description=(
            "Times one training step of DANN (draw, forward, backward, update) on networks of five sizes. Each\n"
            "framework that is installed takes its turn in every round. Its losses and gradients are first checked\n"
            "equal to minidann's. The floor is the time of the bare matrix products of the same step. Each framework\n"
            "has its own process, and the peak memory is that of this process. The examples are made up: no data set\n"
            "is needed."
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
        help=(
            f"frameworks to compare with: {', '.join(PEERS)} (default: all that are installed, and none with "
            "--growth; --against without a NAME: none)"
        ),
    )
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--inference", action="store_true", help="time predictions, of digits and of MNIST's size")
    other.add_argument(
        "--growth", action="store_true", help="time steps of the mnist network of other batches, sides and maps"
    )
    parser.add_argument("--rounds", type=options.whole(1), default=10, metavar="N", help="default 10")
    parser.add_argument(
        "--threads",
        type=options.whole(1),
        metavar="N",
        help="threads of each framework, default: the cores that the process may use",
    )
    parser.add_argument(
        "--out", type=options.path, default="results", metavar="DIR", help="folder of the figure, default results"
    )
    options.add_format(parser)
    parser.add_argument("--json", type=options.path, metavar="FILE", help="write the rows here, a list of dicts")
    parser.set_defaults(run=run, parser=parser, save_memory="name fewer workloads")


def run(arguments: argparse.Namespace) -> int:
    """Measure: print the table, write the rows as they are done, draw the figure."""
    task = _task(arguments)
    peers = check_peers(arguments.against or ())
    if arguments.against is None and not arguments.growth:
        peers = installed()
    threads = cores() if arguments.threads is None else arguments.threads
    outputs = [("--json", arguments.json)] if arguments.json is not None else []
    figure = arguments.out / task.figure
    files = figure_files.in_formats(figure, arguments.format)
    places.check_outputs([*outputs, *(("--out", file) for file in files)])
    given = results.Given(parser=arguments.parser, formats=arguments.format)
    given.check_drawing()
    machine = f"{machine_line(threads)}\n{versions_line(peers)}"
    given.say(machine)
    if load := load_line():
        given.say(load)
    if arguments.against is None and not (peers or arguments.growth):
        given.say(f"no framework to compare with: {why_none()}")
    if not (arguments.inference or arguments.growth):
        forward, backward = engine_cost()
        given.say(f"an op of the engine costs {forward:.2f} µs forward and {backward:.2f} µs backward on top of NumPy")
    given.say("")
    rows, ended, written = _measure(task, (peers, arguments.rounds, threads, given.say), arguments, given)
    if rows:
        given.say(format_bench(rows, task.work))
        if not (arguments.inference or arguments.growth):
            given.say(f"\n{format_shares(rows)}")
        if ended is None:
            given.figure(figure, lambda: task.display.from_rows(rows).plot(title=machine).figure_)
        said = [f"figure: {path}" for path in given.drawn] + [f"rows: {arguments.json}"] * written
        given.say("\n" + "   ".join(said) if said else "")
    held = "the table holds the finished workloads" if rows else "no workload was finished"
    return given.ended(ended, held, bool(rows))


def _task(arguments: argparse.Namespace) -> Task:
    """The task that the options ask for. Raises ValueError for workloads beside --inference or --growth."""
    if arguments.workloads and (arguments.inference or arguments.growth):
        option = "--inference" if arguments.inference else "--growth"
        raise ValueError(f"argument {option}: got {arguments.workloads[0]} too, expected no WORKLOAD beside it")
    if arguments.inference:
        return Task(
            [partial(measure_predictions, name) for name in PREDICTED],
            "prediction of that many examples",
            "bench-inference.png",
            BenchDisplay,
        )
    step = "training step: draw, forward, backward, update"
    if arguments.growth:
        return Task([partial(measure_growth, grown) for grown in all_grown()], step, "bench-growth.png", GrowthDisplay)
    names = list(dict.fromkeys(arguments.workloads)) or list(WORKLOADS)
    return Task([partial(measure_steps, WORKLOADS[name]) for name in names], step, "bench.png", BenchDisplay)


def _measure(
    task: Task, settings: tuple[Any, ...], arguments: argparse.Namespace, given: results.Given
) -> tuple[list[Row], BaseException | None, bool]:
    """All rows, the signal or the error that ended the work early, and whether the rows lie in their file."""
    from tqdm import tqdm

    rows: list[Row] = []
    ended: BaseException | None = None
    written = False
    try:
        for measure in tqdm(task.measurements, unit=" workloads", disable=None, leave=False):
            rows += measure(*settings)
            if arguments.json is not None:
                written = given.write(arguments.json, partial(results.write_json, rows))
    except (KeyboardInterrupt, OSError, ValueError, ArithmeticError, MemoryError) as error:
        ended = error
    return rows, ended, written
