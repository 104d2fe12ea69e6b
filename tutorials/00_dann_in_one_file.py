# %% [markdown]
# # 0 · DANN in one file
#
# **A network learns two classes from labelled points. Can it learn the same classes, turned by 35°, without labels?**
#
# DANN (Ganin and Lempitsky, arXiv:1409.7495) says yes. This file holds the whole method in plain NumPy. The labelled
# points are the *source* domain, the turned points are the *target* domain. You need not follow each line: the chapters
# from 01 on begin again, slowly, and explain each word. Run the file, look at the figure, and look for the node.

# %%
import itertools
import math
import os

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 1. Derivatives: a tensor and a sweep
#
# A tensor holds an array, its inputs, and a function `backward`. If g is the gradient of the loss by this tensor, then
# `backward(g)` returns the gradients by the inputs: the chain rule for one operation. The sweep starts at the loss and
# goes from the newest tensor to the oldest. So each tensor waits for all tensors made from this tensor. A tensor with
# several uses gets a gradient from each use, and the gradients add up.

# %%
made = itertools.count()  # each new tensor takes the next number


class Tensor:
    """An array ``data``, the tensors ``inputs`` of its operation, and the ``backward`` function of that operation."""

    def __init__(self, data, inputs=(), backward=lambda g: ()):
        self.data, self.inputs, self.backward, self.order = data, inputs, backward, next(made)

    def __add__(self, other):
        return Tensor(self.data + other.data, (self, other), lambda g: (g, g))  # for equal shapes


def backprop(loss):
    """Return a dict with the gradient of the scalar ``loss`` by each tensor of its graph."""
    graph = [loss]
    for tensor in graph:  # the list grows during the loop, until no input is missing
        graph += set(tensor.inputs) - set(graph)
    gradients = {loss: np.ones_like(loss.data)}
    for tensor in sorted(graph, key=lambda tensor: tensor.order, reverse=True):
        for parent, g in zip(tensor.inputs, tensor.backward(gradients[tensor])):
            gradients[parent] = gradients[parent] + g if parent in gradients else g
    return gradients


# %% [markdown]
# ## 2. Five operations
#
# Here n counts examples, k inputs, m outputs. Each loss takes *logits*: numbers that softmax or sigmoid turn into
# probabilities. The gradient by the logits is then short: (probability − truth)/n.


# %%
def affine(x, weight, bias):
    """Return x @ weight + bias: (n, k) @ (k, m) + (m,) → (n, m)."""
    y = x.data @ weight.data + bias.data
    # g (n, m) gives (n, m) @ (m, k) → (n, k);  (k, n) @ (n, m) → (k, m);  (n,) @ (n, m) → (m,), the sum of the rows
    return Tensor(y, (x, weight, bias), lambda g: (g @ weight.data.T, x.data.T @ g, np.ones(len(g), g.dtype) @ g))


def tanh(x):
    """Return tanh of each element; the derivative is 1 − tanh²."""
    y = np.tanh(x.data)
    return Tensor(y, (x,), lambda g: (g - g * y * y,))


def first_rows(x, n):
    """Return the first n rows of x; the other rows get gradient 0."""
    return Tensor(x.data[:n], (x,), lambda g: (np.concatenate([g, np.zeros_like(x.data[n:])]),))


def cross_entropy(logits, labels):
    """Return the mean of −log softmax(logits)[label], for logits (n, classes) and labels (n,) from 0."""
    z = logits.data.T.copy() - logits.data.max(axis=1)  # (classes, n), at most 0: no overflow in exp
    total, truth = np.exp(z).sum(axis=0), np.eye(len(z), dtype=z.dtype)[labels].T  # (n,);  (classes, n), 1 at the label
    softmax, loss = np.exp(z) / total, (np.log(total) - (truth * z).sum(axis=0)).mean()
    return Tensor(loss, (logits,), lambda g: (((softmax - truth) * (g / len(labels))).T,))


def binary_cross_entropy_with_logits(logits, truth):
    """Return the mean of log(1 + e^z) − truth · z, for logits z (n, 1) and truth (n, 1) of 0 and 1."""
    softplus = np.maximum(logits.data, 0) + np.log1p(np.exp(-abs(logits.data)))  # log(1 + e^z) without overflow
    sigmoid, loss = -np.expm1(-softplus), (softplus - truth * logits.data).mean()
    return Tensor(loss, (logits,), lambda g: ((sigmoid - truth) * (g / len(truth)),))


