"""The gradients that arrive along a network, at one moment and over a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np

from .. import _validate
from ..engine.tensor import Tensor
from ..probe import Probe, probe
from ..probe.gradients import BY, norm
from ..probe.recorder import recorded
from ..probe.tables import Row, show
from . import style
from .arguments import check_drawing, several_axes
from .curves import History, running_mean
from .estimator_rows import CHOICE_SEED, estimator_rows, last_step

LETTERS = 0.9  # of the numbers, as a share of matplotlib's font size
ROW, LANE = 2.9, 3.3  # in letters: from line to line, and from the arrow of one loss to the next
NUMBER = 0.22  # room for the number at the end of a bar, as a share of the longest bar


@dataclass
class Arrival:
    """The gradient of one loss at one row: its norm with the reversals at +1, and its norm with the reversals."""

    before: float
    after: float
    below: bool  # a reversal: only below it the two norms differ
    turned: bool  # the sign of the gradient on its way


@dataclass
class Line:
    """One line of the picture: a row of the probe, a reversal with its factor, or a caption of the lines below."""

    text: str
    arrivals: dict[str, Arrival] = field(default_factory=dict)  # by loss; empty in a caption
    factor: float | None = None
    cosines: list[str] = field(default_factory=list)  # of each other loss, with the first loss

    def said(self) -> str:
        """The words of a caption or of a reversal."""
        if self.factor is None:
            return self.text
        # + 0.0, because −0 would be written
        return f"{' and '.join(f'∂{loss}' for loss in self.arrivals)} × {self.factor + 0.0:.3g}".replace("-", "−")


class GradientsDisplay:
    """The gradient of each loss along a network, at each row of a probe, before and after the reversal.

    From the top: the heads, each from its loss down; the reversal; the layers below it, down to the inputs. The length
    of a bar is a norm, on a square-root scale for small norms. Its side is the sign: a gradient that the reversal has
    multiplied by −λ goes to the left. A hollow bar at the right is the gradient with the node at +1. Arrows at the left
    show the way of the gradients; a dotted arrow carries nothing. The losses themselves are left out: their gradient is
    1.

    ``lines``: the lines from the top. After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, lines: list[Line], losses: tuple[str, ...]) -> None:
        self.lines, self.losses = lines, losses

    @classmethod
    def from_probe(cls, probe: Probe) -> GradientsDisplay:
        """The lines of a result of ``minidann.probe.probe``, by node, layer, parameter or part."""
        _validate.instance("probe", probe, Probe, "a result of minidann.probe.probe")
        return cls(_lines(probe), probe.names)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        sample_domain: Any = None,
        *,
        X_target: Any = None,
        by: str = "layer",
        points: int = 64,
    ) -> GradientsDisplay:
        """The gradients of L_y and L_d that one more training step of a fitted DANNClassifier would have.

        ``sample_domain`` (n,): at least 0 for source rows, below 0 for target rows; or the target comes as
        ``X_target``, and X is the source. ``y`` (n,): the labels of source rows. The batch is ``points`` random rows of
        each domain, as in training; λ is that of the last step of a ramp. ``by``: one line for each "node", "layer",
        "parameter" or "part". Raises ValueError without a source row, and without a target row if there was one in
        ``fit``.
        """
        _validate.one_of("by", by, BY)
        _validate.whole_number("points", points, least=1)
        rows = estimator_rows(estimator, X, y, sample_domain, X_target, None, "network_inputs").some(points)
        last, source = last_step(rows.estimator), rows.is_source
        with_domain_loss = last.recipe_.domain_weight > 0
        for domain, found in (("source", source), ("target", ~source)):
            if not found.any() and (with_domain_loss or domain == "source"):
                raise ValueError(f"sample_domain: got no {domain} row, expected at least one, for the losses")
        if (rows.labels[source] == style.UNKNOWN).any():
            raise ValueError(f"y: got {_validate.shown(y)}, expected the labels of the source rows, for L_y")
        inputs = rows.result("network_inputs")
        network = last.network_.copy()  # a pass of training changes the statistics of batch normalisation
        batch = inputs[source], rows.labels[source], inputs[~source]
        rng = np.random.default_rng(CHOICE_SEED)
        losses = network.losses(*batch, last.recipe_.adapt_weight, with_domain_loss, rng)
        return cls.from_probe(probe(losses, network, by))

    def plot(self, ax: Any = None, title: str = "") -> GradientsDisplay:
        """Draw on ``ax``, or on a new figure if None: names and arrows at the left, cosines at the right."""
        from matplotlib import rcParams
        from matplotlib.figure import Figure

        check_drawing(ax, title)
        pitch, letters = 0.0, LETTERS * rcParams["font.size"]
        if ax is None:
            pitch = letters * (ROW if len(self.lines) < 20 else 0.8 * ROW)
            size = (11, (len(self.lines) * pitch + 130) / 72)
            ax = Figure(figsize=size, layout="constrained").add_subplot()
        self.ax_, self.figure_ = ax, ax.figure
        # each loss has its number in a line, also on low axes
        pitch = pitch or ax.get_window_extent().height * 72 / ax.figure.dpi / len(self.lines)
        self._text: dict[str, Any] = {"fontsize": min(letters, 0.78 * pitch / max(2, len(self.losses))), "va": "center"}
        for y, line in enumerate(self.lines):
            if line.factor is not None:
                ax.axhspan(y - 0.4, y + 0.4, color=style.REVERSAL, lw=0)
                self._write(0, y, line.said(), weight="bold", fontsize=1.2 * self._text["fontsize"])
            elif not line.arrivals:
                self._write(0, y, line.said(), style="italic", color="0.35")
            else:
                for i, loss in enumerate(line.arrivals):
                    height = 0.84 / max(2, len(self.losses))
                    self._plot_bars(y + (i + 0.5 - len(line.arrivals) / 2) * height, loss, line.arrivals[loss])
        self._plot_cosines()
        for i in range(len(self.losses)):
            self._plot_arrow(i)
        self._plot_frame(title)
        return self

    def _plot_bars(self, y: float, loss: str, arrival: Arrival) -> None:
        """The bar of one loss in one line, or two bars below a reversal, with their norms."""
        before, after = _length(arrival.before), _length(arrival.after)
        look: dict[str, Any] = {"height": 0.62 / max(2, len(self.losses)), "color": self._colour(loss)}
        if not arrival.below:
            self.ax_.barh(y, after, **look)
            self._write(after, y, _number(arrival.after))
            return
        self.ax_.barh(y, before, look["height"], color="none", edgecolor=look["color"])
        if arrival.turned:
            self.ax_.barh(y, -after, **look)
            self._write(before, y, _number(arrival.before))
            self._write(-after, y, _number(arrival.after), left=True)
        else:  # two reversals: on the same side again
            self.ax_.barh(y, after, look["height"] / 2, color=look["color"])
            self._write(max(before, after), y, f"{_number(arrival.before)} → {_number(arrival.after)}")

    def _write(self, x: float, y: float, text: str, left: bool = False, **look: Any) -> None:
        """Text beside a point: after the end of a bar, or after the line of 0."""
        where: dict[str, Any] = {"xytext": (-3 if left else 3, 0), "ha": "right" if left else "left"}
        self.ax_.annotate(text, (x, y), textcoords="offset points", **where, **self._text | look)

    def _colour(self, loss: str) -> str:
        return style.loss_colours(self.losses)[loss]

    def _plot_cosines(self) -> None:
        """At the right of two gradients: whether they point the same way (+1) or opposite ways (−1)."""
        lines = {y: "\n".join(line.cosines) for y, line in enumerate(self.lines) if line.cosines}
        if lines:
            others = f": {', '.join(f'∂{loss}' for loss in self.losses[1:])}" * (len(self.losses) > 2)
            sides = "\nbefore → after" * any("→" in text for text in lines.values())
            lines[0] = f"cosine with ∂{self.losses[0]}{others}{sides}"
        for y, text in lines.items():
            self.ax_.text(1.01, y, text, transform=self.ax_.get_yaxis_transform(), **self._text)

    def _plot_arrow(self, i: int) -> None:
        """The way of loss ``i`` down the lines, at the left, with the sign of each reversal on it."""
        from matplotlib.transforms import ScaledTranslation

        ax, loss, colour = self.ax_, self.losses[i], self._colour(self.losses[i])
        reached = [y for y, line in enumerate(self.lines) if loss in line.arrivals]
        if not reached:
            return
        shift = ScaledTranslation(
            (i - len(self.losses) + 0.5) * LANE * self._text["fontsize"] / 72, 0, ax.figure.dpi_scale_trans
        )
        lane: dict[str, Any] = {"transform": ax.get_yaxis_transform() + shift, "clip_on": False}
        start, flows = reached[0] - 1, [y for y in reached if self.lines[y].arrivals[loss].after]
        flows += [y for y, line in enumerate(self.lines) if not line.arrivals and {y - 1, y + 1} <= set(flows)]
        for flowing, stretch in groupby(range(start, reached[-1] + 1), lambda y: y in flows or y == start):
            ys = list(stretch)
            ends = max(start, ys[0] - 0.5), ys[-1] + (0.2 if ys[-1] == reached[-1] else 0.5)
            ax.plot([0, 0], ends, color=colour, lw=3 if flowing else 1.2, ls="-" if flowing else ":", **lane)
        signs = {y: "−" if line.factor else "0" for y, line in enumerate(self.lines) if line.factor is not None}
        if flows and max(flows) not in signs:
            ax.plot(0, max(flows) + 0.25, "v", color=colour, ms=10, **lane)
        badges = {start: f"∂{loss}"} | {y: sign for y, sign in signs.items() if y in reached}
        for y, text in badges.items():
            inside = style.REVERSAL if y in signs else "white"
            box = {"boxstyle": "round,pad=0.3", "facecolor": inside, "edgecolor": colour}
            ax.text(0, y, text, ha="center", bbox=box, **lane, **self._text)

    def _plot_frame(self, title: str) -> None:
        """The names at the left, the scale below, and the meaning of colours and sides."""
        from matplotlib.patches import Patch

        ax, every = self.ax_, [a for line in self.lines if line.factor is None for a in line.arrivals.values()]
        longest = max((_length(norm) for a in every for norm in (a.before, a.after)), default=0) or 1.0
        turned = [_length(a.after) for a in every if a.turned]
        number = longest * NUMBER * max(1.0, self._text["fontsize"] / 9)  # large letters need more room
        ax.set_xlim(-max(turned, default=0) - number * bool(turned), longest + number)
        ax.set_ylim(len(self.lines) - 0.5, -0.5)
        top = _round_below(longest * longest)
        ticks = [x for share in (1, 0.5) for x in (-share * top**0.5, share * top**0.5) if x >= -max(turned, default=0)]
        ax.set_xticks([0, *ticks], [_number(x * x) for x in (0, *ticks)])
        named = [y for y, line in enumerate(self.lines) if line.arrivals]
        ax.set_yticks(named, [self.lines[y].text for y in named])
        ax.tick_params(
            axis="y",
            length=0,
            pad=len(self.losses) * LANE * self._text["fontsize"] + 6,
            labelsize=self._text["fontsize"],
        )
        ax.axvline(0, color="black", lw=0.8)
        ax.spines[["top", "right", "left"]].set_visible(False)
        low, high = ax.get_xlim()
        ax.set_title(title)
        ax.set_xlabel("norm of the gradient (square-root scale)", x=-low / (high - low), ha="left")
        if turned:
            beside = {"xycoords": ax.xaxis.label, "textcoords": "offset points", "ha": "right", "va": "center"}
            ax.annotate("← sign turned", (0, 0.5), xytext=(-12, 0), fontsize=ax.xaxis.label.get_fontsize(), **beside)
        handles = [Patch(color=self._colour(loss), label=f"∂{loss} as it arrives") for loss in self.losses]
        if any(a.below for a in every):
            handles.append(Patch(facecolor="none", edgecolor="0.3", label="before: with the reversal at +1"))
        style.legend_below(ax, handles=handles, ncol=len(handles), columnspacing=1, handlelength=1.2)


