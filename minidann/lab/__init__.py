"""The classroom window, and the experiment behind it, which works without a window."""

from .experiment import Experiment
from .scenarios import SCENARIOS, Scenario
from .settings import Settings
from .window import Lab

__all__ = ["SCENARIOS", "Experiment", "Lab", "Scenario", "Settings"]
