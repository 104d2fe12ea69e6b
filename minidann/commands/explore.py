"""``minidann explore``: a page of runs computed beforehand, for readers without Python."""

from __future__ import annotations

import argparse
from contextlib import closing
from dataclasses import replace
from typing import Any

from ..adapt.recipes import MOONS
from ..compare.reversal_forms import FORMS
from ..lab.explore.grid import Grid, all_runs
from ..lab.explore.page import make_page, shown
from . import options, places, results

FULL = Grid(
    forms=("features", "both", "no-reversal", "two-nodes", "subtracted", "below-both-heads"),
    rotations=(20.0, 35.0, 50.0, 70.0, 90.0),
    weights=(0.0, 0.2, 0.7, 2.0, 5.0),
    seeds=(0, 1, 2),
    steps=MOONS.steps,
)
QUICK = Grid(("features", "no-reversal", "subtracted"), (20.0, 35.0, 50.0), (0.0, 0.7, 2.0), (0, 1, 2), 1000)


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "explore",
        help="a page of runs computed beforehand, with sliders, for a course's web site: it needs no Python",
        description=(
            "Trains DANN on two moons over a grid (forms × rotations × λ × seeds), and packs all runs into one page:\n"
            "an HTML file with sliders, pictures and the phases of a step. It opens in a browser, also from a folder\n"
            f"without network. The {len(FULL)} runs of the default grid take some ten minutes on one core, and make\n"
            f"a page of 8 MB. The {len(QUICK)} runs of --quick take half a minute."
        ),
        epilog=(
            "examples: minidann explore --out explore.html\n"
            "          minidann explore --out quick.html --quick\n"
            "          minidann explore --out small.html --forms features,subtracted --rotations 35,45 --weights 0,0.7"
        ),
    )
    parser.add_argument(
        "--out", type=options.path, required=True, metavar="FILE", help="the page to write, such as explore.html"
    )
    group = parser.add_argument_group("the grid (in brackets: the default, and that of --quick)")
    group.add_argument("--quick", action="store_true", help="a small grid, to try the page; other options change it")
    for name, parse, text in (
        ("forms", options.one_of(tuple(FORMS)), f"of {', '.join(FORMS)}"),
        ("rotations", options.number(), "rotations of the target in degrees"),
        ("weights", options.number(0), "λ of the reversal node, at full strength"),
    ):
        full, quick = (",".join(map(shown, getattr(grid, name))) for grid in (FULL, QUICK))
        group.add_argument(f"--{name}", type=options.several(parse), metavar="X,X,…", help=f"{text} ({full}; {quick})")
    group.add_argument("--seeds", type=options.whole(1), default=3, metavar="N", help="how many seeds, default 3")
    group.add_argument("--seed", type=options.whole(0), default=0, metavar="FIRST", help="the first seed, default 0")
    group.add_argument(
        "--steps",
        type=options.whole(1),
        metavar="N",
        help=f"steps of each run; λ rises over {MOONS.steps} steps ({FULL.steps}; {QUICK.steps})",
    )
    options.add_jobs(parser, "the page is the same")
    parser.set_defaults(run=run, parser=parser, save_memory="use a smaller grid or fewer --jobs")


def run(arguments: argparse.Namespace) -> int:
    """Compute all runs of the grid, and write the page. An interruption leaves no page."""
    from tqdm import tqdm

    default = QUICK if arguments.quick else FULL
    given = {name: getattr(arguments, name) for name in ("forms", "rotations", "weights", "steps")}
    given = {name: value for name, value in given.items() if value is not None}
    seeds = tuple(range(arguments.seed, arguments.seed + arguments.seeds))
    grid = replace(default, seeds=seeds, **given)
    places.check_outputs([("--out", arguments.out)])
    # closed at once after an interruption: its processes then end before the command does
    with closing(all_runs(grid, arguments.jobs)) as computed:
        runs = list(tqdm(computed, total=len(grid), unit=" runs", disable=None, leave=False))
    page = make_page(grid, runs).encode("utf-8")
    results.write_again(arguments.out, lambda temporary: temporary.write_bytes(page))
    result = results.Given(parser=arguments.parser)
    result.say(f"page: {arguments.out} ({len(page) / 1e6:.1f} MB, {len(grid)} runs)")
    return result.status()
