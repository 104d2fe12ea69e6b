"""The hints of chapter 07."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def by(name, first, second, gives):
    return Slip(name, first, second, gives=gives)


def errors(s, t):
    """The two shares of wrong answers."""
    return (s > 0).mean(), (t <= 0).mean()


def error(s, t):
    return sum(errors(s, t)) / 2


DISTANCE = Hints(
    "Do the example on paper: which logits are wrong in the source, and which in the target?",
    "Print the two shares of errors, then ε, then the distance. In the example: 0.25, 0.2, 0.225, 1.1.",
    (
        Slip("a logit of 0", "A logit of 0 is not above 0, so the judge says source.",
             "source: logit > 0 is wrong. target: logit ≤ 0 is wrong.",
             what="distance of logits of 0, which say source"),
        Slip("no distance below 0", "A judge that is worse than guessing has a distance below 0.",
             "No abs and no max: return 2 (1 − 2 ε) as it is.", what="distance of a judge that is always wrong"),
        by("all in one pot", "You take the errors of all examples together. Then the larger domain counts more.",
           "Take the share in each domain, then the mean of both shares.",
           lambda s, t: 2 * (1 - 2 * ((s > 0).sum() + (t <= 0).sum()) / (len(s) + len(t)))),
        by("right in the place of wrong", "You count right answers. ε is the share of wrong ones.",
           "In the source an answer is wrong if the logit is above 0.", lambda s, t: 2 * (1 - 2 * (1 - error(s, t)))),
        by("the sum of the shares", "You add the two shares. ε is their mean.", "Divide the sum of the shares by 2.",
           lambda s, t: 2 * (1 - 2 * sum(errors(s, t)))),
        by("the source only", "The errors on the target are missing.", "ε is the mean of both shares.",
           lambda s, t: 2 * (1 - 2 * errors(s, t)[0])),
        by("the target only", "The errors on the source are missing.", "ε is the mean of both shares.",
           lambda s, t: 2 * (1 - 2 * errors(s, t)[1])),
        by("the inner 2 is missing", "This is 2 (1 − ε). With ε = ½ the distance should be 0.",
           "2 (1 − 2 ε): two twos, and a bracket.",
           lambda s, t: 2 * (1 - error(s, t))),
        by("the outer 2 is missing", "A judge that is never wrong has the distance 2, not 1.", "2 (1 − 2 ε): two twos.",
           lambda s, t: 1 - 2 * error(s, t)),
        by("the error itself", "This is ε. The distance is large where ε is small.", "2 (1 − 2 ε) comes at the end.",
           error),
        by("the same side for both", "In the target an answer is wrong if the logit says source.",
           "source: logit > 0 is wrong. target: logit ≤ 0 is wrong.",
           lambda s, t: 2 * (1 - ((s > 0).mean() + (t > 0).mean()))),
        by("half as the limit", "A logit is no probability: its limit is 0, and 0.5 is that of a probability.",
           "Compare each logit with 0.", lambda s, t: 2 * (1 - ((s > 0.5).mean() + (t <= 0.5).mean()))),
        by("counts", "You use numbers of errors. ε is made of shares.", "Divide by the number of examples: mean.",
           lambda s, t: 2 * (1 - ((s > 0).sum() + (t <= 0).sum()))),
        Slip("an array", "The distance is one number.", "Take the mean over the examples.",
             when=lambda found: np.ndim(found) > 0),
    ),
)  # fmt: skip

HINTS = {"proxy_a_distance": DISTANCE}
