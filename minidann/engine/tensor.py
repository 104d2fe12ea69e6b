"""Tensor: an array, the op that made it, and the inputs of that op. These links are the graph."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import numpy as np

from .. import _validate
from . import ops
from .anomaly import check_forward
from .array_like import ArrayLike, plain
from .backend import Array, array_module, chosen, is_array
from .backprop import backprop
from .failures import explain
from .modes import anomaly, recording
from .numbers import NUMBERS, float_dtype, numbers
from .numpy_1 import IS_NUMPY_1, in_common_dtype, in_dtype_of
from .ops.reductions import Axis

clock = itertools.count(1)  # gives each moment of this process a number, for all tensors
_data, _requires_grad = attrgetter("_data"), attrgetter("_requires_grad")


class Tensor(ArrayLike):
    """An array that remembers how it was made.

    Parameters
    ----------
    data : array, list or number
        The numbers, of any shape. An array is kept and not copied. Inside ``use_backend`` it is moved there.
    requires_grad : bool
        Whether a gradient is wanted. The dtype must then be floating.

    Attributes
    ----------
    op, inputs : Op and tuple of Tensor
        The op that made this tensor, and the inputs of the op. For a leaf: None and ().
    grad : array or None
        The sum of the gradients that ``backward()`` has added to this leaf.
    order : int
        The moment when this tensor was made, on the clock of this process.
    version : int
        The moment of the latest change of ``data``, on the same clock; 0 before the first change. A graph is out of
        date if an input has a ``version`` above the ``order`` of its result.
    """

    __slots__ = ("_data", "_requires_grad", "op", "inputs", "grad", "order", "version", "__weakref__")

    op: ops.Op | None
    inputs: tuple[Tensor, ...]
    grad: Array | None
    order: int
    version: int

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        if isinstance(data, Tensor):
            raise TypeError("data: got a Tensor, expected an array; use tensor.detach() for a copy outside the graph")
        if type(data) is not np.ndarray or chosen.value is not np or data.dtype.kind not in NUMBERS:
            data = numbers("data", data)
        if requires_grad is not False:
            requires_grad = _wants_gradient(requires_grad, data)
        self._data, self._requires_grad, self.grad = data, requires_grad, None
        self.op, self.inputs, self.order, self.version = None, (), next(clock), 0

    def _replace_data(self, data: Array) -> None:
        if isinstance(data, Tensor):
            raise TypeError("data: got a Tensor, expected an array; use its numbers, tensor.data")
        data = numbers("data", data)
        if self._requires_grad:
            _wants_gradient(True, data)
        self._data = data
        self.mark_changed()

    # ``w.data -= step`` ends in a write to ``data``: the write marks the change. A read costs no Python call
    data: Array = property(_data, _replace_data)

    def _set_requires_grad(self, requires_grad: bool) -> None:
        if self.op is not None and requires_grad is not True:
            raise ValueError("requires_grad: this tensor has a graph; tensor.detach() is a tensor outside the graph")
        self._requires_grad = _wants_gradient(requires_grad, self._data)

    requires_grad: bool = property(_requires_grad, _set_requires_grad)  # type: ignore[assignment]

    def mark_changed(self) -> None:
        """Record a change of the numbers in ``data``. A sweep of an older graph then raises ValueError.

        Call it after a write into the array, such as ``w.data[0] = 1``. ``w.data = …`` and ``w.data -= …`` call it
        themselves.
        """
        self.version = next(clock)

    # copies: copy.copy, copy.deepcopy and pickle ------------------------------------------------------------------

    def __getstate__(self) -> tuple[Array, bool, Array | None]:
        """The state of a copy. The copy of a tensor with a graph is a leaf without gradient, as from ``detach``.

        A network that keeps its last features can then be copied, however deep their graph is.
        """
        return self._data, self._requires_grad and self.op is None, self.grad

    def __setstate__(self, state: tuple[Array, bool, Array | None]) -> None:
        """Become a leaf that is made now: each process has a clock of its own."""
        self._data, self._requires_grad, self.grad = state
        self.op, self.inputs, self.order, self.version = None, (), next(clock), 0

    def __repr__(self) -> str:
        made = f", made by {type(self.op).__name__}" if self.op else ", requires_grad" if self.requires_grad else ""
        return f"Tensor({self.numbers()}{made})"

    # the graph ---------------------------------------------------------------------------------------------------

    def detach(self) -> Tensor:
        """The same array as a leaf without gradient. A sweep stops there."""
        return Tensor(self.data)

    def backward(self, upstream: Any = None) -> None:
        """Add the gradients of this tensor to ``.grad`` of each leaf below it: see ``backprop``, which returns them.

        Two calls add twice. Set ``leaf.grad = None`` to start anew.
        """
        for tensor, grad in backprop(self, upstream=upstream).items():
            if tensor.op is None:
                total = grad if tensor.grad is None else tensor.grad + grad
                tensor.grad = array_module(total).asarray(total)  # a 0-d sum may be a scalar object

    # operators ---------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Tensor:
        return apply(ops.Add(), self, other)

    def __radd__(self, other: Any) -> Tensor:
        return apply(ops.Add(), other, self)

    def __sub__(self, other: Any) -> Tensor:
        return apply(ops.Subtract(), self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return apply(ops.Subtract(), other, self)

    def __mul__(self, other: Any) -> Tensor:
        return apply(ops.Multiply(), self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return apply(ops.Multiply(), other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return apply(ops.Divide(), self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return apply(ops.Divide(), other, self)

    def __pow__(self, other: Any) -> Tensor:
        return apply(ops.Power(), self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return apply(ops.Power(), other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return apply(ops.MatMul(), self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return apply(ops.MatMul(), other, self)

    def _refuse_in_place(self, other: Any) -> Any:
        """w -= rate * g would make a new tensor and leave w unchanged. The graph would grow from step to step."""
        if self.requires_grad and self.op is None:
            raise TypeError(
                "a tensor that requires a gradient cannot be changed by +=, -=, *= or /=: after backprop, change its "
                "own array with w.data -= …, or use an optimiser"
            )
        return NotImplemented  # for other tensors, x += y is x = x + y

    __iadd__ = __isub__ = __imul__ = __itruediv__ = _refuse_in_place

    def __neg__(self) -> Tensor:
        return apply(ops.Negate(), self)

    def __abs__(self) -> Tensor:
        return apply(ops.Abs(), self)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("a tensor without axes cannot be iterated over: use .item() for its number")
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Tensor:
        return apply(ops.Index(key if type(key) is slice else plain(key)), self)

    # functions after a dot: functions.py has all functions, with their docstrings --------------------------------

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

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        return -(-self).max(axis, keepdims)


def apply(op: ops.Op, *inputs: Any) -> Tensor:
    """Run ``op`` forward on the arrays of ``inputs``. The result remembers op and inputs if an input needs a gradient.

    Inputs are tensors, or arrays and numbers, which become tensors without gradient. A function of your own joins the
    graph in this way: write an Op and apply it. Raises TypeError, ValueError or
    IndexError with the name of the op and the shapes if ``op`` refuses its inputs.
    """
    try:
        needs = tuple(map(_requires_grad, inputs))
    except AttributeError:  # arrays and numbers are among the inputs
        inputs = _as_tensors(op, inputs)
        needs = tuple(map(_requires_grad, inputs))
    if False in needs:  # a tensor that requires a gradient holds floats
        for tensor in inputs:
            if not tensor._requires_grad and tensor._data.dtype.kind != "f":
                inputs = _as_floats(op, inputs)
                break
    arrays = tuple(map(_data, inputs))
    if type(arrays[0]) is not np.ndarray:
        op.xp = array_module(arrays[0])
    if IS_NUMPY_1 and len(arrays) > 1:
        arrays = in_common_dtype(arrays)
    try:
        data = op.forward(*arrays)
    except (TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        if explained := explain(error, op, arrays):
            raise explained from error
        raise
    if type(data) is not np.ndarray and not data.shape:  # a scalar object
        data = op.xp.asarray(data)
        if data.dtype != arrays[0].dtype:
            data = in_dtype_of(arrays, data, op.xp)
    if anomaly.value:
        check_forward(op, inputs, data)
    out = Tensor.__new__(Tensor)
    out._data = data
    out.grad = None
    out.order, out.version = next(clock), 0
    if True in needs and recording.value:
        if op.needs is not ops.Op.needs:
            raise ValueError(f"op: this {type(op).__name__} already serves a node; make a new one for each call")
        op.needs = needs
        out._requires_grad, out.op, out.inputs = True, op, inputs
        return out
    out._requires_grad, out.op, out.inputs = False, None, ()
    return out


def _as_floats(op: ops.Op, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The inputs with whole numbers and booleans as floats: arithmetic on bytes would overflow.

    An op that keeps whole numbers gets them unchanged, unless floats are among its inputs.
    """
    dtypes = [tensor.dtype for tensor in inputs]
    floats = [dtype for dtype in dtypes if dtype.kind == "f"]
    if op.keeps_whole_numbers and not floats:
        return inputs
    dtype = float_dtype(floats, [dtype for dtype in dtypes if dtype.kind != "f"])
    return tuple(tensor if tensor.dtype.kind == "f" else _leaf(tensor.data.astype(dtype)) for tensor in inputs)


