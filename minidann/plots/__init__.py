"""Pictures: one Display class each, made by ``.from_…()`` and drawn by ``.plot(ax=None)``."""

from .boundary import BoundaryDisplay
from .curves import DuelDisplay, LossesDisplay
from .features import FeaturesDisplay, HiddenUnitsDisplay
from .moons import journal_figure, moons_figure

__all__ = [
    "BoundaryDisplay",
    "DuelDisplay",
    "FeaturesDisplay",
    "HiddenUnitsDisplay",
    "LossesDisplay",
    "journal_figure",
    "moons_figure",
]
