"""All parameters of a network as one vector θ, and the average of θ over training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from ..engine.backend import Array, array_module
from ..engine.backprop import Gradients
from ..engine.devices import host_copy, mixed_backends, move, move_like
from ..engine.numbers import numbers_in_place
from ..engine.tensor import Tensor, clock
from ..engine.threads import LARGE, in_threads

PIECE = 2**16  # numbers of a piece of a large θ: with its gradient and its velocity it fits a processor's cache


class ParameterVector:
    """All parameters of a network in one array θ (size,). The ``data`` of each tensor is a view of its slice of θ.

    The papers write θ for all parameters. An update, an average or a snapshot is then a few operations on one array,
    instead of a few on each of a dozen small arrays. A tensor lives in one vector at a time: a second vector over the
    same tensors takes them from the first, and the first then raises ValueError.

    ``values``: θ. ``slices``: the slice of θ that belongs to each tensor. ``xp``: the library of θ.
    """

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        many = isinstance(tensors, Iterable) and not isinstance(tensors, Tensor)
        try:
            self.tensors = tuple(dict.fromkeys(tensors)) if many else ()
        except TypeError:  # parts that are no keys
            self.tensors = ()
        if not self.tensors or not all(isinstance(tensor, Tensor) for tensor in self.tensors):
            got = _validate.shown(tensors)
            raise TypeError(f"parameters: got {got}, expected tensors, such as network.parameters().values()")
        dtypes = tuple(dict.fromkeys(str(tensor.data.dtype) for tensor in self.tensors))
        if len(dtypes) > 1:
            raise ValueError(f"parameters: got dtypes {' and '.join(dtypes)}, expected the same for all")
        if self.tensors[0].data.dtype.kind != "f":
            raise TypeError(f"parameters: got dtype {dtypes[0]}, expected floats")
        self.slices: dict[Tensor, slice] = {}
        start = 0
        for tensor in self.tensors:
            self.slices[tensor] = slice(start, start + tensor.data.size)
            start += tensor.data.size
        self._join()

    def _join(self) -> None:
        """Copy the numbers of all tensors into one array, and make each tensor a view of it."""
        arrays = [tensor.data.ravel() for tensor in self.tensors]
        if len(dict.fromkeys(map(type, arrays))) > 1 and (mixed := mixed_backends(arrays)):
            raise TypeError(f"parameters: {mixed}")
        self.xp = array_module(arrays[0])
        self.values: Array = self.xp.concatenate(arrays)
        for tensor, where in self.slices.items():
            version = tensor.version
            tensor.data = self.values[where].reshape(tensor.data.shape)
            tensor.version = version  # the numbers are equal: a graph made before can still be swept

    def to(self, backend: str) -> ParameterVector:
        """Move this vector and its tensors to ``backend``. Returns this vector."""
        for tensor in self.tensors:
            tensor.data = move(tensor.data, backend)
        self._join()
        return self

    def __reduce__(self) -> Any:
        """A copy or pickle holds copies of the tensors, and makes a new vector over them."""
        return ParameterVector, (self.tensors,)

    def slice_of(self, tensors: Iterable[Tensor], name: str = "tensors") -> slice:
        """The slice of θ that holds ``tensors``, which must be neighbours in θ, as the parameters of one part are."""
        several = isinstance(tensors, Iterable) and not isinstance(tensors, Tensor)
        part = list(tensors) if several else []
        if not several or not all(isinstance(tensor, Tensor) and tensor in self.slices for tensor in part):
            raise ValueError(f"{name}: got {_validate.shown(tensors)}, expected a list of tensors of this vector")
        slices = [self.slices[tensor] for tensor in part]
        if any(one.stop != other.start for one, other in zip(slices, slices[1:])):
            raise ValueError(f"{name}: got tensors that are no neighbours in θ, expected them in order, without a gap")
        return slice(slices[0].start, slices[-1].stop) if slices else slice(0)

    def gather(self, gradients: Gradients | Mapping[Tensor, Array]) -> Array:
        """The gradients of all parameters as one new vector, in the order of ``values``."""
        arrays = self._flat(gradients)
        try:
            return self.xp.concatenate(arrays)
        except TypeError:
            mixed = mixed_backends([self.values, *arrays])
            if not mixed:
                raise
            raise TypeError(f"gradients: {mixed}") from None

    @property
    def whole(self) -> bool:
        """Whether operations take all of θ at once: a small θ, or one on a GPU. A large one is taken in pieces."""
        return self.values.size < LARGE or self.xp is not np

    def cut(self, gradients: Gradients | Mapping[Tensor, Array], part: slice = slice(None)) -> list[Cut]:
        """The gradients of θ[part] in pieces, without a copy of them; all in one piece for a ``whole`` θ."""
        if self.whole:
            return [Cut(part, self.gather(gradients)[part], None)]
        return self._cut(self._flat(gradients), part)

    def cut_vector(self, gradient: Array, part: slice = slice(None)) -> list[Cut]:
        """The same for gradients that are one vector (size,)."""
        if self.whole:
            return [Cut(part, gradient[part], None)]
        return self._cut([gradient[where] for where in self.slices.values()], part)

    def _cut(self, arrays: list[Array], part: slice) -> list[Cut]:
        first, last, _ = part.indices(self.values.size)
        return [
            Cut(piece, array[piece.start - where.start : piece.stop - where.start], tensor)
            for (tensor, where), array in zip(self.slices.items(), arrays)
            for piece in pieces_of(max(first, where.start), min(last, where.stop))
        ]

    def each(self, change: Callable[[Any], None], pieces: Sequence[Any]) -> None:
        """Call ``change`` with each of the pieces of θ, in several threads if there are several pieces."""
        if len(pieces) == 1:
            change(pieces[0])
        else:
            in_threads(change, pieces)

    def _flat(self, gradients: Gradients | Mapping[Tensor, Array]) -> list[Array]:
        """The gradient of each tensor as a vector. Raises TypeError or ValueError for other gradients."""
        if type(gradients) is not Gradients:
            gradients = self._matching(gradients)
        arrays = []
        try:
            for tensor in self.tensors:
                arrays.append(gradients[tensor].ravel())
        except KeyError as error:
            raise ValueError(f"gradients: got none for a parameter ({error.args[0]!s:.200})") from None
        return arrays

    def _matching(self, gradients: Mapping[Tensor, Array]) -> dict[Tensor, Array]:
        """Gradients that no sweep has made. Raises TypeError or ValueError for other kinds, dtypes and shapes."""
        if not isinstance(gradients, Mapping):
            raise TypeError(f"gradients: got {_validate.shown(gradients)}, expected the result of backprop")
        found = {}
        for tensor in self.tensors:
            if tensor not in gradients and not isinstance(gradients, Gradients):
                raise ValueError(f"gradients: got none for {tensor!r:.100}, expected one for each parameter")
            found[tensor] = gradient = numbers_in_place("gradients", gradients[tensor])
            if gradient.shape != tensor.shape:
                raise ValueError(f"gradients: got shape {gradient.shape} for a tensor of shape {tensor.shape}")
        return found

    def checked(self, gradient: Array) -> Array:
        """``gradient`` as one vector (size,). Raises TypeError or ValueError for other kinds and shapes."""
        if type(gradient) is not type(self.values) or gradient.dtype.kind != "f":
            gradient = numbers_in_place("gradient", gradient)
        if gradient.shape != self.values.shape:
            raise ValueError(f"gradient: got shape {gradient.shape}, expected {self.values.shape}, as from gather")
        return gradient

    def load(self, values: Array) -> None:
        """Set all parameters from a vector (size,) in the order of ``values``. Raises ValueError for another shape."""
        values = numbers_in_place("values", values)
        if type(values) is not type(self.values) and (mixed := mixed_backends([values, self.values])):
            raise TypeError(f"values: {mixed}")
        if values.shape != self.values.shape:
            raise ValueError(f"values: got shape {values.shape}, expected {self.values.shape}")
        self.mark_changed()
        self.values[...] = values

    def mark_changed(self) -> None:
        """Record a change of ``values``: a sweep of an older graph then raises ValueError.

        Call it before each write to ``values``. Raises ValueError if a tensor does not live in this vector any more.
        """
        for tensor in self.tensors:
            if tensor.data.base is not self.values:
                raise ValueError(
                    f"{tensor!r} no longer lives in this vector: another optimiser took it over, or its data was "
                    "replaced (instead of parameter.data = new write parameter.data[...] = new and then "
                    "parameter.mark_changed()) or moved (move the optimiser too)"
                )
        moment = next(clock)
        for tensor in self.tensors:
            tensor.version = moment


class Cut(NamedTuple):
    """The gradient of a piece of θ: ``where`` it is, the numbers, and the tensor that all of the piece belongs to."""

    where: slice
    gradient: Array
    tensor: Tensor | None  # None for the gradient of several tensors


def pieces_of(start: int, stop: int) -> list[slice]:
    """start…stop in slices of at most PIECE."""
    return [slice(at, min(at + PIECE, stop)) for at in range(start, stop, PIECE)]


class WeightAverage:
    """An exponential average of the weights over training: θ̄ ← d·θ̄ + (1 − d)·θ, in ``values`` (size,).

    ``decay``: d, at least 0 and below 1. For the first 1/(1 − d) steps the average is the plain mean of all weights so
    far: the untrained weights then do not linger in it.
    """

    def __init__(self, vector: ParameterVector, decay: float) -> None:
        self.vector = _validate.instance("vector", vector, ParameterVector)
        self.decay = _validate.number("decay", decay, least=0, below=1)
        self.values = vector.values.copy()
        self.steps = 0

    def update(self) -> None:
        """Add the present weights to the average."""
        self.steps += 1
        share = max(1 - self.decay, 1 / self.steps)

        def add(piece: slice) -> None:
            change = self.vector.values[piece] - self.values[piece]
            change *= share
            self.values[piece] += change

        self.vector.each(add, [slice(None)] if self.vector.whole else pieces_of(0, self.values.size))

    def state(self) -> dict[str, Array]:
        """All that an exact continuation needs, as NumPy copies."""
        return {"values": host_copy(self.values), "steps": np.asarray(self.steps)}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from a state that ``state`` returned."""
        if not isinstance(state, Mapping) or not {"values", "steps"} <= set(state):
            raise ValueError(f"state: got {_validate.shown(state)}, expected 'values' and 'steps', as state() returns")
        values = numbers_in_place("state", state["values"])
        if values.shape != self.values.shape:
            raise ValueError(f"state: got values of shape {values.shape}, expected {self.values.shape}")
        self.values[...], self.steps = move_like(values, self.values), int(state["steps"])

    def to(self, backend: str) -> WeightAverage:
        """Move the average to ``backend``: move its vector too. Returns this average."""
        self.values = move(self.values, backend)
        return self
