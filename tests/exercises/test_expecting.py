"""What the tests of the exercises ask, and the words for a wrong result."""

import numpy as np
import pytest

import minidann as md
from minidann.exercises import difference_quotient, expect, several


def words(found, right):
    with pytest.raises(AssertionError) as error:
        expect("x", found, right)
    return error.value.expected, error.value.came


def test_a_right_result_passes():
    expect("a number", 1, 1.0)
    expect("an array", [1.0, 2.0 + 1e-9], np.array([1, 2]))
    expect("an answer", np.True_, True)
    expect("a large number", 1e9 + 1, 1e9)


def test_a_wrong_result_is_shown_beside_the_expected_one():
    assert words(np.array([1.0, -0.0]), [1.0, 2.0]) == ("[1, 2]", "[1, 0]")
    assert words(None, [1.0]) == ("[1]", "None (is a return missing?)")
    assert words([1.0], None)[0] == "None"
    assert words([1.0, np.nan], [1.0, 2.0]) == ("[1, 2]", "[1, nan]")
    assert words([[1.0, 2.0]], [1.0, 2.0]) == ("shape (2,): [1, 2]", "shape (1, 2): [[1, 2]]")
    assert words(1, True) == ("True", "1")
    assert words("b", "a") == ("a", "b")
    assert words(md.Tensor([1.0]), [1.0])[1].startswith("a Tensor")


def test_of_a_large_array_the_worst_place_is_shown():
    found = np.zeros((5, 6))
    found[3, 1] = 2
    assert words(found, np.zeros((5, 6))) == ("0 at [3, 1] of (5, 6)", "2 at [3, 1]")
    found[4, 5] = np.nan
    assert words(found, np.zeros((5, 6)))[1] == "nan at [4, 5]"


def test_several_takes_a_tuple_of_the_right_length():
    assert several("x", [1, 2], 2) == (1, 2)
    for wrong in (None, 3.0, (1,), np.zeros(2)):
        with pytest.raises(AssertionError, match="a tuple of 2 values"):
            several("x", wrong, 2)


def test_the_difference_quotient_of_a_table():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(difference_quotient(lambda x: (x**3).sum(), x), 3 * x**2, rtol=1e-8)
    assert x.tolist() == [[1, 2], [3, 4]]
