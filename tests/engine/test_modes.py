"""no_grad and detect_anomaly: inside only, nested, in this thread only, and over when an error leaves."""

import threading

import numpy as np
import pytest

import minidann as md
from minidann.engine.modes import mode

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
    ("context", "name", "inside"), [(md.no_grad, "recording", False), (md.detect_anomaly, "anomaly", True)]
)
def test_a_mode_ends_with_its_block_nested_or_left_by_an_error(context, name, inside):
    outside = getattr(mode, name)
    assert outside is not inside
    with context():
        with context():
            assert getattr(mode, name) is inside
        assert getattr(mode, name) is inside
    assert getattr(mode, name) is outside
    with pytest.raises(ZeroDivisionError), context():
        raise ZeroDivisionError
    assert getattr(mode, name) is outside


@pytest.mark.parametrize(("context", "name"), [(md.no_grad, "recording"), (md.detect_anomaly, "anomaly")])
def test_a_mode_is_its_own_in_every_thread(context, name):
    outside, seen = getattr(mode, name), []
    with context():
        thread = threading.Thread(target=lambda: seen.append(getattr(mode, name)))
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
