"""Wrong answers to the exercises of chapter 02."""

FIRST = "    while g.ndim > len(shape):"
WHILE = "    while g.ndim > len(shape):\n        g = g.sum(axis=0)\n"
ONES = "        if size == 1:\n            g = g.sum(axis=axis, keepdims=True)\n"
SUB = "lambda g: (g, -g)"
MUL = "lambda g: (g * other.value, g * self.value)"
DIV = "lambda g: (g / other.value, -g * y / other.value)"
EXP = "return Tensor(y, (self,), lambda g: (g * y,))"
MATMUL = "lambda g: (g @ other.value.T, self.value.T @ g)"
ADD = "parent.grad = parent.grad + unbroadcast(g, parent.value.shape)"
START = "self.grad = np.ones_like(self.value)\n"
SORTED = "sorted(nodes, key=lambda node: node.order, reverse=True)"

DEPTH = "def depth(x):\n            return 1 + max(map(depth, x.inputs), default=0)\n        depth(self)\n        "

WRONG = {
    "unbroadcast": [
        ("nothing is summed", FIRST, f"    return g\n{FIRST}"),
        ("the mean of the copies", "g = g.sum(axis=0)", "g = g.mean(axis=0)"),
        (
            "everything is summed",
            "    while g.ndim > len(shape):",
            "    return g.sum()\n    while g.ndim > len(shape):",
        ),
        ("one copy only", "g = g.sum(axis=0)", "g = g[0]"),
        ("one copy only", "g = g.sum(axis=0)", "g = g.max(axis=0)"),
        ("the axis is lost", "g = g.sum(axis=axis, keepdims=True)\n    return g", "g = g.sum(axis=axis)\n    return g"),
        ("one new axis only", "while g.ndim > len(shape):", "if g.ndim > len(shape):"),
        ("axis 0 always", FIRST, f"    return g.sum(axis=0)\n{FIRST}"),
        ("the wrong side", "g = g.sum(axis=0)", "g = g.sum(axis=-1)"),
        ("axes of size 1 are forgotten", ONES, "        pass\n"),
        ("reshape cannot sum", WHILE, "    return g.reshape(shape)\n"),
        ("no such axis", WHILE, "    g = g.sum(axis=2)\n"),
        ("nothing is returned", "    return g\n    # END", "    # END"),
    ],
    "operators": [
        ("the minus of b", SUB, "lambda g: (g, g)"),
        ("the minus at a", SUB, "lambda g: (-g, g)"),
        ("the factors are swapped", MUL, "lambda g: (g * self.value, g * other.value)"),
        ("g is forgotten", MUL, "lambda g: (other.value, self.value)"),
        ("a tensor in the rule", MUL, "lambda g: (other, self)"),
        ("a matrix product", MUL, "lambda g: (g @ other.value, g @ self.value)"),
        ("an operator of the tensor", "self.value / other.value", "self * other**-1"),
        ("the sign of the quotient", DIV, "lambda g: (g / other.value, g * y / other.value)"),
        ("the square is forgotten", DIV, "lambda g: (g / other.value, -g * y)"),
        ("a is forgotten", DIV, "lambda g: (g / other.value, -g / other.value**2)"),
        ("as in a product", DIV, "lambda g: (g / other.value, g * self.value)"),
        ("a product in a quotient", DIV, "lambda g: (g * other.value, -g * y / other.value)"),
        ("the rule of exp passes g on", EXP, EXP.replace("g * y", "g")),
        ("g is forgotten", EXP, EXP.replace("g * y", "y")),
        ("the input in the place of the value", EXP, EXP.replace("g * y", "g * self.value")),
        ("no tuple", EXP, EXP.replace("(g * y,)", "(g * y)")),
        ("the inputs", EXP, EXP.replace("(self,)", "()")),
        ("no tensor", EXP, "return y"),
        ("no rule", EXP, "return Tensor(y, (self,))"),
        ("no rule", EXP, "return Tensor(y, (self,), (y,))"),
    ],
    "matmul": [
        ("b is not transposed", MATMUL, "lambda g: (g @ other.value, self.value.T @ g)"),
        ("a is not transposed", MATMUL, "lambda g: (g @ other.value.T, self.value @ g)"),
        ("the order of the factors", MATMUL, "lambda g: (other.value.T @ g, self.value.T @ g)"),
        ("the order of the factors", MATMUL, "lambda g: (g @ other.value.T, g @ self.value.T)"),
        ("the two gradients are swapped", MATMUL, "lambda g: (self.value.T @ g, g @ other.value.T)"),
        ("element by element", MATMUL, "lambda g: (g * other.value, g * self.value)"),
        ("element by element", MATMUL, "lambda g: (g @ other.value.T, g * self.value)"),
        ("the result is transposed", MATMUL, "lambda g: (other.value @ g.T, self.value.T @ g)"),
        ("the result is transposed", MATMUL, "lambda g: (g @ other.value.T, g.T @ self.value)"),
        ("the mean over the batch", MATMUL, "lambda g: (g @ other.value.T, self.value.T @ g / len(g))"),
        ("G is forgotten", MATMUL, "lambda g: (other.value.T, self.value.T)"),
        ("the opposite sign", MATMUL, "lambda g: (-g @ other.value.T, self.value.T @ g)"),
        ("no arrays", MATMUL, "lambda g: (g @ other.T, self.T @ g)"),
        ("a product element by element", "self.value @ other.value,", "self.value * other.value,"),
    ],
    "sweep": [
        ("overwritten", ADD, "parent.grad = unbroadcast(g, parent.value.shape)"),
        ("the start", START, "pass\n"),
        ("the oldest first", SORTED, "sorted(nodes, key=lambda node: node.order)"),
        ("the upstream gradient is lost", "node.rule(node.grad)", "node.rule(np.ones_like(node.grad))"),
        ("h did not wait", f"for node in {SORTED}", "for node in todo"),
        (
            "one input, twice",
            "zip(node.inputs, node.rule(node.grad))",
            "dict(zip(node.inputs, node.rule(node.grad))).items()",
        ),
        (
            "a tensor comes twice",
            f"for node in {SORTED}",
            "for node in sorted(todo + [self], key=lambda node: node.order, reverse=True)",
        ),
        ("the first input only", "zip(node.inputs,", "zip(node.inputs[:1],"),
        ("no unbroadcast", ADD, "parent.grad = parent.grad + g"),
        ("in place", ADD, "parent.grad += g"),
        ("a leaf has no rule", "if node.rule is not None", "if True"),
        (
            "it calls itself",
            START,
            DEPTH + START,
        ),
        ("nothing arrives", ADD, "parent.gradient = parent.grad + g"),
    ],
}
