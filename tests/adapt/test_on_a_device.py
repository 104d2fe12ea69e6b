"""A run on a device is the run on the host: losses, gradients, updates, averages, checkpoints, scores.

Every test here runs on the stand-in for CuPy, to the last bit, and on CuPy itself where a GPU answers, to the
tolerances below; without one those are skipped, and the summary counts them.
"""

from dataclasses import replace

import numpy as np
import pytest
from helpers.op_cases import CASES
from numpy.testing import assert_allclose, assert_array_equal

import minidann as md
from minidann.adapt import MOONS, Training, build_dann
from minidann.adapt.recipes import BEST, DIGITS, PAPER
from minidann.adapt.resume import data_digest, load_checkpoint, move_training, save_checkpoint
from minidann.compare import compare
from minidann.compare.reversal_forms import FORMS, FormTraining, multiples
from minidann.data import digits_pair, moons_pair
from minidann.engine import ops, threads
from minidann.engine.backend import to_numpy
from minidann.engine.devices import backend_of, move, move_like, use_backend
from minidann.games import game_of
from minidann.nn import SGD, Adam, Dense
from minidann.plots import Recording
from minidann.probe import GradientRecorder, check_adversarial, diagnose

pytestmark = pytest.mark.slow  # the gate's own Python runs these: another Python changes little here

CLOSE = {np.float64: 1e-10, np.float32: 1e-4}  # of the largest number in an array
# how far one of the first 50 losses may lie from the host's. With every weight moved by its last bit, those of moons
# come out 1e-7 apart and those of digits 3e-7, but in one of twelve tries 2e-3: a near tie in a pool went the other way
LOSSES = {"moons": 1e-4, "digits": 1e-2}
NETWORKS = {
    "moons": (MOONS, (2,)),
    "digits": (DIGITS, (8, 8, 1)),
    "digits, joined": (replace(DIGITS, batch_normalise="joined"), (8, 8, 1)),
    "digits, CDAN": (replace(DIGITS, conditioned=True), (8, 8, 1)),
    "paper": (PAPER, (28, 28, 3)),
    "best": (BEST, (28, 28, 3)),
    "svhn": (replace(PAPER, trunk="svhn", label_hidden=(64,), domain_hidden=(64,)), (32, 32, 3)),
}
SHORT, DIGITS_SHORT = replace(MOONS, steps=60), replace(DIGITS, steps=20)


@pytest.fixture(autouse=True)
def same_blocks(monkeypatch):
    """The stand-in's convolutions cut their work as the host's do, so that sums round alike."""
    monkeypatch.setattr(ops.convolution, "DEVICE_BLOCK", ops.convolution.BLOCK)
    monkeypatch.setattr(threads, "PIECES", 1)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=80, n_test=100, seed=7)


@pytest.fixture(scope="module")
def images():
    return digits_pair("turned", 3)


@pytest.fixture
def assert_same(device):
    def check(got, expected, dtype=np.float32):
        got, expected = to_numpy(got), to_numpy(expected)
        assert got.dtype == expected.dtype
        if device == "standin":
            assert_array_equal(got, expected)
        else:
            assert_allclose(got, expected, rtol=0, atol=CLOSE[dtype] * max(1e-6, np.abs(expected).max(initial=0)))

    return check


def theta(training):
    return to_numpy(training.optimiser.vector.values)


def precise(network):
    """The same network in float64."""
    for tensor in network.parameters().values():
        tensor.data = tensor.data.astype(np.float64)
    return network


