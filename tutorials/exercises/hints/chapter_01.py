"""The hints of chapter 01."""

import math

from minidann.exercises.hints import Hints, Slip


def at_b(name, first, second, e_gives):
    """A slip of ∂L/∂e, which ∂L/∂b shows."""
    return Slip(name, first, second, gives=lambda w, x, b: e_gives(w * x + b, math.tanh(w * x + b)))


def named(letter, name, first, second, gives):
    """A slip of the last step to w or x."""
    return tuple(
        Slip(name, first, second, what=f"∂L/∂{letter} at w = {w}, x = {x}, b = {b}", gives=gives)
        for w, x, b in ((2.0, 0.0, 0.0), (0.5, 3.0, -0.9), (-1.5, 0.2, 1.0))
    )


def slope(w, x, b):
    h = math.tanh(w * x + b)
    return 2 * h * (1 - h**2) + 1


WALK = Hints(
    "Write each value at the example: e, h, L. Then walk back: ∂L/∂h, ∂L/∂e, and the three inputs.",
    "∂L/∂e has two terms: one through h, with the derivative of tanh, and one from L itself.",
    (
        *named("w", "w in the place of x", "The derivative of w · x by w is x.", "If w grows by 1, e grows by x.",
               lambda w, x, b: slope(w, x, b) * w),
        *named("x", "x in the place of w", "The derivative of w · x by x is w.", "If x grows by 1, e grows by w.",
               lambda w, x, b: slope(w, x, b) * x),
        *named("w", "the last step is forgotten", "This is ∂L/∂e. How much does e grow if w grows by 1?",
               "Multiply by the derivative of w · x + b by w.", slope),
        *named("b", "b in the derivative", "The derivative of w · x + b by b is 1, not b.",
               "If b grows by 1, e grows by 1.",
               lambda w, x, b: slope(w, x, b) * b),
        *named("b", "the wrong place", "This number belongs to another input. The order is w, x, b.",
               "return ∂L/∂w, ∂L/∂x, ∂L/∂b.", lambda w, x, b: slope(w, x, b) * w),
        at_b("one path only", "e is used twice. One of its two paths is missing: that of L = … + e.",
             "∂L/∂e = (through h) + 1.", lambda e, h: 2 * h * (1 - h**2)),
        at_b("one path only", "e is used twice. The path through h is missing.", "∂L/∂e = ∂L/∂h · ∂h/∂e + 1.",
             lambda e, h: 1.0),
        at_b("tanh is skipped", "The step from h to e is missing: the derivative of tanh.",
             "Multiply ∂L/∂h by 1 − h².", lambda e, h: 2 * h + 1),
        at_b("e in the derivative of tanh", "The derivative of tanh(e) is 1 − tanh(e)², not 1 − e².",
             "Use h, which is tanh(e) already.", lambda e, h: 2 * h * (1 - e**2) + 1),
        at_b("the square is forgotten", "The derivative of tanh is 1 − h², with a square.", "1 − h² and not 1 − h.",
             lambda e, h: 2 * h * (1 - h) + 1),
        at_b("the 2 is forgotten", "The derivative of h² is 2 h.", "The exponent comes down as a factor.",
             lambda e, h: h * (1 - h**2) + 1),
        at_b("h is forgotten", "The derivative of h² is 2 h, not 2.", "The exponent becomes smaller by 1: 2 · h¹.",
             lambda e, h: 2 * (1 - h**2) + 1),
        at_b("e in the place of h", "The derivative of h² by h is 2 h. You have 2 e.", "L contains h², not e².",
             lambda e, h: 2 * e * (1 - h**2) + 1),
        at_b("the sign in the derivative of tanh", "1 + h² grows with h. But tanh becomes flat for large e.",
             "The derivative of tanh is 1 − h².", lambda e, h: 2 * h * (1 + h**2) + 1),
        at_b("a product of paths", "The paths are multiplied or subtracted. Where paths meet, derivatives add.",
             "∂L/∂e = (through h) + 1.", lambda e, h: 2 * h * (1 - h**2) - 1),
        Slip("three numbers", "Return three numbers: ∂L/∂w, ∂L/∂x, ∂L/∂b.", "return a, b, c gives a tuple of three.",
             what="what walk_back returns"),
    ),
)  # fmt: skip

HINTS = {"walk_back": WALK}
