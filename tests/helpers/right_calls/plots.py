"""One right call of each public name of ``minidann.plots``."""

from dataclasses import replace
from functools import cache

import numpy as np
from helpers.image_pair import image_pair
from helpers.paper_rows import MANY, MISSING
from helpers.right_calls.adapt import SMALL, losses, network
from helpers.right_calls.compare import comparison, forms, rotated
from helpers.right_calls.data import pair
from helpers.right_calls.estimators import choices
from helpers.right_calls.games import path, quadratic, slices, verdict
from helpers.right_calls.probe import probed
from helpers.wrong_calls import call
from matplotlib.figure import Figure

from minidann import plots
from minidann.adapt import Training
from minidann.compare import compare
from minidann.estimators import DANNClassifier

HISTORY = [{"step": 0, "label_loss": 0.7, "domain_loss": 0.7, "domain_accuracy": 0.5, "adapt_weight": 0.0}]
SURE = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
POINTS, TWO = np.zeros((3, 2)), np.array([0, 1, 0])


ROWS = np.random.default_rng(0).standard_normal((6, 2))
ROW_LABELS, ROW_DOMAIN = np.array([0, 1, 0, 1, 0, 1]), np.array([1, 1, 1, -1, -1, -1])


@cache
def fitted_dann():
    return DANNClassifier(steps=2, random_state=0).fit(ROWS, ROW_LABELS, ROW_DOMAIN)


@cache
def axes(*shape):
    """Axes to draw on, the same ones for every call."""
    return Figure().subplots(*shape)


def of_bench(**more):
    """A row of the bench."""
    numbers = (
        "step_ms",
        "fastest_ms",
        "slowest_ms",
        "floor_ms",
        "by_floor",
        "minidann_by_this",
        "peak_mb",
        "import_mb",
    )
    return [dict.fromkeys(numbers, 2.0) | {"workload": "moons", "framework": "minidann"} | more]


def of_growth():
    """A row of the bench of growing networks."""
    return of_bench(varied="side", value=20)


@cache
def graph():
    return plots.draw_graph(losses().label_loss)


@cache
def layer_graph():
    return plots.LayerGraphDisplay.from_loss(losses(), network())


@cache
def normalised():
    """A network of a Normalise, a Dense and an activation."""
    return comparison().networks["dann"]


@cache
def images():
    return image_pair(np.random.default_rng(0), n=6)


@cache
def recording():
    training = Training(pair(), SMALL)
    made = plots.Recording(training, pair(), 2)
    training.fit(on_step=made)
    return made


@cache
def film():
    return plots.Film(recording(), 10, 20)


@cache
def histories_of_images():
    return compare(images(), replace(SMALL, features=(3,)), 0, ("source-only", "dann"))


DRAWN = {
    "BoundaryDisplay": lambda: plots.BoundaryDisplay.from_network(normalised(), pair()),
    "DistanceDisplay": lambda: plots.DistanceDisplay.from_paths({"a": path()}),
    "DuelDisplay": lambda: plots.DuelDisplay.from_histories({"a": HISTORY}),
    "FeaturesDisplay": lambda: plots.FeaturesDisplay.from_network(normalised(), pair()),
    "FieldDisplay": lambda: plots.FieldDisplay.from_game(quadratic()),
    "GradientsDisplay": lambda: plots.GradientsDisplay.from_probe(probed()),
    "HiddenUnitsDisplay": lambda: plots.HiddenUnitsDisplay.from_network(normalised(), pair()),
    "LossesDisplay": lambda: plots.LossesDisplay.from_histories({"a": HISTORY}),
    "ReliabilityDisplay": lambda: plots.ReliabilityDisplay.from_predictions(TWO, SURE),
    "SlicesDisplay": lambda: plots.SlicesDisplay.from_slices(slices()),
    "SpectrumDisplay": lambda: plots.SpectrumDisplay.from_verdicts({"a": verdict()}),
    "SurfaceDisplay": lambda: plots.SurfaceDisplay.from_game(quadratic()),
}


@cache
def drawn(name):
    return DRAWN[name]()


TWO_AXES = {"ReliabilityDisplay"}  # displays that are not drawn on one
OWN = {"SlicesDisplay": slices}  # displays that keep other things than they are made of

