# %% [markdown]
# # 1 · Derivatives by hand, and why the order matters
#
# **You change one weight a little. How much does the loss change, and how can you know without a trial?**
#
# A *network* is a formula with many numbers in it, its **weights**. The **loss** is one number that says how wrong the
# answers of the network are. To learn, a network asks the question above about each of its weights, thousands of times.
# We first try the obvious way, and it fails. Then we find the answer on paper. Three rules are enough: multiply
# along a path, add where paths meet, and pass a gradient on only when the gradient is complete.
#
# A word is **bold** where a chapter explains it. The [glossary](pages/glossary.md) has them on one page.

# %%
import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.plots import show_figure, style

BLUE, ORANGE, GREY = *style.OTHERS[:2], style.CHANCE  # for readers with any colour vision

# %% [markdown]
# ## A trial gives many answers
#
# The data are one example x and its label y, the right answer. The prediction is p = w·x + b, with a weight w and a
# bias b. The loss is the squared error, L = (p − y)². How fast does L grow with w? We try: make w larger by a step, and
# divide the change of L by the step.

# %%
x, y = 2.0, 5.0
w, b = 3.0, 1.0


def loss_of(w, b):
    return (w * x + b - y) ** 2


print("    step   change of L / step")
trials = {}
for step in (1.0, 0.1, 1e-3, 1e-6, 1e-15, 1e-17):
    trials[step] = (loss_of(w + step, b) - loss_of(w, b)) / step
    print(f"{step:8.0e} {trials[step]:14.6f}")

# %% [markdown]
# The answer depends on the step. A large step is wrong, because the loss is a curve. A tiny step is wrong too, because
# the computer rounds. And each weight costs one more computation of the loss: a network of a million weights would need
# a million. We want the exact answer, for all weights at once.
#
# ## A loss that fits on paper
#
# We write the loss as small steps, one operation each.

# %%
m = w * x
p = m + b
e = p - y
loss = e**2

print(f"m = w·x   = {w:g}·{x:g}     = {m:g}")
print(f"p = m + b = {m:g} + {b:g}   = {p:g}")
print(f"e = p − y = {p:g} − {y:g}   = {e:g}")
print(f"L = e²    = ({e:g})²    = {loss:g}")

# %% [markdown]
# Now we walk back from the loss. At each step we ask: *if this number grows by a tiny amount, how many times that
# amount does L grow?* The answer is the **gradient** of L at that number, ∂L/∂w at the number w. The code writes `g_w`.
# At L itself the gradient is 1, because L grows exactly as much as L.
#
# Each operation needs only its own **local rule**: how much its result changes when its input changes. The chain rule
# gives the rest: multiply the gradient that arrives by the local derivative.

# %%
g_loss = 1.0
g_e = g_loss * 2 * e  # L = e²     e² grows 2e times as fast as e
g_p = g_e * 1  #        e = p − y  e grows as fast as p
g_m = g_p * 1  #        p = m + b  p grows as fast as m
g_b = g_p * 1  #                   p grows as fast as b
g_w = g_m * x  #        m = w·x    m grows x times as fast as w

for name, gradient in {"L": g_loss, "e": g_e, "p": g_p, "m": g_m, "b": g_b, "w": g_w}.items():
    print(f"∂L/∂{name} = {gradient:g}")

# %% [markdown]
# A picture of the computation is called a **graph**. Each box is a number, each arrow leads to a number made from it.
# Values flow along the arrows, gradients against them. (The next cell only draws. A reader in a hurry skips it.)


# %%
def draw_computation(boxes, arrows, size=(9, 2.6)):
    """Draw boxes {name: (column, row, value, gradient)} and arrows [(from, to, local derivative)]."""
    figure, ax = plt.subplots(figsize=size, layout="constrained")
    for name, (column, row, value, gradient) in boxes.items():
        frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "black"}
        ax.text(column, row, f"{name} = {value:g}", ha="center", va="center", size=11, bbox=frame, zorder=3)
        ax.text(column, row - 0.42, f"gradient {gradient:g}", ha="center", va="center", size=10, color=BLUE)
    for start, end, local in arrows:
        (x1, y1), (x2, y2) = boxes[start][:2], boxes[end][:2]
        ax.annotate("", (x2 - 0.33, y2), (x1 + 0.33, y1), arrowprops={"arrowstyle": "->", "color": GREY})
        ax.text((x1 + x2) / 2, (y1 + y2) / 2 + 0.14, local, ha="center", size=10, color=GREY)
    columns, rows = zip(*[box[:2] for box in boxes.values()])
    ax.set(xlim=(min(columns) - 0.5, max(columns) + 0.5), ylim=(min(rows) - 0.7, max(rows) + 0.4))
    ax.axis("off")
    return figure


