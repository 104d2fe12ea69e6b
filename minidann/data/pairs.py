"""A pair of domains, kept so that training cannot see what it must not."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .. import _validate


class DomainPair:
    """A labelled source and an unlabelled target, with test sets of other examples.

    x_source (n, …) and y_source (n,): the labelled source. x_target (m, …): the target to train on, *without* labels.
    x_source_test, y_source_test, x_target_test, y_target_test: for scoring; no example of theirs is trained on.

    The labels of x_target, where they are known, are for the rows of a table that are allowed to peek: those read
    ``pair.oracle``. Nothing else in the package opens it, and a test makes sure by letting it raise.

    Inputs of dtype uint8 stay bytes, and the arrays that came: training turns a batch into float32 when it is drawn.
    All others become float32 copies. Labels become int64. ValueError names the argument for NaN, bytes beside other
    numbers, lengths or widths that differ, labels that are not integers, or a source of a single class.
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
        """The labels of x_target (m,). Only for rows named oracle or target-only: unsupervised adaptation has none.

        ValueError if the pair was made without them.
        """
        if self._oracle is None:
            raise ValueError(f"y_target: {self!r} was made without the labels of its target")
        return self._oracle

    def target_as_source(self) -> DomainPair:
        """The same pair with the labelled target in the source's place: what "train on target" trains on.

        Its arrays are those of this pair, and its classes too, whether or not the target has an example of each.
        """
        pair = copy.copy(self)
        pair.x_source, pair.y_source = self.x_target, self.oracle
        return pair

    def __repr__(self) -> str:
        return (
            f"DomainPair({self.name!r}: {len(self.x_source)} source, {len(self.x_target)} target, "
            f"{len(self.x_target_test)} target-test, {self.n_classes} classes)"
        )