class GradientHistoryDisplay:
    """The rows of a GradientRecorder over the steps: norms, cosine and λ, in three panels.

    ``at``: the recorded part or layer; by default the one below the reversal and next to it. The first one above the
    reversal is drawn too: there L_d arrives unchanged. On the logarithmic scale "before" and "after" differ by log λ.
    At λ = 0 "after" is 0, and lies below the lower edge. After ``plot``: ``axes_`` (3,), ``figure_``.
    """

    def __init__(self, history: History, at: str, above: str | None, window: int) -> None:
        self.history, self.at, self.above, self.window = history, at, above, window

    @classmethod
    def from_history(cls, history: History, at: str | None = None, window: int = 1) -> GradientHistoryDisplay:
        """The curves of a ``Training.history``, smoothed by a running mean over ``window`` recorded rows.

        Raises ValueError for a history without rows of a recorder, and for an ``at`` that is not in them.
        """
        rows = recorded(_validate.rows("history", history))
        _validate.whole_number("window", window, least=1)
        if not rows:
            raise ValueError("history: got no recorded rows, expected a history of fit(recorder=GradientRecorder())")

        def having(ending: str) -> list[str]:
            return [column.removesuffix(ending) for column in rows[0] if column.endswith(ending)]

        every = list(dict.fromkeys([*having(" L_y"), *having(" L_d before"), *having(" L_d")]))
        at = [*every[:1], *having(" L_d before")][-1] if at is None else _validate.one_of("at", at, every)
        return cls(rows, at, next(iter(having(" L_d")), None), window)

    def plot(self, axes: Any = None, title: str = "") -> GradientHistoryDisplay:
        """Draw on three ``axes`` from the top, or on a new figure if None."""
        from matplotlib.figure import Figure

        if axes is None:
            shape: dict[str, Any] = {"sharex": True, "height_ratios": (3, 2, 1)}
            axes = Figure(figsize=(10, 7), layout="constrained").subplots(3, **shape)
        _validate.text("title", title)
        self.axes_ = several_axes("axes", axes, 3)
        norms, cosine, weight = self.axes_
        self.figure_ = norms.figure
        label, domain = style.LABEL_LOSS, style.DOMAIN_LOSS
        self._line(norms, f"{self.at} L_y", f"∂L_y, {self.at}", color=label)
        self._line(norms, f"{self.at} L_d before", f"∂L_d, {self.at}: before", color=domain, ls="--")
        self._line(norms, f"{self.at} L_d after", f"∂L_d, {self.at}: after", color=domain)
        self._line(norms, f"{self.above} L_d", f"∂L_d, {self.above}", color=domain, ls=":")
        if any((line.get_ydata() > 0).any() for line in norms.lines):
            norms.set_yscale("log", nonpositive="clip")
        norms.set(title=title, ylabel="norm of the gradient")
        self._line(cosine, f"{self.at} cosine before", "before the reversal", color="black", ls="--")
        self._line(cosine, f"{self.at} cosine after", "after", color="black")
        if not cosine.lines:
            cosine.text(0.5, 0.7, "there is no L_d here", transform=cosine.transAxes, ha="center", color="0.35")
        cosine.axhline(0, color=style.CHANCE, lw=0.8)
        cosine.set(ylim=(-1.05, 1.05), ylabel="cosine of ∂L_d with ∂L_y", yticks=(-1, 0, 1))
        self._line(weight, "adapt_weight", "λ", color=style.LAMBDA, ls="-.")
        weight.set(ylabel="λ", xlabel="step")
        for ax in (norms, cosine):
            if ax.get_legend_handles_labels()[0]:
                ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0, frameon=False)
        return self

    def _line(self, ax: Any, column: str, label: str, **look: Any) -> None:
        steps, values = running_mean(self.history, column, self.window)
        if len(steps):
            ax.plot(steps, values, label=label, lw=1.6, marker="." if len(steps) < 20 else None, **look)


