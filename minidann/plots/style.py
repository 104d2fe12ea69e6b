"""Colours for readers with any colour vision (Okabe & Ito), each with one meaning in every figure."""

from typing import Any

import numpy as np

from ..data.pairs import DomainPair

UNKNOWN = -1  # in the place of a label that nobody knows

CLASSES = ("#0072B2", "#D55E00")  # blue, vermilion
SOURCE, TARGET = "#E69F00", "#009E73"  # orange, green
SOURCE_ONLY, DANN = "#56B4E9", "#CC79A7"  # sky blue, purple
OTHERS = ("#0072B2", "#D55E00", "#009E73", "#E69F00")  # further runs in one picture
SHOWN = {"source-only": "source only", "dann": "DANN"}  # the methods side by side in a figure, and their names
CHANCE = "#666666"
LAMBDA = "#000000"
# ten classes and more: Paul Tol's "muted" colours and a grey. None is the colour of a domain. The class is written
# beside them: colour alone need not tell
MANY_CLASSES = (
    "#332288",
    "#88CCEE",
    "#44AA99",
    "#117733",
    "#999933",
    "#DDCC77",
    "#CC6677",
    "#882255",
    "#AA4499",
    "#777777",
)


def target_labels(pair: DomainPair) -> np.ndarray:
    """The labels of the target's test examples (m,), or UNKNOWN for each if the pair has none."""
    known = pair.y_target_test
    return np.full(len(pair.x_target_test), UNKNOWN) if known is None else known


def score(accuracy: float | None) -> str:
    """The words for a target accuracy in a title; for None, of a target without labels, their absence."""
    return "target without labels" if accuracy is None else f"{accuracy:.1%} of target right"


def two_classes(y: np.ndarray) -> tuple[int, ...]:
    """The labels to draw of a pair with two classes: 0 and 1, or UNKNOWN alone."""
    return (UNKNOWN,) if UNKNOWN in y else (0, 1)


def class_name(label: int) -> str:
    """The words for a class in a legend."""
    return "class unknown" if label == UNKNOWN else f"class {label}"


def legend_below(ax: Any, **options: Any) -> None:
    """A legend below ``ax`` and its label, where it covers nothing."""
    lines = 1.6 * bool(ax.get_xlabel()) + 2.2 * (len(ax.get_xticks()) > 0)  # of labels, in heights of letters
    ax.legend(
        **{"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": lines, "ncol": 2, "frameon": False}
        | options
    )
