# %% [markdown]
# # 2 · An engine in sixty lines
#
# **Can sixty lines find the gradient of any formula that we write down?**
#
# In chapter 01 we walked back by hand. Now a program walks back: an **engine**. We start with the smallest engine that
# could work. We run the engine until it fails, and then we repair exactly this failure. The last version trains a
# network on two moons, before the package of this course takes over.

# %%
import inspect
import itertools
import sys

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

import minidann as md
from minidann.plots import show_figure, style

BLUE, ORANGE, GREY = *style.OTHERS[:2], style.CHANCE  # for readers with any colour vision

# %% [markdown]
# ## A formula and its gradient drift apart
#
# Here are the formula of chapter 01 and its gradient by hand. Somebody has changed the square to a fourth power, and
# forgot the gradient. No error is raised.


# %%
def loss_and_gradient(w, x=2.0, b=1.0, y=5.0):
    e = w * x + b - y
    return e**4, 2 * e * x  # the gradient of e²


wrong_gradient = loss_and_gradient(3.0)[1]
numerical_gradient_of_w = (loss_and_gradient(3.0 + 1e-5)[0] - loss_and_gradient(3.0 - 1e-5)[0]) / 2e-5
print(f"∂L/∂w by hand {wrong_gradient:g}, numerical {numerical_gradient_of_w:.4f}")

# %% [markdown]
# Two texts must agree, and one day they do not. We want to write the formula only, and get the gradient for free.


# %%
def fails(action):
    """Run an action that must fail. Print its error and return the type of the error."""
    try:
        action()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
        return type(error)
    raise AssertionError("the action did not fail")


# %% [markdown]
# ## Version 1: a number that remembers how it was made
#
# In Python a class can define `+` and `*` for its objects. So each result can keep its inputs and the local derivative
# for each input. The derivatives stand beside the operator. The sweep is the sweep of chapter 01: from newest to
# oldest, adding where paths meet.


# %%
made = itertools.count()  # each new number takes the next count


class Number:
    def __init__(self, value, inputs=(), local_derivatives=()):
        self.value, self.inputs, self.local_derivatives = value, inputs, local_derivatives
        self.grad, self.order = 0.0, next(made)

    def __add__(self, other):
        return Number(self.value + other.value, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Number(self.value * other.value, (self, other), (other.value, self.value))

    def backward(self):
        nodes = [self]
        for node in nodes:  # the list grows during the loop
            nodes += [parent for parent in dict.fromkeys(node.inputs) if parent not in nodes]
        self.grad = 1.0
        for node in sorted(nodes, key=lambda node: node.order, reverse=True):
            for parent, local in zip(node.inputs, node.local_derivatives):
                parent.grad += node.grad * local


w, x, b = Number(3.0), Number(2.0), Number(-4.0)
e = w * x + b
loss = e * e
loss.backward()
first_engine = loss.value, w.grad, b.grad
print(f"L = {loss.value:g}   ∂L/∂w = {w.grad:g}   ∂L/∂b = {b.grad:g}")

# %% [markdown]
# The engine works, although it did not know the formula in advance: it *recorded the formula during the run*. The
# record is a graph, and we can draw it: each result stands to the right of its inputs. (The next cell only draws.)


# %%
def draw_numbers(loss, names):
    """Draw the graph of a Number: one column for each step after the inputs. ``names``: {number: its name}."""
    nodes = [loss]
    for node in nodes:
        nodes += [parent for parent in dict.fromkeys(node.inputs) if parent not in nodes]
    place, used = {}, {}
    for node in sorted(nodes, key=lambda node: node.order):
        column = max([place[parent][0] + 1 for parent in node.inputs], default=0)
        place[node] = column, -used.get(column, 0)
        used[column] = used.get(column, 0) + 1
    figure, ax = plt.subplots(figsize=(9, 3), layout="constrained")
    for node, (column, row) in place.items():
        name = f"{names[node]} = " if node in names else ""
        frame = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "black"}
        ax.text(column, row, f"{name}{node.value:g}", ha="center", va="center", size=11, bbox=frame, zorder=3)
        ax.text(column, row - 0.4, f"gradient {node.grad:g}", ha="center", size=10, color=BLUE)
        for i, parent in enumerate(node.inputs):
            bend = 0.25 * (2 * i - 1) if node.inputs.count(parent) > 1 else 0.0  # two arrows to the same number
            look = {"arrowstyle": "->", "color": GREY, "shrinkA": 32, "shrinkB": 32}
            ax.annotate("", (column, row), place[parent], arrowprops=look | {"connectionstyle": f"arc3,rad={bend}"})
    columns, rows = zip(*place.values())
    ax.set(xlim=(-0.5, max(columns) + 0.5), ylim=(min(rows) - 0.7, 0.5))
    ax.axis("off")
    return figure


