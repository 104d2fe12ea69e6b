"""``minidann digits``: all methods over seeds on digits, from pairs without a download to MNIST → MNIST-M."""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from ..adapt.recipes import RECIPES, Recipe
from ..compare.methods import PAPER_METHODS, Comparison, check_methods, methods_for
from ..data.digits import PAIRS, digits_pair
from ..data.mnistm import DIGITS, mnist_mnistm_pair
from ..data.pairs import DomainPair
from ..plots.figures.digits import digits_figure
from . import options, places, results, sizes
from .checkpoints import Checkpoints, check_init, prolonging
from .long_runs import compare_over_seeds

REAL = "mnist-mnistm"
SMALLEST = 64  # numbers in an image of the smallest pair
RECIPES_OF = dict.fromkeys(PAIRS, ("digits",)) | {"printed": ("printed",), REAL: ("paper", "best")}
RECIPES_SHOWN = tuple(dict.fromkeys(name for names in RECIPES_OF.values() for name in names))


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "digits",
        help="images of digits, made offline or MNIST → MNIST-M: DANN beside source only, SA and train on target",
        description=(
            "Trains every method on a pair of digit domains, prints the table over seeds and writes one figure of the\n"
            "first seed: samples, features before and after, training. Runs leave checkpoints in DIR/checkpoints."
        ),
        epilog=(
            "examples: minidann digits --pair turned photo --seeds 10\n"
            f"          minidann digits --pair {REAL} --data-dir data --methods source-only dann --resume"
        ),
    )
    add_pair(parser, many=True)
    options.add_runs(parser, seeds=3)
    options.add_methods(parser)
    options.add_going(parser)
    recipe = parser.add_argument_group(f"the recipe (in brackets: the default of {' / of '.join(RECIPES_SHOWN)})")
    recipe.add_argument(
        "--recipe",
        type=options.one_of(RECIPES_OF[REAL]),
        nargs="+",
        metavar="NAME",
        help=f"for {REAL}: paper (default), best, or both; the other pairs have one recipe each",
    )
    options.add_recipe(recipe, RECIPES_SHOWN)
    parser.set_defaults(run=run, parser=parser, save_memory="use a smaller --batch-size")


def add_pair(parser: argparse.ArgumentParser, many: bool, also: tuple[str, ...] = ()) -> None:
    """The options for pairs and for the place of real data. ``also``: further names."""
    group = parser.add_argument_group("the pair")
    names = (*RECIPES_OF, "all") if many else (*RECIPES_OF, *also)
    text = f"one or more of {', '.join(RECIPES_OF)}; all: all pairs without a download (default turned)"
    if many:
        group.add_argument(
            "--pair", type=options.one_of(names), nargs="+", default=["turned"], metavar="NAME", help=text
        )
    else:
        parser.add_argument("pair", type=options.one_of(names), metavar="NAME", help=f"one of {', '.join(names)}")
    add_shares(group)
    add_files(group, also)


def add_shares(group: Any) -> None:
    """The option for a label shift of the pairs without a download."""
    group.add_argument(
        "--target-shares",
        type=options.class_shares(),
        metavar="X,X,…",
        help="ten numbers, proportional to the shares of the digits 0 to 9 in the target; with 0 it lacks the digit",
    )


def add_files(group: Any, also: tuple[str, ...] = ()) -> None:
    """The options for the place of real data. ``also``: names of drawn data sets, which may take photographs."""
    group.add_argument(
        "--data-dir",
        type=options.path,
        metavar="DIR",
        help=f"for {REAL}: a folder with MNIST's four files (mnist/) and the photographs of BSDS500 (bsds500/)"
        + "; for a drawn data set with photographs: BSDS500, in the place of two photographs of scikit-learn"
        * bool(also),
    )
    group.add_argument(
        "--target-npz",
        type=options.path,
        metavar="FILE",
        help=f"for {REAL}: a ready target: x_train, x_test (uint8 RGB, 28×28 or 32×32); y_train, y_test if known",
    )
    group.add_argument(
        "--target-dir",
        type=options.path,
        metavar="DIR",
        help=f"for {REAL}: the folder of the released MNIST-M, with mnist_m_train/ and mnist_m_train_labels.txt",
    )
    group.add_argument(
        "--digits",
        type=options.one_of(DIGITS),
        default=DIGITS[0],
        metavar="KIND",
        help=f"for {REAL}: the digits to blend with photographs, binarised as released (default), or grey: easier",
    )
    group.add_argument(
        "--recolour-source",
        action="store_true",
        help=f"for {REAL}: give ground and stroke of each source image random colours",
    )


class Job(NamedTuple):
    """One pair with one recipe. ``label``: the name of its figure and of its folder of checkpoints.

    ``chosen``: words on the choice of its settings.
    """

    label: str
    pair_of: Callable[[int], DomainPair]
    recipe: Recipe
    checkpoints: Checkpoints
    methods: Sequence[str]
    chosen: str


def run(arguments: argparse.Namespace) -> int:
    """Run all methods over seeds for each pair and recipe: print the table, write the rows, draw the figure."""
    options.check_going(arguments)
    places.look_ahead(arguments.out, [("--json", arguments.json)])
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    if arguments.methods is not None:
        check_methods(arguments.methods)
    jobs = _jobs(arguments)
    notes = [note for job in jobs for note in _check(job, seeds)]
    drawn = {"source-only", "dann"} <= set(jobs[0].methods)  # the figure shows these two side by side
    figures = [f"digits-{job.label}.png" for job in jobs] if drawn else []
    inputs = input_files(arguments, "init_from")
    advice = "--resume continues the run"
    kept = results.Kept(arguments.out, arguments.json, figures, advice, arguments.parser, inputs, arguments.format)
    for job in jobs:
        places.check_folder(job.checkpoints.folder, [("--json", arguments.json)] if arguments.json is not None else [])
    for note in notes:
        kept.say(note + "\n")
    for i, job in enumerate(jobs):
        checkpoints = replace(job.checkpoints, complain=kept.checkpoint_failed)
        kept.chosen = job.chosen
        work = partial(compare_over_seeds, job.pair_of, job.recipe, seeds, job.methods, checkpoints)
        comparisons = kept.train(partial(work, jobs=arguments.jobs))
        if comparisons and drawn:
            kept.draw(i, partial(_figure, job.pair_of, seeds[0], comparisons[0]))
        if kept.stopped:
            break
    return kept.finish()


