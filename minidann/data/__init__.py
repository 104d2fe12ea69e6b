"""Pairs of domains: a labelled source, and a target whose labels stay out of reach of training."""

from .checks import DataWarning
from .digits import digits_pair
from .hand_drawn import Dab, drawn_pair
from .mnistm import blend_digits, mnist_mnistm_pair
from .pairs import DomainPair
from .points import blobs_pair, moons_pair
from .synthetic_numbers import synthetic_numbers

__all__ = [
    "Dab",
    "DataWarning",
    "DomainPair",
    "blend_digits",
    "blobs_pair",
    "digits_pair",
    "drawn_pair",
    "mnist_mnistm_pair",
    "moons_pair",
    "synthetic_numbers",
]
