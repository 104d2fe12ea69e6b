"""Edited states and checkpoints: refused in one line that names the entry, and the training keeps every bit."""

import copy
import json
import pickle
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from helpers.checkpoints import read_members, write_members

from minidann.adapt import DANN, MOONS, Training
from minidann.adapt.resume import load_checkpoint, read_run, restore, save_checkpoint, state_of
from minidann.data import moons_pair
from minidann.nn import BatchNormalisation, Dense, Sequential, Tanh

SHORT = replace(MOONS, steps=30, batch_size=12, average_decay=0.9)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=40, n_test=30, seed=7)


def begin(pair, steps=0):
    rng = np.random.default_rng(0)
    features = Sequential(Dense(2, 6, rng), BatchNormalisation(6), Tanh())
    training = Training(pair, SHORT, network=DANN(features, Dense(6, 2, rng), Dense(6, 1, rng)))
    for _ in range(steps):
        training.step()
    return training


def plain(state):
    """A state as text, every bit of every array in it."""
    return json.dumps(state, default=lambda a: [str(a.dtype), a.shape, a.tobytes().hex()], sort_keys=True)


def refused(call, training):
    """The one line of a refusal. Nothing of the training has changed: weights, generators, passes, history."""
    before = plain(state_of(training))
    with pytest.raises(ValueError) as caught:
        call()
    assert plain(state_of(training)) == before
    message = str(caught.value)
    assert "\n" not in message
    return message


def edited(at, value):
    """An edit of a nested state: ``value`` at the keys ``at``."""

    def edit(state):
        *way, last = at
        for key in way:
            state = state[key]
        state[last] = value(state[last]) if callable(value) else value

    return edit


def changed(at, to):
    def change(array):
        array = array.copy()
        array.reshape(-1)[at] = to
        return array

    return change


EDITS = {
    "negative step": (edited(["step_count"], -7), "state: got step_count -7, expected a whole number from 0 to 30"),
    "step beyond the end": (edited(["step_count"], 31), "state: got step_count 31"),
    "step of text": (edited(["step_count"], "15"), "state: got step_count '15'"),
    "step True": (edited(["step_count"], True), "state: got step_count True"),
    "half a step": (edited(["step_count"], 1.5), "state: got step_count 1.5"),
    "no generators": (edited(["rngs"], {}), "state: got rngs {}, expected batches and dropout"),
    "generators of text": (edited(["rngs"], "x"), "state: got rngs 'x'"),
    "an empty generator": (edited(["rngs", "batches"], {}), "state: got rngs['batches'] {}, expected a state of PCG64"),
    "another generator": (
        edited(["rngs", "batches"], np.random.MT19937(0).state),
        "state: got rngs['batches'] {'bit_generator': 'MT19937'",
    ),
    "a negative generator": (edited(["rngs", "dropout", "state", "state"], -1), "state: got rngs['dropout']"),
    "a generator of text": (edited(["rngs", "dropout", "state", "inc"], "1"), "state: got rngs['dropout']"),
    "a generator's rest": (edited(["rngs", "dropout", "has_uint32"], 7), "state: got rngs['dropout']"),
    "history of text": (edited(["history"], "x"), "state: got history 'x', expected a list of rows"),
    "history of numbers": (edited(["history"], [1]), "state: got the row 1 of history"),
    "a row of text": (edited(["history", 0, "label_loss"], "x"), "state: got a row of history with 'label_loss': 'x'"),
    "a row of lists": (edited(["history", 0, "label_loss"], [1]), "state: got a row of history"),
    "other sizes": (edited(["sizes"], [1, 2, 3]), "state: got [1, 2, 3] (parameters, source and target examples)"),
    "sizes of text": (edited(["sizes"], "x"), "state: got 'x' (parameters"),
    "sizes in an array": (
        edited(["sizes"], lambda sizes: np.array(sizes) + 1),
        "state: got an array of int64, shape (3,)",
    ),
    "a count of text": (edited(["average", "steps"], "x"), "state: got 'x', expected an array"),
    "no statistics": (edited(["statistics"], None), "state: got statistics None, expected arrays by name"),
    "NaN weights": (edited(["weights"], changed(3, np.nan)), "state: got NaN or infinite values in weights"),
    "infinite average": (edited(["average", "values"], changed(0, np.inf)), "NaN or infinite values in average/values"),
    "NaN velocity": (edited(["optimiser", "velocity"], changed(0, np.nan)), "infinite values in optimiser/velocity"),
    "other floats": (
        edited(["weights"], lambda a: a.astype(np.float64)),
        "state: got weights of float64 (51,), expected float32 (51,) as here",
    ),
    "integers": (edited(["weights"], lambda a: a.astype(int)), "state: got weights of int64 (51,), expected float32"),
    "objects": (edited(["weights"], lambda a: a.astype(object)), "state: got weights of object (51,)"),
    "a list": (edited(["weights"], lambda a: a.tolist()), "state: got ["),
    "fewer weights": (edited(["weights"], lambda a: a[1:]), "state: got weights of float32 (50,)"),
    "no average": (edited(["average"], {}), "state: got average of shapes {}"),
    "an average of text": (edited(["average"], "x"), "state: got average 'x', expected arrays by name"),
    "steps of the average": (edited(["average", "steps"], np.asarray(-1)), "state: got average/steps of -1"),
    "too many of them": (edited(["average", "steps"], np.asarray(16)), "state: got average/steps 16, expected"),
    "floats of them": (edited(["average", "steps"], np.asarray(1.0)), "state: got average/steps of float64 ()"),
    "batches": (edited(["statistics", "features.1.batches"], np.asarray(-1)), "features.1.batches of -1"),
    "variance": (
        edited(["statistics", "features.1.variance"], changed(0, -1)),
        "features.1.variance of -1.0, expected",
    ),
    "positions beyond": (edited(["source_left"], changed(0, 40)), "state: got source_left an array of int64"),
    "negative positions": (
        edited(["target_left"], changed(0, -1)),
        "state: got target_left of -1, expected at least 0",
    ),
    "positions twice": (edited(["target_left"], changed(slice(0, 2), 5)), "expected different positions from 0 to 39"),
    "too many positions": (edited(["target_left"], np.arange(41)), "expected different positions from 0 to 39"),
    "positions in a square": (edited(["target_left"], np.arange(4).reshape(2, 2)), "expected different positions"),
    "positions of floats": (edited(["target_left"], np.arange(4.0)), "expected different positions"),
}