def _lines(probe: Probe) -> list[Line]:
    """The lines of a probe: the rows of the first loss alone, of other losses, the reversals, the rows below them.

    Without a reversal, "below" are the rows at which all losses arrive.
    """
    below, losses = probe.below(), probe.names
    ends = {max(probe.after[loss], key=lambda tensor: tensor.order) for loss in losses}  # the losses themselves
    alone: list[Line] = []
    others: list[Line] = []
    shared: list[Line] = []
    nested: dict[Tensor, None] = {}  # reversals below another reversal
    for row in reversed(probe.rows):
        tensors = probe.tensors(row["name"])
        under = any(tensor in below for tensor in tensors)
        if tensors[0] in probe.reversals and under:
            nested[tensors[0]] = None
            shared.append(_reversal(probe, tensors[0]))
        elif tensors[0] not in ends and tensors[0] not in probe.reversals:
            line = _line(probe, row, tensors, under)
            both = under or len(line.arrivals) == len(losses)
            (shared if both else alone if losses[0] in line.arrivals else others).append(line)
    stripes = [_reversal(probe, node) for node in reversed(probe.reversals) if node not in nested]
    heads = [[_caption(group), *group] for group in (alone, others) if group]
    if stripes and not others:  # no row lies between a loss and the reversal, and the arrow needs a start
        heads.append([_caption(stripes)])
    none = Line("no reversal in this graph: every gradient arrives unchanged")
    return [line for group in (*heads, stripes or [none], shared) for line in group]


