"""Tests of ``detect_anomaly`` at each op: a NaN, an infinity and a late change are named with the line of the op."""

from __future__ import annotations

import linecache
import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .backend import Array, array_module, to_numpy
from .devices import host_copy

if TYPE_CHECKING:
    from .ops.op import Op
    from .tensor import Tensor

_ENGINE = str(Path(__file__).parent) + os.sep
_PACKAGE = str(Path(__file__).parents[1]) + os.sep

# attributes of an op for the backward check: the line that called it, and copies of its inputs and result
_LINE, _SEEN = "called_at", "arrays_seen"


def check_forward(op: Op, inputs: tuple[Tensor, ...], result: Array) -> None:
    """Raises FloatingPointError if ``result`` is not finite. It names the op, its inputs and the line of the call."""
    setattr(op, _LINE, _caller())
    setattr(op, _SEEN, [host_copy(array) for array in (*(tensor.data for tensor in inputs), result)])
    fault = _fault(result)
    if fault:
        given = ", ".join(_describe(tensor.data) for tensor in inputs)
        raise FloatingPointError(f"forward of {type(op).__name__} made {fault} from {given}, at {getattr(op, _LINE)}")


def check_unchanged(tensor: Tensor) -> None:
    """Raises ValueError if an input of the op of ``tensor``, or its result, was changed in place since the forward."""
    op, arrays = tensor.op, (*(parent.data for parent in tensor.inputs), tensor.data)
    for i, (before, now) in enumerate(zip(getattr(op, _SEEN, ()), arrays)):
        if not np.array_equal(before, to_numpy(now), equal_nan=True):
            where = f"input {i}" if i < len(tensor.inputs) else "the result"
            raise ValueError(
                f"{where} of {type(op).__name__} ({_describe(now)}) was changed in place after the forward pass: its "
                f"gradient would be wrong. Run the forward pass again. The op was called at {getattr(op, _LINE)}"
            )


def check_backward(tensor: Tensor, grad: Array, gradients: tuple[Array | None, ...]) -> None:
    """Raises FloatingPointError if the backward rule of the op of ``tensor`` returned a gradient that is not finite."""
    for i, (parent, gradient) in enumerate(zip(tensor.inputs, gradients)):
        fault = parent.requires_grad and gradient is not None and _fault(gradient)
        if fault:
            line = getattr(tensor.op, _LINE, "an unknown line: run the forward pass inside detect_anomaly() too")
            raise FloatingPointError(
                f"backward of {type(tensor.op).__name__} made {fault} for input {i} ({_describe(parent.data)}) "
                f"from a gradient with {_fault(grad) or 'finite values'}; the op was called at {line}"
            )


def check_total(tensor: Tensor, parent: Tensor, total: Array) -> None:
    """Raises FloatingPointError if a gradient overflowed in the sweep: in its sum, or in its cast to another dtype."""
    fault = _fault(total)
    if fault:
        line = getattr(tensor.op, _LINE, "an unknown line")
        raise FloatingPointError(
            f"the gradient of {_describe(parent.data)}, an input of {type(tensor.op).__name__}, became {fault} when it "
            f"was summed over all its uses or cast to {parent.dtype}; that op was called at {line}"
        )


def _fault(array: Array) -> str:
    """'a NaN' or 'an infinity'; '' for finite numbers."""
    xp = array_module(array)
    if array.dtype.kind not in "fc" or bool(xp.isfinite(array).all()):
        return ""
    return "a NaN" if bool(xp.isnan(array).any()) else "an infinity"


def _describe(array: Array) -> str:
    fault = _fault(array)
    return f"{array.dtype}{list(array.shape)}" + (f" which already held {fault}" if fault else "")


def _caller() -> str:
    """File, line and text of the innermost frame outside the package; without one, outside the engine."""
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_stack(None)]
    for home in (_PACKAGE, _ENGINE):
        for filename, line in frames:
            if not filename.startswith(home):
                return f"{filename}:{line}: {linecache.getline(filename, line).strip()}"
    return "an unknown line"
