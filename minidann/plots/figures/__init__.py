"""The figures that the commands write."""

from .digits import digits_figure
from .inspection import inspection_figure
from .moons import journal_figure, moons_figure

__all__ = ["digits_figure", "inspection_figure", "journal_figure", "moons_figure"]