def _caption(lines: Sequence[Line]) -> Line:
    losses = dict.fromkeys(loss for line in lines for loss in line.arrivals)
    return Line(f"here only {' and '.join(f'∂{loss}' for loss in losses)}")


def _line(probe: Probe, row: Row, tensors: Sequence[Tensor], under: bool) -> Line:
    """A row of the probe: the losses that reach it, and their cosines."""
    line = Line(row["name"])
    for loss in probe.names:
        before, after = probe.before[loss], probe.after[loss]
        if any(tensor in after for tensor in tensors):
            two_sided = under and before is not after
            turned = two_sided and sum(float((before[t] * after[t]).sum()) for t in tensors) <= 0
            line.arrivals[loss] = Arrival(row[f"{loss} before"], row[f"{loss} after"], two_sided, turned)
    for column, value in row.items():
        if column.endswith("cosine before") and not math.isnan(value):
            own, other = (show(row[c], c) for c in (column, column.replace("before", "after")))
            line.cosines.append((f"{own} → {other}" if under else own).replace("-", "−"))
    return line


def _reversal(probe: Probe, node: Tensor) -> Line:
    """The line of a reversing node, with the losses that pass it."""
    name = next(name for name, tensor in probe.nodes.items() if tensor is node)
    passing = [loss for loss in probe.names if node in probe.after[loss]]
    norms = {loss: norm(probe.after[loss][node]) for loss in passing}
    arrivals = {loss: Arrival(size, size, False, False) for loss, size in norms.items()}
    return Line(name, arrivals, probe.reversals[node])


def _round_below(value: float) -> float:
    """The largest of 1, 2, 5, 10, 20, … that is not above ``value``."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(power * digit for digit in (1, 2, 5) if digit == 1 or power * digit <= value)


def _length(norm: float) -> float:
    """The length of a bar. A gradient that is not finite has no bar; its number says why."""
    return norm**0.5 if math.isfinite(norm) else 0.0


def _number(norm: float) -> str:
    return "0" if not norm else f"{norm:.3g}"
