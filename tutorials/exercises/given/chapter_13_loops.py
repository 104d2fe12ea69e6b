"""Broken training loops of DANN: twelve in NumPy, A to L, and one in PyTorch to read, M.

Run this file: python chapter_13_loops.py
It prints a row for the right loop and for each broken one. Each broken loop differs from the right one in one fault.
"""

import numpy as np

STEPS, RATE, BATCH, WEIGHT = 600, 0.1, 32, 2.0


# the data ---------------------------------------------------------------------------------------------------------


def points(n, seed, moved):
    """Two classes of points (n, 2), moved in the target; and their classes (n,)."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    x = rng.standard_normal((n, 2)) * 0.5 + np.where(y[:, None] == 1, [1.0, 0.6], [-1.0, -0.6])
    return x + moved, y


SHIFT = np.array([0.0, 2.5])
X_SOURCE, Y_SOURCE = points(300, 0, 0)
X_TARGET, _ = points(300, 1, SHIFT)  # its labels are not for training
X_TEST, Y_TEST = points(1000, 2, SHIFT)  # labelled target points, for the score alone
_, Y_TARGET = points(300, 1, SHIFT)  # for the oracle: never used in training


def batch(step):
    """The examples of a step: x_source (32, 2), y_source (32,), x_target (32, 2)."""
    rng = np.random.default_rng(1000 + step)
    i, j = rng.integers(300, size=BATCH), rng.integers(300, size=BATCH)
    return X_SOURCE[i], Y_SOURCE[i], X_TARGET[j]


# the network ------------------------------------------------------------------------------------------------------


def start():
    """New parameters. The last row of each is the bias."""
    rng = np.random.default_rng(5)
    shapes = {"features": (3, 8), "label_head": (9, 1), "domain_head": (9, 1)}
    return {part: rng.standard_normal(shape) * 0.5 for part, shape in shapes.items()}


def with_ones(x):
    return np.column_stack([x, np.ones(len(x))])


def features(theta, x):
    """(n, 2) → (n, 8)"""
    return np.tanh(with_ones(x) @ theta["features"])


def loss_and_gradients(theta, head, x, truth):
    """The mean logistic loss of a head at ``truth`` (n,) of 0 and 1, and its true gradients at features and head."""
    h = with_ones(features(theta, x))  # (n, 9)
    z = (h @ theta[head])[:, 0]
    loss = (np.logaddexp(0, z) - truth * z).mean()
    g = (1 / (1 + np.exp(-z)) - truth)[:, None] / len(x)  # (n, 1)
    back = (g @ theta[head].T)[:, :-1] * (1 - h[:, :-1] ** 2)  # (n, 8)
    return loss, {"features": with_ones(x).T @ back, head: h.T @ g}


def label_gradients(theta, x, y):
    """L_y and its true gradients: {"features": …, "label_head": …}"""
    return loss_and_gradients(theta, "label_head", x, y)


def domain_gradients(theta, x, d):
    """L_d and its true gradients: {"features": …, "domain_head": …}. No reversal is in here."""
    return loss_and_gradients(theta, "domain_head", x, d)


def both(x_source, x_target):
    """The joined batch, and its domains: 0 for source, 1 for target."""
    return np.concatenate([x_source, x_target]), np.repeat([0.0, 1.0], [len(x_source), len(x_target)])


def ramp(p):
    """λ at the progress p: from 0 to WEIGHT."""
    return WEIGHT * (2 / (1 + np.exp(-10 * p)) - 1)


def score(theta, x, y):
    """The share of right predictions."""
    z = (with_ones(features(theta, x)) @ theta["label_head"])[:, 0]
    return ((z > 0) == y).mean()


# the right loop ---------------------------------------------------------------------------------------------------


def right():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


# the broken loops -------------------------------------------------------------------------------------------------


def loop_a():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step // STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_b():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] + weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_c():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] += RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_d():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, x_source, np.zeros(len(x_source)))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_e():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        d = {part: weight * gradient for part, gradient in d.items()}
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_f():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_SOURCE, Y_SOURCE)


def loop_g():
    theta = start()
    total = {part: np.zeros_like(array) for part, array in theta.items()}
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        total["features"] += y["features"] - weight * d["features"]
        total["label_head"] += y["label_head"]
        total["domain_head"] += d["domain_head"]
        for part in theta:
            theta[part] -= RATE * total[part]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_h():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * -weight * (y["features"] + d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_i():
    theta, rng = start(), np.random.default_rng(7)
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        x_source = rng.permutation(x_source)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_j():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        d = {part: 2 * BATCH * gradient for part, gradient in d.items()}
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_k():
    theta = start()
    for step in range(STEPS):
        x_source, y_source, x_target = batch(step)
        weight = ramp(step / STEPS)
        x, y_all = np.concatenate([x_source, X_TARGET]), np.concatenate([y_source, Y_TARGET])
        label_loss, y = label_gradients(theta, x, y_all)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


def loop_l():
    theta = start()
    x_source, y_source, x_target = batch(0)
    for step in range(STEPS):
        weight = ramp(step / STEPS)
        label_loss, y = label_gradients(theta, x_source, y_source)
        domain_loss, d = domain_gradients(theta, *both(x_source, x_target))
        theta["features"] -= RATE * (y["features"] - weight * d["features"])
        theta["label_head"] -= RATE * y["label_head"]
        theta["domain_head"] -= RATE * d["domain_head"]
    return label_loss, domain_loss, score(theta, X_TEST, Y_TEST)


# Loop M is PyTorch, to read only. ReverseGradient is a right autograd.Function: forward x, backward −weight · grad.
LOOP_M = """
for step in range(steps):
    x_source, y_source, x_target = batch(step)
    weight = ramp(step / steps)
    h = features(torch.cat([x_source, x_target]))
    label_loss = F.cross_entropy(label_head(h[: len(x_source)]), y_source)
    reversed_h = ReverseGradient.apply(h.detach(), weight)
    domain = torch.cat([torch.zeros(len(x_source), 1), torch.ones(len(x_target), 1)])
    domain_loss = F.binary_cross_entropy_with_logits(domain_head(reversed_h), domain)
    optimiser.zero_grad()
    (label_loss + domain_loss).backward()
    optimiser.step()
"""

LOOPS = {"right": right, **{letter: globals()[f"loop_{letter.lower()}"] for letter in "ABCDEFGHIJKL"}}

if __name__ == "__main__":
    print("loop       L_y    L_d   score")
    for name, loop in LOOPS.items():
        with np.errstate(all="ignore"):
            label_loss, domain_loss, accuracy = loop()
        print(f"{name:6} {label_loss:7.3f} {domain_loss:6.3f}  {accuracy:6.1%}")