# %%
boxes = {
    "x": (0, 1, x, g_m * w),
    "w": (0, 0, w, g_w),
    "m": (1, 0.5, m, g_m),
    "b": (1, -0.5, b, g_b),
    "p": (2, 0, p, g_p),
    "e": (3, 0, e, g_e),
    "L": (4, 0, loss, g_loss),
}
arrows = [
    ("x", "m", f"·{w:g}"),
    ("w", "m", f"·{x:g}"),
    ("m", "p", "·1"),
    ("b", "p", "·1"),
    ("p", "e", "·1"),
    ("e", "L", f"·{2 * e:g}"),
]
show_figure(
    draw_computation(boxes, arrows),
    "01-1",
    "The computation of the loss as boxes and arrows from x and w on the left to L on the right, with the "
    "value and the gradient at each box, and the local derivative on each arrow.",
)

# %% [markdown]
# A gradient is the gradient at the next box, times the number on the arrow between. One walk back gave the gradient at
# every number. No number was computed twice: `g_p` served both `g_m` and `g_b`. This is the advantage of the walk
# backwards.
#
# ## Is the gradient right? Change the weight and measure
#
# A derivative predicts the effect of a small change, so a trial can test the prediction. We make the trial better: move
# w a little to the left and a little to the right, and divide the difference of the two losses by the distance. The
# quotient is a **numerical derivative**.


# %%
def numerical_derivative(f, at, step=1e-5):
    """Return the numerical derivative of f at a number: (f(at + step) − f(at − step)) / (2·step)."""
    return (f(at + step) - f(at - step)) / (2 * step)


numerical_w = numerical_derivative(lambda value: loss_of(value, b), w)
numerical_b = numerical_derivative(lambda value: loss_of(w, value), b)
print("           by hand   numerical")
print(f"∂L/∂w    {g_w:9.5f}   {numerical_w:9.5f}")
print(f"∂L/∂b    {g_b:9.5f}   {numerical_b:9.5f}")

# %% [markdown]
# How small should the step be? With a large step, the curve bends inside the step. With a tiny step, the two losses
# agree in nearly all their digits, and rounding dominates their difference. The panel on the right shows the error for
# eˣ at x = 1, where the true derivative is e. A step to both sides is more exact than a step to one side, because the
# bend of the curve cancels.


# %%
def draw_slope_and_errors(steps, one_side, both_sides):
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    weights = np.linspace(w - 2, w + 1, 100)
    left.plot(weights, loss_of(weights, b), color=BLUE, label="the loss")
    left.plot(weights, loss + g_w * (weights - w), "--", color=ORANGE, label=f"tangent, slope {g_w:g}")
    left.plot(w, loss, "o", color="black")
    left.set(xlabel="w", ylabel="L", title="The derivative is the slope of the tangent")
    left.legend(loc="upper left")
    right.loglog(steps, one_side, "s-", color=ORANGE, label="step to one side")
    right.loglog(steps, both_sides, "o-", color=BLUE, label="step to both sides")
    right.set(xlabel="step", ylabel="error of the derivative", title="The best step is neither large nor tiny")
    right.legend(loc="upper center")
    return figure


# %%
steps = 10.0 ** np.arange(-13, 0)
both_sides = np.array([abs(numerical_derivative(np.exp, 1.0, step) - np.e) for step in steps])
one_side = np.array([abs((np.exp(1.0 + step) - np.e) / step - np.e) for step in steps])
best = steps[both_sides.argmin()]

show_figure(
    draw_slope_and_errors(steps, one_side, both_sides),
    "01-2",
    "Left: the loss over w, a parabola, with its tangent of slope 8 at w = 3. Right: the error of the "
    "numerical derivative over the step; it is smallest between large and tiny steps.",
)

print(f"best step to both sides: {best:.0e}, error {both_sides.min():.1e}")