# %%
show_figure(
    draw_numbers(loss, {w: "w", x: "x", b: "b", e: "e", loss: "L"}),
    "02-1",
    "The graph that the engine recorded: w, x and b on the left, their product, e, and L = e·e with two "
    "arrows from e. Each box has its value and its gradient.",
)

# %% [markdown]
# L = e·e uses e twice, so two arrows lead from e to L, and two gradients add up at e. Which formulas fail?

# %%
no_plain_numbers = fails(lambda: w * 2.0)
no_plain_numbers_left = fails(lambda: 2.0 * w)

# %% [markdown]
# ## Version 2: plain numbers beside our numbers
#
# Two small repairs are needed. A value that is not a `Number2` becomes a `Number2`. Python asks the methods `__radd__`
# and `__rmul__` if our number stands on the right of the sign. The rest is inherited.


# %%
class Number2(Number):
    def __add__(self, other):
        other = other if isinstance(other, Number2) else Number2(other)
        return Number2(self.value + other.value, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = other if isinstance(other, Number2) else Number2(other)
        return Number2(self.value * other.value, (self, other), (other.value, self.value))

    __radd__, __rmul__ = __add__, __mul__


w = Number2(3.0)
e = 2.0 * w + (-4.0)
(e * e).backward()
print(f"∂L/∂w = {w.grad:g}")

# %% [markdown]
# Now we want many examples at once. A value can also be an array, because arrays have `+` and `*` too. We take three
# examples of two numbers each, and add a bias of two numbers to each example.

# %%
examples = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]])  # (3, 2)
bias = Number2(np.array([0.5, -0.5]))  # (2,)
shifted = bias + examples
(shifted * shifted).backward()
print("bias ", bias.value.shape, "    its gradient", bias.grad.shape)
wrong_shape = bias.grad.shape

# %% [markdown]
# The values are right, but the shapes are not. The bias has two numbers, and its gradient has six: one for each *copy*
# of the bias that NumPy made. An update `bias − rate · gradient` would turn the bias into a table. Chapter 01 showed
# the solution: sum over the copies.
#
# A second failure raises no error. With the array on the left, NumPy computes first. NumPy does not know our class. So
# NumPy adds our object to each element separately, and fills an array with small graphs that are not connected.

# %%
mixed = examples + bias
print(f"{type(mixed).__name__} of shape {mixed.shape}, filled with {type(mixed[0, 0]).__name__}")

# %% [markdown]
# The third failure is the matrix product, which every network needs.

# %%
no_matrix_product = fails(lambda: Number2(examples) @ Number2(np.ones((2, 4))))

# %% [markdown]
# A line for `@` with local derivatives is not enough. Each result of (3, 2) @ (2, 4) depends on several inputs, and
# each input changes several results. No array of local derivatives has the right shape for a multiplication. But we
# know the gradient at an input: a sum over all results that this input changes. Let C = A @ B, and let G be the
# gradient at C. Then
#
#     C_nm = Σ_k A_nk B_km      so      gA_nk = Σ_m G_nm B_km,   which is   G @ Bᵀ      (n, m) @ (m, k) → (n, k)
#                               and     gB_km = Σ_n A_nk G_nm,   which is   Aᵀ @ G      (k, n) @ (n, m) → (k, m)
#
# So an operator keeps a **rule** instead of local derivatives. A rule is a function. The rule takes the gradient of the
# result and returns the gradients of the inputs.
#
# ## Version 3: arrays and rules
#
# Here is the heart of the engine. Each rule stands beside its operator. One function undoes broadcasting. One line
# tells NumPy that the operators are ours. The sweep keeps a list and does not call itself. There are two operators
# only: the next cells add the others one by one.


