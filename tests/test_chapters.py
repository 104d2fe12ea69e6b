"""Each chapter has the form of CONTRIBUTING.md: text is text, facts have messages, there are things to try."""

import ast
import re
from pathlib import Path

import pytest
from helpers.natural_changes import CHANGES, changed

CHAPTERS = sorted((Path(__file__).parents[1] / "tutorials").glob("[0-9]*.py"))[1:]  # 00 is one file


def cells(chapter):
    """The cells of a chapter: (is it text, its lines)."""
    for cell in re.split(r"(?m)^(?=# %%)", chapter.read_text("utf-8")):
        head, *lines = cell.splitlines() or [""]
        yield "[markdown]" in head, lines


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_no_code_stands_in_a_text_cell(chapter):
    stray = [line for is_text, lines in cells(chapter) if is_text for line in lines if line and line[0] != "#"]
    assert stray == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_the_form_of_a_chapter(chapter):
    text = chapter.read_text("utf-8")
    facts = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert)]
    assert [node.lineno for node in facts if node.msg is None] == []
    printed = [node for node in facts if "PRINTED" in ast.unparse(node.msg)]
    assert printed
    assert len(printed) < len(facts)
    tries = re.search(r"(?s)^# ## Try\n(.*?)^# ## Facts", text, re.MULTILINE).group(1)
    assert 3 <= len(re.findall(r"(?m)^# \d\. ", tries)) <= 5
    assert "# **You can now** " in text
    opening = next(lines for is_text, lines in cells(chapter) if is_text)
    assert any("?" in line for line in opening)


@pytest.mark.parametrize("number", CHANGES)
def test_the_changes_of_the_benchmark_fit_the_chapter(number):
    for old, new in CHANGES[number]:
        ast.parse(changed(number, old, new))
