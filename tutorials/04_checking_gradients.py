# %% [markdown]
# # 4 · Checking gradients
#
# **You have written a backward rule. The loss goes down. Is the rule right?**
#
# We begin with two programs that differ in one sign. Their losses fall to the same number. In this chapter you write a
# numerical check that tells them apart: change each number a little, and measure. We choose the size of the change,
# read the answers of the check, and see how a check accuses a right rule, and how a check passes a wrong rule.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.data import moons_pair
from minidann.plots import show_figure, style
from minidann.probe import gradient_check

BLUE, ORANGE = style.OTHERS[:2]
GREY = style.CHANCE

# %% [markdown]
# ## One wrong sign, the same loss
#
# An **op** is an operation with its backward rule, as in chapter 02. This op subtracts the mean of a batch from each
# column. A change of one number changes the mean too, so the right rule is g − mean(g). The second op has a plus. Both
# stand in a small network, in front of tanh: a smooth curve from −1 to 1.


# %%
class Centre(md.Op):
    def forward(self, x):
        return x - x.mean(axis=0)

    def backward(self, grad):
        return (grad - grad.mean(axis=0),)


class CentreWithPlus(Centre):
    def backward(self, grad):
        return (grad + grad.mean(axis=0),)


pair = moons_pair(seed=0)
moons, classes = pair.x_source.astype(float), pair.y_source


def train_with(op, seed, steps=200, rate=0.5, width=16):
    """Train a network of two layers with the op between them. Return the last loss."""
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((2, width)), rng.standard_normal((width, 2)) / width**0.5, np.zeros(2)]
    for _ in range(steps):
        w1, w2, b2 = tensors = [md.Tensor(weight, requires_grad=True) for weight in weights]
        hidden = md.tanh(md.apply(op(), md.Tensor(moons) @ w1))  # (300, 2) @ (2, 16) → (300, 16)
        loss = md.cross_entropy(hidden @ w2 + b2, classes)
        g = md.backprop(loss)
        weights = [weight - rate * g[tensor] for weight, tensor in zip(weights, tensors)]
    return loss.item()


print("seed    g − mean(g)   g + mean(g)")
last_losses = {seed: (train_with(Centre, seed), train_with(CentreWithPlus, seed)) for seed in range(3)}
for seed, (minus, plus) in last_losses.items():
    print(f"{seed:4d} {minus:13.3f} {plus:13.3f}")

# %% [markdown]
# Both losses fall to nearly the same number. From the losses alone you cannot say which sign is right. (On other data
# the same mistake does harm: thing 4 to try.)
#
# ## A difference quotient
#
# As in chapter 01, we take a step h, measure the change of f, and divide. The step can go to one side or to both sides:
#
# $$\text{forward: } \frac{f(x + h) - f(x)}{h} \qquad\qquad \text{central: } \frac{f(x + h) - f(x - h)}{2h}$$
#
# How large should h be? Two errors pull in opposite directions.
#
# - **Truncation.** Within the step the curve bends away from its tangent. The forward quotient has the error h · |f″| /
#   2. In the central quotient the bend to the left and the bend to the right cancel, and the error is h² · |f‴| / 6.
# - **Rounding.** A computer knows f only up to an error of ε · |f|, where ε is 2⁻⁵² for float64 and 2⁻²³ for float32.
#   The difference of two such values is divided by h, so the error is about ε · |f| / h.
#
# We try both quotients on f(x) = eˣ at x = 1, where f, f″ and f‴ are all e.


# %%
def forward_quotient(f, x, h):
    return (f(x + h) - f(x)) / h


