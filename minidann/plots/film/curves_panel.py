"""The curves of a frame: losses on the left axis, accuracies and λ on the right one, and the events of the run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import style
from ..curves import History, recorded_values
from .legend import TEXT, key

WINDOW = 10  # rows of history in one point of a curve; in a long run a thousandth of its steps
TOP = 2 * math.log(2)  # of the losses: an accuracy of 1/2 on the right then lies at ln 2, and both are a guess
SCALES = (1, 2, 3, 4, 5, 10, 20, 50, 100)  # λ is divided by one of them, to stay below 1
BESIDE = 14  # the size of the two titles, one beside the other
WORDS = 3  # of the last events, in rows above the curves; the older ones keep their lines
ROW = 1.25  # the height of a row, in heights of a letter
HIGHEST = 1.05  # the visible part, as a share of TOP
Scores = Sequence[tuple[int, float]]  # (step, share of right answers)


class CurvesPanel:
    """The losses, the accuracies and λ up to the present step, with a line at each event.

    A loss above TOP, or a λ above its axis, leaves a mark ▲ there: a changing scale cannot be read. ``largest``: the
    largest λ to make room for. ``before``: name the run before in the key.
    """

    def __init__(self, ax: Any, steps: int, letters: float, largest: float = 1.0, before: bool = False) -> None:
        from matplotlib.transforms import Affine2D

        self.ax, self._letters = ax, letters
        self.scale = next((scale for scale in SCALES if largest <= scale), math.ceil(largest))
        looks = {name if name != "λ" or self.scale == 1 else f"λ / {self.scale}": look for name, look in CURVES.items()}
        looks |= {"before": SCORES["before"]} if before else {}
        right = Affine2D().scale(1, TOP) + ax.transData  # 1 on the right axis is TOP on the left one
        self._losses = {column: ax.plot([], [], label=name, **CURVES[name])[0] for column, name in LOSSES.items()}
        self._scores = {name: ax.plot([], [], label=name, **look, transform=right)[0] for name, look in SCORES.items()}
        self._weight = ax.plot([], [], label="λ", **CURVES["λ"], transform=right)[0]
        small: dict[str, Any] = {"ms": 9 * letters, "mec": "white", "mew": 0.5}
        self._marks = {
            name: ax.plot([], [], "^", color=line.get_color(), label=f"▲ {name}", **small)[0]
            for name, line in (*self._losses.items(), ("adapt_weight", self._weight))
        }
        self._chance = ax.axhline(math.log(2), label="a guess", **CURVES["a guess"])
        (self._now,) = ax.plot([0, 0], [0, HIGHEST * TOP], color="0.75", lw=5, zorder=0, label="now")
        self._events = ax.plot([], [], color="0.35", lw=0.9, zorder=1, label="events")[0]
        self._words: list[Any] = []
        # snapshots are closer together at the beginning: on this scale they pass evenly
        ax.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0)), np.square))
        ax.set(ylim=(0, HIGHEST * TOP))
        ax.set_yticks((0, 0.5, 1), ("0", "0.5", "1"))
        self.reach(steps)
        across = ax.secondary_yaxis("right", functions=(lambda y: y / TOP, lambda share: share * TOP))
        across.set_yticks((0, 0.5, 1), ("0", "0.5", "1"))
        for axis in (ax, across):
            axis.tick_params(labelsize=TEXT * letters)
        ax.set_title("← losses (nats)", loc="left", fontsize=BESIDE * letters)
        ax.set_title("accuracy, λ →", loc="right", fontsize=BESIDE * letters)
        key(ax, looks, letters)

    def reach(self, steps: int) -> None:
        """Make room for this number of steps."""
        self.steps, self._window = steps, max(WINDOW, steps // 1000)
        self.ax.set(xlim=(0, steps), xticks=sorted({round(steps * share**2) for share in (0, 0.25, 0.5, 0.75, 1)}))
        self.ax.minorticks_off()

    @property
    def moving(self) -> list[Any]:
        lines = *self._losses.values(), *self._scores.values(), self._weight
        return [self._now, self._events, *lines, self._chance, *self._marks.values()]

    @property
    def seldom(self) -> list[Any]:
        """The words of the events: they change with the events only, and letters are slow."""
        return self._words

    def draw(
        self,
        history: History,
        step: int,
        scores: Mapping[str, Scores] | None = None,
        events: Sequence[tuple[int, str]] = (),
    ) -> None:
        """Move all curves. ``scores``: accuracies by the names in ACCURACIES, and "before", its target accuracies.

        ``events``: (step, words) of changes during the run.
        """
        if step > self.steps:
            self.reach(2 * self.steps)
        for column, line in self._losses.items():
            self._move(column, line, *trailing_mean(history, column, self._window), TOP)
        steps, weights = recorded_values(history, "adapt_weight")
        self._move("adapt_weight", self._weight, steps, weights / self.scale, 1.0)
        for name, line in self._scores.items():
            line.set_data(*np.array((scores or {}).get(name, ()), float).reshape(-1, 2).T)
        self._now.set_xdata([step, step])
        self._show_events(events)

    def _move(self, name: str, line: Any, steps: np.ndarray, values: np.ndarray, top: float) -> None:
        """Move a line, and the marks ▲ where it leaves the axis."""
        above = np.concatenate([[False], values > top, [False]])
        inside, leaves = above[1:-1], above[1:-1] & ~above[:-2]
        edge = leaves | (inside & ~above[2:])  # the curve is drawn up to the edge, and not beyond it
        line.set_data(steps, np.where(edge, HIGHEST * top, np.where(inside, math.nan, values)))
        self._marks[name].set_data(steps[leaves], np.full(leaves.sum(), TOP))

    def _show_events(self, events: Sequence[tuple[int, str]]) -> None:
        at = np.array([step for step, _ in events], float)
        self._events.set_data(np.repeat(at, 3), np.tile((0, 2 * TOP, math.nan), len(at)))
        shown = [(step, words) for step, words in events[-WORDS:] if words]
        if shown == [(text.get_position()[0], text.get_text()) for text in self._words]:
            return
        for text in self._words:
            text.remove()
        high = 72 * self.ax.get_window_extent().height / self.ax.figure.dpi
        row = min(ROW * TEXT * self._letters / high, 0.2)  # as a share of the axis
        top = HIGHEST * TOP / (1 - row * len(shown))
        self.ax.set_ylim(0, top)
        self._words = [
            self.ax.text(
                step,
                HIGHEST * TOP + top * row * ((len(events) - len(shown) + i) % len(shown)),
                words,
                ha="left" if step < self.steps / 4 else "right",  # the middle of the scale of √steps
                va="bottom",
                fontsize=TEXT * self._letters,
                color="0.2",
                zorder=3,
            )
            for i, (step, words) in enumerate(shown)
        ]


def trailing_mean(history: History, column: str, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values of a column. Each value is the mean of itself and of the window − 1 values before it.

    A point that is drawn once then stays when the history grows.
    """
    steps, values = recorded_values(history, column)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(steps) + 1)
    starts = np.maximum(ends - window, 0)
    return steps, (sums[ends] - sums[starts]) / (ends - starts)


LOSSES = {"domain_loss": "domain loss", "label_loss": "label loss"}  # columns of a history, and their names
ACCURACIES = ("source", "target")
CURVES: dict[str, dict[str, Any]] = {
    "domain loss": {"color": style.DOMAIN_LOSS, "lw": 2.6},
    "label loss": {"color": style.LABEL_LOSS, "lw": 2.6, "ls": ":"},
    "target": {"color": style.TARGET, "lw": 2.4},
    "source": {"color": style.SOURCE, "lw": 1.4},
    "λ": {"color": style.LAMBDA, "lw": 1.8, "ls": "-."},
    "a guess": {"color": style.CHANCE, "lw": 1.4, "ls": "--"},
}
SCORES = {"before": {"color": style.TARGET, "lw": 1.2, "ls": "--"}} | {name: CURVES[name] for name in ACCURACIES}
