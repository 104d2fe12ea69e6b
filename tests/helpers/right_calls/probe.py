"""One right call of each public name of ``minidann.probe``."""

from functools import cache

import numpy as np
from helpers.right_calls.adapt import batch, losses, network, training
from helpers.wrong_calls import call

import minidann as md
from minidann import probe
from minidann.probe.doctor import Finding


@cache
def probed():
    return probe.probe(losses(), network())


@cache
def checked():
    return probe.gradient_check(md.tanh, np.ones(2))


@cache
def adversarial():
    return probe.check_adversarial(network(), batch())


def by_hand():
    return {
        "network": network(),
        "losses_of": lambda net, batch, adapt_weight: net.losses(*batch, adapt_weight),
        "update_of": lambda net, batch, adapt_weight: None,
    }


def _recorded():
    run = training()
    return call(probe.GradientRecorder(1), run, run.losses(run.next_batch()))


RIGHT = {
    "probe.AdversarialCheck": lambda: call(probe.AdversarialCheck, [], 0.7, [], []),
    "probe.Diagnosis": lambda: call(probe.Diagnosis, [], [], []),
    "probe.Finding": lambda: call(Finding, "no_reversal", "evidence", "remedy"),
    "probe.GradientCheck": lambda: call(probe.GradientCheck, [], []),
    "probe.GradientRecorder": lambda: call(probe.GradientRecorder, 50, "part"),
    "probe.GradientRecorder.__call__": _recorded,
    "probe.HandWritten": lambda: call(probe.HandWritten, **by_hand()),
    "probe.HandWritten.losses": lambda: call(probe.HandWritten(**by_hand()).losses, batch()),
    "probe.HandWritten.step": lambda: call(probe.HandWritten(**by_hand()).step, batch()),
    "probe.Probe": lambda: call(probe.Probe, [], (), {}, {}, {}, {}),
    "probe.Probe.examples": lambda: call(probed().examples, "Affine"),
    "probe.Probe.tensors": lambda: call(probed().tensors, "Affine"),
    "probe.RowsTable": lambda: call(probe.RowsTable, [{"name": "a", "x": 1.0}]),
    "probe.RowsTable.__getitem__": lambda: call(probe.RowsTable([{"name": "a"}]).__getitem__, 0),
    "probe.check_adversarial": lambda: call(probe.check_adversarial, network(), batch(), 0.7),
    "probe.diagnose": lambda: call(probe.diagnose, training(), batch(), []),
    "probe.gradient_check": lambda: call(probe.gradient_check, md.tanh, np.ones(2), 1.0, 2, 0),
    "probe.probe": lambda: call(probe.probe, losses(), network(), "node"),
    "probe.reversals": lambda: call(probe.reversals, list(losses().named().values())),
    "probe.walk": lambda: call(probe.walk, list(losses().named().values())),
}
