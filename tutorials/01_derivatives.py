# %% [markdown]
# # 1 · Derivatives by hand, and why the order matters
#
# **You turn one weight a little. By how much does the loss move, and how can you know without trying?**
#
# A network learns by asking this about every weight it has, thousands of times. In this chapter we answer it on paper,
# check the answer by changing the weight, and meet the three rules that every automatic differentiator stands on:
# multiply along a way, add where ways meet, and never pass a number on before it is complete.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np

import minidann as md

warnings.filterwarnings("ignore", message=".*non-interactive")  # plt.show() with nowhere to show

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#777777"  # told apart by every eye (Okabe and Ito)

# %% [markdown]
# ## A loss that fits on paper
#
# One example x with its wanted answer y, and a prediction p = w·x + b. The loss is the squared error, L = (p − y)².
# We write it as small steps, one operation each.

# %%
x, y = 2.0, 5.0
w, b = 3.0, 1.0

m = w * x
p = m + b
e = p - y
loss = e**2

print(f"m = w·x   = {w:g}·{x:g}     = {m:g}")
print(f"p = m + b = {m:g} + {b:g}   = {p:g}")
print(f"e = p − y = {p:g} − {y:g}   = {e:g}")
print(f"L = e²    = {e:g}²      = {loss:g}")

# %% [markdown]
# Now walk back from the loss. At each step we ask: *if this number grows by a tiny amount, how many times that amount
# does L grow?* Let us call the answer the **gradient** of L at that number, and write it `g_`. At L itself it is 1: the
# loss moves as much as itself.
#
# Each operation needs to know only its own **local rule**: how its result moves when its input moves. The chain rule
# says the rest: multiply the gradient that arrives by the local derivative.

# %%
g_loss = 1.0
g_e = g_loss * 2 * e  # L = e²     the square moves 2e times as fast as e
g_p = g_e * 1  #        e = p − y  e moves with p, one to one
g_m = g_p * 1  #        p = m + b  p moves with m, one to one
g_b = g_p * 1  #                   ... and with b, one to one
g_w = g_m * x  #        m = w·x    m moves x times as fast as w

for name, gradient in {"L": g_loss, "e": g_e, "p": g_p, "m": g_m, "b": g_b, "w": g_w}.items():
    print(f"∂L/∂{name} = {gradient:g}")

# %% [markdown]
# One walk back, and we know the answer for every number on the way. Nothing was computed twice: `g_p` served both
# `g_m` and `g_b`. That is the whole charm of going backwards.
#
# ## Is it true? Turn the weight and look
#
# A derivative is a promise about small changes, so we can hold it to its word. Move w a little to the left and a little
# to the right, and divide the difference of the losses by the distance. This is a **numerical derivative**.


# %%
def loss_of(w, b):
    return (w * x + b - y) ** 2


def slope(f, at, step=1e-5):
    """The numerical derivative of f: how far f moves when its argument moves from at − step to at + step."""
    return (f(at + step) - f(at - step)) / (2 * step)


numerical_w = slope(lambda value: loss_of(value, b), w)
numerical_b = slope(lambda value: loss_of(w, value), b)
print("           by hand   numerical")
print(f"∂L/∂w    {g_w:9.5f}   {numerical_w:9.5f}")
print(f"∂L/∂b    {g_b:9.5f}   {numerical_b:9.5f}")

# %% [markdown]
# How small should the step be? Too large, and the curve bends away within the step. Too small, and the two losses agree
# in nearly all their digits, so that their difference is made of rounding. Here is the error for eˣ at x = 1, whose
# derivative we know: it is e. Stepping to both sides does better than stepping to one, because the bend of the curve
# then cancels.

