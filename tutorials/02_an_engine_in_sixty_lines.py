# %% [markdown]
# # 2 · An engine in sixty lines
#
# **Can sixty lines find the gradient of any formula that we write down?**
#
# In chapter 01 we walked back by hand. Now a program walks back. We start with the smallest engine that could work. We
# run the engine until it fails, and then we repair exactly this failure. Each version below is a whole engine. The last
# version is enough for a network.

# %%
import inspect
import itertools
import sys

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.plots import show_figure, style

BLUE, ORANGE, GREY = *style.OTHERS[:2], style.CHANCE  # for readers with any colour vision


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
print(f"L = {loss.value:g}   ∂L/∂w = {w.grad:g}   ∂L/∂b = {b.grad:g}")
assert (loss.value, w.grad, b.grad) == (4, 8, 4)  # the numbers of chapter 01

# %% [markdown]
# The engine works, although it did not know the formula in advance: it *recorded the formula during the run*. Which
# formulas fail?

# %%
no_plain_numbers = fails(lambda: w * 2.0)
no_plain_numbers_left = fails(lambda: 2.0 * w)

# %% [markdown]
# ## Version 2: plain numbers beside our numbers
#
# Two small repairs are needed. A value that is not a `Number2` becomes a `Number2`. The methods `__radd__` and
# `__rmul__` answer if our number stands on the right of the sign. The rest is inherited.


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
assert w.grad == 8

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
# The third failure is the matrix product, which every layer of a network needs.

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
# Here is the whole engine. Each rule stands beside its operator. One function undoes broadcasting. One line tells NumPy
# that the operators are ours. The sweep uses no recursion. There are also a few more operators, because each needs only
# two or three lines.


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

    def __matmul__(self, other):
        other = wrap(other)
        return Tensor(self.value @ other.value, (self, other), lambda g: (g @ other.value.T, self.value.T @ g))

    def __pow__(self, k):
        return Tensor(self.value**k, (self,), lambda g: (g * k * self.value ** (k - 1),))

    def exp(self):
        y = np.exp(self.value)
        return Tensor(y, (self,), lambda g: (g * y,))

    def log(self):
        return Tensor(np.log(self.value), (self,), lambda g: (g / self.value,))

    def relu(self):
        return Tensor(np.maximum(self.value, 0), (self,), lambda g: (g * (self.value > 0),))

    def sum(self, axis=None):
        y = self.value.sum(axis=axis, keepdims=True)  # the sum grows as fast as each element: repeat g
        return Tensor(y, (self,), lambda g: (np.broadcast_to(g, self.value.shape),))

    def __sub__(self, other):
        return self + wrap(other) * -1.0

    def __truediv__(self, other):
        return self * wrap(other) ** -1.0

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
# How long is the engine? Python counts the lines of all methods and of the two functions below the class.

# %%
parts = [part for part in vars(Tensor).values() if inspect.isfunction(part)]
length = sum(len(inspect.getsource(part).splitlines()) for part in [*dict.fromkeys(parts), wrap, unbroadcast])
print(f"{length} lines of code")

# %% [markdown]
# Are the three failures gone? And does a small network get the right gradients? We check as in chapter 01: we change
# each weight a little and measure the loss.


# %%
def numerical_gradient(f, array, step=1e-5):
    """Return the numerical derivative of f by each element of an array, in the shape of the array."""
    result = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        change = np.zeros_like(array)
        change[i] = step
        result[i] = (f(array + change) - f(array - change)) / (2 * step)
    return result


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
# ## The package's engine beside it
#
# We use the same formula and the same weights with `minidann`. Only the last line differs. Our engine writes the
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
assert tensor is theirs[0]

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
# A domain-adversarial network has one trunk, the features, and *two* losses above the trunk. We want the gradient of
# each loss alone. First we ask our small engine, with a small trunk and two small losses.

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
# The second sweep added to the gradients of the first sweep. The usual advice is: "Set the gradients of the parameters
# to zero before each sweep." We follow the advice, on a new graph.

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
# ## A gradient that becomes simple: softmax and cross-entropy
#
# One loss deserves its own rule. A classifier ends in *logits* z, one number for each class. Softmax turns the logits
# into probabilities p. The cross-entropy is the negative logarithm of the probability of the true class y:
#
#     p_k = exp(z_k) / Σ_j exp(z_j)               L = −log p_y
#
# Our engine can compute this loss step by step.

# %%
logits = np.array([[2.0, 1.0, -1.0], [0.0, 0.5, 0.0], [-1.0, 3.0, 1.0]])  # three examples, three classes
labels = np.array([0, 2, 1])
onehot = np.eye(3)[labels]


def long_way(z):
    powers = z.exp()
    p = powers / powers.sum(axis=1)
    return (p.log() * onehot).sum() * (-1.0 / len(labels))  # onehot picks the true class, 1/n makes it a mean


z = Tensor(logits)
long_loss = long_way(z)
long_loss.backward()
print(f"loss {long_loss.value.item():.6f}")
print(np.round(z.grad, 4))

# %% [markdown]
# Large logits break this version. exp overflows, ∞/∞ is NaN, and every later result is NaN.

# %%
large = Tensor(logits * 500)
with np.errstate(all="ignore"):
    overflown = long_way(large)
    overflown.backward()
print(f"loss {overflown.value.item()}, gradient of the last example {large.grad[-1]}")

