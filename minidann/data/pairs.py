"""A pair of domains whose target labels stay out of reach of training."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .. import _validate


class DomainPair:
    """A labelled source and an unlabelled target, with test sets of other examples.

    Parameters
    ----------
    name : str
        A title for tables and figures.
    x_source, y_source : arrays (n, …) and (n,)
        The labelled source.
    x_target : array (m, …)
        The target for training, *without* labels.
    y_target : array (m,), optional
        The labels of x_target, if they are known. Only rows of a table named oracle or target-only read them, through
        ``pair.oracle``. A test holds this: it lets ``oracle`` raise, and all other rows finish.
    x_source_test, y_source_test, x_target_test, y_target_test : arrays
        The test sets, for scores only.

    Attributes
    ----------
    n_classes : int
        The number of classes: the largest label of y_source, plus 1.

    uint8 inputs stay bytes and are not copied: training makes float32 of a batch. Other inputs become float32 copies.
    Labels become int64. Raises ValueError with the name of the argument for NaN, for bytes beside other numbers, for
    lengths or widths that differ, for labels that are no integers, and for a source with one class.
    """

    def __init__(
        self,
        name: str,
        *,
        x_source: Any,
        y_source: Any,
        x_target: Any,
        y_target: Any = None,
        x_source_test: Any,
        y_source_test: Any,
        x_target_test: Any,
        y_target_test: Any,
    ) -> None:
        self.name = name
        self.x_source = _validate.inputs("x_source", x_source)
        self.x_target = _validate.inputs("x_target", x_target, self.x_source)
        self.x_source_test = _validate.inputs("x_source_test", x_source_test, self.x_source)
        self.x_target_test = _validate.inputs("x_target_test", x_target_test, self.x_source)
        self.y_source = _validate.labels("y_source", y_source, len(self.x_source))
        if self.y_source.min() == self.y_source.max():
            raise ValueError(f"y_source: got only class {self.y_source[0]}, expected at least two classes")
        self.n_classes = int(self.y_source.max()) + 1
        known = y_target is not None
        self._oracle = _validate.labels("y_target", y_target, len(self.x_target), self.n_classes) if known else None
        self.y_source_test = _validate.labels("y_source_test", y_source_test, len(self.x_source_test), self.n_classes)
        self.y_target_test = _validate.labels("y_target_test", y_target_test, len(self.x_target_test), self.n_classes)

    @property
    def oracle(self) -> np.ndarray:
        """The labels of x_target (m,), for rows named oracle or target-only. Unsupervised adaptation has none.

        Raises ValueError if the pair was made without these labels.
        """
        if self._oracle is None:
            raise ValueError(f"y_target: {self!r} was made without the labels of its target")
        return self._oracle

    def target_as_source(self) -> DomainPair:
        """The pair for "train on target": the labelled target in the place of the source.

        It shares the arrays of this pair, and has the same number of classes.
        """
        pair = copy.copy(self)
        pair.x_source, pair.y_source = self.x_target, self.oracle
        return pair

    def __repr__(self) -> str:
        return (
            f"DomainPair({self.name!r}: {len(self.x_source)} source, {len(self.x_target)} target, "
            f"{len(self.x_target_test)} target-test, {self.n_classes} classes)"
        )
