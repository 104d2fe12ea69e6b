"""The forms of DANN side by side: the gradients that arrive, and the results of the runs."""

from __future__ import annotations

import math
from typing import Any

from .. import _validate
from ..compare.compare_forms import FormsComparison
from ..compare.reversal_forms import FORMS
from . import style
from .arguments import several_axes

BAR = 0.42  # share of a cell's width for a multiple of 1
COLOURS = {"L_y": style.LABEL_LOSS, "L_d": style.DOMAIN_LOSS}
SIGNS = FORMS["features"].arriving(1.0)  # the form of the paper


class FormsDisplay:
    """One row for each form. Left: the multiple of each true gradient that arrives. Right: accuracies.

    A bar to the right makes a loss smaller, a bar to the left larger. A bar with the wrong sign is hatched. After
    ``plot``: ``axes_`` (2,), ``figure_``.
    """

    def __init__(self, comparison: FormsComparison) -> None:
        self.comparison = comparison

    @classmethod
    def from_comparison(cls, comparison: FormsComparison) -> FormsDisplay:
        """The rows of a result of ``minidann.compare.compare_forms``."""
        _validate.instance("comparison", comparison, FormsComparison, "a result of minidann.compare.compare_forms")
        if not comparison.rows:
            raise ValueError("comparison: got one of no forms, expected at least one")
        return cls(comparison)

    def plot(self, axes: Any = None, title: str = "") -> FormsDisplay:
        """Draw on two ``axes`` side by side, or on a new figure if None."""
        from matplotlib.figure import Figure

        if axes is None:
            size = (12.5, 1.6 + 0.55 * len(self.comparison.rows))
            axes = Figure(size, layout="constrained").subplots(1, 2, sharey=True, width_ratios=(3, 2))
        _validate.text("title", title)
        self.axes_ = arriving, learnt = tuple(several_axes("axes", axes, 2))
        self.figure_ = arriving.figure
        self._plot_arriving(arriving)
        self._plot_learnt(learnt)
        rows = self.comparison.rows
        arriving.set_yticks(range(len(rows)), [f"{row['title']}\n{row['formula']}" for row in rows])
        arriving.set(ylim=(len(rows) - 0.5, -0.5), title=f"the gradient that updates each part (λ = {self._weight})")
        learnt.set_title("what it learns")
        if title:
            self.figure_.suptitle(title)
        return self

    @property
    def _weight(self) -> str:
        return f"{self.comparison.adapt_weight:g}"

    def _plot_arriving(self, ax: Any) -> None:
        """One column for each gradient. A bar starts in the middle of its cell."""
        longest = max((abs(row[name]) for row in self.comparison.rows for name in SIGNS), default=1.0) or 1.0
        for x, (name, sign) in enumerate(SIGNS.items()):
            ax.axvline(x, color=style.CHANCE, lw=0.8, zorder=0)
            for y, row in enumerate(self.comparison.rows):
                value = row[name]
                if not math.isfinite(value):
                    continue
                wrong = value * sign < -1e-6
                look: dict[str, Any] = {"color": COLOURS[name.split()[0]]}
                if wrong:
                    look = {"facecolor": "white", "edgecolor": style.WRONG, "hatch": "////"}
                ax.barh(y, BAR * value / longest, 0.5, left=x, **look)
                text = "0" if abs(value) < 5e-4 else f"{value:+.2g}".replace("-", "−")
                aside = (x + 0.04, "left") if value < 0 else (x - 0.04, "right")  # beside the bar
                ax.text(aside[0], y, text, ha=aside[1], va="center", color=style.WRONG if wrong else "black")
        ax.set_xticks(range(len(SIGNS)), list(SIGNS))
        ax.set_xlim(-0.5, len(SIGNS) - 0.5)
        ax.set_xlabel("← makes the loss larger      multiple of the true gradient      smaller →")
        ax.tick_params(length=0)
        ax.spines[["top", "right", "left"]].set_visible(False)

    def _plot_learnt(self, ax: Any) -> None:
        """The accuracies, and the domain loss as a number."""
        for y, row in enumerate(self.comparison.rows):
            ax.barh(y, row["target"], 0.5, color=style.TARGET, label="target" if not y else None)
            ax.plot(row["source"], y, "D", color=style.SOURCE, mec="black", ms=7, label="" if y else "source", ls="")
            domain = row["L_d"]
            said = f"L_d {domain:.2f}" if domain < 10 else f"L_d {domain:,.0f}"
            if row["diverged_at_step"] is not None:
                said = f"diverged, step {row['diverged_at_step']}"
            ax.text(1.04, y, f"{row['target']:.0%}   {said}", va="center", fontsize=10)
        ax.set(xlim=(0, 1.45), xticks=(0, 0.5, 1), xlabel="accuracy on test points")
        ax.spines[["top", "right"]].set_visible(False)
        style.legend_below(ax)
