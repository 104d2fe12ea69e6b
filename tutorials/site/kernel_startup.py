"""What IPython does before a chapter runs: figures become small PNGs with a text for readers who do not see them."""

from io import BytesIO
from typing import Any

from IPython import get_ipython
from matplotlib.figure import Figure
from PIL import Image

DPI = 110
COLOURS = 128  # a palette: a third of the bytes


def _png(figure: Figure) -> tuple[bytes, dict[str, Any]]:
    """The picture of a figure, and its alt text."""
    drawn, small = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, bbox_inches="tight")
    image = Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(small, format="png", optimize=True)
    return small.getvalue(), {"alt": _alt(figure)}


def _alt(figure: Figure) -> str:
    """The text of a figure: the one that its chapter gave, or else its titles and the labels of its axes."""
    texts = [figure.get_suptitle()]
    for ax in figure.axes:
        across, up = ax.get_xlabel(), ax.get_ylabel()
        texts += [ax.get_title(), f"{up} over {across}" if across and up else across or up]
    words = "; ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
    return f"Figure: {words}" if words else "Figure"


get_ipython().run_line_magic("matplotlib", "inline")  # it sets its own way of drawing, once
get_ipython().display_formatter.formatters["image/png"].for_type(Figure, _png)
