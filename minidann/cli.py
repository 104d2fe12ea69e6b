"""``python -m minidann …``: arguments in, one call, results out.

Bad arguments end with status 2 and one line that names the argument, what came and what was expected.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from . import __version__, checks, outputs
from .adapt.methods import compare_over_seeds
from .adapt.recipes import RECIPES
from .adapt.table import format_table
from .data.moons import PIVOTS, moons_pair
from .data.pairs import DomainPair
from .plots.moons import journal_figure, moons_figure


class _Parser(argparse.ArgumentParser):
    """argparse, but an error is one line and no abbreviation is guessed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: the process's). Returns the exit status."""
    parser = _Parser(prog="minidann", description="Domain-adversarial training, from scratch and in the open.")
    parser.add_argument("--version", action="version", version=f"minidann {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    moons = commands.add_parser(
        "moons",
        help="two moons and the same moons turned: DANN beside source only, SA and train on target",
        description=(
            "Trains every method on two moons (source, labelled) and two turned moons (target, not labelled),\n"
            "prints the table over seeds and writes one figure of the first seed."
        ),
        epilog="example: minidann moons --seeds 10 --rotation 45 --out results --json results/moons.json",
    )
    _add_moons_options(moons)
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.error("got no command, expected one of: moons (see minidann --help)")
    try:
        return run_moons(arguments)
    except BrokenPipeError:  # the reader of a pipe, such as head, has gone: there is nobody left to tell
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (closed when the process ends)
        return 1
    except (ValueError, FloatingPointError, OSError) as error:
        moons.error(str(error))


def _add_moons_options(parser: argparse.ArgumentParser) -> None:
    pair = parser.add_argument_group("the pair")
    pair.add_argument("--rotation", type=_number(), default=35.0, metavar="DEGREES", help="default 35")
    pair.add_argument("--pivot", type=_one_of(PIVOTS), default="centre", help="turn about: centre (default) or origin")
    pair.add_argument(
        "--noise", type=_number(0), default=0.05, help="standard deviation of each coordinate, default 0.05"
    )
    pair.add_argument("--points", type=_whole(4), default=300, help="points of each domain to train on, default 300")
    recipe = parser.add_argument_group("the recipe (a default is the recipe's own)")
    recipe.add_argument(
        "--recipe",
        type=_one_of(tuple(RECIPES)),
        default="moons",
        help="moons (default), or journal: as JMLR 2016, slow",
    )
    recipe.add_argument("--steps", type=_whole(1), help="updates of each training")
    recipe.add_argument("--batch-size", type=_whole(1), help="examples of each domain in a step")
    recipe.add_argument("--rate", type=_number(0), help="learning rate")
    recipe.add_argument("--adapt-weight", "--lambda", type=_number(0), help="λ at the reversal node, at full strength")
    recipe.add_argument(
        "--domain-weight", type=_number(0), help="what multiplies the domain loss, for head and features"
    )
    recipe.add_argument(
        "--features", type=_widths, metavar="WIDTHS", help="widths of the feature layers, such as 16,16"
    )
    recipe.add_argument(
        "--label-hidden", type=_widths, metavar="WIDTHS", help="hidden widths of the label head, or none"
    )
    recipe.add_argument(
        "--domain-hidden", type=_widths, metavar="WIDTHS", help="hidden widths of the domain head, or none"
    )
    runs = parser.add_argument_group("the runs and what is kept of them")
    runs.add_argument("--seeds", type=_whole(1), default=5, metavar="N", help="how many seeds, default 5")
    runs.add_argument("--seed", type=_whole(0), default=0, metavar="FIRST", help="the first seed, default 0")
    runs.add_argument("--out", type=Path, default=Path("results"), metavar="DIR", help="folder for the figure")
    runs.add_argument("--json", type=Path, metavar="FILE", help="write the rows here, a list of dicts")


def run_moons(arguments: argparse.Namespace) -> int:
    """The command ``moons``: all methods over seeds, the table, the figure, the rows."""
    names = (
        "steps",
        "batch_size",
        "rate",
        "adapt_weight",
        "domain_weight",
        "features",
        "label_hidden",
        "domain_hidden",
    )
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    recipe = replace(RECIPES[arguments.recipe], **given)
    out = outputs.folder("argument --out", arguments.out)
    if arguments.json is not None:
        outputs.file("argument --json", arguments.json)

    def pair_of(seed: int) -> DomainPair:
        return moons_pair(arguments.rotation, arguments.noise, arguments.points, pivot=arguments.pivot, seed=seed)

    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    comparisons, interrupted = compare_over_seeds(pair_of, recipe, seeds)
    if not comparisons:
        return 130
    rows = [row for comparison in comparisons for row in comparison.rows]
    print(format_table(rows))
    if arguments.json is not None:
        text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        outputs.write(arguments.json, lambda path: path.write_text(text, encoding="utf-8"))
    one_layer = len(recipe.features) == 1  # the journal's panels draw a line for each unit of it
    draw = journal_figure if arguments.recipe == "journal" and one_layer else moons_figure
    figure = draw(pair_of(seeds[0]), comparisons[0])
    path = out / ("moons-journal.png" if arguments.recipe == "journal" else "moons.png")
    outputs.write(path, lambda temporary: figure.savefig(temporary, dpi=110))
    print(f"\nfigure: {path}" + (f"   rows: {arguments.json}" if arguments.json else ""))
    if interrupted:
        print(f"minidann: interrupted; the table holds the {len(comparisons)} finished seeds", file=sys.stderr)
    return 130 if interrupted else 0


# what an option's text must be ----------------------------------------------------------------------------------------


def _checked(parse: Callable[[str], Any], expected: str) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            return parse(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"got {text!r}, expected {expected}") from None

    return convert


def _whole(least: int) -> Callable[[str], int]:
    return _checked(lambda text: checks.whole_number("", int(text), least), f"a whole number of at least {least}")


def _number(least: float | None = None) -> Callable[[str], float]:
    bound = "" if least is None else f" of at least {least:g}"
    low = float("-inf") if least is None else least
    return _checked(lambda text: checks.number("", float(text), low), f"a finite number{bound}")


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    return _checked(lambda text: checks.one_of("", text, choices), f"one of {', '.join(choices)}")


def _widths(text: str) -> tuple[int, ...]:
    if text == "none":
        return ()
    parse = _checked(
        lambda given: tuple(checks.whole_number("", int(width), 1) for width in given.split(",")),
        "whole numbers of at least 1, such as 16,16, or none",
    )
    return parse(text)
