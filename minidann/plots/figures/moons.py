"""The two figures of ``minidann moons``, composed of Displays, on a new figure or on a given one."""

from __future__ import annotations

from typing import Any

from ... import _validate
from ...compare.methods import Comparison
from ...data.pairs import DomainPair
from ..arguments import check_figure, check_methods
from ..boundary import BoundaryDisplay
from ..curves import DuelDisplay, LossesDisplay
from ..features import FeaturesDisplay, HiddenUnitsDisplay
from ..style import SHOWN, legend_below, score


def moons_figure(pair: DomainPair, comparison: Comparison, figure: Any = None) -> Any:
    """Source only above, DANN below: boundary and features. Right: their losses, λ and domain accuracy."""
    figure, axes = _first_panels(figure, 3, pair, comparison)
    histories = {name: comparison.histories[method] for method, name in SHOWN.items()}
    LossesDisplay.from_histories(histories).plot(axes[0, 2], "losses (running mean)")
    DuelDisplay.from_histories(histories).plot(axes[1, 2], "λ, and the accuracy of the domain head")
    axes[0, 2].legend(loc="center right", bbox_to_anchor=(1, 0.65))  # between the curves
    axes[1, 2].legend(loc="lower right")
    return figure


def journal_figure(pair: DomainPair, comparison: Comparison, figure: Any = None) -> Any:
    """The panels of JMLR 2016, Fig.

    2: label boundary, features, domain boundary, hidden units. Source only is above.
    """
    figure, axes = _first_panels(figure, 4, pair, comparison)
    for row, (method, name) in enumerate(SHOWN.items()):
        network = comparison.networks[method]
        BoundaryDisplay.from_network(network, pair, head="domain").plot(axes[row, 2], f"domain head of {name}")
        HiddenUnitsDisplay.from_network(network, pair).plot(axes[row, 3], "where each hidden unit is half on")
    legend_below(axes[1, 2], markerscale=1.6)
    return figure


def _first_panels(figure: Any, columns: int, pair: DomainPair, comparison: Comparison) -> tuple[Any, Any]:
    """The first panels of both figures: a row for each method with its boundary and features; and the empty panels."""
    from matplotlib.figure import Figure

    _validate.instance("pair", pair, DomainPair)
    _validate.instance("comparison", comparison, Comparison)
    check_methods(comparison, SHOWN)
    check_figure(figure)
    # a Figure without pyplot: it needs no display, and leaves the user's backend and figures alone
    figure = Figure(layout="constrained") if figure is None else figure
    figure.set_size_inches(5 * columns, 9)
    seed = comparison.rows[0]["seed"]
    figure.suptitle(f"{pair.name}, seed {seed}. The points are test points: no method trained on them.")
    axes = figure.subplots(2, columns)
    accuracy = {row["method"]: row["target_accuracy"] for row in comparison.rows}
    for (boundary, features, *_), (method, name) in zip(axes, SHOWN.items()):
        network = comparison.networks[method]
        BoundaryDisplay.from_network(network, pair).plot(boundary, f"{name}: {score(accuracy[method])}")
        FeaturesDisplay.from_network(network, pair).plot(features, f"features of {name}")
    for ax in axes[1, :2]:
        legend_below(ax, markerscale=1.6)
    return figure, axes
