"""The hints of chapter 04."""

import numpy as np

from minidann.exercises.hints import Hints, Slip

CUBE, PRODUCT, TABLE = "x³ at 1, with h = 0.1", "x₀ · x₁ at [2, 5], with h = 0.1", "Σ W · x for x (2, 3)"


def cube(value, name, first, second):
    return Slip(name, first, second, what=CUBE, when=lambda found: np.size(found) == 1 and np.allclose(found, value))


NUMERICAL = Hints(
    "Compute the example on paper with h = 0.1. At which number does your code differ?",
    "In each round a new array differs from x at one place only. Print this array.",
    (
        cube(3.31, "one side only", "This is the forward quotient, with f(x) itself. Its error is h, and not h².",
             "Use f(x + h) and f(x − h), and divide by 2 h."),
        cube(2.71, "one side only", "This is the backward quotient, with f(x) itself. Its error is h, and not h².",
             "Use f(x + h) and f(x − h), and divide by 2 h."),
        cube(6.02, "divided by h", "Twice too large. How long is the way from x − h to x + h?",
             "The divisor is the whole way: 2 h."),
        cube(0.301, "not divided by h", "A difference of f is no slope yet. Over which distance did f change?",
             "Divide by 2 h: mind the brackets around 2 * h."),
        cube(0.0301, "h multiplied", "a / 2 * h is (a / 2) * h. Python reads from left to right.",
             "Put brackets around the divisor: / (2 * h)."),
        cube(-3.01, "the opposite sign", "The sign is wrong. Which of the two values of f comes first?",
             "f(x + h) − f(x − h), in this order."),
        cube(3.0, "h is ignored", "Your code takes a step of its own. The argument h says how far to move.",
             "Use h in the steps and in the divisor."),
        Slip("all entries at once", "One number came. Does x + h move all entries together?",
             "Put h at one place in each round. The result has the shape of x.", what=CUBE,
             when=lambda found: np.ndim(found) == 0),
        Slip("all entries at once", "All entries moved together, so this is the sum of the slopes.",
             "x + h moves every entry. Make zeros like x, and put h at one place.", what=PRODUCT,
             when=lambda found: np.allclose(found, 7.0)),
        Slip("not moved back", "The first entry is still moved when the second is measured.",
             "Begin each round with the original x: make a new array in each round.", what=PRODUCT,
             when=lambda found: np.shape(found) == (2,) and np.isclose(found[0], 5) and not np.isclose(found[1], 2)),
        Slip("x has changed", "Your code leaves x changed. The caller still needs it.",
             "Work on a copy, or put the old value back.", what="x after the call", when=lambda: True),
        Slip("a flat result", "The numbers are right, and the shape is not that of x.",
             "Begin with np.zeros_like(x), and fill this array.", what=TABLE,
             when=lambda found, right: np.size(found) == np.size(right) and np.shape(found) != np.shape(right)),
        Slip("whole rows", "Whole rows moved: x[i] is a row if x has two axes.",
             "for place in np.ndindex(x.shape) gives places such as (1, 2).", what=TABLE,
             when=lambda found: np.shape(found) == (2,) or (np.shape(found) == (2, 3)
             and np.ptp(found, axis=1).max() < 1e-6)),
        Slip("whole rows", "x[i] is a row if x has two axes, and a row is no number.",
             "for place in np.ndindex(x.shape) gives places such as (1, 2).", raises="setting an array element|only"),
        Slip("whole numbers", "x holds whole numbers, and an array of whole numbers cuts the step of 0.00001 off.",
             "Begin with a copy as floats: np.array(x, float).", what="x₀ · x₁ at whole numbers"),
        Slip("whole numbers", "An array of whole numbers cannot take a float.",
             "Begin with a copy as floats: np.array(x, float).", raises="UFuncTypeError|Cannot cast"),
    ),
)  # fmt: skip


def asks(g, name, first, second):
    """A slip that shows in the answer for this gradient."""
    what = f"is {g} the gradient of x₀ · x₁ at [2, 5]?"
    return Slip(name, first, second, what=what, when=lambda found, right: bool(found) != right)


AGREES = Hints(
    "Print g, q and |g − q| for this question. Which comparison gives the wrong answer?",
    "Three parts: the shapes are equal, the distance has no sign, and all entries are compared.",
    (
        Slip("no True or False", "The answer should be one value, True or False.",
             "An array of truths has .all(): True if each entry is.",
             when=lambda found: not isinstance(found, (bool, np.bool_))),
        asks([5.0, 2.0], "refused",
             "The right gradient is refused. Is the answer upside down, or must g equal q exactly?",
             "A quotient is never exact. Return True if each distance is at most the tolerance."),
        asks([5.0 + 1e-9, 2.0], "refused", "An error of 10⁻⁹ is refused. A quotient is never exact.",
             "Return True if each distance is at most the tolerance."),
        asks([-5.0, -2.0], "the sign is lost",
             "The opposite sign passed. A difference without np.abs is negative here.",
             "Take np.abs of the difference. Norms, and np.abs of g and q alone, do not see a sign."),
        asks([5.0, 2.1], "only one entry", "The second entry is wrong, and your code did not see it.",
             "Compare all entries: .all(), not .any(), and not the first entry alone."),
        asks([4.9, 2.0], "no absolute value", "g − q is negative here, and a negative number is always small.",
             "Take np.abs of the difference."),
        asks([5.1, 1.9], "errors cancel", "One entry is too large, the other too small. Your sum or mean is 0.",
             "Take np.abs before any sum, or better, compare each entry."),
        asks([5.0, 2.0 + 1e-5], "too generous", "An error of 10⁻⁵ passed. The tolerance is 10⁻⁶ of the largest |q|.",
             "np.allclose has other tolerances of its own. Write the comparison yourself."),
        asks([0.0, 0.0], "measured by g", "A gradient of 0 passed. Which number do you divide or multiply by?",
             "The tolerance follows q, which you measured, and not g, which may be wrong."),
        asks([2.0, 5.0], "only the size", "The same numbers at other places passed. You compare norms or sums.",
             "Compare entry by entry."),
        asks([5.0, float("nan")], "NaN passes", "NaN passed: NaN > 10⁻⁶ is False, and so is NaN < 10⁻⁶.",
             "Ask whether all distances are ≤ the tolerance, instead of whether one is greater."),
        asks([[5.0, 2.0]], "another shape passes", "The shape (1, 2) passed: NumPy broadcast it in the difference.",
             "Compare the shapes first."),
        asks(5.0, "another shape passes", "One number passed as the gradient of two.", "Compare the shapes first."),
        Slip("a division by 0", "A gradient of 0 is refused. Do you divide by it?",
             "Multiply the tolerance instead: max(1, …) is never 0.", what="is [0, 0] the gradient of 0?"),
        Slip("no common scale",
             "f is near 1e8 here, so a quotient is wrong by more than 10⁻⁶, also at the small entry.",
             "One tolerance for all entries: 10⁻⁶ · max(1, largest |q|).",
             what="is [3e8, cos 1] the gradient of 1e8 · x₀³ + sin x₁ at [1, 1]?"),
        Slip("the scale has a sign",
             "An entry of q is −3e8 here. Is q.max() the largest size?",
             "The largest |q|: np.abs(q).max().",
             what="is [−3e8, cos 1] the gradient of −1e8 · x₀³ + sin x₁ at [1, 1]?"),
    ),
)  # fmt: skip

HINTS = {"numerical_gradient": NUMERICAL, "agrees": AGREES}