# %%
steps = 10.0 ** np.arange(-13, 0)
both_sides = np.array([abs(slope(np.exp, 1.0, step) - np.e) for step in steps])
one_side = np.array([abs((np.exp(1.0 + step) - np.e) / step - np.e) for step in steps])
best = steps[both_sides.argmin()]

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
weights = np.linspace(1.0, 4.0, 100)
left.plot(weights, loss_of(weights, b), color=BLUE, label="the loss")
left.plot(weights, loss + g_w * (weights - w), "--", color=ORANGE, label=f"the promise: slope {g_w:g}")
left.plot(w, loss, "o", color="black")
left.set(xlabel="w", ylabel="L", title="A derivative is a straight line's promise", ylim=(-5, 15))
left.legend(loc="upper left")
right.loglog(steps, one_side, "s-", color=ORANGE, label="a step to one side")
right.loglog(steps, both_sides, "o-", color=BLUE, label="a step to both sides")
right.set(xlabel="step", ylabel="error of the slope", title="Not too large, not too small")
right.legend(loc="upper center")
plt.show()

print(f"best step to both sides: {best:.0e}, error {both_sides.min():.1e}")

# %% [markdown]
# So why not train with numerical derivatives? Because each weight costs two more forward passes, and a network has
# thousands of weights. The walk back costs about as much as one pass, for all of them together. We keep the numerical
# derivative for what it is best at: catching our mistakes.
#
# ## The local rules, beside their operators
#
# Here is all the calculus we need for a while. Each line holds an operation, and beside it what it hands back to its
# inputs when the gradient g arrives at its result. A rule knows nothing about the rest of the network.

# %%
RULES = {
    # name: what it computes, and what it hands back to a and to b
    "a + b": (lambda a, b: a + b, lambda a, b, g: (g, g)),
    "a − b": (lambda a, b: a - b, lambda a, b, g: (g, -g)),
    "a · b": (lambda a, b: a * b, lambda a, b, g: (g * b, g * a)),
    "a / b": (lambda a, b: a / b, lambda a, b, g: (g / b, -g * a / b**2)),
    "exp a": (lambda a, b: np.exp(a), lambda a, b, g: (g * np.exp(a), 0.0)),
    "log a": (lambda a, b: np.log(a), lambda a, b, g: (g / a, 0.0)),
    "max(a, b)": (lambda a, b: max(a, b), lambda a, b, g: (g * (a >= b), g * (b > a))),
}


def check_rules(rules, a, b):
    """Print each rule at (a, b) beside the numerical derivative. Return the largest disagreement, NaN if one is NaN."""
    disagreements = []
    for name, (forward, backward) in rules.items():
        rule_a, rule_b = backward(a, b, 1.0)
        checked_a = slope(lambda value, f=forward: f(value, b), a)
        checked_b = slope(lambda value, f=forward: f(a, value), b)
        disagreements += [abs(rule_a - checked_a), abs(rule_b - checked_b)]
        print(f"{name:<10} to a: {rule_a:8.4f} [{checked_a:8.4f}]    to b: {rule_b:8.4f} [{checked_b:8.4f}]")
    return np.max(disagreements)  # np.max returns NaN if one number is NaN; Python's max can lose the NaN


at_a, at_b = 3.0, 2.0
print(f"at a = {at_a:g}, b = {at_b:g}, with g = 1    (in brackets: the numerical derivative)")
worst = check_rules(RULES, at_a, at_b)
print(f"largest disagreement: {worst:.1e}")

broken_rule = {"a + b": (lambda a, b: a + b, lambda a, b, g: (g, np.nan))}
print("\na broken rule, which returns a NaN")
worst_broken = check_rules(broken_rule, at_a, at_b)
print(f"largest disagreement: {worst_broken}")

# %% [markdown]
# Addition hands the same gradient to both. Multiplication hands each input *the other one's value*. A maximum sends
# everything to the winner (on a tie, here, to a).
#
# ## A value used twice gets a sum
#
# Let q = s·t + s. Here s is used twice: once in the product, once in the sum. If s moves, q moves along both ways, and
# the two movements add up. So the two gradients that arrive at s must be **added**. Writing the second over the first
# is a classic slip. Let us commit it.

