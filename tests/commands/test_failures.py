"""A result that cannot be drawn or written costs one line and status 2, and never another result."""

import errno
import json
import os
import shutil
import subprocess
import sys

import matplotlib as mpl
import pytest

from minidann import _files, cli
from minidann.adapt import training
from minidann.adapt.training import Training
from minidann.commands import digits, inspect, long_runs, moons
from minidann.data.digits import digits_pair

QUICK = {
    "moons": ["moons", "--seeds", "2", "--steps", "5", "--points", "40"],
    "digits": ["digits", "--seeds", "1", "--steps", "4", "--batch-size", "8", "--methods", "source-only", "dann"],
    "inspect": ["inspect", "--steps", "4", "--batch-size", "8"],
    "data": ["data", "show", "turned"],
}
TABLE = {"moons": "TRAIN ON TARGET", "digits": "DANN", "inspect": "the doctor", "data": "DomainPair("}
FIGURE = {"moons": "moons.png", "digits": "digits-turned.png", "inspect": "inspect-moons-graph.png"}
FIGURE["data"] = "data-turned.png"
DRAWS = {  # the function of each command that makes the figure above
    "moons": "moons.moons_figure",
    "digits": "digits.digits_figure",
    "inspect": "inspect.draw_graph",
    "data": "data.SamplesDisplay.from_pair",
}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Pairs of digits as small as can be, and no t-SNE."""
    from matplotlib.figure import Figure

    monkeypatch.setattr(digits, "digits_pair", lambda name, seed, **_: digits_pair(name, seed, copies=1))
    monkeypatch.setattr("minidann.commands.data.digits_pair", lambda name, seed, **_: digits_pair(name, seed, copies=1))
    monkeypatch.setattr(digits, "digits_figure", lambda pair, comparison: Figure((1, 1)))
    monkeypatch.setattr(training, "STATISTICS_BATCHES", 2)  # 50 take longer than the four steps


def run(command, out, *more):
    rows = [] if command == "data" else ["--json", str(out.parent / "rows.json")]
    return cli.main([*QUICK[command], "--out", str(out), *rows, *more])


def fails(*arguments, **options):
    raise RuntimeError("latex could\nnot be found")


@pytest.mark.parametrize("command", QUICK)
def test_a_figure_that_cannot_be_drawn_costs_neither_table_nor_rows(command, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(f"minidann.commands.{DRAWS[command]}", fails)
    assert run(command, tmp_path / "out") == 2
    captured = capsys.readouterr()
    assert TABLE[command] in captured.out
    assert FIGURE[command] not in captured.out
    assert command == "data" or (tmp_path / "rows.json").stat().st_size > 100
    picture = str(tmp_path / "out" / FIGURE[command])
    assert captured.err.startswith(f"minidann: {picture!r} cannot be made (latex could not be found)")
    assert captured.err.count("\n") == 1
    assert ("--resume" in captured.err) == (command == "digits")


def test_one_failed_figure_costs_no_other(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(inspect, "inspection_figure", fails)
    assert run("inspect", tmp_path / "out") == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["inspect-moons-graph.png"]
    assert "inspect-moons-graph.png" in capsys.readouterr().out


@pytest.mark.slow
def test_rows_that_cannot_be_written_cost_neither_table_nor_figure(tmp_path, capsys, monkeypatch):
    compare, rows = moons.compare_over_seeds, tmp_path / "rows" / "rows.json"

    def without_folder(*arguments, **options):
        shutil.rmtree(rows.parent)
        rows.parent.touch()  # a file stands in the place of the folder
        return compare(*arguments, **options)

    monkeypatch.setattr(moons, "compare_over_seeds", without_folder)
    assert run("moons", tmp_path / "out", "--json", str(rows)) == 2
    captured = capsys.readouterr()
    assert "TRAIN ON TARGET" in captured.out
    assert "rows.json" not in captured.out
    assert (tmp_path / "out" / "moons.png").exists()
    assert captured.err == f"minidann: {str(rows)!r} cannot be written (File exists)\n"


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--film"]], ids=["figure", "film"])
def test_a_results_folder_deleted_while_it_trains_is_made_again(more, tmp_path, capsys, monkeypatch):
    compare, animate = moons.compare_over_seeds, moons.animate

    def without_folder(*arguments, **options):
        shutil.rmtree(tmp_path / "out")
        return compare(*arguments, **options)

    monkeypatch.setattr(moons, "compare_over_seeds", without_folder)
    monkeypatch.setattr(moons, "animate", lambda recording, beside: animate(recording, dpi=20))
    assert run("moons", tmp_path / "out", *more) == 0
    names = ["moons.png"] + ["moons-film.html", "moons-film.gif"] * bool(more)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(names)


def test_checkpoints_are_saved_in_a_folder_that_is_made_again(tmp_path, capsys, monkeypatch):
    step = Training.step

    def without_folder(self, *arguments):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        return step(self, *arguments)

    monkeypatch.setattr(Training, "step", without_folder)
    assert run("digits", tmp_path / "out") == 0
    assert (tmp_path / "out" / "checkpoints" / "turned" / "dann-seed-0.npz").exists()


@pytest.mark.slow
def test_a_film_that_cannot_be_made_costs_no_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(moons, "animate", fails)
    assert run("moons", tmp_path / "out", "--film") == 2
    captured = capsys.readouterr()
    assert "TRAIN ON TARGET" in captured.out
    assert "moons-film.html' cannot be made" in captured.err
    assert captured.err.count("\n") == 1


def full_from(monkeypatch, nth, ending):
    """From the nth file with this ending on there is no space left."""
    write, calls = _files.write, []

    def limited(path, writer):
        calls.append(path)
        if path.suffix == ending and len([path for path in calls if path.suffix == ending]) >= nth:
            raise OSError(f"{str(path)!r} cannot be written ({os.strerror(errno.ENOSPC)})")
        write(path, writer)

    monkeypatch.setattr(_files, "write", limited)


@pytest.mark.parametrize("seeds", [1, 2])
def test_a_full_disk_for_checkpoints_costs_one_line_and_no_other_result(seeds, tmp_path, capsys, monkeypatch):
    full_from(monkeypatch, 2, ".npz")
    assert run("digits", tmp_path / "out", "--seeds", str(seeds)) == 2
    captured = capsys.readouterr()
    assert f"({seeds} seed" in captured.out
    assert len(json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))) == 2 * seeds
    assert (tmp_path / "out" / "digits-turned.png").exists()
    assert "dann-seed-0.npz' cannot be written (No space left on device)" in captured.err
    assert "the run goes on without this checkpoint; --resume continues the run" in captured.err
    assert captured.err.count("\n") == 1


def test_a_full_disk_for_rows_costs_one_line_at_the_end(tmp_path, capsys, monkeypatch):
    full_from(monkeypatch, 1, ".json")
    assert run("moons", tmp_path / "out") == 2
    captured = capsys.readouterr()
    assert "(2 seeds" in captured.out
    assert captured.err.count("rows.json' cannot be written (No space left on device)") == 1
    assert captured.err.count("\n") == 1


def test_rows_that_could_be_written_later_are_no_failure(tmp_path, capsys, monkeypatch):
    write, calls = _files.write, []

    def full_at_first(path, writer):
        calls.append(path)
        if len(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, writer)

    monkeypatch.setattr(_files, "write", full_at_first)
    assert run("moons", tmp_path / "out") == 0
    assert len(json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))) == 10


@pytest.mark.parametrize("command", ["moons", "digits"])
def test_rows_reach_the_file_seed_by_seed(command, tmp_path, capsys, monkeypatch):
    real, seen = long_runs.compare, []

    def look(*arguments):
        path = tmp_path / "rows.json"
        rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        seen.append({row["seed"] for row in rows})
        return real(*arguments)

    monkeypatch.setattr(long_runs, "compare", look)
    assert run(command, tmp_path / "out", "--seeds", "3") == 0
    assert seen == [set(), {0}, {0, 1}]


def test_rows_of_earlier_pairs_stay_in_the_file(tmp_path, capsys):
    assert run("digits", tmp_path / "out", "--pair", "turned", "photo") == 0
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert [row["method"] for row in rows] == ["source-only", "dann"] * 2


def test_a_second_seed_that_diverges_costs_the_first_one_nothing(tmp_path, capsys, monkeypatch):
    fit, fits = Training.fit, []

    def diverging(self, on_step=None):
        fits.append(self)
        if self.seed == 1:
            raise FloatingPointError("training diverged")
        return fit(self, on_step)

    monkeypatch.setattr(Training, "fit", diverging)
    assert run("moons", tmp_path / "out") == 2
    captured = capsys.readouterr()
    assert "(1 seed)" in captured.out
    assert captured.err == "minidann: training diverged; the table holds the 1 finished seeds\n"


@pytest.mark.parametrize("command", QUICK)
def test_latex_that_is_not_there_costs_one_line_told_before_any_work(command, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("matplotlib.texmanager.TexManager.get_text_width_height_descent", fails)
    step, told = Training.step, []

    def look(self, *arguments):
        told.append(capsys.readouterr())
        return step(self, *arguments)

    monkeypatch.setattr(Training, "step", look)
    with mpl.rc_context({"text.usetex": True}):
        assert run(command, tmp_path / "out") == 2
    told.append(capsys.readouterr())
    assert told[0].err.startswith("minidann: no figure will be drawn: matplotlib cannot draw here (")
    assert "MPLBACKEND or the file matplotlibrc" in told[0].err
    assert "".join(part.err for part in told).count("\n") == 1
    assert TABLE[command] in told[-1].out
    assert FIGURE[command] not in told[-1].out
    assert command == "data" or (tmp_path / "rows.json").stat().st_size > 100
    assert list((tmp_path / "out").glob("*.*")) == []


def test_a_window_without_latex_is_refused_in_one_line(capsys, monkeypatch):
    monkeypatch.setattr("matplotlib.texmanager.TexManager.get_text_width_height_descent", fails)
    with mpl.rc_context({"text.usetex": True}), pytest.raises(SystemExit) as caught:
        cli.main(["lab"])
    assert caught.value.code == 2
    assert "matplotlib cannot draw here (" in capsys.readouterr().err


@pytest.mark.slow
def test_an_unknown_backend_costs_one_line_and_no_table(tmp_path):
    """Matplotlib draws the digits of ``printed`` too: these need no backend."""
    rows = tmp_path / "rows.json"
    command = [sys.executable, "-m", "minidann", *QUICK["digits"], "--pair", "printed"]
    command += ["--out", str(tmp_path / "out"), "--json", str(rows)]
    environment = {**os.environ, "MPLBACKEND": "foo"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 2
    assert "DANN" in done.stdout
    assert rows.exists()
    assert "matplotlib cannot draw here (Key backend: 'foo'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_figure_matplotlib_is_not_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("minidann.commands.places.why_no_drawing", lambda: pytest.fail("asked"))
    assert run("digits", tmp_path / "out", "--methods", "dann") == 0
