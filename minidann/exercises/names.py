"""Exercises that ask for names from a list. Students read the tests, so the right names stand there as check sums."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from .expecting import expect
from .hints import Slip


def expect_names(exercise: str, answers: Mapping[str, str], listed: Sequence[str], sums: Mapping[str, str]) -> None:
    """Raise an AssertionError for the first wrong name, and NotImplementedError if names are missing.

    ``answers``: the name that a student gave each letter; "" or no entry: none yet. ``listed``: the names to choose
    from. ``sums``: the letters that the exercise asks for, each with the ``check_sum`` of its right name.
    """
    given = {letter: answers.get(letter, "") for letter in sums}
    for letter, answer in given.items():
        if answer == "":
            continue
        known: dict[str, Any] = {"letter": letter, "answer": answer, "listed": answer in listed}
        expect(f'{letter}: "{answer}" is in the list', known["listed"], True, **known)
        expect(f'{letter}: "{answer}" is the right name', check_sum(letter, answer) == sums[letter], True, **known)
    if missing := [letter for letter, answer in given.items() if answer == ""]:
        raise NotImplementedError(f"exercise {exercise}: no answer yet for {', '.join(missing)}")


def check_sum(letter: str, name: str) -> str:
    """Eight letters that stand for the name of a letter, and do not tell it."""
    return hashlib.sha256(f"{letter}: {name}".encode()).hexdigest()[:8]


def of_letter(letter: str, first: str, second: str) -> Slip:
    """The hints of a letter, for any wrong name."""
    return Slip(f"letter {letter}", first, second, when=lambda letter, own=letter: letter == own)


def taken(letter: str, answer: str, first: str, second: str) -> Slip:
    """The hints of a letter for the wrong name ``answer``."""

    def is_this(letter: str, answer: str, own: str = letter, wrong: str = answer) -> bool:
        return (letter, answer) == (own, wrong)

    return Slip(f"{letter}: {answer}", first, second, when=is_this)
