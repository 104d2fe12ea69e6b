"""Gradients beside difference quotients, and one backward pass beside the three updates of the paper."""

from .gradient_check import GradientCheck, gradient_check
from .three_updates import AdversarialCheck, check_adversarial

__all__ = ["AdversarialCheck", "GradientCheck", "check_adversarial", "gradient_check"]
