"""``minidann bench``."""

import json

import pytest
from helpers.refusals import refused

from minidann import cli
from minidann.bench import peers, timing

QUICK = ["bench", "moons", "--against", "--rounds", "2"]


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(timing, "BLOCK", 0.0)  # one call a block


def test_it_prints_the_table_and_writes_the_rows(tmp_path, capsys):
    rows = tmp_path / "rows.json"
    assert cli.main([*QUICK, "--json", str(rows)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "2 threads for each framework" in captured.out or "1 thread for each framework" in captured.out
    assert captured.out.endswith(f"rows: {rows}\n")
    (row,) = json.loads(rows.read_text(encoding="utf-8"))
    assert (row["workload"], row["framework"]) == ("moons", "minidann")
    assert 0 < row["floor_ms"] < row["step_ms"]
    assert row["fastest_ms"] <= row["step_ms"] <= row["slowest_ms"]
    assert 0 < row["import_mb"] < row["peak_mb"]
    line = next(line for line in captured.out.splitlines() if line.startswith("moons"))
    assert line.split()[1] == "minidann"


def test_an_error_keeps_the_finished_workloads(tmp_path, capsys, monkeypatch):
    def measure(workload, *_):
        if workload.name == "digits":
            raise ValueError("torch: the label loss differs")
        return [
            dict.fromkeys(("step_ms", "fastest_ms", "slowest_ms", "floor_ms", "by_floor", "minidann_by_this"), 1.0)
            | {"workload": workload.name, "framework": "minidann"}
        ]

    monkeypatch.setattr("minidann.commands.bench.measure_steps", measure)
    rows = tmp_path / "rows.json"
    assert cli.main(["bench", "moons", "digits", "mnist", *QUICK[2:], "--json", str(rows)]) == 2
    captured = capsys.readouterr()
    assert captured.err == "minidann: torch: the label loss differs; the table holds the finished workloads\n"
    assert [row["workload"] for row in json.loads(rows.read_text(encoding="utf-8"))] == ["moons"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["sun"], "argument WORKLOAD: got 'sun', expected one of moons, digits"),
        (["--against", "numpy"], "argument --against: got 'numpy', expected one of torch, jax, mygrad, autograd"),
        (["--rounds", "0"], "argument --rounds: got '0'"),
        (["--threads", "x"], "argument --threads: got 'x'"),
    ],
)
def test_bad_options_end_with_status_2_and_one_line(wrong, message, capsys):
    assert message in refused(capsys, "bench", *wrong)


def test_a_peer_that_is_not_installed_is_refused_before_any_work(capsys, monkeypatch):
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda name: None)
    said = refused(capsys, *QUICK[:2], "--against", "torch")
    assert "argument --against: got 'torch', which is not installed, expected one of none" in said


def test_without_the_repository_the_command_says_where_the_peers_are(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(peers, "FOLDER", tmp_path / "none")
    assert peers.installed() == []
    assert "tests/benchmarks/peers" in refused(capsys, *QUICK[:2], "--against", "torch")
