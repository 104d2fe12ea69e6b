# %% [markdown]
# # 3 · A classifier on two moons
#
# **We can find every gradient. If we follow the gradients downhill, does a network learn more than a straight line?**
#
# In this chapter a network learns to separate two moons. We write the training loop by hand, watch the loss, and draw
# the learnt boundary. Then we look *inside* the network: how does each hidden unit change the plane?

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
# are for training and others, the held-out points, are for the score. No point is in both sets.

# %%
pair = data.moons_pair(seed=0)
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
# ## One step, looked at closely
#
# We begin with the simplest classifier, one dense layer: logits = x @ W + b. There are two logits, one for each class.
# The larger logit wins. Before training, the loss should lie near ln 2. This is the loss of a guess with probability ½
# for each of two classes.

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
# parameter θ. Stochastic gradient descent (`nn.SGD`) without momentum does exactly this. We compute the step by hand on
# copies and compare.

# %%
rate = 0.5
by_hand = {name: parameter.data - rate * g[parameter] for name, parameter in line.parameters().items()}

nn.SGD(line.parameters().values(), momentum=0).step(g, rate)
by_sgd = {name: parameter.data for name, parameter in line.parameters().items()}
step_difference = np.max([np.abs(by_hand[name] - by_sgd[name]).max() for name in by_hand])

loss_after = md.cross_entropy(line(x), y)
print(f"by hand and by SGD differ by {step_difference:g}")
print(f"loss {loss.item():.4f} → {loss_after.item():.4f}")

# %% [markdown]
# The package warns of one mistake. The old `loss` was computed with the old weights. A sweep of its graph would combine
# old activations with new weights, so `backprop` raises ValueError. Each step needs its own forward pass.

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
# Now we make many such steps, each on a small batch of points. An *epoch* uses each point once, in a new random order.
# The optimiser has momentum: it keeps a part of its last steps. So the steps grow where the gradients agree.
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
# So we put a layer in between. The **features** are a dense layer of 16 units, each followed by relu. The **label
# head** is the classifier from before, but its input is now the features instead of x. Between them stands dropout. In
# training, dropout sets each feature to zero with probability 0.1, so that the head does not depend on a single
# feature.

# %%
rng = np.random.default_rng(0)
features = nn.Sequential(nn.Dense(2, 16, rng), nn.Relu())
label_head = nn.Sequential(nn.Dropout(0.1), nn.Dense(16, 2, rng))
network = nn.Sequential(features, label_head)

size = sum(parameter.size for parameter in network.parameters().values())
print(f"{len(network.parameters())} arrays of parameters, {size} numbers to learn")

curve = train(network)
network_accuracy = accuracy(network, x_test, y_test)
print(f"with features:   loss {curve[-1, 0]:.3f}, held-out accuracy {network_accuracy:.1%}")

