# %% [markdown]
# # 8 · The reversal node
#
# **Two players share the same features. One, the domain head, wants to tell the domains apart. The other, the features,
# wants it to fail. How can a *single* backward pass give each of them the gradient it wants?**
#
# The answer of Ganin and Lempitsky (arXiv:1409.7495) is one node of the graph, with two lines of code in it. We take
# it apart, look at the gradient on both sides of it, and find that the best test we have for a backward rule, the
# numerical check, rejects it. It must.

# %%
import inspect
import math
import warnings
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import DANN, JOURNAL, MOONS, Training
from minidann.data import moons_pair
from minidann.engine.ops.reversal import GradientReversal
from minidann.nn import Dense, Sequential, Tanh
from minidann.plots import style

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
# we take one batch and stop training. All that follows is one moment in the life of this network.

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
batch = training.draw()
LAMBDA = 0.7
losses = network.losses(*batch, adapt_weight=LAMBDA)
features, reversed_features = losses.features, losses.reversed_features
print(f"batch: {len(batch.x_source)} source points, {len(batch.x_target)} target points; λ = {LAMBDA}")
print(f"L_y = {losses.label.item():.4f}   L_d = {losses.domain.item():.4f} (chance: ln 2 = {math.log(2):.4f})")
print("above the node:", reversed_features)
print("below the node:", features)
print("the same numbers:", np.array_equal(features.data, reversed_features.data))

# %% [markdown]
# ## Before and after
#
# `md.backprop(loss)` returns the gradient of *every* tensor of the graph, so both sides of the node can be read off. We
# sweep L_y alone, L_d alone, and their sum, which is what training sweeps.

# %%
sweeps = {
    "L_y": md.backprop(losses.label),
    "L_d": md.backprop(losses.domain),
    "L_y + L_d": md.backprop(losses.label + losses.domain),
}
parts = network.parts()
theta = {part: list(named.values()) for part, named in parts.items()}


def flat(g, part):
    """All gradients of one part as one vector."""
    return np.concatenate([g[parameter].ravel() for parameter in theta[part]])


print(f"{'size of the gradient at':36}" + "".join(f"{name:>11}" for name in sweeps))
rows = {
    "domain head, θd": lambda g: flat(g, "domain_head"),
    "features above the node": lambda g: g[reversed_features],
    "features below the node": lambda g: g[features],
    "label head, θy": lambda g: flat(g, "label_head"),
    "feature layers, θf": lambda g: flat(g, "features"),
}
for row, read in rows.items():
    print(f"{row:36}" + "".join(f"{np.linalg.norm(read(g)):11.5f}" for g in sweeps.values()))

above, below = sweeps["L_d"][reversed_features], sweeps["L_d"][features]
print("\nL_d, at the first source point:   above", above[0], "  below", below[0])
print("below = −λ · above, to the last bit, at every point:", np.array_equal(below, -LAMBDA * above))

# %% [markdown]
# Read the table by columns. L_y never goes near the domain head: zeros above the node. L_d never goes near the label
# head. Both arrive at the features, and there they meet: in the last column the two gradients are simply added.

# %%
below_node = {name: g[features] for name, g in sweeps.items()}
difference = np.abs(below_node["L_y + L_d"] - (below_node["L_y"] + below_node["L_d"])).max()
print(f"joint sweep against the sum of the two sweeps, largest difference at the features: {difference:.1e}")

# %% [markdown]
# ## The domain head does not feel λ
#
# The node stands *below* the domain head, so whatever λ is, what arrives at θd has not passed it yet.

# %%
by_weight = {}
print("   λ   |∂L_d/∂θd|   |∂L_d/∂θf|")
for weight in (0.0, 0.5, 1.0):
    g = md.backprop(network.losses(*batch, adapt_weight=weight).domain)
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


# %%
def numerical(loss, tensors, h=1e-5):
    """Central differences of loss() for every weight in ``tensors``, as one vector."""
    slopes = []
    for tensor in tensors:
        for i in np.ndindex(tensor.shape):
            kept, ends = tensor.data[i], []
            for moved in (kept + h, kept - h):
                tensor.data[i] = moved
                with md.no_grad():
                    ends.append(loss())
            tensor.data[i] = kept
            slopes.append((ends[0] - ends[1]) / (2 * h))
    return np.array(slopes)


