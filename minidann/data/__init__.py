"""Pairs of domains to adapt between."""

from .blend import blend, mnist_mnistm_pair
from .blobs import blobs_pair
from .digits import digits_pair
from .drawn import Dab, drawn_pair
from .moons import moons_pair
from .pairs import DomainPair

__all__ = ["Dab", "DomainPair", "blend", "blobs_pair", "digits_pair", "drawn_pair", "mnist_mnistm_pair", "moons_pair"]
