"""Contact sheets of the generators of ``minidann.data``, for ``minidann data show``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ..data.mnistm import bsds500_folder
from ..data.photographs import photographs, read_photograph
from ..data.road_signs import road_signs
from ..data.street_numbers import street_numbers
from ..data.synthetic_numbers import synthetic_numbers
from ..plots.contact_sheet import ContactSheetDisplay
from . import figure_files, places, results

GENERATORS: dict[str, Callable[..., Any]] = {
    "synthetic-numbers": synthetic_numbers,
    "street-numbers": street_numbers,
    "road-signs": road_signs,
}
WITH_PHOTOGRAPHS = ("street-numbers", "road-signs")
SHOWN = 640  # images that are made: at least the columns of a sheet for each class
FOREIGN = ("target_shares", "target_npz", "target_dir", "recolour_source")


def show(name: str, arguments: argparse.Namespace) -> int:
    """Draw the sheet of the generator called ``name`` and print its place."""
    for option in FOREIGN + ("data_dir",) * (name not in WITH_PHOTOGRAPHS):
        if getattr(arguments, option):
            raise ValueError(f"argument --{option.replace('_', '-')}: {name} has no such option")
    places.look_ahead(arguments.out)
    picture = arguments.out / f"data-{name}.png"
    places.check_outputs([("--out", file) for file in figure_files.in_formats(picture, arguments.format)], [])
    given = results.Given(parser=arguments.parser, formats=arguments.format)
    given.check_drawing()
    more = {}
    if arguments.data_dir is not None:
        folder = bsds500_folder(arguments.data_dir) / "train"
        more["photos"] = [read_photograph(path) for path in photographs(folder)]
    x, y = GENERATORS[name](SHOWN, arguments.seed, **more)
    given.say(f"{name}: images of shape {x.shape[1:]}, {x.dtype}, {y.max() + 1} classes")
    title = f"{name}, seed {arguments.seed}"
    given.figure(picture, lambda: ContactSheetDisplay.from_arrays(x, y, title).plot().figure_)
    if given.drawn:
        given.say("figure: " + "   ".join(map(str, given.drawn)))
    return given.status()