# %%
s, t = 3.0, 2.0
from_product, from_sum = 1.0 * t, 1.0  # the product hands back the other one's value, the sum hands back g

overwritten = from_product
overwritten = from_sum  # the slip: = where += belongs
added = 0.0
added += from_product
added += from_sum
numerical = slope(lambda value: value * t + value, s)

print(f"overwritten: {overwritten:g}   added: {added:g}   numerical: {numerical:.4f}")

# %% [markdown]
# ## Why the order of the walk matters
#
# Now let a machine do the walking. We build the smallest graph in which order matters:
#
#     b = a + a
#     c = b + b
#
# So c = 4a, and ∂c/∂a must be 4. Each node remembers its inputs and the local derivative towards each of them. Every
# node gets a number as it is made, and these numbers will turn out to be all we need.


# %%
class Node:
    made = 0

    def __init__(self, name, value, inputs=(), slopes=()):
        self.name, self.value, self.inputs, self.slopes = name, value, inputs, slopes
        self.grad = 0.0
        Node.made += 1
        self.order = Node.made


def add(name, first, second):
    return Node(name, first.value + second.value, (first, second), (1.0, 1.0))


def fresh_graph():
    a = Node("a", 3.0)
    b = add("b", a, a)
    c = add("c", b, b)
    c.grad = 1.0  # c moves as much as itself
    return a, b, c


def hand_on(node, parent, local):
    parent.grad += local * node.grad
    print(f"  {node.name} hands {local * node.grad:g} to {parent.name}, which now has {parent.grad:g}")


# %% [markdown]
# The first walk that comes to mind: hand on to an input, then go straight down to it and do the same there.


# %%
def walk_at_each_arrival(node):
    for parent, local in zip(node.inputs, node.slopes):
        hand_on(node, parent, local)
        walk_at_each_arrival(parent)


a, b, c = fresh_graph()
print("going down at each arrival")
walk_at_each_arrival(c)
at_each_arrival = {node.name: node.grad for node in (a, b, c)}
print(f"∂c/∂a = {a.grad:g}, but the truth is {slope(lambda value: 4 * value, 3.0):.4f}")

# %% [markdown]
# Too much. Follow the lines: b receives its first half from c and at once passes it on. Then the second half arrives,
# and b passes on the *whole* of what it has, first half included. The first half has travelled twice.
#
# "Then visit each node only once", says somebody. Let us try.


# %%
def walk_once_when_met(node, seen):
    for parent, local in zip(node.inputs, node.slopes):
        hand_on(node, parent, local)
        if parent not in seen:
            seen.append(parent)
            walk_once_when_met(parent, seen)


a, b, c = fresh_graph()
print("each node once, as soon as it is met")
walk_once_when_met(c, [])
once_when_met = {node.name: node.grad for node in (a, b, c)}
print(f"∂c/∂a = {a.grad:g}")

# %% [markdown]
# Too little. b ends with the right gradient, but it had spoken before it knew it: its second half never went down.
#
# Both walks break the same law: **a node may hand on its gradient only when everything that uses the node has handed
# its share to it.** How do we know when that is? By age. A node is always made after its inputs, so whatever uses b is
# younger than b. Sweep the nodes from the newest to the oldest, and the law keeps itself.


# %%
def walk_newest_first(loss):
    nodes = [loss]
    for node in nodes:  # the list grows while we walk along it
        nodes += [parent for parent in dict.fromkeys(node.inputs) if parent not in nodes]
    for node in sorted(nodes, key=lambda node: node.order, reverse=True):
        for parent, local in zip(node.inputs, node.slopes):
            hand_on(node, parent, local)


a, b, c = fresh_graph()
print("newest first")
walk_newest_first(c)
newest_first = {node.name: node.grad for node in (a, b, c)}
print(f"∂c/∂a = {a.grad:g}")

