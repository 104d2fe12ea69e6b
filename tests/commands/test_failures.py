"""A result that cannot be drawn or written costs one line and status 2, and never another result."""

import errno
import os
import shutil
import subprocess
import sys

import matplotlib as mpl
import pytest

from minidann import cli
from minidann.adapt import resume
from minidann.adapt.training import Training
from minidann.commands import digits, inspect, moons
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

    monkeypatch.setattr(digits, "digits_pair", lambda name, seed: digits_pair(name, seed, copies=1))
    monkeypatch.setattr("minidann.commands.data.digits_pair", lambda name, seed: digits_pair(name, seed, copies=1))
    monkeypatch.setattr(digits, "digits_figure", lambda pair, comparison: Figure((1, 1)))


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

    def without_folder(*arguments):
        shutil.rmtree(rows.parent)
        return compare(*arguments)

    monkeypatch.setattr(moons, "compare_over_seeds", without_folder)
    assert run("moons", tmp_path / "out", "--json", str(rows)) == 2
    captured = capsys.readouterr()
    assert "TRAIN ON TARGET" in captured.out
    assert "rows.json" not in captured.out
    assert (tmp_path / "out" / "moons.png").exists()
    assert captured.err == f"minidann: {str(rows)!r} cannot be written (No such file or directory)\n"


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--film"]], ids=["figure", "film"])
def test_a_results_folder_deleted_while_it_trains_costs_no_table(more, tmp_path, capsys, monkeypatch):
    compare, animate = moons.compare_over_seeds, moons.animate

    def without_folder(*arguments):
        shutil.rmtree(tmp_path / "out")
        return compare(*arguments)

    monkeypatch.setattr(moons, "compare_over_seeds", without_folder)
    monkeypatch.setattr(moons, "animate", lambda recording: animate(recording, dpi=20))
    assert run("moons", tmp_path / "out", *more) == 2
    captured = capsys.readouterr()
    assert "TRAIN ON TARGET" in captured.out
    names = ["moons.png"] + ["moons-film.html", "moons-film.gif"] * bool(more)
    lines = [f"minidann: {str(tmp_path / 'out' / name)!r} cannot be written" for name in names]
    assert [line[: line.index(" (")] for line in captured.err.splitlines()] == lines


@pytest.mark.slow
def test_a_film_that_cannot_be_made_costs_no_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(moons, "animate", fails)
    assert run("moons", tmp_path / "out", "--film") == 2
    captured = capsys.readouterr()
    assert "TRAIN ON TARGET" in captured.out
    assert "moons-film.html' cannot be made" in captured.err
    assert captured.err.count("\n") == 1


def full_at(monkeypatch, nth):
    """From the nth checkpoint on there is no space left."""
    write, calls = resume._files.write, []

    def limited(path, writer):
        calls.append(path)
        if len([path for path in calls if path.suffix == ".npz"]) >= nth and path.suffix == ".npz":
            raise OSError(f"{str(path)!r} cannot be written ({os.strerror(errno.ENOSPC)})")
        write(path, writer)

    monkeypatch.setattr(resume._files, "write", limited)


def test_a_full_disk_in_the_second_seed_costs_the_first_one_nothing(tmp_path, capsys, monkeypatch):
    full_at(monkeypatch, 3)
    assert run("digits", tmp_path / "out", "--seeds", "2") == 2
    captured = capsys.readouterr()
    assert "(1 seed)" in captured.out
    assert (tmp_path / "rows.json").exists()
    assert (tmp_path / "out" / "digits-turned.png").exists()
    assert "source-only-seed-1.npz' cannot be written (No space left on device)" in captured.err
    assert "the table holds the 1 finished seeds; --resume continues the run" in captured.err
    assert captured.err.count("\n") == 1


def test_a_full_disk_in_the_first_seed_mentions_resume(tmp_path, capsys, monkeypatch):
    full_at(monkeypatch, 2)
    with pytest.raises(SystemExit) as caught:
        run("digits", tmp_path / "out")
    assert caught.value.code == 2
    line = capsys.readouterr().err
    assert "dann-seed-0.npz' cannot be written (No space left on device); --resume continues the run" in line
    assert line.count("\n") == 1


def test_a_full_disk_in_the_second_pair_costs_the_first_one_nothing(tmp_path, capsys, monkeypatch):
    full_at(monkeypatch, 3)
    assert run("digits", tmp_path / "out", "--pair", "turned", "photo") == 2
    captured = capsys.readouterr()
    assert "turned by 35°   (1 seed)" in captured.out
    assert "No space left on device" in captured.err


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
def test_latex_that_is_not_there_is_told_before_any_work(command, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr("matplotlib.texmanager.TexManager.get_text_width_height_descent", fails)
    monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("training started"))
    with mpl.rc_context({"text.usetex": True}), pytest.raises(SystemExit) as caught:
        run(command, tmp_path / "out")
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert "matplotlib cannot draw here (" in captured.err
    assert "MPLBACKEND or the file matplotlibrc" in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_window_without_latex_is_refused_in_one_line(capsys, monkeypatch):
    monkeypatch.setattr("matplotlib.texmanager.TexManager.get_text_width_height_descent", fails)
    with mpl.rc_context({"text.usetex": True}), pytest.raises(SystemExit) as caught:
        cli.main(["lab"])
    assert caught.value.code == 2
    assert "matplotlib cannot draw here (" in capsys.readouterr().err


def test_an_unknown_backend_is_told_before_any_training(tmp_path):
    command = [sys.executable, "-m", "minidann", *QUICK["moons"], "--steps", "1000000", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env={**os.environ, "MPLBACKEND": "foo"})
    assert done.returncode == 2
    assert "matplotlib cannot draw here (Key backend: 'foo'" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_without_a_figure_matplotlib_is_not_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("minidann.commands.results.check_drawing", lambda: pytest.fail("asked"))
    assert run("digits", tmp_path / "out", "--methods", "dann") == 0


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_table_that_cannot_be_printed_costs_neither_rows_nor_figure(tmp_path):
    rows = tmp_path / "rows.json"
    command = [sys.executable, "-m", "minidann", *QUICK["moons"], "--out", str(tmp_path / "out"), "--json", str(rows)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=600)
    assert done.returncode == 2
    assert done.stderr == "minidann: standard output cannot be written (No space left on device)\n"
    assert rows.exists()
    assert (tmp_path / "out" / "moons.png").exists()
