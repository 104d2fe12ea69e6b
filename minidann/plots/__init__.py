"""Pictures: one Display class each, made by ``.from_…()`` and drawn by ``.plot(ax=None)``."""

from .bench import BenchDisplay, GrowthDisplay
from .boundary import BoundaryDisplay
from .choice import ChoiceDisplay
from .contact_sheet import ContactSheetDisplay
from .curves import DuelDisplay, LossesDisplay
from .embedding import EmbeddingDisplay
from .features import FeaturesDisplay, HiddenUnitsDisplay
from .figures import digits_figure, inspection_figure, journal_figure, moons_figure
from .film import Film, Recording, animate
from .games import DistanceDisplay, FieldDisplay, SlicesDisplay, SpectrumDisplay, SurfaceDisplay
from .gradients import GradientHistoryDisplay, GradientsDisplay
from .graph import GraphDisplay, LayerGraphDisplay, draw_graph
from .paper_table import PaperTableDisplay
from .reliability import ReliabilityDisplay
from .reversal_forms import FormsDisplay
from .rotations import RotationsDisplay
from .samples import SamplesDisplay
from .show import show_figure

__all__ = [
    "BenchDisplay",
    "BoundaryDisplay",
    "ChoiceDisplay",
    "ContactSheetDisplay",
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
    "GrowthDisplay",
    "HiddenUnitsDisplay",
    "LayerGraphDisplay",
    "LossesDisplay",
    "PaperTableDisplay",
    "Recording",
    "ReliabilityDisplay",
    "RotationsDisplay",
    "SamplesDisplay",
    "SlicesDisplay",
    "SpectrumDisplay",
    "SurfaceDisplay",
    "animate",
    "digits_figure",
    "draw_graph",
    "inspection_figure",
    "journal_figure",
    "moons_figure",
    "show_figure",
]