RIGHT = {
    **{f"plots.{name}": lambda n=name: call(getattr(plots, n), **_made(drawn(n))) for name in DRAWN if name not in OWN},
    **{f"plots.{name}": lambda n=name: call(getattr(plots, n), OWN[n]()) for name in OWN},
    **{
        f"plots.{name}.plot": lambda n=name: call(drawn(n).plot, axes(), "title")
        for name in DRAWN
        if name not in TWO_AXES
    },
    "plots.ReliabilityDisplay.plot": lambda: call(drawn("ReliabilityDisplay").plot, axes(2, 1), "title"),
    "plots.ReliabilityDisplay.from_predictions": lambda: call(
        plots.ReliabilityDisplay.from_predictions, TWO, SURE, np.array([1, -1, -1]), classes=np.array([0, 1]), bins=10
    ),
    "plots.BoundaryDisplay.from_network": lambda: call(
        plots.BoundaryDisplay.from_network, normalised(), pair(), "label", 4
    ),
    "plots.FeaturesDisplay.from_network": lambda: call(plots.FeaturesDisplay.from_network, normalised(), pair(), 4),
    "plots.HiddenUnitsDisplay.from_network": lambda: call(
        plots.HiddenUnitsDisplay.from_network, normalised(), pair(), 4
    ),
    "plots.ChoiceDisplay": lambda: call(plots.ChoiceDisplay, choices()),
    "plots.ChoiceDisplay.from_choices": lambda: call(plots.ChoiceDisplay.from_choices, choices()),
    "plots.ChoiceDisplay.plot": lambda: call(plots.ChoiceDisplay(choices()).plot, axes(3, 1)),
    "plots.DistanceDisplay.from_paths": lambda: call(plots.DistanceDisplay.from_paths, {"a": path()}, True, 0.5),
    "plots.DuelDisplay.from_histories": lambda: call(plots.DuelDisplay.from_histories, {"a": HISTORY}, 15),
    "plots.FieldDisplay.from_game": lambda: call(
        plots.FieldDisplay.from_game, quadratic(), {"a": path()}, np.zeros(2), 1.5
    ),
    "plots.GradientsDisplay.from_probe": lambda: call(plots.GradientsDisplay.from_probe, probed()),
    "plots.SlicesDisplay.from_slices": lambda: call(plots.SlicesDisplay.from_slices, slices()),
    "plots.SpectrumDisplay.from_verdicts": lambda: call(plots.SpectrumDisplay.from_verdicts, {"a": verdict()}),
    "plots.SurfaceDisplay.from_game": lambda: call(plots.SurfaceDisplay.from_game, quadratic(), np.zeros(2), 1.5),
    "plots.EmbeddingDisplay": lambda: call(plots.EmbeddingDisplay, {"a": np.zeros((6, 2))}, TWO, TWO),
    "plots.EmbeddingDisplay.from_networks": lambda: call(
        plots.EmbeddingDisplay.from_networks, {"a": normalised()}, pair(), 3, 0
    ),
    "plots.EmbeddingDisplay.plot": lambda: call(
        plots.EmbeddingDisplay({"a": np.zeros((6, 2))}, TWO, TWO).plot, axes(1, 2)
    ),
    "plots.FormsDisplay": lambda: call(plots.FormsDisplay, forms()),
    "plots.FormsDisplay.from_comparison": lambda: call(plots.FormsDisplay.from_comparison, forms()),
    "plots.FormsDisplay.plot": lambda: call(plots.FormsDisplay(forms()).plot, axes(1, 2), "title"),
    "plots.GradientHistoryDisplay": lambda: call(plots.GradientHistoryDisplay, HISTORY, "features", None, 1),
    "plots.GradientHistoryDisplay.from_history": lambda: call(
        plots.GradientHistoryDisplay.from_history, [{"step": 0, "features L_y": 1.0, "features L_d before": 1.0}]
    ),
    "plots.GradientHistoryDisplay.plot": lambda: call(
        plots.GradientHistoryDisplay(HISTORY, "features", None, 1).plot, axes(3, 1), "title"
    ),
    "plots.Film": lambda: call(plots.Film, recording(), 10, 20),
    "plots.Film.show": lambda: call(film().show, 0),
    "plots.Film.save_gif": lambda: call(film().save_gif, "film.gif"),
    "plots.Film.save_html": lambda: call(film().save_html, "film.html"),
    "plots.animate": lambda: call(plots.animate, recording(), 10, 20),
    "plots.GraphDisplay": lambda: call(plots.GraphDisplay, graph().nodes, ("L_y", "L_d")),
    "plots.GraphDisplay.from_loss": lambda: call(plots.GraphDisplay.from_loss, losses(), network()),
    "plots.GraphDisplay.plot": lambda: call(graph().plot, axes()),
    "plots.GraphDisplay.save_frames": lambda: call(graph().save_frames, "folder"),
    "plots.LayerGraphDisplay": lambda: call(plots.LayerGraphDisplay, graph().nodes, ("L_y", "L_d")),
    "plots.LayerGraphDisplay.from_loss": lambda: call(plots.LayerGraphDisplay.from_loss, losses(), network()),
    "plots.LayerGraphDisplay.plot": lambda: call(layer_graph().plot, axes()),
    "plots.LayerGraphDisplay.toggle": lambda: call(layer_graph().toggle, "label_head.0"),
    "plots.LayerGraphDisplay.save_frames": lambda: call(layer_graph().save_frames, "folder"),
    "plots.show_figure": lambda: call(plots.show_figure, Figure(), "01-1", "a blank page", "folder"),
    "plots.draw_graph": lambda: call(plots.draw_graph, losses(), network()),
    "plots.Recording": lambda: call(plots.Recording, Training(pair(), SMALL), pair(), 2),
    "plots.Recording.__call__": lambda: call(recording(), recording().training),
    "plots.Recording.network": lambda: call(recording().network, 0),
    "plots.Recording.history_until": lambda: call(recording().history_until, 0),
    "plots.BenchDisplay": lambda: call(plots.BenchDisplay, of_bench()),
    "plots.BenchDisplay.from_rows": lambda: call(plots.BenchDisplay.from_rows, of_bench()),
    "plots.BenchDisplay.plot": lambda: call(plots.BenchDisplay(of_bench()).plot, axes(1, 2), "title"),
    "plots.GrowthDisplay": lambda: call(plots.GrowthDisplay, of_growth()),
    "plots.GrowthDisplay.from_rows": lambda: call(plots.GrowthDisplay.from_rows, of_growth()),
    "plots.GrowthDisplay.plot": lambda: call(plots.GrowthDisplay(of_growth()).plot, axes(2, 3), "title"),
    "plots.RotationsDisplay": lambda: call(plots.RotationsDisplay, rotated()),
    "plots.RotationsDisplay.from_rows": lambda: call(plots.RotationsDisplay.from_rows, rotated()),
    "plots.RotationsDisplay.plot": lambda: call(plots.RotationsDisplay(rotated()).plot, axes(1, 2), "title"),
    "plots.PaperTableDisplay": lambda: call(plots.PaperTableDisplay, MANY, MISSING, "own head"),
    "plots.PaperTableDisplay.from_rows": lambda: call(plots.PaperTableDisplay.from_rows, MANY, MISSING, "linear SVM"),
    "plots.PaperTableDisplay.plot": lambda: call(plots.PaperTableDisplay(MANY, MISSING).plot, axes(2, 2), "title"),
    "plots.ContactSheetDisplay": lambda: call(
        plots.ContactSheetDisplay, [np.zeros((6, 6, 1))], [np.array([0])], 6, "title"
    ),
    "plots.ContactSheetDisplay.from_arrays": lambda: call(
        plots.ContactSheetDisplay.from_arrays, np.zeros((3, 6, 6, 1)), TWO, "title", 2
    ),
    "plots.ContactSheetDisplay.plot": lambda: call(
        plots.ContactSheetDisplay([np.zeros((6, 6, 1))], [np.array([0])], 6, "title").plot, axes(1, 1)
    ),
    "plots.SamplesDisplay": lambda: call(
        plots.SamplesDisplay, np.zeros((6, 6, 1)), np.zeros((6, 6, 1)), np.array([0]), 6, ("a", "b")
    ),
    "plots.SamplesDisplay.from_pair": lambda: call(plots.SamplesDisplay.from_pair, images(), 2, 2),
    "plots.SamplesDisplay.plot": lambda: call(plots.SamplesDisplay.from_pair(images(), 2, 2).plot, axes(1, 2), 40),
    "plots.digits_figure": lambda: call(plots.digits_figure, images(), histories_of_images(), Figure()),
    "plots.inspection_figure": lambda: call(plots.inspection_figure, probed(), HISTORY, "title"),
    "plots.journal_figure": lambda: call(plots.journal_figure, pair(), comparison(), Figure()),
    "plots.moons_figure": lambda: call(plots.moons_figure, pair(), comparison(), Figure()),
}

RIGHT |= {
    f"plots.{name}.from_estimator": lambda n=name, more=more: call(
        getattr(plots, n).from_estimator, fitted_dann(), ROWS, ROW_LABELS, **more
    )
    for name, more in {
        "BoundaryDisplay": {"sample_domain": ROW_DOMAIN, "head": "label", "points": 4},
        "FeaturesDisplay": {"X_target": ROWS, "y_target": ROW_LABELS, "points": 4},
        "ReliabilityDisplay": {"X_target": ROWS, "y_target": ROW_LABELS, "bins": 10},
        "GradientsDisplay": {"sample_domain": ROW_DOMAIN, "by": "layer", "points": 4},
    }.items()
} | {
    "plots.LossesDisplay.from_estimator": lambda: call(plots.LossesDisplay.from_estimator, fitted_dann(), 15),
    "plots.DuelDisplay.from_estimator": lambda: call(plots.DuelDisplay.from_estimator, fitted_dann(), 15),
}


def _made(display):
    """The arguments that made a display."""
    import inspect

    return {name: getattr(display, name) for name in inspect.signature(type(display)).parameters}
