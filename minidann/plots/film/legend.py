"""The key below a panel, and the sizes of letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import style

TITLE, TEXT = 16, 13  # sizes of letters that can be read from the back of a class
TIGHT: dict[str, Any] = {"columnspacing": 0.9, "handletextpad": 0.4, "handlelength": 1.4}


def dot(marker: str, colour: str, filled: bool = True) -> dict[str, Any]:
    """The look of a dot in a key, filled or hollow."""
    face = colour if filled else "none"
    return {"ls": "", "marker": marker, "ms": 9, "color": colour, "mfc": face, "mew": 2 if marker == "+" else 1}


def key(ax: Any, looks: Mapping[str, Mapping[str, Any]], letters: float) -> None:
    """The meaning of the looks, in one line below ``ax``, or in two if it is long."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], label=name, **look) for name, look in looks.items()]
    long = sum(map(len, looks)) > 30
    columns = (len(handles) + 1) // 2 if long else len(handles)
    style.legend_below(ax, handles=handles, ncol=columns, fontsize=TEXT * letters, **TIGHT)


def fit_key(ax: Any, room: float, size: float) -> None:
    """Give the key below ``ax`` as few lines as fit into ``room`` pixels, in letters of ``size`` points."""
    old = ax.get_legend()
    handles, labels = old.legend_handles, [text.get_text() for text in old.get_texts()]
    for lines in range(1 + (len(handles) > 4), len(handles) + 1):  # a long key has two lines or more
        columns = -(-len(handles) // lines)
        style.legend_below(ax, handles=handles, labels=labels, ncol=columns, fontsize=size, **TIGHT)
        if ax.get_legend().get_window_extent().width <= room:
            return
