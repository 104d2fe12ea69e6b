"""Tensor: an array, the op that made it, and that op's inputs. The graph is nothing but these links."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import numpy as np

from . import ops
from .anomaly import check_forward
from .backend import PROMOTES_BY_VALUE, Array, array_module, as_array, is_array, mixture, promoted, to_numpy, zero_d
from .backprop import backprop
from .modes import anomaly, recording
from .ops.reductions import Axis

_moments = itertools.count(1)  # one clock for all tensors of this process
_data, _requires_grad = attrgetter("_data"), attrgetter("requires_grad")


class Tensor:
    """An array that can remember how it was made.

    ``data``: the array, of any shape; kept as it is, not copied (inside ``use_backend``, moved there).
    ``requires_grad``: whether a gradient is wanted (then the dtype must be floating). ``op`` and ``inputs``: how it was
    made; None and () for a leaf. ``grad``: what ``.backward()`` has added up, for leaves; None before.
    ``order``: the moment when the tensor was made, as a whole number on the clock of this process. ``version``: the
    moment of the latest change of ``data`` on the same clock; 0 before the first change. So a graph is out of date if
    an input has a ``version`` above the ``order`` of its result.

    Comparisons (``x > 0``) give plain boolean arrays: they have no derivative.
    """

    __slots__ = ("_data", "requires_grad", "op", "inputs", "grad", "order", "version", "__weakref__")

    __array_ufunc__ = None  # so that numpy_array * tensor asks the tensor, and np.exp(tensor) refuses

    requires_grad: bool
    op: ops.Op | None
    inputs: tuple[Tensor, ...]
    grad: Array | None
    order: int
    version: int

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        if isinstance(data, Tensor):
            raise TypeError("data: got a Tensor, expected an array; use tensor.detach() for a copy outside the graph")
        data = as_array(data)
        if data.dtype.kind not in "biuf":
            raise TypeError(f"data: got dtype {data.dtype}, expected numbers")
        if requires_grad and data.dtype.kind != "f":
            raise TypeError(
                f"data: got dtype {data.dtype}, expected floats for a gradient; write 3.0 for 3, or use "
                "array.astype('float32')"
            )
        self.__setstate__((data, requires_grad, None))

    def _replace_data(self, data: Array) -> None:
        self._data = data
        self.mark_changed()

    # a write to ``data``, which is the second half of ``w.data -= step``, marks the change; a read costs no Python call
    data: Array = property(_data, _replace_data)

    def mark_changed(self) -> None:
        """Record a change of the numbers in ``data``. A sweep of an older graph then raises ValueError.

        Call this after a write into the array, such as ``w.data[0] = 1``. After ``w.data = …`` and ``w.data -= …`` it
        has been called already.
        """
        self.version = next(_moments)

    # copies: copy.copy, copy.deepcopy and pickle ------------------------------------------------------------------

    def __getstate__(self) -> tuple[Array, bool, Array | None]:
        """The state of a copy. The copy of a tensor with a graph is a leaf without gradient, as from ``detach``.

        So a network that keeps its last features can be copied and pickled, however deep the graph below them is.
        """
        return self._data, self.requires_grad and self.op is None, self.grad

    def __setstate__(self, state: tuple[Array, bool, Array | None]) -> None:
        """Become a leaf made now: the moments of another process mean nothing on the clock of this one."""
        self._data, self.requires_grad, self.grad = state
        self.op, self.inputs, self.order, self.version = None, (), next(_moments), 0

    # what it looks like ------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        return self._data.shape

    @property
    def dtype(self) -> Any:
        return self._data.dtype

    @property
    def ndim(self) -> int:
        return self._data.ndim

    @property
    def size(self) -> int:
        return self._data.size

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("a tensor without axes cannot be iterated over: use .item() for its number")
        return (self[i] for i in range(len(self)))

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec and self.size == 1 else str(self), spec)

    def __repr__(self) -> str:
        made = f", made by {type(self.op).__name__}" if self.op else ", requires_grad" if self.requires_grad else ""
        if self.size > 8:
            return f"Tensor({self.dtype}{list(self.shape)}{made})"
        numbers = np.array2string(to_numpy(self.data), precision=6, separator=", ").replace("\n", "")
        return f"Tensor({numbers}, {self.dtype}{made})"

    def item(self) -> float:
        """The one element as a Python number. ValueError if there are more."""
        if self.size != 1:
            raise ValueError(f"item: got a tensor of shape {self.shape}, expected one element")
        return self.data.item()

    __float__ = item

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous: use (x > 0).all() or .any() on a "
                "comparison, or len(x) to ask whether it is empty"
            )
        return bool(self.data)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a Tensor does not turn into an array by itself, for its graph would be lost: use tensor.data")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            "a Tensor cannot be assigned into: ops made from it may still need the old values for their gradients. "
            "Use where(mask, new, x) for a new tensor, or change a leaf's own array with x.data[...] = … before it "
            "is used"
        )

    # the graph ---------------------------------------------------------------------------------------------------

    def detach(self) -> Tensor:
        """The same array as a leaf without gradient: what is computed from it does not reach back here."""
        return Tensor(self.data)

    def backward(self, seed: Any = None) -> None:
        """Add the gradients of this tensor into ``.grad`` of every leaf below it. See ``backprop``, which returns them.

        Calling it twice adds twice; set ``leaf.grad = None`` to begin anew.
        """
        for tensor, grad in backprop(self, seed=seed).items():
            if tensor.op is None:
                total = grad if tensor.grad is None else tensor.grad + grad
                tensor.grad = array_module(total).asarray(total)  # a 0-d sum may be a scalar object

    # operators ---------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Tensor:
        return apply(ops.Add(), self, operand(other, self))

    def __radd__(self, other: Any) -> Tensor:
        return apply(ops.Add(), operand(other, self), self)

    def __sub__(self, other: Any) -> Tensor:
        return apply(ops.Subtract(), self, operand(other, self))

    def __rsub__(self, other: Any) -> Tensor:
        return apply(ops.Subtract(), operand(other, self), self)

    def __mul__(self, other: Any) -> Tensor:
        return apply(ops.Multiply(), self, operand(other, self))

    def __rmul__(self, other: Any) -> Tensor:
        return apply(ops.Multiply(), operand(other, self), self)

    def __truediv__(self, other: Any) -> Tensor:
        return apply(ops.Divide(), self, operand(other, self))

    def __rtruediv__(self, other: Any) -> Tensor:
        return apply(ops.Divide(), operand(other, self), self)

    def __pow__(self, other: Any) -> Tensor:
        return apply(ops.Power(), self, operand(other, self))

    def __rpow__(self, other: Any) -> Tensor:
        return apply(ops.Power(), operand(other, self), self)

    def __matmul__(self, other: Any) -> Tensor:
        return apply(ops.MatMul(), self, operand(other, self))

    def __rmatmul__(self, other: Any) -> Tensor:
        return apply(ops.MatMul(), operand(other, self), self)

    def _refuse_in_place(self, other: Any) -> Any:
        """w -= rate * g would not change w but make a new tensor, and the graph would grow from step to step."""
        if self.requires_grad and self.op is None:
            raise TypeError(
                "a tensor that requires a gradient cannot be changed by +=, -=, *= or /=: update its own array with "
                "w.data -= …, or use an optimiser"
            )
        return NotImplemented  # for other tensors, x += y is x = x + y

    __iadd__ = __isub__ = __imul__ = __itruediv__ = _refuse_in_place

    def __neg__(self) -> Tensor:
        return apply(ops.Negate(), self)

    def __abs__(self) -> Tensor:
        return apply(ops.Abs(), self)

    def __getitem__(self, key: Any) -> Tensor:
        return apply(ops.Index(_plain(key)), self)

    def __lt__(self, other: Any) -> Array:
        return self.data < _plain(other)

    def __le__(self, other: Any) -> Array:
        return self.data <= _plain(other)

    def __gt__(self, other: Any) -> Array:
        return self.data > _plain(other)

    def __ge__(self, other: Any) -> Array:
        return self.data >= _plain(other)

    def __eq__(self, other: Any) -> Any:
        return self.data == _plain(other)

    def __ne__(self, other: Any) -> Any:
        return self.data != _plain(other)

    __hash__ = object.__hash__  # by identity: a tensor is the key of its own gradient

    # methods for the functions that read better after a dot; functions.py has them all, with their docstrings -------

    def exp(self) -> Tensor:
        return apply(ops.Exp(), self)

    def log(self) -> Tensor:
        return apply(ops.Log(), self)

    def tanh(self) -> Tensor:
        return apply(ops.Tanh(), self)

    def sigmoid(self) -> Tensor:
        return apply(ops.Sigmoid(), self)

    def relu(self) -> Tensor:
        return apply(ops.Relu(), self)

    def softplus(self) -> Tensor:
        return apply(ops.Softplus(), self)

    def abs(self) -> Tensor:
        return apply(ops.Abs(), self)

    def sqrt(self) -> Tensor:
        return apply(ops.Sqrt(), self)

    def clip(self, low: float, high: float) -> Tensor:
        return apply(ops.Clip(low, high), self)

    def reshape(self, *shape: Any) -> Tensor:
        return apply(ops.Reshape(_flat(shape)), self)

    def transpose(self, *axes: Any) -> Tensor:
        return apply(ops.Transpose(_flat(axes) or None), self)

    @property
    def T(self) -> Tensor:
        return apply(ops.Transpose(), self)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        return apply(ops.Sum(axis, keepdims), self)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        return apply(ops.Mean(axis, keepdims), self)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        return apply(ops.Max(axis, keepdims), self)


def apply(op: ops.Op, *inputs: Tensor) -> Tensor:
    """Run ``op`` forward on the arrays of ``inputs``; remember op and inputs if a gradient will come back this way.

    This is how a function of your own joins the graph: write an Op, and apply it.
    """
    needs = tuple(map(_requires_grad, inputs))
    if False in needs:  # a tensor that requires a gradient holds floats
        for tensor in inputs:
            if not tensor.requires_grad and tensor._data.dtype.kind != "f":
                inputs = _as_floats(op, inputs)
                break
    arrays = list(map(_data, inputs))
    if PROMOTES_BY_VALUE and len(arrays) > 1:
        arrays = promoted(arrays)
    try:
        data = op.forward(*arrays)
    except (TypeError, ValueError, IndexError) as error:
        # flat, because a tensor of one number must be where the others are, too
        mixed = mixture([*(tensor.data.ravel() for tensor in inputs), *vars(op).values()])
        if mixed:
            raise TypeError(f"{type(op).__name__}: {mixed}") from None
        if isinstance(error, TypeError):
            raise
        shapes = " and ".join(str(tensor.shape) for tensor in inputs)
        kind = ValueError if isinstance(error, ValueError) else IndexError
        rule = f"{op.shape_rule} ({error})" if op.shape_rule else str(error)
        raise kind(f"{type(op).__name__} of shapes {shapes}: {rule}") from error
    if not data.shape:
        data = zero_d(data, arrays)
    if anomaly.value:
        check_forward(op, inputs, data)
    out = Tensor.__new__(Tensor)
    out._data = data
    out.grad = None
    out.order, out.version = next(_moments), 0
    if True in needs and recording.value:
        if op.needs is not ops.Op.needs:
            raise ValueError(f"op: this {type(op).__name__} already serves a node; make a new one for each call")
        op.needs = needs
        out.requires_grad, out.op, out.inputs = True, op, inputs
        return out
    out.requires_grad, out.op, out.inputs = False, None, ()
    return out


def _as_floats(op: ops.Op, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The inputs with whole numbers and booleans as floats, for arithmetic on bytes would overflow.

    Beside floats whole numbers take the dtype of the floats: float32 stays float32. Alone they become float64. An op
    that keeps whole numbers gets them as they are, unless floats are among its inputs.
    """
    dtypes = [tensor.dtype for tensor in inputs if tensor.dtype.kind == "f"]
    if op.keeps_whole_numbers and not dtypes:
        return inputs
    dtype = np.result_type(*dtypes) if dtypes else np.dtype("float64")
    return tuple(tensor if tensor.dtype.kind == "f" else _leaf(tensor.data.astype(dtype)) for tensor in inputs)


