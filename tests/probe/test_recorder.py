"""A recorder writes what a probe would find, at the steps it should, and changes nothing of the run."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.image_pair import image_pair
from matplotlib.figure import Figure

from minidann.adapt import DANN, MOONS, RECIPES, Training
from minidann.adapt.resume import load_checkpoint, restore, save_checkpoint, state_of
from minidann.data import moons_pair
from minidann.nn import BatchNormalisation, Dense, Dropout, Sequential, Tanh
from minidann.plots import DuelDisplay, LossesDisplay
from minidann.plots.curves import running_mean
from minidann.probe import probe
from minidann.probe.recorder import GradientRecorder, recorded

SHORT = replace(MOONS, steps=25, batch_size=16)
IMAGES = replace(RECIPES["digits"], steps=7, batch_size=4, features=(8,), domain_hidden=(8,), average_decay=0.9)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=40, n_test=30, seed=7)


@pytest.fixture(scope="module")
def images():
    return image_pair(np.random.default_rng(0), classes=4, n=20, name="noise", side=8)


def begin(pair, kind="moons", recipe=SHORT):
    """A training of a plain network, of one with dropout, or of the convolutional one with batch normalisation."""
    rng = np.random.default_rng(0)
    if kind == "dropout":
        features = Sequential(Dense(2, 6, rng), BatchNormalisation(6), Tanh(), Dropout(0.3))
        return Training(pair, recipe, network=DANN(features, Dense(6, 2, rng), Dense(6, 1, rng)))
    return Training(pair, recipe)


def plain(history):
    """What a run without a recorder would have written."""
    return [row for row in history if row not in recorded(history)]


@pytest.mark.parametrize("kind", ["moons", "dropout", "own", "joined"])
@pytest.mark.parametrize("by", ["part", "node"])
def test_the_run_is_the_same_bit_for_bit(pair, images, kind, by):
    if kind in ("own", "joined"):
        one, other = (Training(images, replace(IMAGES, batch_normalise=kind)) for _ in range(2))
    else:
        one, other = begin(pair, kind), begin(pair, kind)
    one.fit(recorder=GradientRecorder(every=1, by=by))
    other.fit()
    state, expected = state_of(one), state_of(other)
    np.testing.assert_array_equal(state["weights"], expected["weights"])
    for group in ("optimiser", "average", "statistics"):
        for name, array in expected[group].items():
            np.testing.assert_array_equal(state[group][name], array)
    assert state["rngs"] == expected["rngs"]
    assert plain(state["history"]) == expected["history"]
    assert len(recorded(state["history"])) == one.recipe.steps


def test_it_records_every_so_many_steps_and_the_last(pair):
    training = begin(pair).fit(recorder=GradientRecorder(10))
    assert [row["step"] for row in recorded(training.history)] == [0, 10, 20, 24]
    assert [row["step"] for row in training.history] == [0, 0, 10, 10, 20, 20, 24, 24]
    assert GradientRecorder().every == 50


def test_a_row_is_what_a_probe_finds_before_the_update(pair):
    training = begin(pair)
    for _ in range(12):
        training.step()
    state = state_of(training)
    found = probe(training.losses(training.next_batch()), training.network, by="part")
    restore(training, state).step(recorder=GradientRecorder(every=12))
    (row,) = recorded(training.history)
    assert (row["step"], row["progress"]) == (12, 12 / 25)
    assert row["adapt_weight"] == restore(training, state).adapt_weight > 0
    features, label_head, domain_head = found
    expected = {f"features {c}": features[c] for c in ("L_d before", "L_d after", "cosine before", "cosine after")}
    expected |= {"features L_y": features["L_y after"], "label_head L_y": label_head["L_y after"]}
    expected |= {"domain_head L_d": domain_head["L_d after"], "features L_y zero": 0.0, "features L_d zero": 0.0}
    expected |= {"label_head L_y zero": 0.0, "domain_head L_d zero": 0.0}
    assert {column: value for column, value in row.items() if " " in column} == expected


def test_after_is_lambda_times_before(pair):
    training = begin(pair).fit(recorder=GradientRecorder(5))
    for row in recorded(training.history):
        assert row["features L_d after"] == pytest.approx(row["adapt_weight"] * row["features L_d before"], rel=1e-5)
        assert row["features L_d before"] > 0


def test_rows_are_plain_numbers_that_go_through_json(pair):
    training = begin(pair).fit(recorder=GradientRecorder(5, by="node"))
    rows = recorded(training.history)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert all(type(value) in (int, float) and math.isfinite(value) for row in rows for value in row.values())


def test_what_is_no_number_is_left_out(pair):
    rows = recorded(begin(pair, recipe=replace(SHORT, adapt_weight=0.0)).fit(recorder=GradientRecorder(5)).history)
    for row in rows:
        assert row["features L_d after"] == 0
        assert "features cosine after" not in row
        assert "features cosine before" in row
        assert not any(column.startswith(("label_head cosine", "domain_head cosine")) for column in row)


def test_without_a_domain_loss_the_label_loss_is_recorded_alone(pair):
    rows = recorded(begin(pair, recipe=replace(SHORT, domain_weight=0.0)).fit(recorder=GradientRecorder(5)).history)
    words = [column for column in rows[0] if " " in column]
    assert words == ["features L_y", "features L_y zero", "label_head L_y", "label_head L_y zero"]


@pytest.mark.parametrize(
    ("by", "columns"),
    [
        ("layer", {"features.1 L_d before", "features.3 cosine after", "label_head.0 L_y", "domain_head.2 L_d"}),
        ("parameter", {"features.1.weight L_d after", "domain_head.0.bias L_d"}),
        ("node", {"Tanh L_d before", "Tanh L_y", "GradientReversal L_d", "label_head.0 Affine L_y", "Tanh 2 L_y zero"}),
    ],
)
def test_it_records_by_what_it_was_told(pair, by, columns):
    row = recorded(begin(pair).fit(recorder=GradientRecorder(5, by=by)).history)[-1]
    assert columns <= set(row)
    assert "domain_head.0 L_d before" not in row


@pytest.mark.parametrize("kind", ["moons", "dropout"])
def test_a_resumed_run_has_the_same_rows(pair, kind, tmp_path):
    recorder = GradientRecorder(4)
    whole = begin(pair, kind).fit(recorder=recorder)
    half = begin(pair, kind)
    for _ in range(13):
        half.step(recorder)
    save_checkpoint(tmp_path / "run.npz", half)
    resumed = load_checkpoint(tmp_path / "run.npz", begin(pair, kind))
    assert recorded(resumed.history) == recorded(half.history)
    assert resumed.fit(recorder=recorder).history == whole.history
    np.testing.assert_array_equal(resumed.optimiser.vector.values, whole.optimiser.vector.values)


def test_pictures_of_a_run_do_not_mind_recorded_rows(pair):
    with_rows = begin(pair).fit(recorder=GradientRecorder(3)).history
    without = begin(pair).fit().history
    for name in ("label_loss", "domain_loss", "domain_accuracy"):
        np.testing.assert_array_equal(running_mean(with_rows, name, 2), running_mean(without, name, 2))
    for make in (LossesDisplay, DuelDisplay):
        lines, expected = (
            make.from_histories({"run": history}).plot(Figure().add_subplot()).ax_.lines
            for history in (with_rows, without)
        )
        assert [line.get_label() for line in lines] == [line.get_label() for line in expected]
        for line in lines:
            assert np.isfinite(line.get_ydata()).all()


def test_a_recorder_may_be_any_function_of_the_training_and_its_losses(pair):
    seen = []
    training = begin(pair)
    training.fit(recorder=lambda run, losses: seen.append((run is training, run.step_count, losses.label_loss.item())))
    assert [step for _, step, _ in seen] == list(range(25))
    assert all(is_own for is_own, _, _ in seen)
    assert seen[10][2] == next(row["label_loss"] for row in training.history if row["step"] == 10)


def test_what_a_recorder_cannot_do_is_refused():
    with pytest.raises(ValueError, match="every: got 0, expected a whole number of at least 1"):
        GradientRecorder(0)
    with pytest.raises(ValueError, match="by: got 'parts', expected one of node, layer, parameter, part"):
        GradientRecorder(by="parts")
    assert repr(GradientRecorder(20, by="layer")) == "GradientRecorder(every=20, by='layer')"
