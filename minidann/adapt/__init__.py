"""What the paper adds to deep learning: the adversarial objective, its training, and what to compare it with."""

from .alignment import SubspaceAlignment
from .dann import DANN, Losses, build_dann
from .doctor import Diagnosis, HandWritten, diagnose
from .landscape import LandscapeGame, Slices, game_of, slices
from .methods import METHODS, Comparison, compare
from .recipes import JOURNAL, MOONS, RECIPES, Recipe
from .recording import Recording
from .schedules import adapt_weight_at, learning_rate_at
from .table import format_table, gap_covered, gap_interval, summarise
from .training import Batch, Training

__all__ = [
    "DANN",
    "JOURNAL",
    "METHODS",
    "MOONS",
    "RECIPES",
    "Batch",
    "Comparison",
    "Diagnosis",
    "HandWritten",
    "LandscapeGame",
    "Losses",
    "Recipe",
    "Recording",
    "Slices",
    "SubspaceAlignment",
    "Training",
    "adapt_weight_at",
    "build_dann",
    "compare",
    "diagnose",
    "format_table",
    "game_of",
    "gap_covered",
    "gap_interval",
    "learning_rate_at",
    "slices",
    "summarise",
]