# %% [markdown]
# The computation from the inputs to the loss is called a **forward pass**. A numerical derivative costs two more
# forward passes for each weight. The walk back, the **backward pass**, visits each number once, for all weights
# together. So we train with the walk back, and check our rules with numerical derivatives.
#
# ## The local rules, beside their operators
#
# The table below holds all the calculus of this chapter. Each line has an operation and its local rule. The rule takes
# the gradient g that arrives at the result, and returns the gradients at the inputs. A rule knows nothing about the
# rest of the network.

# %%
RULES = {
    # name: the operation on a and b, and its local rule: the gradients at a and at b
    "a + b": (lambda a, b: a + b, lambda a, b, g: (g, g)),
    "a − b": (lambda a, b: a - b, lambda a, b, g: (g, -g)),
    "a · b": (lambda a, b: a * b, lambda a, b, g: (g * b, g * a)),
    "a / b": (lambda a, b: a / b, lambda a, b, g: (g / b, -g * a / b**2)),
    "exp a": (lambda a, b: np.exp(a), lambda a, b, g: (g * np.exp(a), 0.0)),
    "log a": (lambda a, b: np.log(a), lambda a, b, g: (g / a, 0.0)),
    "max(a, b)": (lambda a, b: max(a, b), lambda a, b, g: (g * (a >= b), g * (b > a))),
    # to try: add your own line here
}


def check_rules(rules, a, b):
    """Print each rule at (a, b) beside the numerical derivative. Return the largest disagreement, NaN if one is NaN."""
    disagreements = []
    for name, (forward, backward) in rules.items():
        rule_a, rule_b = backward(a, b, 1.0)
        checked_a = numerical_derivative(lambda value, f=forward: f(value, b), a)
        checked_b = numerical_derivative(lambda value, f=forward: f(a, value), b)
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
# Addition passes the same gradient to both inputs. Multiplication passes to each input g times *the value of the other
# input*. A maximum passes the whole gradient to the larger input (to a, if both are equal).
#
# The last lines show a broken rule. A check must report a NaN and must not pass over the NaN.
#
# ## A value used twice gets a sum
#
# Let q = s·t + s. Here s is used twice: once in the product and once in the sum. If s changes, q changes along both
# paths, and the two changes add up. So the two gradients that arrive at s must be **added**. A common mistake writes
# the second gradient over the first. We make this mistake on purpose.

# %%
s, t = 3.0, 2.0
from_product, from_sum = 1.0 * t, 1.0  # g = 1 at q

overwritten = from_product
overwritten = from_sum  # the mistake: = in place of +=
added = 0.0
added += from_product
added += from_sum
numerical = numerical_derivative(lambda value: value * t + value, s)

print(f"overwritten: {overwritten:g}   added: {added:g}   numerical: {numerical:.4f}")

# %% [markdown]
# ## Why the order of the walk matters
#
# Now a program does the walk. We build the smallest graph in which the order matters:
#
#     b = a + a
#     c = b + b
#
# So c = 4a, and ∂c/∂a must be 4. A **node** is a box of the graph. Each node keeps its inputs and the local derivative
# for each input. Each new node also gets the next number. These numbers will give us the right order.


# %%
class Node:
    made = 0

    def __init__(self, name, value, inputs=(), local_derivatives=()):
        self.name, self.value, self.inputs, self.local_derivatives = name, value, inputs, local_derivatives
        self.grad = 0.0
        Node.made += 1
        self.order = Node.made


def add(name, first, second):
    return Node(name, first.value + second.value, (first, second), (1.0, 1.0))


def new_graph(value=3.0):
    a = Node("a", value)
    b = add("b", a, a)
    c = add("c", b, b)
    c.grad = 1.0  # ∂c/∂c = 1
    return a, b, c


def pass_on(node, parent, local):
    parent.grad += local * node.grad
    print(f"  {node.name} passes {local * node.grad:g} to {parent.name}, whose gradient is now {parent.grad:g}")


# %% [markdown]
# The first walk that comes to mind: pass the gradient to an input, then go down to this input at once and do the same
# there.


# %%
def walk_at_each_arrival(node):
    for parent, local in zip(node.inputs, node.local_derivatives):
        pass_on(node, parent, local)
        walk_at_each_arrival(parent)


def true_gradient():
    """The numerical ∂c/∂a: make the graph with a larger and a smaller a."""
    return round(numerical_derivative(lambda value: new_graph(value)[2].value, 3.0), 6)


