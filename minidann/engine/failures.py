"""The error messages of an op that refuses its inputs."""

from __future__ import annotations

from collections.abc import Sequence

from .. import _validate
from .backend import Array
from .devices import mixed_backends
from .ops.op import Op

LONGEST, MANY = 300, 6  # letters of a message, shapes in a message


def explain(error: Exception, op: Op, arrays: Sequence[Array]) -> Exception | None:
    """The error of a forward rule with the name of the op, its inputs by name and shape, and the rule for shapes.

    None if there is nothing to add: for a TypeError or AttributeError that does not come from arrays on different
    devices, and does not come from an ``op`` that is none.
    """
    if not isinstance(op, Op):
        return TypeError(f"op: got {_validate.shown(op)}, expected an Op, such as Tanh()")
    name = type(op).__name__
    # ravel, because an array without axes must be on the device of the others too
    mixed = mixed_backends([*(array.ravel() for array in arrays), *vars(op).values()])
    if mixed:
        return TypeError(f"{name}: {mixed}")
    if isinstance(error, (TypeError, AttributeError)):
        return None
    rule, reason = op.shape_rule, " ".join(str(error).split())
    if rule and not reason.startswith("operands could not be broadcast"):  # the same rule in NumPy's words
        rule += f" ({reason})"
    kind = ValueError if isinstance(error, (ValueError, OverflowError)) else IndexError
    message = f"{name} of {_shapes(op, arrays)}: {rule or reason}"
    return kind(message if len(message) <= LONGEST else f"{message[: LONGEST - 2]}…)")


def _shapes(op: Op, arrays: Sequence[Array]) -> str:
    """The shapes with the names of the inputs, such as "a (2, 3) and b (2,)"."""
    shapes = [str(array.shape) for array in arrays]
    names = op.arguments
    if len(names) < len(shapes):
        few = shapes if len(shapes) <= MANY else [*shapes[: MANY - 1], "…"]
        return f"{names[-1]} {' and '.join(few)}"
    return " and ".join(f"{name} {shape}" for name, shape in zip(names, shapes))
