"""Taking elements by a key: y = x[key]."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ..backend import Array
from ..numbers import refuse_masked
from .op import Op


class Index(Op):
    """y = x[key];  gx is g at the places of the key and 0 elsewhere. A place taken twice gets both gradients."""

    keeps_whole_numbers = True
    shape_rule = "the key must fit the tensor's axes and sizes"

    def __init__(self, key: Any) -> None:
        self.key = key if type(key) is slice else _own(key)

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        try:
            return x[self.key]
        except TypeError as error:  # NumPy's word for a slice of text; other wrong keys are an IndexError
            raise IndexError(str(error)) from error

    def backward(self, grad: Array) -> tuple[Array, ...]:
        gx = self.xp.zeros(self.shape, grad.dtype)
        if type(self.key) is slice or _takes_each_place_once(self.key):
            gx[self.key] = grad
        else:
            self.xp.add.at(gx, self.key, grad)
        return (gx,)


def _own(key: Any) -> Any:
    """``key`` with copies of its lists and arrays: the caller may change them before the sweep."""
    if isinstance(key, tuple):
        return tuple(map(_own, key))
    refuse_masked("key", key)
    return deepcopy(key) if isinstance(key, list) or hasattr(key, "dtype") else key


def _takes_each_place_once(key: Any) -> bool:
    """True for slices, whole numbers and masks. Lists and arrays of positions may repeat a place."""
    if isinstance(key, (int, slice)):
        return True
    parts = key if isinstance(key, tuple) else (key,)
    return all(
        part is None or part is Ellipsis or isinstance(part, (int, slice)) or getattr(part, "dtype", "") == "bool"
        for part in parts
    )
