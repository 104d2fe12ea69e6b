"""A pair of domains whose target labels stay out of reach of training."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .. import _validate
from .arrays import Columns, Layout, check_rows, examples, host
from .checks import check_pair
from .labels import Classes, class_labels
from .split import hold_out


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
    x_source_test, y_source_test : arrays
        The test set of the source, for scores only.
    x_target_test, y_target_test : arrays
        The test set of the target, for scores only. Without y_target_test there are no scores on the target.

    Attributes
    ----------
    classes_ : array
        The labels as they came: ``pair.classes_[i]`` is the label of class i. The labels of the pair are the positions
        i = 0, 1, …, and so are predictions: ``pair.classes_[network.predict(x)]`` are labels as they came.
    n_classes : int
        The number of classes of the source. Other classes of the target stand behind these in ``classes_``.
    columns : tuple or None
        The names of the columns, if x_source was a DataFrame.

    Inputs may be lists, NumPy arrays of any real dtype, DataFrames, and tensors that NumPy can read. The columns of
    DataFrames are matched by name. uint8 inputs stay bytes and are not copied: training makes float32 of a batch. An
    array of bytes from ``np.load(file, mmap_mode="r")`` stays on the disk, and may be larger than the memory.
    Other inputs become float32 copies. Labels may be whole numbers, booleans or text.

    Raises ValueError with the name of the argument for NaN, for bytes beside other numbers, for lengths, widths or
    names that differ, for a source with one class, for domains that number their classes differently, and for a target
    test set that is the training target. Doubtful data, such as domains of different scales, gets a DataWarning.
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
        y_target_test: Any = None,
    ) -> None:
        x = {"source": x_source, "target": x_target, "source_test": x_source_test, "target_test": x_target_test}
        y = {"source": y_source, "target": y_target, "source_test": y_source_test, "target_test": y_target_test}
        self._take(name, x, y)
        check_pair(self)

    def _take(self, name: str, x: dict[str, Any], y: dict[str, Any]) -> None:
        self.name = _validate.text("name", name)
        self.x_source, self.columns = _inputs("x_source", x["source"])
        like, dtype = Layout(self.x_source.shape[1:], self.columns, "x_source"), self.x_source.dtype
        self.x_target = _inputs("x_target", x["target"], like, dtype)[0]
        self.x_source_test = _inputs("x_source_test", x["source_test"], like, dtype)[0]
        self.x_target_test = _inputs("x_target_test", x["target_test"], like, dtype)[0]
        lengths = {part: len(getattr(self, f"x_{part}")) for part in x}
        for part, labels in y.items():
            check_rows(f"x_{part}", x[part], f"y_{part}", labels)
        source = class_labels("y_source", y["source"], lengths["source"])
        classes = Classes(source)
        if len(classes.classes_) < 2:
            raise ValueError(f"y_source: got only class {classes.classes_[0]}, expected at least two classes")

        def positions(part: str) -> np.ndarray:
            return classes.positions(f"y_{part}", class_labels(f"y_{part}", y[part], lengths[part]))

        self.y_source = classes.positions("y_source", source)
        self.y_source_test = positions("source_test")
        self._oracle = None if y["target"] is None else positions("target")
        self.y_target_test: np.ndarray | None = None if y["target_test"] is None else positions("target_test")
        self.n_classes, self.classes_ = classes.n_source, classes.classes_

    @classmethod
    def made(cls, name: str, **arrays: Any) -> DomainPair:
        """A pair from a generator of this package, by the arguments of DomainPair, without the tests of doubtful data.

        A generator without noise may repeat its points.
        """
        pair = cls.__new__(cls)
        parts = ("source", "target", "source_test", "target_test")
        pair._take(name, {p: arrays[f"x_{p}"] for p in parts}, {p: arrays[f"y_{p}"] for p in parts})
        return pair

    @classmethod
    def from_arrays(
        cls,
        x_source: Any,
        y_source: Any,
        x_target: Any,
        *,
        x_target_test: Any = None,
        y_target_test: Any = None,
        y_target: Any = None,
        test_share: float = 0.3,
        seed: int = 0,
        name: str = "source → target",
    ) -> DomainPair:
        """The pair of a labelled source (n, …) and (n,), and a target (m, …) that needs no labels.

        ``test_share`` of the source is held out for scores, from each class alike; so is ``test_share`` of the target,
        unless ``x_target_test`` is given. ``seed`` chooses the examples. Labels of the target, if there are any, are
        for scores: ``y_target_test`` belongs to ``x_target_test``, and ``y_target`` to ``x_target``. The part of
        ``y_target`` that is not held out stays in ``pair.oracle``.

        Raises ValueError as DomainPair, for ``test_share`` outside 0…1, and for a domain too small to hold out a part.
        """
        parts = hold_out(x_source, y_source, x_target, y_target, x_target_test, y_target_test, test_share, seed)
        return cls(name, **parts)

    @property
    def oracle(self) -> np.ndarray:
        """The labels of x_target (m,), for rows named oracle or target-only. Unsupervised adaptation has none.

        Raises ValueError if the pair was made without these labels.
        """
        if self._oracle is None:
            raise ValueError(f"y_target: {self!r} was made without the labels of its target")
        return self._oracle

    @property
    def has_oracle(self) -> bool:
        """Whether the labels of x_target are known."""
        return self._oracle is not None

    def without_target_labels(self) -> DomainPair:
        """The same pair without any label of its target, for methods that must not see these. It shares the arrays."""
        pair = copy.copy(self)
        pair._oracle = pair.y_target_test = None
        return pair

    def target_as_source(self) -> DomainPair:
        """The pair for "train on target": the labelled target in the place of the source.

        It shares the arrays of this pair. Its classes are those of the source, and classes that only the target has.
        """
        pair = copy.copy(self)
        pair.x_source, pair.y_source = self.x_target, self.oracle
        pair.n_classes = max(self.n_classes, int(self.oracle.max()) + 1)
        return pair

    def __repr__(self) -> str:
        return (
            f"DomainPair({self.name!r}: {len(self.x_source)} source, {len(self.x_target)} target, "
            f"{len(self.x_target_test)} target-test, {self.n_classes} classes)"
        )


def _inputs(
    name: str, x: Any, like: Layout | None = None, dtype: np.dtype[Any] | None = None
) -> tuple[np.ndarray, Columns | None]:
    """The inputs of a pair: bytes beside bytes, or float32. ``dtype``: of x_source. Raises ValueError otherwise."""
    array, columns = examples(name, x, like)
    if dtype is not None and (array.dtype == np.uint8) != (dtype == np.uint8):
        way = "divide bytes by 255 and give both as numbers in 0…1"
        raise ValueError(f"{name}: got dtype {array.dtype}, expected {dtype} as in x_source; {way}")
    return host(array), columns