# %%
class Tensor:
    __array_ufunc__ = None  # NumPy then leaves the operators to this class

    def __init__(self, value, inputs=(), rule=None):
        self.value, self.inputs, self.rule = np.asarray(value, float), inputs, rule
        self.grad, self.order = np.zeros_like(self.value), next(made)

    def __add__(self, other):
        other = wrap(other)
        return Tensor(self.value + other.value, (self, other), lambda g: (g, g))

    def __mul__(self, other):
        other = wrap(other)
        return Tensor(self.value * other.value, (self, other), lambda g: (g * other.value, g * self.value))

    __radd__, __rmul__ = __add__, __mul__

    def backward(self):
        nodes = {self: None}  # a dictionary keeps the order and is fast to search
        todo = [self]
        for node in todo:
            new = [parent for parent in dict.fromkeys(node.inputs) if parent not in nodes]
            nodes.update(dict.fromkeys(new))
            todo += new
        self.grad = np.ones_like(self.value)
        for node in sorted(nodes, key=lambda node: node.order, reverse=True):
            for parent, g in zip(node.inputs, node.rule(node.grad) if node.rule else ()):
                parent.grad = parent.grad + unbroadcast(g, parent.value.shape)


def wrap(value):
    return value if isinstance(value, Tensor) else Tensor(value)


def unbroadcast(g, shape):
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, size in enumerate(shape):
        g = g.sum(axis=axis, keepdims=True) if size == 1 else g
    return g


# %% [markdown]
# Each new operator gets the same check as in chapter 01: change each element of each input a little, and measure.


# %%
def numerical_gradient(f, array, step=1e-5):
    """Return the numerical derivative of f by each element of an array, in the shape of the array."""
    result = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        change = np.zeros_like(array)
        change[i] = step
        result[i] = (f(array + change) - f(array - change)) / (2 * step)
    return result


def grow(function):
    """Give the class Tensor one more method, so that each has its own cell. (Run them again after the class.)"""
    setattr(Tensor, function.__name__, function)
    return function


checked = {}


def check(name, formula, *arrays):
    """Print the largest difference of the engine's gradients of a formula from the numerical derivatives."""
    tensors = [Tensor(array) for array in arrays]
    formula(*tensors).backward()  # of an array: the gradient of the sum of its elements
    differences = []
    for i, array in enumerate(arrays):

        def total(changed, i=i):
            return formula(*(Tensor(changed if i == k else other) for k, other in enumerate(arrays))).value.sum()

        differences.append(np.abs(tensors[i].grad - numerical_gradient(total, array)).max())
    checked[name] = np.max(differences)
    print(f"{name:<12} largest difference from the numerical derivative: {checked[name]:.1e}")


p, q = np.array([[0.5, 2.0], [3.0, 0.7]]), np.array([1.5, 0.4])  # the second is repeated for both rows
check("x + y", lambda x, y: x + y, p, q)
check("x · y", lambda x, y: x * y, p, q)

# %% [markdown]
# ### Minus: `-x`, `x - y`, and `1 - x`
#
# So far `-x` is an error: *bad operand type for unary -*. A minus is a product with −1, and a difference is a sum with
# a minus. The rules of `*` and `+` then do the work. For `1 - x` Python asks `x.__rsub__(1)`, with the sides exchanged.
# It is easy to return x − 1 there.


# %%
@grow
def __neg__(self):
    return self * -1.0


@grow
def __sub__(self, other):
    return self + -wrap(other)


@grow
def __rsub__(self, other):
    return wrap(other) + -self


