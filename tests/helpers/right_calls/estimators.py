"""One right call of each public name of ``minidann.estimators``."""

from functools import cache

import numpy as np
from helpers.right_calls.adapt import SMALL
from helpers.wrong_calls import call

from minidann import estimators
from minidann.data import moons_pair

WIDE = np.random.default_rng(0).standard_normal((12, 3))
CLASSES = np.arange(12) % 2
WEIGHTS = np.linspace(0.5, 1.5, 12)
PROBABILITIES = np.full((12, 2), 0.5)
DOMAIN = np.repeat([1, -1], 6)


def always_one(x_target, predicted, x_source):
    return lambda x: np.ones(len(x), int)


def dann(**parameters):
    return estimators.DANNClassifier(steps=2, **parameters)


@cache
def alignment():
    return estimators.SubspaceAlignment(2).fit(WIDE, CLASSES, DOMAIN)


@cache
def aligned_classifier():
    return estimators.SubspaceAlignmentClassifier(d=2).fit(WIDE, CLASSES, DOMAIN)


@cache
def fitted_dann():
    return dann(random_state=0).fit(WIDE, CLASSES, DOMAIN)


def scored(name):
    return call(estimators.SCORERS[name], fitted_dann(), WIDE, CLASSES, DOMAIN)


@cache
def moons():
    return moons_pair(n=20, n_test=4)


@cache
def choices():
    """What two rules choose between two settings."""
    return estimators.choose(moons(), SMALL, {"adapt_weight": [0.0, 1.0]}, [0, 1], ["source_accuracy", "information"])


RIGHT = {
    "estimators.DANNClassifier": lambda: call(estimators.DANNClassifier),
    "estimators.DANNClassifier.fit": lambda: call(dann().fit, WIDE, CLASSES, DOMAIN),
    "estimators.DANNClassifier.fit_transform": lambda: call(dann().fit_transform, WIDE, CLASSES, DOMAIN),
    "estimators.DANNClassifier.network_inputs": lambda: call(fitted_dann().network_inputs, WIDE),
    "estimators.DANNClassifier.partial_fit": lambda: call(dann().partial_fit, WIDE, CLASSES, [0, 1], DOMAIN),
    "estimators.DANNClassifier.predict": lambda: call(fitted_dann().predict, WIDE, DOMAIN),
    "estimators.DANNClassifier.predict_domain": lambda: call(fitted_dann().predict_domain, WIDE, DOMAIN),
    "estimators.DANNClassifier.predict_proba": lambda: call(fitted_dann().predict_proba, WIDE, DOMAIN),
    "estimators.DANNClassifier.score": lambda: call(fitted_dann().score, WIDE, CLASSES, DOMAIN),
    "estimators.DANNClassifier.transform": lambda: call(fitted_dann().transform, WIDE, DOMAIN),
    "estimators.DeepEmbeddedValidationScorer": lambda: call(estimators.DeepEmbeddedValidationScorer, "linear", "log"),
    "estimators.DiversityScorer": lambda: call(estimators.DiversityScorer),
    "estimators.ImportanceWeightedAccuracyScorer": lambda: call(estimators.ImportanceWeightedAccuracyScorer, "rbf"),
    "estimators.InformationScorer": lambda: call(estimators.InformationScorer),
    "estimators.InformationScorer.__call__": lambda: scored("information"),
    "estimators.MeanEntropyScorer": lambda: call(estimators.MeanEntropyScorer),
    "estimators.ProxyADistanceScorer": lambda: call(estimators.ProxyADistanceScorer, "rbf"),
    "estimators.ReverseValidationScorer": lambda: call(estimators.ReverseValidationScorer, True),
    "estimators.SeedAgreementScorer": lambda: call(estimators.SeedAgreementScorer, 2),
    "estimators.SourceAccuracyScorer": lambda: call(estimators.SourceAccuracyScorer),
    "estimators.SourceAccuracyScorer.__call__": lambda: scored("source_accuracy"),
    "estimators.SubspaceAlignment": lambda: call(estimators.SubspaceAlignment, 2),
    "estimators.SubspaceAlignment.fit": lambda: call(estimators.SubspaceAlignment(2).fit, WIDE, CLASSES, DOMAIN),
    "estimators.SubspaceAlignment.fit_transform": lambda: call(
        estimators.SubspaceAlignment(2).fit_transform, WIDE, CLASSES, DOMAIN
    ),
    "estimators.SubspaceAlignment.transform": lambda: call(alignment().transform, WIDE, DOMAIN),
    "estimators.SubspaceAlignmentClassifier": lambda: call(estimators.SubspaceAlignmentClassifier, None, 2),
    "estimators.SubspaceAlignmentClassifier.decision_function": lambda: call(
        aligned_classifier().decision_function, WIDE, DOMAIN
    ),
    "estimators.SubspaceAlignmentClassifier.fit": lambda: call(
        estimators.SubspaceAlignmentClassifier(d=2).fit, WIDE, CLASSES, DOMAIN
    ),
    "estimators.SubspaceAlignmentClassifier.fit_transform": lambda: call(
        estimators.SubspaceAlignmentClassifier(d=2).fit_transform, WIDE, CLASSES, DOMAIN
    ),
    "estimators.SubspaceAlignmentClassifier.transform": lambda: call(aligned_classifier().transform, WIDE, DOMAIN),
    "estimators.SubspaceAlignmentClassifier.predict": lambda: call(aligned_classifier().predict, WIDE, DOMAIN),
    "estimators.SubspaceAlignmentClassifier.score": lambda: call(aligned_classifier().score, WIDE, CLASSES, DOMAIN),
    "estimators.choose": lambda: call(
        estimators.choose,
        moons(),
        SMALL,
        {"adapt_weight": [0.0, 1.0]},
        [0],
        ["source_accuracy", "reverse_validation"],
        reverse_steps=2,
    ),
    "estimators.deep_embedded_validation": lambda: call(estimators.deep_embedded_validation, WEIGHTS, WEIGHTS),
    "estimators.diversity": lambda: call(estimators.diversity, PROBABILITIES),
    "estimators.importance_weighted_accuracy": lambda: call(
        estimators.importance_weighted_accuracy, CLASSES == 1, WEIGHTS
    ),
    "estimators.importance_weights": lambda: call(estimators.importance_weights, WIDE, WIDE + 1, WIDE, "linear"),
    "estimators.information": lambda: call(estimators.information, PROBABILITIES),
    "estimators.log_losses": lambda: call(estimators.log_losses, CLASSES, PROBABILITIES, np.arange(2)),
    "estimators.mean_entropy": lambda: call(estimators.mean_entropy, PROBABILITIES),
    "estimators.reverse_validation": lambda: call(
        estimators.reverse_validation, always_one, WIDE, CLASSES, WIDE, WIDE, CLASSES
    ),
    "estimators.seed_agreement": lambda: call(estimators.seed_agreement, np.array([CLASSES, 1 - CLASSES])),
    "estimators.source_accuracy": lambda: call(estimators.source_accuracy, CLASSES, CLASSES),
}
