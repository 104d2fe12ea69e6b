"""``minidann inspect``: the gradients, the graph and the diagnosis of one run, stopped at a step."""

from __future__ import annotations

import argparse
import math
from functools import partial
from typing import Any

from .. import _validate
from ..adapt.training import Training
from ..data.digits import PAIRS
from ..plots.figures.inspection import inspection_figure
from ..plots.graph import draw_graph
from ..probe.check.three_updates import AdversarialCheck, check_adversarial
from ..probe.doctor import Diagnosis, diagnose
from ..probe.gradients import Probe, probe
from ..probe.graph import layer_of
from . import digits, figure_files, moons, options, places, results, runs

WHAT = ("moons", "digits")
FIGURES = ("gradients", "graph")
GRAPHS = {"layers": "layer", "ops": "op"}  # what has a box of its own, and its name in draw_graph


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "inspect",
        help="stop one run at a step and look inside: gradients, graph, the classic failures",
        description=(
            "Trains DANN up to a step, or takes up a checkpoint, and looks inside with one batch: the gradient of\n"
            "each loss at each layer, before and after the reversal; whether one backward pass makes the three\n"
            "updates of the paper; which of the classic failures are there. Draws the gradients and the graph."
        ),
        epilog=(
            "examples: minidann inspect moons --at 1000\n"
            "          minidann inspect --checkpoint results/checkpoints/turned/dann-seed-0.npz"
        ),
    )
    parser.add_argument(
        "what",
        nargs="?",
        type=options.one_of(WHAT),
        metavar="WHAT",
        help="moons (default) or digits; a checkpoint knows its own",
    )
    parser.add_argument("--at", type=options.whole(0), metavar="STEP", help="where to stop, default half of the steps")
    parser.add_argument(
        "--checkpoint", type=options.path, metavar="FILE", help="a checkpoint of minidann digits to continue"
    )
    parser.add_argument("--seed", type=options.whole(0), metavar="N", help="of a run begun here, default 0")
    parser.add_argument(
        "--out", type=options.path, default="results", metavar="DIR", help="folder of the figures, default results"
    )
    parser.add_argument(
        "--graph",
        type=options.one_of(tuple(GRAPHS)),
        default="layers",
        metavar="BOXES",
        help="layers (default): a box each, from left to right; ops: a box each, from top to bottom",
    )
    parser.add_argument(
        "--open", nargs="+", default=[], metavar="LAYER", help="layers whose ops are drawn too, such as features.3"
    )
    parser.add_argument("--json", type=options.path, metavar="FILE", help="write the measurements here")
    options.add_format(parser)
    group = parser.add_argument_group("the pair")
    moons.add_pair(group)
    group.add_argument(
        "--pair", type=options.one_of(tuple(PAIRS)), metavar="NAME", help=f"of digits: {', '.join(PAIRS)}"
    )
    digits.add_shares(group)
    digits.add_files(group)
    recipe = parser.add_argument_group("the recipe of a run begun here (in brackets: the default of moons / of digits)")
    options.add_recipe(recipe, WHAT)
    parser.set_defaults(run=run, parser=parser, save_memory="use a smaller --batch-size")


def run(arguments: argparse.Namespace) -> int:
    """Bring a run to the step, measure its next batch, print and draw the results."""
    places.look_ahead(arguments.out, [("--json", arguments.json)])
    training, pair = _training(arguments)
    stop = _stop(training, arguments.at, arguments.checkpoint is not None)
    _check_opened(training, arguments)
    what = "moons" if training.recipe.trunk == "none" else "digits"
    figures = [arguments.out / f"inspect-{what}-{name}.png" for name in FIGURES]
    outputs = [("--json", arguments.json)] if arguments.json is not None else []
    inputs = digits.input_files(arguments, "checkpoint")
    files = [file for figure in figures for file in figure_files.in_formats(figure, arguments.format)]
    places.check_outputs([*outputs, *(("--out", file) for file in files)], inputs)
    given = results.Given(parser=arguments.parser, formats=arguments.format)
    given.check_drawing()
    runs.bring_to(training, stop)

    batch = training.next_batch()
    losses = training.losses(batch)
    found = probe(losses, training.network, by="layer")
    by_tensor = probe(losses, training.network)
    title = f"{pair}, seed {training.seed}, step {stop} of {training.recipe.steps}"
    checked = check_adversarial(training.network, batch, training.adapt_weight) if training.has_domain_loss else None
    diagnosis = diagnose(training, batch)
    given.say(_report(title, training, found, checked, diagnosis))
    if arguments.json is not None:
        content = _measurements(training, found, diagnosis)
        given.write(arguments.json, partial(results.write_json, content))
    given.figure(figures[0], lambda: inspection_figure(found, training.history, title))
    by, opened = GRAPHS[arguments.graph], arguments.open
    given.figure(figures[1], lambda: draw_graph(losses, training.network, by_tensor, by, opened).figure_)
    if given.drawn:
        given.say("\nfigures: " + "   ".join(map(str, given.drawn)))
    return given.status()