def domain_loss():
    return network.losses(*batch, adapt_weight=LAMBDA).domain.item()


checked = {part: numerical(domain_loss, theta[part]) for part in ("features", "domain_head")}
swept = {part: flat(sweeps["L_d"], part) for part in checked}
print("part           weight   numerical        swept    swept / numerical")
for part in checked:
    for i in np.argsort(-np.abs(checked[part]))[:3]:  # the three steepest
        n, s = checked[part][i], swept[part][i]
        print(f"{part:12} {i:8d} {n:+11.6f} {s:+12.6f} {s / n:+20.6f}")


def distance(a, b):
    """The largest difference, as a share of the largest entry."""
    return np.abs(a - b).max() / np.abs(b).max()


print(f"\ndomain head: swept = numerical      up to {distance(swept['domain_head'], checked['domain_head']):.1e}")
print(f"features:    swept = −λ · numerical up to {distance(swept['features'], -LAMBDA * checked['features']):.1e}")
print(f"features:    swept = numerical      fails by 1 + λ: {distance(swept['features'], checked['features']):.2f}")

# %% [markdown]
# So the check is not useless here: it tells *which* factor, with its sign. A node that has been left out gives +1. A
# node with λ typed as −0.7 gives +0.7. Only a working reversal gives −0.7.
#
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
def game_loss():
    """What the features descend: L_y − λ L_d."""
    now = network.losses(*batch, adapt_weight=LAMBDA)
    return now.label.item() - LAMBDA * now.domain.item()


joint = {part: flat(sweeps["L_y + L_d"], part) for part in theta}
game = numerical(game_loss, theta["features"])
print(f"θf: joint sweep against the numerical gradient of L_y − λ L_d: {distance(joint['features'], game):.1e}")
print(f"θd: joint sweep against the numerical gradient of L_d:         "
      f"{distance(joint['domain_head'], checked['domain_head']):.1e}")  # fmt: skip

# %% [markdown]
# ## A picture
#
# Each point is one example, drawn at its two features; black is the domain head's boundary. An arrow shows where
# gradient descent would send the point. On the left the gradient *above* the node: to please the domain head, source
# points ought to go deeper into the orange side, target points into the green one, and those on the wrong side most
# of all. On the right the gradient *below* it: the same arrows, turned round and shortened by λ. That is the push the
# features really get: each point towards, and into, the other domain's side.

# %%
points, is_target = features.data, losses.domains[:, 0] > 0
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
# ## Where λ acts, and two common mistakes
#
# In print λ stands in two places. In the conference paper the node multiplies by −λ, and the domain head learns at
# its full rate. In the journal paper's algorithm the domain head's update carries λ as well. Both are right; they
# differ only in how fast the domain head learns.
#
# Two other forms are found in real code. In one there is no reversal at all. In the other λ·L_d is *subtracted* and
# there is no node: that turns the sign for the features as wished, and also for the domain head, which then learns to
# be wrong.
#
# All four can be told apart by one thing: how many times the true ∂L_d arrives at each part. Descent moves against the
# gradient, so + means "makes L_d smaller". Wanted: − at the features, + at the domain head.


# %%
def domain_term(form):
    """The term that is added to L_y."""
    if form == "λ on the features only":
        return network.losses(*batch, adapt_weight=LAMBDA).domain
    if form == "λ on both":
        return LAMBDA * network.losses(*batch, adapt_weight=1.0).domain
    everybody = np.concatenate([batch.x_source, batch.x_target])
    no_node = md.binary_cross_entropy(network.domain_head(network.features(everybody)), losses.domains)
    return LAMBDA * no_node if form == "no reversal" else -LAMBDA * no_node


