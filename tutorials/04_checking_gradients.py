# %% [markdown]
# # 4 · Checking gradients
#
# **You have written a backward rule. The loss goes down. Is the rule right?**
#
# That the loss goes down proves little: half of the right gradient goes down as well, and so does a gradient that is
# wrong at one weight in a hundred. There is one test that knows nothing of backward rules and so cannot share their
# mistakes: move each number a little, and look. In this chapter we find out how little is little enough, read the
# answers of such a test, let it fool us, on both sides of the truth, and come to an op that must fail it.

# %%
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import DANN, MOONS, build_dann
from minidann.data import moons_pair
from minidann.plots import style
from minidann.probe import check_adversarial, gradient_check

warnings.filterwarnings("ignore", message=".*non-interactive")  # plt.show() with nowhere to show

started = time.perf_counter()
BLUE, ORANGE = style.CLASSES
GREY = "#777777"

# %% [markdown]
# ## A difference quotient
#
# Chapter 1 had the idea: go a step h, see how far f moves, divide. One may step to one side, or to both:
#
# $$\text{forward: } \frac{f(x + h) - f(x)}{h} \qquad\qquad \text{central: } \frac{f(x + h) - f(x - h)}{2h}$$
#
# How large should h be? Two errors pull in opposite directions.
#
# - **Truncation.** Within the step the curve bends away from its tangent. Forward, the error is h · |f″| / 2. Central,
#   the bend to the left and the bend to the right cancel, and h² · |f‴| / 6 is left.
# - **Rounding.** f is known to some digits only: to ε · |f|, where ε is 2⁻⁵² for float64 and 2⁻²³ for float32. The
#   difference of two such values is divided by h: ε · |f| / h.
#
# We try it on f(x) = eˣ at x = 1, where f, f″ and f‴ are all e.


# %%
def forward_quotient(f, x, h):
    return (f(x + h) - f(x)) / h