@pytest.mark.parametrize(("edit", "message"), EDITS.values(), ids=EDITS)
def test_an_edited_state_is_refused_before_anything_changes(pair, edit, message):
    state = copy.deepcopy(state_of(begin(pair, steps=15)))
    edit(state)
    training = begin(pair, steps=3)
    assert message in refused(lambda: restore(training, state), training)


@pytest.mark.parametrize(("edit", "message"), EDITS.values(), ids=EDITS)
def test_an_edited_checkpoint_with_true_digests_is_refused_too(pair, tmp_path, edit, message):
    path = tmp_path / "run.npz"
    save_checkpoint(path, begin(pair, steps=15))
    members, content = read_members(path)
    state = content["state"]
    for name, array in members.items():
        if "/" in name:
            group, inner = name.split("/")
            (state if group == "array" else state.setdefault(group, {}))[inner] = array
    edit(state)
    again = {"array/" + name: state.pop(name) for name in ("weights", "source_left", "target_left")}
    for group in ("optimiser", "average", "statistics"):
        inner = state.pop(group)
        again |= {f"{group}/{name}": array for name, array in inner.items()} if isinstance(inner, dict) else {}
    content = json.loads(json.dumps(content, default=lambda a: a.tolist()))
    write_members(path, {name: np.asarray(array) for name, array in again.items()}, content)
    training = begin(pair, steps=3)
    said = refused(lambda: load_checkpoint(path, training), training)
    assert said.startswith(f"checkpoint: {str(path)!r} does not fit (state: got ") or said.startswith(
        f"checkpoint: got {str(path)!r} (an archive "
    )


def test_a_state_of_another_kind_is_refused(pair):
    training = begin(pair)
    for wrong in (None, [], "x", {}, {"weights": 1}, {1: 2}, dict.fromkeys(state_of(training))):
        assert refused(lambda wrong=wrong: restore(training, wrong), training).startswith("state: got ")


def test_the_state_of_a_training_in_its_own_place_is_taken_at_any_step(pair):
    training = begin(pair, steps=35)  # five more than the recipe says
    state = state_of(training)
    training.step()
    assert restore(training, state).step_count == 35


# files -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def saved(pair, tmp_path):
    path = tmp_path / "run.npz"
    save_checkpoint(path, begin(pair, steps=15))
    return path


def test_an_edit_of_any_member_is_noticed_though_all_sums_are_right(saved, pair):
    members, content = read_members(saved)
    training = begin(pair, steps=3)
    for name, array in members.items():
        if name == "json" or not array.size:
            continue
        other = array.copy()
        other.reshape(-1)[-1] = "x" if array.dtype.kind == "U" else array.reshape(-1)[-1] + 1
        write_members(saved, {**members, name: other}, content, sealed=False)
        message = refused(lambda: load_checkpoint(saved, training), training)
        assert message == (
            f"checkpoint: got {str(saved)!r} (a file that was edited after it was written), "
            "expected a checkpoint of this package"
        )
        with pytest.raises(ValueError, match="edited after it was written"):
            read_run(saved)
    content["state"]["step_count"] = 14
    write_members(saved, members, content, sealed=False)
    assert "edited after it was written" in refused(lambda: load_checkpoint(saved, training), training)


