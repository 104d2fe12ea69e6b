"""The panels of a frame: the regions of a head, and the features. Artists are made once and then moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...adapt.dann import DANN
from ...compare.reversal_forms import Form
from ...data.pairs import DomainPair
from .. import style
from .legend import TEXT, TITLE, dot, key
from .principal_plane import ARROWS, Plane, shown_points

REGION = 0.2  # the opacity of a region
LINE = 1.3  # half the width of a boundary, in pixels
# both are the gradient of L_d: hollow before the reversal, filled after it, as in the pictures of gradients
PULL: dict[str, Any] = {"facecolor": "white", "edgecolor": style.DOMAIN_LOSS, "linewidth": 0.9}
PUSH: dict[str, Any] = {"color": style.DOMAIN_LOSS}


class BoundaryPanel:
    """The regions of one head in the plane of the data. The points stay, regions and boundary move below them.

    Regions and boundary are one small image of the distance to the boundary, enlarged smoothly and then coloured: much
    faster than contours.
    """

    def __init__(self, ax: Any, pair: DomainPair, head: str, points: int, letters: float, view: Any = None) -> None:
        everything = np.concatenate([pair.x_source_test, pair.x_target_test])
        low, high = (everything.min(axis=0) - 0.3, everything.max(axis=0) + 0.3) if view is None else np.array(view)
        self.steps = (high - low) / (points - 1)
        xs, ys = (np.linspace(low[i], high[i], points, dtype=np.float32) for i in (0, 1))
        self.grid, self.points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2), points
        self.ax, self.head, colours = ax, head, style.CLASSES if head == "label" else (style.SOURCE, style.TARGET)
        self._dots: list[Any] = []
        for domain, (x, y, marker) in enumerate(shown_points(pair)):
            for label in style.two_classes(y):
                by_class = style.CHANCE if label == style.UNKNOWN else colours[label]
                colour = by_class if head == "label" else colours[domain]
                face = "none" if domain else colour
                self._dots += ax.plot(*x[y == label].T, marker, ms=6 * letters, mfc=face, mec=colour, mew=1.3)
        edges = low[0], high[0], low[1], high[1]
        look: dict[str, Any] = {"interpolation": "bilinear", "interpolation_stage": "data", "aspect": "auto"}
        self._image = ax.imshow(
            np.zeros((points, points)), origin="lower", extent=edges, cmap=_regions(colours), zorder=0, **look
        )
        self._image.set_clim(-3 * LINE, 3 * LINE)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
        ax.set_aspect("equal")
        ax.set_title(f"what the {head} head says", fontsize=TITLE * letters)
        key(ax, _LABEL if head == "label" else _DOMAIN, letters)

    @property
    def moving(self) -> list[Any]:
        return [self._image, *self._dots]  # the dots are fixed, but lie above moving artists

    @property
    def seldom(self) -> list[Any]:
        return []

    def show(self, network: DANN) -> None:
        """Draw the regions of the head of ``network``."""
        if self.head == "label":
            logits = network.label_logits(self.grid)
            self.draw(logits[:, 1] - logits[:, 0])
        else:
            self.draw(network.domain_logits(self.grid))

    def draw(self, values: np.ndarray) -> None:
        """Draw ``values`` (points · points,) on ``grid``: above 0 for class 1, or for the target."""
        plane = np.asarray(values, np.float64).reshape(self.points, self.points)
        self.ax.apply_aspect()  # its size may have changed since the last drawing
        with np.errstate(over="ignore"):  # a head with huge values is no reason to warn
            up, across = np.gradient(plane, self.steps[1], self.steps[0])
            slope = np.hypot(up, across)
        wide = self.ax.bbox.width / (self.ax.get_xlim()[1] - self.ax.get_xlim()[0])  # pixels in a unit of the data
        # near the line with value 0, value/slope is the distance to the line
        distance = wide * plane / np.maximum(slope, 1e-12 + 1e-9 * slope.max())
        self._image.set_data(np.clip(distance, -1e3, 1e3))


def _regions(colours: Sequence[str]) -> Any:
    """Colours for distances from −3 to 3 LINE: one region, a black line, the other region."""
    from matplotlib.colors import ListedColormap, to_rgb

    distances = np.linspace(-3, 3, 256)
    inside = np.clip(1.5 - np.abs(distances), 0, 1)[:, None]  # 1 on the line, with soft edges
    ink = np.where(distances[:, None] < 0, to_rgb(colours[0]), to_rgb(colours[1]))
    return ListedColormap(np.hstack([ink * (1 - inside), REGION + (1 - REGION) * inside]))


class FeaturesPanel:
    """The features in a plane, with the pull and the push at some of them. All of it moves."""

    def __init__(self, ax: Any, pair: DomainPair, letters: float) -> None:
        self.ax = ax
        self._dots: list[tuple[Any, np.ndarray]] = []  # with the rows of their features
        start = 0
        at: list[int] = []
        for colour, (x, y, _) in zip((style.SOURCE, style.TARGET), shown_points(pair)):
            few = pair.n_classes == 2
            for label in style.two_classes(y) if few else np.unique(y).tolist():
                look = {"marker": "o+x"[label], "ms": 6.3 * letters, "mew": 1.6} if few else _written(label, letters)
                (dots,) = ax.plot([], [], ls="", color=colour, alpha=0.8, **look)
                self._dots.append((dots, start + np.flatnonzero(y == label)))
            at += range(start, start + min(ARROWS, len(x)))
            start += len(x)
        self._at, none = np.array(at), np.zeros(len(at))
        self._arrows = [
            ax.quiver(*[none] * 4, **look, angles="uv", scale_units="x", scale=1, width=0.006, zorder=3)
            for look in (PULL, PUSH)
        ]
        ax.set(xticks=[], yticks=[])
        ax.set_aspect("equal")
        ax.set_title("features, with pull and push", fontsize=TITLE * letters)
        ax.set_xlabel("plane of two principal components", fontsize=TEXT * letters)
        two = pair.n_classes == 2
        key(ax, {name: look for name, look in _FEATURES.items() if two or not name.startswith("class")}, letters)

    def name_push(self, text: str) -> None:
        self.ax.get_legend().get_texts()[-1].set_text(text)

    @property
    def moving(self) -> list[Any]:
        return [dots for dots, _ in self._dots] + self._arrows

    def draw(self, features: np.ndarray, gradients: Sequence[np.ndarray], plane: Plane) -> None:
        """Draw features (points, width) in the order of ``shown_points``.

        ``gradients``: pull and push, (arrows, width) each.
        """
        seen = (features - plane.mean) @ plane.directions
        for dots, rows in self._dots:
            dots.set_data(*seen[rows].T)
        for quiver, gradient in zip(self._arrows, gradients):
            quiver.set_offsets(seen[self._at])
            quiver.set_UVC(*(plane.arrow * gradient @ plane.directions).T)
        self.ax.set(xlim=(plane.low[0], plane.high[0]), ylim=(plane.low[1], plane.high[1]))


def _written(label: int, letters: float) -> dict[str, Any]:
    """The look of a dot of one of many classes: its number, because ten colours cannot be told apart."""
    number = "?" if label == style.UNKNOWN else str(label)
    return {"marker": f"${number}$", "ms": 9 * len(number) * letters, "mew": 0.3}


def push_name(form: Form) -> str:
    """The name of the push on the features in the key, with its factor in this form."""
    sign = "−" if form.arriving(1.0)["L_d at theta_f"] < 0 else "+"
    return f"push: × {sign}λ{'²' * (form.node == 'twice')}"


# the keys: the meaning of each look
_CLASSES = {f"class {label}": dot("s", style.CLASSES[label]) for label in (0, 1)}
_LABEL = {"source": dot("o", "black"), "target": dot("^", "black", filled=False)} | _CLASSES
_DOMAIN = {"source": dot("o", style.SOURCE), "target": dot("^", style.TARGET, filled=False)}
_FEATURES = {"source": dot("s", style.SOURCE), "target": dot("s", style.TARGET)}
_FEATURES |= {"class 0": dot("o", "0.3"), "class 1": dot("+", "0.3")}
_FEATURES |= {"pull of the domain head": dot(">", style.DOMAIN_LOSS, filled=False)}
_FEATURES |= {"push: × −λ": dot(">", style.DOMAIN_LOSS)}
