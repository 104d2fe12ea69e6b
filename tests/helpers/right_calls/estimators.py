"""One right call of each public name of ``minidann.estimators``."""

import numpy as np
from helpers.wrong_calls import call

from minidann import estimators

WIDE = np.random.default_rng(0).standard_normal((12, 3))
CLASSES = np.arange(12) % 2
WEIGHTS = np.linspace(0.5, 1.5, 12)
PROBABILITIES = np.full((12, 2), 0.5)


def always_one(x_target, predicted, x_source):
    return lambda x: np.ones(len(x), int)


RIGHT = {
    "estimators.deep_embedded_validation": lambda: call(estimators.deep_embedded_validation, WEIGHTS, WEIGHTS),
    "estimators.diversity": lambda: call(estimators.diversity, PROBABILITIES),
    "estimators.importance_weighted_accuracy": lambda: call(
        estimators.importance_weighted_accuracy, CLASSES == 1, WEIGHTS
    ),
    "estimators.importance_weights": lambda: call(estimators.importance_weights, WIDE, WIDE + 1, WIDE, "linear"),
    "estimators.information": lambda: call(estimators.information, PROBABILITIES),
    "estimators.mean_entropy": lambda: call(estimators.mean_entropy, PROBABILITIES),
    "estimators.reverse_validation": lambda: call(
        estimators.reverse_validation, always_one, WIDE, CLASSES, WIDE, WIDE, CLASSES
    ),
    "estimators.seed_agreement": lambda: call(estimators.seed_agreement, np.array([CLASSES, 1 - CLASSES])),
    "estimators.source_accuracy": lambda: call(estimators.source_accuracy, CLASSES, CLASSES),
}
