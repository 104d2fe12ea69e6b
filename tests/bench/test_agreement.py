"""The check of a peer finds what differs, and names it."""

import numpy as np
import pytest

from minidann.bench.agreement import check_agreement, difference
from minidann.bench.own import OwnSide
from minidann.bench.peers import installed, load, make_side
from minidann.bench.workloads import WORKLOADS, draw_weights, made_up_pair

MOONS = WORKLOADS["moons"]


class Wrong(OwnSide):
    """A side that changes one of its numbers."""

    def __init__(self, change, *arguments):
        super().__init__(*arguments)
        self.change = change

    def losses_and_gradients(self, *batch):
        return self.change(*super().losses_and_gradients(*batch))


def check(change):
    weights, pair = draw_weights(MOONS), made_up_pair(MOONS)
    own, other = OwnSide(MOONS, weights, pair), Wrong(change, MOONS, weights, pair)
    check_agreement(MOONS, own, other, "peer", pair)


def test_equal_sides_agree():
    check(lambda label, domain, gradients: (label, domain, gradients))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda label, domain, g: (label * 1.001, domain, g), "the label loss"),
        (lambda label, domain, g: (label, float("nan"), g), "the domain loss"),
        (lambda label, domain, g: (label, domain, [-g[0], *g[1:]]), r"the gradient of features \(2, 32\)"),
        (lambda label, domain, g: (label, domain, [*g[:-1], g[-1][..., None]]), r"the gradient of domain_head \(1,\)"),
    ],
)
def test_the_first_number_to_differ_is_named(change, named):
    with pytest.raises(ValueError, match=f"^peer: {named} of moons differs from minidann's"):
        check(change)


def test_the_difference_is_relative():
    assert difference(np.array([100.0]), np.array([101.0])) == pytest.approx(0.01)
    assert difference(np.zeros(2), np.zeros(2)) == 0


@pytest.mark.parametrize("name", installed())
@pytest.mark.parametrize("workload", ["moons", "digits"])
def test_an_installed_peer_agrees_and_then_takes_a_step(name, workload):
    workload = WORKLOADS[workload]
    if reason := load(name).unable(workload):
        pytest.skip(reason)
    weights, pair = draw_weights(workload), made_up_pair(workload)
    own, peer = (make_side(side, workload, weights, pair, 1) for side in ("minidann", name))
    check_agreement(workload, own, peer, name, pair)
    _, _, gradients = peer.losses_and_gradients(pair.x_source[:8], pair.y_source[:8], pair.x_target[:8])
    assert {gradient.dtype for gradient in gradients} == {np.dtype("float32")}
    peer.step()
    with pytest.raises(ValueError, match="differs"):
        check_agreement(workload, own, peer, name, pair)
    own_classes = make_side("minidann", workload, weights, pair, 1).predict(pair.x_target_test)
    np.testing.assert_array_equal(make_side(name, workload, weights, pair, 1).predict(pair.x_target_test), own_classes)
