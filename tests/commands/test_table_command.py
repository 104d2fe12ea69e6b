"""``minidann table``: rows that are done stay done, over stops and workers, and data that are missing are named."""

import json
import os
import signal

import joblib
import pytest

from minidann import cli
from minidann.adapt import Training
from minidann.commands import table_runs
from minidann.compare.methods import PAPER_METHODS
from minidann.data import DomainPair
from minidann.data.digits import digits_pair

STEPS = 12
QUICK = ["--steps", str(STEPS), "--seeds", "2", "--batch-size", "8", "--checkpoint-every", "5"]
TWO = ["--methods", "source-only", "dann"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Small pairs, and few batches for statistics: the usual 50 take longer than the steps."""
    monkeypatch.setattr("minidann.adapt.training.STATISTICS_BATCHES", 2)
    monkeypatch.setattr(table_runs, "paper_pair", shrunk)
    table_runs._pair.cache_clear()
    yield
    table_runs._pair.cache_clear()


def shrunk(name, data_dir, seed):
    whole = digits_pair(name, seed, copies=1)
    some, few = slice(0, 150), slice(0, 60)
    arrays = {part: getattr(whole, part)[some] for part in ("x_source", "y_source", "x_target")}
    tests = {f"{a}_{part}": getattr(whole, f"{a}_{part}")[few] for a in "xy" for part in ("source_test", "target_test")}
    return DomainPair(whole.name, **arrays, y_target=whole.oracle[some], **tests)


def table(out, *more, pair="printed"):
    return cli.main(["table", pair, *QUICK, "--out", str(out), *more])


def rows_of(out):
    rows = json.loads((out / "table.json").read_text(encoding="utf-8"))["rows"]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The rows of two methods in a run that nothing disturbs."""
    out = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("minidann.adapt.training.STATISTICS_BATCHES", 2)
        patch.setattr(table_runs, "paper_pair", shrunk)
        assert table(out, *TWO) == 0
    return rows_of(out)


def test_it_writes_the_table_and_does_nothing_twice(tmp_path, capsys, monkeypatch):
    assert table(tmp_path) == 0
    printed = capsys.readouterr().out
    rows = rows_of(tmp_path)
    assert {(row["method"], row["seed"]) for row in rows} == {(m, s) for m in PAPER_METHODS for s in (0, 1)}
    assert all(row["pair"] == "printed" and row["recipe"] == "printed" and row["steps"] == STEPS for row in rows)
    assert all((row["svm_accuracy"] is None) == row["method"].startswith("sa") for row in rows if "svm_accuracy" in row)
    for name in ("table.md", "table.csv", "table.tex", "table.png"):
        assert (tmp_path / name).stat().st_size > 100
    made = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["made"]
    assert made.startswith("`minidann table printed --seeds 2 --steps 12 --batch-size 8`, 20")
    assert (tmp_path / "table.md").read_text(encoding="utf-8").startswith(made)

    monkeypatch.setattr(Training, "step", lambda self, *_: pytest.fail("a finished run was trained again"))
    monkeypatch.setattr(table_runs, "paper_pair", lambda *_: pytest.fail("the data of a finished table was read"))
    assert table(tmp_path) == 0
    assert capsys.readouterr().out == printed


def test_a_signal_keeps_the_rows_and_the_same_command_goes_on(tmp_path, capsys, monkeypatch, undisturbed):
    def stop_in_the_second_run(self, training):
        if training.step_count == 7 and self.before == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        self.before = training.recipe.adapt_weight == 0  # the first run is source only

    with monkeypatch.context() as patch:
        patch.setattr(table_runs._Shown, "__call__", stop_in_the_second_run)
        assert table(tmp_path, *TWO) == 128 + signal.SIGTERM
    error = capsys.readouterr().err
    assert "ended by SIGTERM; 1 rows are done and kept; the same command goes on" in error
    assert [row["method"] for row in rows_of(tmp_path)] == ["source-only"]
    assert (tmp_path / "table/printed-printed/dann-seed-0.npz").exists()
    assert not list(tmp_path.rglob(".stop-*"))
    assert table(tmp_path, *TWO) == 0
    assert rows_of(tmp_path) == undisturbed


def test_workers_make_the_same_rows(tmp_path, undisturbed):
    with joblib.parallel_config(backend="threading"):
        assert table(tmp_path, *TWO, "--jobs", "2") == 0
    assert rows_of(tmp_path) == undisturbed


def test_a_budget_ends_the_work_with_status_0(tmp_path, capsys):
    assert table(tmp_path, *TWO, "--budget", "0") == 0
    assert "the 0 minutes of --budget are used; the same command goes on" in capsys.readouterr().out
    assert not (tmp_path / "table.json").exists()  # no row is done


def test_runs_of_other_settings_are_refused(tmp_path, capsys):
    assert table(tmp_path, *TWO, "--budget", "0") == 0
    refuse(capsys, tmp_path, [*TWO, "--rate", "0.5"], "holds runs with rate 0.05, expected rate 0.5; --overwrite")
    assert table(tmp_path, *TWO, "--rate", "0.5", "--budget", "0", "--overwrite") == 0


def test_overwrite_begins_anew(tmp_path):
    methods = ["--methods", "source-only", "--seeds", "1"]
    assert table(tmp_path, *methods) == 0
    row = tmp_path / "table/printed-printed/source-only-seed-0.json"
    before = row.stat().st_mtime_ns
    assert table(tmp_path, *methods, "--overwrite") == 0
    assert row.stat().st_mtime_ns > before


def test_the_table_names_the_methods_of_its_command(tmp_path):
    assert table(tmp_path, *TWO) == 0
    assert " --methods source-only dann`, 20" in (tmp_path / "table.md").read_text(encoding="utf-8").splitlines()[0]


def test_a_damaged_row_is_named(tmp_path, capsys):
    assert table(tmp_path, *TWO, "--budget", "0") == 0
    (tmp_path / "table/printed-printed/dann-seed-0.json").write_text('{"pair"')
    refuse(capsys, tmp_path, TWO, "dann-seed-0.json' cannot be read", "delete it")


def test_a_run_that_diverges_is_named(tmp_path, capsys):
    refuse(capsys, tmp_path, [*TWO, "--rate", "1e9"], "printed, recipe printed, source-only, seed 0: ", "diverged")


def test_missing_data_is_named_with_a_stand_in(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["table", "svhn-mnist", "--out", str(tmp_path)])
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert "svhn-mnist is not run: --data-dir has no svhn and no mnist" in error
    assert "minidann table street-mnist" in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())
    assert cli.main(["table", "svhn-mnist", "printed", *QUICK, *TWO, "--seeds", "1", "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "svhn-mnist is not run" in printed
    assert {row["pair"] for row in rows_of(tmp_path)} == {"printed"}


def test_a_data_folder_that_is_not_there_is_named(tmp_path, capsys):
    nowhere = str(tmp_path / "nowhere")
    refuse(capsys, tmp_path, ["--data-dir", nowhere], f"argument --data-dir: got {nowhere!r}, expected a folder")


def refuse(capsys, out, options, *words):
    """The command ends with status 2 and one line with these words."""
    with pytest.raises(SystemExit) as end:
        table(out, *options)
    error = capsys.readouterr().err
    assert (end.value.code, error.count("\n")) == (2, 1), error
    assert all(word in error for word in words), error
