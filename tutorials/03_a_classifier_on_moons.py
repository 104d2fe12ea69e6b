# %% [markdown]
# # 3 · A classifier on two moons
#
# **We can find every gradient. If we follow the gradients downhill, does a network learn more than a straight line?**
#
# In this chapter we first try every straight line, and even the best one fails. Then a network learns to separate two
# moons. We write the training loop by hand, watch the loss, and draw the learnt boundary. We look *inside* the network:
# how does each hidden unit change the plane? At last we take away what seems unnecessary, and see the network fail.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import linprog

import minidann as md
from minidann import data, nn
from minidann.plots import show_figure, style

BLUE, ORANGE, GREY = *style.OTHERS[:2], style.CHANCE  # for readers with any colour vision
MOONS = tuple(zip(style.CLASSES, "o^"))  # colour and marker of class 0 and class 1

# %% [markdown]
# ## The data
#
# `moons_pair` makes two domains. Here we use only the first domain, the **source**: points x with labels y. Some points
# are for training and others, the held-out points, are for the score. No point is in both sets. The points are random,
# and the **seed** is the start of the random numbers: the same seed gives the same points.

# %%
SEED = 0
pair = data.moons_pair(seed=SEED)
x, y = pair.x_source, pair.y_source
x_test, y_test = pair.x_source_test, pair.y_source_test

print(f"to train on:    x {x.shape} {x.dtype}, y {y.shape}, {np.bincount(y).tolist()} of each class")
print(
    f"to score with:  x {x_test.shape} {x_test.dtype}, y {y_test.shape}, {np.bincount(y_test).tolist()} of each class"
)


def draw_moons(ax, points, labels, size=12):
    for label, (colour, marker) in enumerate(MOONS):
        ax.scatter(*points[labels == label].T, s=size, c=colour, marker=marker, label=f"class {label}", linewidths=0)


def rounded(array):
    return array.astype(float).round(3).tolist()


def accuracy(classify, points, labels):
    """Return the share of points at which the true class has the largest logit."""
    with md.no_grad():  # a prediction needs no graph
        return float((classify(points).data.argmax(axis=1) == labels).mean())


# %% [markdown]
# ## Every straight line fails
#
# A straight line has a direction and a place. We turn it in 720 directions, and for each direction we put it at every
# place between two points. Which line is right on the most points?

# %%
angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
best_line = 0.0
for angle in angles:
    along = x @ [np.cos(angle), np.sin(angle)]  # (300,): the place of each point along the direction
    order = np.argsort(along)
    ones_before = np.cumsum(y[order] == 1)  # class 1 on the lower side of the line after each point
    zeros_before = np.arange(1, len(y) + 1) - ones_before
    right_if_zeros_below = zeros_before + (y == 1).sum() - ones_before
    best_line = max(best_line, right_if_zeros_below.max() / len(y))
print(f"the best of {len(angles) * len(y):,} straight lines is right on {best_line:.1%} of the training points")

# %% [markdown]
# Could a line between these be right on all points? A line is right on a point if side · (x · w + b) is above 0, with
# side = 1 for class 1 and −1 for class 0. A **linear program** looks for numbers that fulfil many such inequalities at
# once, and proves it if there are none.

# %%
sides = np.where(y == 1, 1.0, -1.0)[:, None]
inputs = np.hstack([x, np.ones((len(x), 1))])
no_line = linprog(np.zeros(3), -sides * inputs, -np.ones(len(x)), bounds=(None, None)).status == 2  # 2: there are none
print(f"no straight line is right on all points: {no_line}")

# %% [markdown]
# So no training can repair a straight line: the *form* must change.

# %% [markdown]
# ## The loss: softmax and cross-entropy
#
# A classifier of several classes ends in **logits** z, one number for each class. The largest logit wins. **Softmax**
# turns the logits into probabilities p. The **cross-entropy** is the negative logarithm of the probability of the true
# class y:
#
#     p_k = exp(z_k) / Σ_j exp(z_j)               L = −log p_y
#
# An engine can compute this loss step by step. We try it for three examples of three classes. A **one-hot** row has 1
# at the true class and 0 elsewhere: a product with it picks the true class.

