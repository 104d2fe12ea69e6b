"""What the paper adds to deep learning: the adversarial objective and its training."""

from .dann import DANN, Losses, build_dann
from .recipes import BEST, DIGITS, JOURNAL, MOONS, PAPER, RECIPES, Recipe
from .schedules import adapt_weight_at, learning_rate_at
from .training import Batch, Training

__all__ = [
    "BEST",
    "DANN",
    "DIGITS",
    "JOURNAL",
    "MOONS",
    "PAPER",
    "RECIPES",
    "Batch",
    "Losses",
    "Recipe",
    "Training",
    "adapt_weight_at",
    "build_dann",
    "learning_rate_at",
]