# one op, one pass, one update -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_op_and_its_gradients(case, dtype, device, assert_same):
    found = []
    for backend in ("numpy", device):
        with use_backend(backend):
            inputs = [md.Tensor(array, requires_grad=True) for array in case.arrays(dtype)]
            out = case.function(*inputs)
            g = md.backprop(out, upstream=np.random.default_rng(0).standard_normal(out.shape).astype(dtype))
            found.append([out.data, *(g[tensor] for tensor in inputs)])
    for expected, got in zip(*found):
        assert backend_of(got) == device
        assert_same(got, expected, dtype)


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize(
    "layer",
    [
        lambda x, w, b: md.convolve(x, w, b),
        lambda x, w, b: md.convolve(x, w, b, stride=2, padding=1),
        lambda x, w, b: md.max_pool(md.convolve(x, w, b, padding="same"), 2),
        lambda x, w, b: md.max_pool(md.convolve(x, w, b), 3, 2),
        lambda x, w, b: md.average_pool(md.convolve(x, w, b), 3, 1),
    ],
)
def test_convolution_and_pooling(layer, dtype, device, assert_same, rng):
    arrays = [rng.standard_normal(shape).astype(dtype) for shape in ((5, 9, 9, 3), (3, 3, 3, 4), (4,))]
    found = []
    for backend in ("numpy", device):
        inputs = [md.Tensor(move(array, backend), requires_grad=True) for array in arrays]
        g = md.backprop(layer(*inputs).sum())
        found.append([g[tensor] for tensor in inputs])
    for expected, got in zip(*found):
        assert_same(got, expected, dtype)


@pytest.mark.parametrize("dtype", CLOSE)
@pytest.mark.parametrize("name", NETWORKS)
def test_losses_and_gradients_of_a_network(name, dtype, device, assert_same):
    recipe, shape = NETWORKS[name]
    rng = np.random.default_rng(4)
    x_source, x_target = rng.random((2, 6, *shape)).astype(dtype)
    y_source = rng.integers(0, 3, 6)
    found = []
    for backend in ("numpy", device):
        network = build_dann(shape, 3, recipe, np.random.default_rng(0))
        network = (precise(network) if dtype == np.float64 else network).to(backend)
        batch = [move(array, backend) for array in (x_source, y_source, x_target)]
        losses = network.losses(*batch, adapt_weight=0.6, rng=np.random.default_rng(1))  # with dropout, if it has any
        g = md.backprop(losses.label_loss + losses.domain_loss)
        found.append([losses.label_loss.data, losses.domain_loss.data, *(g[p] for p in network.parameters().values())])
    for expected, got in zip(*found):
        assert_same(got, expected, dtype)


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_updates(kind, device, assert_same):
    rng = np.random.default_rng(0)
    host, there = Dense(3, 4, np.random.default_rng(1)), Dense(3, 4, np.random.default_rng(1)).to(device)
    pairs = [(layer, kind(layer.parameters().values())) for layer in (host, there)]
    for _ in range(5):
        field = rng.standard_normal(16).astype(np.float32)
        for layer, optimiser in pairs:
            optimiser.update(move_like(field, layer.weight.data), 0.1)
    assert_same(there.weight.data, host.weight.data)
    assert_same(there.bias.data, host.bias.data)


# whole runs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["moons", "digits"])
def test_the_first_fifty_losses(which, pair, images, device):
    given, recipe = (pair, MOONS) if which == "moons" else (images, DIGITS)
    runs = [Training(given, recipe, 1), move_training(Training(given, recipe, 1), device)]
    rows = []
    for training in runs:
        seen = [training.step() for _ in range(50)]
        rows.append([(losses.label_loss.item(), losses.domain_loss.item()) for losses in seen])
    if device == "standin":
        assert rows[0] == rows[1]
    assert_allclose(rows[1], rows[0], rtol=0, atol=LOSSES[which])


def test_means_over_five_seeds_lie_within_their_spread(device):
    """Single long runs are chaotic: a rounding grows. What may be compared is where they end on average."""
    recipe, scores = replace(MOONS, steps=400), {"numpy": [], device: []}
    for backend, found in scores.items():
        with use_backend(backend):
            for seed in range(5):
                pair = moons_pair(seed=seed)
                network = Training(pair, recipe, seed).fit().result()
                found.append(network.accuracy(pair.x_target_test, pair.y_target_test))
    apart = abs(np.mean(scores[device]) - np.mean(scores["numpy"]))
    assert apart <= np.std(scores["numpy"], ddof=1)


