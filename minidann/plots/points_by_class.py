"""Points of two domains by class: a colour or a marker for each of two classes, the names of more on their points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import style

NAMED = 40  # the most classes whose names are written; more would cover one another
LETTERS = 12  # of a name; a longer name is cut off


def labels_of(y: np.ndarray, few: bool) -> Iterator[tuple[int, np.ndarray]]:
    """Each label of ``y`` (n,) with its rows, UNKNOWN last. ``few``: two classes, which also come without any row."""
    found = sorted(set(y.tolist()) | ({0, 1} if few and (y != style.UNKNOWN).any() else set()))
    for label in [*(label for label in found if label != style.UNKNOWN), *(label for label in found if label < 0)]:
        yield label, y == label


def class_colours(n_classes: int) -> tuple[str, ...]:
    """The colours of classes 0, 1, …. More classes than colours repeat the colours."""
    if n_classes <= 2:
        return style.CLASSES
    return tuple(style.MANY_CLASSES[i % len(style.MANY_CLASSES)] for i in range(n_classes))


def class_words(label: int, names: Any = None) -> str:
    """The words for a class in a legend, such as "class 0"; with ``names`` the name in the place of the position."""
    if names is None or label == style.UNKNOWN:
        return style.class_name(label)
    return f"class {short(names[label])}"


def write_names(ax: Any, points: np.ndarray, y: np.ndarray, names: Any = None, **look: Any) -> None:
    """The name of each class of ``y`` (n,) on its ``points`` (n, 2), in white outlines. UNKNOWN has no name."""
    from matplotlib.patheffects import withStroke

    labels = [label for label in np.unique(y).tolist() if label != style.UNKNOWN]
    size = 13 if len(labels) <= 10 else 9
    for label in labels if len(labels) <= NAMED else ():
        ax.annotate(
            str(label) if names is None else short(names[label]),
            middle_of(points[y == label]),
            **{"fontsize": size, "fontweight": "bold", "ha": "center", "va": "center"} | look,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def middle_of(points: np.ndarray) -> np.ndarray:
    """The point of (n, 2) that is nearest to the median. The median itself may lie in another cluster."""
    return points[((points - np.median(points, axis=0)) ** 2).sum(axis=1).argmin()]


def short(name: Any) -> str:
    """The name of a class in at most LETTERS letters."""
    text = str(name)
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1]}…"
