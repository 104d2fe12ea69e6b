"""The tests of chapter 11."""

import chapter_11 as yours
import numpy as np

from minidann.exercises import expect, several

CASES = {
    "[[0.8, 0.2], [0.4, 0.6], [0.9, 0.1]]": (0.499499, 0.610864),
    "[[0.7, 0.2, 0.1], [0.2, 0.2, 0.6]]": (0.876045, 1.048654),
    "[[0.5, 0.5], [0.5, 0.5]]": (0.693147, 0.693147),
    "[[1, 0], [0, 1]]": (0.0, 0.693147),
    "[[1, 0], [1, 0]]": (0.0, 0.0),
}


def test_entropies():
    for text, right in CASES.items():
        p = np.array(eval(text), float)
        with np.errstate(all="ignore"):
            found = several("what entropies returns", yours.entropies(p), 2)
        for name, value, expected in zip(("mean entropy", "diversity"), found, right):
            expect(f"{name} of {text}", value, expected, tolerance=1e-5, p=p, which=name)
