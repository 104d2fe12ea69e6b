"""``minidann data``: the data sets, and a contact sheet of a pair or of one data set."""

from __future__ import annotations

import argparse
from typing import Any

from ..data.digits import digits_pair
from ..plots.samples import SamplesDisplay
from . import data_sets, digits, figure_files, generated, options, places, results


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "data",
        help="the data sets: list and download them; look at data",
        description="The data sets of the paper's table, and a look at data.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    data_sets.add(actions)
    show = actions.add_parser(
        "show",
        help="draw a contact sheet",
        description=(
            "Draws a contact sheet into DIR/data-NAME: a pair of digit domains, source beside target,\n"
            "or one data set that is drawn when it is needed."
        ),
        epilog="example: minidann data show blended --seed 3",
    )
    digits.add_pair(show, many=False, also=tuple(generated.GENERATORS))
    show.add_argument(
        "--seed",
        type=options.whole(0),
        default=0,
        help=f"seed of what is made here, default 0; {digits.REAL} is always the same",
    )
    show.add_argument("--out", type=options.path, default="results", metavar="DIR", help="default results")
    options.add_format(show)
    show.set_defaults(run=run, parser=show, save_memory="close other programs")


def run(arguments: argparse.Namespace) -> int:
    """Draw the sheet and print its place."""
    if arguments.pair in generated.GENERATORS:
        return generated.show(arguments.pair, arguments)
    digits.check_data([arguments.pair], arguments)
    places.look_ahead(arguments.out)
    real = arguments.pair == digits.REAL
    if real:
        pair = digits.real_pair(arguments)
    else:
        pair = digits_pair(arguments.pair, arguments.seed, target_shares=arguments.target_shares)
    picture = arguments.out / f"data-{arguments.pair}.png"
    # after the data: a fault in the data then leaves no empty folder
    files = figure_files.in_formats(picture, arguments.format)
    places.check_outputs([("--out", file) for file in files], digits.input_files(arguments))
    given = results.Given(parser=arguments.parser, formats=arguments.format)
    given.check_drawing()
    given.say(repr(pair))
    given.figure(picture, lambda: SamplesDisplay.from_pair(pair).plot().figure_)
    if given.drawn:
        given.say("figure: " + "   ".join(map(str, given.drawn)))
    return given.status()
