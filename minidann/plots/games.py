"""Pictures of two-player games: the field with paths, the distance to the saddle, E, eigenvalues, slices of E."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np

from .. import _validate
from ..games.dynamics import Path, checked_game
from ..games.games import Game, point_of
from ..games.saddle import Verdict
from ..games.slices import Slices
from . import style
from .arguments import check_drawing, check_named

LINES = ("-", "--", "-.", (0, (1, 1.2)))  # two curves that meet are still two curves
LOWERS, RAISES = style.OTHERS[:2]  # the colours of the minimiser's directions, and of the maximiser's


def _axes(ax: Any, size: tuple[float, float], **options: Any) -> Any:
    """``ax``, or the axes of a new figure if None."""
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained").add_subplot(**options) if ax is None else ax


def _looks() -> Any:
    """A colour and a line style for each curve in turn."""
    return zip(cycle(style.OTHERS), cycle(LINES))


def _grid(game: Game, centre: np.ndarray, span: float, points: int) -> tuple[np.ndarray, ...]:
    """θf and θd over a square about ``centre``, (points, points) each. θd grows with the row."""
    if game.size != 2:
        raise ValueError(f"game: got one of {game.size} parameters, expected two: one for each axis of the plane")
    span = _validate.number("span", span, least=0)
    if span == 0:
        raise ValueError("span: got 0, expected a number above 0")
    along = np.linspace(-span, span, points)
    f, d = np.meshgrid(centre[0] + along, centre[1] + along)
    return f, d


def _centre(game: Game, centre: Any) -> np.ndarray:
    checked_game(game)
    if centre is None:
        if game.saddle is None:
            raise ValueError("centre: got None for a game without a known saddle, expected the point to draw around")
        centre = game.saddle
    return _validate.array("centre", point_of("centre", centre, game.size))


def _mark(ax: Any, game: Game, centre: np.ndarray, *height: float) -> None:
    """A star at the centre, with its name."""
    known = game.saddle is not None and np.allclose(centre, game.saddle)
    label = "saddle" if known else "stationary point" if np.linalg.norm(game.field(centre)) < 1e-6 else "centre"
    look: dict[str, Any] = {"color": "white", "markeredgecolor": "black", "ms": 15, "ls": "", "zorder": 5}
    ax.plot(*([x] for x in (*centre, *height)), marker="*", label=label, **look)


class FieldDisplay:
    """The direction of a simultaneous step at each point of a game of two numbers, with paths.

    Arrows show the direction −v(z), all with one length. After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, game: Game, paths: Mapping[str, Path], centre: np.ndarray, span: float) -> None:
        self.game, self.paths, self.centre, self.span = game, paths, centre, span

    @classmethod
    def from_game(
        cls, game: Game, paths: Mapping[str, Path] | None = None, centre: Any = None, span: float = 1.5
    ) -> FieldDisplay:
        """The field of a game of two numbers, ``span`` to each side of ``centre`` (by default its saddle), with
        ``paths`` by name.
        """
        centre = _centre(game, centre)
        _grid(game, centre, span, 2)
        if paths is not None:
            _validate.mapping("paths", paths, Path, "a Path for each name, in a dict")
        return cls(game, dict(paths or {}), centre, span)

    def plot(self, ax: Any = None, title: str = "") -> FieldDisplay:
        """Draw on ``ax``, or on a new figure if None."""
        check_drawing(ax, title)
        ax = _axes(ax, (6, 6.6))
        f, d = _grid(self.game, self.centre, self.span * 0.95, 17)
        steps = -np.array([self.game.field(z) for z in np.stack([f.ravel(), d.ravel()], axis=1)]).T
        lengths = np.linalg.norm(steps, axis=0)
        steps = steps / np.where(lengths > 0, lengths, 1)
        ax.quiver(f, d, *steps, color="0.72", pivot="mid", scale=26, width=0.004)
        for (name, path), (colour, line) in zip(self.paths.items(), _looks()):
            ax.plot(*path.points.T, color=colour, ls=line, lw=1.6, label=name)
            ax.plot(*path.points[0], "o", color=colour, ms=6)
            ax.plot(*path.points[-1], "s", color=colour, ms=6)
        _mark(ax, self.game, self.centre)
        low, high = self.centre - self.span, self.centre + self.span
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", title=title)
        ax.set(xlabel="θf: lowers E", ylabel="θd: raises E")
        style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