def test_a_checkpoint_without_digests_and_one_with_further_members_are_refused(saved, pair):
    members, content = read_members(saved)
    training = begin(pair)
    without = {name: array for name, array in members.items() if name != "digest"}
    write_members(saved, without, content, sealed=False)
    assert "without json or digest)" in refused(lambda: load_checkpoint(saved, training), training)
    for name in ("more", "array", "other/x", "array/x/y"):
        write_members(saved, {**members, name: np.zeros(3)}, content)
        assert f"an archive with {name}, which no checkpoint has" in refused(
            lambda: load_checkpoint(saved, training), training
        )
    for name in ("array/x", "statistics/x"):
        write_members(saved, {**members, name: np.zeros(3)}, content)
        assert "does not fit (state: got " in refused(lambda: load_checkpoint(saved, training), training)


class Marker:
    """A pickle of this object makes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("name", ["array/weights", "json", "digest", "more"])
def test_a_planted_pickle_would_leave_its_mark_and_is_not_loaded(saved, pair, tmp_path, name):
    mark, training = tmp_path / "mark", begin(pair)
    members, _ = read_members(saved)
    np.savez(saved, **members | {name: np.array([Marker(mark)], object)})
    with np.load(saved, allow_pickle=True) as archive:
        archive[name][0].close()
    assert mark.exists()  # the pickle works
    mark.unlink()
    refused(lambda: load_checkpoint(saved, training), training)
    with pytest.raises(ValueError, match="checkpoint: got"):
        read_run(saved)
    saved.write_bytes(pickle.dumps(Marker(mark)))
    assert "(a pickle, which is never loaded" in refused(lambda: load_checkpoint(saved, training), training)
    assert not mark.exists()


RUNS = {
    "method": 3,
    "seed": -1,
    "data": None,
    "recipe": {"rate": "fast"},
    "started_from": [],
}


@pytest.mark.parametrize("name", RUNS)
def test_a_description_of_other_types_is_refused(saved, pair, name):
    members, content = read_members(saved)
    for value in (RUNS[name], [1], {}, {"a": {}}, 10**400, None, True, "x" * 9999):
        if name == "started_from" and not value:
            continue
        write_members(saved, members, {**content, "run": {**content["run"], name: value}})
        training = begin(pair)
        message = refused(lambda training=training: load_checkpoint(saved, training), training)
        assert message.startswith(f"checkpoint: {str(saved)!r} is of ")
        assert len(message) < 400 + len(str(saved))
        if name in ("method", "data", "started_from") and isinstance(value, str):
            continue  # these are texts
        with pytest.raises(ValueError, match="holds no run of this version") as caught:
            read_run(saved)
        assert "\n" not in str(caught.value)


def test_recipes_of_other_types_are_refused_by_read_run(saved):
    members, content = read_members(saved)
    recipe = content["run"]["recipe"]
    for name in recipe:
        for value in ("x", -1, [], {}, None, 10**400, float("nan"), ["a"], [[]], [0]):
            if value == [] and name in ("label_hidden", "domain_hidden"):
                continue  # no hidden layers
            write_members(saved, members, {**content, "run": {**content["run"], "recipe": {**recipe, name: value}}})
            with pytest.raises(ValueError, match="holds no run of this version") as caught:
                read_run(saved)
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "[" * 100_000, "null", '{"run": [], "state": {}}', '{"run": {}, "state": 3}', "\0"]
)
def test_json_of_another_form_with_true_digests_is_refused(saved, pair, text):
    members, _ = read_members(saved)
    write_members(saved, members, text)
    training = begin(pair)
    refused(lambda: load_checkpoint(saved, training), training)
    with pytest.raises(ValueError, match="checkpoint: "):
        read_run(saved)


def test_a_run_that_diverged_is_not_saved_over_a_sound_one(saved, pair):
    training = begin(pair, steps=20)
    training.optimiser.vector.values[0] = np.nan
    before = saved.read_bytes()
    with pytest.raises(FloatingPointError, match="weights is not finite: training diverged"):
        save_checkpoint(saved, training)
    assert saved.read_bytes() == before


def test_numbers_of_numpy_in_the_history_are_saved(saved, pair):
    training = begin(pair, steps=20)
    training.history.append({"step": np.int64(20), "mine": np.float32(0.5)})
    save_checkpoint(saved, training)
    assert load_checkpoint(saved, begin(pair)).history[-1] == {"step": 20, "mine": 0.5}


@pytest.mark.parametrize(("width", "rows"), [(1000, 3), (5, 20_000)], ids=["many weights", "a long history"])
def test_loading_takes_at_most_twice_the_memory_of_the_file(pair, tmp_path, width, rows):
    recipe = replace(SHORT, steps=10 * rows, features=(width, width))
    long = Training(pair, recipe)
    long.step()
    long.history = [{**long.history[0], "step": 10 * i, "label_loss": i / 7} for i in range(rows)]
    save_checkpoint(tmp_path / "run.npz", long)
    training = Training(pair, recipe)
    tracemalloc.start()
    load_checkpoint(tmp_path / "run.npz", training)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * (tmp_path / "run.npz").stat().st_size