def _leaf(data: Array) -> Tensor:
    """A leaf without gradient that holds ``data`` on the backend where ``data`` is."""
    out = Tensor.__new__(Tensor)
    out.__setstate__((data, False, None))
    return out


def operand(value: Any, like: Tensor) -> Tensor:
    """``value`` as a tensor that can stand beside ``like``.

    Only an array of floats has a precision of its own. Numbers, lists and whole numbers take the dtype of ``like``, if
    that is floating: float32 stays float32. Numbers and lists are made where ``like`` is.
    """
    if isinstance(value, Tensor):
        return value
    array = as_array(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"operand: got {value!r}, expected a tensor, an array of numbers or a number")
    of_its_own = array.shape and is_array(value)  # it has a library of its own, and if floating a precision
    kept = of_its_own and array.dtype.kind == "f"
    dtype = None if kept or like.data.dtype.kind != "f" else like.data.dtype
    return Tensor(array_module(array if of_its_own else like.data).asarray(array, dtype=dtype))


def _plain(value: Any) -> Any:
    """Tensors inside a key or comparison replaced by their arrays."""
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in value)
    return value.data if isinstance(value, Tensor) else value


def _flat(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """Both spellings, x.reshape(2, 3) and x.reshape((2, 3)), as one tuple."""
    return tuple(sizes[0]) if len(sizes) == 1 and hasattr(sizes[0], "__iter__") else sizes