check("-x", lambda x: -x, p)
check("x - y", lambda x, y: x - y, p, q)
check("1 - x", lambda x: 1.0 - x, p)
print("1 - x at x = 0.4:", (1.0 - Tensor(0.4)).value)

# %% [markdown]
# ### Quotients: `x ** k`, `x / y`, and `1 / x`
#
# The power rule is k·x^(k − 1). A quotient x / y is x·y⁻¹.


# %%
@grow
def __pow__(self, k):
    return Tensor(self.value**k, (self,), lambda g: (g * k * self.value ** (k - 1),))


@grow
def __truediv__(self, other):
    return self * wrap(other) ** -1.0


@grow
def __rtruediv__(self, other):
    return wrap(other) * self**-1.0


check("x ** 3", lambda x: x**3, p)
check("x / y", lambda x, y: x / y, p, q)
check("1 / x", lambda x: 1.0 / x, p)

# %% [markdown]
# ### The matrix product
#
# The rule is the one that we derived above.


# %%
@grow
def __matmul__(self, other):
    other = wrap(other)
    return Tensor(self.value @ other.value, (self, other), lambda g: (g @ other.value.T, self.value.T @ g))


check("x @ y", lambda x, y: x @ y, np.arange(6.0).reshape(3, 2), np.array([[1.0, -2.0, 0.5], [0.3, 4.0, 2.0]]))

# %% [markdown]
# ### Functions: exp, log, relu, and the sum
#
# *relu* keeps a positive number and makes a negative number 0. A sum grows as fast as each of its elements, so the rule
# repeats g for each element.


# %%
@grow
def exp(self):
    y = np.exp(self.value)
    return Tensor(y, (self,), lambda g: (g * y,))


@grow
def log(self):
    return Tensor(np.log(self.value), (self,), lambda g: (g / self.value,))


@grow
def relu(self):
    return Tensor(np.maximum(self.value, 0), (self,), lambda g: (g * (self.value > 0),))


@grow
def sum(self, axis=None):
    y = self.value.sum(axis=axis, keepdims=True)
    return Tensor(y, (self,), lambda g: (np.broadcast_to(g, self.value.shape),))


del sum  # it is a method of Tensor now; outside of the class `sum` means Python's own function again
check("exp", lambda x: x.exp(), p)
check("log", lambda x: x.log(), p)
check("relu", lambda x: (x - 1.0).relu(), p)
check("sum", lambda x: x.sum(axis=1) * q[:, None], p)

# %% [markdown]
# How long is the engine? Python counts the lines of all methods and of the two functions below the class.

# %%
parts = [part for part in vars(Tensor).values() if inspect.isfunction(part)]
sources = [inspect.getsource(part) for part in [*dict.fromkeys(parts), wrap, unbroadcast]]
length = len([line for source in sources for line in source.splitlines() if line.strip() != "@grow"])
print(f"{length} lines of code, {len(checked)} formulas checked")

# %% [markdown]
# Are the three failures gone? And does a small network get the right gradients? We check as before: we change each
# weight a little and measure the loss.

# %%
bias = Tensor([0.5, -0.5])
((examples + bias) ** 2).backward()
print("bias ", bias.value.shape, "    its gradient", bias.grad.shape)

rng = np.random.default_rng(0)
W1, b1, W2 = rng.standard_normal((2, 4)), rng.standard_normal(4), rng.standard_normal((4, 1))
wanted = np.array([[1.0], [0.0], [2.0]])


def network_loss(tensor_class, W1, b1, W2):
    """Return the squared error of two layers. The class of the tensors chooses the engine."""
    hidden = (tensor_class(examples) @ W1 + b1).relu()  # (3, 2) @ (2, 4) → (3, 4)
    return ((hidden @ W2 - wanted) ** 2).sum()  # (3, 4) @ (4, 1) → (3, 1) → one number