# %%
logits = np.array([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0], [-1.0, 3.0, 1.0]])  # three examples, three classes
true_class = np.array([0, 2, 1])
onehot = np.eye(3)[true_class]  # (3, 3)


def long_way(z):
    powers = md.exp(z)
    p = powers / powers.sum(axis=1, keepdims=True)
    return -(md.log(p) * onehot).sum() / len(onehot)  # onehot picks the true class, 1/n makes it a mean


z = md.Tensor(logits, requires_grad=True)
long_loss = long_way(z)
by_long_way = md.backprop(long_loss)[z]
print(f"loss {long_loss.item():.6f}")
print(np.round(by_long_way, 4))

# %% [markdown]
# Large logits break this version. exp overflows, ∞/∞ is NaN, and every later result is NaN.

# %%
large = md.Tensor(logits * 500, requires_grad=True)
with np.errstate(all="ignore"):
    overflown = long_way(large)
    broken = md.backprop(overflown)[large]
print(f"loss {overflown.item()}, gradient of the last example {broken[-1]}")

# %% [markdown]
# The solution is to simplify on paper first. The logarithm undoes the exponential of the true class:
#
#     L = −log ( exp(z_y) / Σ_j exp(z_j) ) = −z_y + log Σ_j exp(z_j)
#
# Now we differentiate by one logit z_k. The first term gives −1 if k is the true class, and 0 otherwise. This is minus
# the one-hot vector. The second term gives, by the chain rule through log and exp,
#
#     1 / Σ_j exp(z_j)  ·  exp(z_k)  =  p_k
#
# Together, and for a mean over n examples:
#
#     ∂L/∂z = (p − onehot) / n
#
# All the exponentials, quotients and logarithms have become one subtraction: *the predicted probability minus the true
# one*. To avoid overflow, we first subtract the largest logit of an example from all its logits. This changes no
# probability, because the numerator and the denominator are divided by the same number. Here is the loss as an op of
# the package:


# %%
class SoftmaxCrossEntropy(md.Op):
    """L = mean of −z_y + log Σ exp z;  gz = g·(p − onehot)/n."""

    def __init__(self, labels):
        self.labels = labels

    def forward(self, z):
        z = z - z.max(axis=1, keepdims=True)  # (n, k)
        total = np.exp(z).sum(axis=1, keepdims=True)  # (n, 1)
        self.p = np.exp(z) / total
        rows = np.arange(len(z))
        return (np.log(total[:, 0]) - z[rows, self.labels]).mean()

    def backward(self, grad):
        onehot = np.eye(self.p.shape[1])[self.labels]
        return (grad * (self.p - onehot) / len(onehot),)


short_way = md.backprop(md.apply(SoftmaxCrossEntropy(true_class), z))[z]
builtin = md.backprop(md.cross_entropy(z, true_class))[z]
for name, gradient in {"long way": by_long_way, "package": builtin}.items():
    print(f"short way against {name:<8}: largest difference {np.abs(short_way - gradient).max():.1e}")

large_loss = md.apply(SoftmaxCrossEntropy(true_class), large)
large_gradient = md.backprop(large_loss)[large]
print(f"large logits: loss {large_loss.item():.2f}, gradient of the last example {large_gradient[-1]}")

# %% [markdown]
# The figure shows the three examples. A step against the gradient lowers a logit with an orange bar upwards, and raises
# a logit with an orange bar downwards. So the logit of the true class always rises, by a multiple of 1 − p. All other
# logits fall, by a multiple of p. The orange bars of one example add up to zero.


# %%
def draw_examples(probabilities, onehot):
    figure, axes = plt.subplots(1, len(onehot), figsize=(10, 3.2), layout="constrained", sharey=True)
    for ax, probability, row in zip(axes, probabilities, onehot):
        ax.bar(np.arange(3) - 0.2, probability, 0.4, color=BLUE, label="probability p")
        ax.bar(np.arange(3) + 0.2, probability - row, 0.4, color=ORANGE, label="gradient p − onehot")
        ax.axhline(0, color=GREY, linewidth=0.8)
        label = row.argmax()
        title = f"true class {label}: loss {-np.log(probability[label]):.2f}"
        ax.set(xticks=range(3), xlabel="class", title=title, ylim=(-1, 1))
    axes[0].legend(loc="lower right", fontsize="small")
    return figure


