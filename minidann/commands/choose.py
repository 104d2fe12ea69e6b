"""``minidann choose``: a grid of settings over seeds, and what each rule chooses without a target label."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _files
from ..adapt.recipes import RECIPES, Recipe
from ..data.digits import PAIRS, digits_pair
from ..data.pairs import DomainPair
from . import digits, figure_files, moons, options, places, results, run, sizes, streams
from .interrupts import cause, number_of

if TYPE_CHECKING:
    from ..estimators.choices import Choices

OWN = "csv"
RECIPE_OF = {"moons": "moons", **dict.fromkeys(PAIRS, "digits"), "printed": "printed", OWN: "tables"}
NUMBERS = {
    name: parse for name, (parse, _) in options.RECIPE_OPTIONS.items() if name not in options.WIDTHS
}  # the settings of a grid
DEFAULT_GRID = ("adapt_weight", (0.0, 0.1, 0.3, 1.0, 3.0))
# the names in estimators.rules, which a help must not wait for: scikit-learn takes a second to import
RULES = (
    *("source_accuracy", "importance_weighted_accuracy", "neg_deep_embedded_validation"),
    *("neg_mean_entropy", "diversity", "information"),
    *("neg_proxy_a_distance_linear", "neg_proxy_a_distance", "neg_proxy_a_distance_head"),
    *("reverse_validation", "seed_agreement"),
)


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "choose",
        help="choose λ, or another setting, without a target label: what each rule chooses over a grid",
        description=(
            "Trains each setting of a grid from each seed on nine tenths of both domains, and scores it without any\n"
            "label of the target. Prints the setting that each rule would choose. If target labels are known, it also\n"
            "prints the accuracy there and the oracle's choice, for the report only. An alarm names a chosen setting\n"
            "that may be wrong on much of the target: heed it."
        ),
        epilog=(
            "examples: minidann choose moons --rotation 60 --grid adapt_weight=0,0.1,0.3,1,3 --json grid.json\n"
            "          minidann choose csv --source a.csv --label kind --target b.csv --by information"
        ),
    )
    parser.add_argument(
        "pair",
        type=options.one_of(tuple(RECIPE_OF)),
        metavar="PAIR",
        help=f"moons; {', '.join(PAIRS)} (pairs of digits); or {OWN}: your own two files",
    )
    choice = parser.add_argument_group("the grid and the rules")
    choice.add_argument(
        "--grid",
        type=_setting,
        nargs="+",
        default=[DEFAULT_GRID],
        metavar="NAME=X,X,…",
        help=f"the values of a setting: {', '.join(NUMBERS)}; of several settings all combinations are trained; "
        "default adapt_weight=0,0.1,0.3,1,3 (λ)",
    )
    choice.add_argument(
        "--by",
        type=options.one_of(RULES),
        nargs="+",
        default=list(RULES),
        metavar="RULE",
        help=f"which of {', '.join(RULES)}; default all",
    )
    choice.add_argument(
        "--reverse-steps",
        type=options.whole(1),
        metavar="N",
        help="steps of the second training, the way back from the labelled target to the source, that "
        "reverse_validation needs; default those of the first",
    )
    run.add_data(
        parser.add_argument_group(f"the data of {OWN}, with the names of the columns in the first line"), False
    )
    moons.add_pair(parser.add_argument_group("the pair moons"))
    digits.add_shares(parser.add_argument_group("the pairs of digits"))
    options.add_runs(parser, seeds=5)
    names = tuple(dict.fromkeys(RECIPE_OF.values()))
    recipe = parser.add_argument_group(f"the recipe (in brackets: the default of {' / of '.join(names)})")
    options.add_recipe(recipe, names)
    parser.set_defaults(run=run_choice, parser=parser, save_memory="use a smaller grid, or fewer --jobs")


def run_choice(arguments: argparse.Namespace) -> int:
    """Train the grid, print what each rule chooses, write the rows after each trial, draw the figure."""
    from ..estimators.choosing import tasks_of
    from ..plots.choice import ChoiceDisplay

    recipe = options.changed(RECIPES[RECIPE_OF[arguments.pair]], arguments)
    grid = dict(arguments.grid)
    if len(grid) < len(arguments.grid):
        raise ValueError("argument --grid: got a setting twice, expected each once")
    places.look_ahead(arguments.out, [("--json", arguments.json)])
    pair_of = _pair_of(arguments, recipe)
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    alone = len(seeds) == 1 and arguments.by == list(RULES)  # one seed has no other to agree with
    asked = (pair_of, recipe, grid, seeds, RULES[:-1] if alone else arguments.by)
    total = len(tasks_of(*asked, arguments.reverse_steps))
    result = results.Given(parser=arguments.parser, formats=arguments.format)
    figure = arguments.out / f"choose-{arguments.pair}.png"
    _check_places(arguments, figure)
    result.check_drawing()
    kept = _Rows(result, arguments.json, total)
    found = kept.train(asked, arguments)
    if found is not None:
        result.say(str(found))
        result.figure(figure, lambda: ChoiceDisplay.from_choices(found).plot().figure_)
    files = [f"figure: {path}" for path in result.drawn] + [f"rows: {arguments.json}"] * kept.written
    if files:
        result.say("\n" * (found is not None) + "   ".join(files))
    return 128 + kept.interrupted if kept.interrupted else result.status()


class _Rows:
    """The rows of a grid: written after each trial, with a progress bar. A signal ends the work and keeps the file."""

    def __init__(self, result: results.Given, file: Path | None, total: int) -> None:
        self.result, self.file, self.total = result, file, total
        self.interrupted = 0  # the number of the signal that ended the work
        self.written = False

    def train(self, asked: Any, arguments: argparse.Namespace) -> Choices | None:
        """The choices of the whole grid; None if a signal came."""
        from tqdm import tqdm

        from ..estimators.choosing import choose

        done = 0
        with tqdm(total=self.total, unit=" trials", disable=None, leave=False) as bar:

            def keep(rows: list[dict[str, Any]]) -> None:
                nonlocal done
                done = len(rows)
                bar.update(done - bar.n)
                self.write(rows)

            try:
                found = choose(*asked, reverse_steps=arguments.reverse_steps, jobs=arguments.jobs, keep=keep)
            except KeyboardInterrupt as stop:
                self.interrupted = number_of(stop)
                streams.complain(f"{cause(self.interrupted)} after {done} of {self.total} trials: nothing is chosen")
                return None
        self.write(found.rows)
        return found

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Write the rows to the file of --json."""
        if self.file is not None:
            self.written = self.result.write(self.file, partial(results.write_json, rows))