ours = [Tensor(array) for array in (W1, b1, W2)]
loss = network_loss(Tensor, *ours)
loss.backward()
numerical = [
    numerical_gradient(lambda value: network_loss(Tensor, value, b1, W2).value.item(), W1),
    numerical_gradient(lambda value: network_loss(Tensor, W1, value, W2).value.item(), b1),
    numerical_gradient(lambda value: network_loss(Tensor, W1, b1, value).value.item(), W2),
]
worst_numerical = np.max([np.abs(tensor.grad - expected).max() for tensor, expected in zip(ours, numerical)])
print(f"loss {loss.value.item():.4f}; largest disagreement with the numerical derivative: {worst_numerical:.1e}")

# %% [markdown]
# The sweep keeps a list and does not call itself. So a long chain of operations does not reach Python's limit on nested
# calls.

# %%
start = end = Tensor(1.0)
for _ in range(10_000):
    end = end + 1.0
end.backward()
print(f"nested calls allowed: {sys.getrecursionlimit():,}")
print(f"after 10,000 additions: value {end.value:g}, gradient {start.grad:g}")

# %% [markdown]
# ## The engine trains a network
#
# Now the engine does real work. *Two moons* are two half circles of points, and each half circle is a class. A
# **layer** is a matrix product, plus a bias, and perhaps a relu. Our network has two layers: 16 numbers for each point,
# and from them one number z, the **logit**. The probability of class 1 is p = 1 / (1 + e⁻ᶻ). The loss of a point is
# −log of the probability of its true class: near 0 if the network is sure and right, and large if it is sure and wrong.
# All this needs `-x`, `1 - x` and `1 / x`.
#
# Each step walks against the gradient: weight − rate · gradient. The step uses all points at once.

# %%
MOONS, CLASS = make_moons(200, noise=0.1, random_state=0)  # (200, 2), (200,)
MOONS_HELD_OUT, CLASS_HELD_OUT = make_moons(400, noise=0.1, random_state=1)  # points that no step sees
STEPS, RATE, WIDTH = 400, 1.0, 16
truth = CLASS[:, None].astype(float)  # (200, 1)


def logit(x, weights):
    """Return z (n, 1) of points x (n, 2): (n, 2) @ (2, 16) → (n, 16) @ (16, 1) → (n, 1)."""
    w1, b1, w2, b2 = weights
    return (Tensor(x) @ w1 + b1).relu() @ w2 + b2


rng = np.random.default_rng(0)
weights = [Tensor(rng.standard_normal((2, WIDTH))), Tensor(np.zeros(WIDTH))]
weights += [Tensor(rng.standard_normal((WIDTH, 1)) / 4), Tensor(np.zeros(1))]
falling = []
for _ in range(STEPS):
    p_1 = 1.0 / (1.0 + (-logit(MOONS, weights)).exp())
    moons_loss = -(truth * p_1.log() + (1.0 - truth) * (1.0 - p_1).log()).sum() / len(MOONS)
    moons_loss.backward()
    weights = [Tensor(weight.value - RATE * weight.grad) for weight in weights]  # new tensors: no old gradients
    falling.append(moons_loss.value.item())
right = np.mean((logit(MOONS_HELD_OUT, weights).value[:, 0] > 0) == CLASS_HELD_OUT)
print(f"loss {falling[0]:.3f} → {falling[-1]:.3f} in {STEPS} steps; {right:.1%} of the held-out points are right")


# %%
def draw_training(falling, weights):
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    left.semilogy(falling, color=BLUE)
    left.set(xlabel="step", ylabel="loss", title="the loss falls")
    horizontal, vertical = np.meshgrid(np.linspace(-1.7, 2.7, 120), np.linspace(-1.2, 1.7, 90))
    z = logit(np.stack([horizontal.ravel(), vertical.ravel()], axis=1), weights).value.reshape(horizontal.shape)
    right.contourf(horizontal, vertical, z > 0, levels=[-0.5, 0.5, 1.5], colors=style.CLASSES, alpha=0.2)
    for label, marker in enumerate("o^"):
        right.scatter(*MOONS_HELD_OUT[label == CLASS_HELD_OUT].T, s=10, c=style.CLASSES[label], marker=marker)
    right.set(title="our engine has learnt two moons", xlabel="x₁", ylabel="x₂", aspect="equal")
    return figure


