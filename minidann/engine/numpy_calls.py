"""NumPy's functions and conversions refuse a tensor, because its graph would be lost. The messages name the way out.

An operator between an array and a tensor, such as ``array * tensor``, is the tensor's operator and keeps the graph.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# the operator of the tensor on the right of an array, by the function that NumPy calls for the operator
_OPERATORS: dict[Any, str] = {
    np.add: "__radd__",
    np.subtract: "__rsub__",
    np.multiply: "__rmul__",
    np.divide: "__rtruediv__",
    np.power: "__rpow__",
    np.matmul: "__rmatmul__",
    np.less: "__gt__",
    np.less_equal: "__ge__",
    np.greater: "__lt__",
    np.greater_equal: "__le__",
    np.equal: "__eq__",
    np.not_equal: "__ne__",
}
#: the function of minidann that keeps the graph, by the name of NumPy's function
REPLACEMENTS = {
    **{name: name for name in ("add", "subtract", "multiply", "divide", "power", "matmul", "maximum", "exp", "log")},
    **{name: name for name in ("tanh", "sqrt", "clip", "where", "reshape", "transpose", "concatenate", "stack")},
    **{name: name for name in ("sum", "mean", "max", "min")},
    "negative": "negate",
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "broadcast_to": "broadcast",
}
_ABOUT_SHAPES = (np.shape, np.ndim, np.size)


class UfuncRule:
    """The attribute ``__array_ufunc__`` of a tensor. NumPy reads the attribute of the class and gets ``call_ufunc``.

    CuPy reads the attribute of the instance and gets None: CuPy then leaves an operator to the tensor.
    """

    def __get__(self, instance: Any, owner: type) -> Any:
        return call_ufunc if instance is None else None


def call_ufunc(tensor: Any, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """The result of ``array * tensor`` and the other operators. Raises TypeError for other calls, such as np.exp."""
    if method == "__call__" and not options and len(inputs) == 2 and inputs[1] is tensor and inputs[0] is not tensor:
        operator = getattr(tensor, _OPERATORS.get(ufunc, ""), None)
        if operator is not None:
            return operator(inputs[0])
    if options.get("out") and any(out is inputs[0] for out in options["out"]):
        raise TypeError(
            "an array cannot take a tensor by +=, -=, *= or /=: write a = a + tensor, which keeps the graph"
        )
    raise _refused(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}")


def call_function(tensor: Any, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """The answer to np.shape, np.ndim and np.size. Raises TypeError for all other functions, such as np.sum."""
    if function in _ABOUT_SHAPES:
        return function(args[0].data, *args[1:], **kwargs)
    raise _refused(function.__name__)


def _refused(name: str) -> TypeError:
    way = f"use md.{REPLACEMENTS[name]} (md is minidann)" if name in REPLACEMENTS else f"minidann has no {name}"
    return TypeError(
        f"np.{name} does not take a Tensor, because the graph would be lost: {way}, or give np.{name} the numbers "
        "alone, tensor.data"
    )