probabilities = short_way * len(onehot) + onehot
show_figure(
    draw_examples(probabilities, onehot),
    "03-1",
    "Three bar charts, one an example: the probabilities of three classes, and the gradient p − onehot, "
    "negative at the true class alone.",
)

# %% [markdown]
# ## One step, looked at closely
#
# We begin with the simplest classifier, because its step is the step of every network. One **dense layer**
# is logits = x @ W + b, here two logits, one for each class. Cross-entropy is measured in **nats**: it is a natural
# logarithm. Before training, the loss should lie near ln 2 nats. This is the loss of a guess with probability ½ for
# each of two classes.

# %%
rng = np.random.default_rng(0)
line = nn.Dense(2, 2, rng)

logits = line(x)
loss = md.cross_entropy(logits, y)
g = md.backprop(loss, of=line.parameters().values())

print(f"logits {logits.shape}, loss {loss.item():.4f} (ln 2 = {np.log(2):.4f})")
for name, parameter in line.parameters().items():
    print(f"{name:<6} {rounded(parameter.data)}")
    print(f"   its gradient {rounded(g[parameter])}")

# %% [markdown]
# The gradient points *uphill*. So we go a small step in the opposite direction: θ ← θ − rate · gradient, for each
# parameter θ. Stochastic gradient descent (`nn.SGD`) does exactly this, with `momentum=0`. We compute the step by hand
# on copies and compare.

# %%
rate = 0.5
by_hand = {name: parameter.data - rate * g[parameter] for name, parameter in line.parameters().items()}

nn.SGD(line.parameters().values(), momentum=0).step(g, rate)
by_sgd = {name: parameter.data.copy() for name, parameter in line.parameters().items()}
step_difference = np.max([np.abs(by_hand[name] - by_sgd[name]).max() for name in by_hand])

loss_after = md.cross_entropy(line(x), y)
print(f"by hand and by SGD differ by {step_difference:g}")
print(f"loss {loss.item():.4f} → {loss_after.item():.4f}")

# %% [markdown]
# The package warns of one mistake. The old `loss` was computed with the old weights. A sweep of its graph would combine
# old values of the layers with new weights, so `backprop` raises ValueError. Each step needs its own forward pass.

# %%
old_graph_refused = False
try:
    md.backprop(loss)
except ValueError as error:
    old_graph_refused = True
    print(f"ValueError: {error}")

# %% [markdown]
# ## The training loop
#
# Now we make many such steps, each on a **batch**: a few of the points. An **epoch** uses each point once, in a new
# random order. The optimiser has **momentum**: it keeps a part of its last steps. So the steps grow where the gradients
# agree.
#
# Four lines do the work: a forward pass, a loss, a sweep, and an update.


# %%
def train(network, epochs=60, batch_size=30, rate=0.1, seed=1):
    """Train on (x, y). Return an array (epochs, 2): the loss on the training points and on the held-out points."""
    rng = np.random.default_rng(seed)
    optimiser = nn.SGD(network.parameters().values(), momentum=0.9)
    curve = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            logits = network(x[batch], rng)  # a random generator means training
            loss = md.cross_entropy(logits, y[batch])
            gradients = md.backprop(loss, of=network.parameters().values())
            optimiser.step(gradients, rate)
        with md.no_grad():
            curve.append((md.cross_entropy(network(x), y).item(), md.cross_entropy(network(x_test), y_test).item()))
    return np.array(curve)


line = nn.Dense(2, 2, np.random.default_rng(0))
line_curve = train(line)
line_accuracy = accuracy(line, x_test, y_test)
print(f"a straight line: loss {line_curve[-1, 0]:.3f}, held-out accuracy {line_accuracy:.1%}")

