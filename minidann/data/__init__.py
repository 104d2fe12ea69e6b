"""Pairs of domains: a labelled source, and a target whose labels stay out of reach of training."""

from .checks import DataWarning
from .digits import digits_pair
from .hand_drawn import Dab, drawn_pair
from .mnistm import blend_digits, mnist_mnistm_pair
from .pairs import DomainPair
from .paper_pairs import PAPER_PAIRS, PaperPair, missing_data, paper_pair
from .points import blobs_pair, moons_pair
from .road_signs import road_signs
from .street_numbers import street_numbers
from .synthetic_numbers import synthetic_numbers

__all__ = [
    "PAPER_PAIRS",
    "Dab",
    "DataWarning",
    "DomainPair",
    "PaperPair",
    "blend_digits",
    "blobs_pair",
    "digits_pair",
    "drawn_pair",
    "missing_data",
    "mnist_mnistm_pair",
    "moons_pair",
    "paper_pair",
    "road_signs",
    "street_numbers",
    "synthetic_numbers",
]
