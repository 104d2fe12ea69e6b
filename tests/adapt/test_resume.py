"""Runs on disk: a saved run continues bit for bit, and a file of another run is refused."""

import gc
import warnings
from dataclasses import replace

import numpy as np
import pytest
from helpers.same_run import assert_same_run, theta

from minidann.adapt import DANN, MOONS, Training
from minidann.adapt.resume import load_checkpoint, save_checkpoint
from minidann.data import moons_pair
from minidann.nn import BatchNormalisation, Dense, Dropout, Sequential, Sigmoid, Tanh

pytestmark = pytest.mark.usefixtures("backend")

SHORT = replace(MOONS, steps=30, batch_size=16, average_decay=0.9)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=40, n_test=30, seed=7)


def begin(pair, recipe=SHORT, seed=0, steps=0):
    """A training of a network with normalisation, dropout and an average, some steps in."""
    rng = np.random.default_rng(seed)
    features = Sequential(Dense(2, 6, rng), BatchNormalisation(6), Tanh(), Dropout(0.3))
    training = Training(pair, recipe, seed, network=DANN(features, Dense(6, 2, rng), Dense(6, 1, rng)))
    for _ in range(steps):
        training.step()
    return training


# save and load -----------------------------------------------------------------------------------------------------


def test_a_loaded_run_ends_as_an_uninterrupted_one_bit_for_bit(pair, tmp_path):
    whole = begin(pair).fit()
    save_checkpoint(tmp_path / "run.npz", begin(pair, steps=15))
    resumed = load_checkpoint(tmp_path / "run.npz", begin(pair))
    assert resumed.step_count == 15
    assert_same_run(resumed.fit(), whole)
    np.testing.assert_array_equal(
        resumed.result().label_logits(pair.x_source), whole.result().label_logits(pair.x_source)
    )


def test_a_run_without_average_or_normalisation_is_kept_as_well(pair, tmp_path):
    recipe = replace(SHORT, average_decay=0.0, momentum=0.0)
    half = Training(pair, recipe, seed=3)
    for _ in range(7):
        half.step()
    save_checkpoint(tmp_path / "run.npz", half)
    assert_same_run(
        load_checkpoint(tmp_path / "run.npz", Training(pair, recipe, seed=3)).fit(),
        Training(pair, recipe, seed=3).fit(),
    )


def test_saving_leaves_the_run_alone_and_one_file(pair, tmp_path):
    training, other = begin(pair, steps=5), begin(pair, steps=5)
    for _ in range(2):
        save_checkpoint(tmp_path / "run.npz", training)
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]
    assert_same_run(training.fit(), other.fit())


def test_a_file_may_have_any_ending(pair, tmp_path):
    save_checkpoint(tmp_path / "run.checkpoint", begin(pair, steps=5))
    assert [path.name for path in tmp_path.iterdir()] == ["run.checkpoint"]
    assert_same_run(load_checkpoint(tmp_path / "run.checkpoint", begin(pair)), begin(pair, steps=5))


@pytest.fixture
def saved(pair, tmp_path):
    path = tmp_path / "run.npz"
    save_checkpoint(path, begin(pair, steps=15))
    return path


@pytest.mark.parametrize(
    ("other", "method", "message"),
    [
        ({"seed": 1}, "dann", "is of seed 0, expected 1 as here"),
        ({}, "source-only", "is of method 'dann', expected 'source-only' as here"),
        ({"recipe": replace(SHORT, rate=0.5)}, "dann", "is of recipe {"),
        ({"recipe": replace(SHORT, steps=31)}, "dann", "is of recipe {"),
        ({"pair": moons_pair(n=40, n_test=30, seed=8)}, "dann", "is of data '"),
        ({"pair": moons_pair(n=20, n_test=30, seed=7)}, "dann", "is of data '"),
    ],
    ids=["seed", "method", "rate", "steps", "same size", "other size"],
)
def test_a_run_of_something_else_is_refused_by_name_and_nothing_changes(saved, pair, other, method, message):
    training = begin(**{"pair": pair, **other}, steps=3)
    before, history = theta(training), list(training.history)
    with pytest.raises(ValueError) as caught:
        load_checkpoint(saved, training, method)
    assert str(caught.value).startswith(f"checkpoint: {str(saved)!r} {message}")
    assert str(caught.value).endswith(" as here")
    assert "\n" not in str(caught.value)
    np.testing.assert_array_equal(theta(training), before)
    assert (training.step_count, training.history) == (3, history)


