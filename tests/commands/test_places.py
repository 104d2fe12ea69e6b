"""The places of results: refused before any work, and never the place of another result or of an input."""

import os

import pytest
from helpers.refusals import refused

from minidann.adapt import MOONS, Training, save_checkpoint
from minidann.commands.places import check_outputs, look_ahead
from minidann.data import moons_pair

QUICK = {
    "moons": ["moons", "--seeds", "1", "--steps", "3", "--points", "40"],
    "digits": ["digits", "--seeds", "1", "--steps", "3", "--methods", "source-only", "dann"],
    "inspect": ["inspect", "--steps", "4"],
}
FIGURE = {"moons": "moons.png", "digits": "digits-turned.png", "inspect": "inspect-moons-gradients.png"}
EACH = pytest.mark.parametrize("command", QUICK)


@pytest.fixture(autouse=True)
def no_step(monkeypatch):
    monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("a step was taken"))


@EACH
def test_rows_may_not_take_the_place_of_a_figure(command, tmp_path, capsys):
    figure = tmp_path / "out" / FIGURE[command]
    by_link = tmp_path / "link"
    by_link.symlink_to(tmp_path / "out")
    for rows in (figure, tmp_path / "out" / ".." / "out" / FIGURE[command], by_link / FIGURE[command]):
        said = refused(capsys, *QUICK[command], "--out", tmp_path / "out", "--json", rows)
        assert f"argument --json: got '{rows}', expected another file than that of --out" in said
    assert not (tmp_path / "out").exists()


def test_each_figure_of_inspect_is_known(tmp_path, capsys):
    for name in ("gradients", "graph"):
        rows = tmp_path / f"inspect-moons-{name}.png"
        assert "argument --json" in refused(capsys, *QUICK["inspect"], "--out", tmp_path, "--json", rows)


@EACH
def test_a_loop_of_links_is_one_line(command, tmp_path, capsys):
    loop, other = tmp_path / "loop.json", tmp_path / "other"
    loop.symlink_to(other)
    other.symlink_to(loop)
    said = refused(capsys, *QUICK[command], "--out", tmp_path / "out", "--json", loop)
    assert f"argument --json: got '{loop}'" in said
    assert "argument --out: got" in refused(capsys, *QUICK[command], "--out", loop)
    assert "argument --out: got" in refused(capsys, *QUICK[command], "--out", loop / "inside")


@EACH
def test_a_link_to_a_place_that_cannot_be_made_is_refused(command, tmp_path, capsys):
    (tmp_path / "file").touch()
    link = tmp_path / "rows.json"
    link.symlink_to(tmp_path / "file" / "inside.json")
    assert "argument --json: got" in refused(capsys, *QUICK[command], "--out", tmp_path, "--json", link)


@EACH
def test_names_that_are_too_long_folders_and_pipes_are_refused(command, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    for name in ("x" * 300, ".", "pipe"):
        rows = tmp_path / name
        assert "argument --json: got" in refused(capsys, *QUICK[command], "--out", tmp_path, "--json", rows)
    assert "argument --out: got" in refused(capsys, *QUICK[command], "--out", tmp_path / ("x" * 300))


@EACH
def test_the_folder_of_the_rows_is_made_before_the_work_or_refused(command, tmp_path, capsys):
    (tmp_path / "file").touch()
    rows = tmp_path / "file" / "rows.json"
    assert "argument --json: got" in refused(capsys, *QUICK[command], "--out", tmp_path / "out", "--json", rows)
    assert not (tmp_path / "out").exists()


def test_a_result_may_not_take_the_place_of_an_input(tmp_path, capsys):
    save_checkpoint(tmp_path / "run.npz", Training(moons_pair(), MOONS))
    before = (tmp_path / "run.npz").read_bytes()
    given = ["inspect", "--checkpoint", tmp_path / "run.npz", "--out", tmp_path]
    said = refused(capsys, *given, "--json", tmp_path / "run.npz")
    assert "argument --json: got" in said
    assert "expected another file than that of --checkpoint" in said
    assert (tmp_path / "run.npz").read_bytes() == before
    with pytest.raises(ValueError, match="argument --out: got .*, expected another file than that of --target-npz"):
        check_outputs([("--out", tmp_path / "mine.npz")], [("--target-npz", tmp_path / "mine.npz")])


def test_rows_may_not_lie_among_the_checkpoints(tmp_path, capsys):
    rows = tmp_path / "checkpoints" / "turned" / "dann-seed-0.npz"
    said = refused(capsys, *QUICK["digits"], "--out", tmp_path, "--json", rows)
    assert "argument --json: got" in said
    assert "expected a file outside the folder of the checkpoints" in said


@pytest.mark.parametrize("command", ["digits", "inspect"])
def test_places_are_looked_at_before_data_are_made(command, tmp_path, capsys, monkeypatch):
    for module in ("digits", "runs"):
        monkeypatch.setattr(f"minidann.commands.{module}.digits_pair", lambda *_, **__: pytest.fail("a pair was made"))
    (tmp_path / "file").touch()
    given = [command, *["digits"] * (command == "inspect")]
    assert "argument --out: got" in refused(capsys, *given, "--out", tmp_path / "file")
    assert "argument --out: got" in refused(capsys, *given, "--out", tmp_path / "file" / "a" / "b")
    said = refused(capsys, *given, "--out", tmp_path / "out", "--json", tmp_path / "file" / "a" / "rows.json")
    assert "argument --json: got" in said
    assert f"('{tmp_path / 'file'}' is no folder)" in said
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_read_only_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ValueError, match=f"argument --out: got .* \\('{tmp_path}' is read-only\\)"):
        look_ahead(tmp_path / "new" / "deep")
