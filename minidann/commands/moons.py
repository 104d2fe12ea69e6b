"""``minidann moons``: all methods over seeds on two moons and the same moons rotated."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..adapt.recipes import RECIPES
from ..adapt.training import Training
from ..compare.reversal_forms import FORMS, FormTraining
from ..data.pairs import DomainPair
from ..data.points import PIVOTS, moons_pair
from ..plots.figures.moons import journal_figure, moons_figure
from ..plots.film.film import animate
from ..plots.film.recording import Recording
from . import options, results, sizes
from .interrupts import number_of
from .long_runs import compare_over_seeds

OWN_RECIPES = ("moons", "journal")


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "moons",
        help="two moons and the same moons turned: DANN beside source only, SA and train on target",
        description=(
            "Trains every method on two moons (source, labelled) and two turned moons (target, not labelled),\n"
            "prints the table over seeds and writes one figure of the first seed; with --film also its film."
        ),
        epilog="example: minidann moons --seeds 10 --rotation 45 --out results --json results/moons.json",
    )
    add_pair(parser.add_argument_group("the pair"))
    options.add_runs(parser, seeds=5)
    parser.add_argument(
        "--film",
        type=options.one_of(tuple(FORMS)),
        nargs="*",
        metavar="FORM",
        help=(
            "also write moons-film.html (a page with a player) and .gif into --out: DANN's run of the first seed. With "
            f"one or two of {', '.join(FORMS)}: the runs of these forms, side by side; for example "
            "--film features subtracted"
        ),
    )
    recipe = parser.add_argument_group("the recipe (in brackets: the default of moons / of journal)")
    recipe.add_argument(
        "--recipe",
        type=options.one_of(OWN_RECIPES),
        default="moons",
        help="moons (default), or journal: the settings of JMLR 2016, about a minute a seed",
    )
    options.add_recipe(recipe, OWN_RECIPES)
    parser.set_defaults(run=run, parser=parser, save_memory="use fewer --points or smaller widths")


def add_pair(group: Any) -> None:
    """The options of a pair of moons."""
    group.add_argument(
        "--rotation",
        type=options.number(),
        default=35.0,
        metavar="DEGREES",
        help="how far the target is turned, default 35",
    )
    add_points(group)


def add_points(group: Any) -> None:
    """The options of a pair of moons without the rotation."""
    group.add_argument(
        "--pivot", type=options.one_of(PIVOTS), default="centre", help="turn about: centre (default) or origin"
    )
    group.add_argument(
        "--noise",
        type=options.number(0),
        default=0.05,
        help="standard deviation of the noise of each coordinate, default 0.05",
    )
    group.add_argument(
        "--points", type=options.whole(4), default=300, help="points of each domain to train on, default 300"
    )
    for domain in ("source", "target"):
        group.add_argument(
            f"--{domain}-share",
            type=options.share(),
            default=0.5,
            metavar="X",
            help=f"share of class 1 among the points of the {domain}, default 0.5"
            + "; with 0 or 1 it lacks a class" * (domain == "target"),
        )


def make_pair(arguments: argparse.Namespace, seed: int) -> DomainPair:
    """The pair of the options."""
    return moons_pair(arguments.rotation, seed=seed, **point_settings(arguments))


def point_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """The options of ``add_points`` as arguments of ``moons_pair``."""
    return {
        "noise": arguments.noise,
        "n": arguments.points,
        "pivot": arguments.pivot,
        "source_share": arguments.source_share,
        "target_share": arguments.target_share,
    }


def run(arguments: argparse.Namespace) -> int:
    """Run all methods over seeds: print the table, write the rows, draw figure and film."""
    recipe = options.changed(RECIPES[arguments.recipe], arguments)
    sizes.check_points(arguments.points)
    sizes.check_batch(recipe, width=2)
    journal = arguments.recipe == "journal"
    name = "moons-journal" if journal else "moons"
    films = _films(name, arguments.film)
    names = [f"{name}.png", *films]
    kept = results.Kept(arguments.out, arguments.json, names, parser=arguments.parser, formats=arguments.format)
    pair_of = partial(make_pair, arguments)
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    kept.chosen = options.how_chosen(arguments.recipe, recipe)
    comparisons = kept.train(partial(compare_over_seeds, pair_of, recipe, seeds, jobs=arguments.jobs))
    if comparisons:
        one_layer = len(recipe.features) == 1  # the panels of the journal draw a line for each unit of this layer
        draw = journal_figure if journal and one_layer else moons_figure
        kept.draw(0, lambda: draw(pair_of(seeds[0]), comparisons[0]))
    if films and kept.can_draw and not kept.stopped:
        pair, seed = pair_of(seeds[0]), seeds[0]
        forms = [FormTraining(pair, recipe, seed, form) for form in arguments.film]
        write_film(kept, pair, forms or [Training(pair, recipe, seed)])
    return kept.finish()


def _films(name: str, forms: list[str] | None) -> list[str]:
    """The names of the files of a film; none without the option. Raises ValueError for more than two forms."""
    if forms is None:
        return []
    if len(forms) > 2:
        raise ValueError(f"argument --film: got {len(forms)} forms, expected at most two, side by side")
    stem = "-".join([f"{name}-film", *forms])
    return [f"{stem}.html", f"{stem}.gif"]


def write_film(kept: results.Kept, pair: DomainPair, trainings: Sequence[Training]) -> None:
    """Record one or two runs, equal to the last bit to those of the table, and write their film as a page and a GIF."""
    page, gif = kept.figures[1:]
    try:
        with kept.attempt(page):
            recordings = [_record(pair, training) for training in trainings]
            film = animate(recordings[0], beside=recordings[1] if recordings[1:] else None)
            for path, save in ((page, film.save_html), (gif, film.save_gif)):
                with kept.attempt(path):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    save(path)
                    kept.drawn.append(path)
    except KeyboardInterrupt as error:
        kept.interrupted = number_of(error)


def _record(pair: DomainPair, training: Training) -> Recording:
    from tqdm import tqdm

    recording = Recording(training, pair)
    with tqdm(total=training.recipe.steps, desc="film", unit=" steps", disable=None, leave=False) as bar:

        def keep(training: Training) -> None:
            recording(training)
            bar.update()

        training.fit(keep)
    return recording
