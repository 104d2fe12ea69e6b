"""The callers of a ``fit``: scikit-learn tells an estimator of its search or pipeline in no other way."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calling_frame(is_wanted: Callable[[FrameType], bool]) -> FrameType | None:
    """The nearest frame of the callers for which ``is_wanted(frame)`` holds; None if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not is_wanted(frame):
        frame = frame.f_back
    return frame
