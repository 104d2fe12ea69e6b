"""The doctor names each broken training of broken.py, and accuses none of the sound ones of sound.py."""

import numpy as np
import pytest
from helpers.broken import BROKEN, LEAST, trained
from helpers.loops import hand_loop
from helpers.planted import healthy, plant
from helpers.sound import SOUND
from helpers.wrong_pieces import Fixed

from minidann.probe.doctor import FAILURES, diagnose


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_training_is_named(name):
    right, make = BROKEN[name]
    assert right <= FAILURES.keys()
    for seed, steps in ((0, 60), (1, 400)):
        found = diagnose(*make(seed, max(steps, LEAST.get(name, 0))))
        assert found.names, f"seed {seed}: called healthy"
        assert set(found.names) <= right, f"seed {seed}: {found}"


@pytest.mark.slow
@pytest.mark.parametrize("name", SOUND)
def test_a_sound_training_is_not_accused(name):
    for seed, steps in ((0, 0), (1, 60)):
        found = diagnose(*SOUND[name](seed, steps))
        assert found.healthy, f"seed {seed}: {found}"


def test_healthy_is_a_list_of_questions_and_says_nothing_of_accuracy():
    found = diagnose(*healthy("training", 0, steps=30))
    text = str(found)
    assert all(f"looked at: {what}" in text for what in found.looked_at)
    assert all(f"not looked at: {what}" in text for what in found.not_looked_at)
    for word in ("rows", "λ", "logits", "scores", "updates", "domain labels"):
        assert any(word in what for what in found.looked_at), word
    assert any("labels in the batch are right" in what for what in found.not_looked_at)
    assert "says nothing of the accuracy on the target" in text
    ill = str(diagnose(*plant("no_reversal", "loop", 0)))
    assert "not looked at: whether λ is too large" in ill
    assert "says nothing of the accuracy" not in ill


def test_a_loop_at_the_start_of_its_ramp_and_one_that_never_leaves_0():
    rows = [{"step": 10 * i, "adapt_weight": 0.0} for i in range(30)]
    loop, batch = hand_loop(0, 0, adapt_weight=0.0)
    assert diagnose(loop, batch).healthy
    later, batch = hand_loop(0, 300, adapt_weight=0.0)
    assert diagnose(later, batch, history=rows).names == ["lambda_zero"]
    assert diagnose(later, batch, history=[*rows, {"step": 300, "adapt_weight": 0.1}]).healthy


def test_the_remedy_for_a_fixed_weight_helps():
    class Mended(Fixed):
        adapt_weight = Fixed.__mro__[1].adapt_weight

    assert diagnose(*trained(0, 30, kind=Fixed)).names == ["lambda_not_followed"]
    assert diagnose(*trained(0, 30, kind=Mended)).healthy


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (5, "history: got int, expected rows"),
        ("loss", "history: got str, expected rows"),
        ([3.0], "history: got a row of type float, expected rows"),
        ([{"domain_loss": "low"}], "history: got 'low' for 'domain_loss', expected a number"),
        ([{"domain_loss": None}], "history: got None for 'domain_loss', expected a number"),
    ],
)
def test_a_history_of_another_kind_is_refused_by_name(history, words):
    training, batch = healthy("training", 0)
    with pytest.raises(TypeError, match=words):
        diagnose(training, batch, history=history)


def test_a_batch_of_other_numbers_is_refused_by_name():
    training, (x, y, x_target) = healthy("training", 0)
    spoilt = x.copy()
    spoilt[2, 1] = np.nan
    with pytest.raises(ValueError, match="batch: got 1 NaN or infinite values in x_source, expected finite"):
        diagnose(training, (spoilt, y, x_target))
    with pytest.raises(ValueError, match="batch: got examples of shape"):
        diagnose(training, (x, y, x_target[:, :1]))
    with pytest.raises(ValueError, match="batch: got y_source of shape"):
        diagnose(training, (x, y[:, None], x_target))
    with pytest.raises(ValueError, match="batch: got x_target of dtype"):
        diagnose(training, (x, y, x_target.astype(str)))
