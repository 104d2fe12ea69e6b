"""All parameters of a network as one vector θ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import _validate
from ..engine.backend import Array, array_module
from ..engine.backprop import Gradients
from ..engine.devices import mixed_backends, move
from ..engine.numbers import numbers_in_place
from ..engine.tensor import Tensor, clock


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
        arrays = flat(self, gradients)
        try:
            return self.xp.concatenate(arrays)
        except TypeError:
            mixed = mixed_backends([self.values, *arrays])
            if not mixed:
                raise
            raise TypeError(f"gradients: {mixed}") from None

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


def flat(vector: ParameterVector, gradients: Gradients | Mapping[Tensor, Array]) -> list[Array]:
    """The gradient of each tensor as a vector. Raises TypeError or ValueError for other gradients."""
    if type(gradients) is not Gradients:
        gradients = vector._matching(gradients)
    arrays = []
    try:
        for tensor in vector.tensors:
            arrays.append(gradients[tensor].ravel())
    except KeyError as error:
        raise ValueError(f"gradients: got none for a parameter ({error.args[0]!s:.200})") from None
    return arrays
