# %% [markdown]
# # 8 · The reversal node
#
# **Two players share the same features. The domain head must learn to tell the domains apart. The features must make
# this hard. How can a *single* backward pass give each player its own gradient?**
#
# We begin with two ordinary losses, and both fail: with each of them one of the two players gets the wrong sign. The
# answer of Ganin and Lempitsky (arXiv:1409.7495) is one node of the graph, with two lines of code. We measure the
# gradient on both sides of the node. The numerical check, our best test of a backward rule, rejects the node, and we
# explain why it must. At the end we write the node for PyTorch.

# %%
import importlib.util
import inspect
import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import DANN, MOONS, Training
from minidann.data import moons_pair
from minidann.engine.ops.reversal import GradientReversal
from minidann.nn import Dense, Sequential, Tanh
from minidann.plots import draw_graph, show_figure, style
from minidann.probe import check_adversarial, gradient_check, probe

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
# ## A small network for measurements
#
# All numbers are float64, so that a numerical check is precise. The features have width 2, so that we can draw them. We
# train the network for a short time with λ = 0: both heads learn, and the features get no gradient from L_d. Then we
# stop training and take one batch. All measurements use this network and this batch.

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
print(f"batch: {len(batch.x_source)} source points, {len(batch.x_target)} target points")


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


# %% [markdown]
# ## Two losses that fail
#
# The obvious loss is the sum L_y + λ L_d. The next idea is the difference L_y − λ L_d: then the features want a large
# L_d. We let one part at a time make a small step down the gradient, and measure how L_d changes. The features should
# raise L_d, and the domain head should lower L_d.

# %%
LAMBDA = 0.7


def change_of_domain_loss(total, part, rate=0.1):
    """Let one part of a copy of the network make a step down ``total(network)``. Return the change of L_d."""
    copy = network.copy()
    before = domain_loss(copy, copy.features(joined_inputs(batch)), batch).item()
    g = md.backprop(total(copy))
    for parameter in copy.parts()[part].values():
        parameter.data = parameter.data - rate * g[parameter]
    return domain_loss(copy, copy.features(joined_inputs(batch)), batch).item() - before


def the_sum(network):
    h = network.features(joined_inputs(batch))
    return label_loss(network, h, batch) + LAMBDA * domain_loss(network, h, batch)


def the_difference(network):
    h = network.features(joined_inputs(batch))
    return label_loss(network, h, batch) - LAMBDA * domain_loss(network, h, batch)


changes = {}
print("change of L_d by a step of     the features   the domain head")
for name, total in {"L_y + λ L_d": the_sum, "L_y − λ L_d": the_difference}.items():
    changes[name] = [change_of_domain_loss(total, part) for part in ("features", "domain_head")]
    print("{:28} {:+14.6f} {:+17.6f}".format(name, *changes[name]))
print(f"{'wanted':28} {'+':>14} {'−':>17}")

# %% [markdown]
# With the sum, the features help the domain head. With the difference, the domain head unlearns. A loss has one sign
# for everybody, and we want two signs.
#
# ## The node
#
# The gradient reversal stands between the features and the domain head. This is its source in the package:

# %%
print(inspect.getsource(GradientReversal))

# %% [markdown]
# The forward pass returns x unchanged. The backward pass multiplies the gradient by −λ (`adapt_weight`). Now write the
# node yourself, before you read the next cell: an op is a class with these two methods, and `md.apply` puts the op into
# the graph.


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
# Does the node mend the failure? We measure the same two steps with L_y + L_d, and the node below the domain head.


# %%
def with_node(network):
    h = network.features(joined_inputs(batch))
    return label_loss(network, h, batch) + domain_loss(network, md.reverse_gradient(h, LAMBDA), batch)


changes["the node"] = [change_of_domain_loss(with_node, part) for part in ("features", "domain_head")]
print("change of L_d by a step of     the features   the domain head")
for name, (by_features, by_head) in changes.items():
    print(f"{name:28} {by_features:+14.6f} {by_head:+17.6f}")

