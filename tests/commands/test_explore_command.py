"""``minidann explore``: a page, or one line that says why not."""

import re

import pytest
from helpers.refusals import refused

from minidann import cli
from minidann.commands import explore

SMALL = [
    "--forms",
    "subtracted",
    "--rotations",
    "35",
    "--weights",
    "0.7",
    "--seeds",
    "1",
    "--seed",
    "2",
    "--steps",
    "3",
]


def test_it_writes_a_page_and_says_so(tmp_path, capsys):
    page = tmp_path / "new" / "page.html"
    assert cli.main(["explore", "--out", str(page), *SMALL]) == 0
    assert re.fullmatch(rf"page: {page} \(0\.\d MB, 1 runs\)\n", capsys.readouterr().out)
    assert "--forms subtracted --rotations 35 --weights 0.7 --seed 2 --seeds 1 --steps 3" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: --out"),
        (["--out", "p.html", "--forms", "right"], "argument --forms: got 'right', expected one of features"),
        (["--out", "p.html", "--rotations", "35,x"], "argument --rotations: got 'x', expected a finite number"),
        (["--out", "p.html", "--rotations", ""], "argument --rotations: got '', expected a finite number"),
        (
            ["--out", "p.html", "--rotations", "35,35.0"],
            "argument --rotations: got [35.0, 35.0], expected at least one",
        ),
        (
            ["--out", "p.html", "--weights", "-1"],
            "argument --weights: got '-1', expected a finite number of at least 0",
        ),
        (["--out", "p.html", "--seeds", "0"], "argument --seeds: got '0', expected a whole number of at least 1"),
        (["--out", "p.html", "--seeds", "4"], "got 600 runs (6 × 5 × 5 × 4), expected at most 450"),
        (["--out", "p.html", "--steps", "0"], "argument --steps: got '0'"),
        (["--out", "p.html", "--jobs", "0"], "argument --jobs: got '0'"),
        (["--out", "."], "argument --out: got '.', expected an ordinary file"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(explore, "all_runs", None)  # nothing is computed
    assert said in refused(capsys, "explore", *arguments)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_no_page(tmp_path, monkeypatch, capsys):
    def stopped(grid, jobs):
        yield None
        raise KeyboardInterrupt

    monkeypatch.setattr(explore, "all_runs", stopped)
    assert cli.main(["explore", "--out", str(tmp_path / "page.html"), "--quick"]) == 130
    assert capsys.readouterr().err == "minidann: interrupted\n"
    assert list(tmp_path.iterdir()) == []


def test_quick_is_a_smaller_grid_that_options_change(tmp_path, monkeypatch):
    grids = []
    monkeypatch.setattr(explore, "all_runs", lambda grid, jobs: grids.append(grid) or iter(()))
    monkeypatch.setattr(explore, "closing", lambda computed: __import__("contextlib").nullcontext(computed))
    monkeypatch.setattr(explore, "make_page", lambda grid, runs: "")
    for more in ([], ["--quick"], ["--quick", "--steps", "7", "--seed", "5", "--seeds", "2"]):
        assert cli.main(["explore", "--out", str(tmp_path / "page.html"), *more]) == 0
    assert grids[0] == explore.FULL
    assert grids[1] == explore.QUICK
    assert (grids[2].forms, grids[2].steps, grids[2].seeds) == (explore.QUICK.forms, 7, (5, 6))
    assert len(explore.FULL) <= 450
