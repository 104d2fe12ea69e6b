"""``python -m minidann …``: arguments in, one call, results out.

Bad arguments end with status 2 and one line that names the argument, what came and what was expected.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from . import __version__, checks, outputs
from .adapt.methods import compare_over_seeds
from .adapt.recipes import RECIPES, show
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console without λ and → shows them escaped, and loses no result
            stream.reconfigure(errors="backslashreplace")
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.error("got no command, expected one of: moons (see minidann --help)")
    try:
        status = run_moons(arguments)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader of a pipe, such as head, has gone: there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("minidann: interrupted", file=sys.stderr)
        return 130
    except MemoryError:
        moons.error("not enough memory: use fewer --points or smaller widths")
    except (ValueError, FloatingPointError, OSError) as error:
        moons.error(str(error))


def _add_moons_options(parser: argparse.ArgumentParser) -> None:
    pair = parser.add_argument_group("the pair")
    pair.add_argument(
        "--rotation", type=_number(), default=35.0, metavar="DEGREES", help="how far the target is turned, default 35"
    )
    pair.add_argument("--pivot", type=_one_of(PIVOTS), default="centre", help="turn about: centre (default) or origin")
    pair.add_argument(
        "--noise", type=_number(0), default=0.05, help="deviation of what is added to each coordinate, default 0.05"
    )
    pair.add_argument("--points", type=_whole(4), default=300, help="points of each domain to train on, default 300")
    runs = parser.add_argument_group("the runs and what is kept of them")
    runs.add_argument("--seeds", type=_whole(1), default=5, metavar="N", help="how many seeds, default 5")
    runs.add_argument("--seed", type=_whole(0), default=0, metavar="FIRST", help="the first seed, default 0")
    runs.add_argument(
        "--out", type=_path, default="results", metavar="DIR", help="folder of the figure, default results"
    )
    runs.add_argument("--json", type=_path, metavar="FILE", help="write the rows here, a list of dicts")
    recipe = parser.add_argument_group("the recipe (in brackets: the default of moons / of journal)")
    recipe.add_argument(
        "--recipe",
        type=_one_of(tuple(RECIPES)),
        default="moons",
        help="moons (default), or journal: the settings of JMLR 2016, about a minute a seed",
    )
    for name, (parse, text) in RECIPE_OPTIONS.items():
        option = "--" + name.replace("_", "-")
        defaults = " / ".join(show(getattr(RECIPES[of], name)) for of in ("moons", "journal"))
        flags = (option, "--lambda") if name == "adapt_weight" else (option,)
        recipe.add_argument(*flags, type=parse, metavar="X", help=f"{text} ({defaults})")


def run_moons(arguments: argparse.Namespace) -> int:
    """The command ``moons``: all methods over seeds; figure and rows are written, then the table is printed."""
    given = {name: getattr(arguments, name) for name in RECIPE_OPTIONS if getattr(arguments, name) is not None}
    recipe = replace(RECIPES[arguments.recipe], **given)
    in_out = arguments.json is not None and arguments.json.parent.resolve() == arguments.out.resolve()
    if arguments.json is not None and not in_out:
        outputs.file("argument --json", arguments.json)  # before --out is made, so that a slip here leaves no folder
    out = outputs.folder("argument --out", arguments.out)
    if in_out:
        outputs.file("argument --json", arguments.json)
    picture = outputs.file(
        "argument --out", out / f"{'moons-journal' if arguments.recipe == 'journal' else 'moons'}.png"
    )

    def pair_of(seed: int) -> DomainPair:
        return moons_pair(arguments.rotation, arguments.noise, arguments.points, pivot=arguments.pivot, seed=seed)

    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    comparisons, interrupted = compare_over_seeds(pair_of, recipe, seeds)
    if not comparisons:
        print("minidann: interrupted before the first seed was finished; nothing was written", file=sys.stderr)
        return 130
    rows = [row for comparison in comparisons for row in comparison.rows]
    if arguments.json is not None:
        text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        outputs.write(arguments.json, lambda path: path.write_text(text, encoding="utf-8"))
    one_layer = len(recipe.features) == 1  # the journal's panels draw a line for each unit of it
    draw = journal_figure if arguments.recipe == "journal" and one_layer else moons_figure
    figure = draw(pair_of(seeds[0]), comparisons[0])
    outputs.write(picture, lambda path: figure.savefig(path, dpi=110))
    print(format_table(rows))
    print(f"\nfigure: {picture}" + (f"   rows: {arguments.json}" if arguments.json else ""))
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


def _widths(least: int) -> Callable[[str], tuple[int, ...]]:
    def parse(text: str) -> tuple[int, ...]:
        widths = () if text == "none" else tuple(checks.whole_number("", int(width), 1) for width in text.split(","))
        checks.whole_number("", len(widths), least)
        return widths

    return _checked(parse, "whole numbers of at least 1, such as 16,16" + ", or none" * (least == 0))


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("got '', expected a path")
    return Path(text)


RECIPE_OPTIONS: dict[str, tuple[Callable[[str], Any], str]] = {
    "steps": (_whole(1), "updates of each training"),
    "batch_size": (_whole(1), "examples of each domain in a step"),
    "rate": (_number(0), "learning rate"),
    "adapt_weight": (_number(0), "λ of the reversal node, at full strength"),
    "domain_weight": (_number(0), "what multiplies the domain loss, for head and features"),
    "features": (_widths(1), "widths of the feature layers"),
    "label_hidden": (_widths(0), "hidden widths of the label head"),
    "domain_hidden": (_widths(0), "hidden widths of the domain head"),
}
