"""The broken loops of chapter 13: each is the right loop with one fault, and the right loop adapts."""

import inspect
import sys

import pytest

from minidann.exercises import material


@pytest.fixture(scope="module")
def loops():
    sys.path.insert(0, str(material.folder() / "given"))
    try:
        import chapter_13_loops

        return chapter_13_loops
    finally:
        del sys.path[0]


def test_a_broken_loop_differs_in_few_lines(loops):
    right = inspect.getsource(loops.right).splitlines()[1:]
    for letter, loop in loops.LOOPS.items():
        lines = inspect.getsource(loop).splitlines()[1:]
        added, lost = [[line for line in a if line not in b] for a, b in ((lines, right), (right, lines))]
        assert letter == "right" or 1 <= max(len(added), len(lost)) <= 6, (letter, added, lost)


def test_the_right_loop_adapts_and_source_only_does_not(loops):
    assert loops.right()[2] > 0.95
    assert loops.loop_a()[2] < 0.7
