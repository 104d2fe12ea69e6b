"""The exercises: solutions pass, stubs ask to be written, and typical wrong answers get the hint that fits."""

import pytest
from helpers.wrong_answers import CHAPTERS, WRONG, answer, replaced

EACH = [(number, exercise.name) for number, chapter in CHAPTERS.items() for exercise in chapter.exercises]


@pytest.mark.parametrize(("number", "name"), EACH)
def test_ten_wrong_answers_get_the_hint_that_fits(number, name):
    chapter = CHAPTERS[number]
    found = []
    for slip, passage, replacement in WRONG[number][name]:
        wrong = answer(chapter, replaced(chapter.solution, passage, replacement), name)
        assert wrong.state in ("wrong", "error"), (slip, replacement, wrong)
        assert all(wrong.hints), slip
        found.append(wrong.slip)
    assert found == [slip for slip, *_ in WRONG[number][name]]
    assert len(found) >= 10


@pytest.mark.parametrize(("number", "name"), EACH)
def test_the_solution_is_right_and_the_stub_asks_to_be_written(number, name):
    chapter = CHAPTERS[number]
    assert answer(chapter, chapter.solution, name).state == "right"
    assert answer(chapter, chapter.stub(), name).state == "empty"


@pytest.mark.parametrize("number", CHAPTERS)
def test_hints_do_not_repeat_themselves(number):
    """Each slip has a hint, and a second one that says more."""
    from helpers.wrong_answers import HINTS

    for hints in HINTS[number].values():
        for one in (hints, *hints.slips):
            assert one.first != one.second
            assert len(one.first) > 20
            assert len(one.second) > 20
