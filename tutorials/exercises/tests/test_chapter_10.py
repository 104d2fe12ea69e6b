"""The tests of chapter 10. All expected numbers were worked out by hand."""

import chapter_10 as yours
import numpy as np

from minidann.exercises import expect, several

NAMES = ("lost on the way back", "the seeds disagree", "less equal classes")
Y = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
ONE_WRONG = [0, 0, 0, 0, 0, 1, 1, 1, 1, 0]
FOUR_WRONG = [1, 0, 0, 1, 0, 0, 0, 1, 1, 1]
HALF = [[0.6, 0.4], [0.55, 0.45], [0.65, 0.35], [0.4, 0.6], [0.3, 0.7]]  # the mean row is [0.5, 0.5]
OTHER = [[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.2, 0.8], [0.1, 0.9]]
UNEQUAL = [[0.99, 0.01], [0.49, 0.51], [0.99, 0.01], [0.68, 0.32], [0.55, 0.45]]  # the mean row is [0.74, 0.26]


def check(there, back, p, p_other, p_small, right):
    given = {"y": np.array(Y), "there": np.array(there), "back": np.array(back)}
    given |= {"p": np.array(p), "p_other": np.array(p_other), "p_small": np.array(p_small)}
    found = several("what three_signs returns", yours.three_signs(**given), 3)
    for name, value, expected in zip(NAMES, found, right):
        expect(name, value, expected, tolerance=1e-5, **given)


def test_three_signs():
    check(ONE_WRONG, FOUR_WRONG, HALF, OTHER, UNEQUAL, (0.3, 0.2, 0.173254))


def test_three_signs_below_0():
    check(FOUR_WRONG, ONE_WRONG, UNEQUAL, OTHER, HALF, (-0.3, 0.8, -0.209561))


def check_least(y, predicted, share, right):
    y, predicted = np.array(y), np.array(predicted)
    found = yours.least_error(y, predicted, share)
    expect(f"least error, share {share:g} in the target", found, right, y=y, predicted=predicted, share=share)


def test_least_error():
    y = [0] * 8 + [1] * 2  # the share of class 1 is 0.2
    check_least(y, [0] * 6 + [1] * 2 + [0, 1], 0.95, 0.45)  # three of ten are wrong
    y = [0] * 2 + [1] * 8  # the share of class 1 is 0.8
    check_least(y, [0] * 3 + [1] * 7, 0.1, 0.6)  # one of ten is wrong
    check_least(y, [0] * 3 + [1] * 7, 0.78, 0.0)
