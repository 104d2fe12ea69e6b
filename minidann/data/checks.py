"""Tests of a whole pair: test sets that training has seen are refused, and doubtful data gets one DataWarning."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from ..engine.backend import Array
from .arrays import Columns, listed
from .mapped import largest_value, pieces
from .scales import APART, FEW, WIDE, domains_apart, doubtful_scales, named, sample

if TYPE_CHECKING:
    from .pairs import DomainPair

REPEATED = 0.02  # a share of shared examples that needs no explanation


class DataWarning(UserWarning):
    """The category of warnings about data that trains, but probably not as meant."""


def doubt(text: str) -> None:
    """A DataWarning with this text, at the line of the user."""
    warnings.warn(text, DataWarning, stacklevel=_outside())


def check_pair(pair: DomainPair) -> None:
    """Refuse a test set that is the training target, and warn once about all that is doubtful in ``pair``."""
    causes = [
        *_shared_examples(pair),
        *_black_images(pair),
        *_constant(pair),
        *doubtful_scales(pair),
        *_classes(pair),
    ]
    if causes:
        warnings.warn("; ".join(causes), DataWarning, stacklevel=_outside())


def check_domains(x_source: np.ndarray, x_target: np.ndarray, columns: Columns | None, is_table: bool = True) -> None:
    """Warn if the scales of two arrays (n, width) and (m, width) differ by orders of magnitude.

    ``is_table``: compare column by column, not all numbers together.
    """
    causes = domains_apart(sample(x_source), sample(x_target), columns, is_table)
    if causes:
        warnings.warn(f"source and target: {'; '.join(causes)}", DataWarning, stacklevel=_outside())


def check_scale(x: Array, largest: float) -> None:
    """Warn if the values of ``x`` are of another order of magnitude than ``largest``, the largest in training.

    Few points of a table may all lie near 0 by chance: only images and more points count as small.
    """
    if not x.size or not largest:
        return
    now = largest_value(x)
    if now > APART * largest or (0 < now * APART < largest and (x.ndim > 2 or len(x) >= FEW)):
        text = f"x: the largest value is {now:.3g}, beside {largest:.3g} in training; give x the same unit"
        warnings.warn(text, DataWarning, stacklevel=_outside())


def _shared_examples(pair: DomainPair) -> list[str]:
    """Sentences about examples that are in two parts of ``pair``. Raises ValueError if training sees all of the test.

    Two domains may have a common value, such as a row of zeros. So their shared examples are counted in both.
    """
    parts = ("x_source", "x_target", "x_source_test", "x_target_test")
    source, target, source_test, test = (_counted(getattr(pair, part)) for part in parts)
    shared, is_training_set = _shared(target, test)
    if is_training_set:
        raise ValueError(
            f"x_target_test: got {test.total()} examples that are all in x_target, expected others: training has seen "
            "these. DomainPair.from_arrays(…) holds a part of the target out"
        )
    counts = [
        ("x_target_test", test, "x_target", shared, "training sees these"),
        ("x_source_test", source_test, "x_source", _shared(source, source_test)[0], "training sees these"),
        ("x_target_test", test, "x_source", _shared_both(source, test), "training sees their labels"),
        ("x_target", target, "x_source", _shared_both(source, target), "there is no shift between these"),
    ]
    return [
        f"{name}: {n} of {found.total()} examples are in {other} too, and {why}"
        for name, found, other, n, why in counts
        if n
    ]


def _counted(x: np.ndarray) -> Counter[int]:
    """The number of times that each example is in ``x``, by its hash."""
    return Counter(hash(row.tobytes()) for piece in pieces(x) for row in piece)


def _shared_both(x: Counter[int], other: Counter[int]) -> int:
    """The number of examples of ``other`` that are in x too; 0 if the repetitions in one of the two explain it."""
    there, back = _shared(x, other)[0], _shared(other, x)[0]
    return there if back else 0


def _shared(seen: Counter[int], tests: Counter[int]) -> tuple[int, bool]:
    """The number of test examples that training has seen, and whether all are. 0 if repetitions explain it.

    Examples of few possible values repeat in honest data too. The share of repeated examples in training tells how
    often.
    """
    n, n_test = seen.total(), tests.total()
    shared = sum(count for key, count in tests.items() if key in seen)
    share, repeated = shared / n_test, sum(count for count in seen.values() if count > 1) / n
    if (len(seen) > 1 or n == 1) and (seen == tests or (share == 1 and repeated < 0.5)):
        return shared, True
    deviation = np.sqrt(repeated * (1 - repeated) / min(n, n_test))
    return (0 if share <= repeated + 3 * deviation + REPEATED else shared), False


def _black_images(pair: DomainPair) -> list[str]:
    return [
        f"{name}: the bytes are at most 1, so these images are black; images in 0…1 need × 255 before uint8"
        for name, x in _domains(pair)
        if x.dtype == np.uint8 and x.ndim > 2 and largest_value(x) <= 1
    ]


def _constant(pair: DomainPair) -> list[str]:
    causes = []
    for name, x in _domains(pair):
        rows, table = sample(x), x.ndim == 2 and x.shape[1] < WIDE
        constant = np.ptp(rows, axis=0) == 0
        if len(x) > 1 and constant.all() and all((piece == x[:1]).all() for piece in pieces(x)):
            causes.append(f"{name}: all {len(x)} examples are equal")
        elif len(x) > 1 and constant.any() and table:
            large = np.abs(rows[0])[constant].max() > 1e5
            hint = " in float32, which holds seven digits; subtract its mean before" * bool(large)
            causes.append(f"{name}: {named(constant, pair.columns)} is constant{hint}")
    return causes


def _classes(pair: DomainPair) -> list[str]:
    causes = []
    if len(pair.classes_) > pair.n_classes:
        fresh = listed(pair.classes_[pair.n_classes :])
        causes.append(f"y_source: no example of class {fresh}, which the target has; none will be predicted")
    n = len(pair.y_source)
    if n >= 20 and pair.n_classes > n / 2:
        causes.append(f"y_source: {pair.n_classes} classes in {n} examples; is it a number to predict, or an index?")
    return causes


def _domains(pair: DomainPair) -> list[tuple[str, np.ndarray]]:
    return [("x_source", pair.x_source), ("x_target", pair.x_target)]


def _outside() -> int:
    """The stacklevel of the first caller outside this package: the warning then names the user's line."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("minidann."):
        level, frame = level + 1, frame.f_back
    return level
