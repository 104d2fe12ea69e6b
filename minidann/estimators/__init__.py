"""The scikit-learn face: estimators with ``fit`` and ``predict``, and the choice of a setting without target labels."""

from .choosing import choose
from .dann_classifier import DANNClassifier
from .importance import deep_embedded_validation, importance_weighted_accuracy, importance_weights
from .rules import RULES
from .scorers import (
    SCORERS,
    DeepEmbeddedValidationScorer,
    DiversityScorer,
    ImportanceWeightedAccuracyScorer,
    InformationScorer,
    MeanEntropyScorer,
    ProxyADistanceScorer,
    ReverseValidationScorer,
    SeedAgreementScorer,
    SourceAccuracyScorer,
)
from .selection import (
    diversity,
    information,
    log_losses,
    mean_entropy,
    reverse_validation,
    seed_agreement,
    source_accuracy,
)
from .subspace_alignment import SubspaceAlignment
from .subspace_alignment_classifier import SubspaceAlignmentClassifier

__all__ = [
    "RULES",
    "SCORERS",
    "DANNClassifier",
    "DeepEmbeddedValidationScorer",
    "DiversityScorer",
    "ImportanceWeightedAccuracyScorer",
    "InformationScorer",
    "MeanEntropyScorer",
    "ProxyADistanceScorer",
    "ReverseValidationScorer",
    "SeedAgreementScorer",
    "SourceAccuracyScorer",
    "SubspaceAlignment",
    "SubspaceAlignmentClassifier",
    "choose",
    "deep_embedded_validation",
    "diversity",
    "importance_weighted_accuracy",
    "importance_weights",
    "information",
    "log_losses",
    "mean_entropy",
    "reverse_validation",
    "seed_agreement",
    "source_accuracy",
]