# %%
figure, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
epochs = np.arange(1, len(curve) + 1)
ax.axhline(np.log(2), color=GREY, linestyle=":", label="guessing, ln 2")
ax.semilogy(epochs, line_curve[:, 1], "--", color=ORANGE, label="straight line, held out")
ax.semilogy(epochs, curve[:, 0], color=BLUE, label="with features, training")
ax.semilogy(epochs, curve[:, 1], "--", color=BLUE, label="with features, held out")
ax.set(xlabel="epoch", ylabel="cross-entropy in nats", title="The straight line stops learning, the network goes on")
ax.legend(loc="lower left")
show_figure(
    figure,
    "03-1",
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


figure, axes = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained", sharey=True)
for ax, classify, name in (
    (axes[0], line, f"straight line: {line_accuracy:.1%}"),
    (axes[1], network, f"with features: {network_accuracy:.1%}"),
):
    shade = probability_of_1(classify, plane).reshape(horizontal.shape)
    filled = ax.contourf(horizontal, vertical, shade, levels=np.linspace(0, 1, 11), cmap="cividis", alpha=0.45)
    ax.contour(horizontal, vertical, shade, levels=[0.5], colors="black")
    draw_moons(ax, x_test, y_test, size=8)
    ax.set(title=f"{name} of the held-out points", xlabel="x₁", aspect="equal")
axes[0].set_ylabel("x₂")
axes[0].legend(loc="lower left", fontsize="small")
figure.colorbar(filled, ax=axes, label="probability of class 1", shrink=0.85)
show_figure(
    figure,
    "03-2",
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
with md.no_grad():
    unit_maps = features(plane).data  # (grid points, 16)
    hidden = features(x_test).data  # (test points, 16)

figure, axes = plt.subplots(2, 8, figsize=(13, 2.7), layout="constrained", sharex=True, sharey=True)
for unit, ax in enumerate(axes.flat):
    values = unit_maps[:, unit].reshape(horizontal.shape)
    ax.contourf(horizontal, vertical, values, levels=12, cmap="Blues")
    w, b = features[0].weight.data[:, unit], features[0].bias.data[unit]
    crease = horizontal * w[0] + vertical * w[1] + b
    ax.contour(horizontal, vertical, crease, levels=[0], colors=ORANGE, linewidths=1.5)
    ax.scatter(*x_test[::10].T, s=1, c="black")
    ax.set(title=f"unit {unit}: {(hidden[:, unit] > 0).mean():.0%} on", xticks=[], yticks=[], aspect="equal")
    ax.title.set_fontsize(9)
show_figure(
    figure,
    "03-3",
    "Sixteen small pictures, one a hidden unit: each is on at one side of a straight line in the plane of the moons.",
)

share_on = (hidden > 0).mean(axis=0)  # (16,): the share of points at which each unit is on
for share, name in ((0, "no point at all"), (1, "every point")):
    print(f"units on for {name + ':':17} {np.flatnonzero(share_on == share).tolist() or 'none here'}")

# %% [markdown]
# A unit that is on for no point adds nothing, and relu passes no gradient to the unit: the unit is *dead*. A unit that
# is on for every point has no crease among the points and acts as a straight line. The creases among the points bend
# the boundary.
#
# Together the units place each point in a space of sixteen dimensions. In this space the label head draws a flat
# hyperplane. We look at the feature space along two axes. The first axis is the difference of the two logits. The
# second axis is the direction of largest spread among all directions at right angles to the first.

# %%
head = label_head[1]
across = head.weight.data[:, 1] - head.weight.data[:, 0]  # (16,): features @ across grows towards class 1
difference = hidden @ across + head.bias.data[1] - head.bias.data[0]
centred = hidden - hidden.mean(axis=0)
flat = centred - np.outer(centred @ across, across) / (across @ across)  # without the direction across
spread = flat @ np.linalg.svd(flat, full_matrices=False)[2][0]

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
show_figure(
    figure,
    "03-4",
    "Left: the points, which no straight line separates. Right: the features of the network, which one "
    "straight line separates.",
)

separated = float(((difference > 0) == (y_test == 1)).mean())
print(f"separated by one hyperplane in feature space: {separated:.1%}")

# %% [markdown]
# This is *learning features*. The label head is still a linear classifier. The features give the head an input that a
# hyperplane can separate.
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
# ## What we now know

# %%
# A step against the gradient lowers the loss, and SGD without momentum is exactly that step.
assert loss_after.item() < md.cross_entropy(nn.Dense(2, 2, np.random.default_rng(0))(x), y).item()
assert step_difference == 0

# A graph cannot be swept after an update of its weights.
assert old_graph_refused

# No straight line separates the moons: no w and b give side · (x @ w + b) ≥ 1 for all points (status 2: infeasible).
# A hyperplane in the space of sixteen features separates them.
sides = np.where(y == 1, 1.0, -1.0)[:, None]
inputs = np.hstack([x, np.ones((len(x), 1))])
assert linprog(np.zeros(3), -sides * inputs, -np.ones(len(x)), bounds=(None, None)).status == 2
assert line_accuracy < 0.92
assert network_accuracy > 0.99
assert abs(separated - network_accuracy) < 0.005

# The network did not only memorise its training points: the held-out loss is about as low.
assert curve[-1, 0] < 0.25 * line_curve[-1, 0]
assert curve[-1, 1] < 2 * curve[-1, 0]

# The head reads only the features. Each feature is 0 on a part of the plane.
assert np.allclose(difference, first[:, 1] - first[:, 0], atol=1e-4)
assert hidden.shape[1] == 16
assert (unit_maps == 0).any(axis=0).all()

# A prediction is never random. Training is random if the network has dropout.
assert (first == second).all()
assert (noisy_first != noisy_second).any()

# float32 stays float32, in values and in gradients.
assert x.dtype == np.float32
assert dtypes == {"float32"}

print("all facts hold")

# %% [markdown]
# **Next:** [04_checking_gradients.py](04_checking_gradients.py). The network learns. But is every gradient right, and
# how would we know? (To stay with the moons, go on to [07_domain_shift.py](07_domain_shift.py), where the moons are
# rotated.)