# %%
figure, axes = plt.subplots(1, 3, figsize=(11, 2.0), layout="constrained")
walks = [
    ("down at each arrival", at_each_arrival),
    ("each node once, when met", once_when_met),
    ("newest first", newest_first),
]
for ax, (title, found) in zip(axes, walks):
    right_answer = found["a"] == 4
    for i, (name, grad) in enumerate(found.items()):
        colour = BLUE if name != "a" else GREEN if right_answer else ORANGE
        ax.text(i, 0, name, ha="center", va="center", size=15, color="white", zorder=3)
        ax.plot(i, 0, "o", markersize=30, color=colour)
        ax.text(i, -0.5, f"gradient {grad:g}", ha="center", color=colour, weight="bold")
    for i in (0, 1):
        for bend in (-0.35, 0.35):  # two ways from each node to the next
            arrow = {
                "arrowstyle": "<-",
                "color": GREY,
                "connectionstyle": f"arc3,rad={bend}",
                "shrinkA": 17,
                "shrinkB": 17,
            }
            ax.annotate("", (i, 0), (i + 1, 0), arrowprops=arrow)
    ax.set(xlim=(-0.5, 2.5), ylim=(-0.6, 0.4), title=f"{title}: {'right' if right_answer else 'wrong'}")
    ax.axis("off")
plt.show()

# %% [markdown]
# There is an honest third way that needs no order at all: follow each path from c down to a by itself and carry only
# that path's share. It gives the right number. But paths multiply where nodes do not: each doubling has two ways in.


# %%
def walk_every_path(node, share):
    """Add each path's share to the nodes on it; return the number of visits."""
    node.grad += share
    return 1 + sum(walk_every_path(parent, share * local) for parent, local in zip(node.inputs, node.slopes))


print("doublings   nodes   visits along every path   ∂loss/∂a")
visits = {}
for doublings in (2, 4, 8, 16):
    start = node = Node("a", 1.0)
    for _ in range(doublings):
        node = add("", node, node)
    visits[doublings] = walk_every_path(node, 1.0)
    print(f"{doublings:9d} {doublings + 1:7d} {visits[doublings]:25,d} {start.grad:10,.0f}")

# %% [markdown]
# A sweep newest first visits each node once, however many paths there are. That is why engines sweep.
#
# ## A repeated element moves the loss several ways
#
# One more place where gradients add, and it hides in plain sight. NumPy lets us add one bias to many numbers: it
# *repeats* the bias for us. This is called broadcasting. The bias is then a value used several times, and we know what
# such a value gets: a sum.

# %%
inputs = np.array([1.0, 2.0, 4.0])
bias = np.array([0.5])  # one number, repeated for all three inputs

outputs = inputs + bias
loss_bias = (outputs**2).sum()
g_outputs = 2 * outputs  # the gradient at each output, and so at each copy of the bias

for i, share in enumerate(g_outputs):
    print(f"copy {i + 1} of the bias gets {share:g}")
g_bias = g_outputs.sum(keepdims=True)
numerical_bias = slope(lambda value: ((inputs + value) ** 2).sum(), 0.5)
print(f"the bias itself gets their sum, {g_bias[0]:g} (numerical: {numerical_bias:.4f})")

# %% [markdown]
# The rule for arrays of any shape: sum the gradient over each axis along which the array was repeated, until it has the
# array's own shape again. Undoing a broadcast takes a few lines.


# %%
def unbroadcast(gradient, shape):
    """Sum a gradient back to the shape that its array had before NumPy repeated it."""
    while gradient.ndim > len(shape):  # axes that NumPy put in front
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):  # axes of size 1 that NumPy stretched
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def slopes_of(f, array, step=1e-5):
    """The numerical derivative of f at every element of an array, each changed by itself."""
    result = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        nudge = np.zeros_like(array)
        nudge[i] = step
        result[i] = (f(array + nudge) - f(array - nudge)) / (2 * step)
    return result


