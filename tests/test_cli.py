"""The command: what it prints and writes, and how it refuses."""

import io
import json
import signal
import subprocess
import sys

import pytest

from minidann import cli

QUICK = ["moons", "--seeds", "2", "--steps", "30", "--points", "40"]


def test_moons_prints_the_table_and_writes_figure_and_rows(tmp_path, capsys):
    status = cli.main([*QUICK, "--seed", "3", "--out", str(tmp_path / "new"), "--json", str(tmp_path / "rows.json")])
    assert status == 0
    text = capsys.readouterr().out
    for title in ("SOURCE ONLY", "SA (Fernando et al. 2013)", "(oracle)", "DANN", "TRAIN ON TARGET", "2 seeds"):
        assert title in text
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert [(row["method"], row["seed"]) for row in rows] == [
        (method, seed) for seed in (3, 4) for method in ("source-only", "sa", "sa-oracle", "dann", "target-only")
    ]
    assert (tmp_path / "new" / "moons.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["moons.png", "new", "rows.json"]


def test_the_journal_recipe_draws_its_own_figure(tmp_path, capsys):
    assert cli.main([*QUICK, "--recipe", "journal", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "moons-journal.png").exists()


def test_a_seed_repeats_the_table(tmp_path, capsys):
    texts = []
    for _ in range(2):
        cli.main([*QUICK, "--out", str(tmp_path)])
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--seeds", "-3"], "argument --seeds: got '-3', expected a whole number of at least 1"),
        (["--seeds", "99999999999999999999"], "argument --seeds: got '99999999999999999999'"),
        (["--seeds", "1.5"], "argument --seeds: got '1.5'"),
        (["--steps", "0"], "argument --steps: got '0'"),
        (["--points", "x"], "argument --points: got 'x'"),
        (["--rotation", "nan"], "argument --rotation: got 'nan', expected a finite number"),
        (["--rotation", "left"], "argument --rotation: got 'left'"),
        (["--noise", "-1"], "argument --noise: got '-1', expected a finite number of at least 0"),
        (["--lambda", "-0.5"], "got '-0.5'"),
        (["--features", "16,x"], "argument --features: got '16,x'"),
        (
            ["--features", "none"],
            "features: got no widths, expected at least one feature layer",
        ),
        (["--json", ""], "argument --json: got '', expected a path"),
        (["--recipe", "secret"], "argument --recipe: got 'secret', expected one of moons, journal"),
        (["--pivot", "middle"], "argument --pivot: got 'middle', expected one of centre, origin"),
        (["--colour", "red"], "--colour"),
        (["--activation", "relu", "--rate", "1e30"], "--activation"),
    ],
)
def test_bad_options_end_with_status_2_and_one_line(wrong, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main([*QUICK, *wrong, "--out", str(tmp_path / "out")])
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--out", "--json"])
def test_a_place_that_cannot_be_written_is_refused_before_any_training(option, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("minidann.commands.moons.compare_over_seeds", lambda *_, **__: pytest.fail("training started"))
    blocked = tmp_path / "a file"
    blocked.write_text("")
    arguments = ["--out", str(tmp_path)] if option == "--json" else []
    with pytest.raises(SystemExit) as caught:
        cli.main([*QUICK, *arguments, option, str(blocked / "inside")])
    assert caught.value.code == 2
    assert f"argument {option}: got" in capsys.readouterr().err


def test_a_bad_json_leaves_no_folder_behind(tmp_path, capsys):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit):
        cli.main([*QUICK, "--out", str(tmp_path / "new"), "--json", str(tmp_path / "file" / "rows.json")])
    assert "argument --json" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_folder_of_the_rows_is_made(tmp_path, capsys):
    rows = tmp_path / "new" / "rows.json"
    assert cli.main([*QUICK, "--out", str(tmp_path / "out"), "--json", str(rows)]) == 0
    assert rows.exists()


def test_rows_may_lie_in_a_folder_that_out_makes(tmp_path, capsys):
    assert cli.main([*QUICK, "--out", str(tmp_path / "new"), "--json", str(tmp_path / "new" / "rows.json")]) == 0
    assert (tmp_path / "new" / "rows.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "extreme", [["--features", "1"], ["--domain-weight", "0"], ["--points", "4"], ["--steps", "1"]]
)
@pytest.mark.parametrize("recipe", ["moons", "journal"])
def test_what_can_be_trained_can_be_drawn(extreme, recipe, tmp_path, capsys):
    arguments = ["moons", "--seeds", "1", "--steps", "20", "--points", "40", "--recipe", recipe]
    assert cli.main([*arguments, *extreme, "--out", str(tmp_path)]) == 0


def test_a_console_without_greek_loses_nothing(tmp_path, monkeypatch, capsys):
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", console)
    assert cli.main([*QUICK, "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().err == ""
    assert rb"\u2192" in console.buffer.getvalue()  # an arrow
    assert (tmp_path / "moons.png").exists()


def test_ctrl_c_before_the_first_seed_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("minidann.commands.moons.compare_over_seeds", lambda *_, **__: ([], signal.SIGINT))
    assert cli.main([*QUICK, "--out", str(tmp_path)]) == 130
    assert "interrupted before the first seed" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_no_memory_is_one_line(tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr("minidann.commands.moons.compare_over_seeds", full)
    with pytest.raises(SystemExit) as caught:
        cli.main([*QUICK, "--out", str(tmp_path)])
    assert caught.value.code == 2
    assert "not enough memory" in capsys.readouterr().err


def test_no_command_and_an_unknown_one_are_refused(capsys):
    for arguments in ([], ["sun"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_option_is_refused_in_the_name_of_its_command(capsys):
    for arguments, said in (
        (
            ["rotations", "--rotation", "35"],
            "minidann rotations: unrecognized arguments: --rotation 35 (see minidann rot",
        ),
        (["--sun"], "minidann: unrecognized arguments: --sun (see minidann --help)"),
    ):
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        assert caught.value.code == 2
        assert capsys.readouterr().err.startswith(said)


def test_help_ends_in_an_example_that_runs(capsys, tmp_path, monkeypatch):
    with pytest.raises(SystemExit) as caught:
        cli.main(["moons", "--help"])
    assert caught.value.code == 0
    example = capsys.readouterr().out.strip().splitlines()[-1]
    assert example.startswith("example: minidann moons")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    words = example.split()[2:]
    words[words.index("--seeds") + 1] = "1"
    assert cli.main([*words, "--steps", "20"]) == 0
    assert (tmp_path / "results" / "moons.json").exists()


def test_ctrl_c_keeps_the_finished_seeds(tmp_path, capsys, monkeypatch):
    from minidann.commands import long_runs

    real, calls = long_runs.compare, []

    def interrupted_in_the_second(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(long_runs, "compare", interrupted_in_the_second)
    assert cli.main([*QUICK, "--out", str(tmp_path)]) == 130
    captured = capsys.readouterr()
    assert "1 seed" in captured.out
    assert "interrupted; the table holds the 1 finished" in captured.err


def test_a_diverging_run_is_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main([*QUICK, "--rate", "1e38", "--steps", "200", "--out", str(tmp_path)])
    assert caught.value.code == 2
    assert "training diverged" in capsys.readouterr().err


def test_importing_the_package_leaves_the_slow_libraries_alone():
    slow = "matplotlib", "sklearn", "scipy", "tqdm", "torch", "cupy"
    code = f"import sys, minidann, minidann.cli; print([m for m in {slow!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_python_dash_m_is_the_command():
    done = subprocess.run([sys.executable, "-m", "minidann", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("minidann 0.")


def test_the_entry_point_ends_with_the_status_of_the_command(capsys, monkeypatch, tmp_path):
    import runpy

    for arguments, status in ((["--version"], 0), (["sun"], 2), ([*QUICK, "--out", str(tmp_path)], 0)):
        monkeypatch.setattr(sys, "argv", ["minidann", *arguments])
        with pytest.raises(SystemExit) as caught:
            runpy.run_module("minidann", run_name="__main__", alter_sys=True)
        assert caught.value.code == status
    assert "TRAIN ON TARGET" in capsys.readouterr().out


@pytest.mark.parametrize("rate", ["1e19", "1e300"])
def test_a_run_that_diverges_in_its_last_update_is_one_line(rate, tmp_path, capsys):
    arguments = ["moons", "--seeds", "1", "--steps", "2", "--rate", rate, "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "training diverged" in captured.err
    assert captured.err.count("\n") == 1
