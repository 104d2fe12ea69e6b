"""no_grad and detect_anomaly: inside only, nested, in this thread only, and over when an error leaves."""

import threading

import numpy as np
import pytest

import minidann as md
from minidann.engine import backend, devices, modes

pytestmark = pytest.mark.usefixtures("backend")


def _leaf(*values):
    return md.Tensor(np.array(values), requires_grad=True)


def test_inside_no_grad_nothing_is_remembered():
    w = _leaf(1.0)
    with md.no_grad():
        y = w * 2
    assert y.op is None
    assert y.inputs == ()
    assert not y.requires_grad
    assert (w * 2).requires_grad


def test_a_tensor_made_inside_no_grad_is_a_constant_outside():
    w = _leaf(3.0)
    with md.no_grad():
        c = w * 2
    assert md.backprop(c * w)[w].tolist() == [6.0]


def test_a_loss_made_inside_no_grad_cannot_be_swept():
    with md.no_grad():
        loss = _leaf(3.0) * 2
    with pytest.raises(ValueError, match="or was made under no_grad"):
        md.backprop(loss)


def test_a_graph_made_outside_can_be_swept_inside():
    w = _leaf(3.0)
    loss = w * w
    with md.no_grad():
        assert md.backprop(loss)[w].tolist() == [6.0]


@pytest.mark.parametrize(
    ("context", "switch", "inside"), [(md.no_grad, modes.recording, False), (md.detect_anomaly, modes.anomaly, True)]
)
def test_a_mode_ends_with_its_block_nested_or_left_by_an_error(context, switch, inside):
    outside = switch.value
    assert outside is not inside
    with context():
        with context():
            assert switch.value is inside
        assert switch.value is inside
    assert switch.value is outside
    with pytest.raises(ZeroDivisionError), context():
        raise ZeroDivisionError
    assert switch.value is outside


CONTEXTS = pytest.mark.parametrize(
    ("context", "switch"),
    [
        (md.no_grad, modes.recording),
        (md.detect_anomaly, modes.anomaly),
        (lambda: md.use_backend("standin"), backend.chosen),
    ],
    ids=["no_grad", "detect_anomaly", "use_backend"],
)


def _held(context):
    """A generator that is inside ``context`` between its two steps."""
    with context():
        yield


@CONTEXTS
@pytest.mark.parametrize("first", [0, 1])
def test_blocks_of_two_generators_may_overlap(context, switch, first):
    outside, generators = switch.value, [_held(context), _held(context)]
    for generator in generators:
        next(generator)
    inside = switch.value
    generators[first].close()
    assert switch.value is inside  # the other block is still open
    generators[1 - first].close()
    assert switch.value is outside


def test_the_newest_open_block_chooses_the_backend():
    with md.use_backend("numpy"):
        device, host = _held(lambda: md.use_backend("standin")), _held(lambda: md.use_backend("numpy"))
        next(device)
        next(host)
        device.close()
        assert devices.backend_of(md.Tensor([1.0]).data) == "numpy"
        host.close()
        assert devices.backend_of(md.Tensor([1.0]).data) == "numpy"


@CONTEXTS
def test_a_block_closed_in_another_thread_ends_in_the_thread_that_opened_it(context, switch):
    outside, generator, seen = switch.value, _held(context), []
    next(generator)

    def close():
        before = switch.value
        generator.close()
        seen.append(switch.value is before)

    thread = threading.Thread(target=close)
    thread.start()
    thread.join()
    assert seen == [True]
    assert switch.value is outside


@pytest.mark.parametrize(("context", "switch"), [(md.no_grad, modes.recording), (md.detect_anomaly, modes.anomaly)])
def test_a_mode_is_its_own_in_every_thread(context, switch):
    outside, seen = switch.value, []
    with context():
        thread = threading.Thread(target=lambda: seen.append(switch.value))
        thread.start()
        thread.join()
    assert seen == [outside]


def test_a_thread_may_train_while_another_predicts():
    w, results = _leaf(3.0), []

    def train():
        results.append(md.backprop(w * w)[w].tolist())

    with md.no_grad():
        thread = threading.Thread(target=train)
        thread.start()
        thread.join()
    assert results == [[6.0]]
