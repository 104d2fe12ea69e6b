"""Exercises of the course: stubs cut from solution files, and a check that answers like a patient teacher.

The tests of an exercise use three functions:

    expect("gA", gA, right, A=A, B=B)       # raises an AssertionError that shows both, unless gA is right
    gA, gB = several("the rule of @", rule(G), 2)
    difference_quotient(f, A)               # the numerical gradient of f at A
"""

from .expecting import difference_quotient, expect, several

__all__ = ["difference_quotient", "expect", "several"]
