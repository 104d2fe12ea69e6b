"""``minidann digits``: checkpoints that are not overwritten, prolonged runs, and starts from other weights."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.refusals import refused
from matplotlib.figure import Figure

from minidann import cli
from minidann.adapt import RECIPES, Training
from minidann.commands.checkpoints import Checkpoints, prolonging
from minidann.data.digits import digits_pair

RUN = ["digits", "--methods", "dann", "--steps", "6", "--seeds", "1", "--batch-size", "8"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """One small pair of digits, few batches of statistics, and no t-SNE."""
    monkeypatch.setattr("minidann.adapt.training.STATISTICS_BATCHES", 2)
    pair = digits_pair("turned", 0, copies=1)
    monkeypatch.setattr("minidann.commands.digits.digits_pair", lambda name, seed, **_: pair)
    monkeypatch.setattr("minidann.commands.digits.digits_figure", lambda pair, comparison: Figure((1, 1)))


@pytest.fixture
def no_step(monkeypatch):
    def forbid():
        monkeypatch.setattr(Training, "step", lambda *_: pytest.fail("a step was taken"))

    return forbid


def weights(path):
    with np.load(path) as archive:
        return archive["array/weights"]


def checkpoint(out, method="dann", seed=0):
    return out / "checkpoints" / "turned" / f"{method}-seed-{seed}.npz"


def test_the_same_command_again_replaces_no_checkpoint(tmp_path, capsys, no_step):
    assert cli.main([*RUN, "--out", str(tmp_path)]) == 0
    before = checkpoint(tmp_path).read_bytes()
    no_step()
    for more in ([], ["--seeds", "5"], ["--methods", "source-only", "dann"], ["--rate", "0.001"]):
        said = refused(capsys, *RUN, "--out", tmp_path, *more)
        assert f"argument --out: '{checkpoint(tmp_path).parent}' holds checkpoints of an earlier run" in said
        assert "(dann-seed-0.npz); --resume goes on from them, --overwrite begins anew" in said
    assert checkpoint(tmp_path).read_bytes() == before
    assert "argument --overwrite: got --resume too" in refused(capsys, *RUN, "--resume", "--overwrite")


def test_both_remedies_of_the_message_help(tmp_path, capsys):
    assert cli.main([*RUN, "--out", str(tmp_path)]) == 0
    assert cli.main([*RUN, "--out", str(tmp_path), "--resume"]) == 0
    assert cli.main([*RUN, "--out", str(tmp_path), "--overwrite", "--rate", "0.001"]) == 0
    assert "dann-seed-0.npz' is of recipe" in refused(capsys, *RUN, "--out", tmp_path, "--resume")


def test_checkpoints_of_other_seeds_and_methods_are_no_obstacle(tmp_path, capsys):
    assert cli.main([*RUN, "--out", str(tmp_path)]) == 0
    before = checkpoint(tmp_path).read_bytes()
    assert cli.main([*RUN, "--out", str(tmp_path), "--seed", "1"]) == 0
    assert cli.main([*RUN, "--out", str(tmp_path), "--methods", "source-only"]) == 0
    assert checkpoint(tmp_path).read_bytes() == before


def test_every_checkpoint_is_looked_at_before_the_first_step(tmp_path, capsys, no_step):
    assert cli.main([*RUN, "--out", str(tmp_path), "--seed", "2"]) == 0
    checkpoint(tmp_path, seed=2).write_bytes(b"broken")
    no_step()
    said = refused(capsys, *RUN, "--out", tmp_path, "--seeds", "3", "--resume")
    assert "dann-seed-2.npz'" in said
    assert "expected a checkpoint of this package" in said


def test_other_data_and_another_start_are_told_before_the_first_step(tmp_path, capsys, no_step, monkeypatch):
    both = [*RUN, "--out", str(tmp_path), "--pair", "turned", "photo"]
    assert cli.main([*RUN, "--out", str(tmp_path), "--pair", "photo"]) == 0
    no_step()
    start = tmp_path / "start.npz"
    shutil.copy(tmp_path / "checkpoints" / "photo" / "dann-seed-0.npz", start)
    said = refused(capsys, *both, "--resume", "--init-from", start)
    assert "dann-seed-0.npz' is of started_from 'random weights', expected" in said
    other = digits_pair("photo", 1, copies=1)
    monkeypatch.setattr("minidann.commands.digits.digits_pair", lambda name, seed, **_: other)
    assert "dann-seed-0.npz' is a run on other examples" in refused(capsys, *both, "--resume")


def test_more_steps_prolong_a_run_and_the_schedule_is_told(tmp_path, capsys):
    assert cli.main([*RUN, "--out", str(tmp_path)]) == 0
    capsys.readouterr()
    assert cli.main([*RUN, "--out", str(tmp_path), "--resume", "--steps", "9"]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert first == (
        "turned: --resume prolongs runs of 6 steps to 9: from here on the rate (cosine) and λ (ramp) are those "
        "of a run of 9 steps, p = step / 9"
    )
    with np.load(checkpoint(tmp_path)) as archive:
        assert json.loads(str(archive["json"]))["state"]["step_count"] == 9
    assert "is of recipe" in refused(capsys, *RUN, "--out", tmp_path, "--resume", "--steps", "7")


def test_words_for_constant_schedules():
    recipe = replace(RECIPES["moons"], ramp=False, steps=9)
    assert "λ and the rate are constant, so each run ends as one of 9 steps would" in prolonging(recipe, 6)
    assert "from here on λ (ramp) is that of a run" in prolonging(replace(recipe, ramp=True), 6)


def test_a_run_starts_from_the_weights_of_another(tmp_path, capsys, monkeypatch):
    assert cli.main([*RUN, "--out", str(tmp_path / "first"), "--methods", "source-only"]) == 0
    init = checkpoint(tmp_path / "first", "source-only")
    seen, step = [], Training.step

    def look(self):
        seen.append(self.optimiser.vector.values.copy())
        return step(self)

    monkeypatch.setattr(Training, "step", look)
    start = [*RUN, "--out", str(tmp_path / "second"), "--init-from", str(init), "--seed", "4"]
    assert cli.main(start) == 0
    np.testing.assert_array_equal(seen[0], weights(init))
    ends = weights(checkpoint(tmp_path / "second", seed=4))
    assert cli.main([*start, "--resume"]) == 0
    np.testing.assert_array_equal(weights(checkpoint(tmp_path / "second", seed=4)), ends)
    assert "is of started_from" in refused(capsys, *RUN, "--out", tmp_path / "second", "--seed", 4, "--resume")


def test_weights_that_do_not_fit_are_refused_before_the_first_step(tmp_path, capsys, no_step):
    assert cli.main([*RUN, "--out", str(tmp_path)]) == 0
    init, other = checkpoint(tmp_path), ["--out", tmp_path / "other", "--init-from"]
    no_step()
    (tmp_path / "text.npz").write_text("text")
    assert "argument --init-from: dann cannot start from it" in refused(capsys, *RUN, *other, init, "--features", 32)
    assert "argument --init-from: cdan cannot" in refused(capsys, *RUN, *other, init, "--methods", "dann", "cdan")
    for name in ("text.npz", "none.npz"):
        said = refused(capsys, *RUN, *other, tmp_path / name)
        assert f"argument --init-from: got '{tmp_path / name}'" in said
        assert "expected a checkpoint of this package" in said
    said = refused(capsys, *RUN, "--out", tmp_path, "--init-from", init, "--overwrite")
    assert "argument --init-from: got" in said
    assert "which this run would replace" in said
    assert not (tmp_path / "other").exists()


def test_files_of_other_names_are_no_runs(tmp_path):
    for name in ("dann-seed-x.npz", "dann-seed-00.npz", "notes.npz", "dann-seed-3.npz"):
        (tmp_path / name).touch()
    found = Checkpoints(tmp_path).existing(["dann"], range(10**18))
    assert found == [(tmp_path / "dann-seed-3.npz", "dann", 3)]


def test_the_commands_of_the_page_run(tmp_path, capsys, monkeypatch):
    page = Path(__file__).parents[2] / "tutorials" / "pages" / "digits.md"
    section = page.read_text(encoding="utf-8").partition("## Long runs")[2]
    lines = [line.partition("#")[0].split()[3:] for line in section.splitlines() if "-m minidann" in line]
    assert [line[0] for line in lines] == ["digits"] * 3
    monkeypatch.chdir(tmp_path)
    for line, steps in zip(lines, (4, 6, 2)):
        quick = ["--steps", str(steps), "--seeds", "1", "--batch-size", "8", "--methods", "source-only", "dann"]
        assert cli.main([*line, *quick]) == 0
    assert "prolongs runs of 4 steps to 6" in capsys.readouterr().out
