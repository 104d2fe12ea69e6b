# %% [markdown]
# # 8 · The reversal node
#
# **Two players share the same features. One, the domain head, wants to tell the domains apart. The other, the features,
# wants it to fail. How can a *single* backward pass give each of them the gradient it wants?**
#
# The answer of Ganin and Lempitsky (arXiv:1409.7495) is one node of the graph, with two lines of code in it. We take
# it apart, look at the gradient on both sides of it, and find that the best test we have for a backward rule, the
# numerical check, rejects it. It must. Then we get it wrong on purpose, in four ways, and learn to tell each of them by
# looking. Last, we write the same node for PyTorch, TensorFlow and JAX. Lecture notes say that it is simple. Is it?

# %%
import importlib.util
import inspect
import math
import warnings
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import DANN, JOURNAL, MOONS, Training
from minidann.adapt.schedules import adapt_weight_at
from minidann.data import moons_pair
from minidann.engine.ops.reversal import GradientReversal
from minidann.nn import Dense, Sequential, Tanh
from minidann.plots import GradientsDisplay, draw_graph, style
from minidann.probe import HandWritten, check_adversarial, diagnose, gradient_check, probe

warnings.filterwarnings("ignore", message=".*non-interactive")  # plt.show() with nowhere to show

# %% [markdown]
# ## Two wishes and an honest opponent
#
# A network in three parts: features with weights θf, a label head with θy, a domain head with θd. Two losses: L_y, on
# the labels of the source, and L_d, on the domain (source or target) of every point. What should each part do?
#
# | part | wish about L_y | wish about L_d |
# |---|---|---|
# | label head θy | make it small | (does not see it) |
# | domain head θd | (does not see it) | make it **small** |
# | features θf | make it small | make it **large**, with weight λ |
#
# The domain head must do its honest best. If it did not, fooling it would prove nothing. So θf and θd want opposite
# things of one number, and an ordinary backward pass gives both the same sign.
#
# ## The node
#
# Between features and domain head stands the gradient reversal. Here it is, as the package has it:

# %%
print(inspect.getsource(GradientReversal))

# %% [markdown]
# Forward, it hands x on. Backward, it multiplies the gradient by −λ (`adapt_weight`). Write it again yourself: an op of
# your own is a class with these two methods, and `md.apply` puts it into the graph.


# %%
class Mirror(md.Op):
    def __init__(self, weight):
        self.weight = weight

    def forward(self, x):
        return x

    def backward(self, grad):
        return (-self.weight * grad,)


x = md.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)
gradients = {}
for name, mirrored in {"yours": md.apply(Mirror(0.7), x), "the package's": md.reverse_gradient(x, 0.7)}.items():
    gradients[name] = md.backprop((mirrored * mirrored).sum())[x]
    print(f"{name:14} x {x.data} → {mirrored.data}   gradient of Σ x²: {gradients[name]}")
print(f"{'without a node':14} gradient of Σ x²: {md.backprop((x * x).sum())[x]}")

# %% [markdown]
# ## A small network to look into
#
# Everything in float64, so that a numerical check can be sharp, and with features of width 2, so that they can be
# drawn. It is trained for a while with λ = 0: both heads learn, and the domain head's wishes are not felt below. Then
# we take one batch and stop training. All that follows, up to the wrong forms, is one moment in the life of this
# network.

# %%
rng = np.random.default_rng(2)  # a seed whose picture is easy to read; what is asserted holds for any


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
# And this is its graph. Every box is a tensor, every arrow a use of it. The two losses share the features; the node
# stands on the way to one of them only. On each arrow is the size of the gradient that comes back along it. Below the
# node there are two numbers for L_d: *before*, what would arrive had the node passed it on unchanged, and *after*, what
# does arrive.

# %%
look = probe(losses, network)
picture = draw_graph(losses, network, look)
picture.plot(plt.figure(figsize=picture.figure_.get_size_inches()).add_axes((0, 0, 1, 1)))
plt.show()

# %% [markdown]
# ## Before and after
#
# `probe` has made these numbers. It sweeps L_y alone and L_d alone, and L_d once more with the node at +1. Here it is
# again, with a row for each layer.

# %%
by_layer = probe(losses, network, by="layer")
print(by_layer)

# %% [markdown]
# Read it by columns. L_y never goes near the domain head, and L_d never near the label head: all of their entries there
# are zero. Both arrive at the features. *Before*, with the node at +1, the two gradients pull together to some degree
# (the cosine is above 0): what separates the classes separates the domains, too. *After*, the sign is turned.
#
# A picture of the same table, losses above and inputs below. What the node has turned is drawn to the left.

# %%
GradientsDisplay.from_probe(by_layer).plot(plt.figure(figsize=(11, 5), layout="constrained").add_subplot())
plt.show()

# %% [markdown]
# A norm has no sign, so look at the arrays themselves. `md.backprop(loss)` returns the gradient of *every* tensor of
# the graph, so both sides of the node can be read off. And where two gradients meet, they are simply added: the sweep
# of the sum, which is what training sweeps, is the sum of the two sweeps.

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
print(f"joint sweep against the sum of the two sweeps, largest difference at the features: {difference:.1e}")

