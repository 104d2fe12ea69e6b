"""Pairs of domains to adapt between."""

from .moons import moons_pair
from .pairs import DomainPair

__all__ = ["DomainPair", "moons_pair"]
