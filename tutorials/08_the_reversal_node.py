# %% [markdown]
# # 8 · The reversal node
#
# **Two players share the same features. The domain head must learn to tell the domains apart. The features must make
# this hard. How can a *single* backward pass give each player its own gradient?**
#
# The answer of Ganin and Lempitsky (arXiv:1409.7495) is one node of the graph, with two lines of code. In this chapter
# we measure the gradient on both sides of the node. The numerical check, our best test of a backward rule, rejects the
# node, and we explain why it must. Then we make four mistakes on purpose, and learn to recognise each by measuring. At
# the end we write the node for PyTorch, TensorFlow and JAX. Lecture notes call the node simple. We return to this word
# at the end.

# %%
import importlib.util
import inspect
import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import DANN, JOURNAL, MOONS, Training
from minidann.adapt.schedules import adapt_weight_at
from minidann.data import moons_pair
from minidann.engine.ops.reversal import GradientReversal
from minidann.nn import Dense, Sequential, Tanh
from minidann.plots import GradientsDisplay, draw_graph, show_figure, style
from minidann.probe import HandWritten, check_adversarial, diagnose, gradient_check, probe

# %% [markdown]
# ## Two losses, three parts
#
# The network has three parts: features with weights θf, a label head with weights θy, and a domain head with weights
# θd. There are two losses. L_y compares predictions with the labels of the source. L_d compares predictions with the
# domain (source or target) of every point. Each part has its own aim:
#
# | part | aim for L_y | aim for L_d |
# |---|---|---|
# | label head θy | make it small | (not part of L_d) |
# | domain head θd | (not part of L_y) | make it **small** |
# | features θf | make it small | make it **large**, with weight λ |
#
# The domain head must do its best: fooling a bad domain head would prove nothing. So θf and θd want opposite changes of
# one number, L_d. An ordinary backward pass gives both of them the same sign.
#
# ## The node
#
# The gradient reversal stands between the features and the domain head. This is its source in the package:

# %%
print(inspect.getsource(GradientReversal))

# %% [markdown]
# The forward pass returns x unchanged. The backward pass multiplies the gradient by −λ (`adapt_weight`). Now write the
# node yourself: an op is a class with these two methods, and `md.apply` puts the op into the graph.


# %%
class MyReversal(md.Op):
    def __init__(self, weight):
        self.weight = weight

    def forward(self, x):
        return x

    def backward(self, grad):
        return (-self.weight * grad,)


x = md.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)
gradients = {}
for name, reversed_x in {"yours": md.apply(MyReversal(0.7), x), "the package's": md.reverse_gradient(x, 0.7)}.items():
    gradients[name] = md.backprop((reversed_x * reversed_x).sum())[x]
    print(f"{name:14} x {x.data} → {reversed_x.data}   gradient of Σ x²: {gradients[name]}")
print(f"{'without a node':14} gradient of Σ x²: {md.backprop((x * x).sum())[x]}")

# %% [markdown]
# ## A small network for measurements
#
# All numbers are float64, so that a numerical check is precise. The features have width 2, so that we can draw them. We
# train the network for a short time with λ = 0: both heads learn, and the features get no gradient from L_d. Then we
# stop training and take one batch. All measurements use this network and this batch, up to the section on wrong forms.

# %%
rng = np.random.default_rng(2)  # this seed gives a clear picture; the assertions hold for other seeds, too


def dense(n_in, n_out):
    return Dense(n_in, n_out, rng, dtype="float64")


network = DANN(
    features=Sequential(dense(2, 16), Tanh(), dense(16, 2), Tanh()),
    label_head=Sequential(dense(2, 2)),
    domain_head=Sequential(dense(2, 16), Tanh(), dense(16, 1)),
)
pair = moons_pair(seed=0)
training = Training(pair, replace(MOONS, steps=200, adapt_weight=0.0), seed=0, network=network).fit()
batch = training.next_batch()
LAMBDA = 0.7
losses = network.losses(*batch, adapt_weight=LAMBDA)
features, reversed_features = losses.features, losses.reversed_features
print(f"batch: {len(batch.x_source)} source points, {len(batch.x_target)} target points; λ = {LAMBDA}")
print(
    f"L_y = {losses.label_loss.item():.4f}   L_d = {losses.domain_loss.item():.4f} (chance: ln 2 = {math.log(2):.4f})"
)
print("above the node:", reversed_features)
print("below the node:", features)
print("the same numbers:", np.array_equal(features.data, reversed_features.data))

# %% [markdown]
# The next figure is the graph of this batch. Every box is a tensor, and every arrow is a use of a tensor. The two
# losses share the features. The node stands on the path of L_d only. The number on each arrow is the size of the
# gradient on this arrow. Below the node there are two numbers for L_d. *After* is the gradient with the reversal.
# *Before* is the gradient without the reversal.

# %%
probed = probe(losses, network)
picture = draw_graph(losses, network, probed)
picture.plot(plt.figure(figsize=picture.figure_.get_size_inches()).add_axes((0, 0, 1, 1)))
show_figure(
    plt.gcf(),
    "08-1",
    "The graph of the two losses, from the input through the features to the label head and, behind the "
    "yellow reversal node, the domain head; norms of gradients on the arrows.",
)

# %% [markdown]
# ## Before and after
#
# `probe` measured these numbers with three backward sweeps: L_y alone, L_d alone, and L_d again with the factor +1 at
# the node. The next table has a row for each layer.

# %%
by_layer = probe(losses, network, by="layer")
print(by_layer)

# %% [markdown]
# Read the table by columns. L_y does not depend on the domain head, and L_d does not depend on the label head: all of
# these entries are zero. Both losses have a gradient at the features. *Before*, with the factor +1, the two gradients
# point in similar directions (the cosine is above 0): directions that separate the classes also separate the domains.
# *After*, the cosine has the opposite sign.
#
# The next figure shows the same table, with the losses at the top and the inputs at the bottom. The bars to the left
# are the reversed gradients.

# %%
GradientsDisplay.from_probe(by_layer).plot(plt.figure(figsize=(11, 5), layout="constrained").add_subplot())
show_figure(
    plt.gcf(),
    "08-2",
    "Bars of the gradient norms of both losses, layer by layer: below the reversal node the gradient of "
    "the domain loss has the other sign and 0.7 of its size.",
)