# %% [markdown]
# ## 3. Three parts, two losses, and the reversal node
#
# The *features* (parameters θf) feed a *label head* (θy), which learns the classes, and a *domain head* (θd), which
# learns to tell source from target. The label loss L_y must fall for θf and θy (Eq. 2). The domain loss L_d must fall
# for θd (Eq. 3), but must rise for θf: then the features look the same in both domains. In the paper, this is a saddle
# point of E = L_y − λ L_d (Eq. 1, λ is a weight). With one node below the domain head, descent on L_y + L_d does this:
# $$R_\lambda(x) = x \quad\text{(Eq. 7)} \qquad\text{but}\qquad \frac{dR_\lambda}{dx} = -\lambda I \quad\text{(Eq. 8)}$$


# %%
def reverse_gradient(x, adapt_weight):
    """Return x unchanged. On purpose, backward is no derivative: it multiplies by −λ, and λ is ``adapt_weight``."""
    return Tensor(x.data, (x,), lambda g: (-adapt_weight * g,))


def dense(rng, n_in, n_out):
    """Return the weight (n_in, n_out), normal with variance 1/n_in, and the bias (n_out,), 0, of a layer."""
    weight = rng.standard_normal((n_in, n_out)) * np.sqrt(1 / n_in)
    return Tensor(weight.astype(np.float32)), Tensor(np.zeros(n_out, np.float32))


def extract(network, x):
    """Return the features (n, 16) of points x (n, 2), a tensor."""
    for layer in network["features"]:
        x = tanh(affine(x, *layer))
    return x


def label_loss(network, features, labels):
    """Return L_y of the source half, the first len(labels) rows of ``features``."""
    (layer,) = network["label_head"]
    return cross_entropy(affine(first_rows(features, len(labels)), *layer), labels)


