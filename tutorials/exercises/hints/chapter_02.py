"""The hints of chapter 02."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def by(what, name, first, second, gives=None, **more):
    """A slip that shows in one result."""
    return Slip(name, first, second, what=what, gives=gives, **more)


UNBROADCAST = Hints(
    "Which numbers of g belong to copies of one number? These numbers are added, and nothing else happens to them.",
    "First remove the new axes on the left, while g has more axes than shape. Then look at each axis of size 1.",
    (
        Slip("axes of size 1 are forgotten", "The new axes are summed. An axis of size 1 that was repeated is not.",
             "After the first loop go through enumerate(shape), and look for the size 1.",
             when=lambda found, shape, g: 1 in shape and np.shape(found) == g.shape[g.ndim - len(shape):]),
        Slip("nothing is summed", "g comes back unchanged. What do the copies of one number get together?",
             "Compare g.ndim with len(shape), and sum over axis 0 as long as g has more axes.",
             gives=lambda g, shape: g),
        Slip("the mean of the copies", "You take a mean. If each of 3 copies raises the loss by 1, how much do all 3?",
             "Gradients add where paths meet: no division by the number of copies.",
             when=lambda found, right, g: np.shape(found) == np.shape(right)
             and np.allclose(np.multiply(found, g.size / np.size(right)), right)),
        Slip("everything is summed", "You sum over all axes. Numbers that are no copies of one another stay apart.",
             "Only new axes, and axes of size 1, hold copies. sum() without an axis takes all.",
             when=lambda found, right, g: np.ndim(right) > 0 and np.allclose(found, g.sum())),
        Slip("one copy only", "You take one copy. The other copies were used in the formula, too.",
             "All copies count: replace the choice by a sum along this axis.",
             when=lambda found, right, g: any(
                 np.array_equal(found, other) for other in
                 (g[0], g[-1], g[:1], g[:, :1], g.max(axis=0), g.max(axis=1, keepdims=True)))),
        Slip("the axis is lost", "The numbers are right, but an axis of size 1 has gone: (3, 1) is not (3,).",
             "sum has an argument that keeps the summed axis with size 1.",
             when=lambda found, right: np.size(found) == np.size(right) and np.shape(found) != np.shape(right)
             and np.array_equal(np.ravel(found), np.ravel(right))),
        Slip("one new axis only", "One new axis is summed, and there are two. Is an if enough here?",
             "Ask again after each sum whether g still has too many axes: while.",
             when=lambda found, right, g, shape: g.ndim - len(shape) == 2 and np.ndim(found) == np.ndim(right) + 1),
        Slip("the wrong side", "You sum over axes on the right. On which side does NumPy add new axes?",
             "(2,) + (3, 2): the new axis is the first one, axis 0.",
             when=lambda found, g, right: g.ndim > np.ndim(right) and np.ndim(found) == g.ndim - 1
             and np.array_equal(found, g.sum(axis=-1))),
        Slip("reshape cannot sum", "reshape only moves numbers. Here many numbers become one.",
             "Use sum along an axis. The number of elements becomes smaller.",
             raises="^ValueError: cannot reshape|^ValueError: .*broadcast"),
        Slip("no such axis", "An axis does not exist. Remove the new axes first, so that g has as many axes as shape.",
             "Do the two steps in this order: new axes on the left, then axes of size 1.",
             raises="AxisError|out of bounds|IndexError"),
    ),
)  # fmt: skip

OPERATORS = Hints(
    "Take the example a = 6, b = 2, g = 10, and compute the value and both gradients by hand.",
    "Read the table of derivatives: the gradient at an input is g times the derivative by this input.",
    (
        by("a - b: gradient at b", "the minus of b", "If b grows, a − b falls. Where is this sign?",
           "Both inputs get g now. The derivative by b is −1.", lambda g: g),
        by("a - b: gradient at a", "the minus at a", "If a grows, a − b grows. The minus belongs to the other input.",
           "The rule gives (…, …) in the order of the inputs: a first.", lambda g: -g),
        by("a * b: gradient at a", "the factors are swapped", "At a you use a. How fast does a · b grow with a?",
           "Take a = 6, b = 2: if a grows by 1, then a · b grows by 2, which is b.", lambda a, g: g * a),
        by("a * b: gradient at b", "the factors are swapped", "At b you use b. How fast does a · b grow with b?",
           "Take a = 6, b = 2: if b grows by 1, then a · b grows by 6, which is a.", lambda b, g: g * b),
        by("a * b: gradient at a", "g is forgotten", "This is the derivative of the product alone. Where is g?",
           "The chain rule: multiply by the gradient that arrives.", lambda b: b),
        by("a / b: gradient at b", "the sign of the quotient", "If b grows, a / b falls (for positive a and b).",
           "The derivative of b⁻¹ has a minus sign.", lambda a, b, g: g * a / b**2),
        by("a / b: gradient at b", "the square is forgotten", "The derivative of 1 / b is not −1 / b.",
           "The power rule: the exponent −1 comes down, and the new exponent is −2.", lambda a, b, g: -g * a / b),
        by("a / b: gradient at b", "a is forgotten", "This is right for 1 / b. The numerator is a.",
           "The derivative of a · b⁻¹ keeps the factor a.", lambda b, g: -g / b**2),
        by("a / b: gradient at b", "as in a product", "a is the derivative of a · b by b. What is it for a · b⁻¹?",
           "Apply the power rule to b⁻¹, then multiply by a and by g.", lambda a, g: g * a),
        by("a / b: gradient at a", "a product in a quotient", "At a you multiply by b. How fast does a / b grow?",
           "Take b = 2: if a grows by 1, then a / b grows by one half.", lambda b, g: g * b),
        by("exp(a): gradient at a", "the rule of exp passes g on", "g passes unchanged, as if exp had slope 1.",
           "The slope of exp at a is exp(a): the value that you have computed already.", lambda g: g),
        by("exp(a): gradient at a", "g is forgotten", "This is the slope of exp alone. Where is g?",
           "The chain rule: multiply by the gradient that arrives.", lambda a: np.exp(a)),
        by("exp(a): gradient at a", "the input in the place of the value", "The slope of exp is not a.",
           "Keep the value y in a variable, and use y in the rule.", lambda a, g: g * a),
        Slip("the inputs", "The tensor must remember its inputs, in the order in which the rule answers.",
             "The second argument of Tensor is a tuple: (self, other), or (self,).",
             when=lambda found, right: isinstance(right, str) and right.startswith("a") and isinstance(found, str)),
        Slip("no tuple", "A rule returns a tuple, also for one input. Look at the comma.",
             "(x,) is a tuple of one value, and (x) is x.",
             when=lambda right: isinstance(right, str) and right.startswith("a tuple")),
        Slip("no tensor", "The operator should return a Tensor, so that the formula goes on.",
             "Look at __add__: Tensor(value, inputs, rule).", raises="has no attribute '(value|inputs|rule)'"),
        Slip("no rule", "The tensor has no rule. The third argument of Tensor is a function of g.",
             "Look at __add__: lambda g: (…, …).", raises="'NoneType' object is not callable"),
        Slip("a tensor in the rule", "The rule must give plain arrays. Does it use self or other without .value?",
             "A tensor times an array makes a new tensor. Take other.value and self.value.",
             when=lambda found: type(found).__name__ == "Tensor"),
    ),
)  # fmt: skip

PRODUCT = "a @ b: gradient at "
MATMUL = Hints(
    "Write the shapes: a (n, k), b (k, m), g (n, m). Which products of two of them, or of transposes, are (n, k)?",
    "gA multiplies G by B turned, gB multiplies A turned by G. Only one order gives the right shape.",
    (
        by(PRODUCT + "a", "b is not transposed", "G (n, m) times B (k, m) fits only for square arrays.",
           "The sum runs over m. In G @ ? the rows of the second factor must be m.", lambda b, g: g @ b),
        by(PRODUCT + "b", "a is not transposed", "A (n, k) times G (n, m) fits only for square arrays.",
           "The sum runs over n. In ? @ G the columns of the first factor must be n.", lambda a, g: a @ g),
        by(PRODUCT + "a", "the order of the factors", "The factors stand in the wrong order: (m, k) times (n, m).",
           "For gA the gradient stands on the left, as A stands on the left in A @ B.", lambda b, g: b.T @ g),
        by(PRODUCT + "b", "the order of the factors", "The factors stand in the wrong order: (n, m) times (k, n).",
           "For gB the gradient stands on the right, as B stands on the right in A @ B.", lambda a, g: g @ a.T),
        by(PRODUCT + "a", "the two gradients are swapped", "At a you give the gradient of b.",
           "The rule gives (gA, gB), in the order of the inputs.", lambda a, g: a.T @ g),
        by(PRODUCT + "a", "element by element", "This is the rule of a * b. In a matrix product each result is a sum.",
           "Replace * by @, then look at the shapes.", lambda b, g: g * b),
        by(PRODUCT + "b", "element by element", "This is the rule of a * b. In a matrix product each result is a sum.",
           "Replace * by @, then look at the shapes.", lambda a, g: g * a),
        by(PRODUCT + "a", "the result is transposed", "The numbers are right, with rows and columns exchanged.",
           "(X @ Y)ᵀ = Yᵀ @ Xᵀ. The result must have the shape of A.", lambda b, g: b @ g.T),
        by(PRODUCT + "b", "the result is transposed", "The numbers are right, with rows and columns exchanged.",
           "(X @ Y)ᵀ = Yᵀ @ Xᵀ. The result must have the shape of B.", lambda a, g: g.T @ a),
        by(PRODUCT + "b", "the mean over the batch", "You divide by the number of rows. Each row adds its own share.",
           "If the loss is a mean, its own gradient G is already divided by n.", lambda a, g: a.T @ g / len(a)),
        by(PRODUCT + "a", "G is forgotten", "This is B turned, without the gradient that arrives.",
           "The chain rule: a product with G.", lambda b: b.T),
        by("a @ b: value", "a product element by element", "The value is a * b. The operator @ is another product.",
           "NumPy has @ for arrays, too: self.value @ other.value.", lambda a, b: a * b),
        *[slip for slip in OPERATORS.slips if slip.name in ("the inputs", "no tuple", "no tensor", "no rule")],
    ),
)  # fmt: skip

CHAIN = "y = 2 x, z = 5 y: gradient at "
TWICE = "y = 2 x, z = y + x: gradient at x"
SWEEP = Hints(
    "Take x = 2, y = x · x, z = y + x on paper: which gradient arrives where, and in which order?",
    "Print node.order and node.grad in the loop. Each tensor should come once, the newest first.",
    (
        by(CHAIN + "z", "the start", "The sweep starts with the gradient of the last tensor by itself, which is 1.",
           "Set self.grad to ones before the loop.", lambda: np.zeros(2)),
        by(CHAIN + "y", "nothing arrives", "No gradient arrives at the input of the last operation.",
           "For each tensor with a rule: for parent, g in zip(node.inputs, node.rule(node.grad)).",
           lambda: np.zeros(2)),
        by(CHAIN + "y", "a tensor comes twice", "z asks its rule twice, so y gets 5 twice.",
           "Collect each tensor once: look whether it is there before you add it.", lambda: np.full(2, 10.0)),
        by(CHAIN + "x", "the oldest first", "The sweep has asked y before y had its gradient.",
           "Sort by order, with the largest first: reverse=True.", lambda: np.zeros(2)),
        by(CHAIN + "x", "the upstream gradient is lost", "x gets only the factor of the last step, 2. And the 5 above?",
           "Give the rule the gradient at its own tensor: node.rule(node.grad).", lambda: np.full(2, 2.0)),
        Slip("overwritten", "A second gradient replaces the first. x is used twice.",
             "Gradients add where paths meet: the new grad is the old grad plus g.", what=TWICE,
             when=lambda found: float(found) in (1.0, 2.0)),
        by("z = x + x: gradient at x", "one input, twice", "x is both inputs of one operation, and gets g twice.",
           "Go through the inputs with zip, and do not remove doubles there.", lambda: 1.0),
        by("z = x + x: gradient at x", "a tensor comes twice", "x or z comes twice in the list, so a rule runs twice.",
           "Collect each tensor once: look whether it is there before you add it.", lambda: 4.0),
        by("z = a + b: gradient at b", "the first input only", "Only the first input gets its gradient.",
           "Go through all inputs, beside the gradients of the rule: zip.", lambda: 0.0),
        by("h = 3 x, z = h + 10 h: gradient at h", "overwritten", "A second gradient replaces the first at h.",
           "Gradients add where paths meet.", when=lambda found: float(found) in (1.0, 10.0)),
        by("h = 3 x, z = h + 10 h: gradient at x", "h did not wait", "h passed its gradient on before all had arrived.",
           "Do not go in the order of discovery. Sort by order, the newest first.",
           when=lambda found: float(found) == 3.0),
        by("h = 3 x, z = h + 10 h: gradient at x", "a gradient is passed on twice",
           "A part of the gradient at h is passed on twice.",
           "Each tensor asks its rule once, with its whole gradient. Collect each tensor once.",
           when=lambda found: float(found) > 33.0),
        Slip("a tensor comes twice", "x gets too much: a rule runs twice, or a gradient is added twice.",
             "Collect each tensor once: look whether it is there before you add it.", what=TWICE,
             when=lambda found: float(found) > 3.0),
        Slip("no unbroadcast", "The gradient has the shape of the sum, not of the bias.",
             "Call unbroadcast(g, parent.value.shape) before you add.",
             what="bias (2,) + table (3, 2): gradient at the bias",
             when=lambda found: np.shape(found) == (3, 2)),
        Slip("in place", "`+=` on an array changes this array, and its shape cannot grow.",
             "Write parent.grad = parent.grad + …, after unbroadcast.", raises="UFuncOutput|output operand|broadcast"),
        Slip("a leaf has no rule", "The inputs of the formula have no rule: rule is None.",
             "Ask for node.rule is not None before you call it.", raises="'NoneType' object is not callable"),
        Slip("it calls itself", "The formula is longer than Python's limit on nested calls.",
             "Keep a list of tensors, and use a loop in the place of the call.", raises="^RecursionError"),
    ),
)  # fmt: skip

HINTS = {"unbroadcast": UNBROADCAST, "operators": OPERATORS, "matmul": MATMUL, "sweep": SWEEP}