show_figure(
    draw_training(falling, weights),
    "02-2",
    "Left: the loss falls over the steps. Right: two moons of points, and the regions of the two classes "
    "that the network of our engine has learnt; the border bends between the moons.",
)

# %% [markdown]
# ## The package's engine beside it
#
# We use the small formula from above, and the same weights, with `minidann`. One thing differs. Our engine writes the
# gradients into `weight.grad`. The package *returns* the gradients.

# %%
theirs = [md.Tensor(array, requires_grad=True) for array in (W1, b1, W2)]
package_loss = network_loss(md.Tensor, *theirs)
g = md.backprop(package_loss)

worst_package = np.max([np.abs(our.grad - g[their]).max() for our, their in zip(ours, theirs)])
print(f"ours    {loss.value.item():.10f}   ∂L/∂b1 = {np.round(ours[1].grad, 4)}")
print(f"package {package_loss.item():.10f}   ∂L/∂b1 = {np.round(g[theirs[1]], 4)}")
print(f"largest difference over all weights: {worst_package:.1e}")

# %% [markdown]
# The package adds two properties for later chapters.
#
# ### Each step of the graph is visible
#
# Each tensor of the package knows its operation and its inputs. So we can follow the path from the loss down to W1 and
# print each operation.

# %%
tensor = package_loss
print("the path from the loss down to W1:")
while tensor.op is not None:
    inputs = ", ".join(str(parent.shape) for parent in tensor.inputs)
    size = np.abs(g[tensor]).max()
    print(f"  {type(tensor.op).__name__:<9} {inputs:<15} → {tensor.shape!s:<7} largest gradient {size:7.3f}")
    tensor = next(parent for parent in tensor.inputs if parent.requires_grad)

# %% [markdown]
# The rules know arrays only, no tensors. So a new operation needs only a few lines, and we can test the operation
# alone. Here is a cube:


# %%
class Cube(md.Op):
    """y = x³;  gx = g·3x²."""

    def forward(self, x):
        self.x = x
        return x**3

    def backward(self, grad):
        return (grad * 3 * self.x**2,)


cube = Cube()
print("by itself:    ", cube.forward(np.array([1.0, 2.0])), cube.backward(np.array([1.0, 1.0])))

point = md.Tensor([1.0, 2.0], requires_grad=True)
cubed = md.apply(Cube(), point)
gradient_of_cube = md.backprop(cubed.sum())[point]
print("in a graph:   ", cubed.data, gradient_of_cube)

# %% [markdown]
# The gradient-reversal node of this package is also such a class, and is as short as the cube.
#
# ### Gradients are returned, not written
#
# The networks of this course have *two* losses above common layers. The common layers are called the **trunk**, and
# their results the **features**. Later, one loss is about labels, the other about *domains*: where a point comes from.
# We want the gradient of each loss alone. First we ask our small engine, with a small trunk and two small losses.

# %%
trunk_weight = rng.standard_normal((2, 4))
label_weight, domain_weight = rng.standard_normal((4, 1)), rng.standard_normal((4, 1))


def two_losses(tensor_class, trunk):
    """Return the shared features, the label loss and the domain loss."""
    features = (tensor_class(examples) @ trunk).relu()  # (3, 2) @ (2, 4) → (3, 4)
    return features, ((features @ label_weight - wanted) ** 2).sum(), ((features @ domain_weight) ** 2).sum()


label_truth = numerical_gradient(lambda value: two_losses(Tensor, value)[1].value.item(), trunk_weight)
domain_truth = numerical_gradient(lambda value: two_losses(Tensor, value)[2].value.item(), trunk_weight)

trunk = Tensor(trunk_weight)
features, label_loss, domain_loss = two_losses(Tensor, trunk)
label_loss.backward()
label_written = trunk.grad
domain_loss.backward()
not_cleared = trunk.grad

