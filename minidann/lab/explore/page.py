"""The page: one HTML file with its script, its style, the runs of a grid, and words on how they were computed."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from importlib.resources import files
from string import Template
from typing import Any

import numpy as np

from ... import __version__
from ...adapt.parts import ARRIVALS
from ...adapt.schedules import adapt_weight_at
from ...compare.reversal_forms import FORMS, FormTraining
from ...data.pairs import DomainPair
from ...nn.layers import Normalise
from ...plots import style
from ...plots.film.principal_plane import ARROWS, shown_points
from ..experiment import Experiment
from .batches import batch_positions
from .grid import Grid, differing
from .packing import LEVELS, differences, fixed_point, pack, rounded
from .run import CURVES, NUMBERS, Run, curve_steps, snapshot_steps

SCRIPTS = (
    *("bytes", "network"),  # reading and computing
    *("pictures", "curves", "diagram", "point", "words"),  # showing
    *("choices", "map", "address", "controls", "page"),  # the page around them
)
COLOURS = {  # names in the style and the script of the page
    **{"class-0": style.CLASSES[0], "class-1": style.CLASSES[1], "source": style.SOURCE, "target": style.TARGET},
    **{"label-loss": style.LABEL_LOSS, "domain-loss": style.DOMAIN_LOSS, "reversal": style.REVERSAL},
    **{"right": style.RIGHT, "wrong": style.WRONG, "present": style.PRESENT, "chance": style.CHANCE},
}


def make_page(grid: Grid, runs: Sequence[Run]) -> str:
    """The text of the page, from the runs of ``grid`` in its order. Equal runs give an equal text."""
    if len(runs) != len(grid):
        raise ValueError(f"runs: got {len(runs)}, expected {len(grid)}, one for each place on the grid")
    first = Experiment(rotation=grid.rotations[0], seed=grid.seeds[0])
    strengths = _strengths(grid, first)
    arrays = _of_runs(grid, runs, first) | _of_points(grid)
    arrays |= {"strengths": strengths.astype(np.float32), "multiples": _multiples(grid, strengths)}
    layout, packed = pack(arrays)
    contents = json.dumps(_contents(grid, first) | {"layout": layout}, ensure_ascii=False)
    web = files(__package__) / "web"
    scripts = [(web / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    colours = "".join(f"  --{name}: {colour};\n" for name, colour in COLOURS.items())
    return Template((web / "page.html").read_text("utf-8")).substitute(
        style=f":root {{\n{colours}}}\n" + (web / "page.css").read_text("utf-8"),
        script="\n".join(scripts),
        contents=contents.replace("<", "\\u003c"),  # no "</script>" can end the script early
        packed=packed,
        version=__version__,
        command=html.escape(command(grid)),
        runs=len(grid),
        levels=2 * LEVELS + 1,
        full_steps=f"{_training(first).recipe.steps:,}",
        recipe=html.escape(str(first.settings.recipe())),
    )


def command(grid: Grid) -> str:
    """The command line that computes ``grid``, with each of its options."""
    lists = {"forms": grid.forms, "rotations": grid.rotations, "weights": grid.weights}
    options = [f"--{name} {','.join(map(shown, values))}" for name, values in lists.items()]
    options += [f"--seed {grid.seeds[0]}", f"--seeds {len(grid.seeds)}", f"--steps {grid.steps}"]
    return " ".join(["minidann explore --out FILE.html", *options])


def shown(value: Any) -> str:
    """A value of the grid as an option of the command has it."""
    return value if isinstance(value, str) else f"{value:.15g}"


# the contents ---------------------------------------------------------------------------------------------------------


def _contents(grid: Grid, experiment: Experiment) -> dict[str, Any]:
    """The numbers and words of the page that are no arrays, for JSON."""
    training = _training(experiment)
    network, first = training.network, _first_layer(training)
    return {
        "forms": [{"name": name} | vars(FORMS[name]) for name in grid.forms],
        "rotations": grid.rotations,
        "weights": grid.weights,
        "seeds": grid.seeds,
        "steps": grid.steps,
        "fullSteps": training.recipe.steps,
        "snapshots": snapshot_steps(grid.steps),
        "points": curve_steps(grid.steps),
        "numbers": NUMBERS,
        "curves": CURVES,
        "arrivals": list(ARRIVALS.values()),
        "tensors": [{"name": name, "shape": tensor.shape} for name, tensor in network.parameters().items()],
        "levels": LEVELS,
        "deviation": first.deviation,
        "arrows": ARROWS,
        "colours": COLOURS,
    }


def _of_runs(grid: Grid, runs: Sequence[Run], experiment: Experiment) -> dict[str, np.ndarray]:
    """The arrays of all runs that differ, and "run of" (forms, rotations, weights, seeds) the position of each run."""
    found, where = differing(runs)
    slices = list(_training(experiment).optimiser.vector.slices.values())
    levels, tops = rounded(np.stack([each.weights for each in found]), slices)
    return {
        "run of": np.array(where, np.uint16).reshape(grid.shape),
        "ended": np.array([each.ended for each in found], np.int32),
        "changes": differences(levels),
        "tops": tops,
        "numbers": np.stack([each.numbers for each in found]),
        "curves": fixed_point(np.stack([each.curves for each in found])),
        "planes": np.stack([each.plane for each in found]),
    }


def _of_points(grid: Grid) -> dict[str, np.ndarray]:
    """The points that are shown, the points to train on, and the batch of each snapshot.

    Arrays begin with (rotations, seeds), but for the source and the batches, which no rotation changes: (seeds,).
    """
    experiments = [[Experiment(rotation=rotation, seed=seed) for seed in grid.seeds] for rotation in grid.rotations]
    pairs = [[_pair(each) for each in row] for row in experiments]
    shown = [[shown_points(pair) for pair in row] for row in pairs]
    target = {
        "target points": [[target[0] for _, target in row] for row in shown],
        "target classes": [[target[1] for _, target in row] for row in shown],
        "target training points": [[pair.x_target for pair in row] for row in pairs],
        "means": [[_first_layer(_training(each)).mean for each in row] for row in experiments],
    }
    source = {
        "source points": [source[0] for source, _ in shown[0]],
        "source classes": [source[1] for source, _ in shown[0]],
        "source training points": [pair.x_source for pair in pairs[0]],
        "source training classes": [pair.y_source for pair in pairs[0]],
        "batches": [batch_positions(each, snapshot_steps(grid.steps)) for each in experiments[0]],
    }
    kinds = {"classes": np.uint8, "batches": np.uint16}
    return {name: np.array(value, kinds.get(name.split()[-1], np.float32)) for name, value in (target | source).items()}


def _pair(experiment: Experiment) -> DomainPair:
    assert experiment.pair is not None
    return experiment.pair


def _training(experiment: Experiment) -> FormTraining:
    assert experiment.training is not None
    return experiment.training


def _first_layer(training: FormTraining) -> Normalise:
    """The layer that subtracts the mean of the points of a pair."""
    features: Any = training.network.features
    first: Normalise = features.layers[0]
    return first


def _strengths(grid: Grid, experiment: Experiment) -> np.ndarray:
    """λ of the step after each snapshot (weights, snapshots)."""
    whole = _training(experiment).recipe.steps
    ramp = [adapt_weight_at(min(step / whole, 1.0)) for step in snapshot_steps(grid.steps)]
    return np.outer(grid.weights, ramp)


def _multiples(grid: Grid, strengths: np.ndarray) -> np.ndarray:
    """The multiple of each true gradient that arrives through a form (forms, weights, snapshots, ARRIVALS)."""
    found = [
        [[list(FORMS[form].arriving(strength).values()) for strength in row] for row in strengths.tolist()]
        for form in grid.forms
    ]
    return np.array(found, np.float32)
