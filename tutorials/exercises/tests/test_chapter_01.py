"""The tests of chapter 01. They measure each derivative: change the input a little, and look at the loss."""

import chapter_01 as yours
import numpy as np

from minidann.exercises import difference_quotient, expect, several


def loss(inputs):
    """L of the inputs (w, x, b)."""
    e = inputs[0] * inputs[1] + inputs[2]
    return np.tanh(e) ** 2 + e


def test_walk_back():
    for w, x, b in ((0.5, 3.0, -0.9), (-1.5, 0.2, 1.0), (2.0, 0.0, 0.0)):
        found = several("what walk_back returns", yours.walk_back(w, x, b), 3)
        right = difference_quotient(loss, np.array([w, x, b]))
        for i, name in ((2, "b"), (0, "w"), (1, "x")):
            expect(f"∂L/∂{name} at w = {w}, x = {x}, b = {b}", found[i], right[i], w=w, x=x, b=b)