def central_quotient(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


steps = 2.0 ** -np.arange(1, 50)  # powers of two: x + h is then exact, unless h is too small
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

float32_error = abs(float(central_quotient(np.exp, np.float32(1), np.float32(2.0**-17))) - np.e) / np.e
print(f"float32 with a step of {2.0**-17:.1e}: {-np.log10(float32_error):.1f} digits left")


# %%
def draw_errors(errors):
    """Draw the error of each quotient over the step, with the two laws beside it."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained", sharey=True)
    looks = {
        "forward": (ORANGE, "s", lambda h: np.e * h / 2),
        "central": (BLUE, "o", lambda h: np.e * h**2 / 6),
    }
    for ax, dtype in zip(axes, (np.float64, np.float32)):
        for name, (colour, marker, truncation) in looks.items():
            hs, error = errors[dtype.__name__, name]
            ax.loglog(hs, truncation(np.float64(hs)), "--", color=colour, linewidth=1)
            ax.loglog(hs, np.maximum(error, 1e-13), marker, color=colour, markersize=4, label=f"{name} quotient")
        ax.loglog(hs, np.e * np.finfo(dtype).eps / np.float64(hs), ":", color="black", label="rounding, ε·|f| / h")
        ax.plot([], [], "--", color=GREY, label="truncation")
        ax.set(xlabel="step h", title=dtype.__name__, ylim=(1e-13, 10))
    axes[0].set_ylabel("error of the slope of eˣ at 1")
    axes[1].legend(loc="lower right", fontsize="small")
    return figure


show_figure(
    draw_errors(errors),
    "04-1",
    "The error of two difference quotients over the step, in float64 and in float32: each falls with the "
    "step until rounding makes it rise again.",
)

# %% [markdown]
# Each curve is a V. On the right arm the step is too long: the error falls with h (forward) or with h² (central). On
# the left arm rounding dominates. The best step lies between the arms. The central quotient has two advantages: its
# smallest error is smaller, and its best step is longer.
#
# Now compare the panels. In float64 a central quotient with h near 10⁻⁵ has about ten right digits, and the exact h
# matters little. In float32 a step of this size leaves two digits, and the best step leaves five. There an error of one
# per cent in a rule could look like rounding. So we always check in float64, whatever the dtype of the training.
#
# ## Write the check
#
# Now you have all the parts: `md.Tensor(array)` makes a tensor, `tensor.data` is its array, and `md.backprop(number)`
# returns the gradients. Cover the next cell, and write `check(function, inputs)` yourself. It gets a function of
# tensors, and a list of arrays. It sweeps the function once, moves each entry of each array to both sides, and returns
# the largest difference of the two gradients. One question remains: a loss is one number, but an op returns an array.
# Add the entries with **random weights**; a later section shows why a plain sum is not enough.


# %%
def check(function, inputs, h=1e-5):
    """Return the largest difference of the swept and the numerical gradients, relative to the largest of them."""
    weights = np.random.default_rng(0).standard_normal(function(*map(md.Tensor, inputs)).shape)

    def number(*arrays):
        return float((function(*map(md.Tensor, arrays)).data * weights).sum())

    tensors = [md.Tensor(array, requires_grad=True) for array in inputs]
    g = md.backprop((function(*tensors) * weights).sum())
    differences, sizes = [], []
    for k, array in enumerate(inputs):
        for i in np.ndindex(array.shape):
            up, down = array.copy(), array.copy()
            up[i] += h
            down[i] -= h
            to_both = [number(*inputs[:k], changed, *inputs[k + 1 :]) for changed in (up, down)]
            numerical = (to_both[0] - to_both[1]) / (2 * h)
            differences.append(abs(g[tensors[k]][i] - numerical))
            sizes.append(abs(numerical))
    return float(np.max(differences) / np.max(sizes))  # np.max keeps a NaN


few_moons = moons[:6]
signs = {op.__name__: check(lambda x, op=op: md.apply(op(), x), [few_moons]) for op in (Centre, CentreWithPlus)}
for name, difference in signs.items():
    print(f"{name:<15} largest relative difference {difference:.1e}")

# %% [markdown]
# The check needs no training and no second opinion: minus is right. As a rule of thumb, a right rule stays below 10⁻⁷,
# and a wrong rule is far above 10⁻³.
#
# ## The package's check
#
# `gradient_check(function, inputs)` does the same, and also says *where* the gradients differ. We write an op, x · σ(x)
# (known as SiLU), with the sigmoid σ(x) = 1/(1 + e⁻ˣ). The product rule gives its derivative, σ + x σ (1 − σ). A second
# op forgets one half of this rule.


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
# Read the answer from the top. The first line is the verdict. Next comes the worst entry with both values, swept and
# numerical. Then comes a table of the worst entries, five at the most. The check cannot know the mistake, but it shows
# the place, and often the numbers show the cause.
#
# The cause is easiest to see when the *factor is the same everywhere*. Here is a mean whose backward rule forgets to
# divide by n:


# %%
class ForgetfulMean(md.Op):
    def forward(self, x):
        self.shape = x.shape
        return np.asarray(x.mean())

    def backward(self, grad):
        return (np.broadcast_to(grad, self.shape),)  # the right rule returns grad / n


forgetful = gradient_check(lambda x: md.apply(ForgetfulMean(), x), x)
print("\n".join(forgetful.lines()))

# %% [markdown]
# The check names a mistake at a single place by its index. This op adds a bias to each row. In one column its backward
# rule leaves the last row out:


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
# ## A kink makes a right rule look wrong
#
# relu(x) = max(x, 0) has slope 0 on the left of 0 and slope 1 on the right. At 0 relu has no derivative. The sweep must
# return a number, and returns 0. A central quotient steps to both sides, and returns ½. Which value is right?

# %%
at_zero = md.Tensor(np.array(0.0), requires_grad=True)
swept_at_zero = float(md.backprop(md.relu(at_zero))[at_zero])
central_at_zero = [central_quotient(lambda v: max(v, 0.0), 0.0, h) for h in (1e-1, 1e-5, 1e-9)]
print(f"swept: {swept_at_zero:g}   central, with ever smaller steps: {central_at_zero}")

# %% [markdown]
# Neither value is wrong. At the kink every value from 0 to 1 is allowed (a *subgradient*), so ½ is no better than 0.
# Smaller steps change nothing. But a check that only compares two numbers would accuse a right rule.
#
# The check can find the kink: it looks at each side separately. On a smooth curve the slopes to the left and to the
# right approach each other as h shrinks. On a kink the two slopes stay apart. *Near* a kink the slopes differ only
# while the step is longer than the distance to the kink.

# %%
hs = 10.0 ** np.linspace(-7, 0, 29)
CASES = {
    "smooth: eˣ − 1 at 0": (lambda v: np.exp(v) - 1, 0.0),
    "on a kink: relu at 0": (lambda v: np.maximum(v, 0), 0.0),
    "a kink near by: relu at −0.0003": (lambda v: np.maximum(v, 0), -3e-4),
}
sides = {}
for name, (f, at) in CASES.items():
    sides[name] = [np.array([forward_quotient(f, at, sign * h) for h in hs]) for sign in (-1, 1)]  # left, right


def draw_sides(sides):
    figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained", sharey=True)
    for ax, (name, (left_side, right_side)) in zip(axes, sides.items()):
        ax.semilogx(hs, right_side, "^", color=ORANGE, markersize=4, label="to the right")
        ax.semilogx(hs, left_side, "v", color=BLUE, markersize=4, label="to the left")
        ax.semilogx(hs, (left_side + right_side) / 2, color="black", linewidth=1, label="central: their mean")
        ax.set(xlabel="step h", title=name)
    axes[0].set_ylabel("difference quotient")
    axes[0].legend(loc="lower left", fontsize="small")
    return figure


show_figure(
    draw_sides(sides),
    "04-2",
    "Difference quotients to the right and to the left over the step: they agree for a smooth function, "
    "never on a kink, and for small steps alone near a kink.",
)

# %% [markdown]
# In the right panel a step of 10⁻³ crosses the kink, and the mean of the slopes is 0.35. Shorter steps do not reach the
# kink, and the slope is 0. `gradient_check` uses this fact. Where the first step does not agree, it looks at both sides
# with seven steps from 10⁻³ to 10⁻⁹.

# %%
on_and_near = gradient_check(lambda x: md.relu(x).sum(), np.array([0.0, -3e-6, 0.8]))
print(on_and_near)

# %% [markdown]
# A kink does not allow every value. A swept value outside both slopes is wrong:


# %%
class Leak(md.Op):
    """relu, with a wrong gradient of −0.1 for negative inputs."""

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad):
        return (grad * np.where(self.x > 0, 1.0, -0.1),)


leak = gradient_check(lambda x: md.apply(Leak(), x).sum(), np.array([0.0, 0.8]))
print("\n".join(leak.lines()))

# %% [markdown]
# A value of exactly 0 may seem rare. Two common causes are:
#
# - **Weights that begin at 0.** Every unit is then at its kink, for every example at once.
# - **A tie.** Take the largest of three equal numbers. If one of them rises, the maximum rises. If one of them falls,
#   the maximum stays. minidann sends the gradient to the first of them.

# %%
points = rng.standard_normal((5, 2))
weights_at_0 = gradient_check(lambda w: md.relu(points @ w), np.zeros((2, 1)))
tie = gradient_check(md.max, np.array([0.5, 2.0, 2.0, 2.0]))
print("weights at 0")
print(weights_at_0)
print("\na tie of three")
print(tie)

# %% [markdown]
# (A function with many outputs, such as the first one here, becomes one number: the check adds the outputs with random
# weights. The slopes are the slopes of this sum.) These kinks are no faults, but they test little. At a kink, check at
# another point too.
#
# ## A check that cannot fail passes a wrong rule
#
# A check that passes a wrong rule is worse than a check that accuses a right rule. Here are three examples. Each rule
# below is wrong, and each check passes it.


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


class TransposedProduct(md.Op):
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
    return md.apply(TransposedProduct(), a, b)


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
# - Where the gradient is 0, a wrong factor cannot show, because 3 · 0 = 0. The check gives a warning.
# - The entries of a softmax always add up to 1. So the gradient of their plain sum is 0, and again no factor shows. If
#   the function returns the softmax itself, `gradient_check` weighs the entries with random numbers.
# - If a holds only ones and the result is summed, the gradient of b is the same number everywhere. The transposed
#   gradient is then equal to the right one. There is no warning here, because no gradient is 0. Only a point without
#   symmetry shows the mistake.
#
# **A good check point** is random, so it has no zeros, no ties and no symmetry. It has a different size along each
# axis, so a transposed gradient has the wrong shape. Its outputs have unequal weights. It is small, so that every entry
# can be checked, and it is in float64. One point is not enough: check at several.
#
# ## The op that must fail
#
# This course is about an op whose backward rule is *not* the derivative. It returns x unchanged, and multiplies the
# gradient by −λ on the way back: the **gradient reversal** of chapter 08. Forward the op is the identity, so the check
# expects the derivative 1. The sweep never gives 1.

# %%
LAMBDA = 0.7


def reversed_tanh(x):
    return md.tanh(md.reverse_gradient(x, LAMBDA))


reversal = gradient_check(reversed_tanh, x)
print("\n".join(reversal.lines()))
print()
with_factor = gradient_check(reversed_tanh, x, factor=-LAMBDA)
print(with_factor)
print()
without_node = gradient_check(md.tanh, x, factor=-LAMBDA)
print("without the reversal:\n" + "\n".join(without_node.lines()))

# %% [markdown]
# So we do not switch the check off for this op. We give the check the law of the op: below a reversal the swept
# gradient is −λ times the numerical gradient. With `factor` the check is as exact as before, and it fails if the
# reversal is missing.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. In `check` set `h=1e-2`, then `h=1e-12`. For `Centre` the difference stays below 1e-10 with the first: this op is a
#    straight line, and a straight line has no truncation. With the second it is above 1e-6: rounding.
# 2. In `SiLU.backward` write `1 + s` in the place of `1 - s`. `gradient_check` must say "6 of 6 entries are at fault".
# 3. Let `check` add the entries with ones, `weights = np.ones(…)`. What does it say of `Centre`? (The sum of centred
#    numbers is 0 for every x, so its gradient is 0, and only rounding is left to compare. Random weights prevent this.)
# 4. Move the moons: `pair.x_source.astype(float) + [10.0, 0.0]` in the line of `moons, classes`. The wrong sign now
#    ends about 0.008 above the right one, with each seed (0.070 and 0.061 with the first).
# 5. In ten lines: write an op for x / (1 + |x|) (softsign). Its derivative is 1 / (1 + |x|)². Your check must be below
#    1e-7 at random points.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 4`.
#
# ## Facts
#
# The facts of the next cell hold for any change of seeds, points and λ.

# %%
assert signs["Centre"] < 1e-7, "the check passes the right sign"
assert signs["CentreWithPlus"] > 1e-3, "the check finds the wrong sign"
assert best["float64", "central"][1] < best["float64", "forward"][1], "two sides are more exact than one"
assert best["float64", "central"][0] > best["float64", "forward"][0], "and their best step is longer"
assert right, "the right SiLU passes"
assert not wrong, "half of the product rule fails"
assert swept_at_zero == 0, "the sweep gives relu the slope 0 at 0"
assert np.allclose(central_at_zero, 0.5), "on a kink the central quotient is the mean of two slopes, for every step"
assert not leak, "a slope outside both sides is wrong, on a kink too"
assert weights_at_0, "weights at 0 are kinks, and no fault"
assert all(fooled.values()), "a wrong rule can pass at a poor point"
assert not any(caught.values()), "and fails at a better point"
assert abs(reversal.inputs[0]["found"] + LAMBDA) < 1e-8, "the reversal differs by the factor −λ"
assert with_factor, "with this factor the check passes"
assert not without_node, "and it fails without the reversal"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
gap = {name: np.abs(right_side - left_side) for name, (left_side, right_side) in sides.items()}
smooth, on, near = gap.values()
assert all(abs(minus - plus) < 0.003 for minus, plus in last_losses.values()), PRINTED + "both signs reach equal losses"
assert 1e-7 < best["float64", "central"][0] < 1e-4, PRINTED + "the best step is near 1e-5 in float64"
assert best["float64", "central"][1] < 1e-10, PRINTED + "there a slope has ten right digits"
assert best["float32", "central"][1] > 1e-6, PRINTED + "float32 never has more than six"
assert float32_error > 1e-3, PRINTED + "float32 with a step of 1e-5 has two or three"
assert abs(forgetful.inputs[0]["found"] - 6) < 1e-6, PRINTED + "the forgetful mean is 6 times too large"
wrong_places = [row["entry"] for row in one_place.entries if row["verdict"] == "wrong"]
assert wrong_places == ["bias[1]"], PRINTED + "the check names the one wrong place"
verdicts = [row["verdict"] for row in on_and_near.entries]
assert verdicts == ["kink", "right", "right"], PRINTED + "one entry of the three is on a kink"
assert [row["verdict"] for row in tie.entries] == ["right", "kink", "kink", "kink"], PRINTED + "a tie is a kink"
assert smooth[0] < 1e-6, PRINTED + "on a smooth curve both sides agree for small steps"
assert np.allclose(on, 1), PRINTED + "on a kink they never agree"
assert near[hs < 2e-4].max() == 0, PRINTED + "near a kink they agree for small steps"

print("all facts hold")

# %% [markdown]
# **You can now** write a numerical check, choose its step and its point, and read its answer: a wrong factor, a wrong
# place, a kink, or a rule that differs from the derivative on purpose.
#
# **Next:** [05_convolution.py](05_convolution.py). With this check we can write larger rules. How does a network read a
# picture?
