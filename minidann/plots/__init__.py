"""Pictures: one Display class each, made by ``.from_…()`` and drawn by ``.plot(ax=None)``."""

from .boundary import BoundaryDisplay
from .curves import DuelDisplay, LossesDisplay
from .digits import digits_figure
from .embedding import EmbeddingDisplay
from .features import FeaturesDisplay, HiddenUnitsDisplay
from .film import Film, animate
from .forms import FormsDisplay
from .games import DistanceDisplay, FieldDisplay, SlicesDisplay, SpectrumDisplay, SurfaceDisplay
from .gradients import GradientHistoryDisplay, GradientsDisplay
from .graph import GraphDisplay, draw
from .inspection import inspection_figure
from .moons import journal_figure, moons_figure
from .samples import SamplesDisplay

__all__ = [
    "BoundaryDisplay",
    "DistanceDisplay",
    "DuelDisplay",
    "EmbeddingDisplay",
    "FeaturesDisplay",
    "FieldDisplay",
    "Film",
    "FormsDisplay",
    "GradientHistoryDisplay",
    "GradientsDisplay",
    "GraphDisplay",
    "HiddenUnitsDisplay",
    "LossesDisplay",
    "SamplesDisplay",
    "SlicesDisplay",
    "SpectrumDisplay",
    "SurfaceDisplay",
    "animate",
    "digits_figure",
    "draw",
    "inspection_figure",
    "journal_figure",
    "moons_figure",
]
