"""``minidann choose``: the table, the rows and the figure; CSV files; one line for what cannot be."""

import json
import re

import numpy as np
import pytest
from helpers.refusals import refused

from minidann import cli
from minidann.commands import choose
from minidann.estimators.rules import NAMES

SMALL = ["--steps", "20", "--points", "60", "--seeds", "2", "--grid", "adapt_weight=0,1"]


def test_it_prints_the_choices_writes_the_rows_and_draws(tmp_path, capsys):
    rows = tmp_path / "rows.json"
    arguments = ["choose", "moons", *SMALL, "--rotation", "60", "--out", str(tmp_path / "o"), "--json", str(rows)]
    assert cli.main(arguments) == 0
    out = capsys.readouterr().out
    assert out.startswith("moons → moons turned by 60°: 2 settings, 2 seeds\n")
    for rule in NAMES:
        assert re.search(rf"^{rule} +adapt_weight=[01] +0\.\d{{3}} ± 0\.\d{{3}} +-?0\.\d{{3}}", out, re.M), rule
    assert f"figure: {tmp_path / 'o' / 'choose-moons.png'}   rows: {rows}" in out
    found = json.loads(rows.read_text("utf-8"))
    assert [(row["adapt_weight"], row["seed"]) for row in found] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert all(isinstance(row[rule], float) for row in found for rule in NAMES)
    assert (tmp_path / "o" / "choose-moons.png").stat().st_size > 20_000


def test_the_names_of_rules_in_the_help_are_those_of_the_package():
    assert choose.RULES == NAMES


def test_two_files_without_any_target_label(tmp_path, capsys, rng):
    for name, label in (("source", True), ("target", False)):
        x, y = rng.standard_normal((60, 2)) + label, np.arange(60) % 2
        lines = ["a,b" + ",kind" * label] + [
            f"{a:.4f},{b:.4f}" + f",{'xy'[kind]}" * label for (a, b), kind in zip(x, y, strict=True)
        ]
        (tmp_path / f"{name}.csv").write_text("\n".join(lines))
    files = ["--source", tmp_path / "source.csv", "--label", "kind", "--target", tmp_path / "target.csv"]
    more = ["--steps", 5, "--seeds", 1, "--grid", "lambda=0,0.5", "rate=0.01,0.04", "--out", tmp_path]
    assert (
        cli.main(list(map(str, ["choose", "csv", *files, *more, "--by", "source_accuracy", "reverse_validation"]))) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "source → target: 4 settings, 1 seed"
    assert re.fullmatch(r"source_accuracy +adapt_weight=\S+ rate=\S+ +– +–( +▲)?", lines[3])


def test_a_signal_keeps_the_rows_of_the_finished_trials(tmp_path, monkeypatch, capsys):
    from minidann.estimators import choosing

    def stopped(function, tasks, jobs):
        yield 0, function(tasks[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(choosing, "in_parallel", stopped)
    rows = tmp_path / "rows.json"
    arguments = ["choose", "moons", *SMALL, "--by", "source_accuracy", "--out", str(tmp_path), "--json", str(rows)]
    assert cli.main(arguments) == 130
    captured = capsys.readouterr()
    assert captured.err == "minidann: interrupted after 1 of 4 trials: nothing is chosen\n"
    assert captured.out == f"rows: {rows}\n"
    assert [row["seed"] for row in json.loads(rows.read_text("utf-8"))] == [0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: PAIR"),
        (["mars"], "argument PAIR: got 'mars', expected one of moons"),
        (["moons", "--grid", "adapt_weight"], "argument --grid: got 'adapt_weight', expected NAME=X,X,…"),
        (["moons", "--grid", "luck=1"], "argument --grid: got 'luck=1', expected NAME=X,X,… with a name of steps"),
        (["moons", "--grid", "rate=0,x"], "argument --grid: got 'x', expected a finite number"),
        (["moons", "--grid", "rate=1,1"], "argument --grid: got [1.0, 1.0], expected at least one of values of rate"),
        (["moons", "--grid", "rate=1", "rate=2"], "argument --grid: got a setting twice, expected each once"),
        (["moons", "--by", "luck"], "argument --by: got 'luck', expected one of source_accuracy"),
        (["moons", "--by", *["diversity"] * 2], "argument --by: got ['diversity', 'diversity'], expected at least one"),
        (["moons", "--by", "seed_agreement", "--seeds", "1"], "argument --by: got 'seed_agreement' with one seed"),
        (["moons", "--reverse-steps", "0"], "argument --reverse-steps: got '0'"),
        (["moons", "--jobs", "0"], "argument --jobs: got '0'"),
        (["moons", "--source", "a.csv"], "argument --source: only the pair csv reads files"),
        (["csv", "--source", "a.csv"], "argument --label: got none, expected one for the pair csv"),
        (
            ["moons", "--json", "choose-moons.png", "--out", "."],
            "argument --json: got 'choose-moons.png', expected anot",
        ),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("minidann.estimators.choosing.run_task", None)  # nothing is computed
    assert said in refused(capsys, "choose", *arguments)
    assert list(tmp_path.iterdir()) == []
