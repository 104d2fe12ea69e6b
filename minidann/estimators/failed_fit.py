"""A fit that fails leaves its estimator as it was: no old network with new labels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def unchanged_if_it_fails(estimator: Any) -> Iterator[None]:
    """Inside, an error or Ctrl-C gives ``estimator`` its attributes of before back."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise
