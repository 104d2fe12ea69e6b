"""Looking inside any graph: what arrives where, how it goes, whether its gradients are right; games of two players."""

from .adversarial import AdversarialCheck, check_adversarial
from .check import GradientCheck, gradient_check
from .dynamics import DYNAMICS, Path, play
from .games import Game, QuadraticGame, SmallestDANN, bilinear_game
from .gradients import Probe, probe
from .graph import reversals, walk
from .recorder import GradientRecorder
from .saddle import (
    Verdict,
    antisymmetric_part,
    jacobian,
    measure_motion,
    spectral_radius,
    stationary_point,
    step_matrix,
    symmetric_part,
    verdict,
)
from .tables import RowsTable

__all__ = [
    "DYNAMICS",
    "AdversarialCheck",
    "Game",
    "GradientCheck",
    "GradientRecorder",
    "Path",
    "Probe",
    "QuadraticGame",
    "RowsTable",
    "SmallestDANN",
    "Verdict",
    "antisymmetric_part",
    "bilinear_game",
    "check_adversarial",
    "gradient_check",
    "jacobian",
    "measure_motion",
    "play",
    "probe",
    "reversals",
    "spectral_radius",
    "stationary_point",
    "step_matrix",
    "symmetric_part",
    "verdict",
    "walk",
]