def central_quotient(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


steps = 2.0 ** -np.arange(1, 50)  # powers of two: x + h is then exact for as long as h is not lost beside x
errors = {}
for dtype in (np.float64, np.float32):
    x, hs = dtype(1), steps[steps > 4 * np.finfo(dtype).eps].astype(dtype)
    for name, quotient in {"forward": forward_quotient, "central": central_quotient}.items():
        errors[dtype.__name__, name] = hs, np.abs(np.float64([quotient(np.exp, x, h) for h in hs]) - np.e)

best = {}
print(f"{'precision':10}{'quotient':10}{'best step':>11}{'error there':>13}{'digits left':>13}")
for (precision, name), (hs, error) in errors.items():
    i = error.argmin()
    best[precision, name] = float(hs[i]), float(error[i] / np.e)
    print(f"{precision:10}{name:10}{hs[i]:11.1e}{error[i]:13.1e}{-np.log10(error[i] / np.e):13.1f}")

usual = abs(float(central_quotient(np.exp, np.float32(1), np.float32(2.0**-17))) - np.e) / np.e
print(f"float32 with a step of {2.0**-17:.1e}: {-np.log10(usual):.1f} digits left")

figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained", sharey=True)
for ax, dtype in zip(axes, (np.float64, np.float32)):
    eps = np.finfo(dtype).eps
    for name, colour, marker, truncation in (
        ("forward", ORANGE, "s", lambda h: np.e * h / 2),
        ("central", BLUE, "o", lambda h: np.e * h**2 / 6),
    ):
        hs, error = errors[dtype.__name__, name]
        ax.loglog(hs, truncation(np.float64(hs)), "--", color=colour, linewidth=1)
        ax.loglog(hs, np.maximum(error, 1e-13), marker, color=colour, markersize=4, label=f"{name} quotient")
    ax.loglog(hs, np.e * eps / np.float64(hs), ":", color="black", label="rounding, ε·|f| / h")
    ax.plot([], [], "--", color=GREY, label="truncation")
    ax.set(xlabel="step h", title=dtype.__name__, ylim=(1e-13, 10))
axes[0].set_ylabel("error of the slope of eˣ at 1")
axes[1].legend(loc="lower right", fontsize="small")
plt.show()

# %% [markdown]
# Each curve is a V. On its right arm the step is too long, and the error falls with h (forward) or with h² (central).
# On its left arm rounding takes over. In between lies the best step, and it pays twice to be central: the V goes
# deeper, and its bottom lies further to the right.
#
# Now compare the panels. In float64 a central quotient with h near 10⁻⁵ is good to ten digits, and it does not matter
# much which h. In float32 that step leaves two digits, and the best of all steps five, if one knew which it is. There,
# a rule that is wrong by one per cent could pass for rounding. Therefore a check is made in float64, whatever the
# network is trained in.
#
# ## Checking an op of your own
#
# `gradient_check(function, inputs)` sweeps the function once, and beside it moves each entry of each input to both
# sides. We write an op, x · σ(x) (known as SiLU), with the product rule for its derivative, σ + x σ (1 − σ), and a
# second one in which somebody has forgotten half of the rule.


# %%
def sigma(x):
    return 1 / (1 + np.exp(-x))


class SiLU(md.Op):
    """y = x·σ(x);  gx = g·(σ + x·σ·(1 − σ))."""

    def forward(self, x):
        self.x = x
        return x * sigma(x)

    def backward(self, grad):
        s = sigma(self.x)
        return (grad * (s + self.x * s * (1 - s)),)


class HalfSiLU(SiLU):
    def backward(self, grad):
        return (grad * sigma(self.x),)


rng = np.random.default_rng(0)
x = rng.standard_normal((2, 3))
right = gradient_check(lambda x: md.apply(SiLU(), x), x)
wrong = gradient_check(lambda x: md.apply(HalfSiLU(), x), x)
print(right)
print()
print(wrong)

# %% [markdown]
# Read it from the top. First the verdict. Then the worst entry with both values: what the sweep says and what moving
# says. Then a table. The check cannot know what was forgotten, but it says where to look, and often the numbers tell.
#
# They tell most when they are off by the *same factor everywhere*. Here is a mean whose backward rule forgets to divide
# by n:


# %%
class ForgetfulMean(md.Op):
    def forward(self, x):
        self.shape = x.shape
        return np.asarray(x.mean())

    def backward(self, grad):
        return (np.broadcast_to(grad, self.shape),)  # a mean hands back grad / n


forgetful = gradient_check(lambda x: md.apply(ForgetfulMean(), x), x)
print("\n".join(forgetful.lines()))

# %% [markdown]
# And a mistake at a single place is named by its index. This op adds a bias to each row, and in one column it leaves
# the last row out of the gradient:


# %%
class AddBias(md.Op):
    def forward(self, x, bias):
        return x + bias

    def backward(self, grad):
        gbias = grad.sum(axis=0)
        gbias[1] -= grad[-1, 1]
        return grad, gbias


one_place = gradient_check(lambda x, bias: md.apply(AddBias(), x, bias), [x, rng.standard_normal(3)])
print("\n".join(one_place.lines()))

# %% [markdown]
# ## Fooled by a kink
#
# relu(x) = max(x, 0) has slope 0 on the left of 0 and slope 1 on its right. At 0 itself it has no derivative. The sweep
# must say something, and says 0. A central quotient steps to either side, and says ½. Who is right?

# %%
at_zero = md.Tensor(np.array(0.0), requires_grad=True)
swept_at_zero = float(md.backprop(md.relu(at_zero))[at_zero])
central_at_zero = [central_quotient(lambda v: max(v, 0.0), 0.0, h) for h in (1e-1, 1e-5, 1e-9)]
print(f"swept: {swept_at_zero:g}   central, with ever smaller steps: {central_at_zero}")

# %% [markdown]
# Nobody is wrong. Any value from 0 to 1 is as good as any other here (a *subgradient*), and ½ is no better than 0. It
# does not get better with smaller steps either. But a check that only compares two numbers would accuse a right rule.
#
# How can it know? By looking at the two sides apart. On a smooth curve the slopes to the left and to the right approach
# each other as h shrinks. On a kink they do not. And on a kink *near by*, they differ only until the step has become
# shorter than the way to it.

# %%
hs = 10.0 ** np.linspace(-7, 0, 29)
CASES = {
    "smooth: eˣ − 1 at 0": (lambda v: np.exp(v) - 1, 0.0),
    "on a kink: relu at 0": (lambda v: np.maximum(v, 0), 0.0),
    "a kink near by: relu at −0.0003": (lambda v: np.maximum(v, 0), -3e-4),
}
figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained", sharey=True)
sides = {}
for ax, (name, (f, at)) in zip(axes, CASES.items()):
    right_side = np.array([forward_quotient(f, at, h) for h in hs])
    left_side = np.array([forward_quotient(f, at, -h) for h in hs])
    sides[name] = left_side, right_side
    ax.semilogx(hs, right_side, "^", color=ORANGE, markersize=4, label="to the right")
    ax.semilogx(hs, left_side, "v", color=BLUE, markersize=4, label="to the left")
    ax.semilogx(hs, (left_side + right_side) / 2, color="black", linewidth=1, label="central: their mean")
    ax.set(xlabel="step h", title=name)
axes[0].set_ylabel("difference quotient")
axes[0].legend(loc="lower left", fontsize="small")
plt.show()

# %% [markdown]
# In the right panel a step of 10⁻³ is caught across the kink, and the mean says 0.35. With shorter steps the kink is
# out of reach, and the slope is 0, without any doubt. `gradient_check` does just this: where the first step does not
# agree, it looks at both sides with seven steps from 10⁻³ to 10⁻⁹.

# %%
on_and_near = gradient_check(lambda x: md.relu(x).sum(), np.array([0.0, -3e-6, 0.8]))
print(on_and_near)

# %% [markdown]
# A kink is no excuse for everything. If the swept value lies outside both slopes, no choice explains it:


# %%
class Leak(md.Op):
    """relu, with a backward rule that means well."""

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad):
        return (grad * np.where(self.x > 0, 1.0, -0.1),)


