"""The tests of chapter 03."""

import chapter_03 as yours
import numpy as np

import minidann as md
from minidann.exercises import difference_quotient, expect, several


def test_momentum_one_number():
    optimiser = yours.Momentum(0.8)
    first = optimiser.step(1.0, 2.0, 0.1)
    expect("θ after the first step", first, 0.8)
    expect("θ after the second step", optimiser.step(first, 2.0, 0.1), 0.44)
    expect("velocity after two steps", optimiser.velocity, 3.6)
    expect("θ after a step with gradient 0", optimiser.step(0.44, 0.0, 0.1), 0.152)


def test_momentum_like_the_package():
    """Three steps beside nn.SGD, with another rate in each."""
    rng = np.random.default_rng(0)
    theta = rng.standard_normal((2, 3))
    parameter = md.Tensor(theta.copy(), requires_grad=True)
    optimiser, package = yours.Momentum(0.9), md.nn.SGD([parameter], momentum=0.9)
    for step, rate in enumerate((0.1, 0.01, 0.3), 1):
        gradient = rng.standard_normal((2, 3))
        given, before = theta.copy(), gradient.copy()
        package.step({parameter: gradient}, rate)
        new = optimiser.step(theta, gradient, rate)
        expect("the gradient that you got, afterwards", gradient, before)
        expect("the θ that you got, afterwards", theta, given)
        expect(f"θ (2, 3) after step {step}", new, parameter.data)
        theta = new


Z = np.array([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0]])  # (2, 3)
LABELS = np.array([0, 2])


def test_cross_entropy():
    loss, gradient = several("what cross_entropy returns", yours.cross_entropy(Z, LABELS), 2)
    right = md.cross_entropy(Z, LABELS)
    expect("loss", loss, right.item(), z=Z, labels=LABELS)
    numerical = difference_quotient(lambda z: md.cross_entropy(z, LABELS).item(), Z)
    expect("gradient", gradient, numerical, z=Z, labels=LABELS)


def test_cross_entropy_large_logits():
    z = np.array([[1000.0, 0.0], [0.0, -1000.0]])
    with np.errstate(all="ignore"):
        loss, gradient = several("what cross_entropy returns", yours.cross_entropy(z, np.array([1, 0])), 2)
    expect("loss of logits of 1000", loss, 500.0, z=z)
    expect("gradient of logits of 1000", gradient, [[0.5, -0.5], [0.0, 0.0]], z=z)