node_a, node_b, node_c = new_graph()
print("going down at each arrival")
walk_at_each_arrival(node_c)
at_each_arrival = {node.name: node.grad for node in (node_a, node_b, node_c)}
print(f"∂c/∂a = {node_a.grad:g}; the true value is {true_gradient():g}")

# %% [markdown]
# The result is too large. Read the printed lines: b receives its first half from c and passes this half on at once.
# Then the second half arrives, and b passes on its *whole* gradient, with the first half in it. The first half has
# travelled twice.
#
# Perhaps each node should be visited only once. We try this next.


# %%
def walk_at_first_arrival(node, visited):
    for parent, local in zip(node.inputs, node.local_derivatives):
        pass_on(node, parent, local)
        if parent not in visited:
            visited.append(parent)
            walk_at_first_arrival(parent, visited)


node_a, node_b, node_c = new_graph()
print("each node once, at the first arrival")
walk_at_first_arrival(node_c, [])
at_first_arrival = {node.name: node.grad for node in (node_a, node_b, node_c)}
print(f"∂c/∂a = {node_a.grad:g}")

# %% [markdown]
# The result is too small. The gradient at b is right at the end. But b passed its gradient on before the second half
# arrived, so the second half never reached a.
#
# Both walks break the same law: **a node may pass its gradient on only after every user of the node has passed its
# share to the node.** The numbers of the nodes tell us when this is so. A node is always made after its inputs, so
# every user of b is newer than b. A sweep from the newest node to the oldest always obeys the law.


# %%
def walk_newest_first(loss):
    nodes = [loss]
    for node in nodes:  # the list grows during the loop
        nodes += [parent for parent in dict.fromkeys(node.inputs) if parent not in nodes]
    for node in sorted(nodes, key=lambda node: node.order, reverse=True):
        for parent, local in zip(node.inputs, node.local_derivatives):
            pass_on(node, parent, local)


node_a, node_b, node_c = new_graph()
print("newest first")
walk_newest_first(node_c)
newest_first = {node.name: node.grad for node in (node_a, node_b, node_c)}
print(f"∂c/∂a = {node_a.grad:g}")


# %%
def draw_walks(walks):
    """Draw the graph of a, b, c for each walk by name, with the gradients that the walk found."""
    figure, axes = plt.subplots(1, len(walks), figsize=(11, 2.0), layout="constrained")
    for ax, (title, found) in zip(axes, walks.items()):
        right_answer = found["a"] == true_gradient()
        for i, (name, grad) in enumerate(found.items()):
            colour = BLUE if name != "a" else style.RIGHT if right_answer else style.WRONG
            ax.text(i, 0, name, ha="center", va="center", size=15, color="white", zorder=3)
            ax.plot(i, 0, "o", markersize=30, color=colour)
            ax.text(i, -0.5, f"gradient {grad:g}", ha="center", color=colour, weight="bold")
        for i, bend in ((0, -0.35), (0, 0.35), (1, -0.35), (1, 0.35)):  # two edges from each node to the next
            look = {"arrowstyle": "<-", "color": GREY, "connectionstyle": f"arc3,rad={bend}"}
            ax.annotate("", (i, 0), (i + 1, 0), arrowprops=look | {"shrinkA": 17, "shrinkB": 17})
        ax.set(xlim=(-0.5, 2.5), ylim=(-0.6, 0.4), title=f"{title}: {'right' if right_answer else 'wrong'}")
        ax.axis("off")
    return figure


# %%
walks = {"down at each arrival": at_each_arrival, "each node once": at_first_arrival, "newest first": newest_first}
show_figure(
    draw_walks(walks),
    "01-3",
    "Three drawings of the graph a, b, c with two arrows from each node to the next. The gradient of a is "
    "6, 2 and 4; only the last, newest first, is right.",
)

# %% [markdown]
# Another method needs no order at all: follow each path from c down to a by itself, and carry only the share of this
# path. The result is right. But each sum x + x has two arrows to x, so each such sum doubles the number of paths.


# %%
def walk_every_path(node, share):
    """Add the share of each path to the nodes on the path. Return the number of visits."""
    node.grad += share
    return 1 + sum(walk_every_path(parent, share * local) for parent, local in zip(node.inputs, node.local_derivatives))


