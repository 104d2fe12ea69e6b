"""``minidann rotations``."""

import json
from pathlib import Path

import pytest
from helpers.refusals import refused

from minidann import cli
from minidann.commands import rotations

QUICK = ["rotations", "--steps", "10", "--points", "20", "--rotations", "90,0", "--seeds", "1"]


def test_it_prints_the_table_and_writes_rows_and_figure(tmp_path, capsys):
    rows = tmp_path / "rows.json"
    assert cli.main([*QUICK, "--seed", "3", "--out", str(tmp_path), "--json", str(rows)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert [line.split()[:2] for line in captured.out.splitlines()[2:6]] == [
        [angle, method] for angle in ("0°", "90°") for method in ("source-only", "dann")
    ]
    assert captured.out.endswith(f"figure: {tmp_path / 'rotations.png'}   rows: {rows}\n")
    found = json.loads(rows.read_text(encoding="utf-8"))
    assert [(row["rotation"], row["seed"]) for row in found] == [(0, 3), (0, 3), (90, 3), (90, 3)]
    assert (tmp_path / "rotations.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [(KeyboardInterrupt(), 130, "interrupted"), (FloatingPointError("diverged at step 7"), 2, "diverged at step 7")],
)
def test_an_early_end_keeps_the_finished_rows(error, status, message, tmp_path, capsys, monkeypatch):
    real = rotations.over_rotations

    def stopped(*arguments):
        for i, rows in enumerate(real(*arguments)):
            if i:
                raise error
            yield rows

    monkeypatch.setattr(rotations, "over_rotations", stopped)
    rows = tmp_path / "rows.json"
    assert cli.main([*QUICK, "--out", str(tmp_path), "--json", str(rows)]) == status
    captured = capsys.readouterr()
    assert captured.out.count("dann") == 1
    assert captured.err == f"minidann: {message}; the table holds the 1 finished pairs\n"
    assert len(json.loads(rows.read_text(encoding="utf-8"))) == 2
    assert not Path(tmp_path / "rotations.png").exists()


def test_an_error_before_the_first_row_is_the_only_line(tmp_path, capsys):
    assert "rate" in refused(capsys, *QUICK, "--rate", "1e30", "--out", tmp_path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--rotations", "0,x"], "argument --rotations: got 'x', expected a finite number"),
        (["--rotations", "0,0"], "argument --rotations: got [0.0, 0.0], expected at least one, each once"),
        (["--jobs", "0"], "argument --jobs: got '0'"),
        (["--source-share", "1"], "argument --source-share: got 1, expected a point of each class"),
    ],
)
def test_bad_options_end_with_status_2_and_one_line(wrong, message, tmp_path, capsys):
    assert message in refused(capsys, *QUICK, *wrong, "--out", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
