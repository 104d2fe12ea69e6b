"""Colours that people with any colour vision can tell apart (Okabe & Ito), and what each one means in every figure."""

from typing import Any

CLASSES = ("#0072B2", "#D55E00")  # blue, vermilion
SOURCE, TARGET = "#E69F00", "#009E73"  # orange, green
SOURCE_ONLY, DANN = "#56B4E9", "#CC79A7"  # sky blue, purple
OTHERS = ("#0072B2", "#D55E00", "#009E73", "#E69F00")  # further runs in one picture
SHOWN = {"source-only": "source only", "dann": "DANN"}  # the methods that a figure sets side by side, and their names
CHANCE = "#666666"
LAMBDA = "#000000"
# ten classes and more: Paul Tol's "muted", and a grey; none is a domain's colour. They are not to be told apart by
# colour alone: the class stands beside them
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


def legend_below(ax: Any, **options: Any) -> None:
    """A legend under ``ax`` and its label, where it can hide nothing."""
    lines = 1.6 * bool(ax.get_xlabel()) + 2.2 * (len(ax.get_xticks()) > 0)  # that labels take, in heights of letters
    ax.legend(
        **{"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": lines, "ncol": 2, "frameon": False}
        | options
    )