def domain_loss(network, features, adapt_weight):
    """Return L_d. The first half of ``features`` is source (truth 0), the second half is target (truth 1)."""
    hidden, last = network["domain_head"]
    logits = affine(tanh(affine(reverse_gradient(features, adapt_weight), *hidden)), *last)  # (n, 1)
    return binary_cross_entropy_with_logits(logits, np.repeat(np.float32([[0], [1]]), len(logits.data) // 2, axis=0))


def predict(network, x):
    """Return the more likely class of each point x (n, 2), in (n,)."""
    (layer,) = network["label_head"]
    return affine(extract(network, Tensor(x)), *layer).data.argmax(axis=1)


# %% [markdown]
# ## 4. Two moons, and two moons turned by 35°


# %%
def moons(n, seed, degrees):
    """Return n points (n, 2) of two half circles, turned about their centre, noise 0.05; and their classes (n,)."""
    angle, rng, order = np.linspace(0, np.pi, n // 2), np.random.RandomState(seed), np.arange(n)
    rng.shuffle(order)
    x = np.hstack([(np.cos(angle), np.sin(angle)), (1 - np.cos(angle), 0.5 - np.sin(angle))]).T[order]  # (n, 2)
    x += rng.normal(scale=0.05, size=x.shape)
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    turned = (x - [0.5, 0.25]) @ [[cos, sin], [-sin, cos]] + [0.5, 0.25]  # (n, 2) @ (2, 2) → (n, 2)
    return turned.astype(np.float32), order // (n // 2)


def moons_pair(seed):
    """Return x_source, y_source, x_target to train on, x_test, y_test of the target. Each x is centred, times 4."""
    seeds = np.random.SeedSequence(seed).generate_state(4)  # the package has the third: test points of the source
    (x_source, y_source), (x_target, _) = moons(300, seeds[0], 0), moons(300, seeds[1], 35)  # no target labels
    x_test, y_test = moons(1000, seeds[3], 35)
    mean = np.concatenate([x_source, x_target]).mean(axis=0)
    return (x_source - mean) * 4, y_source, (x_target - mean) * 4, (x_test - mean) * 4, y_test


# %% [markdown]
# ## 5. Training
#
# One step sweeps L_y + L_d once, and each parameter θ follows its own gradient g (Eqs. 4–6), with momentum:
# v ← 0.9 v + g + 0.001 θ, then θ ← θ − rate · v. The rate of the domain head is three times larger, because a strong
# opponent teaches more. λ grows from 0, because a new domain head knows nothing yet. With momentum the weights do not
# come to rest, so the *average* of the weights gets the score. (Chapters 09 and 15 measure each of these claims.)

# %%
STEPS, BATCH = 4000, 64


def deal(n, rng):
    """Yield batches of positions 0…n − 1 in shuffled passes: each position comes once before any comes again."""
    left = rng.permutation(n)
    while True:
        if len(left) < BATCH:
            left = np.concatenate([left, rng.permutation(n)])
        yield left[:BATCH]
        left = left[BATCH:]


def train(x_source, y_source, x_target, full_weight, seed, steps=STEPS):
    """Train, with λ on its way from 0 to ``full_weight`` after STEPS steps. Return the network of averaged weights."""
    rng, batches = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    network = {"features": [dense(rng, 2, 16), dense(rng, 16, 16)], "label_head": [dense(rng, 16, 2)]}
    network["domain_head"] = [dense(rng, 16, 64), dense(rng, 64, 1)]
    factor = {p: 3 if part == "domain_head" else 1 for part in network for layer in network[part] for p in layer}
    velocity, average = ({p: np.zeros_like(p.data) for p in factor} for _ in range(2))
    for step, i, j in zip(range(steps), deal(len(x_source), batches), deal(len(x_target), batches)):
        adapt_weight = full_weight * (2 / (1 + math.exp(-10 * (step / STEPS))) - 1)
        features = extract(network, Tensor(np.concatenate([x_source[i], x_target[j]])))
        gradients = backprop(label_loss(network, features, y_source[i]) + domain_loss(network, features, adapt_weight))
        for p in factor:
            velocity[p] = 0.9 * velocity[p] + gradients[p] + 0.001 * p.data
            p.data = p.data - 0.04 * (factor[p] * velocity[p])
            average[p] += max(0.002, 1 / (step + 1)) * (p.data - average[p])  # a plain mean during the first 500 steps
    return {part: [tuple(Tensor(average[p]) for p in layer) for layer in network[part]] for part in network}


# %% [markdown]
# ## 6. Source only and DANN
#
# With λ = 0 no gradient of L_d reaches the features: this is *source only*, the same network without adaptation. In
# the figure, the background shows the predicted class. The colour of a point shows the true class.

# %%
x_source, y_source, x_target, x_test, y_test = moons_pair(seed=0)
weights = {"source only": 0.0, "DANN": 0.7}  # the last λ
networks = {name: train(x_source, y_source, x_target, weight, seed=0) for name, weight in weights.items()}
accuracy = {name: (predict(network, x_test) == y_test).mean() for name, network in networks.items()}
plane = np.meshgrid(*[np.linspace(-8, 8, 200, dtype=np.float32)] * 2)  # two of (200, 200)
figure, axes = plt.subplots(1, 2, figsize=(10, 5), layout="constrained")
for ax, (name, network) in zip(axes, networks.items()):
    print(f"{name}: {accuracy[name]:.1%} of the target right")
    classes = predict(network, np.stack(plane, axis=-1).reshape(-1, 2)).reshape(200, 200)
    ax.contourf(*plane, classes, levels=[-0.5, 0.5, 1.5], colors=["#0072B2", "#D55E00"], alpha=0.2)
    for x, y, marker in ((x_source, y_source, "o"), (x_test[:300], y_test[:300], "x")):
        ax.scatter(*x.T, c=np.array(["#0072B2", "#D55E00"])[y], marker=marker, s=18)
    ax.set(title=f"{name}: {accuracy[name]:.1%} of the target right", xlabel="● source   × target", aspect="equal")
if plt.get_backend().lower() == "agg":  # no display
    os.makedirs("results/tutorials", exist_ok=True)
    figure.savefig("results/tutorials/00-1.png")
    print("figure: results/tutorials/00-1.png")
else:
    plt.show()

# %%
# Check: one sweep of L_y + L_d gives all three updates, Eqs. 4, 5, 6. With λ = −1 the node is the plain identity.
dann = networks["DANN"]
features = extract(dann, Tensor(np.concatenate([x_source, x_target])))
both = backprop(label_loss(dann, features, y_source) + domain_loss(dann, features, 0.7))
label, domain = backprop(label_loss(dann, features, y_source)), backprop(domain_loss(dann, features, -1))
for part, weight in {"features": -0.7, "label_head": 0, "domain_head": 1}.items():
    for p in sum(dann[part], ()):
        np.testing.assert_allclose(both[p], label.get(p, 0) + weight * domain.get(p, 0), rtol=1e-3, atol=1e-6)
assert accuracy["source only"] < 0.9 < 0.95 < accuracy["DANN"], "with the numbers as printed"

# %% [markdown]
# ## Where to go next
#
# The package `minidann` has the same pieces: the tensor in `engine/tensor.py`, the sweep in `engine/backprop.py`, the
# node in `engine/ops/reversal.py`, the three parts in `adapt/dann.py`, the steps in `adapt/training.py`.
#
# **Next:** [01_derivatives.py](01_derivatives.py) begins again, slowly, with one derivative.