def named_tensor(name: str, value: Any) -> Tensor:
    """``value`` if it is a tensor; else a tensor without gradient. An error message begins with ``name``."""
    return value if isinstance(value, Tensor) else Tensor(numbers(name, value))


def _leaf(data: Array) -> Tensor:
    """A leaf without gradient that holds ``data`` on its present device."""
    out = Tensor.__new__(Tensor)
    out.__setstate__((data, False, None))
    return out


def _as_tensors(op: ops.Op, inputs: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """All inputs as tensors. Lone numbers take the dtype of the first tensor, or else of the first array with axes."""
    names = _validate.instance("op", op, ops.Op, "an Op, such as Tanh()").arguments
    arrays = [
        value if isinstance(value, Tensor) else numbers(names[min(i, len(names) - 1)], value)
        for i, value in enumerate(inputs)
    ]
    like = next((array.data for array in arrays if isinstance(array, Tensor)), None)
    if like is None:
        like = next((array for array in arrays if array.shape), arrays[0])
    return tuple(
        array if isinstance(array, Tensor) else _operand(value, array, like) for value, array in zip(inputs, arrays)
    )


def _operand(value: Any, array: Array, like: Array) -> Tensor:
    """``array``, made of ``value``, as a tensor for an op together with ``like``.

    An array of floats keeps its dtype. Numbers, lists and whole numbers take the dtype of ``like``, if ``like`` is
    floating: float32 stays float32. Numbers and lists are made on the device of ``like``.
    """
    given_array = array.shape and is_array(value)  # such an array stays on its device
    keeps_dtype = like.dtype.kind != "f" or (given_array and array.dtype.kind == "f")
    dtype = None if keeps_dtype else float_dtype([like.dtype], [array.dtype] if given_array else ())
    return Tensor(array_module(array if given_array else like).asarray(array, dtype=dtype))


def _wants_gradient(requires_grad: Any, data: Array) -> bool:
    """``requires_grad`` as a bool. Raises TypeError for another kind, and for a gradient by whole numbers."""
    wanted = _validate.boolean("requires_grad", requires_grad)
    if wanted and data.dtype.kind != "f":
        raise TypeError(
            f"data: got dtype {data.dtype}, expected floats for a gradient; write 3.0 for 3, or use "
            "array.astype('float32')"
        )
    return wanted


def _flat(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """One tuple for both spellings: x.reshape(2, 3) and x.reshape((2, 3))."""
    return tuple(sizes[0]) if len(sizes) == 1 and hasattr(sizes[0], "__iter__") else sizes