# %% [markdown]
# The line is far better than guessing, and more training hardly helps. With one dense layer the boundary, where the two
# logits are equal, is a straight line. No straight line separates these moons.
#
# ## A hidden layer
#
# So we put a layer in between. The **features** are a dense layer of 16 numbers, its *units*, each followed by relu
# (keep a positive number, make a negative one 0). The **label head** is the classifier from before, but its input is
# now the features instead of x. Between them stands dropout. In training, dropout sets each feature to zero with
# probability 0.1, so that the head does not depend on a single feature.

# %%
WIDTH = 16
rng = np.random.default_rng(0)
features = nn.Sequential(nn.Dense(2, WIDTH, rng), nn.Relu())
label_head = nn.Sequential(nn.Dropout(0.1), nn.Dense(WIDTH, 2, rng))
network = nn.Sequential(features, label_head)

size = sum(parameter.size for parameter in network.parameters().values())
print(f"{len(network.parameters())} arrays of parameters, {size} numbers to learn")

curve = train(network)
network_accuracy = accuracy(network, x_test, y_test)
print(f"with features:   loss {curve[-1, 0]:.3f}, held-out accuracy {network_accuracy:.1%}")


# %%
def draw_losses(line_curve, curve):
    figure, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
    epochs = np.arange(1, len(curve) + 1)
    ax.axhline(np.log(2), color=GREY, linestyle=":", label="guessing, ln 2")
    ax.semilogy(
        np.arange(1, len(line_curve) + 1), line_curve[:, 1], "--", color=ORANGE, label="straight line, held out"
    )
    ax.semilogy(epochs, curve[:, 0], color=BLUE, label="with features, training")
    ax.semilogy(epochs, curve[:, 1], "--", color=BLUE, label="with features, held out")
    title = "The straight line stops learning, the network goes on"
    ax.set(xlabel="epoch", ylabel="cross-entropy in nats", title=title)
    ax.legend(loc="lower left")
    return figure


show_figure(
    draw_losses(line_curve, curve),
    "03-2",
    "Cross-entropy over 60 epochs: the straight line stays near 0.24 nats, the network with features falls to 0.01.",
)

# %% [markdown]
# ## The boundary
#
# We ask the network about every point of a fine grid. The colour shows the probability of class 1. On the black curve
# both classes are equally probable.

# %%
horizontal, vertical = np.meshgrid(np.linspace(-1.5, 2.5, 161), np.linspace(-1.1, 1.6, 109))
plane = np.stack([horizontal, vertical], axis=-1).reshape(-1, 2).astype("float32")  # (grid points, 2)


def probability_of_1(classify, points):
    with md.no_grad():
        logits = classify(points).data
    return 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))  # softmax of two logits is a sigmoid of their difference


def draw_boundaries(classifiers):
    """Draw the probability of class 1 over the plane for each classifier by title."""
    figure, axes = plt.subplots(1, len(classifiers), figsize=(11, 4.2), layout="constrained", sharey=True)
    for ax, (title, classify) in zip(axes, classifiers.items()):
        shade = probability_of_1(classify, plane).reshape(horizontal.shape)
        filled = ax.contourf(horizontal, vertical, shade, levels=np.linspace(0, 1, 11), cmap="cividis", alpha=0.45)
        if shade.min() < 0.5 < shade.max():
            ax.contour(horizontal, vertical, shade, levels=[0.5], colors="black")
        draw_moons(ax, x_test, y_test, size=8)
        ax.set(title=f"{title} of the held-out points", xlabel="x₁", aspect="equal")
    axes[0].set_ylabel("x₂")
    axes[0].legend(loc="lower left", fontsize="small")
    figure.colorbar(filled, ax=axes, label="probability of class 1", shrink=0.85)
    return figure


# %%
classifiers = {f"straight line: {line_accuracy:.1%}": line, f"with features: {network_accuracy:.1%}": network}
show_figure(
    draw_boundaries(classifiers),
    "03-3",
    "The moons with the learnt boundary: a straight line is right on 88 % of the held-out points, the "
    "bent boundary of the network on all.",
)

# %% [markdown]
# ## The hidden features
#
# Each unit computes relu(w·x + b): zero on one side of a straight line, and a slope on the other side. The figure shows
# all sixteen units over the plane. The palest colour is zero. No unit alone separates the moons. Each unit folds the
# plane once, along its own crease. The crease is drawn in orange.


