"""The side of a tensor that looks like an array: shape, numbers, comparisons. Nothing here touches the graph."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .backend import Array, to_numpy


class ArrayLike:
    """The base of ``Tensor``. It needs one attribute, ``data``, an array of any shape.

    Comparisons such as ``x > 0`` return plain boolean arrays: they have no derivative.
    """

    __slots__ = ()
    __array_ufunc__ = None  # NumPy then lets the tensor decide in numpy_array * tensor, and np.exp(tensor) raises

    data: Array

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

    __float__ = item

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError(
                f"the truth of a tensor of shape {self.shape} is ambiguous: use (x > 0).all() or .any() on a "
                "comparison, or len(x) to ask whether the tensor is empty"
            )
        return bool(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.item() if spec and self.size == 1 else str(self), spec)

    def numbers(self) -> str:
        """The elements as text, or only dtype and shape for more than eight elements."""
        if self.size > 8:
            return f"{self.dtype}{list(self.shape)}"
        text = np.array2string(to_numpy(self.data), precision=6, separator=", ").replace("\n", "")
        return f"{text}, {self.dtype}"

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("a Tensor does not become an array by itself, because its graph would be lost: use tensor.data")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(
            "a Tensor cannot be assigned into: ops made from it may still need the old values for their gradients. "
            "Use where(mask, new, x) for a new tensor, or change the array of a leaf with x.data[...] = … before its "
            "first use"
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
