"""The tests of chapter 08."""

import chapter_08 as yours
import numpy as np

import minidann as md
from minidann.exercises import expect, several

X, G, WEIGHT = np.array([1.0, -2.0]), np.array([4.0, 6.0]), 0.5


def test_reversal():
    node = yours.Reversal(WEIGHT)
    expect("forward", node.forward(X.copy()), X, x=X, weight=WEIGHT)
    g = G.copy()
    (found,) = several("what backward returns", node.backward(g), 1)
    expect("backward", found, [-2.0, -3.0], x=X, g=G, weight=WEIGHT)
    expect("the gradient that came, afterwards", g, G)


def test_reversal_in_a_graph():
    for weight in (0.7, 0.0, 3.0):
        x = md.Tensor(X, requires_grad=True)
        y = md.apply(yours.Reversal(weight), x)
        expect(f"node with λ = {weight} in a graph: value", y.data, X)
        gradient = md.backprop((y * y).sum())[x]
        expect(f"node with λ = {weight} in a graph: gradient of Σ x²", gradient, -weight * 2 * X)


def one(value):
    return np.array([value])


def check(name, theta, label, domain, weight, rate, right):
    before = {part: array.copy() for part, array in theta.items()}
    found = yours.three_updates(theta, label, domain, weight, rate)
    keys = ", ".join(sorted(found)) if isinstance(found, dict) else f"no dict, but {type(found).__name__}"
    expect(f"{name}: the parts", keys, "domain_head, features, label_head")
    for part in ("label_head", "domain_head", "features"):
        given = {
            "old": before[part],
            "y": label.get(part, 0 * before[part]),
            "d": domain.get(part, 0 * before[part]),
            "weight": weight,
            "rate": rate,
        }
        expect(f"{name}: {part}", found[part], right[part], **given)
    for part, array in before.items():
        expect(f"{name}: the old {part}, afterwards", theta[part], array)


def test_three_updates():
    theta = {"features": one(1.0), "label_head": one(1.0), "domain_head": one(1.0)}
    label = {"features": one(2.0), "label_head": one(2.0)}
    domain = {"features": one(5.0), "domain_head": one(5.0)}
    right = {"features": [0.7], "label_head": [0.6], "domain_head": [0.0]}
    check("example", theta, label, domain, 0.1, 0.2, right)


def test_three_updates_by_the_node():
    """One sweep of L_y + L_d, with the node of the package, gives the same three updates."""
    rng = np.random.default_rng(0)
    shapes = {"features": (2, 3), "label_head": (3, 2), "domain_head": (3, 1)}
    theta = {part: rng.standard_normal(shape) for part, shape in shapes.items()}
    x, y, d = rng.standard_normal((5, 2)), np.array([0, 1, 1, 0, 1]), np.array([[0.0], [0], [0], [1], [1]])

    def gradients(node, which):
        tensors = {part: md.Tensor(array, requires_grad=True) for part, array in theta.items()}
        h = (x @ tensors["features"]).tanh()
        label_loss = md.cross_entropy(h @ tensors["label_head"], y)
        domain_loss = md.binary_cross_entropy_with_logits(node(h) @ tensors["domain_head"], d)
        g = md.backprop({"L_y": label_loss, "L_d": domain_loss, "both": label_loss + domain_loss}[which])
        return {part: g[tensor] for part, tensor in tensors.items() if tensor in g}

    label, domain = (gradients(lambda h: h, which) for which in ("L_y", "L_d"))
    both = gradients(lambda h: md.reverse_gradient(h, 0.7), "both")
    right = {part: theta[part] - 0.3 * both[part] for part in theta}
    check("a small network", theta, label, domain, 0.7, 0.3, right)
