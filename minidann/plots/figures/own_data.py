"""The figure of ``minidann run``: features of both domains, losses, λ and domain accuracy."""

from __future__ import annotations

from typing import Any

from ...compare.methods import Comparison
from ...data.pairs import DomainPair
from .. import style
from ..curves import DuelDisplay, LossesDisplay
from ..embedding import EmbeddingDisplay


def own_data_figure(pair: DomainPair, comparison: Comparison, figure: Any = None) -> Any:
    """Left: the features of source only above, of DANN below, by t-SNE. Right: losses, λ, domain accuracy."""
    from matplotlib.figure import Figure

    # a Figure without pyplot: it needs no display, and leaves the user's backend and figures alone
    figure = Figure(layout="constrained") if figure is None else figure
    figure.set_size_inches(13, 9)
    seed = comparison.rows[0]["seed"]
    figure.suptitle(f"{pair.name}, seed {seed}. The points are test examples: no method trained on them.")
    left, right = figure.subfigures(1, 2, width_ratios=[8, 5])
    accuracy = {row["method"]: row["target_accuracy"] for row in comparison.rows}
    networks = {name: comparison.networks[method] for method, name in style.SHOWN.items()}
    axes = EmbeddingDisplay.from_networks(networks, pair).plot(left.subplots(2, 2)).axes_
    for (by_domain, by_class), (method, name) in zip(axes, style.SHOWN.items()):
        by_domain.set_title(f"{name}: {style.score(accuracy[method])}")
        by_class.set_title(f"{name}, by class")
    histories = {name: comparison.histories[method] for method, name in style.SHOWN.items()}
    losses, duel = right.subplots(2, 1)
    LossesDisplay.from_histories(histories).plot(losses, "losses (running mean)")
    DuelDisplay.from_histories(histories).plot(duel, "λ, and the accuracy of the domain head")
    for ax in (losses, duel):
        style.legend_below(ax, fontsize=9, columnspacing=0.8, handlelength=1.4)
    return figure