print("the first row of the trunk's gradient")
print("  label loss,  numerical:", np.round(label_truth[0], 3))
print("  label loss,  written:  ", np.round(label_written[0], 3), " right")
print("  domain loss, numerical:", np.round(domain_truth[0], 3))
print("  domain loss, written:  ", np.round(not_cleared[0], 3), " wrong")

# %% [markdown]
# The second sweep added to the gradients of the first sweep. The **parameters** of a network are the numbers that
# training changes, its weights and biases. The usual advice is: "Set the gradients of the parameters to zero before
# each sweep." We follow the advice, on a new graph.

# %%
trunk = Tensor(trunk_weight)
features, label_loss, domain_loss = two_losses(Tensor, trunk)
label_loss.backward()
trunk.grad = np.zeros_like(trunk.grad)  # the usual advice
domain_loss.backward()
stale = trunk.grad
print("  domain loss, numerical     :", np.round(domain_truth[0], 3))
print("  domain loss, after clearing:", np.round(stale[0], 3), " still wrong")
large_label = np.abs(label_truth) > 0.1  # avoids a division by nearly 0
times_label = ((stale - domain_truth)[large_label] / label_truth[large_label]).mean()
print(f"  = the gradient of the domain loss + {times_label:.4f} · the gradient of the label loss")

# %% [markdown]
# The gradient is still wrong. We cleared the gradient of the trunk's *weight*. We did not clear the gradients between
# the weight and the losses: at the features, and at the matrix product below their relu. Both kept the gradient of the
# label loss. In the second sweep each passed this old gradient down again, so the label gradient arrives at the weight
# twice. A deeper trunk would make the error larger. Such a gradient is called *stale*. No error is raised, and the
# network trains for another goal than intended.
#
# This is true of our small engine, which keeps `grad` at every node. It is not true of PyTorch. PyTorch keeps `.grad`
# for the leaves (the parameters) alone and starts each sweep with empty gradients in between. There the usual advice is
# enough. We imitate PyTorch: before the second sweep, we also clear every node between the weight and the loss.


# %%
def clear_between(loss):
    """Set the gradient of each node that is no leaf to zero."""
    todo = [loss]
    for node in todo:  # the list grows during the loop
        todo += [parent for parent in node.inputs if parent not in todo]
        if node.inputs:
            node.grad = np.zeros_like(node.value)


trunk = Tensor(trunk_weight)
features, label_loss, domain_loss = two_losses(Tensor, trunk)
label_loss.backward()
trunk.grad = np.zeros_like(trunk.grad)  # the usual advice
clear_between(domain_loss)  # PyTorch needs no such line
domain_loss.backward()
as_in_pytorch = trunk.grad
print("  domain loss, numerical             :", np.round(domain_truth[0], 3))
print("  domain loss, nodes between cleared :", np.round(as_in_pytorch[0], 3), " right")

# %% [markdown]
# The package writes nothing during a sweep. Each sweep returns its own gradients, for the weights and for every tensor
# between the weights and the loss. The sweeps may run in any order, and more than once.

# %%
trunk = md.Tensor(trunk_weight, requires_grad=True)
features, label_loss, domain_loss = two_losses(md.Tensor, trunk)
g_domain = md.backprop(domain_loss)  # the order does not matter
g_label = md.backprop(label_loss)
g_again = md.backprop(domain_loss)

print("  label loss,  returned:", np.round(g_label[trunk][0], 3))
print("  domain loss, returned:", np.round(g_domain[trunk][0], 3))
print("  domain loss, again   :", np.round(g_again[trunk][0], 3))
print("at the features of the first example")
print("  label loss           :", np.round(g_label[features][0], 3))
print("  domain loss          :", np.round(g_domain[features][0], 3))