# %%
losses = network.losses(*batch, adapt_weight=LAMBDA)
features, reversed_features = losses.features, losses.reversed_features
print(
    f"L_y = {losses.label_loss.item():.4f}   L_d = {losses.domain_loss.item():.4f} (chance: ln 2 = {math.log(2):.4f})"
)
print("above the node:", reversed_features)
print("below the node:", features)
print("the same numbers:", np.array_equal(features.data, reversed_features.data))

# %% [markdown]
# The next figure is the graph of this batch. Every box is a tensor, and every arrow is a use of a tensor. The two
# losses share the features. The node stands on the path of L_d only. The number on each arrow is the size of the
# gradient on this arrow. Between the inputs and the node there are two numbers for L_d. *After* is the gradient with
# the reversal. *Before* is the gradient without the reversal.
#
# The figure has the inputs at its top. The words of this course have the inputs at the bottom: *below the node* is the
# side of the features, and *above the node* is the side of the domain head.

# %%
probed = probe(losses, network)


def draw(*arguments):
    """Draw the graph of some losses on a figure of its natural size."""
    picture = draw_graph(*arguments)
    figure = plt.figure(figsize=picture.figure_.get_size_inches())
    picture.plot(figure.add_axes((0, 0, 1, 1)))
    return figure


show_figure(
    draw(losses, network, probed),
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
# these entries are zero. Both losses have a gradient at the features. The *cosine* of two gradients is 1 for equal
# directions, 0 for a right angle, and −1 for opposite directions. *Before*, with the factor +1, it is above 0 on this
# batch: a step for the classes also helps to tell the domains apart. (With other seeds it can be below 0.) *After*, the
# cosine has the opposite sign, for every seed.
#
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
def draw_arrows(panels):
    """Draw the features in the plane, with an arrow down the gradient at each point, for each panel by title."""
    points, is_target = features.data, domain_labels(batch)[:, 0] > 0
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    grid = np.stack(np.meshgrid(*(np.linspace(low[i], high[i], 200) for i in (0, 1))), axis=-1)  # (200, 200, 2)
    with md.no_grad():
        logits = network.domain_head(grid.reshape(-1, 2)).data.reshape(200, 200)
    figure, axes = plt.subplots(1, len(panels), figsize=(11, 5), layout="constrained", sharex=True, sharey=True)
    length = 0.3 / np.abs(above).max()  # the same scale in both panels
    sides = ((~is_target, style.SOURCE, "o", "source"), (is_target, style.TARGET, "^", "target"))
    for ax, (title, gradient) in zip(axes, panels.items()):
        colours = {"colors": (style.SOURCE, style.TARGET), "alpha": 0.13}
        ax.contourf(grid[..., 0], grid[..., 1], logits > 0, [-0.5, 0.5, 1.5], **colours)
        ax.contour(grid[..., 0], grid[..., 1], logits, [0], colors="black", linewidths=1.4)
        for chosen, colour, marker, name in sides:
            ax.scatter(*points[chosen].T, s=14, marker=marker, color=colour, label=name)
            look = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.003, "color": colour}
            ax.quiver(*points[chosen].T, *(-length * gradient[chosen]).T, **look)
        ax.set(title=title, xlabel="first feature", ylabel="second feature")
    axes[0].legend(loc="lower right", fontsize=9)
    return figure


panels = {
    "gradient above the node, for the domain head": above,
    f"gradient below the node, for the features, λ = {LAMBDA}": below,
}
show_figure(
    draw_arrows(panels),
    "08-2",
    "Two planes of features with an arrow at each point: above the node the arrows lead the domain head, "
    "below it they have the opposite direction and 0.7 of the length.",
)

# %% [markdown]
# ## Two places for λ, and wrong forms
#
# The papers put λ in two places. In the conference paper the node multiplies by −λ, and the domain head learns with its
# full rate. In the algorithm of the journal paper (Eqs. 13–15) the domain head's update has the factor λ as well: the
# node multiplies by −1, and λ multiplies the domain loss. Both are right: one measurement shows the difference.


