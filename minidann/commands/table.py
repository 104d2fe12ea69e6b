"""``minidann table``: the table of the paper, ours beside the published figures."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .. import __version__, _validate
from ..adapt.recipes import show
from ..bench.machine import processor
from ..compare.methods import PAPER_METHODS, TRAINED, check_methods
from ..compare.paper_summary import Missing
from ..compare.paper_table import format_paper_table
from ..compare.tasks import NETWORK_OF, SMALL, pair_recipes
from ..data.paper_pairs import PAPER_PAIRS, missing_data
from ..plots.paper_table import PaperTableDisplay
from . import figure_files, interrupts, options, places, results
from .table_rows import Block, Row, rows_of
from .table_runs import OUT_OF_TIME, Unit, run_units, units_of

OF_THE_PAPER = ("mnist-mnistm", "synnumbers-svhn", "svhn-mnist", "synsigns-gtsrb")
PAIRS = (*NETWORK_OF, *SMALL)
RECIPES = ("paper", "best")
FILES = {"table.md": "markdown", "table.csv": "csv", "table.tex": "latex", "table.json": "json"}
FIGURE = "table.png"


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "table",
        help="the table of the paper: its pairs and methods over seeds, beside the published figures",
        description=(
            "Runs the pairs whose data lie in DIR: source only, Subspace Alignment, DANN, train on target. Prints the\n"
            "table beside the published figures. A pair without its data is named with a stand-in that can run.\n"
            "Each finished run is kept in OUT/table: the same command goes on after a stop, also after a kill."
        ),
        epilog=(
            "examples: minidann table --data-dir data --budget 60\n"
            "          minidann table numbers-street mnist-scans --data-dir data --recipe best --seeds 3 --jobs 2"
        ),
    )
    parser.add_argument(
        "pairs",
        type=options.one_of(PAIRS),
        nargs="*",
        metavar="PAIR",
        help=f"of the paper: {', '.join(OF_THE_PAPER)} (default: these four); other pairs and stand-ins: "
        + ", ".join(pair for pair in PAIRS if pair not in OF_THE_PAPER),
    )
    parser.add_argument(
        "--data-dir", type=options.path, metavar="DIR", help="the folder of the data sets: see minidann data list"
    )
    _add_work(parser)
    options.add_methods(parser)
    recipe = parser.add_argument_group("the recipe (in brackets: the default of paper / of best, network of MNIST)")
    recipe.add_argument(
        "--recipe",
        type=options.one_of(RECIPES),
        nargs="+",
        metavar="NAME",
        help=f"paper (default), best, or both; {' and '.join(SMALL)} have one recipe",
    )
    options.add_recipe(recipe, RECIPES)
    parser.set_defaults(run=run, parser=parser, save_memory="use fewer --jobs or a smaller --batch-size")


def _add_work(parser: argparse.ArgumentParser) -> None:
    work = parser.add_argument_group("the runs and their results")
    work.add_argument("--seeds", type=options.whole(1), default=3, metavar="N", help="how many seeds, default 3")
    work.add_argument("--seed", type=options.whole(0), default=0, metavar="FIRST", help="the first seed, default 0")
    work.add_argument(
        "--budget",
        type=options.number(0),
        metavar="MINUTES",
        help="stop after so many minutes and print the rows that are done; the same command goes on",
    )
    options.add_jobs(work)
    work.add_argument("--checkpoint-every", type=options.whole(1), default=500, metavar="STEPS", help="default 500")
    work.add_argument("--overwrite", action="store_true", help="begin anew, and delete the kept runs of these pairs")
    work.add_argument(
        "--out",
        type=options.path,
        default="results",
        metavar="OUT",
        help="the table goes to OUT/table.md, .csv, .tex, .json and .png, kept runs to OUT/table; default results",
    )
    options.add_format(work)
    options.add_backend(work)


class Plan(NamedTuple):
    """The work of one command."""

    blocks: list[Block]
    missing: list[Missing]
    seeds: Sequence[int]
    methods: Sequence[str]


def run(arguments: argparse.Namespace) -> int:
    """Run what is not done, then print and write the table."""
    places.look_ahead(arguments.out)
    plan = _plan(arguments)
    if not plan.blocks:
        raise ValueError("; ".join(_lacking(pair) for pair in plan.missing))
    given = _places(arguments)
    for block in plan.blocks if not arguments.overwrite else ():
        block.check()
    units = units_of(plan.blocks, plan.seeds, plan.methods, arguments.overwrite)
    for unit in {unit.block: unit for unit in reversed(units)}.values():  # bad data are found before the first step
        unit.check()
    for block in plan.blocks:
        block.begin(arguments.overwrite)
    for pair in plan.missing:
        given.say(_lacking(pair))
    early = _work(units, arguments, given)
    rows = rows_of(plan.blocks, plan.seeds, plan.methods)
    if rows:
        given.say(format_paper_table(rows, plan.missing))
        _write(rows, plan, arguments, given)
    if isinstance(early, OutOfTime):
        given.say(f"\nthe {arguments.budget:g} minutes of --budget are used; the same command goes on")
        return given.status()
    return given.ended(early, f"{len(rows)} rows are done and kept; the same command goes on", bool(rows))


class OutOfTime(Exception):
    """The end of the work by --budget."""


def _plan(arguments: argparse.Namespace) -> Plan:
    """The blocks that can run, and the pairs that lack data. Raises ValueError for bad methods."""
    methods = tuple(PAPER_METHODS if arguments.methods is None else dict.fromkeys(arguments.methods))
    check_methods(methods)
    blocks, missing = [], []
    for pair in dict.fromkeys(arguments.pairs or OF_THE_PAPER):
        if lacking := missing_data(pair, arguments.data_dir):
            entry = PAPER_PAIRS[pair]
            missing.append(Missing(pair, entry.title, tuple(lacking), entry.stand_in))
            continue
        blocks += _blocks(pair, arguments)
    return Plan(blocks, missing, range(arguments.seed, arguments.seed + arguments.seeds), methods)


def _blocks(pair: str, arguments: argparse.Namespace) -> list[Block]:
    recipes = pair_recipes(pair)
    asked = [name for name in dict.fromkeys(arguments.recipe or ()) if name in recipes] or list(recipes)[:1]
    folder = arguments.out / "table"
    changed = {name: options.changed(recipes[name], arguments) for name in asked}
    return [
        Block(pair, name, recipe, arguments.data_dir, folder / f"{pair}-{name}") for name, recipe in changed.items()
    ]


def _lacking(pair: Missing) -> str:
    """The words for a pair without its data."""
    instead = "" if not pair.stand_in else f"; a stand-in that can run: minidann table {pair.stand_in}"
    return f"{pair.pair} is not run: --data-dir has no {' and no '.join(pair.sets)} (minidann data list){instead}"


def _work(units: Sequence[Unit], arguments: argparse.Namespace, given: results.Given) -> BaseException | None:
    """Do the units with a progress bar on a terminal. Returns what ended the work early, None if nothing did."""
    from tqdm import tqdm

    deadline = None if arguments.budget is None else time.time() + 60 * arguments.budget
    total = sum(len(set(unit.methods) & set(TRAINED)) * unit.block.recipe.steps for unit in units)
    with tqdm(total=total, unit=" steps", disable=None, leave=False) as bar:
        try:
            number = run_units(units, arguments.checkpoint_every, arguments.jobs, deadline, bar.update, _once(given))
        except (KeyboardInterrupt, OSError, ValueError, ArithmeticError, MemoryError) as error:
            return error
    if number == OUT_OF_TIME:
        return OutOfTime()
    return interrupts.Interrupted(number) if number else None


def _once(given: results.Given) -> Callable[[OSError], None]:
    """Complain of the first checkpoint that cannot be written. The runs go on: their rows are worth more."""
    told: list[OSError] = []

    def complain(error: OSError) -> None:
        if not told:
            given.complain(f"{_validate.one_line(error)}; the run goes on without this checkpoint")
        told.append(error)

    return complain


def _places(arguments: argparse.Namespace) -> results.Given:
    """The results of the command. All places are checked before any work."""
    figure = arguments.out / FIGURE
    files = [arguments.out / name for name in FILES] + figure_files.in_formats(figure, arguments.format)
    places.check_outputs([("--out", file) for file in files])
    given = results.Given("the same command goes on", arguments.parser, arguments.format)
    given.check_drawing()
    return given


def _write(rows: Sequence[Row], plan: Plan, arguments: argparse.Namespace, given: results.Given) -> None:
    """Write the table in all layouts, and the figure."""
    made = _origin(arguments)
    for name, layout in FILES.items():
        text = format_paper_table(rows, plan.missing, layout)
        if layout == "markdown":
            text = f"{made}\n\n{text}"
        if layout == "json":
            given.write(arguments.out / name, partial(results.write_json, {"made": made} | json.loads(text)))
        else:
            given.write(arguments.out / name, partial(_write_text, text))
    given.figure(arguments.out / FIGURE, lambda: PaperTableDisplay.from_rows(rows, plan.missing).plot().figure_)
    files = [arguments.out / name for name in FILES]
    given.say(f"\ntable: {', '.join(map(str, files))}   figure: {', '.join(map(str, given.drawn)) or 'none'}")


def _origin(arguments: argparse.Namespace) -> str:
    """How the table came about: the command, the date, the version and the machine."""
    names = " ".join(dict.fromkeys(arguments.pairs or OF_THE_PAPER))
    recipes = "".join(f" {name}" for name in arguments.recipe or ())
    command = f"minidann table {names}{' --recipe' * bool(recipes)}{recipes} --seeds {arguments.seeds}"
    changed = {name: getattr(arguments, name) for name in options.RECIPE_OPTIONS}
    own = [f"--{name.replace('_', '-')} {show(value)}" for name, value in changed.items() if value is not None]
    if arguments.methods is not None:
        own.append(f"--methods {' '.join(dict.fromkeys(arguments.methods))}")
    command = " ".join([command, *[f"--seed {arguments.seed}"] * (arguments.seed > 0), *own])
    return f"`{command}`, {date.today()}, minidann {__version__}, {processor()}."


def _write_text(text: str, path: Path) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