leak = gradient_check(lambda x: md.apply(Leak(), x).sum(), np.array([0.0, 0.8]))
print("\n".join(leak.lines()))

# %% [markdown]
# One may think that nobody ever sits exactly at 0. Two common ways to get there:
#
# - **weights that begin at 0.** Every unit is then at its kink, for every example at once;
# - **a tie.** The largest of three equal numbers: raise any of them and the maximum rises, lower it and nothing
#   happens. minidann sends the gradient to the first of them.

# %%
points = rng.standard_normal((5, 2))
weights_at_0 = gradient_check(lambda w: md.relu(points @ w), np.zeros((2, 1)))
tie = gradient_check(md.max, np.array([0.5, 2.0, 2.0, 2.0]))
print("weights at 0")
print(weights_at_0)
print("\na tie of three")
print(tie)

# %% [markdown]
# (With many outputs, as in the first of these, the check adds them up with random weights; its slopes are those of that
# sum.) So these are no faults, but neither are they a test of much. Kinks are a reason to check somewhere else.
#
# ## Fooled by a check that cannot fail
#
# Worse than a check that accuses a right rule is one that passes a wrong one. Three of them. Each rule below is wrong,
# and each check says yes.


# %%
class ThirdOfTanh(md.Op):
    """tanh, with a third of its gradient."""

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad):
        return (grad * (1 - self.y**2) / 3,)