# %%
def both_with_weight(network):
    h = network.features(joined_inputs(batch))
    return label_loss(network, h, batch) + LAMBDA * domain_loss(network, md.reverse_gradient(h, 1.0), batch)


def factor_of_domain_loss(total, part):
    """The k in gradient = (true gradient of L_y, if any) + k · (true gradient of L_d), by least squares."""
    rest = gradient_of_part(md.backprop(total(network)), part) - TRUE[part].get("L_y", 0)
    true = TRUE[part]["L_d"]
    return float(rest @ true / (true @ true))


FORMS = {
    "λ at the node": with_node,
    "λ at the loss": both_with_weight,
    "no node": the_sum,
    "no node, minus": the_difference,
}
factors_of_forms = {}
print(f"{'factor of the true ∂L_d':24} at the features   at the domain head")
for name, total in FORMS.items():
    factors_of_forms[name] = [factor_of_domain_loss(total, part) for part in ("features", "domain_head")]
    print("{:24} {:+15.3f} {:+20.3f}".format(name, *factors_of_forms[name]))

# %% [markdown]
# Descent moves against the gradient, so a factor above 0 makes L_d smaller, and a factor below 0 makes it larger. The
# first two rows have the signs − and +, as we want. Only the speed of the domain head differs. The last two rows are
# the losses that fail. Look at *no node, minus*: at the features it equals the node exactly. A check at the features
# alone does not find the mistake. [Chapter 13](13_conventions_and_wrong_forms.py) trains eight forms and gives each
# mistake a name.
#
# ## The node in PyTorch
#
# In PyTorch the node is a function with its own backward. The forward pass stores in `ctx` the values that the backward
# pass needs. λ is an input, too, so backward returns a second gradient; `None` means that there is none. ([TensorFlow
# and JAX](pages/from_pytorch.md#the-node-in-other-frameworks).)

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
# Does this give the same gradients? If PyTorch is installed, we compare: our weights, our batch, and PyTorch's own
# sweep of L_y + L_d.

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

    our_gradients = sweeps["L_y + L_d"]
    differences = {
        name: distance(copies[name].grad.numpy(), our_gradients[p]) for name, p in network.parameters().items()
    }
    print(f"PyTorch {torch.__version__}: L_y {L_y.item():.4f}, L_d {L_d.item():.4f}")
    largest = np.max(list(differences.values()))  # NaN if one difference is NaN; Python's max can lose the NaN
    print(f"largest relative difference of a gradient, over {len(differences)} parameters: {largest:.1e}")

# %% [markdown]
# There is a way without a backward rule, in any framework that can stop a gradient: (1 + λ) · stop(x) − λ · x. Its
# value is x, up to rounding, and its gradient is −λ. This does not contradict the section above: the sweep treats the
# stopped part as a constant, but the numerical check changes it.

# %%
h = md.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)
stopped_gradient = (1 + LAMBDA) * md.Tensor(h.data) - LAMBDA * h  # md.Tensor(h.data): a constant
without_a_rule = md.backprop((stopped_gradient * stopped_gradient).sum())[h]
with_the_node = md.backprop((md.reverse_gradient(h, LAMBDA) ** 2).sum())[h]
print("value   ", stopped_gradient.data, "\ngradient", without_a_rule, "\nthe node", with_the_node)

