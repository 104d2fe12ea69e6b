"""A figure of a chapter is shown, or saved with its words; every chapter shows its figures so."""

import ast
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from minidann.plots import show_figure

CHAPTERS = sorted((Path(__file__).parents[2] / "tutorials").glob("[0-9]*.py"))[1:]  # 00 stands without the package
ALT = "Two bars: λ = 0 is as high as chance."


@pytest.fixture
def figure(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figure = plt.figure(figsize=(2, 1))
    yield figure
    plt.close(figure)


def test_without_a_display_it_is_saved_with_its_words_and_the_path_is_printed(figure, capsys):
    for _ in range(2):  # a cell may run again
        show_figure(figure, "01-1", ALT)
    assert capsys.readouterr().out == f"figure: results/tutorials/01-1.png: {ALT}\n" * 2
    assert [path.name for path in Path("results/tutorials").iterdir()] == ["01-1.png"]
    with Image.open("results/tutorials/01-1.png") as image:
        assert image.info["Description"] == ALT
    assert figure.number not in plt.get_fignums()


def test_with_a_display_it_is_shown_and_nothing_is_written(figure, monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "get_backend", lambda: "TkAgg")
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.get_fignums()))
    show_figure(figure, "01-1", ALT)
    assert shown == [plt.get_fignums()]
    assert not Path("results").exists()


@pytest.mark.parametrize("backend", ["inline", "module://matplotlib_inline.backend_inline"])
def test_in_a_notebook_it_stands_below_its_cell_once_with_its_words(figure, monkeypatch, backend):
    shown = []
    notebook = SimpleNamespace(display=lambda shown_figure, **more: shown.append((shown_figure, more)))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(display=notebook))
    monkeypatch.setitem(sys.modules, "IPython.display", notebook)
    monkeypatch.setattr(plt, "get_backend", lambda: backend)
    show_figure(figure, "01-1", ALT)
    assert shown == [(figure, {"metadata": {"image/png": {"alt": ALT}}})]
    assert figure.number not in plt.get_fignums()
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("changed", "kind", "named"),
    [
        ({"figure": 3}, TypeError, "figure: "),
        ({"name": "a/b"}, ValueError, "name: "),
        ({"alt": " "}, ValueError, "alt: "),
        ({"folder": "a-file"}, ValueError, "folder: "),
    ],
)
def test_a_wrong_argument_is_named(figure, changed, kind, named):
    Path("a-file").touch()
    with pytest.raises(kind, match=named):
        show_figure(**{"figure": figure, "name": "01-1", "alt": ALT, "folder": "results"} | changed)


def calls(tree, name):
    """The calls of a function or method by its name."""
    of = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in of if name == getattr(node.func, "id", getattr(node.func, "attr", None))]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_shows_all_its_figures_by_number_and_with_words(chapter):
    tree = ast.parse(chapter.read_text("utf-8"))
    assert not calls(tree, "show")
    shown = sorted(calls(tree, "show_figure"), key=lambda call: call.lineno)
    names = [call.args[1].value for call in shown]
    assert names == [f"{chapter.name[:2]}-{k}" for k in range(1, len(names) + 1)]
    assert names
    assert [call.lineno for call in shown if len(ast.unparse(call.args[2])) < 30] == []
