"""The tests of chapter 02. Each compares your code with numbers worked out by hand, or with difference quotients."""

import chapter_02 as yours
import numpy as np

from minidann.exercises import difference_quotient, expect, several

TABLE = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])  # (3, 2)


def test_unbroadcast():
    for shape, right in (
        ((2,), [9.0, 12.0]),
        ((3, 1), [[3.0], [7.0], [11.0]]),
        ((1, 2), [[9.0, 12.0]]),
        ((3, 2), TABLE),
        ((), 21.0),
    ):
        found = yours.unbroadcast(TABLE, shape)
        expect(f"g (3, 2) to shape {shape}", found, right, g=TABLE, shape=shape)


def test_unbroadcast_two_new_axes():
    g = np.arange(24.0).reshape(4, 3, 2)
    for shape, right in (((2,), [132.0, 144.0]), ((3, 1), [[76.0], [92.0], [108.0]])):
        expect(f"g (4, 3, 2) to shape {shape}", yours.unbroadcast(g, shape), right, g=g, shape=shape)


A = np.array([[6.0, -1.0], [0.5, 2.0]])
B = np.array([[2.0, 4.0], [-0.5, 1.5]])
G = np.array([[10.0, 1.0], [-3.0, 0.5]])


def check(name, apply, of_arrays, *values):
    """Compare the value and the rule of an operation with NumPy and with difference quotients."""
    inputs = [yours.Tensor(value) for value in values]
    result = apply(*inputs)
    given = {"g": G, **dict(zip("ab", values))}
    expect(f"{name}: value", result.value, of_arrays(*values), **given)
    names = ["ab"[inputs.index(each)] if each in inputs else "another tensor" for each in result.inputs]
    expect(f"{name}: inputs", ", ".join(names) or "none", ", ".join("ab"[: len(values)]))
    found = several(f"{name}: what the rule returns", result.rule(G), len(values))
    for i, letter in enumerate("ab"[: len(values)]):

        def loss(value, i=i):
            return (of_arrays(*values[:i], value, *values[i + 1 :]) * G).sum()

        expect(f"{name}: gradient at {letter}", found[i], difference_quotient(loss, values[i]), tolerance=1e-5, **given)


def test_operators():
    check("a - b", lambda a, b: a - b, np.subtract, A, B)
    check("a * b", lambda a, b: a * b, np.multiply, A, B)
    check("a / b", lambda a, b: a / b, np.divide, A, B)
    check("exp(a)", lambda a: a.exp(), np.exp, A)


def test_matmul():
    check("a @ b", lambda a, b: a @ b, np.matmul, A, B)


def test_matmul_other_shapes():
    rng = np.random.default_rng(0)
    a, b, g = rng.standard_normal((2, 3)), rng.standard_normal((3, 4)), rng.standard_normal((2, 4))
    found = several("a (2, 3) @ b (3, 4): what the rule returns", (yours.Tensor(a) @ yours.Tensor(b)).rule(g), 2)
    for letter, gradient, value, loss in (
        ("a", found[0], a, lambda value: (value @ b * g).sum()),
        ("b", found[1], b, lambda value: (a @ value * g).sum()),
    ):
        expect(f"a (2, 3) @ b (3, 4): gradient at {letter}", gradient, difference_quotient(loss, value), a=a, b=b, g=g)


def scaled(x, factor):
    """A tensor of the value factor · x. The tests of the sweep make their own operations."""
    return yours.Tensor(x.value * factor, (x,), lambda g: (g * factor,))


def added(*inputs):
    return yours.Tensor(sum(x.value for x in inputs), inputs, lambda g: (g,) * len(inputs))


def test_sweep_chain():
    x = yours.Tensor([1.0, 4.0])
    y = scaled(x, 2.0)
    z = scaled(y, 5.0)
    z.backward()
    expect("y = 2 x, z = 5 y: gradient at z", z.grad, [1.0, 1.0])
    expect("y = 2 x, z = 5 y: gradient at y", y.grad, [5.0, 5.0])
    expect("y = 2 x, z = 5 y: gradient at x", x.grad, [10.0, 10.0])


def test_sweep_two_inputs():
    a, b = yours.Tensor(1.0), yours.Tensor(1.0)
    added(a, b).backward()
    expect("z = a + b: gradient at b", b.grad, 1.0)


def test_sweep_two_uses():
    x = yours.Tensor(3.0)
    y = scaled(x, 2.0)
    added(y, x).backward()
    expect("y = 2 x, z = y + x: gradient at x", x.grad, 3.0)
    x = yours.Tensor(3.0)
    added(x, x).backward()
    expect("z = x + x: gradient at x", x.grad, 2.0)


def test_sweep_waits():
    """h must have both of its gradients before its rule is asked."""
    x = yours.Tensor(1.0)
    h = scaled(x, 3.0)
    left = scaled(scaled(h, 10.0), 1.0)
    z = added(h, left)
    z.backward()
    expect("h = 3 x, z = h + 10 h: gradient at h", h.grad, 11.0)
    expect("h = 3 x, z = h + 10 h: gradient at x", x.grad, 33.0)


def test_sweep_copies():
    bias = yours.Tensor([1.0, 2.0])
    table = yours.Tensor(TABLE)
    yours.Tensor(bias.value + table.value, (bias, table), lambda g: (g, g)).backward()
    expect("bias (2,) + table (3, 2): gradient at the bias", bias.grad, [3.0, 3.0])


def test_sweep_long():
    start = end = yours.Tensor(1.0)
    for _ in range(5000):
        end = scaled(end, 1.0)
    end.backward()
    expect("5,000 operations: gradient at the start", start.grad, 1.0)
