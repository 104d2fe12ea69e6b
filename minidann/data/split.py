"""Holding out a part of each domain for scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..engine.backend import Array
from .arrays import Columns, Layout, Table, check_rows, examples
from .labels import class_labels


def hold_out(
    x_source: Any,
    y_source: Any,
    x_target: Any,
    y_target: Any,
    x_target_test: Any,
    y_target_test: Any,
    test_share: float,
    seed: int,
) -> dict[str, Any]:
    """The arguments of DomainPair, with a part of the source held out, and of the target if it has no test set."""
    if _validate.number("test_share", test_share, least=0, below=1) == 0:
        raise ValueError("test_share: got 0, expected a share between 0 and 1")
    rng = np.random.default_rng(_validate.whole_number("seed", seed, least=0))
    if y_target_test is not None and x_target_test is None:
        raise ValueError("y_target_test: got labels without x_target_test, expected both; y_target labels x_target")
    x, columns = examples("x_source", x_source)
    check_rows("x_source", x_source, "y_source", y_source)
    labels = class_labels("y_source", y_source, len(x))
    train, test = _parts_by_class(labels, test_share, rng)
    parts = {"x_source": _named(x[train], columns), "y_source": labels[train]}
    parts |= {"x_source_test": x[test], "y_source_test": labels[test]}
    like = Layout(x.shape[1:], columns, "x_source")
    x, _ = examples("x_target", x_target, like)
    check_rows("x_target", x_target, "y_target", y_target)
    known = None if y_target is None else class_labels("y_target", y_target, len(x))
    if x_target_test is not None:
        check_rows("x_target_test", x_target_test, "y_target_test", y_target_test)
        other, _ = examples("x_target_test", x_target_test, like)
        return parts | {
            "x_target": x,
            "y_target": known,
            "x_target_test": other,
            "y_target_test": y_target_test,
        }
    if len(x) < 2:
        raise ValueError(f"x_target: got {len(x)} example, expected at least 2, because a part is held out")
    order = rng.permutation(len(x))
    n_test = min(max(round(test_share * len(x)), 1), len(x) - 1)
    train, test = np.sort(order[n_test:]), np.sort(order[:n_test])
    parts |= {"x_target": x[train], "x_target_test": x[test]}
    if known is not None:
        parts |= {"y_target": known[train], "y_target_test": known[test]}
    return parts


def _named(x: Array, columns: Columns | None) -> Any:
    """``x`` with the names of its columns, which slices of an array have lost."""
    return x if columns is None else Table(x, columns)


def _parts_by_class(y: np.ndarray, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Positions for training and for testing. Each class keeps an example for training."""
    test = []
    for label in np.unique(y):
        own = rng.permutation(np.flatnonzero(y == label))
        test.append(own[: min(round(share * len(own)), len(own) - 1)])
    held_out = np.sort(np.concatenate(test))
    if not len(held_out):
        got = f"got {len(y)} examples of {len(np.unique(y))} classes"
        raise ValueError(f"y_source: {got}, expected more of each: a share of {share:g} is held out")
    return np.setdiff1d(np.arange(len(y)), held_out), held_out