# %% [markdown]
# A norm has no sign, so we look at the arrays themselves. `md.backprop(loss)` returns the gradient of *every* tensor of
# the graph, so we can read the gradients on both sides of the node. Where two gradients meet, they are added. So the
# sweep of the sum L_y + L_d is the sum of the two sweeps. Training uses the sweep of the sum.

# %%
sweeps = {
    "L_y": md.backprop(losses.label_loss),
    "L_d": md.backprop(losses.domain_loss),
    "L_y + L_d": md.backprop(losses.label_loss + losses.domain_loss),
}
above, below = sweeps["L_d"][reversed_features], sweeps["L_d"][features]
print("∂L_d at the first source point:   above", above[0], "  below", below[0])
print("below = −λ · above, to the last bit, at every point:", np.array_equal(below, -LAMBDA * above))
difference = np.abs(sweeps["L_y + L_d"][features] - (sweeps["L_y"][features] + sweeps["L_d"][features])).max()
print(f"sweep of L_y + L_d against the sum of the two sweeps, largest difference at the features: {difference:.1e}")

# %% [markdown]
# ## The domain head's gradient does not depend on λ
#
# The backward sweep reaches the domain head before it reaches the node. So the gradient at θd is the same for every λ.

# %%
theta = {part: list(named.values()) for part, named in network.parts().items()}


def gradient_of_part(g, part):
    """The gradients of all parameters of one part, as one vector."""
    return np.concatenate([g[parameter].ravel() for parameter in theta[part]])


by_weight = {}
print("   λ   |∂L_d/∂θd|   |∂L_d/∂θf|")
for weight in (0.0, 0.5, 1.0):
    g = md.backprop(network.losses(*batch, adapt_weight=weight).domain_loss)
    by_weight[weight] = {part: gradient_of_part(g, part) for part in theta}
    sizes = (np.linalg.norm(by_weight[weight][part]) for part in ("domain_head", "features"))
    print("{:4.1f} {:12.6f} {:12.6f}".format(weight, *sizes))
same_at_head = all(np.array_equal(by_weight[0.0]["domain_head"], g["domain_head"]) for g in by_weight.values())
print("domain head's gradient the same for all three, to the last bit:", same_at_head)

# %% [markdown]
# With λ = 0 the domain head learns as before, and the features get no gradient from it. Such a run does not adapt, and
# its domain head measures the information about the domain in the features.
#
# ## The numerical check rejects the node
#
# We change one weight w a little in both directions, run the forward pass, and compare:
#
# $$\frac{\partial L_d}{\partial w} \approx \frac{L_d(w + h) - L_d(w - h)}{2h}$$
#
# This formula uses only the forward pass. In the forward pass the node is the identity, so the formula does not notice
# the node. For a weight of θf the check measures the true derivative t. The sweep computes t as well, by the chain
# rule, but multiplies it once by −λ at the node. The result of the sweep is −λ·t. The ratio of sweep to check must
# therefore be exactly −λ below the node, and 1 above the node.
#
# The package's `gradient_check` ([04_checking_gradients.py](04_checking_gradients.py)) compares the two for every
# weight. First we check one bias of the features:


# %%
def joined_inputs(batch):
    """The source and the target inputs in one array: (n + m, 2)."""
    return np.concatenate([batch.x_source, batch.x_target])


def label_loss(network, h, batch):
    """L_y of the features h: the mean over the source half, which has labels."""
    return md.cross_entropy(network.label_head(h[: len(batch.x_source)]), batch.y_source)


def domain_labels(batch):
    """The domain of each example, 0 for source and 1 for target: (n + m, 1)."""
    return np.repeat([[0.0], [1.0]], [len(batch.x_source), len(batch.x_target)], axis=0)


def domain_loss(network, h, batch):
    """L_d of the features h: the mean over both halves."""
    return md.binary_cross_entropy_with_logits(network.domain_head(h), domain_labels(batch))


def reversed_loss(*_):
    """L_d with the node below the domain head. The arguments are unused: the check changes the weights in place."""
    return domain_loss(network, md.reverse_gradient(network.features(joined_inputs(batch)), LAMBDA), batch)


last_bias = list(network.parts()["features"].items())[-1]
print(gradient_check(reversed_loss, dict([last_bias])))

# %% [markdown]
# The check fails, and it reports more: all entries differ by the same factor, −λ. So we tell the check which factor to
# expect, below the node and above it. Now we check every weight:

# %%
below_node = gradient_check(reversed_loss, network.parts()["features"], factor=-LAMBDA)
above_node = gradient_check(reversed_loss, network.parts()["domain_head"])
print("features:   ", below_node)
print("domain head:", above_node)

# %% [markdown]
# So the check is still useful: it finds the factor with its sign. We try two mistakes: a forgotten node, and a λ with a
# minus sign. (The package's own node raises an error for a negative λ. `MyReversal`, above, does not.)

# %%
nodes = {
    "forgotten": lambda h: h,
    "λ with a minus sign": lambda h: md.apply(MyReversal(-LAMBDA), h),
    "right": lambda h: md.apply(MyReversal(LAMBDA), h),
}
factors = {}
for name, node in nodes.items():

    def loss_behind(*_, node=node):
        return domain_loss(network, node(network.features(joined_inputs(batch))), batch)

    (found,) = gradient_check(loss_behind, dict([last_bias])).inputs
    factors[name] = 1.0 if found["found"] is None else found["found"]  # None: the check passed with the factor 1
    print(f"node {name:20} sweep = {factors[name]:+.6f} · numerical")

# %% [markdown]
# ## The node is not the derivative of any function
#
# Could a function have the value x and the derivative −λ? No: the values of a function fix its derivative. If f(x) = x
# everywhere, then (f(x + h) − f(x − h)) / 2h = 1 for every h. (The only exception is λ = −1. Then −λ = 1, and nothing
# is reversed.)
#
# Then which functions have the reversed gradient as their gradient? Look at each part alone, with the other parts
# fixed:
#
# - θd descends L_d;
# - θf descends L_y − λ L_d.
#
# Each of these is an ordinary function with an ordinary gradient, and each passes the numerical check. But they are two
# *different* functions. The node lets one sweep descend both.


# %%
def numerical(loss, part):
    """The true gradient at one part, as one vector, from values of the loss alone."""
    check = gradient_check(
        lambda *_: loss(network, network.features(joined_inputs(batch)), batch), network.parts()[part]
    )
    return np.array([entry["numerical"] for entry in check.entries])