# %% [markdown]
# ### Is the node simple?
#
# The node is simple: two lines, and one number, λ. The code around the node is not. Its place, the sign of a loss
# (maybe in another file) and the place of λ decide whether it is right. A mistake in any of these raises no error, and
# changes no loss of the first step. A look at ∂L_d on both sides of the node finds it: one line of code.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Set `LAMBDA = 0.0`. The features no longer change L_d against the domain head: the change by a step of the features
#    comes from L_y alone (for us −0.0004).
# 2. Put two nodes one after the other in `reversed_loss`, each with λ = 0.7:
#    `md.reverse_gradient(md.reverse_gradient(…, LAMBDA), LAMBDA)`. The check must find the factor +0.49, and the fact
#    on the check says that it is not −λ.
# 3. Forget λ in `MyReversal.backward`: `return (-grad,)`. The check of the chapter must find the factors 1, −1 and −1.
# 4. In twenty lines: train without a node, and right: two sweeps, and each part takes its gradient from one of
#    them. For the features take the sweep of L_y − λ L_d, for the domain head the sweep of L_d. The gradients must
#    equal those of the node to 1e-12.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 8`.
#
# ## Facts
#
# The facts of the next cell hold for any change of seeds, sizes and λ > 0.

# %%
assert np.array_equal(gradients["yours"], gradients["the package's"]), (
    "your node and the package's agree to the last bit"
)
assert np.array_equal(features.data, reversed_features.data), "forward the node is the identity"
assert np.array_equal(below, -LAMBDA * above), "backward it multiplies by −λ, to the last bit"
assert LAMBDA > 0, "the next facts need λ > 0: with λ = 0 nothing of L_d arrives below the node"
assert list(probed.reversals.values()) == [-LAMBDA], "the graph has one node, with this factor"
for row in by_layer:
    assert (row["L_y zero"] == 1) == row["name"].startswith("domain_head"), "L_y does not reach the domain head"
    assert (row["L_d zero"] == 1) == row["name"].startswith("label_head"), "L_d does not reach the label head"
    if row["name"].startswith("features"):
        assert math.isclose(row["L_d after"], LAMBDA * row["L_d before"]), "below the node L_d has λ times its size"
        assert math.isclose(row["cosine after"], -row["cosine before"]), "and the other direction"
assert difference < 1e-12, "the sweep of a sum is the sum of the sweeps"
assert same_at_head, "the domain head's gradient does not depend on λ"
assert not by_weight[0.0]["features"].any(), "with λ = 0 the features get nothing from L_d"
assert below_node.ok, "below the node the check agrees with the factor −λ"
assert above_node.ok, "above the node it agrees without a factor"
assert at_features < 1e-6, "θf gets the true gradient of L_y − λ L_d"
assert at_domain_head < 1e-6, "θd gets the true gradient of L_d"
assert updates.ok, "one sweep gives the three updates of the paper"
assert np.allclose(factors_of_forms["λ at the node"], (-LAMBDA, 1), atol=1e-5), "the node: −λ and 1"
assert np.allclose(factors_of_forms["λ at the loss"], (-LAMBDA, LAMBDA), atol=1e-5), "λ at the loss: −λ and λ"
assert np.allclose(factors_of_forms["no node"], (LAMBDA, LAMBDA), atol=1e-5), "no node: λ and λ"
assert np.allclose(factors_of_forms["no node, minus"], (-LAMBDA, -LAMBDA), atol=1e-5), "no node, minus: −λ and −λ"
assert differences is None or np.max(list(differences.values())) < 1e-10, "PyTorch finds the same gradients"
assert np.allclose(without_a_rule, with_the_node, rtol=1e-12), "a stopped gradient gives the gradient of the node"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
assert max(changes["L_y + λ L_d"]) < 0, PRINTED + "with the sum both parts lower L_d"
assert min(changes["L_y − λ L_d"]) > 0, PRINTED + "with the difference both raise L_d"
assert changes["the node"][0] > 0 > changes["the node"][1], PRINTED + "with the node the features raise L_d alone"
assert np.allclose(list(factors.values()), [1, LAMBDA, -LAMBDA], atol=1e-5), PRINTED + "the check finds 1, λ and −λ"

print("all facts hold")

# %% [markdown]
# **You can now** write the node, here and in PyTorch. You can say why a numerical check must disagree with it by
# exactly −λ. You can measure which multiple of ∂L_d arrives at each part. There must be one minus sign, in the node.
#
# **Next:** this chapter explained one step. [09_dann_on_moons.py](09_dann_on_moons.py) trains both heads on two
# domains, from the first step to the last.
