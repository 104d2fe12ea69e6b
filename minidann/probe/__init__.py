"""Looking inside any graph: what arrives where, how the graph goes, and whether its gradients are right."""

from .adversarial import AdversarialCheck, check_adversarial
from .check import GradientCheck, gradient_check
from .gradients import Probe, probe
from .graph import reversals, walk
from .recorder import GradientRecorder
from .tables import RowsTable

__all__ = [
    "AdversarialCheck",
    "GradientCheck",
    "GradientRecorder",
    "Probe",
    "RowsTable",
    "check_adversarial",
    "gradient_check",
    "probe",
    "reversals",
    "walk",
]