class DistanceDisplay:
    """The distance to the saddle at each step, for one or more paths, and for their averages (thin lines).

    After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, paths: Mapping[str, Path], averages: bool, decay: float | None) -> None:
        self.paths, self.averages, self.decay = paths, averages, decay

    @classmethod
    def from_paths(
        cls, paths: Mapping[str, Path], averages: bool = False, decay: float | None = None
    ) -> DistanceDisplay:
        """The distances of paths by name.

        ``averages``: also of the mean up to each step, exponential with a ``decay``.
        """
        check_named("paths", paths, Path)
        _validate.boolean("averages", averages)
        if decay is not None:
            _validate.number("decay", decay, least=0, below=1)
        for path in paths.values():
            path.distances  # noqa: B018  one without a saddle says so here
        return cls(dict(paths), averages, decay)

    def plot(self, ax: Any = None, title: str = "") -> DistanceDisplay:
        """Draw on ``ax``, or on a new figure if None."""
        check_drawing(ax, title)
        ax = _axes(ax, (7.5, 5.4))
        for (name, path), (colour, line) in zip(self.paths.items(), _looks()):
            ax.plot(_positive(path.distances), color=colour, ls=line, lw=1.8, label=name)
            if self.averages:
                distances = _positive(path.average_distances(self.decay))
                ax.plot(distances, color=colour, ls=line, lw=0.8, label=f"{name}, averaged")
        ax.set(yscale="log", xlabel="step", ylabel="distance to the saddle", title=title)
        ax.grid(alpha=0.3)
        style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _positive(distances: np.ndarray) -> np.ndarray:
    """Values for a logarithmic scale: a distance of 0 becomes a gap."""
    return np.where(distances > 0, distances, np.nan)


class SurfaceDisplay:
    """E over the plane of a game of two numbers, with two slices through the saddle: a valley and a ridge.

    After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, game: Game, centre: np.ndarray, span: float) -> None:
        self.game, self.centre, self.span = game, centre, span

    @classmethod
    def from_game(cls, game: Game, centre: Any = None, span: float = 1.5) -> SurfaceDisplay:
        """E of a game of two numbers, ``span`` to each side of ``centre`` (by default its saddle)."""
        centre = _centre(game, centre)
        _grid(game, centre, span, 2)
        return cls(game, centre, span)

    def plot(self, ax: Any = None, title: str = "", in_3d: bool = False) -> SurfaceDisplay:
        """Draw filled contours on ``ax``, or on a new figure if None; with ``in_3d``, or on 3-D axes, a surface."""
        from matplotlib.ticker import MaxNLocator

        check_drawing(ax, title)
        _validate.boolean("in_3d", in_3d)
        in_3d = in_3d if ax is None else ax.name == "3d"
        ax = _axes(ax, (6.8, 6.4), **({"projection": "3d"} if in_3d else {}))
        f, d = _grid(self.game, self.centre, self.span, 41)
        heights = np.array([self.game.value(z) for z in np.stack([f.ravel(), d.ravel()], axis=1)]).reshape(f.shape)
        middle = len(f) // 2
        along = {
            (LOWERS, "along θf"): (f[middle], d[middle], heights[middle]),
            (RAISES, "along θd"): (f[:, middle], d[:, middle], heights[:, middle]),
        }
        if in_3d:
            ax.plot_surface(f, d, heights, cmap="Greys", alpha=0.45, linewidth=0, rcount=41, ccount=41)
        else:
            contours = ax.contourf(f, d, heights, levels=15, cmap="Greys", alpha=0.8)
            ax.figure.colorbar(contours, ax=ax, label="E", fraction=0.046, pad=0.03)
            ax.set_aspect("equal")
        for (colour, name), curve in along.items():
            what = _shape(curve[2])
            ax.plot(*curve[: 3 if in_3d else 2], color=colour, lw=2.5, zorder=4, label=f"{name}: {what}")
        _mark(ax, self.game, self.centre, *([heights[middle, middle]] if in_3d else []))
        ax.set(xlabel="θf: lowers E", ylabel="θd: raises E", title=title)
        if in_3d:
            ax.set_zlabel("E")
            for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
                axis.set_major_locator(MaxNLocator(4))
                axis.labelpad = 18  # beside the numbers
            ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.02), frameon=False)
        else:
            style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _shape(heights: np.ndarray) -> str:
    """The shape of E along a line with the saddle in its middle, in words."""
    rest, tiny = np.delete(heights, len(heights) // 2) - heights[len(heights) // 2], 1e-9 * np.ptp(heights)
    if np.abs(rest).max() <= max(tiny, 1e-12):
        return "level"
    return "a minimum there" if rest.min() >= -tiny else "a maximum there" if rest.max() <= tiny else "neither"


class SpectrumDisplay:
    """The μ of one or more verdicts in the complex plane. Steps converge if all μ are inside the circle |1 − μ| = 1.

    For simultaneous steps the μ are the eigenvalues of D·J. For other dynamics they are 1 − the eigenvalues of the
    matrix of a step. After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, spectra: Mapping[str, np.ndarray]) -> None:
        self.spectra = spectra

    @classmethod
    def from_verdicts(cls, verdicts: Mapping[str, Verdict]) -> SpectrumDisplay:
        """The μ of results of ``minidann.games.verdict``, by name."""
        check_named("verdicts", verdicts, Verdict)
        return cls({name: 1 - found.step_eigenvalues for name, found in verdicts.items()})

    def plot(self, ax: Any = None, title: str = "", whole: bool = True) -> SpectrumDisplay:
        """Draw on ``ax``, or on a new figure if None. ``whole``: show the whole circle instead of the neighbourhood of
        the μ.
        """
        from matplotlib.patches import Circle

        check_drawing(ax, title)
        _validate.boolean("whole", whole)
        ax = _axes(ax, (6, 6.4))
        ax.add_patch(Circle((1, 0), 1, facecolor="0.93", edgecolor=style.CHANCE, lw=1.2, zorder=0))
        ax.axhline(0, color=style.CHANCE, lw=0.6, zorder=1)
        ax.axvline(0, color=style.CHANCE, lw=0.6, zorder=1)
        every = np.concatenate(list(self.spectra.values()))
        for (name, mu), colour, marker in zip(self.spectra.items(), cycle(style.OTHERS), cycle("osD^vP")):
            ax.scatter(mu.real, mu.imag, s=34, color=colour, marker=marker, label=name, alpha=0.8, zorder=3)
        left, right = min(0, every.real.min()), max(2 if whole else 0, every.real.max())
        top = max(1 if whole else 0, np.abs(every.imag).max()) or 1.0
        across, up = 0.06 * (right - left), 0.12 * top
        ax.set(xlim=(left - across, right + across), ylim=(-top - up, top + up))
        if whole:
            ax.set_aspect("equal")
        else:
            ax.locator_params(axis="x", nbins=5)
        ax.set(xlabel="real part of μ", ylabel="imaginary part of μ", title=title)
        handles, labels = ax.get_legend_handles_labels()
        handles.append(Circle((0, 0), 1, facecolor="0.93", edgecolor=style.CHANCE))
        style.legend_below(ax, handles=handles, labels=[*labels, "|1 − μ| < 1: converges"])
        self.ax_, self.figure_ = ax, ax.figure
        return self


class SlicesDisplay:
    """E along random directions through a point: along directions of (θf, θy) E should rise, along θd it should fall.

    After ``plot``: ``ax_``, ``figure_``.
    """

    def __init__(self, found: Slices) -> None:
        self.slices = found

    @classmethod
    def from_slices(cls, found: Slices) -> SlicesDisplay:
        """The slices of a result of ``minidann.games.slices``."""
        _validate.instance("found", found, Slices, "a result of minidann.games.slices")
        return cls(found)

    def plot(self, ax: Any = None, title: str = "") -> SlicesDisplay:
        """Draw on ``ax``, or on a new figure if None. A dotted line does not rise (or fall) to both sides."""
        check_drawing(ax, title)
        ax = _axes(ax, (7, 5.6))
        found = self.slices
        groups = (
            (found.minimiser, found.rises, LOWERS, "along (θf, θy): rises along"),
            (found.maximiser, found.falls, RAISES, "along θd: falls along"),
        )
        for curves, right, colour, label in groups:
            for curve, ok in zip(curves, right):
                ax.plot(found.offsets, curve, color=colour, lw=1.2, ls="-" if ok else ":", alpha=0.9 if ok else 0.6)
            ax.plot([], [], color=colour, label=f"{label} {right.sum()} of {len(right)}")
        ax.plot([], [], color=style.CHANCE, ls=":", label="not to both sides")
        ax.axhline(0, color=style.CHANCE, lw=0.6)
        ax.plot(0, 0, "*", color="white", markeredgecolor="black", ms=15, zorder=5, label="the point found", ls="")
        reach = max(-found.maximiser.min(), found.minimiser.max(), 1e-12)
        ax.set_yscale("symlog", linthresh=reach / 100)
        ax.set(xlabel="distance along the direction, in lengths of the weights", title=title)
        ax.set_ylabel(f"E − {found.value:.4g} (linear near 0, then logarithmic)")
        style.legend_below(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self