def _training(arguments: argparse.Namespace) -> tuple[Training, str]:
    """The run, and the name of its pair."""
    if arguments.checkpoint is None:
        if arguments.data_dir or arguments.target_npz or arguments.target_dir:
            raise ValueError(f"argument --data-dir: only a --checkpoint of {digits.REAL} needs it")
        _refuse_others_options(arguments)
        return runs.begin(arguments)
    given = [name for name in ("what", "seed", *options.RECIPE_OPTIONS) if getattr(arguments, name) is not None]
    if given:
        option = given[0].replace("_", "-")
        raise ValueError(
            f"argument --{option}: a checkpoint has its own value; leave the option out".replace("--what", "WHAT")
        )
    return runs.take_up(arguments)


def _check_opened(training: Training, arguments: argparse.Namespace) -> None:
    """Raises ValueError for names in --open that are no layers, or that the graph of ops cannot open."""
    if arguments.open and arguments.graph != "layers":
        raise ValueError("argument --open: only --graph layers has boxes that open")
    layers = list(dict.fromkeys(map(layer_of, training.network.parameters())))
    if not training.has_domain_loss:
        layers = [layer for layer in layers if not layer.startswith("domain_head.")]
    for name in arguments.open:
        _validate.one_of("argument --open", name, layers)


def _refuse_others_options(arguments: argparse.Namespace) -> None:
    """Raises ValueError for an option of moons with digits, or of digits with moons."""
    if arguments.what != "digits":
        if arguments.pair is not None:
            raise ValueError(f"argument --pair: got {arguments.pair!r}, but only digits has pairs by name")
        return
    for name in ("rotation", "pivot", "noise", "points"):
        if getattr(arguments, name) != arguments.parser.get_default(name):
            raise ValueError(f"argument --{name}: only moons have this option")


def _stop(training: Training, at: int | None, saved: bool) -> int:
    """The step to stop at. Raises ValueError for a step that the run has passed or never reaches."""
    first, last = training.step_count, training.recipe.steps
    if at is None:
        return first if saved else last // 2
    if not first <= at <= last:
        raise ValueError(f"argument --at: got {at}, expected a step from {first} to {last}, the last of this run")
    return at


def _report(
    title: str, training: Training, found: Probe, checked: AdversarialCheck | None, diagnosis: Diagnosis
) -> str:
    state = f"p = {training.progress:.2f}, λ = {training.adapt_weight:.4g}, rate {training.rate:.3g}"
    parts = [f"{title}: {state}", "the gradient of each loss at each layer, as norms", str(found)]
    if checked is not None:
        parts += ["does one backward pass make the three updates of the paper's Eqs. 4-6?", str(checked)]
    return "\n\n".join([*parts, "the doctor", str(diagnosis)])


def _measurements(training: Training, found: Probe, diagnosis: Diagnosis) -> dict[str, Any]:
    """The measurements for JSON. A cosine with a gradient of 0 is null."""

    def plain(row: dict[str, Any]) -> dict[str, Any]:
        return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}

    return {
        "step": training.step_count,
        "adapt_weight": training.adapt_weight,
        "gradients": [plain(row) for row in found],
        "wiring": diagnosis.rows,
        "findings": [vars(finding) for finding in diagnosis.findings],
        "history": training.history,
    }