class SharpSoftmax(md.Op):
    """Softmax along the rows, with a rule that is twice too large."""

    def forward(self, z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        return self.p

    def backward(self, grad):
        return (2 * self.p * (grad - (grad * self.p).sum(axis=1, keepdims=True)),)


class TurnedProduct(md.Op):
    """a @ b for square a and b, with the gradient of b transposed."""

    def forward(self, a, b):
        self.a, self.b = a, b
        return a @ b

    def backward(self, grad):
        return grad @ self.b.T, (self.a.T @ grad).T


def layer(x):
    return lambda w: md.apply(ThirdOfTanh(), x @ w)


def softmax(z):
    return md.apply(SharpSoftmax(), z)


def product(a, b):
    return md.apply(TurnedProduct(), a, b)


w, z, a, b = (rng.standard_normal(shape) for shape in ((2, 4), (3, 4), (3, 3), (3, 3)))
fooled = {
    "examples that are all 0": gradient_check(layer(np.zeros((5, 2))), w),
    "a softmax, summed with ones": gradient_check(lambda z: softmax(z).sum(), z),
    "symmetrical inputs": gradient_check(lambda a, b: product(a, b).sum(), [np.ones((3, 3)), b]),
}
caught = {
    "examples that are all 0": gradient_check(layer(points), w),
    "a softmax, summed with ones": gradient_check(softmax, z),
    "symmetrical inputs": gradient_check(product, [a, b]),
}
for name in fooled:
    print(f"{name}: passed {bool(fooled[name])}; at a better point: passed {bool(caught[name])}")
    print("   " + "\n   ".join(fooled[name].lines()[1:] or ["(no warning)"]))

# %% [markdown]
# - Where the gradient is 0, no factor shows: 0 is three times 0. The check gives a warning.
# - The entries of a softmax add up to 1, whatever goes in. Summed with ones, its gradient is 0 and the same holds.
#   Handed the softmax itself, `gradient_check` weighs its entries with random numbers.
# - With ones for a, under a sum, the gradient of b is the same number everywhere: transposed it is what it was. Here
#   nothing warns, for nothing is 0. Only a point without symmetry can see it.
#
# **A good check point** is random, and so has no zeros, no ties and no symmetry; it has a different size along each
# axis, so that what is transposed does not even fit; it weighs its outputs unevenly; it is small, so that every entry
# can be looked at, and in float64. And it is not the only one.
#
# ## The op that must fail
#
# The heart of this package is a node that hands x on unchanged, and multiplies the gradient by −λ on its way back
# (chapter 8). Forward it is the identity, so the check expects the derivative 1. It will never get it.

# %%
LAMBDA = 0.7


def game(x):
    return md.tanh(md.reverse_gradient(x, LAMBDA))


reversal = gradient_check(game, x)
print("\n".join(reversal.lines()))
print()
law = gradient_check(game, x, factor=-LAMBDA)
print(law)
print()
forgotten = gradient_check(md.tanh, x, factor=-LAMBDA)
print("without a node:\n" + "\n".join(forgotten.lines()))

# %% [markdown]
# So we do not switch the check off for this node. We tell it the law: below a reversal the swept gradient is −λ times
# the numerical one, exactly. With `factor` the check is as sharp as before, and a node that was left out fails it.
#
# ## A whole network at once
#
# A DANN has such a node somewhere in the middle. What should one sweep of L_y + L_d then give? The paper
# (arXiv:1409.7495, Eqs. 4–6) has three updates, one for each part of the network: the features θf, the label head θy,
# and the domain head θd, with a learning rate μ:
#
# $$\theta_f \leftarrow \theta_f - \mu \left(\frac{\partial L_y}{\partial \theta_f}
# - \lambda \frac{\partial L_d}{\partial \theta_f}\right) \qquad
# \theta_y \leftarrow \theta_y - \mu \frac{\partial L_y}{\partial \theta_y} \qquad
# \theta_d \leftarrow \theta_d - \mu \frac{\partial L_d}{\partial \theta_d}$$
#
# `check_adversarial` computes them apart: it sweeps each loss by itself with every reversal set to +1, confirms these
# sweeps by moving the weights, puts them together by the three equations, and compares with the one sweep of the sum.

# %%
pair = moons_pair(seed=0)
network = build_dann((2,), 2, MOONS, np.random.default_rng(0))
batch = pair.x_source[:64], pair.y_source[:64], pair.x_target[:64]
healthy = check_adversarial(network, batch, adapt_weight=LAMBDA)
print(healthy)

# %% [markdown]
# The columns with × say how often each true gradient was found in the one sweep, and "wanted" how often it should be
# there. Now two networks with a mistake that trains without complaint. In the first, the node was forgotten. In the
# second it stands above the domain head instead of below it.


# %%
class NodeForgotten(DANN):
    def losses(self, x_source, y_source, x_target, adapt_weight, with_domain_loss=True, rng=None):
        found = super().losses(x_source, y_source, x_target, adapt_weight, with_domain_loss, rng)
        found.domain_loss = md.binary_cross_entropy_with_logits(
            self.domain_head(found.features, rng), found.domain_labels
        )
        return found


class NodeAboveTheHead(DANN):
    def losses(self, x_source, y_source, x_target, adapt_weight, with_domain_loss=True, rng=None):
        found = super().losses(x_source, y_source, x_target, adapt_weight, with_domain_loss, rng)
        logits = md.reverse_gradient(self.domain_head(found.features, rng), adapt_weight)
        found.domain_loss = md.binary_cross_entropy_with_logits(logits, found.domain_labels)
        return found


mistakes = {}
for kind in (NodeForgotten, NodeAboveTheHead):
    mistaken = kind(network.features, network.label_head, network.domain_head)
    mistakes[kind.__name__] = found = check_adversarial(mistaken, batch, adapt_weight=LAMBDA)
    print(f"{kind.__name__}\n{found}\n")

# %% [markdown]
# Both networks have the losses of the healthy one, to the last bit, and both can lower the label loss. Only the
# gradients give them away.
#
# ## What we now know

# %%
# The V: central beats forward, its best step is the longer one, and float32 is too coarse for a check.
assert best["float64", "central"][1] < 1e-10
assert best["float64", "forward"][1] > 1e-9
assert best["float64", "central"][0] > best["float64", "forward"][0]
assert 1e-7 < best["float64", "central"][0] < 1e-4
assert best["float32", "central"][1] > 1e-6
assert usual > 1e-3

# A right op passes. Wrong ones do not, and the answer says where and by which factor.
assert right
assert not wrong
assert abs(forgetful.inputs[0]["found"] - 6) < 1e-6
assert [row["entry"] for row in one_place.entries if row["verdict"] == "wrong"] == ["bias[1]"]

# On a kink a central quotient is the mean of two slopes, and no step mends that. The sweep's choice is no fault.
assert swept_at_zero == 0
assert np.allclose(central_at_zero, 0.5)
assert [row["verdict"] for row in on_and_near.entries] == ["kink", "right", "right"]
assert not leak
assert weights_at_0
assert [row["verdict"] for row in tie.entries] == ["right", "kink", "kink", "kink"]

# A smooth curve, a kink, and a kink near by can be told apart by their two sides.
gap = {name: np.abs(right_side - left_side) for name, (left_side, right_side) in sides.items()}
smooth, on, near = gap.values()
assert smooth[0] < 1e-6
assert np.allclose(on, 1)
assert near[hs < 2e-4].max() == 0
assert near[-1] > 0.9

# A wrong rule passes where it cannot show, and is caught at a better point.
assert all(fooled.values())
assert not any(caught.values())

# The reversal fails by −λ exactly, and its law can be checked as sharply as any derivative.
assert abs(reversal.inputs[0]["found"] + LAMBDA) < 1e-8
assert law
assert not forgotten

# One sweep makes the three updates of the paper, and two mistakes that leave the losses alone are named.
assert healthy
assert abs(mistakes["NodeForgotten"]["features"]["× L_d"] - 1) < 1e-9
assert abs(mistakes["NodeAboveTheHead"]["domain_head"]["× L_d"] + LAMBDA) < 1e-9
assert not any(mistakes.values())

print(f"all facts hold ({time.perf_counter() - started:.1f} s)")

# %% [markdown]
# - A central quotient in float64 knows a slope to about ten digits, with a step near 10⁻⁵. It knows nothing of your
#   backward rule, and that is its worth.
# - On a kink it is the mean of two slopes, and no judge. Near one, take shorter steps.
# - A check can only find what shows at its point. Choose the point so that everything shows.
# - A reversal must fail by exactly −λ. That is a law, and can be checked.
#
# **Next:** [05_convolution_and_pooling.py](05_convolution_and_pooling.py). With a judge at hand we can dare to write
# larger rules. How does a network read a picture?