FORMS = {
    "λ on the features only": "L_y + L_d(R_λ)",
    "λ on both": "L_y + λ·L_d(R_1)",
    "no reversal": "L_y + λ·L_d",
    "subtracted, no node": "L_y − λ·L_d",
}
shares = {}
print(f"{'form':24} {'what is swept':18} {'features':>9} {'domain head':>12}   verdict")
for form, formula in FORMS.items():
    g = md.backprop(domain_term(form))
    shares[form] = {part: flat(g, part) @ true / (true @ true) for part, true in checked.items()}
    for_features, for_head = shares[form]["features"], shares[form]["domain_head"]
    verdict = "the features help it" if for_features > 0 else "its head learns to be wrong" if for_head < 0 else "right"
    print(f"{form:24} {formula:18} {for_features:+9.3f} {for_head:+12.3f}   {verdict}")

# %% [markdown]
# ## Mean or sum?
#
# One more thing changes what a λ means. Here L_d is the mean over the joined batch. The journal paper takes a mean over
# each domain and *adds* the two. With halves of equal size its loss is twice ours, and so is its gradient.

# %%
n = len(batch.x_source)


def domain_losses(logits):
    """L_d in both conventions: the mean over the joined batch, and the sum of the two domains' means."""
    joined = md.binary_cross_entropy(logits, losses.domains)
    halves = (md.binary_cross_entropy(logits[half], losses.domains[half]) for half in (slice(0, n), slice(n, None)))
    return joined, sum(halves)


knows_nothing = md.Tensor(np.zeros((2 * n, 1)))
chance = [loss.item() for loss in domain_losses(knows_nothing)]
both = domain_losses(losses.domain_logits)
here, journal = (flat(md.backprop(loss), "features") for loss in both)
ratio = journal @ here / (here @ here)
print(f"a head that knows nothing:   mean {chance[0]:.4f} = ln 2      sum of means {chance[1]:.4f} = 2 ln 2")
print(f"gradient at θf, sum of means over mean: {ratio:.6f}")

# %% [markdown]
# For the same push on the features, then, λ here must be twice the journal's: **λ_here = 2 λ_journal**. Its λ = 6 for
# the moons is a λ of 12 in this package. Whoever quotes a λ should say which loss it multiplies, and where.
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

# each loss reaches the parts it should, and at the features the two add up
assert not flat(sweeps["L_y"], "domain_head").any()
assert not flat(sweeps["L_d"], "label_head").any()
assert difference < 1e-12

# the domain head does not feel λ; the features do
assert head_unmoved
assert not by_weight[0.0]["features"].any()
assert np.allclose(by_weight[1.0]["features"], 2 * by_weight[0.5]["features"], rtol=1e-12)

# the numerical check agrees above the node, and below it disagrees by −λ
assert distance(swept["domain_head"], checked["domain_head"]) < 1e-6
assert distance(swept["features"], -LAMBDA * checked["features"]) < 1e-6
assert abs(distance(swept["features"], checked["features"]) - (1 + LAMBDA)) < 1e-6

# part by part, the joint sweep is a true gradient: for θf of L_y − λ L_d, for θd of L_d
assert distance(joint["features"], game) < 1e-6
assert distance(joint["domain_head"], checked["domain_head"]) < 1e-6

# the four forms differ in signs and sizes
expected = {
    "λ on the features only": (-LAMBDA, 1.0),
    "λ on both": (-LAMBDA, LAMBDA),
    "no reversal": (LAMBDA, LAMBDA),
    "subtracted, no node": (-LAMBDA, -LAMBDA),
}
for form, wanted in expected.items():
    assert np.allclose([shares[form]["features"], shares[form]["domain_head"]], wanted, atol=1e-6), form

# chance is ln 2 or 2 ln 2, and λ doubles with it
assert np.allclose(chance, [math.log(2), 2 * math.log(2)])
assert abs(ratio - 2) < 1e-9
assert JOURNAL.domain_weight == 2 * 6.0  # the package's version of the journal's recipe (λ on both)

# %% [markdown]
# - The node is the identity forward and −λ backward. No function is, and a numerical check tells so, by exactly −λ.
# - The domain head descends L_d, the features descend L_y − λ L_d, in one sweep of L_y + L_d.
# - Is the reversal really there, and with which sign? Compare `g[features]` with `g[reversed_features]`, or look at
#   the sign of ∂L_d at each part.
#
# One step of this is clear now. What happens when both players take thousands of steps?
# [09_dann_on_moons.py](09_dann_on_moons.py) puts the whole thing to work.
