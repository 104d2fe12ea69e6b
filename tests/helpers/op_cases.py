"""One table of everything the engine can differentiate, as function and as method, for the tests that hold for all.

A case: its name, the function of tensors, the shapes of its inputs, and the domain they are drawn from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import minidann as md
from minidann.engine.devices import move_like


def _signed(rng, shape):
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 2, shape)


DOMAINS = {
    "real": lambda rng, shape: rng.standard_normal(shape),
    "positive": lambda rng, shape: rng.uniform(0.5, 2, shape),
    "not zero": _signed,  # away from a kink, or from a pole
    "distinct": lambda rng, shape: rng.permutation(int(np.prod(shape))).reshape(shape) * 0.1,  # no ties
}


@dataclass(frozen=True)
class Case:
    name: str
    function: Callable[..., md.Tensor]
    shapes: tuple[tuple[int, ...], ...]
    domain: str = "real"

    def arrays(self, dtype=np.float64):
        rng = np.random.default_rng(3)
        return [np.asarray(DOMAINS[self.domain](rng, shape)).astype(dtype) for shape in self.shapes]

    def __str__(self):
        return f"{self.name} of {' '.join(map(str, self.shapes))}".replace(",)", ")")


def _cases(shapes, *rows):
    return [Case(name, function, given, *rest) for name, function, *rest in rows for given in shapes]


_row = np.array([True, False, True])
_labels = np.array([0, 2, 1, 2])
_soft = np.array([0.0, 1.0, 0.3, 0.9])

ARITHMETIC = _cases(
    [((2, 3), (2, 3)), ((2, 3), (3,)), ((), (2, 3)), ((2, 1), (1, 3)), ((), ())],
    ("md.add", md.add),
    ("a + b", lambda a, b: a + b),
    ("md.subtract", md.subtract),
    ("a - b", lambda a, b: a - b),
    ("md.multiply", md.multiply),
    ("a * b", lambda a, b: a * b),
    ("md.divide", md.divide, "not zero"),
    ("a / b", lambda a, b: a / b, "not zero"),
    ("md.power", md.power, "positive"),
    ("a ** b", lambda a, b: a**b, "positive"),
    ("md.maximum", md.maximum),
    ("md.where", lambda a, b: md.where(move_like(_row, a.data), a, b)),
)

ELEMENTWISE = _cases(
    [((2, 3),), ((),)],
    ("md.negate", md.negate),
    ("-x", lambda x: -x),
    ("x ** 3", lambda x: x**3, "not zero"),
    ("2 ** x", lambda x: 2**x),
    ("1 / x", lambda x: 1 / x, "not zero"),
    ("1 - x", lambda x: 1 - x),
    ("md.exp", md.exp),
    ("x.exp()", lambda x: x.exp()),
    ("md.log", md.log, "positive"),
    ("x.log()", lambda x: x.log(), "positive"),
    ("md.tanh", md.tanh),
    ("x.tanh()", lambda x: x.tanh()),
    ("md.sigmoid", md.sigmoid),
    ("x.sigmoid()", lambda x: x.sigmoid()),
    ("md.relu", md.relu, "not zero"),
    ("x.relu()", lambda x: x.relu(), "not zero"),
    ("md.softplus", md.softplus),
    ("x.softplus()", lambda x: x.softplus()),
    ("md.abs", md.abs, "not zero"),
    ("x.abs()", lambda x: x.abs(), "not zero"),
    ("abs(x)", abs, "not zero"),
    ("md.sqrt", md.sqrt, "positive"),
    ("x.sqrt()", lambda x: x.sqrt(), "positive"),
    ("md.clip", lambda x: md.clip(x, -0.5, 0.5)),
    ("x.clip()", lambda x: x.clip(-0.5, 0.5)),
)

SHAPES = _cases(
    [((2, 3),)],
    ("md.reshape", lambda x: md.reshape(x, (3, -1))),
    ("x.reshape(3, 2)", lambda x: x.reshape(3, 2)),
    ("x.reshape((6,))", lambda x: x.reshape((6,))),
    ("md.transpose", md.transpose),
    ("md.transpose(axes)", lambda x: md.transpose(x, (-1, 0))),
    ("x.transpose()", lambda x: x.transpose()),
    ("x.transpose(1, 0)", lambda x: x.transpose(1, 0)),
    ("x.T", lambda x: x.T),
    ("x[1]", lambda x: x[1]),
    ("x[:, ::2]", lambda x: x[:, ::2]),
    ("x[..., None]", lambda x: x[..., None]),
    ("md.broadcast", lambda x: md.broadcast(x, (4, 2, 3))),
    ("concatenate with itself", lambda x: md.concatenate([x, x], axis=1)),
) + _cases(
    [((2, 3), (2, 3))],
    ("md.concatenate", lambda a, b: md.concatenate([a, b])),
    ("md.concatenate(axis=-1)", lambda a, b: md.concatenate([a, b], axis=-1)),
    ("md.stack", lambda a, b: md.stack([a, b])),
    ("md.stack(axis=-1)", lambda a, b: md.stack([a, b], axis=-1)),
)

REDUCTIONS = _cases(
    [((2, 3, 2),)],
    *[
        (f"{name}({spelled})", lambda x, function=function, given=given: function(x, **given), "distinct")
        for name, function in [
            ("md.sum", md.sum),
            ("x.sum", lambda x, **given: x.sum(**given)),
            ("md.mean", md.mean),
            ("x.mean", lambda x, **given: x.mean(**given)),
            ("md.max", md.max),
            ("x.max", lambda x, **given: x.max(**given)),
            ("md.logsumexp", md.logsumexp),
        ]
        for spelled, given in [
            ("", {}),
            ("axis=1", {"axis": 1}),
            ("axis=(0, -1), keepdims", {"axis": (0, -1), "keepdims": True}),
        ]
    ],
    ("md.log_softmax", md.log_softmax),
    ("md.log_softmax(axis=1)", lambda x: md.log_softmax(x, axis=1)),
)

MATMUL = _cases(
    [((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((4, 1, 2, 3), (5, 3, 2)), ((2, 2, 3), (3,))],
    ("md.matmul", md.matmul),
    ("a @ b", lambda a, b: a @ b),
) + _cases([((4, 3), (3, 2), (2,)), ((4, 3), (3, 1), (1,))], ("md.affine", md.affine))

LOSSES = _cases([((4, 3),)], ("md.cross_entropy", lambda z: md.cross_entropy(z, move_like(_labels, z.data)))) + _cases(
    [((4,),), ((4, 1),)],
    ("md.binary_cross_entropy_with_logits", lambda z: md.binary_cross_entropy_with_logits(z, move_like(_soft, z.data))),
)

NORMALISATION = _cases(
    [((4, 3), (3,), (3,)), ((2, 2, 3, 2), (2,), (2,)), ((5, 1), (1,), (1,))],
    ("md.batch_normalise", md.batch_normalise),
    ("md.batch_normalise(epsilon=0)", lambda x, scale, shift: md.batch_normalise(x, scale, shift, epsilon=0)),
)

CASES = ARITHMETIC + ELEMENTWISE + SHAPES + REDUCTIONS + MATMUL + LOSSES + NORMALISATION