def _jobs(arguments: argparse.Namespace) -> list[Job]:
    """All jobs of the options. Real data is read now: a wrong folder then leaves nothing behind."""
    pairs = dict.fromkeys(name for given in arguments.pair for name in (PAIRS if given == "all" else (given,)))
    if arguments.recipe and REAL not in pairs:
        raise ValueError(f"argument --recipe: only {REAL} has more than one recipe")
    check_data(list(pairs), arguments)
    real = real_pair(arguments) if REAL in pairs else None
    jobs = []
    for name in pairs:
        for recipe in dict.fromkeys(arguments.recipe if arguments.recipe and name == REAL else RECIPES_OF[name][:1]):
            label = _label(name, recipe, arguments)
            pair_of = partial(make_pair, name, recipe, real, target_shares=arguments.target_shares)
            folder = arguments.out / "checkpoints" / label
            going = arguments.checkpoint_every, arguments.resume, arguments.overwrite, arguments.init_from
            settings = options.changed(RECIPES[recipe], arguments)
            methods = arguments.methods or PAPER_METHODS
            if real is not None and name == REAL:  # the other pairs have all labels
                methods = methods_for(real, arguments.methods)
            chosen = options.how_chosen(recipe, settings)
            jobs.append(Job(label, pair_of, settings, Checkpoints(folder, *going), methods, chosen))
    return jobs


def _check(job: Job, seeds: Sequence[int]) -> list[str]:
    """Check before the first step that ``job`` can begin. Returns a line if it prolongs runs."""
    sizes.check_batch(job.recipe, width=SMALLEST)
    fewest = job.checkpoints.check(job.methods, seeds, job.recipe, job.pair_of)
    if job.checkpoints.init_from is not None:
        check_init(job.checkpoints.init_from, job.pair_of(seeds[0]), job.recipe, job.methods)
    return [f"{job.label}: {prolonging(job.recipe, fewest)}"] if fewest else []


def check_data(pairs: list[str], arguments: argparse.Namespace) -> None:
    """Raises ValueError if real data is asked for without a place, or has a place and is not asked for."""
    if REAL in pairs and arguments.data_dir is None:
        raise ValueError(f"argument --data-dir: got none, expected the folder of MNIST's files for {REAL}")
    given = [name for name in ("data_dir", "target_npz", "target_dir") if getattr(arguments, name) is not None]
    if REAL not in pairs and given:
        raise ValueError(f"argument --{given[0].replace('_', '-')}: only the pair {REAL} reads files")
    if REAL not in pairs and (arguments.recolour_source or arguments.digits != DIGITS[0]):
        option = "--recolour-source" if arguments.recolour_source else "--digits"
        raise ValueError(f"argument {option}: only the pair {REAL} has this option")
    if REAL in pairs and arguments.target_shares is not None:
        raise ValueError(f"argument --target-shares: {REAL} has no such option, only the pairs without a download")
    if len(given) > 1 and given[-1] == "target_dir" and arguments.target_npz is not None:
        raise ValueError("argument --target-dir: got --target-npz too, expected one of them")
    if arguments.digits != DIGITS[0] and given[1:]:
        raise ValueError("argument --digits: a ready target holds its own digits")


def real_pair(arguments: argparse.Namespace) -> DomainPair:
    """MNIST → MNIST-M from the files in the options."""
    ready = [name for name in ("target_npz", "target_dir") if getattr(arguments, name) is not None]
    with options.data_of("--data-dir", f"--{ready[0].replace('_', '-')}" if ready else "--data-dir"):
        return mnist_mnistm_pair(
            arguments.data_dir,
            arguments.target_npz,
            target_dir=arguments.target_dir,
            digits=arguments.digits,
            recolour_source=arguments.recolour_source,
        )


def input_files(arguments: argparse.Namespace, *more: str) -> list[places.Named]:
    """The files that the options name as inputs, with these options. ``more``: further options of the command."""
    given = {name: getattr(arguments, name) for name in ("target_npz", *more)}
    return [("--" + name.replace("_", "-"), path) for name, path in given.items() if path is not None]


def make_pair(
    name: str,
    recipe_name: str,
    real: DomainPair | None,
    seed: int,
    target_shares: Sequence[float] | None = None,
) -> DomainPair:
    """The pair called ``name``, made from the seed; or ``real``, which is the same for every seed."""
    if real is None or name != REAL:
        return digits_pair(name, seed, target_shares=target_shares)
    pair = copy.copy(real)
    pair.name += f", the {recipe_name} recipe"
    return pair


def _figure(pair_of: Callable[[int], DomainPair], seed: int, comparison: Comparison) -> Any:
    return digits_figure(pair_of(seed), comparison)


def _label(name: str, recipe_name: str, arguments: argparse.Namespace) -> str:
    """The name of a job's figure and folder of checkpoints."""
    if name != REAL:
        return name + "-shares" * (arguments.target_shares is not None)
    variant = "-recoloured" * arguments.recolour_source + "-grey" * (arguments.digits == "grey")
    return f"{name}{variant}-{recipe_name}"