print("doublings   nodes   visits along every path   ∂loss/∂a")
visits = {}
for doublings in (2, 4, 8, 16):
    start = node = Node("a", 1.0)
    for _ in range(doublings):
        node = add("", node, node)
    visits[doublings] = walk_every_path(node, 1.0)
    print(f"{doublings:9d} {doublings + 1:7d} {visits[doublings]:25,d} {start.grad:10,.0f}")

# %% [markdown]
# A **sweep** from newest to oldest visits each node once, however many paths exist. This is why engines sweep.
#
# ## A repeated element changes the loss along several paths
#
# Gradients add in one more place, and this place is easy to overlook. NumPy can add one bias to many numbers: NumPy
# *repeats* the bias. This is called broadcasting. The bias is then a value with several uses, so its gradient is a sum.

# %%
inputs = np.array([1.0, 2.0, 4.0])
bias = np.array([0.5])  # one number, repeated for all three inputs

outputs = inputs + bias
g_outputs = 2 * outputs  # for L = Σ outputs²: the gradient at each copy of the bias

for i, share in enumerate(g_outputs):
    print(f"copy {i + 1} of the bias gets the gradient {share:g}")
g_bias = g_outputs.sum(keepdims=True)
numerical_bias = numerical_derivative(lambda value: ((inputs + value) ** 2).sum(), 0.5)
print(f"the bias gets the sum of these, {g_bias[0]:g} (numerical: {numerical_bias:.4f})")

# %% [markdown]
# The rule holds for arrays of any shape: sum the gradient over each axis along which the array was repeated. The sum
# must have the shape of the array again. The function `unbroadcast` does this in a few lines.


# %%
def unbroadcast(gradient, shape):
    """Return the gradient, summed to the shape of the array before NumPy repeated the array."""
    while gradient.ndim > len(shape):  # NumPy added axes in front
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):  # NumPy repeated along axes of size 1
        if size == 1:
            gradient = gradient.sum(axis=axis, keepdims=True)
    return gradient


def numerical_gradient(f, array, step=1e-5):
    """Return the numerical derivative of f by each element of an array, in the shape of the array."""
    result = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        change = np.zeros_like(array)
        change[i] = step
        result[i] = (f(array + change) - f(array - change)) / (2 * step)
    return result


table = np.arange(6.0).reshape(3, 2)  # three examples with two numbers each
shape_disagreements = []
print(f"added to an array of shape {table.shape}:")
for shape in [(2,), (3, 1), (1, 2), (1,), ()]:
    small = np.full(shape, 0.5)
    gradient = unbroadcast(2 * (table + small), small.shape)
    numerical_array = numerical_gradient(lambda value: ((table + value) ** 2).sum(), small)
    shape_disagreements.append(np.abs(gradient - numerical_array).max())
    print(f"  shape {shape!s:<7} gets the gradient {gradient.tolist()}")
worst_shape = np.max(shape_disagreements)
print(f"largest disagreement with the numerical derivative: {worst_shape:.1e}")

# %% [markdown]
# ## The package gives the same gradients
#
# `minidann` sweeps from newest to oldest, adds where paths meet, and undoes each broadcast. Its nodes are called
# **tensors**: a tensor is an array that remembers how it was made. Mark a tensor with `requires_grad=True` to ask for
# its gradient. Then `md.backprop(loss)` returns a dictionary from tensors to gradients.

# %%
tensor_a = md.Tensor(3.0, requires_grad=True)
tensor_b = tensor_a + tensor_a
tensor_c = tensor_b + tensor_b
doubled = md.backprop(tensor_c)
print(f"∂c/∂a = {doubled[tensor_a]:g}   ∂c/∂b = {doubled[tensor_b]:g}")

weight, offset = md.Tensor(w, requires_grad=True), md.Tensor(b, requires_grad=True)
line = md.backprop((weight * x + offset - y) ** 2)
print(f"∂L/∂w = {line[weight]:g}   ∂L/∂b = {line[offset]:g}")

repeated = md.Tensor(bias, requires_grad=True)
broadcast = md.backprop(((inputs + repeated) ** 2).sum())
print(f"gradient of the repeated bias: {broadcast[repeated].tolist()}")

