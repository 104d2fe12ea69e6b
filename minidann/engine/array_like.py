"""The side of a tensor that looks like an array: shape, numbers, comparisons. Nothing here touches the graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .backend import Array, to_numpy
from .numpy_calls import UfuncRule, call_function


class ArrayLike:
    """The base of ``Tensor``. It needs two attributes: ``data``, an array of any shape, and ``requires_grad``.

    Comparisons such as ``x > 0`` return plain boolean arrays: they have no derivative.
    """

    __slots__ = ()
    __array_ufunc__ = UfuncRule()  # the tensor decides in numpy_array * tensor, and np.exp(tensor) raises
    __array_function__ = call_function  # np.sum(tensor) raises
    __pandas_priority__ = 5000  # above a DataFrame's 4000: the tensor decides in frame * tensor too

    data: Array
    requires_grad: bool

    @property
    def shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self.data.shape
        return shape

    @property
    def dtype(self) -> Any:
        return self.data.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def __len__(self) -> int:
        return len(self.data)

    def item(self) -> float:
        """The one element as a Python number. Raises ValueError for more or fewer elements."""
        if self.size != 1:
            raise ValueError(f"item: got a tensor of shape {self.shape}, expected one element")
        number: float = self.data.item()
        return number

    def __float__(self) -> float:
        """The element. Raises TypeError for a tensor with a gradient: ``array[i] = tensor`` would lose the graph."""
        return float(self._number())

    def __int__(self) -> int:
        return int(self._number())

    def _number(self) -> float:
        if self.requires_grad:
            raise TypeError(
                "a tensor that requires a gradient does not become a number by itself, because its graph would be "
                "lost: use tensor.item() for the number, md.to_numpy(tensor) for an array, or md.stack for several "
                "tensors"
            )
        return self.item()

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous: use (x > 0).all() or .any() on a "
                "comparison, or len(x) to ask whether the tensor is empty"
            )
        return bool(self._number())

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec and self.size == 1 else str(self), spec)

    def numbers(self) -> str:
        """The elements as text, or only dtype and shape for more than eight elements."""
        if self.size > 8:
            return f"{self.dtype}{list(self.shape)}"
        text = np.array2string(to_numpy(self.data), precision=6, separator=", ").replace("\n", "")
        return f"{text}, {self.dtype}"

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(
            "a Tensor does not become an array by itself, because its graph would be lost: use tensor.data for the "
            "numbers, or md.stack for a list of tensors"
        )

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            "a Tensor cannot be assigned into: ops made from it may still need the old values for their gradients. "
            "Use md.where(mask, new, x) for a new tensor; for new numbers in a leaf, write x.data[...] = new and "
            "then call x.mark_changed()"
        )

    def __lt__(self, other: Any) -> Array:
        return self.data < plain(other)

    def __le__(self, other: Any) -> Array:
        return self.data <= plain(other)

    def __gt__(self, other: Any) -> Array:
        return self.data > plain(other)

    def __ge__(self, other: Any) -> Array:
        return self.data >= plain(other)

    def __eq__(self, other: Any) -> Any:
        return self.data == plain(other)

    def __ne__(self, other: Any) -> Any:
        return self.data != plain(other)

    __hash__ = object.__hash__  # by identity: a tensor is the key of its own gradient


def plain(value: Any) -> Any:
    """``value`` with arrays in the place of tensors, also inside a tuple: for keys and comparisons."""
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    return value.data if isinstance(value, ArrayLike) else value