# %% [markdown]
# The solution is to simplify on paper first. The logarithm undoes the exponential of the true class:
#
#     L = −log ( exp(z_y) / Σ_j exp(z_j) ) = −z_y + log Σ_j exp(z_j)
#
# Now we differentiate by one logit z_k. The first term gives −1 if k is the true class, and 0 otherwise. This is minus
# the one-hot vector. The second term gives, by the chain rule through log and exp,
#
#     1 / Σ_j exp(z_j)  ·  exp(z_k)  =  p_k
#
# Together, and for a mean over n examples:
#
#     ∂L/∂z = (p − onehot) / n
#
# All the exponentials, quotients and logarithms have become one subtraction: *the predicted probability minus the true
# one*. To avoid overflow, we first subtract the largest logit of an example from all its logits. This changes no
# probability, because the numerator and the denominator are divided by the same number. Here is the loss as an op of
# the package:


# %%
class SoftmaxCrossEntropy(md.Op):
    """L = mean of −z_y + log Σ exp z;  gz = g·(p − onehot)/n."""

    def __init__(self, labels):
        self.labels = labels

    def forward(self, z):
        z = z - z.max(axis=1, keepdims=True)  # (n, k)
        total = np.exp(z).sum(axis=1, keepdims=True)  # (n, 1)
        self.p = np.exp(z) / total
        rows = np.arange(len(z))
        return (np.log(total[:, 0]) - z[rows, self.labels]).mean()

    def backward(self, grad):
        onehot = np.eye(self.p.shape[1])[self.labels]
        return (grad * (self.p - onehot) / len(onehot),)


def short_loss(array):
    return SoftmaxCrossEntropy(labels).forward(array)


z_md = md.Tensor(logits, requires_grad=True)
short_way = md.backprop(md.apply(SoftmaxCrossEntropy(labels), z_md))[z_md]
builtin = md.backprop(md.cross_entropy(z_md, labels))[z_md]
numerical_logits = numerical_gradient(short_loss, logits)

for name, gradient in {"long way": z.grad, "package": builtin, "numerical": numerical_logits}.items():
    print(f"short way against {name:<8}: largest difference {np.abs(short_way - gradient).max():.1e}")

large_md = md.Tensor(logits * 500, requires_grad=True)
large_loss = md.apply(SoftmaxCrossEntropy(labels), large_md)
large_gradient = md.backprop(large_loss)[large_md]
print(f"large logits: loss {large_loss.item():.2f}, gradient of the last example {large_gradient[-1]}")

# %% [markdown]
# The figure shows the three examples. An orange bar upwards means that gradient descent lowers this logit. A bar
# downwards means that gradient descent raises this logit. The logit of the true class always rises, in proportion to 1
# − p. All other logits fall, in proportion to p. The orange bars of one example add up to zero.

# %%
figure, axes = plt.subplots(1, 3, figsize=(10, 3.2), layout="constrained", sharey=True)
probabilities = short_way * len(labels) + onehot
for ax, p, truth, label in zip(axes, probabilities, onehot, labels):
    ax.bar(np.arange(3) - 0.2, p, 0.4, color=BLUE, label="probability p")
    ax.bar(np.arange(3) + 0.2, p - truth, 0.4, color=ORANGE, label="gradient p − onehot")
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set(xticks=range(3), xlabel="class", title=f"true class {label}: loss {-np.log(p[label]):.2f}", ylim=(-1, 1))
axes[0].legend(loc="lower right", fontsize="small")
show_figure(
    figure,
    "02-1",
    "Three bar charts, one an example: the probabilities of three classes, and the gradient p − onehot, "
    "negative at the true class alone.",
)

# %% [markdown]
# ## What we now know

# %%
# Sixty lines are enough for arrays, broadcasting, matrix products and a sweep.
assert length <= 60
assert worst_numerical < 1e-6
assert start.grad == 1
assert sys.getrecursionlimit() < 10_000

# Each failure of a version is repaired in the next version.
assert no_plain_numbers is AttributeError
assert no_plain_numbers_left is TypeError
assert wrong_shape == (3, 2)
assert mixed.dtype == object
assert bias.grad.shape == (2,)
assert no_matrix_product is TypeError

# The package's engine gives the same gradients.
assert worst_package < 1e-12

# An op is a class with a forward and a backward rule. Both rules work on plain arrays.
assert gradient_of_cube.tolist() == [3, 12]

# An engine that keeps a gradient at every node leaves stale gradients, even if the parameters are cleared.
assert np.allclose(label_written, label_truth, atol=1e-6)
assert np.allclose(not_cleared, domain_truth + 3 * label_truth, atol=1e-6)
assert np.allclose(stale, domain_truth + 2 * label_truth, atol=1e-6)
assert not np.allclose(stale, domain_truth, atol=0.1)

# If only the leaves keep a gradient from sweep to sweep, as in PyTorch, then clearing the parameters is enough.
assert np.allclose(as_in_pytorch, domain_truth, atol=1e-6)

# Returned gradients are never stale, in any order of the sweeps.
assert np.allclose(g_label[trunk], label_truth, atol=1e-6)
assert np.allclose(g_domain[trunk], domain_truth, atol=1e-6)
assert (g_again[trunk] == g_domain[trunk]).all()

# The gradient of softmax and cross-entropy is (p − onehot)/n. It does not overflow and sums to zero over the classes.
assert np.abs(short_way - z.grad).max() < 1e-12
assert np.abs(short_way - builtin).max() < 1e-12
assert np.abs(short_way - numerical_logits).max() < 1e-9
assert np.isnan(overflown.value)
assert np.isfinite(large_loss.item())
assert np.isfinite(large_gradient).all()
assert np.abs(short_way.sum(axis=1)).max() < 1e-12
assert (np.sign(short_way) == 1 - 2 * onehot).all()

print("all facts hold")

# %% [markdown]
# **Next:** [03_a_classifier_on_moons.py](03_a_classifier_on_moons.py). We can find every gradient. Now we follow the
# gradients downhill, and a network learns.