# %% [markdown]
# ## The domain head does not feel λ
#
# The node stands *below* the domain head, so whatever λ is, what arrives at θd has not passed it yet.

# %%
theta = {part: list(named.values()) for part, named in network.parts().items()}


def flat(g, part):
    """All gradients of one part as one vector."""
    return np.concatenate([g[parameter].ravel() for parameter in theta[part]])


by_weight = {}
print("   λ   |∂L_d/∂θd|   |∂L_d/∂θf|")
for weight in (0.0, 0.5, 1.0):
    g = md.backprop(network.losses(*batch, adapt_weight=weight).domain_loss)
    by_weight[weight] = {part: flat(g, part) for part in theta}
    sizes = (np.linalg.norm(by_weight[weight][part]) for part in ("domain_head", "features"))
    print("{:4.1f} {:12.6f} {:12.6f}".format(weight, *sizes))
head_unmoved = all(np.array_equal(by_weight[0.0]["domain_head"], g["domain_head"]) for g in by_weight.values())
print("domain head's gradient the same for all three, to the last bit:", head_unmoved)

# %% [markdown]
# With λ = 0 the domain head learns as hard as ever, and the features hear nothing of it. That is how one watches what
# the features give away in a run that does not adapt.
#
# ## The numerical check says no
#
# Turn one weight w a little to both sides, run the network forward, and compare:
#
# $$\frac{\partial L_d}{\partial w} \approx \frac{L_d(w + h) - L_d(w - h)}{2h}$$
#
# This uses nothing but the forward pass. And in the forward pass the node is the identity: it is not there. So for a
# weight of θf the check measures the true derivative t. The sweep computes t as well, with the chain rule, except
# that on its way it is multiplied once, at the node, by −λ. It says −λ·t. The ratio of sweep to check must therefore
# be exactly −λ below the node, and 1 above it.
#
# The package's `gradient_check` ([04_checking_gradients.py](04_checking_gradients.py)) does this for every weight it
# is given. First, one bias of the features:


# %%
def joined(batch):
    """Source and target, one above the other."""
    return np.concatenate([batch.x_source, batch.x_target])


def label_loss(network, h, batch):
    """L_y of the features h: over the source half, the only one with labels."""
    return md.cross_entropy(network.label_head(h[: len(batch.x_source)]), batch.y_source)


def domains(batch):
    """0 for each source example, 1 for each target example: (n + m, 1)."""
    return np.repeat([[0.0], [1.0]], [len(batch.x_source), len(batch.x_target)], axis=0)


def domain_loss(network, h, batch):
    """L_d of the features h: over both halves."""
    return md.binary_cross_entropy_with_logits(network.domain_head(h), domains(batch))


def reversed_loss(*_):
    """L_d, with the node below its head. What is handed in are the weights, which the network has already."""
    return domain_loss(network, md.reverse_gradient(network.features(joined(batch)), LAMBDA), batch)


last_bias = list(network.parts()["features"].items())[-1]
print(gradient_check(reversed_loss, dict([last_bias])))

# %% [markdown]
# It says no, and it says more: everywhere the same multiple, and which. So it is told what to expect, below the node
# and above it, and then looks at every weight:

# %%
below_node = gradient_check(reversed_loss, network.parts()["features"], factor=-LAMBDA)
above_node = gradient_check(reversed_loss, network.parts()["domain_head"])
print("features:   ", below_node)
print("domain head:", above_node)

# %% [markdown]
# So the check is not useless here: it tells *which* factor, with its sign. Let a node be forgotten, or λ be typed as a
# negative number. (The package's own node refuses a negative λ. `Mirror`, above, does not.)

# %%
nodes = {
    "forgotten": lambda h: h,
    "λ with a minus sign": lambda h: md.apply(Mirror(-LAMBDA), h),
    "in order": lambda h: md.apply(Mirror(LAMBDA), h),
}
factors = {}
for name, node in nodes.items():

    def loss_behind(*_, node=node):
        return domain_loss(network, node(network.features(joined(batch))), batch)

    (found,) = gradient_check(loss_behind, dict([last_bias])).inputs
    factors[name] = 1.0 if found["found"] is None else found["found"]  # None: the check passed
    print(f"node {name:20} swept = {factors[name]:+.6f} · numerical")

# %% [markdown]
# ## No function does this
#
# Could a clever function have the value x and the derivative −λ? No: the derivative is fixed by the values. If f(x) = x
# everywhere, then (f(x + h) − f(x − h)) / 2h = 1 for every h, and there is nothing left to choose. The one exception is
# λ = −1, where −λ = 1 and nothing is reversed.
#
# So what is the reversed gradient the gradient *of*? Ask each part by itself, with the other parts held still:
#
# - θd descends L_d;
# - θf descends L_y − λ L_d.
#
# Each of these is an ordinary function with an ordinary gradient, and each passes the numerical check. They are only
# not the *same* function. The node is what lets two functions be descended in one sweep.


