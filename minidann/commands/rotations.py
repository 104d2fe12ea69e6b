"""``minidann rotations``: DANN beside source only on moons over the rotation of the target."""

from __future__ import annotations

import argparse
from collections.abc import Generator
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np

from ..adapt.recipes import RECIPES
from ..compare.over_rotations import format_rotations, over_rotations
from ..data.points import check_shares, moons_pair
from ..plots.rotations import RotationsDisplay
from . import figure_files, moons, options, places, results, sizes

ROTATIONS = tuple(range(0, 181, 15))
Row = dict[str, Any]


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "rotations",
        help="where DANN helps and where it must fail: moons over the rotation of the target",
        description=(
            "Trains source only and DANN on two moons and the same moons at each rotation, prints a table over seeds\n"
            "and draws rotations.png: the target accuracy, and beside it the distance of the domains, which DANN\n"
            "makes small, and the joint error of the best head for both domains, which DANN does not see."
        ),
        epilog="example: minidann rotations --rotations 0,35,60,90,180 --seeds 3 --jobs 2",
    )
    group = parser.add_argument_group("the pairs")
    group.add_argument(
        "--rotations",
        type=options.several(options.number()),
        default=ROTATIONS,
        metavar="X,X,…",
        help="rotations of the target in degrees, default 0,15,…,180",
    )
    moons.add_points(group)
    options.add_runs(parser, seeds=5)
    options.add_recipe(parser.add_argument_group("the recipe (in brackets: the default)"), ("moons",))
    parser.set_defaults(run=run, parser=parser, save_memory="use fewer --points or smaller widths")


def run(arguments: argparse.Namespace) -> int:
    """Train at each rotation and seed: print the table, write the rows as they are done, draw the figure."""
    recipe = options.changed(RECIPES["moons"], arguments)
    sizes.check_points(arguments.points)
    sizes.check_batch(recipe, width=2)
    check_shares(arguments.source_share, arguments.target_share, arguments.points)
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    pair_of = partial(moons_pair, **moons.point_settings(arguments))
    begun = over_rotations(arguments.rotations, recipe, seeds, pair_of, arguments.jobs)
    figure = arguments.out / "rotations.png"
    outputs = [("--json", arguments.json)] if arguments.json is not None else []
    files = figure_files.in_formats(figure, arguments.format)
    places.check_outputs([*outputs, *(("--out", file) for file in files)])
    given = results.Given(parser=arguments.parser, formats=arguments.format)
    given.check_drawing()
    rows, ended, written = _measure(begun, len(arguments.rotations) * len(seeds), arguments, given)
    if rows:
        given.say(format_rotations(rows))
        if ended is None:
            given.figure(figure, lambda: RotationsDisplay.from_rows(rows).plot(title=_title(rows, len(seeds))).figure_)
        said = [f"figure: {path}" for path in given.drawn] + [f"rows: {arguments.json}"] * written
        given.say("\n" + "   ".join(said) if said else "")
    held = f"the table holds the {len(rows) // 2} finished pairs"
    return given.ended(ended, held, bool(rows))


def _measure(
    begun: Generator[list[Row], None, None], total: int, arguments: argparse.Namespace, given: results.Given
) -> tuple[list[Row], BaseException | None, bool]:
    """All rows in order, the signal or the error that ended the work early, and whether the rows lie in their file."""
    from tqdm import tqdm

    rows: list[Row] = []
    ended: BaseException | None = None
    written = False
    try:
        with closing(begun), np.errstate(over="ignore", invalid="ignore"):
            for done in tqdm(begun, total=total, unit=" pairs", disable=None, leave=False):
                rows = sorted([*rows, *done], key=lambda row: (row["rotation"], row["seed"]))
                if arguments.json is not None:
                    written = given.write(arguments.json, partial(results.write_json, rows))
    except (KeyboardInterrupt, OSError, ValueError, ArithmeticError, MemoryError) as error:
        ended = error
    return rows, ended, written


def _title(rows: list[Row], seeds: int) -> str:
    spread = f"{seeds} seeds: mean ± standard deviation" if seeds > 1 else f"seed {rows[0]['seed']}"
    return f"two moons over the rotation of the target ({spread})"
