"""A large θ is updated piece by piece, by several threads: a piece stays in the processor's cache during its update."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..engine.backend import Array
from ..engine.backprop import Gradients
from ..engine.tensor import Tensor
from ..engine.threads import LARGE, in_threads
from .vector import ParameterVector, flat

PIECE = 2**16  # numbers of a piece: with its gradient and its velocity it takes 1 MiB of float32


class Cut(NamedTuple):
    """The gradient of a piece of θ: ``where`` it is, the numbers, and the tensor that all of the piece belongs to."""

    where: slice
    gradient: Array
    tensor: Tensor | None  # None for the gradient of several tensors


def whole(vector: ParameterVector) -> bool:
    """Whether operations take all of θ at once: a small θ, or one on a GPU."""
    return vector.values.size < LARGE or vector.xp is not np


def cut(vector: ParameterVector, gradients: Gradients | Mapping[Tensor, Array], part: slice = slice(None)) -> list[Cut]:
    """The gradients of θ[part] in pieces, without a copy of them; all in one piece for a ``whole`` θ.

    ``part`` is a slice without a step.
    """
    if whole(vector):
        return [Cut(part, vector.gather(gradients)[part], None)]
    return _cut(vector, flat(vector, gradients), part)


def cut_vector(vector: ParameterVector, gradient: Array, part: slice = slice(None)) -> list[Cut]:
    """The same for gradients that are one vector (size,)."""
    if whole(vector):
        return [Cut(part, gradient[part], None)]
    return _cut(vector, [gradient[where] for where in vector.slices.values()], part)


def _cut(vector: ParameterVector, arrays: list[Array], part: slice) -> list[Cut]:
    first, last, _ = part.indices(vector.values.size)
    # each tensor lies at ``where`` in θ, and in pieces of its own from there on: no piece holds two tensors
    return [
        Cut(piece, array[piece.start - where.start : piece.stop - where.start], tensor)
        for (tensor, where), array in zip(vector.slices.items(), arrays)
        for piece in pieces_of(max(first, where.start), min(last, where.stop))
    ]


def pieces_of(start: int, stop: int) -> list[slice]:
    """start…stop in slices of at most PIECE."""
    return [slice(at, min(at + PIECE, stop)) for at in range(start, stop, PIECE)]


def each(change: Callable[[Any], None], pieces: Sequence[Any]) -> None:
    """Call ``change`` with each piece, in several threads if there are several pieces."""
    if len(pieces) == 1:
        change(pieces[0])
    else:
        in_threads(change, pieces)
