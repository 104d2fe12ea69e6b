"""Colours for readers with any colour vision (Okabe & Ito, Tol), each with one meaning in every figure."""

from collections.abc import Iterable
from itertools import cycle
from typing import Any

import numpy as np

from ..data.pairs import DomainPair

UNKNOWN = -1  # in the place of a label that nobody knows

# The schemes: Okabe and Ito, "Color Universal Design" (2008), and those of Paul Tol, "Colour Schemes" (2021).
# tests/plots/test_style.py measures how far apart the colours of one picture are for each vision.
CLASSES = ("#0072B2", "#D55E00")  # Okabe & Ito: blue, vermilion
SOURCE, TARGET = "#E69F00", "#009E73"  # Okabe & Ito: orange, bluish green
LABEL_LOSS, DOMAIN_LOSS = "#332288", "#882E72"  # L_y and L_d, and their gradients. Tol: muted indigo, rainbow purple
REVERSAL = "#F0E442"  # the node R, as the filling of a black outline. Okabe & Ito: yellow
RIGHT, WRONG = "#225522", "#A50026"  # beside a word that says it too. Tol: dark green, the red end of sunset
PRESENT = "#33BBEE"  # the frame around the present phase or node. Tol: vibrant cyan
SOURCE_ONLY, DANN = "#56B4E9", "#CC79A7"  # the runs. Okabe & Ito: sky blue, reddish purple
# further runs in one picture, and other lines. Tol: high-contrast, light, rainbow, light, PRGn, medium-contrast
OTHERS = ("#004488", "#EE8866", "#72190E", "#AAAA00", "#1B7837", "#997700")
OTHER_LOSSES = ("#CC4C02", "#4477AA", "#72190E")  # dark enough for words. Tol: YlOrBr, bright, rainbow
SHOWN = {"source-only": "source only", "dann": "DANN"}  # the methods side by side in a figure, and their names
CHANCE = "#666666"  # guessing, and a class that nobody knows
LAMBDA = "#000000"
# ten classes and more: Paul Tol's "muted" colours and a grey, with the blue of class 0 in the place of his indigo. None
# is the colour of a domain or of a loss. The class is written beside them: colour alone need not tell
MANY_CLASSES = (
    CLASSES[0],
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


def loss_colours(losses: Iterable[str]) -> dict[str, str]:
    """A colour for each loss by name: those of "L_y" and "L_d", the next of OTHER_LOSSES for another one."""
    own, others = {"L_y": LABEL_LOSS, "L_d": DOMAIN_LOSS}, cycle(OTHER_LOSSES)
    return {loss: own[loss] if loss in own else next(others) for loss in losses}


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