table = np.arange(6.0).reshape(3, 2)  # three examples with two numbers each
shape_disagreements = []
print(f"added to an array of shape {table.shape}:")
for shape in [(2,), (3, 1), (1, 2), (1,), ()]:
    small = np.full(shape, 0.5)
    gradient = unbroadcast(2 * (table + small), small.shape)
    numerical_array = slopes_of(lambda value: ((table + value) ** 2).sum(), small)
    shape_disagreements.append(np.abs(gradient - numerical_array).max())
    print(f"  shape {shape!s:<7} gets the gradient {gradient.tolist()}")
    assert gradient.shape == small.shape
worst_shape = np.max(shape_disagreements)
print(f"largest disagreement with the numerical derivative: {worst_shape:.1e}")

# %% [markdown]
# ## The package says the same
#
# `minidann` sweeps newest first, adds where ways meet, and un-broadcasts. You name the tensors whose gradient you want
# with `requires_grad=True`, and `md.backprop(loss)` gives you a dictionary of gradients to look them up in.

# %%
tensor_a = md.Tensor(3.0, requires_grad=True)
tensor_b = tensor_a + tensor_a
tensor_c = tensor_b + tensor_b
doubled = md.backprop(tensor_c)
print(f"∂c/∂a = {doubled[tensor_a]:g}   ∂c/∂b = {doubled[tensor_b]:g}")

weight, offset = md.Tensor(3.0, requires_grad=True), md.Tensor(1.0, requires_grad=True)
line = md.backprop((weight * x + offset - y) ** 2)
print(f"∂L/∂w = {line[weight]:g}   ∂L/∂b = {line[offset]:g}")

repeated = md.Tensor(bias, requires_grad=True)
broadcast = md.backprop(((inputs + repeated) ** 2).sum())
print(f"gradient of the repeated bias: {broadcast[repeated].tolist()}")

# %% [markdown]
# ## What we now know

# %%
# The chain rule multiplies local derivatives along the way, and the numerical derivative agrees.
assert (g_w, g_b) == (8, 4)
assert abs(g_w - numerical_w) < 1e-6
assert abs(g_b - numerical_b) < 1e-6
assert worst < 1e-6

# A check must fail for a rule that returns a NaN.
assert not worst_broken < 1e-6

# A numerical derivative is at its best with a step that is neither large nor tiny, taken to both sides.
assert steps[0] < best < steps[-1]
assert 1000 * abs(slope(np.exp, 1.0) - np.e) < abs((np.exp(1.0 + 1e-5) - np.e) / 1e-5 - np.e)

# A value used twice gets the sum of its gradients.
assert added == 3
assert abs(added - numerical) < 1e-6
assert overwritten != added

# Handing on too early gives a wrong number, too large or too small. Newest first gives the right one.
assert at_each_arrival["a"] == 6
assert once_when_met["a"] == 2
assert newest_first == {"a": 4, "b": 2, "c": 1}

# Following every path would be right too, but takes 2ⁿ⁺¹ − 1 visits where the graph has n + 1 nodes.
assert all(count == 2 ** (doublings + 1) - 1 for doublings, count in visits.items())

# A broadcast element is repeated, so its gradient is the sum over its copies, in its own shape.
assert g_bias.shape == bias.shape
assert abs(g_bias[0] - numerical_bias) < 1e-6
assert worst_shape < 1e-6

# The package agrees with our hands.
assert doubled[tensor_a] == 4
assert doubled[tensor_b] == 2
assert line[weight] == g_w
assert line[offset] == g_b
assert broadcast[repeated] == g_bias

print("all facts hold")

# %% [markdown]
# **Next:** [02_an_engine_in_sixty_lines.py](02_an_engine_in_sixty_lines.py). We did the bookkeeping by hand. Can
# sixty lines do it for any formula that we write down?