# %% [markdown]
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Set `WIDTH = 1`, in the cell that trains. One relu folds the plane along one line only: 87.8 % of the held-out
#    moons are right.
# 2. In `__rsub__` write `return self + -wrap(other)`. The value of `1 - x` at 0.4 becomes −0.6, and the check still
#    passes: a gradient check compares a rule with its own formula, and the formula is wrong now. The loss of the moons
#    becomes NaN, the logarithm of a negative number. Yet 99.5 % are right: no gradient reads the value of the loss.
# 3. Give the engine tanh: `y = np.tanh(self.value)`, and the rule `g * (1 - y**2)`. Use `tanh` in the place of `relu`
#    in `logit`. The check stays below 1e-8, and the held-out moons stay above 95 %.
# 4. In `backward` leave out `unbroadcast`: write `parent.grad + g`. The gradient of the bias has six numbers again, and
#    the moons end in an error about shapes.
# 5. In twenty lines: train three classes. Take `make_blobs` of scikit-learn, and a last layer of three numbers z. The
#    probability of class k is exp(z_k) / Σ exp(z_j). More than 95 % of well separated blobs must be right.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 2`.
#
# ## Facts
#
# The facts of the next cell hold for any change of numbers, seeds, sizes and widths, as long as no checked number lies
# on the kink of relu (0 behind the minus 1) and the rate does not throw the training far away.

# %%
assert np.max(list(checked.values())) < 1e-6, "each operator agrees with the numerical derivative"
assert worst_numerical < 1e-6, "a network of two layers agrees with the numerical derivative"
assert (1.0 - Tensor(0.4)).value == 0.6, "1 - x is not x - 1"
assert no_plain_numbers is AttributeError, "version 1 cannot multiply by a plain number"
assert no_plain_numbers_left is TypeError, "version 1 cannot stand on the right of a plain number"
assert wrong_shape == (3, 2), "version 2 returns a gradient for each copy of the bias"
assert mixed.dtype == object, "NumPy fills an array with objects of version 2"
assert no_matrix_product is TypeError, "version 2 has no matrix product"
assert bias.grad.shape == (2,), "version 3 sums over the copies of the bias"
assert start.grad == 1, "a chain of 10,000 operations can be swept"
assert falling[-1] < falling[0], "the loss on the moons falls"
assert worst_package < 1e-12, "the package finds the same gradients"
assert tensor is theirs[0], "the path from the loss ends at W1"
assert gradient_of_cube.tolist() == [3, 12], "an op of one's own has a forward and a backward rule on plain arrays"
assert np.allclose(label_written, label_truth, atol=1e-6), "the first sweep is right"
assert np.allclose(not_cleared, domain_truth + 3 * label_truth, atol=1e-6), "the second adds to old gradients"
assert np.allclose(stale, domain_truth + 2 * label_truth, atol=1e-6), "clearing the weight alone is not enough here"
assert np.allclose(as_in_pytorch, domain_truth, atol=1e-6), "if only leaves keep gradients, it is enough"
assert np.allclose(g_label[trunk], label_truth, atol=1e-6), "returned gradients: of the label loss"
assert np.allclose(g_domain[trunk], domain_truth, atol=1e-6), "returned gradients: of the domain loss"
assert (g_again[trunk] == g_domain[trunk]).all(), "returned gradients: the same in any order"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
assert wrong_gradient == 8, PRINTED + "the forgotten gradient is 8"
assert abs(numerical_gradient_of_w - 64) < 1e-4, PRINTED + "the true gradient is 64"
assert first_engine == (4, 8, 4), PRINTED + "L = 4, ∂L/∂w = 8, ∂L/∂b = 4, as in chapter 01"
assert length <= 60, PRINTED + "the engine has at most sixty lines"
assert falling[-1] < 0.05, PRINTED + "the loss on the moons ends below 0.05"
assert right > 0.97, PRINTED + "more than 97 % of the held-out moons are right"
assert not np.allclose(stale, domain_truth, atol=0.1), PRINTED + "the stale gradient is clearly wrong"

print("all facts hold")

# %% [markdown]
# **You can now** write an engine: give an operator its rule, check the rule, sweep a graph, and train a network with
# nothing else. You know why a gradient can be stale.
#
# **Next:** [03_a_classifier_on_moons.py](03_a_classifier_on_moons.py). One straight line cannot separate the moons.
# What does a layer add, and what must we not leave out?