def test_a_run_is_where_its_network_is(pair, images, device, assert_same):
    for given, recipe in ((pair, SHORT), (images, DIGITS_SHORT)):
        with use_backend(device):
            there = Training(given, recipe, 2)
        for array in (there.x_source, there.y_source, there.x_target, there.optimiser.vector.values):
            assert backend_of(array) == device
        there.fit()  # also outside of the block
        host = Training(given, recipe, 2).fit()
        moved = move_training(Training(given, recipe, 2), device).fit()
        with use_backend(device):
            handed_in = Training(given, recipe, 2, network=host.network.copy().to(device))
        assert backend_of(handed_in.x_source) == device
        if device == "standin":
            assert_array_equal(theta(there), theta(host))
            assert_array_equal(theta(moved), theta(host))
            assert there.history == moved.history == host.history
        one, two = there.result(), host.result()
        for name, array in two.statistics().items():
            assert_allclose(to_numpy(one.statistics()[name]), array, atol=2e-3 if device == "cupy" else 0, rtol=0)
        found = [n.accuracy(given.x_target_test, given.y_target_test) for n in (one, two)]
        assert found[0] == pytest.approx(found[1], abs=0.02 if device == "cupy" else 0)


def test_a_run_may_move_there_and_back_on_its_way(pair, device):
    whole, moving = Training(pair, SHORT).fit(), Training(pair, SHORT)
    for _ in range(20):
        moving.step()
    move_training(moving, device)
    for _ in range(20):
        moving.step()
    move_training(moving, "numpy").fit()
    assert backend_of(moving.x_source) == backend_of(moving.average.values) == "numpy"
    assert_allclose(theta(moving), theta(whole), rtol=0, atol=1e-3 if device == "cupy" else 0)


def test_a_checkpoint_is_of_no_backend(pair, images, device, tmp_path):
    for given, recipe in ((pair, SHORT), (images, DIGITS_SHORT)):
        whole = Training(given, recipe).fit()
        there = move_training(Training(given, recipe), device)
        for _ in range(10):
            there.step()
        save_checkpoint(tmp_path / "half.npz", there)
        assert data_digest(there) == data_digest(whole)
        for going_on in (Training(given, recipe), move_training(Training(given, recipe), device)):
            load_checkpoint(tmp_path / "half.npz", going_on).fit()
            assert_allclose(theta(going_on), theta(whole), rtol=0, atol=2e-3 if device == "cupy" else 0)


def test_an_optimiser_moves_with_its_state_before_or_after_its_network(device, assert_same):
    for kind in (SGD, Adam):
        found = []
        for order in ((), ("network", "optimiser"), ("optimiser", "network")):
            layer = Dense(3, 2, np.random.default_rng(0))
            optimiser = kind(layer.parameters().values())
            for step in range(4):
                if step == 2 and order:
                    for what in order:
                        (layer if what == "network" else optimiser).to(device)
                field = np.random.default_rng(step).standard_normal(8).astype(np.float32)
                optimiser.update(move_like(field, layer.weight.data), 0.1)
            found.append(layer.weight.data)
        assert_same(found[1], found[0])
        assert_same(found[2], found[0])


def test_examples_that_do_not_fit_come_a_batch_at_a_time(pair, monkeypatch):
    from helpers import standin

    settled = move_training(Training(pair, SHORT), "standin")
    monkeypatch.setattr(standin.traffic, "free", 2 * pair.x_source.nbytes)
    assert backend_of(move_training(settled, "standin").x_source) == "standin"  # what is there needs no room
    training = move_training(Training(pair, SHORT), "standin")
    assert backend_of(training.x_source) == backend_of(training.y_source) == "numpy"
    assert {backend_of(array) for array in training.next_batch()} == {"standin"}
    assert_array_equal(theta(move_training(Training(pair, SHORT), "standin").fit()), theta(Training(pair, SHORT).fit()))


