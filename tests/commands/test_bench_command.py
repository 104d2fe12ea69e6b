"""``minidann bench``."""

import json

import pytest
from helpers.refusals import refused

from minidann import cli
from minidann.bench import division, peers, timing

QUICK = ["bench", "moons", "--against", "--rounds", "2"]


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(timing, "BLOCK", 0.0)  # one call a block
    monkeypatch.setattr(division, "SECONDS", 0.0)


def test_it_prints_the_table_and_writes_rows_and_figure(tmp_path, capsys):
    rows = tmp_path / "rows.json"
    assert cli.main([*QUICK, "--out", str(tmp_path), "--json", str(rows)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "2 threads for each framework" in captured.out or "1 thread for each framework" in captured.out
    assert captured.out.endswith(f"figure: {tmp_path / 'bench.png'}   rows: {rows}\n")
    assert (tmp_path / "bench.png").read_bytes().startswith(b"\x89PNG")
    (row,) = json.loads(rows.read_text(encoding="utf-8"))
    assert (row["workload"], row["framework"]) == ("moons", "minidann")
    assert 0 < row["floor_ms"] < row["step_ms"]
    assert row["fastest_ms"] <= row["step_ms"] <= row["slowest_ms"]
    assert sum(row["shares"].values()) == pytest.approx(1)
    assert {"matmul forward", "matmul backward", "losses forward", "draw", "update"} < set(row["shares"])
    assert min(row["shares"].values()) >= 0
    assert "moons: " in captured.out
    assert 0 < row["import_mb"] < row["peak_mb"]
    line = next(line for line in captured.out.splitlines() if line.startswith("moons"))
    assert line.split()[1] == "minidann"


def made_up(workload, **more):
    numbers = ("step_ms", "fastest_ms", "slowest_ms", "floor_ms", "by_floor", "minidann_by_this", "peak_mb")
    return dict.fromkeys(numbers, 2.0) | {"workload": workload, "framework": "minidann", "import_mb": 1.0} | more


@pytest.mark.parametrize("option", ["--inference", "--growth"])
def test_predictions_and_growing_networks_have_their_own_figure(option, tmp_path, capsys, monkeypatch):
    def of_growth(grown, *_):
        return [made_up(grown.workload.name, varied=grown.varied, value=grown.value)]

    monkeypatch.setattr("minidann.commands.bench.measure_predictions", lambda name, *_: [made_up(name)])
    monkeypatch.setattr("minidann.commands.bench.measure_growth", of_growth)
    assert cli.main(["bench", option, "--against", "--out", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    names = ["digits", "mnist"] if option == "--inference" else ["batch 256", "side 20", "maps × 0.5"]
    assert all(f"\n{name}" in captured.out for name in names)
    assert [path.name for path in tmp_path.iterdir()] == [f"bench-{option[2:]}.png"]


def test_an_error_keeps_the_finished_workloads(tmp_path, capsys, monkeypatch):
    def measure(workload, *_):
        if workload.name == "digits":
            raise ValueError("torch: the label loss differs")
        return [made_up(workload.name)]

    monkeypatch.setattr("minidann.commands.bench.measure_steps", measure)
    rows = tmp_path / "rows.json"
    assert cli.main(["bench", "moons", "digits", "mnist", *QUICK[2:], "--out", str(tmp_path), "--json", str(rows)]) == 2
    captured = capsys.readouterr()
    assert captured.err == "minidann: torch: the label loss differs; the table holds the finished workloads\n"
    assert [row["workload"] for row in json.loads(rows.read_text(encoding="utf-8"))] == ["moons"]


@pytest.mark.parametrize(("finished", "said"), [(True, "the table holds the finished"), (False, "no workload was")])
def test_ctrl_c_says_what_is_left(finished, said, tmp_path, capsys, monkeypatch):
    def measure(workload, *_):
        if workload.name == "digits" or not finished:
            raise KeyboardInterrupt
        return [made_up(workload.name)]

    monkeypatch.setattr("minidann.commands.bench.measure_steps", measure)
    assert cli.main(["bench", "moons", "digits", *QUICK[2:], "--out", str(tmp_path)]) == 130
    captured = capsys.readouterr()
    assert captured.err.startswith(f"minidann: interrupted; {said}")
    assert ("moons" in captured.out) == finished


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["sun"], "argument WORKLOAD: got 'sun', expected one of moons, digits"),
        (
            ["--against", "numpy"],
            "argument --against: got 'numpy', expected one of torch, torch-channels-last, jax, mygrad",
        ),
        (["moons", "--growth"], "argument --growth: got moons too, expected no WORKLOAD beside it"),
        (["--growth", "--inference"], "argument --inference: not allowed with argument --growth"),
        (["--rounds", "0"], "argument --rounds: got '0'"),
        (["--threads", "x"], "argument --threads: got 'x'"),
    ],
)
def test_bad_options_end_with_status_2_and_one_line(wrong, message, tmp_path, capsys):
    assert message in refused(capsys, "bench", *wrong, "--out", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_peer_that_is_not_installed_is_refused_before_any_work(capsys, monkeypatch):
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda name: None)
    said = refused(capsys, *QUICK[:2], "--against", "torch")
    assert "argument --against: got 'torch', expected no name, because none is installed; pip install" in said


def test_without_the_repository_the_command_says_where_the_peers_are(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(peers, "FOLDER", tmp_path / "none")
    assert peers.installed() == []
    assert "tests/benchmarks/peers" in refused(capsys, *QUICK[:2], "--against", "torch")
