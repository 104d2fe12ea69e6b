"""The hints of chapter 10."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def of(what, name, first, second, gives):
    return Slip(name, first, second, what=what, gives=gives)


def entropy(q):
    return -(q * np.log(q)).sum(axis=-1)


def diversity(p):
    return entropy(p.mean(axis=0))


def shares(p):
    """The shares of the predicted classes."""
    return np.bincount(p.argmax(axis=1), minlength=2) / len(p)


def accuracies(y, there, back):
    return (there == y).mean(), (back == y).mean()


LOST, SEEDS, LESS = "lost on the way back", "the seeds disagree", "less equal classes"
SIGNS = Hints(
    "Do the example on paper, one sign after the other. Print each of the three numbers.",
    "Two accuracies for the first sign, two argmax for the second, two diversities for the third.",
    (
        Slip("no sign below 0", "A sign may be below 0: then there is no reason for an alarm.",
             "No abs and no max: return each number as it is.",
             when=lambda found, right: right < 0 and (np.isclose(found, -right, atol=1e-5) or found == 0)),
        of(LOST, "the other way round", "The sign is exchanged. The way back comes off the way there.",
           "accuracy of there − accuracy of back.", lambda y, there, back: (back == y).mean() - (there == y).mean()),
        of(LOST, "the way back alone", "This is the accuracy of the way back. How many did DANN itself have right?",
           "The accuracy of there, minus this.", lambda y, back: (back == y).mean()),
        of(LOST, "the errors of the way back",
           "DANN itself makes errors, too. The sign counts what is lost on the way.",
           "The accuracy of there comes first, then minus the accuracy of back.", lambda y, back: (back != y).mean()),
        of(LOST, "without the labels", "You compare the two networks with one another. Compare each with y.",
           "(there == y).mean() is one accuracy.", lambda there, back: (there != back).mean()),
        of(LOST, "only the points that were right",
           "You look only at the points that DANN has right. Both accuracies are over all n points.",
           "(there == y).mean() − (back == y).mean().", lambda y, there, back: (back != y)[there == y].mean()),
        of(LOST, "a ratio", "You divide the accuracies. This sign is a difference.",
           "accuracy of there − accuracy of back.",
           lambda y, there, back: 1 - accuracies(y, there, back)[1] / accuracies(y, there, back)[0]),
        of(LOST, "counts", "You use numbers of points. A sign is made of shares.", "Take .mean() in place of .sum().",
           lambda y, there, back: (there == y).sum() - (back == y).sum()),
        of(LOST, "the order of the three", "The first number is the second sign. Look at the order.",
           "Return lost, disagree, less equal.",
           lambda p, p_other: (p.argmax(axis=1) != p_other.argmax(axis=1)).mean()),
        of(SEEDS, "agreement", "This is the share on which the seeds agree.", "Count different classes: != .",
           lambda p, p_other: (p.argmax(axis=1) == p_other.argmax(axis=1)).mean()),
        of(SEEDS, "probabilities and not classes", "You compare probabilities. The sign compares classes.",
           "p.argmax(axis=1) has the class of each point.", lambda p, p_other: np.abs(p - p_other).mean()),
        of(SEEDS, "counts", "This is a number of points, and the sign is a share.", "Take .mean() in place of .sum().",
           lambda p, p_other: (p.argmax(axis=1) != p_other.argmax(axis=1)).sum()),
        of(SEEDS, "down the columns", "You look for the largest number of each column. A class belongs to a row.",
           "p.argmax(axis=1): along axis 1.", lambda p, p_other: (p.argmax(axis=0) != p_other.argmax(axis=0)).mean()),
        of(SEEDS, "the other network", "You compare with λ = 0.1. This sign compares two seeds.",
           "Compare the classes of p and p_other.",
           lambda p, p_small: (p.argmax(axis=1) != p_small.argmax(axis=1)).mean()),
        of(LESS, "upside down",
           "The ratio is upside down. Which diversity should be the smaller one under label shift?",
           "The diversity of p_small is divided by that of p.",
           lambda p, p_small: 1 - diversity(p) / diversity(p_small)),
        of(LESS, "1 minus is missing", "This is the ratio. The sign is 0 if both diversities are equal.",
           "Return 1 minus the ratio.", lambda p, p_small: diversity(p_small) / diversity(p)),
        of(LESS, "ratio minus 1", "The sign is exchanged: it is above 0 if p_small is less diverse.",
           "Return 1 minus the ratio.", lambda p, p_small: diversity(p_small) / diversity(p) - 1),
        of(LESS, "a difference", "You subtract the diversities. This sign is a ratio, less than 1 by a share.",
           "1 − (diversity of p_small) / (diversity of p).", lambda p, p_small: diversity(p) - diversity(p_small)),
        of(LESS, "the mean of the entropies",
           "You take the entropy of each row, then the mean. This measures certainty, not the shares of the classes.",
           "First the mean row, then the entropy of this one row.",
           lambda p, p_small: 1 - entropy(p_small).mean() / entropy(p).mean()),
        of(LESS, "down the columns",
           "You take the mean of each row, which is ½ always. The mean row is over the points.",
           "Take the mean along axis 0.",
           lambda p, p_small: 1 - entropy(p_small.mean(axis=1)) / entropy(p.mean(axis=1))),
        of(LESS, "counted classes", "You count the predicted classes. The diversity uses the probabilities themselves.",
           "The mean row is p.mean(axis=0).", lambda p, p_small: 1 - entropy(shares(p_small)) / entropy(shares(p))),
        of(LESS, "the other seed", "You compare with the second seed. This sign compares with λ = 0.1.",
           "Take the diversities of p_small and of p.", lambda p, p_other: 1 - diversity(p_other) / diversity(p)),
        Slip("three numbers", "Return three numbers, in the order of the text.",
             "return a, b, c gives a tuple of three.", what="what three_signs returns"),
    ),
)  # fmt: skip


def by(name, first, second, gives):
    return Slip(name, first, second, gives=gives)


def parts(y, predicted, share):
    """The difference of the shares, with its sign, and the source error."""
    return share - (y == 1).mean(), (predicted != y).mean()


def floored(x):
    return max(0.0, x)


LEAST = Hints(
    "Do the example on paper: the share in the source, the source error, the difference of the shares.",
    "Print the share in the source (from y), the source error (from y and predicted), and then the right side.",
    (
        Slip("no error below 0", "An error below 0 does not exist. Then the formula says nothing.",
             "Take max(0, …) of the right side.", when=lambda found: np.ndim(found) == 0 and found < 0),
        Slip("the sign of the difference",
             "With a smaller share in the target the result is wrong. Shares can be apart on both sides.",
             "Take abs of the difference of the shares.",
             when=lambda found, y, share: share < (y == 1).mean() and np.ndim(found) == 0 and found == 0),
        by("the error is added", "The source error makes the bound smaller: a head that errs can be right by luck.",
           "The formula ends with − source error.",
           lambda y, predicted, share: abs(parts(y, predicted, share)[0]) + parts(y, predicted, share)[1]),
        by("the error is missing", "The source error is missing.",
           "Subtract the share of source points that are wrong.",
           lambda y, predicted, share: abs(parts(y, predicted, share)[0])),
        by("the shares of the predictions", "You take the share of predicted classes. The text has true labels.",
           "The share of class 1 is np.mean(y == 1).",
           lambda y, predicted, share: floored(abs(share - (predicted == 1).mean()) - (predicted != y).mean())),
        by("the share of class 0", "You take the share of class 0 in the source, and class 1 in the target.",
           "np.mean(y == 1) is the share of class 1.",
           lambda y, predicted, share: floored(abs(share - (y == 0).mean()) - (predicted != y).mean())),
        by("one half for the source", "The source of the chapter had the share 0.5. Here compute it from y.",
           "The share of class 1 is np.mean(y == 1).",
           lambda y, predicted, share: floored(abs(share - 0.5) - (predicted != y).mean())),
        by("one half for the source", "You did not use the share of the source. Compute it from y.",
           "The share of class 1 is np.mean(y == 1).",
           lambda y, predicted, share: floored(share - (predicted != y).mean())),
        by("half of the difference", "You halve the difference. The formula has all of it.",
           "|share in the target − share in the source|.",
           lambda y, predicted, share: floored(abs(parts(y, predicted, share)[0]) / 2 - parts(y, predicted, share)[1])),
        by("the square", "You square the difference. The formula has its absolute value.",
           "Take abs(…) of the difference.",
           lambda y, predicted, share: floored(parts(y, predicted, share)[0] ** 2 - parts(y, predicted, share)[1])),
        by("abs of all", "You take the absolute value of the whole right side. If it is negative, the result is 0.",
           "abs of the difference of the shares only, then max(0, …).",
           lambda y, predicted, share: abs(abs(parts(y, predicted, share)[0]) - parts(y, predicted, share)[1])),
        by("right in the place of wrong", "You subtract the accuracy. The formula has the error.",
           "The error is np.mean(predicted != y).",
           lambda y, predicted, share: floored(abs(parts(y, predicted, share)[0]) - (predicted == y).mean())),
        by("counts", "You subtract a number of points, and the error is a share.", "Take np.mean in place of np.sum.",
           lambda y, predicted, share: floored(abs(parts(y, predicted, share)[0]) - (predicted != y).sum())),
        Slip("an array", "The result is one number.", "Take the mean over the points.",
             when=lambda found: np.ndim(found) > 0),
        Slip("an array", "You compare an array with one number. Each share is a mean, one number.",
             "np.mean(y == 1) and np.mean(predicted != y).", raises="^ValueError: The truth value"),
    ),
)  # fmt: skip

HINTS = {"three_signs": SIGNS, "least_error": LEAST}
