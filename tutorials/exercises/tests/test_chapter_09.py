"""The tests of chapter 09. The step is compared with the gradients of the package."""

from types import SimpleNamespace

import chapter_09 as yours
import numpy as np

import minidann as md
from minidann import nn
from minidann.exercises import expect, several


def test_ramp():
    for p, right in ((0.0, 0.0), (0.5, 0.986614), (0.1, 0.462117), (1.0, 0.999909)):
        expect(f"λ({p:g})", yours.ramp(p), right, p=p)


N, M, WEIGHT, RATE = 4, 6, 0.5, 0.1
PARTS = ("label_head", "domain_head", "features")


def network():
    """A small network in float64, the same each time."""
    rng = np.random.default_rng(3)

    def dense(n_in, n_out):
        return nn.Dense(n_in, n_out, rng, dtype="float64")

    parts = {
        "features": nn.Sequential(dense(2, 4), nn.Tanh()),
        "label_head": nn.Sequential(dense(4, 2)),
        "domain_head": nn.Sequential(dense(4, 3), nn.Tanh(), dense(3, 1)),
    }
    parameters = [parameter for part in parts.values() for parameter in part.parameters().values()]
    return SimpleNamespace(**parts, parameters=parameters)


def batch():
    rng = np.random.default_rng(4)
    return rng.standard_normal((N, 2)), np.array([0, 1, 1, 0]), rng.standard_normal((M, 2)) + 1


def vector(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def parameters_of(made, part):
    return list(getattr(made, part).parameters().values())


def true_gradients():
    """Both losses and their true gradients at each part, without a node: "y" and "d" → part → a vector."""
    x_source, y_source, x_target = batch()
    made = network()
    h = made.features(np.concatenate([x_source, x_target]))
    domains = np.repeat([[0.0], [1.0]], [N, M], axis=0)
    losses = {
        "y": md.cross_entropy(made.label_head(h[:N]), y_source),
        "d": md.binary_cross_entropy_with_logits(made.domain_head(h), domains),
    }
    found = {}
    for name, loss in losses.items():
        g = md.backprop(loss)
        found[name] = {
            part: vector([g[p] if p in g else np.zeros(p.shape) for p in parameters_of(made, part)]) for part in PARTS
        }
    return {name: loss.item() for name, loss in losses.items()}, found


def number(value):
    return value.item() if hasattr(value, "item") else value


def test_dann_step():
    x_source, y_source, x_target = batch()
    made = network()
    found = yours.dann_step(made, x_source, y_source, x_target, WEIGHT, RATE)
    losses, true = true_gradients()
    label_loss, domain_loss = map(number, several("what dann_step returns", found, 2))
    expect("L_y", label_loss, losses["y"], n=N, m=M, network=network, batch=batch)
    expect("L_d", domain_loss, losses["d"], n=N, m=M, network=network, batch=batch)
    right = {
        "label_head": true["y"]["label_head"],
        "domain_head": true["d"]["domain_head"],
        "features": true["y"]["features"] - WEIGHT * true["d"]["features"],
    }
    before = network()
    for part in PARTS:
        old, new = (vector([p.data for p in parameters_of(net, part)]) for net in (before, made))
        given = {"y": true["y"][part], "d": true["d"][part], "weight": WEIGHT, "rate": RATE}
        expect(f"(old − new) / rate, {part}", (old - new) / RATE, right[part], **given)
