"""A predictor behind a transformer of two domains: refused if a pipeline would train it with the y of target rows."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object

from .domains import source_rows


def check_pipeline(transformer: Any, sample_domain: Any) -> None:
    """Raises ValueError if a pipeline would train a predictor, behind ``transformer``, with the y of target rows.

    A pipeline gives all rows to its last step. A step that takes sample_domain knows the target rows itself.
    """
    if sample_domain is None or source_rows(sample_domain, len(np.asarray(sample_domain))).all():
        return
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and not isinstance(frame.f_locals.get("self"), Pipeline):
        frame = frame.f_back
    last = None if frame is None else frame.f_locals["self"].steps[-1][1]
    if last is None or not hasattr(last, "predict"):
        return
    if not get_routing_for_object(last).consumes("fit", ["sample_domain"]):
        name = type(last).__name__
        raise ValueError(
            f"sample_domain: {name} behind {type(transformer).__name__} would learn from the y of target rows; take "
            f"SubspaceAlignmentClassifier({name}(…)), or give the pipeline the source rows alone, and the target as "
            "X_target"
        )