def test_a_run_of_another_network_with_as_many_weights_is_refused(saved, pair):
    rng = np.random.default_rng(0)
    features = Sequential(Dense(2, 6, rng), BatchNormalisation(6), Sigmoid(), Dropout(0.3))
    other = Training(pair, SHORT, 0, network=DANN(features, Dense(6, 2, rng), Dense(6, 1, rng)))
    before = theta(other)
    with pytest.raises(ValueError, match="is of network '.*', expected '.*' as here"):
        load_checkpoint(saved, other)
    np.testing.assert_array_equal(theta(other), before)


def test_one_changed_label_or_pixel_is_other_data(saved, pair):
    for name in ("x_source", "y_source", "x_target"):
        training = begin(pair)
        array = getattr(training, name).copy()
        array[-1] = 1 - array[-1]
        setattr(training, name, array)
        with pytest.raises(ValueError, match="is of data"):
            load_checkpoint(saved, training)


def refused(path, pair):
    """The one line that ``load`` refuses a file with; nothing may have changed."""
    training = begin(pair, steps=3)
    before = theta(training)
    with pytest.raises(ValueError) as caught:
        load_checkpoint(path, training)
    np.testing.assert_array_equal(theta(training), before)
    assert training.step_count == 3
    message = str(caught.value)
    assert message.startswith(f"checkpoint: got {str(path)!r} (")
    assert message.endswith("), expected a checkpoint of this package")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    "broken",
    [lambda data: b"", lambda data: b"hello", lambda data: b"\x93NUMPY", lambda data: b"\x80\x04]q."],
    ids=["empty", "text", "half an array", "pickle"],
)
def test_a_file_that_is_no_checkpoint_is_refused_in_one_line(saved, pair, broken):
    saved.write_bytes(broken(saved.read_bytes()))
    refused(saved, pair)


@pytest.mark.parametrize("share", [0.1, 0.9, 0.999])
def test_a_file_cut_short_is_refused_in_one_line_and_closed(saved, pair, share):
    data = saved.read_bytes()
    saved.write_bytes(data[: int(share * len(data))])
    with warnings.catch_warnings(record=True) as left_open:
        warnings.simplefilter("always")
        refused(saved, pair)
        gc.collect()
    assert [str(warning.message) for warning in left_open] == []


def test_a_damaged_byte_among_the_numbers_is_noticed(saved, pair):
    data = bytearray(saved.read_bytes())
    data[data.index(b"array/weights") + 300] ^= 1
    saved.write_bytes(data)
    assert "CRC" in refused(saved, pair)


@pytest.mark.parametrize("arrays", [{"x": np.zeros(3)}, {"json": np.array("no json")}, {"json": np.array("{}")}])
def test_an_archive_of_something_else_is_refused_in_one_line(tmp_path, pair, arrays):
    np.savez(tmp_path / "other.npz", **arrays)
    refused(tmp_path / "other.npz", pair)


@pytest.mark.parametrize("text", ["3", "[]", '{"state": 1, "run": 2}', '{"state": {}, "run": 3}'])
def test_json_of_another_form_is_refused_in_one_line(tmp_path, pair, text):
    np.savez(tmp_path / "other.npz", json=np.array(text))
    refused(tmp_path / "other.npz", pair)


def test_a_lone_array_is_refused_in_one_line(tmp_path, pair):
    with open(tmp_path / "lone.npz", "wb") as file:
        np.save(file, np.zeros(3))
    refused(tmp_path / "lone.npz", pair)


def test_a_missing_file_and_a_folder_are_refused_in_one_line(tmp_path, pair):
    assert "(no such file)" in refused(tmp_path / "missing.npz", pair)
    refused(tmp_path, pair)


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file_whole_and_nothing_beside_it(saved, pair, monkeypatch, error):
    old, real = saved.read_bytes(), np.savez

    def interrupted(*given, **arrays):
        real(*given, **arrays)
        raise error

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(type(error)):
        save_checkpoint(saved, begin(pair, steps=20))
    assert saved.read_bytes() == old
    assert list(saved.parent.iterdir()) == [saved]