# %%
def numerical(loss, part):
    """The true gradient at one part as one vector, from values of the loss alone."""
    check = gradient_check(lambda *_: loss(network, network.features(joined(batch)), batch), network.parts()[part])
    return np.array([entry["numerical"] for entry in check.entries])


def distance(a, b):
    """The largest difference, as a share of the largest entry."""
    return np.abs(a - b).max() / np.abs(b).max()


TRUE = {  # which loss depends on which part, and how
    "features": {"L_y": numerical(label_loss, "features"), "L_d": numerical(domain_loss, "features")},
    "label_head": {"L_y": numerical(label_loss, "label_head")},
    "domain_head": {"L_d": numerical(domain_loss, "domain_head")},
}
joint = {part: flat(sweeps["L_y + L_d"], part) for part in theta}
game = TRUE["features"]["L_y"] - LAMBDA * TRUE["features"]["L_d"]
print(f"θf: joint sweep against the numerical gradient of L_y − λ L_d: {distance(joint['features'], game):.1e}")
print(f"θd: joint sweep against the numerical gradient of L_d:         "
      f"{distance(joint['domain_head'], TRUE['domain_head']['L_d']):.1e}")  # fmt: skip

# %% [markdown]
# That one sweep makes these updates (Eqs. 4–6 of the paper) can be asked of any network that has the two losses, yours
# too. The columns with × say how often each true gradient is in what arrives.

# %%
updates = check_adversarial(network, batch, LAMBDA)
print(updates)

# %% [markdown]
# ## A picture
#
# Each point is one example, drawn at its two features; black is the domain head's boundary. An arrow shows where
# gradient descent would send the point. On the left the gradient *above* the node: to please the domain head, source
# points ought to go deeper into the orange side, target points into the green one, and those on the wrong side most
# of all. On the right the gradient *below* it: the same arrows, turned round and shortened by λ. That is the push the
# features really get: each point towards, and into, the other domain's side.

# %%
points, is_target = features.data, domains(batch)[:, 0] > 0
low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
grid = np.stack(np.meshgrid(*(np.linspace(low[i], high[i], 200) for i in (0, 1))), axis=-1)  # (200, 200, 2)
with md.no_grad():
    logits = network.domain_head(grid.reshape(-1, 2)).data.reshape(200, 200)

figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained", sharex=True, sharey=True)
LENGTH = 0.3 / np.abs(above).max()  # one scale for both panels
for ax, gradient, title in (
    (axes[0], above, "above the node: the domain head's pull"),
    (axes[1], below, f"below it: the reversed push, λ = {LAMBDA}"),
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
plt.show()

# %% [markdown]
# ## Where λ acts
#
# In print λ stands in two places. In the conference paper the node multiplies by −λ, and the domain head learns at
# its full rate. In the journal paper's algorithm (Eqs. 13–15) the domain head's update carries λ as well: the node
# multiplies by −1, and the domain loss by λ.
#
# A form is, for us, a function that returns the two losses, and what is swept. These are the two in print:


# %%
def on_the_features(network, batch, λ):
    h = network.features(joined(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, md.reverse_gradient(h, λ), batch)
    return L_y, L_d, L_y + L_d


def on_both(network, batch, λ):
    h = network.features(joined(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, md.reverse_gradient(h, 1.0), batch)
    return L_y, L_d, L_y + λ * L_d


# %% [markdown]
# They can be told apart, and from all wrong ones, by one question: how many times does the *true* gradient of each
# loss arrive at each part? We have the true ones, found by the numerical check, which knows no nodes. What arrives is a
# sum of multiples of them; least squares finds the multiples. Descent moves against the gradient, so + means "makes
# the loss smaller".


# %%
def shares(form):
    """For each part and loss: the multiple of the true gradient in what the part receives."""
    g = md.backprop(form(network, batch, LAMBDA)[2])
    found = {}
    for part, true in TRUE.items():
        multiples, *_ = np.linalg.lstsq(np.stack(list(true.values()), axis=1), flat(g, part), rcond=None)
        found |= {(part, loss): float(multiple) for loss, multiple in zip(true, multiples)}
    return found


COLUMNS = {
    ("label_head", "L_y"): "∂L_y at θy",
    ("features", "L_y"): "∂L_y at θf",
    ("features", "L_d"): "∂L_d at θf",
    ("domain_head", "L_d"): "∂L_d at θd",
}
arriving = {"λ on the features": shares(on_the_features), "λ on both": shares(on_both)}
print(f"{'':20}" + "".join(f"{column:>14}" for column in COLUMNS.values()))
for name, multiples in arriving.items():
    print(f"{name:20}" + "".join(f"{multiples[key]:+14.3f}" for key in COLUMNS))

# %% [markdown]
# Both are right: the features get −λ ∂L_d, the domain head descends. They differ only in how fast it does. In this
# package's recipes the first is `domain_weight=1, adapt_weight=λ`, the second `domain_weight=λ, adapt_weight=1`. The
# difference shows where λ is small: under a λ that rises from 0, the second starts with a domain head that does not
# learn, and with λ = 0 it has none.
#
# ### Mean or sum?
#
# One more thing changes what a λ means. Here L_d is the mean over the joined batch. The journal paper takes a mean over
# each domain and *adds* the two. With halves of equal size its loss is twice ours, and so is its gradient.

# %%
n = len(batch.x_source)


def domain_losses(logits):
    """L_d in both conventions: the mean over the joined batch, and the sum of the two domains' means."""
    halves = (
        md.binary_cross_entropy_with_logits(logits[half], domains(batch)[half])
        for half in (slice(0, n), slice(n, None))
    )
    return md.binary_cross_entropy_with_logits(logits, domains(batch)), sum(halves)


knows_nothing = md.Tensor(np.zeros((2 * n, 1)))
chance = [loss.item() for loss in domain_losses(knows_nothing)]
both = domain_losses(network.losses(*batch, adapt_weight=LAMBDA).domain_logits)
here, journal = (flat(md.backprop(loss), "features") for loss in both)
ratio = journal @ here / (here @ here)
print(f"a head that knows nothing:   mean {chance[0]:.4f} = ln 2      sum of means {chance[1]:.4f} = 2 ln 2")
print(f"gradient at θf, sum of means over mean: {ratio:.6f}")

# %% [markdown]
# For the same push on the features, then, λ here must be twice the journal's: **λ_here = 2 λ_journal**. Its λ = 6 for
# the moons is a λ of 12 in this package. Whoever quotes a λ should say which loss it multiplies, and where.
#
# ## Four wrong forms
#
# Each of the following is found in somebody's code, or in print. None raises an error, and with the network of the
# moons every one trains to its last step. We write each in the same few lines, look where the true gradients arrive,
# and ask the package's doctor. It is handed a loop made of functions, and asks none of them for its name: it moves
# weights, sweeps, steps, and compares.


# %%
def descend(form):
    """The same update for all forms: a step of the network's optimiser against what the form sweeps."""

    def update(network, batch, λ):
        network.optimiser.step(md.backprop(form(network, batch, λ)[2]), MOONS.rate)

    return update


def hand_written(form, recipe, seed):
    """A loop by hand around a fresh network, and a Training that deals its batches."""
    training = Training(moons_pair(seed=seed), recipe, seed)
    network, network.optimiser = training.network, training.optimiser
    loop = HandWritten(
        network, lambda *asked: form(*asked)[:2], descend(form), lambda network, x: network.label_logits(x)
    )
    return loop, training


def in_words(multiples):
    """What the signs mean."""
    told = {
        ("label_head", "L_y"): "the label head unlearns",
        ("features", "L_y"): "the features unlearn the labels",
        ("domain_head", "L_d"): "the domain head learns to be wrong",
    }
    words = [text for key, text in told.items() if multiples[key] < 0]
    words += ["the features help to tell the domains apart"] * (multiples["features", "L_d"] > 0)
    return ", and ".join(words) or "as it must be"


forms, diagnoses = {}, {}


def look_at(name, form):
    """Where a form reverses, what arrives where, and what the doctor says."""
    forms[name], arriving[name] = form, shares(form)
    swept = form(network, batch, LAMBDA)[2]
    nodes = [
        f"one, × {factor:+g}, on what {type(node.inputs[0].op).__name__} made ({node.shape[0]}×{node.shape[1]})"
        for node, factor in probe(swept).reversals.items()
    ]
    loop, training = hand_written(form, MOONS, seed=0)
    diagnoses[name] = diagnose(loop, training.next_batch())
    print(name)
    print("  nodes that reverse:", *nodes or ["none"])
    print("  arriving:          ", "   ".join(f"{c} {arriving[name][key]:+.3f}" for key, c in COLUMNS.items()))
    print("  that is:           ", in_words(arriving[name]))
    for finding in diagnoses[name].findings:
        print("  the doctor:        ", finding.title)
        print("  its remedy:        ", finding.remedy)
    if diagnoses[name].healthy:
        print("  the doctor:        ", diagnoses[name].verdict().splitlines()[0])


look_at("right", on_the_features)

# %% [markdown]
# ### 1. No reversal
#
# The node was forgotten, or is never reached: a branch not taken, a layer that was built and not called. It is a sound
# multi-task network. It learns to tell classes, and it learns to tell domains.


# %%
def no_reversal(network, batch, λ):
    h = network.features(joined(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, h, batch)
    return L_y, L_d, L_y + λ * L_d


look_at("1 no reversal", no_reversal)

# %% [markdown]
# The doctor's whole answer, once, to see how it knows. It held the sweep of each loss against differences of that loss
# (the third column), and then looked at what an update does to each loss through each part.

# %%
print(diagnoses["1 no reversal"])

# %% [markdown]
# ### 2. Subtracted, without a node
#
# E = L_y − λ L_d stands in the paper, Eq. 1, and so it is typed. But E is to be *minimal* in θf and *maximal* in θd,
# and an optimiser that is handed all parameters makes it minimal in both.


# %%
def subtracted(network, batch, λ):
    h = network.features(joined(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, h, batch)
    return L_y, L_d, L_y - λ * L_d


look_at("2 subtracted", subtracted)

# %% [markdown]
# It is often taken for the same thing as the node, and this is why: what arrives *at the features* is the same. Whoever
# checks there, and only there, finds it right.

# %%
at_features = [flat(md.backprop(form(network, batch, LAMBDA)[2]), "features") for form in (on_the_features, subtracted)]
same_at_features = distance(at_features[1], at_features[0])
print(f"gradient at θf, subtracted against the node: {same_at_features:.0e} apart")

# %% [markdown]
# The difference is at the head. It learns to call a source example target, and soon does so with conviction. To raise
# L_d against a head that is wrong on purpose, the features need not hide anything.
#
# ### 3. Twice negative
#
# Subtracted *and* reversed. The journal paper's Eq. 18 is a slip in print of this kind: it keeps both the factor −λ of
# Eq. 1 and the reversal R. (Eq. 9 of the conference paper has a plus sign, and is right.)


# %%
def twice_negative(network, batch, λ):
    h = network.features(joined(batch))
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, md.reverse_gradient(h, 1.0), batch)
    return L_y, L_d, L_y - λ * L_d


look_at("3 twice negative", twice_negative)

# %% [markdown]
# Now both parts have the wrong sign: minus times minus at the features, and one minus left at the head.
#
# ### 4. The node at the wrong place
#
# Below *both* heads, because the features are reversed once and then used twice:


# %%
def below_both_heads(network, batch, λ):
    h = md.reverse_gradient(network.features(joined(batch)), λ)
    L_y, L_d = label_loss(network, h, batch), domain_loss(network, h, batch)
    return L_y, L_d, L_y + L_d


look_at("4a below both heads", below_both_heads)

# %% [markdown]
# Or *above* the domain head, at its logits instead of its input:


# %%
def above_the_head(network, batch, λ):
    h = network.features(joined(batch))
    logits = md.reverse_gradient(network.domain_head(h), λ)
    L_y, L_d = label_loss(network, h, batch), md.binary_cross_entropy_with_logits(logits, domains(batch))
    return L_y, L_d, L_y + L_d


look_at("4b above the head", above_the_head)

# %% [markdown]
# All that is below the node ascends L_d, the head included. Compare the four numbers with those of form 2: a node on
# the logits *is* the subtracted loss, drawn differently.
#
# The graph shows at once where a node stands. This is 4a:

# %%
L_y, L_d, _ = below_both_heads(network, batch, LAMBDA)
misplaced = probe({"L_y": L_y, "L_d": L_d}, network, by="layer")
picture = draw_graph({"L_y": L_y, "L_d": L_d}, network)
picture.plot(plt.figure(figsize=picture.figure_.get_size_inches()).add_axes((0, 0, 1, 1)))
plt.show()
print(misplaced)

# %% [markdown]
# The table says it in one column: *L_y* has a before and an after, so the label loss passes a reversal too.
#
# ### What it does to training
#
# Short runs of each form on moons, all from the same weights and with the same batches, with λ rising as in the paper.
# *Without adaptation* is the right form with λ = 0. No form is tuned.

# %%
STEPS, SEEDS = 800, range(5)
CURVE = 10  # steps between two points of a curve


def without_adaptation(network, batch, λ):
    return on_the_features(network, batch, 0.0)


def run(form, seed, recipe):
    """Accuracies and the losses over the steps; and the step at which the run went off, or None."""
    loop, training = hand_written(form, recipe, seed)
    rows, stopped = [], None
    try:
        with np.errstate(over="raise", invalid="raise"):  # stop at the first number that float32 cannot hold
            for step in range(recipe.steps):
                loop.adapt_weight = recipe.adapt_weight * adapt_weight_at(step / recipe.steps)
                drawn = training.next_batch()
                if step % CURVE == 0:
                    rows.append([step, *(loss.item() for loss in loop.losses(drawn))])
                loop.step(drawn)
    except FloatingPointError:
        stopped = step
    pair = moons_pair(seed=seed)
    accuracy = [math.nan, math.nan]
    if stopped is None:
        accuracy = [
            loop.network.accuracy(pair.x_source_test, pair.y_source_test, "source"),
            loop.network.accuracy(pair.x_target_test, pair.y_target_test),
        ]
    return {"accuracy": accuracy, "rows": np.array(rows), "stopped": stopped}


SHORT = replace(MOONS, steps=STEPS)
everyone = {"without adaptation": without_adaptation, "right": on_the_features, "right, λ on both": on_both} | forms
runs = {name: [run(form, seed, SHORT) for seed in SEEDS] for name, form in everyone.items()}

results = {}
print(f"median of {len(SEEDS)} seeds, {STEPS} steps  target (worst)     source     L_y at its end     L_d at its end")
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
# Read the last column against chance.
#
# - *No reversal*: L_d far below chance, like without adaptation, and the target is read *worse* than without: the
#   features were paid for keeping the domains apart.
# - *Subtracted*, *twice negative*, *above the head*: L_d in the thousands. It has no upper bound, so who ascends it
#   never arrives, and its gradient drowns that of L_y.
# - *Below both heads*: L_d at chance, as if all were well. L_y tells: it hardly falls, on the *source*.
#
# So one curve is not enough. A domain loss near ln 2 is what DANN should have, and what features give that carry
# nothing at all. Nor is one run: now and then the right form, too, brings the wrong moons together, and a wrong one is
# lucky. Hence the medians, and the worst beside them.
#
# ### All of them in one picture
#
# A bar is a multiple of a true gradient, as above: to the right what makes a loss smaller, to the left what makes it
# larger. The black frames are the right form. A hatched bar points the wrong way. Below each panel is what became of
# the runs.

# %%
ROWS = {  # of each panel, from above
    ("label_head", "L_y"): ("label head, of L_y", style.OTHERS[0]),
    ("features", "L_y"): ("features, of L_y", style.OTHERS[0]),
    ("features", "L_d"): ("features, of L_d", style.OTHERS[1]),
    ("domain_head", "L_d"): ("domain head, of L_d", style.OTHERS[1]),
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
        ax.barh(y, value, 0.6, color="white" if wrong else colour, edgecolor=colour, hatch="////" if wrong else None)
        ax.barh(y, wanted, 0.6, color="none", edgecolor="black", lw=1.2)
        if wrong:
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
            ax.text(value / 2, y, "wrong sign", ha="center", va="center", fontsize=9, color=colour, bbox=box)
    ax.axvline(0, color="black", lw=0.8)
    end = results[name]
    ax.set_title(f"{name}:  {formula}", fontweight="bold", fontsize=11)
    domain = f"{end['domain']:.2f}" if end["domain"] < 10 else f"{end['domain']:,.0f}"
    ax.set_xlabel(f"source {end['source']:.0%}, target {end['target']:.0%};  L_d ends at {domain}")
axes[0, 0].set(yticks=range(len(ROWS)), yticklabels=[text for text, _ in ROWS.values()], xlim=(-1.2, 1.2))
axes[0, 0].invert_yaxis()
figure.supxlabel("← makes the loss larger      multiple of the true gradient      makes it smaller →", fontsize=10)
plt.show()

# %% [markdown]
# The package has these forms as well, the two right ones and five wrong ones: `compare_forms(moons_pair(), MOONS)` of
# `minidann.adapt` trains all of them and prints as a table like ours, `FormsDisplay` draws it, and in `minidann lab` a
# right form can be turned into a wrong one while it runs.
#
# And over training, on a logarithmic scale (the first seed; 4b runs where 2 does):

# %%
LOOKS = {  # colour, line, and how wide it is
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
plt.show()

# %% [markdown]
# No run has shown a NaN, and that is thanks to tanh: features between −1 and 1 put a limit on how fast a head can run
# away. With relu there is none. The same forms again, with relu, stopped at the first number that float32 cannot hold;
# what follows it is an inf, and then a NaN.

# %%
RELU = replace(SHORT, activation="relu", init="he_normal")
run_off = {name: run(form, 0, RELU)["stopped"] for name, form in forms.items()}
for name, stopped in run_off.items():
    print(f"{name:24}", f"to the end, {STEPS} steps" if stopped is None else f"gone at step {stopped}")

# %% [markdown]
# So when a run with a reversal goes to NaN, look first at who ascends, and only then at the learning rate.
#
# ### A gradient of zero
#
# One more, because a published library shipped it: a domain head that ends in *one* unit and a softmax. A softmax over
# one number is 1, whatever the number is. The loss is finite, and nothing is wrong with the node.


# %%
def softmax_of_one(network, batch, λ):
    h = network.features(joined(batch))
    logits = network.domain_head(md.reverse_gradient(h, λ))
    p = md.exp(md.log_softmax(logits, axis=1))  # (n + m, 1), all of it 1
    d, tiny = domains(batch), 1e-7
    L_y, L_d = label_loss(network, h, batch), -md.mean(d * md.log(p + tiny) + (1 - d) * md.log(1 - p + tiny))
    return L_y, L_d, L_y + L_d


L_y, L_d, _ = softmax_of_one(network, batch, LAMBDA)
dead = probe({"L_y": L_y, "L_d": L_d}, network, by="part")
print(f"L_d = {L_d.item():.4f}")
print(dead)
loop, training = hand_written(softmax_of_one, MOONS, seed=0)
dead_diagnosis = diagnose(loop, training.next_batch())
for finding in dead_diagnosis.findings:
    print("the doctor:", finding.title)
    print("its remedy:", finding.remedy)

# %% [markdown]
# Three columns of zeros, and 100 % of the entries: no training needed to see it.
#
# ## In other frameworks' terms
#
# The same node, three times. PyTorch: a function with a backward of its own. `ctx` is where forward leaves what
# backward needs.

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
# TensorFlow, and so Keras on TensorFlow: the function returns its value, and the function that goes back.

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
# JAX: forward also returns what it saves, the residual; backward gets it back.

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
# Is it the same? Where PyTorch is installed, we ask it: our weights, our batch, its own sweep of L_y + L_d.

# %%
apart = None  # how far PyTorch's gradients are from ours
if importlib.util.find_spec("torch") is None:
    print("PyTorch is not installed here: nothing to compare with, and on we go")
else:
    import torch
    import torch.nn.functional as F

    code = {"torch": torch}
    exec(TORCH, code)
    TorchReversal = code["GradientReversal"]
    theirs = {name: torch.tensor(p.data, requires_grad=True) for name, p in network.parameters().items()}

    def part(name, layers, x):
        for i, layer in enumerate(layers):
            dense = isinstance(layer, Dense)
            x = x @ theirs[f"{name}.{i}.weight"] + theirs[f"{name}.{i}.bias"] if dense else torch.tanh(x)
        return x

    h = part("features", network.features.layers, torch.tensor(joined(batch), dtype=torch.float64))
    label_logits = part("label_head", network.label_head.layers, h[: len(batch.x_source)])
    domain_logits = part("domain_head", network.domain_head.layers, TorchReversal.apply(h, LAMBDA))
    L_y = F.cross_entropy(label_logits, torch.tensor(batch.y_source))
    L_d = F.binary_cross_entropy_with_logits(domain_logits, torch.tensor(domains(batch)))
    (L_y + L_d).backward()

    ours = md.backprop(on_the_features(network, batch, LAMBDA)[2])
    apart = {name: distance(theirs[name].grad.numpy(), ours[p]) for name, p in network.parameters().items()}
    print(f"PyTorch {torch.__version__}: L_y {L_y.item():.4f}, L_d {L_d.item():.4f}")
    print(f"largest relative difference of a gradient, over {len(apart)} parameters: {max(apart.values()):.1e}")

# %% [markdown]
# ### What these lines do not say
#
# - **What has to be kept.** Of x nothing: the derivative does not depend on it. Of λ everything: backward must use the
#   λ of *its* forward pass. Ours keeps it on the op, PyTorch on `ctx`, JAX in the residual, TensorFlow in a closure.
# - **λ is an input too**, to each of the three, and so backward owes it a gradient. `None` says that there is none.
# - **The identity is not nothing.** A result must be *another* tensor than x, or there is nothing to hang the node on.
#   `view_as` and `tf.identity` make one. (Today's versions make one by themselves if x is returned as it is; do not
#   count on it.) And a view shares its memory with x: an operation in place on one side of the node would change the
#   other.
# - **It is not a derivative.** A framework's own gradient check rejects it, as ours did. And there is this one rule,
#   for going back: forward mode in JAX, and `torch.func` in PyTorch, refuse the node as it stands here.
# - **What is compiled is frozen.** Under `jax.jit` or `tf.function`, a λ read from outside as a plain number stays what
#   it was when the step was compiled: a reversal with the schedule's first value, 0. Hand it in as an array.
#
# Where PyTorch is installed, it says some of this itself:


# %%
def what_happens(attempt):
    """The result, or the first sentence of the error."""
    try:
        return attempt()
    except RuntimeError as error:
        return f"{type(error).__name__}: {str(error).split('. ')[0]}"


rejected = None
if apart is None:
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
        """∂ Σ y² / ∂x, with ``then`` done to the result first."""
        x = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
        y = then(function.apply(1.0 * x, LAMBDA))
        (y * y).sum().backward()
        return x.grad.tolist()

    ones = torch.ones(3, dtype=torch.float64, requires_grad=True)
    rejected = not torch.autograd.gradcheck(lambda x: TorchReversal.apply(x, LAMBDA), (ones,), raise_exception=False)
    print("as it is:           ", gradient(TorchReversal))
    print("without None:       ", what_happens(lambda: gradient(OneGradient)))
    print("relu_ in place next:", what_happens(lambda: gradient(TorchReversal, torch.relu_)))
    print("the same on a copy: ", gradient(Copied, torch.relu_))
    print("gradcheck rejects it:", rejected)

# %% [markdown]
# There is even a way without any rule of one's own, wherever a gradient can be stopped: (1 + λ) · stop(x) − λ · x. Its
# value is x, up to rounding, and its gradient −λ. That is no contradiction to *No function does this*: what is stopped
# is held still in the sweep, and moves in the numerical check.

# %%
h = md.Tensor(np.array([1.0, -2.0, 3.0]), requires_grad=True)
stopped = (1 + LAMBDA) * md.Tensor(h.data) - LAMBDA * h  # md.Tensor(h.data): the numbers, without the graph
without_a_rule = md.backprop((stopped * stopped).sum())[h]
with_the_node = md.backprop((md.reverse_gradient(h, LAMBDA) ** 2).sum())[h]
print("value   ", stopped.data, "\ngradient", without_a_rule, "\nthe node", with_the_node)

# %% [markdown]
# ### So, is it simple?
#
# The node is. Two lines in our engine, a handful in theirs, and in none of them is there anything to tune.
#
# What is around it is not. Whether it is right depends on where the node stands, on the sign in front of a loss three
# files away, on who multiplies by λ, and on which mean the λ was meant for. Nothing fails when one of these is wrong:
# all forms above have the same forward pass, the same losses at the first step, and most of them a label loss that goes
# down. The one test for backward rules must be read upside down. So: simple to write, and easy to get wrong without
# noticing. It takes a look at ∂L_d on both sides to know, and that look costs one line.
#
# ## Exercises
#
# 1. Two nodes, one after the other, each with λ = 0.7. What arrives at the features? Look before you compute.
# 2. Keep the form *λ on the features*, and give the optimiser another rate for the domain head alone
#    (`domain_rate` in a recipe). For which rate does plain gradient descent do what *λ on both* does? And with
#    momentum?
# 3. Form 2 can be mended without a node: two sweeps, and an optimiser for each player. Write it, and count the forward
#    and backward passes.
# 4. Put the node in the *middle* of the features. Which rows of `shares` would you have to split in order to see it?
#
# ## What we now know

# %%
# the op of this chapter and that of the package are one
assert np.array_equal(gradients["yours"], gradients["the package's"])
assert np.array_equal(gradients["yours"], -0.7 * 2 * x.data)

# forward the node is not there; backward it is −λ, to the last bit
assert np.array_equal(features.data, reversed_features.data)
assert np.array_equal(below, -LAMBDA * above)
assert np.abs(above).max() > 0
assert list(look.reversals.values()) == [-LAMBDA]

# each loss reaches the parts it should; at the features the two add up, and the node turns the cosine's sign
for row in by_layer:
    assert (row["L_y zero"] == 1) == row["name"].startswith("domain_head")
    assert (row["L_d zero"] == 1) == row["name"].startswith("label_head")
    if row["name"].startswith("features"):
        assert math.isclose(row["L_d after"], LAMBDA * row["L_d before"])
        assert math.isclose(row["cosine after"], -row["cosine before"])
assert difference < 1e-12

# the domain head does not feel λ; the features do
assert head_unmoved
assert not by_weight[0.0]["features"].any()
assert np.allclose(by_weight[1.0]["features"], 2 * by_weight[0.5]["features"], rtol=1e-12)

# the numerical check agrees above the node, and below it disagrees by −λ
assert below_node.ok
assert above_node.ok
assert np.allclose(list(factors.values()), [1, LAMBDA, -LAMBDA], atol=1e-5)

# part by part, the joint sweep is a true gradient: for θf of L_y − λ L_d, for θd of L_d; those are the updates to make
assert distance(joint["features"], game) < 1e-6
assert distance(joint["domain_head"], TRUE["domain_head"]["L_d"]) < 1e-6
assert updates.ok

# chance is ln 2 or 2 ln 2, and λ doubles with it
assert np.allclose(chance, [math.log(2), 2 * math.log(2)])
assert abs(ratio - 2) < 1e-9
assert JOURNAL.domain_weight == 2 * 6.0  # the package's version of the journal's recipe (λ on both)

# two right forms and five wrong ones, by what arrives: L_y at θy and θf, L_d at θf and θd; and the doctor knows them
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
for name, (multiples, names) in expected.items():
    assert np.allclose([arriving[name][key] for key in COLUMNS], multiples, atol=1e-5), name
    assert names is None or diagnoses[name].names == names, name
assert same_at_features < 1e-12

# the forward pass knows nothing of all this
forward = [[loss.item() for loss in form(network, batch, LAMBDA)[:2]] for form in everyone.values()]
assert np.ptp(forward, axis=0).max() == 0

# trained: only the right forms gain on the target, and no single curve tells all of the wrong ones
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
assert all(one["stopped"] is None for of_seeds in runs.values() for one in of_seeds)
assert [name for name, stopped in run_off.items() if stopped is None] == ["right", "1 no reversal"]

# a softmax over one unit: nothing of L_d arrives anywhere
assert all(row["L_d before"] == row["L_d after"] == 0 and row["L_d zero"] == 1 for row in dead)
assert dead_diagnosis.names == ["zero_domain_gradient"]

# PyTorch, where it is installed, finds the same gradients and rejects the node as we do; stopping a gradient does too
assert apart is None or max(apart.values()) < 1e-12
assert rejected in (None, True)
assert np.allclose(without_a_rule, with_the_node, rtol=1e-12)

print("all facts hold")

# %% [markdown]
# - The node is the identity forward and −λ backward. No function is, and a numerical check tells so, by exactly −λ.
# - The domain head descends L_d, the features descend L_y − λ L_d, in one sweep of L_y + L_d.
# - Is the reversal really there, and with which sign? `print(probe(losses, network))`, or `check_adversarial`, or
#   compare `g[features]` with `g[reversed_features]`.
# - Four wrong forms: no reversal, subtracted, twice negative, at the wrong place. Their forward passes are all alike.
#   Ask how often each true gradient arrives at each part: + + − + is right.
# - One minus sign, in one place: in the node. Whoever sees a second one should look for the first.
#
# One step of this is clear now. Where thousands of them lead in games of two numbers, chapter 07
# ([07_the_saddle_point.py](07_the_saddle_point.py)) has shown. And with two heads, on two domains?
# [09_dann_on_moons.py](09_dann_on_moons.py) puts the whole thing to work.
