"""Pipelines that would be silently wrong: a predictor that learns target labels, a target that passes no step."""

from __future__ import annotations

from types import FrameType
from typing import Any

from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object

from ..data.arrays import as_numpy
from .callers import calling_frame
from .domains import source_rows


def check_pipeline(transformer: Any, sample_domain: Any) -> None:
    """Raises ValueError if a pipeline would train a predictor, behind ``transformer``, with the y of target rows.

    A pipeline gives all rows to its last step. A step that takes sample_domain knows the target rows itself.
    """
    if sample_domain is None or source_rows(sample_domain, as_numpy("sample_domain", sample_domain).size).all():
        return
    frame = calling_frame(_is_of_pipeline)
    last = None if frame is None else frame.f_locals["self"].steps[-1][1]
    if last is None or not hasattr(last, "predict"):
        return
    if not get_routing_for_object(last).consumes("fit", ["sample_domain"]):
        name = type(last).__name__
        instead = "" if hasattr(transformer, "predict") else f"take SubspaceAlignmentClassifier({name}(…)), or "
        raise ValueError(
            f"sample_domain: {name} behind {type(transformer).__name__} would learn from the y of target rows; "
            f"{instead}give the pipeline the source rows alone, and the target as X_target"
        )


def check_passed_target(estimator: Any, X_target: Any) -> None:
    """Raises ValueError if a pipeline gives ``X_target`` to ``estimator`` as it came, and X through the steps before.

    A pipeline passes an argument of ``fit`` on unchanged. With metadata routing and ``transform_input=["X_target"]`` it
    transforms the argument first.
    """
    if X_target is None:
        return
    frame = calling_frame(_is_of_pipeline)
    if frame is None:
        return
    pipeline, given = frame.f_locals["self"], frame.f_locals.get("params") or {}
    if not any(str(name).rpartition("__")[2] == "X_target" for name in given):
        return  # a step made X_target itself
    steps = [step for _, step in pipeline.steps]
    at = next((i for i, step in enumerate(steps) if step is estimator), len(steps) - 1)
    before = [step for step in steps[:at] if step is not None and not isinstance(step, str)]
    if before and "X_target" not in (pipeline.transform_input or ()):
        raise ValueError(
            f"X_target: {type(before[0]).__name__} has changed X and not X_target; give the pipeline all rows in X, "
            "and the domain of each row as sample_domain"
        )


def _is_of_pipeline(frame: FrameType) -> bool:
    return isinstance(frame.f_locals.get("self"), Pipeline)
