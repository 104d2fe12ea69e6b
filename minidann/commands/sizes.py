"""Settings whose arrays no memory of this machine can hold: refused before the first step."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path

from ..adapt.recipes import Recipe

FLOAT = 4  # bytes of a float32
CGROUP = Path("/sys/fs/cgroup/memory.max")  # the limit of a container on Linux


def memory() -> float:
    """The bytes of memory that this process may use at most; infinity if the system does not tell."""
    try:
        limits = [float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))]
    except (AttributeError, ValueError, OSError):  # Windows
        return math.inf
    with suppress(OSError, ValueError):  # no container, or the word "max"
        limits.append(float(CGROUP.read_text()))
    return min(limits)


def check_points(points: int) -> None:
    """Raises ValueError if two domains of ``points`` points in the plane do not fit the memory."""
    _check("points", points, points * 2 * 2 * (8 + FLOAT))  # made as float64, kept as float32


def check_batch(recipe: Recipe, width: int) -> None:
    """Raises ValueError if a batch or the weights of dense layers do not fit the memory.

    ``width``: the numbers in one example, at least. The estimate is below the true need: it leaves out convolutions.
    """
    first = () if recipe.trunk != "none" else (width,)
    parts = {
        "features": (*first, *recipe.features),
        "label_hidden": recipe.features[-1:] + recipe.label_hidden,
        "domain_hidden": recipe.features[-1:] + recipe.domain_hidden,
    }
    for name, widths in parts.items():
        weights = sum(n_in * n_out for n_in, n_out in zip(widths, widths[1:]))
        name = "features" if widths[:1] > (max(widths[1:], default=0),) and recipe.features else name  # the widest
        _check(name, getattr(recipe, name), weights * 4 * FLOAT)  # θ, gradient, velocity, average
    numbers = 2 * width + sum((*recipe.features, *recipe.label_hidden, *recipe.domain_hidden))
    _check("batch_size", recipe.batch_size, 2 * recipe.batch_size * (8 + numbers * FLOAT))  # both domains


def _check(name: str, value: object, needed: int) -> None:
    if needed > memory():
        has = f"this machine has {_gigabytes(memory())} of memory"
        raise ValueError(f"{name}: got {value}, which needs {_gigabytes(needed)} at least, but {has}")


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:.{0 if size >= 1e10 else 1}f} GB"