# %% [markdown]
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Set `w, b = -1.0, 4.0` in the first code cell. The walk back must give ∂L/∂w = −12 and ∂L/∂b = −6.
# 2. Add the line `"sin a": (lambda a, b: np.sin(a), lambda a, b, g: (g * np.cos(a), 0.0)),` to `RULES`. At a = 3 the
#    table must show −0.9900 for `to a`, twice. Then leave out `np.cos`, and see the check find it.
# 3. Make the second graph longer: in `new_graph` write `c = add("c", b, a)` in the place of `c = add("c", b, b)`. The
#    true ∂c/∂a is now 3. Which walks find 3? (Newest first finds 3, and so do the other two: now b is used once, so b
#    is complete at its first arrival.)
# 4. Write tanh with its rule, ∂ tanh a/∂a = 1 − tanh² a. At a = 3 the rule gives 0.0099.
# 5. In ten lines: write `multiply(name, first, second)` beside `add`. Its local derivatives are the *other* values.
#    Make q = s·t + s of nodes, and sweep with `walk_newest_first`. With s = 3 and t = 2 you must get ∂q/∂s = 3 and
#    ∂q/∂t = 3.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 1`.
#
# ## Facts
#
# The facts of the next cell hold for any change of the numbers above, as long as all rules of the table have a
# derivative at (a, b). If one fails, then a rule or a walk is wrong.

# %%
assert abs(g_w - numerical_w) < 1e-5 * max(1, abs(g_w)), "the walk back and the numerical derivative agree at w"
assert abs(g_b - numerical_b) < 1e-5 * max(1, abs(g_b)), "the walk back and the numerical derivative agree at b"
assert at_a > 0, "the next fact needs a > 0: log has no value below 0"
assert at_b != 0, "the next fact needs b ≠ 0: a quotient by 0 has no value"
assert at_a != at_b, "the next fact needs a ≠ b: there a maximum has a kink, and two slopes"
assert worst < 1e-5, "each rule of the table agrees with its numerical derivative"
assert not worst_broken < 1e-6, "a check fails for a rule that returns NaN"
assert abs(added - numerical) < 1e-6, "the gradients of a value used twice add up"
assert newest_first["a"] == true_gradient(), "the sweep from newest to oldest finds the true ∂c/∂a"
assert all(count == 2 ** (doublings + 1) - 1 for doublings, count in visits.items()), "every path: 2ⁿ⁺¹ − 1 visits"
assert g_bias.shape == bias.shape, "a gradient has the shape of its array"
assert abs(g_bias[0] - numerical_bias) < 1e-5, "a repeated element gets the sum over its copies"
assert worst_shape < 1e-5, "unbroadcast agrees with the numerical derivative for every shape"
assert abs(line[weight] - numerical_w) < 1e-5 * max(1, abs(g_w)), "the package agrees"
assert np.allclose(broadcast[repeated], g_bias), "the package agrees for a repeated bias"

# %% [markdown]
# The facts of this cell hold with the numbers as printed. After a change some of them may fail; the message says which
# number they speak of.

# %%
PRINTED = "with the numbers as printed: "
assert trials[1.0] == 12, PRINTED + "a step of 1 gives 12 in the place of 8"
assert trials[1e-17] == 0, PRINTED + "a step of 1e-17 is lost by rounding"
assert (g_w, g_b) == (8, 4), PRINTED + "∂L/∂w = 8 and ∂L/∂b = 4"
assert steps[0] < best < steps[-1], PRINTED + "the best step is neither the largest nor the smallest"
assert both_sides[8] * 1000 < one_side[8], PRINTED + "at 1e-5 two sides are 1000 times as exact as one"
assert (added, overwritten) == (3, 1), PRINTED + "∂q/∂s is 3, and 1 if overwritten"
assert at_each_arrival["a"] == 6, PRINTED + "going down at each arrival finds 6"
assert at_first_arrival["a"] == 2, PRINTED + "each node once finds 2"
assert newest_first == {"a": 4, "b": 2, "c": 1}, PRINTED + "the gradients are 4, 2, 1"
assert (doubled[tensor_a], doubled[tensor_b]) == (4, 2), PRINTED + "the package finds 4 and 2"

print("all facts hold")

# %% [markdown]
# **You can now** find the gradient of a loss by hand, check it by a numerical derivative, and say in which order a
# program must walk back, and why.
#
# **Next:** [02_an_engine_in_sixty_lines.py](02_an_engine_in_sixty_lines.py). We did the bookkeeping by hand. Can sixty
# lines of code do the bookkeeping for any formula?
