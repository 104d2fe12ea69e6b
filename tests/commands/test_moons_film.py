"""``minidann moons --film``: what it writes, of which run, and how it refuses."""

from dataclasses import replace

import numpy as np
import pytest

from minidann import cli
from minidann.adapt import MOONS
from minidann.commands import moons
from minidann.compare.methods import train
from minidann.data import moons_pair

QUICK = ["moons", "--film", "--seeds", "1", "--seed", "3", "--steps", "4", "--points", "40"]


@pytest.fixture
def short(monkeypatch):
    """Films of a few small frames. The list holds their recordings."""
    recordings, animate = [], moons.animate

    def remember(recording, beside):
        recordings.extend([recording] if beside is None else [recording, beside])
        return animate(recording, dpi=30, beside=beside)

    monkeypatch.setattr(moons, "animate", remember)
    return recordings


@pytest.mark.slow
def test_page_and_gif_of_danns_first_run_are_written_and_named(short, tmp_path, capsys):
    assert cli.main([*QUICK, "--out", str(tmp_path / "new")]) == 0
    text = capsys.readouterr().out
    names = ["moons-film.gif", "moons-film.html", "moons.png"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
    for name in names:
        assert str(tmp_path / "new" / name) in text
    assert "TRAIN ON TARGET" in text
    table = train("dann", moons_pair(n=40, seed=3), replace(MOONS, steps=4), 3)
    (recording,) = short
    np.testing.assert_array_equal(recording.snapshots[-1].weights, table.optimiser.vector.values)
    assert recording.snapshots[-1].step == 4
    assert recording.history == table.history


@pytest.mark.slow
def test_two_forms_are_filmed_side_by_side_from_one_seed(short, tmp_path, capsys):
    more = ["features", "subtracted", "--format", "svg"]
    assert cli.main([*QUICK[:2], *more, *QUICK[2:], "--out", str(tmp_path)]) == 0
    stem = "moons-film-features-subtracted"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{stem}.gif", f"{stem}.html", "moons.svg"]
    right, wrong = short
    table = train("dann", moons_pair(n=40, seed=3), replace(MOONS, steps=4), 3)
    np.testing.assert_array_equal(right.snapshots[-1].weights, table.optimiser.vector.values)
    np.testing.assert_array_equal(right.snapshots[0].weights, wrong.snapshots[0].weights)
    assert (right.training.form, wrong.training.form) == ("features", "subtracted")


@pytest.mark.parametrize(
    ("forms", "message"),
    [
        (["subtract"], "argument --film: got 'subtract', expected one of features, both, no-reversal"),
        (["features", "both", "eq-18"], "argument --film: got 3 forms, expected at most two, side by side"),
    ],
)
def test_other_forms_are_refused_in_one_line(forms, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main([*QUICK[:2], *forms, *QUICK[2:], "--out", str(tmp_path / "new")])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_journal_has_a_film_of_its_own(short, tmp_path, capsys):
    assert cli.main([*QUICK, "--recipe", "journal", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "moons-journal-film.html").exists()


@pytest.mark.slow
def test_without_the_option_there_is_no_film(short, tmp_path, capsys):
    assert cli.main([option for option in QUICK if option != "--film"] + ["--out", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["moons.png"]
    assert short == []


@pytest.mark.parametrize("name", ["moons-film.html", "moons-film.gif"])
def test_a_place_that_cannot_be_written_is_refused_before_any_training(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(moons, "compare_over_seeds", lambda *_, **__: pytest.fail("training started"))
    (tmp_path / name).mkdir()
    with pytest.raises(SystemExit) as caught:
        cli.main([*QUICK, "--out", str(tmp_path)])
    assert caught.value.code == 2
    assert f"argument --out: got '{tmp_path / name}'" in capsys.readouterr().err


@pytest.mark.slow
def test_ctrl_c_in_the_film_keeps_table_and_figure(tmp_path, capsys, monkeypatch):
    def interrupted(recording, beside):
        raise KeyboardInterrupt

    monkeypatch.setattr(moons, "animate", interrupted)
    assert cli.main([*QUICK, "--out", str(tmp_path)]) == 130
    captured = capsys.readouterr()
    assert "DANN" in captured.out
    assert "moons-film" not in captured.out
    assert [path.name for path in tmp_path.iterdir()] == ["moons.png"]


def test_help_tells_of_it(capsys):
    with pytest.raises(SystemExit):
        cli.main(["moons", "--help"])
    assert "--film" in capsys.readouterr().out