# %%
def draw_units(unit_maps, share_on):
    """Draw each unit over the plane, with its crease and the share of points at which it is on."""
    n = unit_maps.shape[1]
    rows = -(-n // 8)
    figure, axes = plt.subplots(rows, 8, figsize=(13, 1.35 * rows), layout="constrained", sharex=True, sharey=True)
    for ax in axes.flat[n:]:
        ax.axis("off")
    for unit, ax in enumerate(axes.flat[:n]):
        values = unit_maps[:, unit].reshape(horizontal.shape)
        ax.contourf(horizontal, vertical, values, levels=np.linspace(0, max(values.max(), 1e-3), 12), cmap="Blues")
        w, b = features[0].weight.data[:, unit], features[0].bias.data[unit]
        crease = horizontal * w[0] + vertical * w[1] + b
        if crease.min() < 0 < crease.max():
            ax.contour(horizontal, vertical, crease, levels=[0], colors=ORANGE, linewidths=1.5)
        ax.scatter(*x_test[::10].T, s=1, c="black")
        ax.set(xticks=[], yticks=[], aspect="equal")
        ax.set_title(f"unit {unit}: {share_on[unit]:.0%} on", fontsize=9)
    return figure


# %%
with md.no_grad():
    unit_maps = features(plane).data  # (grid points, units)
    hidden = features(x_test).data  # (test points, units)
share_on = (hidden > 0).mean(axis=0)  # (units,): the share of points at which each unit is on

show_figure(
    draw_units(unit_maps, share_on),
    "03-4",
    "Sixteen small pictures, one a hidden unit: each is on at one side of a straight line in the plane of the moons.",
)

for share, name in ((0, "no point at all"), (1, "every point")):
    print(f"units on for {name + ':':17} {np.flatnonzero(share_on == share).tolist() or 'none here'}")

# %% [markdown]
# A unit that is on for no point adds nothing, and relu passes no gradient to the unit: the unit is *dead*. A unit that
# is on for every point has no crease among the points and acts as a straight line. The creases among the points bend
# the boundary.
#
# Together the units place each point in a space of sixteen dimensions. In this space the label head draws a
# **hyperplane**: a flat cut, as a straight line cuts a plane. We look at the feature space along two axes. The first
# axis is the difference of the two logits. The second axis is the direction of largest spread among all directions at
# right angles to the first.

# %%
head = label_head[1]
across = head.weight.data[:, 1] - head.weight.data[:, 0]  # (16,): features @ across grows towards class 1
difference = hidden @ across + head.bias.data[1] - head.bias.data[0]
centred = hidden - hidden.mean(axis=0)
flat = centred - np.outer(centred @ across, across) / (across @ across)  # without the direction across
spread = flat @ np.linalg.svd(flat, full_matrices=False)[2][0]


def draw_feature_space(difference, spread):
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    draw_moons(axes[0], x_test, y_test, size=8)
    axes[0].set(xlabel="x₁", ylabel="x₂", title="Points: no straight line separates them", aspect="equal")
    draw_moons(axes[1], np.stack([difference, spread], axis=1), y_test, size=8)
    axes[1].axvline(0, color="black")
    axes[1].set(
        xlabel="logit of class 1 − logit of class 0",
        ylabel="direction of largest spread",
        title="Features: one straight line separates them",
    )
    axes[1].legend(loc="best", fontsize="small")
    return figure


show_figure(
    draw_feature_space(difference, spread),
    "03-5",
    "Left: the points, which no straight line separates. Right: the features of the network, which one "
    "straight line separates.",
)

separated = float(((difference > 0) == (y_test == 1)).mean())
print(f"separated by one hyperplane in feature space: {separated:.1%}")

# %% [markdown]
# This is *learning features*. The label head is still a linear classifier. The features give the head an input that a
# hyperplane can separate.
#
# ## What can we leave out?
#
# Which parts does the network need? We leave out one at a time: the relu, the random start, and most of the units.
# Three seeds each; the score is on the held-out points.


# %%
def two_layers(width, seed, activation=nn.Relu):
    rng = np.random.default_rng(seed)
    middle = [activation()] if activation else []
    return nn.Sequential(nn.Dense(2, width, rng), *middle, nn.Dense(width, 2, rng))


def zero_weights(seed):
    network = two_layers(16, seed)
    for parameter in network.parameters().values():
        parameter.data[...] = 0
    return network


variants = {
    "16 units": lambda seed: two_layers(16, seed),
    "no relu": lambda seed: two_layers(16, seed, activation=None),
    "zero weights": zero_weights,
    **{f"{width} unit{'s' * (width > 1)}": lambda seed, width=width: two_layers(width, seed) for width in (1, 2, 3, 4)},
}
found, trained_variants = {}, {}
print("                 held-out accuracy of three seeds")
for name, make in variants.items():
    networks = [make(seed) for seed in range(3)]
    for seed, one in enumerate(networks):
        train(one, epochs=30, seed=seed)
    trained_variants[name] = networks[0]
    found[name] = [accuracy(one, x_test, y_test) for one in networks]
    print(f"{name:<16}" + "".join(f"{share:8.1%}" for share in found[name]))

flat_network = trained_variants["no relu"]
one_matrix = flat_network[0].weight.data @ flat_network[1].weight.data  # (2, 16) @ (16, 2) → (2, 2)
one_bias = flat_network[0].bias.data @ flat_network[1].weight.data + flat_network[1].bias.data
with md.no_grad():
    two_layers = flat_network(x_test).data
    same_line = np.abs(two_layers - (x_test @ one_matrix + one_bias)).max() / max(1, np.abs(two_layers).max())
still_zero = max(np.abs(trained_variants["zero weights"][k].weight.data).max() for k in (0, 2))
print(f"without relu two layers are one: the logits of one matrix differ by {same_line:.0e} of their size")
print(f"the largest weight that began at zero is {still_zero:g} after training")

# %% [markdown]
# - **No relu.** A line of a line is a line: (x @ W₁ + b₁) @ W₂ + b₂ is one matrix and one bias. The printed difference
#   is rounding. No depth helps without a bend in between.
# - **Zero weights.** All features are 0. The head multiplies 0, so its weight gets the gradient 0, and it sends the
#   gradient 0 back. Only the last bias can move, and it knows nothing of x. So weights must start at random.
# - **Few units.** One unit folds the plane once. One or two folds are not enough for two moons. With three units one of
#   our three starts is good, with four none: a unit may be dead, or fold at a useless place. So it depends on the
#   start. With more units than necessary, some are at good places.
#
# ## Two mistakes that raise no error
#
# **Dropout left on.** In many libraries a network has a training mode, and the user must switch this mode off before
# the score. Here a layer has no mode. Dropout needs a random generator: `network(x, rng)` trains, and `network(x,
# None)` predicts. `network(x)` predicts too.

# %%
with md.no_grad():
    first, second = network(x_test).data, network(x_test).data
    rng = np.random.default_rng(2)
    noisy_first, noisy_second = network(x_test, rng).data, network(x_test, rng).data

print(f"predicting twice:          logits differ by at most {np.abs(first - second).max():.3f}")
print(f"with dropout on, twice:    logits differ by at most {np.abs(noisy_first - noisy_second).max():.3f}")
quiet_loss, noisy_loss = (md.cross_entropy(logits, y_test).item() for logits in (first, noisy_first))
print(f"the same weights score:    loss {quiet_loss:.4f} without dropout, {noisy_loss:.4f} with it")

# %% [markdown]
# **A dtype that grows.** Points, weights and gradients are float32, which takes half the memory of float64. A NumPy
# constant is float64, and often turns an array into float64 without a warning. Beside a tensor, a single number takes
# the dtype of the tensor. To be sure, we look at every array of a step: each tensor of the graph and each gradient.

# %%
constant = np.float64(0.5)
loss = md.cross_entropy(network(x, np.random.default_rng(3)) * constant, y)
g = md.backprop(loss)  # without `of`, the result has the gradient of every tensor of the graph
dtypes = {str(array.dtype) for tensor, gradient in g.items() for array in (tensor.data, gradient)}
print(f"{len(g)} tensors with their gradients, all of them {' and '.join(sorted(dtypes))}")

# %% [markdown]
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Set `WIDTH = 3`: 90.9 % of the held-out points are right. Then 64: above 99 %.
# 2. Write `nn.Tanh()` in the place of `nn.Relu()` in `features`. The boundary gets round, and more than 99 % are right.
# 3. Train the straight line for 1,000 epochs: `line_curve = train(line, epochs=1000)`. Its held-out accuracy stays
#    below 92 %.
# 4. Leave the dropout out, `nn.Dropout(0.0)`. The training loss ends lower than 0.013, and the accuracy changes little.
# 5. In ten lines: write the step of momentum yourself. Keep a velocity v for each parameter: v ← 0.9 v + g. The step is
#    then θ ← θ − rate · v. From the same start you must get the curve of `train` to the last digit.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 3`.
#
# ## Facts
#
# The facts of the next cell hold for any change of seeds, widths and epochs.

# %%
assert step_difference == 0, "SGD without momentum is the step by hand"
assert np.abs(short_way - by_long_way).max() < 1e-12, "(p − onehot)/n is the gradient of the long way"
assert np.abs(short_way - builtin).max() < 1e-12, "(p − onehot)/n is the gradient of the package"
assert np.abs(short_way.sum(axis=1)).max() < 1e-12, "(p − onehot) sums to 0 over the classes"
assert (np.sign(short_way) == 1 - 2 * onehot).all(), "(p − onehot) is negative at the true class alone"
assert np.isfinite(large_gradient).all(), "the short way does not overflow"
assert old_graph_refused, "a graph is refused after an update of its weights"
assert no_line, "no straight line separates these moons"
assert best_line < 1, "and so no line of the search does"
assert same_line < 1e-3, "without relu two layers are one matrix and one bias"
assert still_zero == 0, "weights that begin at zero stay at zero"
assert np.allclose(difference, first[:, 1] - first[:, 0], atol=1e-3), "the head reads only the features"
assert (hidden >= 0).all() or features[1].__class__ is not nn.Relu, "a feature behind a relu is never negative"
assert (first == second).all(), "a prediction is never random"
assert (noisy_first != noisy_second).any() or label_head[0].rate == 0, "with dropout on it is random"
assert dtypes == {"float32"}, "float32 stays float32, in values and in gradients"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
assert np.isnan(overflown.item()), PRINTED + "the long way overflows for logits of 1,500"
first_loss = md.cross_entropy(nn.Dense(2, 2, np.random.default_rng(0))(x), y).item()
assert loss_after.item() < first_loss, PRINTED + "the step lowers the loss"
assert line_accuracy < 0.92, PRINTED + "the straight line is right on less than 92 % of the held-out points"
assert network_accuracy > 0.99, PRINTED + "the network is right on more than 99 %"
assert abs(separated - network_accuracy) < 0.005, PRINTED + "one hyperplane in feature space separates the moons"
assert curve[-1, 0] < 0.25 * line_curve[-1, 0], PRINTED + "the network's loss ends below a quarter of the line's"
assert curve[-1, 1] < 2 * curve[-1, 0], PRINTED + "the held-out loss is about as low as the training loss"
assert max(found["no relu"]) < 0.92, PRINTED + "without relu no seed is better than a line"
assert max(found["zero weights"]) <= 0.5, PRINTED + "with zero weights the network guesses"
assert max(found["1 unit"]) < 0.93, PRINTED + "one unit is not enough"
assert min(found["16 units"]) > 0.99, PRINTED + "sixteen units are enough for each seed"

print("all facts hold")

# %% [markdown]
# **You can now** train a classifier step by step, say what a hidden layer adds, and name three ways to lose it: no
# relu, zero weights, too few units.
#
# **Next:** [04_checking_gradients.py](04_checking_gradients.py). The network learns. But is every gradient right, and
# how would we know? (To stay with the moons, go on to [07_domain_shift.py](07_domain_shift.py), where the moons are
# rotated.)
