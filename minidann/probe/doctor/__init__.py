"""A doctor for domain-adversarial training: it names the classic failures where they are, with evidence."""

from .diagnosis import FAILURES, Diagnosis, Finding
from .doctor import diagnose
from .hand_written import HandWritten

__all__ = ["FAILURES", "Diagnosis", "Finding", "HandWritten", "diagnose"]
