"""The figure of ``minidann inspect``: the present gradients, and their history or that of the losses."""

from __future__ import annotations

from typing import Any

from ... import _validate
from ...probe import Probe
from ...probe.recorder import recorded
from .. import style
from ..curves import DuelDisplay, History, LossesDisplay
from ..gradients import GradientHistoryDisplay, GradientsDisplay

SIZE, LETTERS = (16, 10), 14  # inches, points: the smallest letters, 0.9 of these, have 14 pixels on 1280 × 800


def inspection_figure(probe: Probe, history: History, title: str = "") -> Any:
    """Left: the probe. Right: the recorded gradients over training, or without a recorder the losses."""
    from matplotlib import rc_context

    _validate.instance("probe", probe, Probe, "a result of minidann.probe.probe")
    _validate.rows("history", history)
    _validate.text("title", title)
    with rc_context({"font.size": LETTERS}):
        return _draw(probe, history, title)


def _draw(probe: Probe, history: History, title: str) -> Any:
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=SIZE, layout="constrained")
    figure.suptitle(title)
    left, right = figure.subfigures(1, 2, width_ratios=[11, 8])
    GradientsDisplay.from_probe(probe).plot(left.subplots(), "the gradients of one batch")
    if recorded(history):
        axes = right.subplots(3, 1, sharex=True, height_ratios=(3, 2, 1))
        GradientHistoryDisplay.from_history(history).plot(axes)
        right.suptitle("over training", fontsize="large")
        for ax in axes[:2]:
            if ax.get_legend() is not None:  # above its axes, because columns are narrow
                ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncol=2, frameon=False, columnspacing=1)
    elif any("label_loss" in row for row in history):
        losses, duel = right.subplots(2, 1)
        LossesDisplay.from_histories({"this run": history}).plot(losses, "losses over training (running mean)")
        DuelDisplay.from_histories({"this run": history}).plot(duel, "λ, and the accuracy of the domain head")
        for ax in (losses, duel):
            style.legend_below(ax, ncol=1)
    else:
        right.text(0.5, 0.5, "no step has been made yet", ha="center")
    for ax in figure.axes:
        ax.tick_params(labelsize=0.9 * LETTERS)  # ticks are made when the figure is drawn
    return figure