def distance(a, b):
    """The largest difference of ``a`` and ``b``, divided by the largest entry of ``b``."""
    return np.abs(a - b).max() / np.abs(b).max()


TRUE = {  # part → the true gradient of each loss that depends on the part
    "features": {"L_y": numerical(label_loss, "features"), "L_d": numerical(domain_loss, "features")},
    "label_head": {"L_y": numerical(label_loss, "label_head")},
    "domain_head": {"L_d": numerical(domain_loss, "domain_head")},
}
gradients_of_sum = {part: gradient_of_part(sweeps["L_y + L_d"], part) for part in theta}
true_at_features = TRUE["features"]["L_y"] - LAMBDA * TRUE["features"]["L_d"]
at_features = distance(gradients_of_sum["features"], true_at_features)
at_domain_head = distance(gradients_of_sum["domain_head"], TRUE["domain_head"]["L_d"])
print(f"θf: sweep of L_y + L_d against the numerical gradient of L_y − λ L_d: {at_features:.1e}")
print(f"θd: sweep of L_y + L_d against the numerical gradient of L_d:         {at_domain_head:.1e}")

# %% [markdown]
# `check_adversarial` tests these updates (Eqs. 4–6 of the paper) on any network with the two losses, yours included.
# The columns with × give the factor of each true gradient in the gradient of each part.

# %%
updates = check_adversarial(network, batch, LAMBDA)
print(updates)

# %% [markdown]
# ## A picture
#
# Each point is one example, drawn at its two features. The black line is the boundary of the domain head. An arrow
# shows the direction in which gradient descent would move the point. The left panel has the gradient *above* the node,
# which serves the domain head: source points move deeper into the orange side, and target points into the green side.
# Points on the wrong side have the longest arrows. The right panel has the gradient *below* the node: the same arrows
# in the opposite direction, scaled by λ. This gradient trains the features: it moves each point towards the side of the
# other domain.

# %%
points, is_target = features.data, domain_labels(batch)[:, 0] > 0
low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
grid = np.stack(np.meshgrid(*(np.linspace(low[i], high[i], 200) for i in (0, 1))), axis=-1)  # (200, 200, 2)
with md.no_grad():
    logits = network.domain_head(grid.reshape(-1, 2)).data.reshape(200, 200)

figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained", sharex=True, sharey=True)
LENGTH = 0.3 / np.abs(above).max()  # the same scale in both panels
for ax, gradient, title in (
    (axes[0], above, "gradient above the node, for the domain head"),
    (axes[1], below, f"gradient below the node, for the features, λ = {LAMBDA}"),
):
    ax.contourf(
        grid[..., 0], grid[..., 1], logits > 0, [-0.5, 0.5, 1.5], colors=(style.SOURCE, style.TARGET), alpha=0.13
    )
    ax.contour(grid[..., 0], grid[..., 1], logits, [0], colors="black", linewidths=1.4)
    for chosen, colour, marker, name in (
        (~is_target, style.SOURCE, "o", "source"),
        (is_target, style.TARGET, "^", "target"),
    ):
        ax.scatter(*points[chosen].T, s=14, marker=marker, color=colour, label=name)
        ax.quiver(
            *points[chosen].T, *(-LENGTH * gradient[chosen]).T,
            angles="xy", scale_units="xy", scale=1, width=0.003, color=colour,
        )  # fmt: skip
    ax.set(title=title, xlabel="first feature", ylabel="second feature")
axes[0].legend(loc="lower right", fontsize=9)
show_figure(
    figure,
    "08-3",
    "Two planes of features with an arrow at each point: above the node the arrows lead the domain head, "
    "below it they have the opposite direction and 0.7 of the length.",
)

# %% [markdown]
# ## Two places for λ
#
# The papers put λ in two places. In the conference paper the node multiplies by −λ, and the domain head learns with its
# full rate. In the algorithm of the journal paper (Eqs. 13–15) the domain head's update has the factor λ as well: the
# node multiplies by −1, and λ multiplies the domain loss.
#
# In this chapter a *form* is a function that returns three tensors: the two losses, and the total loss that training
# differentiates. These are the two forms in the papers:


