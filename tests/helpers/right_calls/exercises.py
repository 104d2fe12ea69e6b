"""One right call of each public name of ``minidann.exercises``."""

import numpy as np
from helpers.wrong_calls import call

from minidann import exercises

RIGHT = {
    "exercises.difference_quotient": lambda: call(
        exercises.difference_quotient, lambda x: (x**2).sum(), np.array([1.0, 2.0]), 1e-5
    ),
    "exercises.expect": lambda: call(exercises.expect, "loss", np.array([1.0, 2.0]), np.array([1.0, 2.0])),
    "exercises.several": lambda: call(exercises.several, "the rule", (1.0, 2.0), 2),
}
