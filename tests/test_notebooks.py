"""Each chapter has a notebook with the same cells, executed, small, and without a trace of the machine.

After a change of a chapter: python tutorials/site/notebooks.py NN
"""

import json
import re
from pathlib import Path

import pytest

TUTORIALS = Path(__file__).parents[1] / "tutorials"
CHAPTERS = sorted(TUTORIALS.glob("[0-9][0-9]_*.py"))
NOTEBOOKS = sorted((TUTORIALS / "notebooks").glob("*.ipynb"))
LARGEST = 400_000  # bytes


def cells_of(script):
    """The cells of a chapter in percent format: (kind, text) of each."""
    cells = []
    for part in re.split(r"^# %%", script, flags=re.MULTILINE)[1:]:
        first, _, text = part.partition("\n")
        if "[markdown]" in first:
            text = re.sub(r"^# ?", "", text, flags=re.MULTILINE)
            cells.append(("markdown", text.strip("\n")))
        else:
            cells.append(("code", text.strip("\n")))
    return cells


def without_folders(text):
    """A text whose links have no folder and no ending: these differ between a chapter and its notebook."""
    return re.sub(r"\]\((?!https?:)(?:[\w.-]+/)*([\w.-]+?)(\.py|\.ipynb)?(#[\w-]+)?\)", r"](\1\3)", text)


def as_notebook(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_each_chapter_has_a_notebook_and_no_notebook_is_left_over():
    assert [path.stem for path in NOTEBOOKS] == [path.stem for path in CHAPTERS]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_notebook_has_the_cells_of_its_chapter(chapter):
    notebook = as_notebook(TUTORIALS / "notebooks" / f"{chapter.stem}.ipynb")
    found = [(cell["cell_type"], without_folders("".join(cell["source"]))) for cell in notebook["cells"]]
    wanted = [(kind, without_folders(text)) for kind, text in cells_of(chapter.read_text(encoding="utf-8"))]
    command = f"python tutorials/site/notebooks.py {chapter.name[:2]}"
    assert found == wanted, f"{chapter.name} has changed since its notebook was made: {command}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_executed_small_and_from_no_particular_machine(path):
    notebook = as_notebook(path)
    assert path.stat().st_size <= LARGEST
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert {output.get("name", "stdout") for output in outputs} <= {"stdout"}  # nothing on the error stream
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert pictures
    assert all(len(output["metadata"]["image/png"]["alt"]) > 10 for output in pictures)
    words = "".join("".join(output.get("text", output.get("data", {}).get("text/plain", ""))) for output in outputs)
    assert not re.search(r"/home/|/root/|/tmp/|/Users/|C:\\|\b0x[0-9a-f]{8,}", words)
    assert "execution" not in json.dumps([cell["metadata"] for cell in notebook["cells"]])  # no time stamps


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_links_of_a_notebook_lead_somewhere(path):
    text = "".join("".join(cell["source"]) for cell in as_notebook(path)["cells"] if cell["cell_type"] == "markdown")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", text)
    assert [link for link in links if not (path.parent / link).exists()] == []
