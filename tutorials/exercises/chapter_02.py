# %% [markdown]
# # Exercises of chapter 02 · an engine in sixty lines
#
# You build the engine of the chapter: a tensor that remembers how it was made, and a sweep that finds all gradients.
# The letter g is always the gradient of the loss at the result of an operation. A **rule** takes g and returns a tuple
# with one gradient for each input.

# %%
import itertools

import numpy as np

made = itertools.count()  # each new tensor takes the next number

# %% [markdown]
# ## unbroadcast · 10 minutes
#
# **Sum a gradient over the copies that broadcasting made.**
#
# NumPy repeats a small array so that it fits a larger one. For example, a bias of shape (2,) is repeated for each of 3
# examples, and the result has shape (3, 2). Each copy gets its own gradient. The one number behind the copies gets
# their sum. There are two kinds of copies:
#
# - new axes on the left: shape (2,) became (3, 2);
# - axes of size 1 that were repeated: shape (3, 1) became (3, 2).
#
# `unbroadcast(g, shape)` sums over both kinds, and returns an array of exactly the shape `shape`.
#
#     g = [[1, 2],     unbroadcast(g, (2,))   = [9, 12]
#          [3, 4],     unbroadcast(g, (3, 1)) = [[3], [7], [11]]
#          [5, 6]]     unbroadcast(g, (3, 2)) = g


# %%
def unbroadcast(g, shape):
    """Return g, summed over the copies of an array of this shape. g: an array; shape: a tuple."""
    # BEGIN SOLUTION
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            g = g.sum(axis=axis, keepdims=True)
    return g
    # END SOLUTION


# %% [markdown]
# ## operators · 15 minutes
#
# **Write the value and the rule of four operators.**
#
# Addition is written already: y = a + b grows as fast as a, and as fast as b. So its rule gives (g, g). Write the same
# for −, ·, ÷ and exp, in the class below. All arrays of this exercise have one shape. With ∂y/∂a, the derivative of the
# result by a, the gradient at a is g · ∂y/∂a, element by element.
#
#     y = a − b      ∂y/∂a = 1        ∂y/∂b = −1
#     y = a · b      ∂y/∂a = b        ∂y/∂b = a
#     y = a / b      ∂y/∂a = 1/b      ∂y/∂b = ?      (derive this one: y = a · b⁻¹)
#     y = exp(a)     ∂y/∂a = y
#
# Example: a = 6, b = 2, g = 10. Then a · b has the value 12 and the rule gives (20, 60). A rule of one input gives a
# tuple too: `(…,)`.
#
# ## matmul · 10 minutes
#
# **Write the rule of the matrix product.**
#
# C = A @ B with A (n, k) and B (k, m), so C and its gradient G are (n, m). The chapter derives
#
#     gA = Σ over m of G_nm B_km    which must be (n, k)
#     gB = Σ over n of A_nk G_nm    which must be (k, m)
#
# Write each sum as one matrix product. The shapes tell you which factor to transpose: `B.T` is (m, k).
#
#     A = [[1, 2]]     B = [[3],     G = [[10]]     gA = [[30, 40]]     gB = [[10],
#                           [4]]                                              [20]]
#
# The method is `__matmul__` in the class below.
#
# ## sweep · 20 minutes
#
# **Find all gradients, from the newest tensor back to the oldest.**
#
# Write `backward`, the last method of the class.
#
# 1. Collect each tensor below `self` once: `self`, its inputs, their inputs, and so on.
# 2. The gradient at `self` is 1 for each number: `np.ones_like(self.value)`.
# 3. Go through the tensors from the newest to the oldest. `order` is larger for a newer tensor.
# 4. A tensor with a rule asks the rule for the gradients of its inputs. *Add* each of them to the `grad` of its input,
#    after `unbroadcast(g, shape of the input)`. A tensor without a rule is an input of the formula: nothing to do.
#
# Example: x = 2, y = x · x, z = y + x. Then z.backward() gives y.grad = 1 and x.grad = 1 + 2 + 2 = 5. Do not let
# `backward` call itself: a long formula would reach Python's limit on nested calls.


# %%
class Tensor:
    """An array ``value``, the tensors ``inputs`` it was made of, and the ``rule`` of its operation."""

    __array_ufunc__ = None  # NumPy then leaves the operators to this class

    def __init__(self, value, inputs=(), rule=None):
        self.value, self.inputs, self.rule = np.asarray(value, float), inputs, rule
        self.grad, self.order = np.zeros_like(self.value), next(made)

    def __add__(self, other):
        other = wrap(other)
        return Tensor(self.value + other.value, (self, other), lambda g: (g, g))

    # exercise operators ----------------------------------------------------------------------------------------------

    def __sub__(self, other):
        other = wrap(other)
        # BEGIN SOLUTION operators
        return Tensor(self.value - other.value, (self, other), lambda g: (g, -g))
        # END SOLUTION

    def __mul__(self, other):
        other = wrap(other)
        # BEGIN SOLUTION operators
        return Tensor(self.value * other.value, (self, other), lambda g: (g * other.value, g * self.value))
        # END SOLUTION

    def __truediv__(self, other):
        other = wrap(other)
        # BEGIN SOLUTION operators
        y = self.value / other.value
        return Tensor(y, (self, other), lambda g: (g / other.value, -g * y / other.value))
        # END SOLUTION

    def exp(self):
        # BEGIN SOLUTION operators
        y = np.exp(self.value)
        return Tensor(y, (self,), lambda g: (g * y,))
        # END SOLUTION

    # exercise matmul -------------------------------------------------------------------------------------------------

    def __matmul__(self, other):
        other = wrap(other)
        # BEGIN SOLUTION matmul
        return Tensor(self.value @ other.value, (self, other), lambda g: (g @ other.value.T, self.value.T @ g))
        # END SOLUTION

    # exercise sweep --------------------------------------------------------------------------------------------------

    def backward(self):
        """Set the ``grad`` of each tensor below this one: the gradient of the sum of ``self.value``."""
        # BEGIN SOLUTION sweep
        nodes, todo = {self}, [self]
        for node in todo:  # the list grows during the loop
            new = [parent for parent in dict.fromkeys(node.inputs) if parent not in nodes]
            nodes.update(new)
            todo += new
        self.grad = np.ones_like(self.value)
        for node in sorted(nodes, key=lambda node: node.order, reverse=True):
            if node.rule is not None:
                for parent, g in zip(node.inputs, node.rule(node.grad)):
                    parent.grad = parent.grad + unbroadcast(g, parent.value.shape)
        # END SOLUTION

    # given: the number on the left -----------------------------------------------------------------------------------

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return wrap(other) - self

    def __rtruediv__(self, other):
        return wrap(other) / self

    def __neg__(self):
        return self * -1.0


def wrap(value):
    """Return a tensor as it is, and anything else as a new tensor."""
    return value if isinstance(value, Tensor) else Tensor(value)
