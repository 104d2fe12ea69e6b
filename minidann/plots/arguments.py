"""The arguments that pictures share: axes, titles, networks, pairs and histories, each checked in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..data.pairs import DomainPair


def check_drawing(ax: Any, title: str) -> None:
    """Raises TypeError unless ``ax`` is matplotlib axes or None, and ``title`` is text."""
    from matplotlib.axes import Axes

    _validate.text("title", title)
    if ax is not None:
        _validate.instance("ax", ax, Axes, "matplotlib axes, or None for a new figure")


def several_axes(name: str, axes: Any, count: int | None = None) -> np.ndarray:
    """``axes`` as a flat array of matplotlib axes, ``count`` of them if given. Raises TypeError or ValueError."""
    from matplotlib.axes import Axes

    expected = f"{'' if count is None else f'{count} '}matplotlib axes in a list or an array"
    many = isinstance(axes, (Sequence, np.ndarray)) and not isinstance(axes, (str, bytes))
    flat = np.asarray(axes, dtype=object).ravel() if many else np.empty(0, object)
    if not len(flat) or not all(isinstance(ax, Axes) for ax in flat):
        raise TypeError(f"{name}: got {_validate.shown(axes)}, expected {expected}")
    if count is not None and len(flat) != count:
        raise ValueError(f"{name}: got {len(flat)} axes, expected {expected}")
    return flat


def check_network_and_pair(network: Any, pair: Any, points: int = 1) -> None:
    """Raises TypeError or ValueError unless there are a DANN, a DomainPair, and a number of at least one point."""
    _validate.instance("network", network, DANN)
    _validate.instance("pair", pair, DomainPair)
    _validate.whole_number("points", points, least=1)


def check_histories(histories: Any) -> None:
    """Raises TypeError or ValueError unless ``histories`` are lists of rows by the name of the run, at least one."""
    if not _validate.mapping("histories", histories, words="histories by the name of the run"):
        raise ValueError("histories: got none, expected at least one by name")
    for history in histories.values():
        _validate.rows("histories", history)


def check_named(name: str, values: Any, kind: type) -> None:
    """Raises TypeError or ValueError unless ``values`` is a mapping of text to at least one object of ``kind``."""
    if not _validate.mapping(name, values, kind, f"a {kind.__name__} for each name, in a dict"):
        raise ValueError(f"{name}: got none, expected at least one by name")


def check_methods(comparison: Any, methods: Mapping[str, str]) -> None:
    """Raises ValueError unless ``comparison`` has a network and a history of each of ``methods``."""
    missing = [m for m in methods if m not in comparison.networks or m not in comparison.histories]
    if missing:
        raise ValueError(f"comparison: got one without {', '.join(missing)}, expected {', '.join(methods)}")


def check_figure(figure: Any) -> None:
    """Raises TypeError unless ``figure`` is a matplotlib figure or None."""
    from matplotlib.figure import FigureBase

    if figure is not None:
        _validate.instance("figure", figure, FigureBase, "a matplotlib figure, or None for a new one")


def position(name: str, i: Any, count: int) -> int:
    """``i`` as a position in a list of ``count``. Raises TypeError for another kind, IndexError if there is none."""
    if not isinstance(i, (int, np.integer)) or isinstance(i, bool):
        raise TypeError(f"{name}: got {_validate.shown(i)}, expected a whole number below {count}")
    if not -count <= i < count:
        raise IndexError(f"{name}: got {i}, expected a whole number below {count}")
    return int(i)
