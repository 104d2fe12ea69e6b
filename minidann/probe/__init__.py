"""A look inside: the gradients along any graph, their numerical check, and a doctor for training loops."""

from .check import AdversarialCheck, GradientCheck, check_adversarial, gradient_check
from .doctor import Diagnosis, HandWritten, diagnose
from .gradients import Probe, probe
from .graph import reversals, walk
from .recorder import GradientRecorder
from .tables import RowsTable

__all__ = [
    "AdversarialCheck",
    "Diagnosis",
    "GradientCheck",
    "GradientRecorder",
    "HandWritten",
    "Probe",
    "RowsTable",
    "check_adversarial",
    "diagnose",
    "gradient_check",
    "probe",
    "reversals",
    "walk",
]