def _check_places(arguments: argparse.Namespace, figure: Path) -> None:
    """Check that all results can be written, and that none takes the place of the data. Make the folder of --out."""
    rows = [("--json", arguments.json)] * (arguments.json is not None)
    files = [("--out", file) for file in figure_files.in_formats(figure, arguments.format)]
    given = [(f"--{name}", getattr(arguments, name)) for name in ("source", "target")]
    places.check_outputs([*rows, *files], [(option, path) for option, path in given if path is not None])
    _files.folder("argument --out", arguments.out)


def _setting(text: str) -> tuple[str, tuple[Any, ...]]:
    """The type of --grid: "adapt_weight=0,0.1" → its name and its values. λ may be called lambda."""
    name, equals, values = text.partition("=")
    name = {"lambda": "adapt_weight"}.get(name, name).replace("-", "_")
    if not equals or name not in NUMBERS:
        expected = f"NAME=X,X,… with a name of {', '.join(NUMBERS)}"
        raise argparse.ArgumentTypeError(f"got {text!r}, expected {expected}")
    return name, tuple(NUMBERS[name](each.strip()) for each in values.split(","))


def _pair_of(arguments: argparse.Namespace, recipe: Recipe) -> Callable[[int], DomainPair]:
    """The pair of each seed. Files are read once, now."""
    given = [name for name in ("source", "label", "target") if getattr(arguments, name) is not None]
    if arguments.pair != OWN and given:
        raise ValueError(f"argument --{given[0]}: only the pair {OWN} reads files")
    if arguments.pair == OWN:
        missing = [name for name in ("source", "label", "target") if name not in given]
        if missing:
            raise ValueError(f"argument --{missing[0]}: got none, expected one for the pair {OWN}")
        data = run.read(arguments)
        sizes.check_batch(recipe, width=data.pair(arguments.seed).x_source.shape[1])
        return partial(data.pair, warned=True)
    if arguments.pair == "moons":
        sizes.check_points(arguments.points)
        sizes.check_batch(recipe, width=2)
        return partial(moons.make_pair, argparse.Namespace(**_values(arguments)))
    sizes.check_batch(recipe, width=digits.SMALLEST)
    return partial(digits_pair, arguments.pair, target_shares=arguments.target_shares)


def _values(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options without the parser, which no other process could read."""
    return {name: value for name, value in vars(arguments).items() if name not in ("run", "parser")}