# %%
def on_the_features(network, batch, λ):
    h = network.features(joined_inputs(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, md.reverse_gradient(h, λ), batch)
    return L_y, L_d, L_y + L_d


def on_both(network, batch, λ):
    h = network.features(joined_inputs(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, md.reverse_gradient(h, 1.0), batch)
    return L_y, L_d, L_y + λ * L_d


# %% [markdown]
# One question tells these two forms apart, and tells them from all wrong forms: with which factor does the *true*
# gradient of each loss arrive at each part? The numerical check has measured the true gradients, because it does not
# notice nodes. The gradient of a part is a sum of multiples of the true gradients. Least squares finds the multiples.
# Gradient descent moves against the gradient, so + means "makes the loss smaller".


# %%
def gradient_shares(form):
    """(part, loss) → the factor of the loss's true gradient in the gradient of the part."""
    g = md.backprop(form(network, batch, LAMBDA)[2])
    found = {}
    for part, true in TRUE.items():
        solution, *_ = np.linalg.lstsq(np.stack(list(true.values()), axis=1), gradient_of_part(g, part), rcond=None)
        found |= {(part, loss): float(factor) for loss, factor in zip(true, solution)}
    return found


COLUMNS = {
    ("label_head", "L_y"): "∂L_y at θy",
    ("features", "L_y"): "∂L_y at θf",
    ("features", "L_d"): "∂L_d at θf",
    ("domain_head", "L_d"): "∂L_d at θd",
}
arriving = {"λ on the features": gradient_shares(on_the_features), "λ on both": gradient_shares(on_both)}
print(f"{'':20}" + "".join(f"{column:>14}" for column in COLUMNS.values()))
for name, shares in arriving.items():
    print(f"{name:20}" + "".join(f"{shares[key]:+14.3f}" for key in COLUMNS))

# %% [markdown]
# Both forms are right: the features get −λ ∂L_d, and the domain head descends L_d. Only the speed of the domain head
# differs. In this package's recipes the first form is `domain_weight=1, adapt_weight=λ`, the second is
# `domain_weight=λ, adapt_weight=1`. The difference matters where λ is small. With a λ that rises from 0, the second
# form starts with a domain head that does not learn. With λ = 0 the second form has no domain loss at all.
#
# ### Mean or sum?
#
# The convention for L_d also changes the meaning of λ. Here L_d is the mean over the joined batch. The journal paper
# takes the mean over each domain and *adds* the two means. If the two halves have equal size, the journal's loss and
# its gradient are twice ours.

# %%
n = len(batch.x_source)


def domain_losses(logits):
    """L_d in both conventions: the mean over the joined batch, and the sum of the means over the two domains."""
    halves = (
        md.binary_cross_entropy_with_logits(logits[half], domain_labels(batch)[half])
        for half in (slice(0, n), slice(n, None))
    )
    return md.binary_cross_entropy_with_logits(logits, domain_labels(batch)), sum(halves)


guess = md.Tensor(np.zeros((2 * n, 1)))
chance = [loss.item() for loss in domain_losses(guess)]
both = domain_losses(network.losses(*batch, adapt_weight=LAMBDA).domain_logits)
gradient_of_mean, gradient_of_sum = (gradient_of_part(md.backprop(loss), "features") for loss in both)
ratio = gradient_of_sum @ gradient_of_mean / (gradient_of_mean @ gradient_of_mean)
print(f"a head that guesses:   mean {chance[0]:.4f} = ln 2      sum of means {chance[1]:.4f} = 2 ln 2")
print(f"gradient at θf, sum of means over mean: {ratio:.6f}")

# %% [markdown]
# So for the same gradient at the features, λ here must be twice the journal's λ: **λ_here = 2 λ_journal**. The
# journal's λ = 6 for the moons is λ = 12 in this package. With every λ, name the loss that λ multiplies, and its place.
#
# ## Four wrong forms
#
# Each of the following forms exists in real code or in print. None raises an error, and on the moons each trains to its
# last step. We write each form in the same few lines, and measure the factors of the true gradients. We also ask the
# package's doctor. The doctor gets a training loop made of functions and does not read their names. It changes weights,
# sweeps, steps, and compares.


# %%
def descend(form):
    """The update of a form: a step of the network's optimiser down the gradient of the form's total loss."""

    def update(network, batch, λ):
        network.optimiser.step(md.backprop(form(network, batch, λ)[2]), MOONS.rate)

    return update


def hand_written_loop(form, recipe, seed):
    """A loop for ``form`` around a fresh network, and a Training that supplies the batches."""
    training = Training(moons_pair(seed=seed), recipe, seed)
    network, network.optimiser = training.network, training.optimiser
    loop = HandWritten(
        network, lambda *arguments: form(*arguments)[:2], descend(form), lambda network, x: network.label_logits(x)
    )
    return loop, training


def in_words(shares):
    """The meaning of the wrong signs, as one sentence."""
    meanings = {
        ("label_head", "L_y"): "the label head unlearns",
        ("features", "L_y"): "the features unlearn the labels",
        ("domain_head", "L_d"): "the domain head learns to be wrong",
    }
    words = [text for key, text in meanings.items() if shares[key] < 0]
    words += ["the features help the domain head"] * (shares["features", "L_d"] > 0)
    return ", and ".join(words) or "right"


forms, diagnoses = {}, {}


def report(name, form):
    """Print the nodes of a form, the factors of the true gradients, and the findings of the doctor."""
    forms[name], arriving[name] = form, gradient_shares(form)
    total = form(network, batch, LAMBDA)[2]
    nodes = [
        f"one, × {factor:+g}, at the result of {type(node.inputs[0].op).__name__} ({node.shape[0]}×{node.shape[1]})"
        for node, factor in probe(total).reversals.items()
    ]
    loop, training = hand_written_loop(form, MOONS, seed=0)
    diagnoses[name] = diagnose(loop, training.next_batch())
    print(name)
    print("  nodes that reverse:", *nodes or ["none"])
    print("  factors:           ", "   ".join(f"{c} {arriving[name][key]:+.3f}" for key, c in COLUMNS.items()))
    print("  meaning:           ", in_words(arriving[name]))
    for finding in diagnoses[name].findings:
        print("  the doctor:        ", finding.title)
        print("  its remedy:        ", finding.remedy)
    if diagnoses[name].healthy:
        print("  the doctor:        ", diagnoses[name].verdict().splitlines()[0])


report("right", on_the_features)

# %% [markdown]
# ### 1. No reversal
#
# The node is missing, or the code never reaches it: for example, a layer is built but not called. The result is a sound
# network for two tasks: it learns the classes, and it learns the domains.


# %%
def no_reversal(network, batch, λ):
    h = network.features(joined_inputs(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, h, batch)
    return L_y, L_d, L_y + λ * L_d


report("1 no reversal", no_reversal)

# %% [markdown]
# Once, we print the doctor's whole answer, with its evidence. The doctor compared the sweep of each loss with numerical
# derivatives of this loss (the third column). Then it measured the effect of an update on each loss through each part.

# %%
print(diagnoses["1 no reversal"])

# %% [markdown]
# ### 2. Subtracted, without a node
#
# E = L_y − λ L_d is Eq. 1 of the paper, so programmers copy it. But E must be *minimal* in θf and *maximal* in θd. An
# optimiser that gets all parameters minimises E in both.


# %%
def subtracted(network, batch, λ):
    h = network.features(joined_inputs(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, h, batch)
    return L_y, L_d, L_y - λ * L_d


report("2 subtracted", subtracted)

# %% [markdown]
# This form is often taken for the same thing as the node. The reason: the gradient *at the features* is the same. A
# check at the features alone does not find the mistake.

# %%
gradients_at_features = [
    gradient_of_part(md.backprop(form(network, batch, LAMBDA)[2]), "features") for form in (on_the_features, subtracted)
]
same_at_features = distance(gradients_at_features[1], gradients_at_features[0])
print(f"gradient at θf, subtracted against the node: {same_at_features:.0e} apart")

# %% [markdown]
# The difference is at the domain head. It learns to call a source example target, and becomes sure of this wrong
# answer. Against such a head the features can raise L_d without making the domains similar.
#
# ### 3. Twice negative
#
# This form subtracts *and* reverses. Eq. 18 of the journal paper has this mistake in print: it keeps both the factor −λ
# of Eq. 1 and the reversal R. (Eq. 9 of the conference paper has a plus sign, and is right.)


# %%
def twice_negative(network, batch, λ):
    h = network.features(joined_inputs(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, md.reverse_gradient(h, 1.0), batch)
    return L_y, L_d, L_y - λ * L_d


report("3 twice negative", twice_negative)

# %% [markdown]
# Now both parts have the wrong sign. At the features the two minus signs cancel, and at the domain head one minus sign
# is left.
#
# ### 4. The node at the wrong place
#
# The first mistake of this kind puts the node below *both* heads: the code reverses the features once and then uses the
# result twice.


# %%
def below_both_heads(network, batch, λ):
    h = md.reverse_gradient(network.features(joined_inputs(batch)), λ)
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, h, batch)
    return L_y, L_d, L_y + L_d


report("4a below both heads", below_both_heads)

# %% [markdown]
# The second mistake puts the node *above* the domain head, at its logits instead of its input:


# %%
def above_the_head(network, batch, λ):
    h = network.features(joined_inputs(batch))
    logits = md.reverse_gradient(network.domain_head(h), λ)
    L_y, L_d = label_loss(network, h, batch), md.binary_cross_entropy_with_logits(logits, domain_labels(batch))
    return L_y, L_d, L_y + L_d


report("4b above the head", above_the_head)

# %% [markdown]
# All parts below the node ascend L_d, and the domain head is one of them. Compare the four numbers with those of form
# 2: a node at the logits has the same gradients as the subtracted loss.
#
# The graph shows the place of a node at once. This is form 4a:

# %%
L_y, L_d, _ = below_both_heads(network, batch, LAMBDA)
misplaced = probe({"L_y": L_y, "L_d": L_d}, network, by="layer")
picture = draw_graph({"L_y": L_y, "L_d": L_d}, network)
picture.plot(plt.figure(figsize=picture.figure_.get_size_inches()).add_axes((0, 0, 1, 1)))
show_figure(plt.gcf(), "08-4", "The graph of the wrong form 4a: the reversal node stands below both heads.")
print(misplaced)

# %% [markdown]
# The columns of *L_y* show the mistake: L_y has a before and an after, so the label loss passes a reversal, too.
#
# ### The effect on training
#
# We train each form on moons for a short time. All runs of a seed start from the same weights and get the same batches,
# and λ rises as in the paper. *Without adaptation* is the right form with λ = 0. No form is tuned.

# %%
STEPS, SEEDS = 800, range(5)
CURVE = 10  # a curve has a point every 10 steps


def without_adaptation(network, batch, λ):
    return on_the_features(network, batch, 0.0)


def run(form, seed, recipe):
    """Final accuracies, the losses during training, and the step at which the run diverged, or None."""
    loop, training = hand_written_loop(form, recipe, seed)
    rows, diverged_at_step = [], None
    try:
        with np.errstate(over="raise", invalid="raise"):  # stop at a number too large for float32
            for step in range(recipe.steps):
                loop.adapt_weight = recipe.adapt_weight * adapt_weight_at(step / recipe.steps)
                training_batch = training.next_batch()
                if step % CURVE == 0:
                    rows.append([step, *(loss.item() for loss in loop.losses(training_batch))])
                loop.step(training_batch)
    except FloatingPointError:
        diverged_at_step = step
    pair = moons_pair(seed=seed)
    accuracy = [math.nan, math.nan]
    if diverged_at_step is None:
        accuracy = [
            loop.network.accuracy(pair.x_source_test, pair.y_source_test, "source"),
            loop.network.accuracy(pair.x_target_test, pair.y_target_test),
        ]
    return {"accuracy": accuracy, "rows": np.array(rows), "diverged_at_step": diverged_at_step}


SHORT = replace(MOONS, steps=STEPS)
all_forms = {"without adaptation": without_adaptation, "right": on_the_features, "right, λ on both": on_both} | forms
runs = {name: [run(form, seed, SHORT) for seed in SEEDS] for name, form in all_forms.items()}

results = {}
print(f"median of {len(SEEDS)} seeds, {STEPS} steps  target (worst)     source     L_y at the end     L_d at the end")
for name, of_seeds in runs.items():
    measured = [[*one["accuracy"], *one["rows"][-10:, 1:].mean(axis=0)] for one in of_seeds]
    results[name] = dict(zip(("source", "target", "label", "domain"), np.median(measured, axis=0)))
    end, worst = results[name], f"({np.min(measured, axis=0)[1]:.3f})"
    print(f"{name:28} {end['target']:8.3f} {worst:>9} {end['source']:10.3f} {end['label']:18.3f} {end['domain']:18.4g}")
same_run = all(
    np.array_equal(one["rows"], other["rows"]) for one, other in zip(runs["2 subtracted"], runs["4b above the head"])
)
print(f"chance: L_y, L_d = ln 2 = {math.log(2):.3f}")
print("forms 2 and 4b gave the same losses, to the last bit, at every step of every seed:", same_run)

# %% [markdown]
# Compare the last column with chance.
#
# - *No reversal*: L_d is far below chance, as without adaptation. The target accuracy is *lower* than without
#   adaptation, because training also made the features separate the domains.
# - *Subtracted*, *twice negative*, *above the head*: L_d is in the thousands. L_d has no upper bound, so ascent never
#   ends, and the gradient of L_d becomes much larger than the gradient of L_y.
# - *Below both heads*: L_d is at chance, as in a good run. L_y shows the mistake: it hardly falls, even on the
#   *source*.
#
# So one curve is not enough. A good DANN run has a domain loss near ln 2, and so does a run whose features carry no
# information. One run is not enough, either: sometimes the right form swaps the classes, and sometimes a wrong form is
# lucky. So the table has medians, with the worst seed beside them.
#
# ### All forms in one picture
#
# A bar is a factor of a true gradient, as above. A bar to the right makes the loss smaller, and a bar to the left makes
# it larger. The black frames are the right form. A hatched bar has the wrong sign. Below each panel are the results of
# the runs.

# %%
ROWS = {  # (part, loss) → the label and the colour of its row, from top to bottom
    ("label_head", "L_y"): ("label head, of L_y", style.LABEL_LOSS),
    ("features", "L_y"): ("features, of L_y", style.LABEL_LOSS),
    ("features", "L_d"): ("features, of L_d", style.DOMAIN_LOSS),
    ("domain_head", "L_d"): ("domain head, of L_d", style.DOMAIN_LOSS),
}
FORMULAS = {
    "right": "L_y + L_d(R)",
    "1 no reversal": "L_y + λ·L_d",
    "2 subtracted": "L_y − λ·L_d",
    "3 twice negative": "L_y − λ·L_d(R)",
    "4a below both heads": "L_y(R) + L_d(R)",
    "4b above the head": "L_y + R(L_d)",
}

figure, axes = plt.subplots(2, 3, figsize=(12, 6.4), layout="constrained", sharex=True, sharey=True)
for ax, (name, formula) in zip(axes.ravel(), FORMULAS.items()):
    for y, (key, (_, colour)) in enumerate(ROWS.items()):
        value, wanted = arriving[name][key], arriving["right"][key]
        wrong = value * wanted < 0
        edge = style.WRONG if wrong else colour
        ax.barh(y, value, 0.6, color="white" if wrong else colour, edgecolor=edge, hatch="////" if wrong else None)
        ax.barh(y, wanted, 0.6, color="none", edgecolor="black", lw=1.2)
        if wrong:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
            ax.text(value / 2, y, "wrong sign", ha="center", va="center", fontsize=9, color=style.WRONG, bbox=box)
    ax.axvline(0, color="black", lw=0.8)
    end = results[name]
    ax.set_title(f"{name}:  {formula}", fontweight="bold", fontsize=11)
    domain = f"{end['domain']:.2f}" if end["domain"] < 10 else f"{end['domain']:,.0f}"
    ax.set_xlabel(f"source {end['source']:.0%}, target {end['target']:.0%};  L_d ends at {domain}")
axes[0, 0].set(yticks=range(len(ROWS)), yticklabels=[text for text, _ in ROWS.values()], xlim=(-1.2, 1.2))
axes[0, 0].invert_yaxis()
figure.supxlabel("← makes the loss larger      factor of the true gradient      makes the loss smaller →", fontsize=10)
show_figure(
    figure,
    "08-5",
    "Six panels, one a form: the factor of each true gradient at each part. Only the right form has the "
    "signs + + − +; wrong ones are hatched.",
)

# %% [markdown]
# The package has these forms as well: the two right ones and six wrong ones. `compare_forms(moons_pair(), MOONS)` of
# `minidann.compare` trains all of them and prints a table like ours. `FormsDisplay` of `minidann.plots` draws the
# table. In `minidann lab` you can change a right form into a wrong one while it runs.
#
# The next figure shows the losses over training on a logarithmic scale, for the first seed. The curve of 4b equals the
# curve of 2.

# %%
LOOKS = {  # colour, style and width of each line
    "without adaptation": (style.SOURCE_ONLY, "-", 1.6),
    "right": (style.DANN, "-", 2.4),
    "1 no reversal": (style.OTHERS[0], "--", 1.6),
    "2 subtracted": (style.OTHERS[1], "-", 1.6),
    "3 twice negative": (style.OTHERS[3], "--", 1.6),
    "4a below both heads": (style.OTHERS[2], "-.", 1.8),
}
SMOOTH = np.ones(5) / 5
figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained", sharex=True)
for column, (ax, title) in enumerate(zip(axes, ("label loss L_y", "domain loss L_d")), start=1):
    for name, (colour, line, width) in LOOKS.items():
        rows = runs[name][0]["rows"]
        smooth = [np.convolve(rows[:, i], SMOOTH, "valid") for i in (0, column)]
        ax.plot(*smooth, line, color=colour, lw=width, label=name)
    ax.axhline(math.log(2), color=style.CHANCE, ls=":", lw=1)
    ax.text(STEPS, 1.1 * math.log(2), "chance: ln 2", ha="right", va="bottom", color=style.CHANCE)
    ax.set(title=title, xlabel="step", yscale="log")
figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncol=6, frameon=False)
show_figure(
    figure,
    "08-6",
    "Label loss and domain loss of the right and the wrong forms over 800 steps: subtracted and twice "
    "negative end with a domain loss of thousands.",
)

# %% [markdown]
# No run has shown a NaN. The reason is tanh: features between −1 and 1 limit the speed at which a head can diverge.
# With relu there is no such limit. We train the same forms with relu, and stop at the first number that float32 cannot
# hold. After such a number, an inf and then a NaN would follow.

# %%
RELU = replace(SHORT, activation="relu", init="he_normal")
diverged = {name: run(form, 0, RELU)["diverged_at_step"] for name, form in forms.items()}
for name, step in diverged.items():
    print(f"{name:24}", f"to the end, {STEPS} steps" if step is None else f"diverged at step {step}")

# %% [markdown]
# So if a run with a reversal ends in NaN, look first for a part that ascends the wrong loss, and only then at the
# learning rate.
#
# ### A gradient of zero
#
# One more mistake, because a published library had it: a domain head that ends in *one* unit and a softmax. A softmax
# over one number is always 1. The loss is finite, and the node itself is right.


# %%
def softmax_of_one(network, batch, λ):
    h = network.features(joined_inputs(batch))
    logits = network.domain_head(md.reverse_gradient(h, λ))
    p = md.exp(md.log_softmax(logits, axis=1))  # (n + m, 1), all entries 1
    d, tiny = domain_labels(batch), 1e-7
    L_y, L_d = label_loss(network, h, batch), -md.mean(d * md.log(p + tiny) + (1 - d) * md.log(1 - p + tiny))
    return L_y, L_d, L_y + L_d


L_y, L_d, _ = softmax_of_one(network, batch, LAMBDA)
softmax_probe = probe({"L_y": L_y, "L_d": L_d}, network, by="part")
print(f"L_d = {L_d.item():.4f}")
print(softmax_probe)
loop, training = hand_written_loop(softmax_of_one, MOONS, seed=0)
softmax_diagnosis = diagnose(loop, training.next_batch())
for finding in softmax_diagnosis.findings:
    print("the doctor:", finding.title)
    print("its remedy:", finding.remedy)

# %% [markdown]
# Both columns of the size of L_d are zero, and so are 100 % of its entries. This table needs no training.
#
# ## The node in other frameworks
#
# The next cells write the same node three times. In PyTorch the node is a function with its own backward. The forward
# pass stores in `ctx` the values that the backward pass needs.

# %%
TORCH = """
class GradientReversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        ctx.weight = weight
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -ctx.weight * grad, None

# in the network:  domain_head(GradientReversal.apply(h, weight))
"""
print(TORCH)

# %% [markdown]
# In TensorFlow, and in Keras on TensorFlow, the function returns its value and its backward function.

# %%
print("""
@tf.custom_gradient
def reverse_gradient(x, weight):
    def backward(grad):
        return -weight * grad, None
    return tf.identity(x), backward

# in the network:  domain_head(reverse_gradient(h, weight))
""")

# %% [markdown]
# In JAX the forward function also returns the values to store, the residual. The backward function gets the residual
# back.

# %%
print("""
@jax.custom_vjp
def reverse_gradient(x, weight):
    return x

def forward(x, weight):
    return x, weight

def backward(weight, grad):
    return -weight * grad, None

reverse_gradient.defvjp(forward, backward)

# in the network:  domain_head(reverse_gradient(h, weight))
""")

# %% [markdown]
# Do these give the same gradients? If PyTorch is installed, we compare: our weights, our batch, and PyTorch's own sweep
# of L_y + L_d.

# %%
differences = None  # parameter → relative difference between PyTorch's gradient and ours
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here: no comparison")
else:
    import torch
    import torch.nn.functional as F

    code = {"torch": torch}
    exec(TORCH, code)
    TorchReversal = code["GradientReversal"]
    copies = {name: torch.tensor(p.data, requires_grad=True) for name, p in network.parameters().items()}

    def part(name, layers, x):
        for i, layer in enumerate(layers):
            if isinstance(layer, Dense):
                x = x @ copies[f"{name}.{i}.weight"] + copies[f"{name}.{i}.bias"]
            else:
                x = torch.tanh(x)
        return x

    h = part("features", network.features.layers, torch.tensor(joined_inputs(batch), dtype=torch.float64))
    label_logits = part("label_head", network.label_head.layers, h[: len(batch.x_source)])
    domain_logits = part("domain_head", network.domain_head.layers, TorchReversal.apply(h, LAMBDA))
    L_y = F.cross_entropy(label_logits, torch.tensor(batch.y_source))
    L_d = F.binary_cross_entropy_with_logits(domain_logits, torch.tensor(domain_labels(batch)))
    (L_y + L_d).backward()

    our_gradients = md.backprop(on_the_features(network, batch, LAMBDA)[2])
    differences = {
        name: distance(copies[name].grad.numpy(), our_gradients[p]) for name, p in network.parameters().items()
    }
    print(f"PyTorch {torch.__version__}: L_y {L_y.item():.4f}, L_d {L_d.item():.4f}")
    largest = np.max(list(differences.values()))  # NaN if one difference is NaN; Python's max can lose the NaN
    print(f"largest relative difference of a gradient, over {len(differences)} parameters: {largest:.1e}")

# %% [markdown]
# ### Details behind these lines
#
# - **Stored values.** The node stores nothing of x, because the derivative does not depend on x. The node must store λ:
#   backward must use the λ of *its own* forward pass. Our engine stores λ on the op, PyTorch on `ctx`, JAX in the
#   residual, TensorFlow in a closure.
# - **λ is an input, too**, in each of the three frameworks. So backward must return a gradient for λ. `None` means that
#   there is none.
# - **The result must be a new tensor.** If the node returned x itself, the framework could not attach the node to the
#   result. `view_as` and `tf.identity` make a new tensor. (Current versions also make one by themselves if the code
#   returns x, but do not depend on this.) A view shares its memory with x: an in-place operation on one side of the
#   node would change the other side.
# - **The backward rule is not a derivative.** A framework's own gradient check rejects it, as our check did. And the
#   rule exists for the backward direction alone: forward mode in JAX, and `torch.func` in PyTorch, raise an error for
#   the node as written here.
# - **Compiled code keeps constants.** Under `jax.jit` or `tf.function`, a plain Python number λ from outside keeps the
#   value that it had at compilation: the schedule's first value, 0. Pass λ as an array.
#
# If PyTorch is installed, it shows some of these facts itself:


# %%
def result_or_error(attempt):
    """The result of ``attempt``, or the first sentence of its error."""
    try:
        return attempt()
    except RuntimeError as error:
        return f"{type(error).__name__}: {str(error).split('. ')[0]}"


rejected = None
if differences is None:
    print("PyTorch is not installed here")
else:

    class OneGradient(TorchReversal):
        @staticmethod
        def backward(ctx, grad):
            return -ctx.weight * grad

    class Copied(TorchReversal):
        @staticmethod
        def forward(ctx, x, weight):
            ctx.weight = weight
            return x.clone()

    def gradient(function, then=lambda y: y):
        """∂ Σ y² / ∂x with y = then(function(x))."""
        x = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
        y = then(function.apply(1.0 * x, LAMBDA))
        (y * y).sum().backward()
        return x.grad.tolist()

    ones = torch.ones(3, dtype=torch.float64, requires_grad=True)
    rejected = not torch.autograd.gradcheck(lambda x: TorchReversal.apply(x, LAMBDA), (ones,), raise_exception=False)
    print("the node above:     ", gradient(TorchReversal))
    print("without None:       ", result_or_error(lambda: gradient(OneGradient)))
    print("relu_ in place next:", result_or_error(lambda: gradient(TorchReversal, torch.relu_)))
    print("the same on a copy: ", gradient(Copied, torch.relu_))
    print("gradcheck rejects it:", rejected)

# %% [markdown]
# There is a way without a backward rule, in any framework that can stop a gradient: (1 + λ) · stop(x) − λ · x. Its
# value is x, up to rounding, and its gradient is −λ. This does not contradict the section *The node is not the
# derivative of any function*: the sweep treats the stopped part as a constant, but the numerical check changes it.

# %%
h = md.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)
stopped_gradient = (1 + LAMBDA) * md.Tensor(h.data) - LAMBDA * h  # md.Tensor(h.data): a constant
without_a_rule = md.backprop((stopped_gradient * stopped_gradient).sum())[h]
with_the_node = md.backprop((md.reverse_gradient(h, LAMBDA) ** 2).sum())[h]
print("value   ", stopped_gradient.data, "\ngradient", without_a_rule, "\nthe node", with_the_node)

# %% [markdown]
# ### Is the node simple?
#
# The node is simple. It has two lines in our engine, a few lines in the other frameworks, and one number, λ.
#
# The code around the node is not simple. Four things decide whether it is right: the place of the node, the sign of a
# loss (maybe in another file), the place of λ, and the mean behind L_d. A mistake in any of these raises no error. All
# forms above have the same forward pass and the same losses at the first step, and in most of them the label loss
# falls. The numerical check must fail in the right way. So the node is simple to write, and mistakes are easy to miss.
# A look at ∂L_d on both sides of the node finds them, and this look is one line of code.
#
# ## Exercises
#
# 1. Put two nodes one after the other, each with λ = 0.7. Which gradient arrives at the features? Predict the gradient
#    before you compute it.
# 2. Keep the form *λ on the features*, and give the domain head another learning rate (`domain_rate` in a recipe). For
#    which rate does plain gradient descent make the same updates as *λ on both*? And with momentum?
# 3. Form 2 can be corrected without a node: two sweeps, and an optimiser for each player. Write this form, and count
#    the forward and backward passes.
# 4. Put the node in the *middle* of the features. Which rows of `gradient_shares` must you split to see this mistake?
#
# ## What we now know

# %%
# the op of this chapter and the op of the package give the same gradient
assert np.array_equal(gradients["yours"], gradients["the package's"])
assert np.array_equal(gradients["yours"], -0.7 * 2 * x.data)

# in the forward pass the node is the identity; in the backward pass it multiplies by −λ, to the last bit
assert np.array_equal(features.data, reversed_features.data)
assert np.array_equal(below, -LAMBDA * above)
assert np.abs(above).max() > 0
assert list(probed.reversals.values()) == [-LAMBDA]

# each loss reaches the right parts; at the features the gradients are added; the node changes the cosine's sign
for row in by_layer:
    assert (row["L_y zero"] == 1) == row["name"].startswith("domain_head")
    assert (row["L_d zero"] == 1) == row["name"].startswith("label_head")
    if row["name"].startswith("features"):
        assert math.isclose(row["L_d after"], LAMBDA * row["L_d before"])
        assert math.isclose(row["cosine after"], -row["cosine before"])
assert difference < 1e-12

# the domain head's gradient does not depend on λ; the features' gradient does
assert same_at_head
assert not by_weight[0.0]["features"].any()
assert np.allclose(by_weight[1.0]["features"], 2 * by_weight[0.5]["features"], rtol=1e-12)

# the numerical check agrees above the node, and disagrees below the node by the factor −λ
assert below_node.ok
assert above_node.ok
assert np.allclose(list(factors.values()), [1, LAMBDA, -LAMBDA], atol=1e-5)

# the sweep of L_y + L_d gives true gradients: of L_y − λ L_d at θf, and of L_d at θd
assert at_features < 1e-6
assert at_domain_head < 1e-6
assert updates.ok

# the loss of a guess is ln 2 or 2 ln 2, and λ doubles in the same way
assert np.allclose(chance, [math.log(2), 2 * math.log(2)])
assert abs(ratio - 2) < 1e-9
assert JOURNAL.domain_weight == 2 * 6.0  # the package's version of the journal's recipe (λ on both)

# factors of the right and the wrong forms: L_y at θy and θf, L_d at θf and θd; the doctor finds each wrong form
expected = {
    "λ on the features": ((1, 1, -LAMBDA, 1), None),
    "λ on both": ((1, 1, -LAMBDA, LAMBDA), None),
    "right": ((1, 1, -LAMBDA, 1), []),
    "1 no reversal": ((1, 1, LAMBDA, LAMBDA), ["no_reversal"]),
    "2 subtracted": ((1, 1, -LAMBDA, -LAMBDA), ["domain_head_ascends"]),
    "3 twice negative": ((1, 1, LAMBDA, -LAMBDA), ["twice_negative"]),
    "4a below both heads": ((1, -LAMBDA, -LAMBDA, 1), ["misplaced_reversal"]),
    "4b above the head": ((1, 1, -LAMBDA, -LAMBDA), ["misplaced_reversal", "domain_head_ascends"]),
}
for name, (shares, names) in expected.items():
    assert np.allclose([arriving[name][key] for key in COLUMNS], shares, atol=1e-5), name
    assert names is None or diagnoses[name].names == names, name
assert same_at_features < 1e-12

# all forms have the same forward pass
forward = [[loss.item() for loss in form(network, batch, LAMBDA)[:2]] for form in all_forms.values()]
assert np.ptp(forward, axis=0).max() == 0

# only the right forms gain on the target, and no single curve shows all wrong forms
plain = results["without adaptation"]
for name in ("right", "right, λ on both"):
    assert results[name]["target"] > plain["target"] + 0.05
    assert abs(results[name]["domain"] - math.log(2)) < 0.1
for name in forms:
    assert name == "right" or results[name]["target"] < results["right"]["target"] - 0.05, name
assert results["1 no reversal"]["domain"] < 0.5
assert results["1 no reversal"]["target"] < plain["target"]
assert all(results[name]["domain"] > 1000 for name in ("2 subtracted", "3 twice negative", "4b above the head"))
assert abs(results["4a below both heads"]["domain"] - math.log(2)) < 0.1
assert results["4a below both heads"]["label"] > 0.3
assert results["4a below both heads"]["source"] < 0.9
assert all(one["diverged_at_step"] is None for of_seeds in runs.values() for one in of_seeds)
assert [name for name, step in diverged.items() if step is None] == ["right", "1 no reversal"]

# a softmax over one unit: the gradient of L_d is zero at every part
assert all(row["L_d before"] == row["L_d after"] == 0 and row["L_d zero"] == 1 for row in softmax_probe)
assert softmax_diagnosis.names == ["zero_domain_gradient"]

# PyTorch finds the same gradients and its check rejects the node; a stopped gradient gives the node's gradient
assert differences is None or np.max(list(differences.values())) < 1e-12
assert rejected in (None, True)
assert np.allclose(without_a_rule, with_the_node, rtol=1e-12)

print("all facts hold")

# %% [markdown]
# - The node is the identity in the forward pass and −λ in the backward pass. No function has both, and a numerical
#   check disagrees with the node by exactly −λ.
# - The domain head descends L_d, and the features descend L_y − λ L_d, in one sweep of L_y + L_d.
# - Three tests show whether the reversal works, and its sign: `print(probe(losses, network))`, `check_adversarial`, or
#   a comparison of `g[features]` with `g[reversed_features]`.
# - There are four wrong forms: no reversal, subtracted, twice negative, at the wrong place. Their forward passes are
#   equal. Measure the factor of each true gradient at each part: the signs + + − + are right.
# - There must be one minus sign, in the node. A second minus sign is a reason to search for a mistake.
#
# **Next:** this chapter explained one step. [09_dann_on_moons.py](09_dann_on_moons.py) trains both heads on two
# domains, from the first step to the last. (Chapter 14, [14_the_saddle_point.py](14_the_saddle_point.py), follows
# thousands of steps in games of two numbers.)
