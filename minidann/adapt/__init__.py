"""What the paper adds to deep learning: the adversarial objective and its training."""

from .build import build_dann
from .cdan import CDAN
from .dann import DANN, Losses
from .own_statistics import with_own_statistics
from .recipes import BEST, DIGITS, JOURNAL, MOONS, PAPER, PRINTED, RECIPES, TABLES, Recipe
from .resume import load_checkpoint, move_training, restore, save_checkpoint, state_of
from .schedules import adapt_weight_at, learning_rate_at
from .start import start_from
from .training import Batch, Training

__all__ = [
    "BEST",
    "CDAN",
    "DANN",
    "DIGITS",
    "JOURNAL",
    "MOONS",
    "PAPER",
    "PRINTED",
    "RECIPES",
    "TABLES",
    "Batch",
    "Losses",
    "Recipe",
    "Training",
    "adapt_weight_at",
    "build_dann",
    "learning_rate_at",
    "load_checkpoint",
    "move_training",
    "restore",
    "save_checkpoint",
    "start_from",
    "state_of",
    "with_own_statistics",
]
