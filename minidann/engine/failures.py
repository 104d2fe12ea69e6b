"""The error messages of an op that refuses its inputs."""

from __future__ import annotations

from collections.abc import Sequence

from .backend import Array
from .devices import mixed_backends
from .ops.op import Op


def explain(error: Exception, op: Op, arrays: Sequence[Array]) -> Exception | None:
    """The error of a forward rule with the name of the op, the shapes and the rule for shapes.

    None if there is nothing to add: for a TypeError that does not come from arrays on different devices.
    """
    name = type(op).__name__
    # ravel, because an array without axes must be on the device of the others too
    mixed = mixed_backends([*(array.ravel() for array in arrays), *vars(op).values()])
    if mixed:
        return TypeError(f"{name}: {mixed}")
    if isinstance(error, TypeError):
        return None
    shapes = " and ".join(str(array.shape) for array in arrays)
    rule = f"{op.shape_rule} ({error})" if op.shape_rule else str(error)
    kind = ValueError if isinstance(error, ValueError) else IndexError
    return kind(f"{name} of shapes {shapes}: {rule}")
