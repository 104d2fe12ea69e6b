"""Marked target rows inside a search or a cross-validation of scikit-learn: refused where a score would count them.

Such a score compares predictions with the y of target rows, which means nothing. scikit-learn turns an error of a
scorer into NaN, and no argument of ``fit`` tells of the search. So ``fit`` looks at its callers.
"""

from __future__ import annotations

from types import FrameType
from typing import Any

from sklearn import get_config
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import MetadataRequest, get_routing_for_object

from .callers import calling_frame

SEARCHES = "sklearn.model_selection."
LEARNERS = ("sklearn.calibration", "sklearn.ensemble._stacking")  # these learn from predictions and y of held-out rows


def check_search(sample_domain: Any) -> None:
    """Raises ValueError if a caller would read the y of the rows that ``sample_domain`` marks as target.

    These are searches and cross-validations without metadata routing, those whose scorer is not given sample_domain,
    calibration and stacking. In scikit-learn 1.6 the score of a pipeline is such a scorer too. A scorer with
    ``set_score_request(sample_domain=False)`` says that it needs none.
    """
    if sample_domain is None:
        return
    frame = calling_frame(lambda caller: _module(caller).startswith((SEARCHES, *LEARNERS)))
    if frame is None:
        return
    if not get_config()["enable_metadata_routing"]:
        raise ValueError(
            "sample_domain: got it from a search or a cross-validation, which without metadata routing would score "
            "target rows by their y; call sklearn.set_config(enable_metadata_routing=True) first"
        )
    if _module(frame).startswith(LEARNERS):
        raise ValueError(
            f"sample_domain: {_module(frame)} would learn from the y of target rows; give it the source rows alone, "
            "and the target as X_target"
        )
    scorer = frame.f_locals.get("scorer")
    for each in getattr(scorer, "_scorers", {"": scorer}).values():  # of several metrics, or of one
        if not _is_given_domains(each):
            raise ValueError(
                f"sample_domain: the scorer {each!r:.60} would score target rows by their y; take a scorer of "
                "minidann.estimators, such as SCORERS['source_accuracy']"
            )


def _is_given_domains(scorer: Any) -> bool:
    """Whether a scorer is given sample_domain, or says that it needs none. A plain function is the caller's affair."""
    if not hasattr(scorer, "get_metadata_routing"):
        return True
    routing = get_routing_for_object(scorer)
    if routing.consumes("score", {"sample_domain"}):
        return True
    return isinstance(routing, MetadataRequest) and routing.score.requests.get("sample_domain") is False


def check_learner(estimator: Any) -> None:
    """Raises ValueError if a search has trained ``estimator`` on target rows by their y.

    This happens to a classifier, or to the last step of a pipeline, whose ``fit`` takes no sample_domain.
    """
    last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    if get_routing_for_object(last).consumes("fit", ["sample_domain"]):
        return
    if calling_frame(lambda caller: _module(caller).startswith(SEARCHES)) is not None:
        raise ValueError(
            f"estimator: got {type(last).__name__}, whose fit takes no sample_domain: the search has trained it on the "
            "y of target rows; take DANNClassifier or SubspaceAlignmentClassifier"
        )


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))
