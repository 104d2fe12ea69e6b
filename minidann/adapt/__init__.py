"""What the paper adds to deep learning: the adversarial objective, its training, and what to compare it with."""

from .alignment import SubspaceAlignment
from .contrast import FormsComparison, compare_forms
from .dann import DANN, Losses, build_dann
from .doctor import Diagnosis, HandWritten, diagnose
from .forms import FORMS, FormTraining, multiples
from .landscape import LandscapeGame, Slices, game_of, slices
from .methods import METHODS, Comparison, compare
from .recipes import JOURNAL, MOONS, RECIPES, Recipe
from .recording import Recording
from .schedules import adapt_weight_at, learning_rate_at
from .table import format_table, gap_covered, gap_interval, summarise
from .training import Batch, Training

__all__ = [
    "DANN",
    "FORMS",
    "JOURNAL",
    "METHODS",
    "MOONS",
    "RECIPES",
    "Batch",
    "Comparison",
    "Diagnosis",
    "FormTraining",
    "FormsComparison",
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
    "compare_forms",
    "diagnose",
    "format_table",
    "game_of",
    "gap_covered",
    "gap_interval",
    "learning_rate_at",
    "multiples",
    "slices",
    "summarise",
]
