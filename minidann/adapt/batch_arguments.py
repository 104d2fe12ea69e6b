"""The arguments of a forward pass, looked at after the pass has failed: a step that works pays nothing for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import _validate
from ..data.arrays import Layout, examples
from ..data.labels import class_labels
from ..engine.devices import move_like
from ..engine.modes import no_grad
from ..nn.layers import Layer


@contextmanager
def named(features: Layer, x_source: Any, **others: Any) -> Iterator[None]:
    """Inside, an error of the examples or the labels of a batch gets the name of the argument. Others pass unchanged.

    ``features``: the layers that take the examples. ``others``: x_target and y_source, those that the pass uses.
    """
    try:
        yield
    except (TypeError, ValueError, IndexError) as error:
        said = " ".join(str(error).split())
        if said.startswith(("x_source", "x_target")):
            raise
        source, _ = examples("x_source", x_source)
        if "x_target" in others:
            examples("x_target", others["x_target"], Layout(source.shape[1:], None, "x_source"))
        if "y_source" in others:
            y = class_labels("y_source", others["y_source"], len(source))
            if y.dtype.kind not in "iu":
                raise ValueError(f"y_source: got {_validate.shown(y)}, expected whole numbers 0, 1, …") from error
        kind = TypeError if isinstance(error, TypeError) else ValueError
        if said.startswith("labels"):
            raise kind(f"y_source, as {said:.250}") from error
        weights = next(iter(features.parameters().values()), None)
        one = source[:1] if weights is None else move_like(source[:1], weights.data)
        try:
            with no_grad():
                features(one, None)
        except (TypeError, ValueError, IndexError):
            shape = f"examples of shape {source.shape[1:]}"
            raise kind(f"x_source, x_target: the features do not take {shape} ({said:.160})") from error
        raise


def check_place(**arrays: Any) -> None:
    """Raises TypeError unless all are arrays of numbers with an axis of examples, on any device."""
    for name, array in arrays.items():
        if getattr(getattr(array, "dtype", None), "kind", "") not in ("b", "i", "u", "f") or not array.shape:
            raise TypeError(f"{name}: got {_validate.shown(array)}, expected an array of numbers")
