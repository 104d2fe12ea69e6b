"""Pairs of domains to adapt between."""

from .blend import blend, mnist_mnistm_pair
from .digits import digits_pair
from .moons import moons_pair
from .pairs import DomainPair

__all__ = ["DomainPair", "blend", "digits_pair", "mnist_mnistm_pair", "moons_pair"]