def test_no_step_waits_for_the_device_but_those_that_write_history(pair, images):
    """A wait would let the GPU run dry: it should have its next kernels before it is done with the last."""
    from helpers import standin

    dropping = replace(DIGITS_SHORT, batch_normalise="joined")
    for given, recipe in ((pair, SHORT), (images, DIGITS_SHORT), (images, dropping)):
        training = move_training(Training(given, recipe), "standin")
        for step in range(20):
            standin.traffic.clear()
            training.step()
            assert (standin.traffic.waits > 0) == (step % 10 == 0 or step == recipe.steps - 1)
            assert standin.traffic.sent < 10  # positions, and a few numbers


@pytest.mark.parametrize("form", FORMS)
def test_forms_and_a_run_changed_on_its_way(form, pair, device):
    recipe, runs = replace(SHORT, domain_steps=2), []
    for backend in ("numpy", device):
        with use_backend(backend):
            training = FormTraining(pair, recipe, 3, form)
        for step in range(20):
            if step == 10:
                training.change(rate=0.02, domain_steps=3)
            training.step()
        runs.append(training)
    assert backend_of(runs[1].optimiser.vector.values) == device
    assert_allclose(theta(runs[1]), theta(runs[0]), rtol=0, atol=1e-4 if device == "cupy" else 0)
    found, expected = (multiples(training, training.next_batch()) for training in reversed(runs))
    assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-3, nan_ok=True)


# what stands around a run ---------------------------------------------------------------------------------------------


def test_every_method_gives_the_rows_of_the_host(pair, device):
    methods = ("source-only", "sa", "dann", "cdan", "target-only")
    host = compare(pair, SHORT, 1, methods=methods)
    with use_backend(device):
        there = compare(pair, SHORT, 1, methods=methods)
    for one, two in zip(there.rows, host.rows):
        assert one["method"] == two["method"]
        assert one["target_accuracy"] == pytest.approx(two["target_accuracy"], abs=0.05 if device == "cupy" else 0)


def test_a_network_predicts_from_the_host_and_answers_there(images, device):
    network = build_dann((8, 8, 1), 10, DIGITS, np.random.default_rng(0))
    x = images.x_target_test[:50]
    expected = network.label_logits(x)
    there = network.copy().to(device)
    with use_backend(device):
        inside = there.label_logits(x)
        host_inside = network.label_logits(x)
    for logits in (there.label_logits(x), there.label_logits(move(x, device)), inside, host_inside):
        assert type(logits) is np.ndarray
        assert_allclose(logits, expected, rtol=0, atol=1e-4 if device == "cupy" else 0)
    assert there.domain_logits(x).shape == there.predict(x, "source").shape == (50,)
    assert backend_of(next(iter(there.to("numpy").parameters().values())).data) == "numpy"


def test_recorders_and_recordings_keep_host_numbers(images, device):
    training = move_training(Training(images, DIGITS_SHORT), device)
    recording = Recording(training, images, 5)
    training.fit(recording, GradientRecorder(every=10))
    assert type(recording.snapshots[-1].weights) is np.ndarray
    assert all(type(array) is np.ndarray for array in recording.snapshots[-1].statistics.values())
    assert all(type(value) in (int, float) for row in training.history for value in row.values())
    last = recording.network(len(recording) - 1)
    x = images.x_target_test[:20]
    assert_array_equal(last.label_logits(x), training.network.label_logits(x))


