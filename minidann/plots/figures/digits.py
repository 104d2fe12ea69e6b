"""The figure of ``minidann digits``, composed of Displays, on a new figure or on a given one."""

from __future__ import annotations

from typing import Any

from ... import _validate
from ...compare.methods import Comparison
from ...data.pairs import DomainPair
from .. import style
from ..arguments import check_figure, check_methods
from ..curves import DuelDisplay, LossesDisplay, recorded_values
from ..embedding import EmbeddingDisplay
from ..samples import SamplesDisplay


def digits_figure(pair: DomainPair, comparison: Comparison, figure: Any = None) -> Any:
    """Left: samples of both domains. Middle: features of source only above, of DANN below. Right: losses, λ, domain
    accuracy.

    If the histories have the target accuracy, it is shown below the samples.
    """
    from matplotlib.figure import Figure

    _validate.instance("pair", pair, DomainPair)
    _validate.instance("comparison", comparison, Comparison)
    check_methods(comparison, style.SHOWN)
    check_figure(figure)
    # a Figure without pyplot: it needs no display, and leaves the user's backend and figures alone
    figure = Figure(layout="constrained") if figure is None else figure
    if figure.get_layout_engine() is None:
        figure.set_layout_engine("constrained")  # otherwise titles would overlap
    figure.set_size_inches(16, 9)
    seed = comparison.rows[0]["seed"]
    figure.suptitle(f"{pair.name}, seed {seed}. Images and points are test examples: no method trained on them.")
    left, middle, right = figure.subfigures(1, 3, width_ratios=[4.2, 6.8, 5])

    histories = {name: comparison.histories[method] for method, name in style.SHOWN.items()}
    if any("target_accuracy" in row for history in histories.values() for row in history):
        top, bottom = left.subfigures(2, 1, height_ratios=[62, 38])
        SamplesDisplay.from_pair(pair, columns=4).plot(top, wrap=22)
        _plot_target_accuracy(bottom.subplots(), comparison)
    else:  # the samples then have the whole column
        SamplesDisplay.from_pair(pair, columns=3).plot(left, wrap=22)

    accuracy = {row["method"]: row["target_accuracy"] for row in comparison.rows}
    networks = {name: comparison.networks[method] for method, name in style.SHOWN.items()}
    axes = EmbeddingDisplay.from_networks(networks, pair).plot(middle.subplots(2, 2)).axes_
    for (by_domain, by_class), (method, name) in zip(axes, style.SHOWN.items()):
        by_domain.set_title(f"{name}: {style.score(accuracy[method])}")
        by_class.set_title(f"{name}, by class")

    losses, duel = right.subplots(2, 1)
    LossesDisplay.from_histories(histories).plot(losses, "losses (running mean)")
    DuelDisplay.from_histories(histories).plot(duel, "λ, and the accuracy of the domain head")
    for ax in (losses, duel):
        # a little to the left, because the numbers of the axis stand there
        style.legend_below(ax, fontsize=9, columnspacing=0.8, handlelength=1.4, bbox_to_anchor=(0.46, 0))
    return figure


def _plot_target_accuracy(ax: Any, comparison: Comparison) -> None:
    """The target-test accuracy over the shown runs, with that of training on the target, if it ran."""
    for (method, name), colour in zip(style.SHOWN.items(), (style.SOURCE_ONLY, style.DANN)):
        steps, values = recorded_values(comparison.histories[method], "target_accuracy")
        if len(steps):
            ax.plot(steps, values, "o-", color=colour, lw=1.6, label=name)
    for row in comparison.rows:
        if row["method"] == "target-only" and row["target_accuracy"] is not None:
            ax.axhline(row["target_accuracy"], color=style.CHANCE, lw=1, ls=":", label="train on target, at its end")
    ax.set(
        title="target-test accuracy\nfor reading only: no setting was chosen by it", xlabel="step", ylabel="share right"
    )
    style.legend_below(ax, fontsize=9, columnspacing=0.8, handlelength=1.4)
