"""Looking inside any graph: what arrives where, how the graph goes, and whether its gradients are right."""

from .adversarial import check_adversarial
from .check import gradient_check
from .gradients import Probe, probe
from .tables import RowsTable

__all__ = ["Probe", "RowsTable", "check_adversarial", "gradient_check", "probe"]