def test_doctor_game_and_check_look_at_a_run_on_a_device(pair, device):
    host, there = (move_training(Training(pair, SHORT), backend).fit() for backend in ("numpy", device))
    batch = there.next_batch()
    assert diagnose(there, batch).names == diagnose(host, batch.to("numpy")).names
    games = game_of(there), game_of(host)
    values = [game.value(game.start) for game in games]
    assert values[0] == pytest.approx(values[1], abs=1e-3 if device == "cupy" else 0)
    assert check_adversarial(there.network, batch, 0.7)
    with use_backend(device):
        assert diagnose(there, batch).names == diagnose(host, batch).names
        assert type(games[0].field(games[0].start)) is np.ndarray


def test_a_copied_run_on_a_device_goes_its_own_way(pair):
    import copy
    import pickle

    training = move_training(Training(pair, SHORT), "standin")
    training.step()
    for twin in (copy.deepcopy(training), pickle.loads(pickle.dumps(training))):
        assert backend_of(twin.optimiser.vector.values) == "standin"
        twin.fit()
        assert twin.optimiser.vector.values is not training.optimiser.vector.values
        assert_array_equal(theta(twin), theta(Training(pair, SHORT).fit()))


# what must not mix ----------------------------------------------------------------------------------------------------


def test_a_batch_on_another_backend_is_one_error_that_names_the_op(pair, images, device):
    there, host = move_training(Training(pair, SHORT), device), Training(pair, SHORT)
    with pytest.raises(TypeError, match=rf"^Affine: got arrays of numpy and {device}, expected .*batch\.to"):
        there.losses(there.next_batch().to("numpy"))
    with pytest.raises(TypeError, match=rf"^Affine: got arrays of {device} and numpy"):
        host.losses(there.next_batch())
    network = build_dann((8, 8, 1), 10, DIGITS, np.random.default_rng(0)).to(device)
    with pytest.raises(TypeError, match="^Convolution: got arrays of numpy and"):
        network.features(images.x_source[:3])


def test_a_moved_network_is_refused_by_its_old_optimiser_and_its_old_graph(pair, device):
    training = Training(pair, SHORT)
    losses = training.losses(training.next_batch())
    training.network.to(device)
    with pytest.raises(ValueError, match="was updated after the forward pass"):
        md.backprop(losses.label_loss)
    with pytest.raises(ValueError, match="no longer lives in this vector.*move the optimiser too"):
        training.optimiser.update(training.optimiser.vector.values, 0.1)


def test_a_vector_takes_only_what_is_where_it_is(pair, device):
    training = move_training(Training(pair, SHORT), device)
    vector = training.optimiser.vector
    with pytest.raises(TypeError, match=f"^values: got arrays of numpy and {device}"):
        vector.load(to_numpy(vector.values))
    host = {tensor: to_numpy(tensor.data) for tensor in vector.tensors}
    with pytest.raises(TypeError, match=f"^gradients: got arrays of {device} and numpy"):
        vector.gather(host)


def test_what_is_asked_with_arrays_of_a_device_is_answered_on_the_host(device):
    """Scores of labels that are there, and a game at weights that are there."""
    training = move_training(Training(moons_pair(n=40, n_test=40), replace(MOONS, steps=5)), device).fit()
    batch, host = training.next_batch(), Training(moons_pair(n=40, n_test=40), replace(MOONS, steps=5)).fit()
    got = training.network.accuracy(batch.x_source, batch.y_source, "source")
    assert got == training.network.accuracy(to_numpy(batch.x_source), to_numpy(batch.y_source), "source")
    game, weights = game_of(training), training.optimiser.vector.values
    np.testing.assert_allclose(game.value(weights), game_of(host).value(host.optimiser.vector.values), rtol=1e-4)
    assert isinstance(game.field(weights), np.ndarray)


def test_a_lone_number_of_another_backend_is_a_mixture_too(device):
    there, here = md.Tensor(md.move(np.ones((2, 3)), device)), md.Tensor(2.0)
    with pytest.raises(TypeError, match="Add: got arrays of"):
        there + here
    with pytest.raises(TypeError, match="Multiply: got arrays of"):
        here * there
