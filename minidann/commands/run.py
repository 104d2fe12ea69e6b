"""``minidann run``: the methods that the data allows, on a source and a target from CSV files."""

from __future__ import annotations

import argparse
import csv
import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..adapt.predictor import class_probabilities
from ..adapt.recipes import RECIPES
from ..compare.methods import Comparison, methods_for
from ..data.arrays import Table, listed
from ..data.checks import DataWarning
from ..data.csv_table import CsvFile, composed, read_csv, standardised
from ..data.pairs import DomainPair
from ..plots.figures.own_data import own_data_figure
from . import options, places, results, sizes
from .checkpoints import Checkpoints, check_init, prolonging
from .long_runs import compare_over_seeds

PREDICTING = "dann"  # the method whose predictions are written


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "run",
        help="your own data from CSV files: train on a labelled source, predict a target without labels",
        description=(
            "Trains the methods that the data allows on two CSV files, prints the table over seeds, writes a figure,\n"
            "and with --predictions the class of each line of the target. The target needs no labels. If it has the\n"
            "label column, the labels of its held-out part give scores. Columns are matched by name. Each column is\n"
            "brought to mean 0 and deviation 1 over both files."
        ),
        epilog="example: minidann run --source source.csv --label kind --target target.csv --predictions found.csv",
    )
    add_data(parser.add_argument_group("the data: CSV files, with the names of the columns in the first line"), True)
    options.add_runs(parser, seeds=3)
    parser.add_argument(
        "--predictions",
        type=options.path,
        metavar="FILE",
        help="write the predictions of DANN here, a line for each line of the target (probabilities: means over seeds)",
    )
    options.add_methods(parser)
    options.add_going(parser)
    options.add_recipe(parser.add_argument_group("the recipe (in brackets: the default)"), ("tables",))
    parser.set_defaults(run=run, parser=parser, save_memory="use a smaller --batch-size, or fewer lines")


def add_data(group: Any, required: bool) -> None:
    """The options of two CSV files and their columns."""
    group.add_argument("--source", type=options.path, required=required, metavar="FILE", help="the labelled source")
    group.add_argument(
        "--label", required=required, metavar="COLUMN", help="the column of the labels, words or numbers"
    )
    group.add_argument("--target", type=options.path, required=required, metavar="FILE", help="the target")
    group.add_argument("--ignore", nargs="+", default=(), metavar="COLUMN", help="columns to leave out of both files")
    group.add_argument(
        "--test-share",
        type=options.number(0),
        default=0.3,
        metavar="X",
        help="the share of each file that is held out for scores and the figure, default 0.3",
    )


class OwnData(NamedTuple):
    """Both files, read once, each column at mean 0 and deviation 1 over both. ``y_target``: None without labels."""

    name: str
    x_source: Table
    y_source: np.ndarray
    x_target: Table
    y_target: np.ndarray | None
    test_share: float

    def pair(self, seed: int, warned: bool = False) -> DomainPair:
        """The pair in which ``seed`` chooses the held-out lines. With ``warned`` it says nothing of doubtful data."""
        with warnings.catch_warnings():
            if warned:
                warnings.simplefilter("ignore", DataWarning)
            return DomainPair.from_arrays(
                self.x_source,
                self.y_source,
                self.x_target,
                y_target=self.y_target,
                test_share=self.test_share,
                seed=seed,
                name=self.name,
            )


