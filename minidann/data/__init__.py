"""Pairs of domains to adapt between."""

from .blobs import blobs_pair
from .digits import digits_pair
from .hand_drawn import Dab, drawn_pair
from .mnistm import blend, mnist_mnistm_pair
from .pairs import DomainPair
from .points import moons_pair

__all__ = ["Dab", "DomainPair", "blend", "blobs_pair", "digits_pair", "drawn_pair", "mnist_mnistm_pair", "moons_pair"]
