"""Looking inside any graph: what arrives where, how the graph goes, and whether its gradients are right."""

from .gradients import Probe, probe
from .tables import RowsTable

__all__ = ["Probe", "RowsTable", "probe"]
