"""The probe's row at the foot of the window, beside finite differences: the gradients that arrive at the features."""

from copy import deepcopy

import numpy as np
import pytest

from minidann.compare.reversal_forms import FORMS, TRUE
from minidann.engine.backend import to_numpy
from minidann.lab import Experiment
from minidann.lab.experiment import PHASES

LAYER = ("features.3.weight", "features.3.bias")
STEP = 1e-6


def differences(network, batch):
    """∂L_y and ∂L_d by the last feature layer, by central differences in float64, with no node in the graph."""
    network = deepcopy(network)
    parameters = network.parameters()
    for tensor in parameters.values():
        tensor.data = tensor.data.astype(np.float64)
    x_source, y_source, x_target = batch
    batch = x_source.astype(np.float64), y_source, x_target.astype(np.float64)

    def values():
        return np.array([loss.item() for loss in TRUE.losses(network, batch, 1.0).named().values()])

    found = []
    for data in (parameters[name].data for name in LAYER):
        for place in np.ndindex(data.shape):
            middle = data[place]
            data[place] = middle + STEP
            above = values()
            data[place] = middle - STEP
            found.append((above - values()) / (2 * STEP))
            data[place] = middle
    return np.array(found).T


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


@pytest.mark.parametrize("name", FORMS)
def test_the_row_is_what_arrives_at_the_features(name, monkeypatch):
    experiment, form = Experiment(width=4, form=name, ramp=False, adapt_weight=1.7), FORMS[name]
    training = experiment.training
    experiment.steps(30)
    batch = training.next_batch()
    monkeypatch.setattr(training, "next_batch", lambda: batch)
    for _ in PHASES[:3]:
        experiment.phase()
    numbers, (label, domain) = experiment.numbers(), differences(training.network, batch)
    where = training.optimiser.vector.slice_of([training.network.parameters()[name] for name in LAYER])
    field = to_numpy(training.optimiser.vector.gather(training.gradients(experiment.losses)))[where]
    (times_label, times_domain), *_ = np.linalg.lstsq(np.stack([label, domain], axis=1), field, rcond=None)
    np.testing.assert_allclose(times_label * label + times_domain * domain, field, rtol=1e-3, atol=1e-5)
    arrived = times_label * label, times_domain * domain
    near = {"rel": 1e-3}
    assert numbers["|L_y|"] == pytest.approx(np.linalg.norm(arrived[0]), **near)
    assert numbers["|L_d| after R"] == pytest.approx(np.linalg.norm(arrived[1]), **near)
    assert numbers["cos(L_y, L_d) after"] == pytest.approx(cosine(*arrived), **near)
    above = form.domain_weight(1.7) * domain  # of the node
    if form.node == "nowhere":
        assert np.isnan([numbers["|L_d| before R"], numbers["cos(L_y, L_d) before"]]).all()
    else:
        assert numbers["|L_d| before R"] == pytest.approx(np.linalg.norm(above), **near)
        assert numbers["cos(L_y, L_d) before"] == pytest.approx(cosine(label, above), **near)