def run(arguments: argparse.Namespace) -> int:
    """Run the methods over seeds: print the table, write rows and predictions, draw the figure."""
    options.check_going(arguments)
    places.look_ahead(arguments.out, [("--json", arguments.json), ("--predictions", arguments.predictions)])
    recipe = options.changed(RECIPES["tables"], arguments)
    data = read(arguments)
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    first = data.pair(seeds[0])
    methods = methods_for(first, arguments.methods)
    if arguments.predictions is not None and PREDICTING not in methods:
        raise ValueError(f"argument --predictions: expected {PREDICTING} among --methods, because it predicts")
    sizes.check_batch(recipe, width=first.x_source.shape[1])
    going = arguments.checkpoint_every, arguments.resume, arguments.overwrite, arguments.init_from
    checkpoints = Checkpoints(arguments.out / "checkpoints" / "run", *going)
    fewest = checkpoints.check(methods, seeds, recipe, partial(data.pair, warned=True))
    if arguments.init_from is not None:
        check_init(arguments.init_from, first, recipe, methods)
    kept = _places(arguments, checkpoints.folder, methods)
    if fewest:
        kept.say(f"run: {prolonging(recipe, fewest)}\n")
    checkpoints = replace(checkpoints, complain=kept.checkpoint_failed)
    pairs = partial(data.pair, warned=True)
    kept.chosen = options.how_chosen("tables", recipe)
    work = partial(compare_over_seeds, pairs, recipe, seeds, methods, checkpoints)
    comparisons = kept.train(partial(work, jobs=arguments.jobs))
    if comparisons and arguments.predictions is not None:
        writer = partial(write_predictions, comparisons, data.x_target, first.classes_)
        if kept.write(arguments.predictions, writer):
            kept.say(f"\npredictions: {arguments.predictions}")
    if comparisons and kept.figures:
        kept.draw(0, lambda: own_data_figure(pairs(seeds[0]), comparisons[0]))
    return kept.finish()


def read(arguments: argparse.Namespace) -> OwnData:
    """Both files. Raises ValueError if the source has no labels, or the columns of the two files differ."""
    if os.path.realpath(arguments.source) == os.path.realpath(arguments.target):
        raise ValueError(f"argument --target: got {str(arguments.target)!r}, expected another file than --source")
    if arguments.label in arguments.ignore:
        raise ValueError(f"argument --ignore: got {arguments.label!r}, the column of --label, expected another one")
    source = _table(arguments, "source", required=True)
    target = _table(arguments, "target")
    unknown = [name for name in arguments.ignore if composed(name) not in (*source.names, *target.names)]
    if unknown:
        raise ValueError(f"argument --ignore: got {unknown[0]!r}, expected one of {listed(source.names)}")
    name = f"{arguments.source.stem} → {arguments.target.stem}"
    x_source, x_target = standardised(source.table, target.table)
    assert source.labels is not None  # they are required
    return OwnData(name, x_source, source.labels, x_target, target.labels, arguments.test_share)


def _table(arguments: argparse.Namespace, option: str, required: bool = False) -> CsvFile:
    """The file of --source or --target. A ValueError of its content names the option beside the file."""
    try:
        return read_csv(getattr(arguments, option), arguments.label, arguments.ignore, required)
    except ValueError as error:
        if str(error).startswith("label: "):
            raise
        raise ValueError(f"argument --{option}: {error}") from None


def _places(arguments: argparse.Namespace, folder: Path, methods: Sequence[str]) -> results.Kept:
    """The places of all results, checked: no result takes the place of another one or of the data."""
    given = {"--source": arguments.source, "--target": arguments.target, "--init-from": arguments.init_from}
    inputs = [(option, path) for option, path in given.items() if path is not None]
    names = ["run.png"] if {"source-only", PREDICTING} <= set(methods) else []  # the figure shows these two
    if arguments.predictions is not None:
        others = [("--out", arguments.out / name) for name in names]
        others += [("--json", arguments.json)] * (arguments.json is not None)
        places.check_outputs([("--predictions", arguments.predictions), *others], inputs)
    kept = results.Kept(
        arguments.out, arguments.json, names, "--resume continues the run", arguments.parser, inputs, arguments.format
    )
    written = {"--json": arguments.json, "--predictions": arguments.predictions}
    places.check_folder(folder, [(option, path) for option, path in written.items() if path is not None])
    return kept


def write_predictions(comparisons: Sequence[Comparison], x_target: Table, classes: np.ndarray, path: Path) -> None:
    """Write the class and its probability for each line of the target, as CSV.

    The probabilities are means over the networks of all seeds. Lines count from 1, without the line of names.
    """
    probabilities = np.mean(
        [class_probabilities(c.networks[PREDICTING].label_logits(x_target)) for c in comparisons], axis=0
    )
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "prediction", "probability"])
        for row, of_row in enumerate(probabilities, start=1):
            writer.writerow([row, classes[of_row.argmax()], f"{of_row.max():.4f}"])
