"""The tests of chapter 20. They know the right names as check sums only, so that you can read them."""

import chapter_20 as yours

from minidann.exercises import expect, several
from minidann.exercises.names import expect_names

CASES = {  # source only, method, train on target, the printed percentage → smallest, largest, follows
    (0.5, 0.6, 0.9, 25.0): (24.975000, 25.025000, True),
    (0.5749, 0.8149, 0.9891, 57.9): (57.918879, 57.967165, True),
    (0.5225, 0.5690, 0.9596, 4.1): (10.615420, 10.661176, False),
    (0.5919, 0.7107, 0.9951, 29.3): (29.439484, 29.489087, False),
    (0.5, 0.6, 0.9, 25.2): (24.975000, 25.025000, False),
    (0.5, 0.6, 0.9, 24.9): (24.975000, 25.025000, False),
}


def test_follows():
    for (low, middle, high, percent), right in CASES.items():
        found = several("what follows returns", yours.follows(low, middle, high, percent), 3)
        given = {"s": low, "m": middle, "t": high, "percent": percent, "ends": right[:2]}
        case = f"follows({low:g}, {middle:g}, {high:g}, {percent:g})"
        for name, value, expected in zip(("smallest", "largest", "follows"), found, right):
            expect(f"{case}: {name}", value, expected, which=name, **given)


SUMS = {
    "A": "d5e76292",
    "B": "1a8ef476",
    "C": "d75085b9",
    "D": "5819e856",
    "E": "84595579",
    "F": "5f281c42",
    "G": "d6ff126c",
    "H": "08e14ed4",
    "I": "10a08952",
    "J": "0dac6cd6",
}


def test_slips():
    expect_names("slips", yours.ANSWERS, yours.SLIPS, SUMS)
