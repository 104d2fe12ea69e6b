"""Scenarios: named starts of the lab, each with a question for the class.

    experiment = Experiment.from_scenario("swapped-blobs")
    experiment.steps(SCENARIOS["swapped-blobs"].pause_at)
    experiment.numbers()["target accuracy"]

Every sentence holds at the step ``pause_at`` on at least four of five seeds: ``tests/benchmarks/scenarios.py`` prints
the numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import _validate
from .settings import Settings


@dataclass(frozen=True)
class Scenario:
    """A start of the lab, with one thing to look for and one question for the class.

    Parameters
    ----------
    title : str
        The name in a menu.
    settings : dict
        The settings that differ from ``Settings()``, by name.
    look_for : str
        A sentence that says where to look on the screen.
    question, answer : str
        The question for the class, and its answer with the reason.
    pause_at : int
        The step at which the lab pauses and the class answers.
    averaged : bool
        Whether the window shows the averaged weights.

    Raises ValueError or TypeError with the name of a bad argument.
    """

    title: str
    settings: Mapping[str, Any]
    look_for: str
    question: str
    answer: str
    pause_at: int = 1000
    averaged: bool = False

    def __post_init__(self) -> None:
        for name in ("title", "look_for", "question", "answer"):
            _validate.text(name, getattr(self, name))
        Settings().changed(self.settings)
        _validate.whole_number("pause_at", self.pause_at, least=1)
        _validate.boolean("averaged", self.averaged)


SCENARIOS = {
    "reversal": Scenario(
        "The reversal at work",
        {"ramp": False},
        "Target accuracy climbs above 95 %, while L_d stays near the dashed line: ln 2 = 0.69, a guess.",
        "The network never sees a label of the target. How can it learn to classify the target?",
        "The push makes the features of both domains alike. So the label head, taught by the source, fits both.",
    ),
    "lambda-0": Scenario(
        "λ = 0: no push",
        {"ramp": False, "adapt_weight": 0.0},
        "Source accuracy is 100 %, target accuracy stays below 90 %, and L_d falls far below ln 2 = 0.69.",
        "The domain head learns well. Why does the target gain nothing from it?",
        "R multiplies the gradient of L_d by 0. Only θd learns from L_d: the features never hear of it.",
    ),
    "lambda-too-large": Scenario(
        "λ too large",
        {"ramp": False, "adapt_weight": 100.0},
        "L_d is near ln 2 = 0.69, as in a good run. Now read L_y and the source accuracy.",
        "Which numbers show that this run learns badly? What is the reason?",
        "L_y stays above 0.3, source accuracy below 90 %: in θf the push of L_d drowns the gradient of L_y.",
        500,
    ),
    "ramp": Scenario(
        "λ rises from 0",
        {},
        "Follow L_d in the curves: it falls in the first 200 steps, then it rises back to ln 2 while λ grows.",
        "Why does L_d first fall, and then rise again?",
        "At first λ is near 0, and the domain head learns undisturbed. Then the features push back, more and more.",
    ),
    "no-node": Scenario(
        "The node is forgotten",
        {"ramp": False, "form": "no-reversal"},
        "Source accuracy is 100 %, L_d falls far below ln 2 = 0.69, and target accuracy stays below 85 %.",
        "With R, the box θf shows L_d ↑. Here it shows L_d ↓. What do the features learn instead?",
        "They lower L_d, so they learn to tell source from target. The label head then fits the source alone.",
    ),
    "two-nodes": Scenario(
        "Two nodes in a row",
        {"ramp": False, "form": "two-nodes"},
        "Two nodes R stand on the way to the domain head. L_d falls far below ln 2, as if there were none.",
        "Are two reversals stronger than one? Why does this run look as if there were none?",
        "(−λ) · (−λ) = +λ²: two minus signs cancel. The features help the domain head again.",
    ),
    "subtracted": Scenario(
        "Subtracted, without a node",
        {"ramp": False, "form": "subtracted"},
        "L_d climbs into the thousands, and the domain head is right for only half of the batch.",
        "The features should raise L_d. Why does L_d never stop rising here?",
        "The minus sign reaches θd as well. The domain head learns to be wrong, and L_d has no upper bound.",
        500,
    ),
    "eq-18": Scenario(
        "Eq. 18 as printed",
        {"ramp": False, "form": "eq-18"},
        "L_d climbs into the thousands, and even source accuracy stays below 90 %.",
        "R is there, and a minus stands before λ L_d. Both arrows beside L_d are wrong, in θf and in θd. Why?",
        "At θf two minus signs cancel: the features lower L_d. At θd one is left: the head learns to be wrong.",
        500,
    ),
    "below-both-heads": Scenario(
        "R below both heads",
        {"ramp": False, "form": "below-both-heads"},
        "L_d is near ln 2 = 0.69, as in a good run, but even source accuracy stays below 90 %.",
        "R reverses L_y too: the box θf shows L_y ↑. What do the features learn about the labels?",
        "To confuse them: their update raises L_y. The node belongs where only the gradient of L_d passes.",
        500,
    ),
    "swapped-blobs": Scenario(
        "Classes swapped: blobs",
        {"ramp": False, "pair": "blobs", "rotation": 120.0},
        "L_y is near 0, L_d near ln 2 = 0.69, source accuracy 100 %. Now read the target accuracy.",
        "Every sign of a good run is there, and almost every target point is wrong. How can that be?",
        "Each target blob was aligned with the nearer source blob, and that has the other class. L_d knows no classes.",
        500,
    ),
    "swapped-moons": Scenario(
        "Classes swapped: moons",
        {"ramp": False, "rotation": 90.0, "adapt_weight": 0.3},
        "L_y is near 0, L_d rises towards ln 2, source accuracy is above 98 %. Now read the target accuracy.",
        "The domains come closer, yet three target points in four are wrong: worse than a guess. Why?",
        "Most of each target moon lies on the side of the other class, and is aligned there. L_d knows no classes.",
        averaged=True,
    ),
    "turning": Scenario(
        "Momentum and turning",
        {"ramp": False, "momentum": 0.99},
        "Again and again L_d rises far above the dashed line, ln 2 = 0.69. Target accuracy jumps up and down.",
        "L_d above ln 2 is worse than a guess. How can a head that learns be worse than a guess?",
        "Momentum carries both players past each other: the features have moved on before the head can follow.",
    ),
    "averaging": Scenario(
        "Last or averaged weights",
        {"ramp": False, "momentum": 0.97},
        "In the top line, the target accuracy jumps. That of the averaged weights, beside it, is calmer and higher.",
        "Why is the mean of the weights of many steps better than the weights of the last step?",
        "The weights circle and shake around a good point. Their mean lies nearer to it than most of them.",
    ),
    "label-shift": Scenario(
        "Label shift: 90/10 → 10/90",
        {"ramp": False, "source_share": 0.9, "target_share": 0.1, "adapt_weight": 2.0},
        "Class 1 has 90 % of the source and 10 % of the target. Target accuracy falls below 50 %.",
        "Start anew with λ = 0: target accuracy comes near 75 %. Why does the push do harm here?",
        "Nine in ten points of class 1 are source. To hide the domain, the features must hide the class as well.",
    ),
}
