"""The hints of chapter 12."""

import numpy as np

from minidann.exercises.hints import Hints, Slip

EACH = (0, 1, 2)  # images, rows, columns


def by(name, first, second, gives):
    return Slip(name, first, second, gives=gives)


def normalised(x, axis=EACH, small=1e-5):
    return (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + small)


def halves(maps, n, of):
    return np.concatenate([of(maps[:n]), of(maps[n:])])


def by_source(maps, n):
    return (maps - maps[:n].mean(EACH)) / np.sqrt(maps[:n].var(EACH) + 1e-5)


def of_each(name, first, second, of):
    """A slip in the normalisation of one domain."""
    return Slip(name, first, second, gives=lambda maps, n, scale, offset: scale * halves(maps, n, of) + offset)


NORMALISE = Hints(
    "Do the example on paper. Then print the means: for each domain there are C numbers.",
    "Write a function for one domain, call it for maps[:n] and maps[n:], and put both results together.",
    (
        by("statistics of both domains", "Both domains have the same mean and variance here. Each needs its own.",
           "Split the maps at n before you take the mean.",
           lambda maps, n, scale, offset: scale * normalised(maps) + offset),
        by("the source's statistics", "You use the statistics of the source for the target, too.",
           "The target has a mean and a variance of its own.",
           lambda maps, n, scale, offset: scale * by_source(maps, n) + offset),
        of_each("the axes", "You take one mean over all channels. Each channel has its own.",
                "mean along the axes (0, 1, 2) leaves C numbers.", lambda x: normalised(x, (0, 1, 2, 3))),
        of_each("the axes", "You take a mean for each pixel. It goes over all images and all pixels of a channel.",
                "mean along the axes (0, 1, 2) leaves C numbers.", lambda x: normalised(x, 0)),
        of_each("the axes", "You take a mean for each image. It goes over all images of the domain.",
                "mean along the axes (0, 1, 2) leaves C numbers.", lambda x: normalised(x, (1, 2))),
        of_each("the axes",
                "You take a mean over the channels. The channels are the last axis, and each is on its own.",
                "mean along the axes (0, 1, 2) leaves C numbers.", lambda x: normalised(x, 3)),
        of_each("the root is missing", "You divide by the variance. The formula has its root.",
                "Divide by np.sqrt(variance + 1e-5).", lambda x: (x - x.mean(EACH)) / (x.var(EACH) + 1e-5)),
        of_each("the mean stays", "The mean is not subtracted.", "The numerator is maps − mean.",
                lambda x: x / np.sqrt(x.var(EACH) + 1e-5)),
        of_each("the mean alone", "The deviation is not divided out.", "Divide by np.sqrt(variance + 1e-5).",
                lambda x: x - x.mean(EACH)),
        of_each("times the deviation", "You multiply by the root. Divide by it.", "(maps − mean) / √(…).",
                lambda x: (x - x.mean(EACH)) * np.sqrt(x.var(EACH) + 1e-5)),
        of_each("divided by count − 1", "Your variance divides by one number less than there are: ddof is 1.",
                "The variance is the mean of the squared differences.",
                lambda x: (x - x.mean(EACH)) / np.sqrt(x.var(EACH, ddof=1) + 1e-5)),
        of_each("the mean of the squares", "The variance is the mean of the squared *differences* from the mean.",
                "((x − mean) ** 2).mean(…).", lambda x: (x - x.mean(EACH)) / np.sqrt((x * x).mean(EACH) + 1e-5)),
        of_each("the small number", "The small number stands under the root, beside the variance.",
                "√(variance + 0.00001).", lambda x: (x - x.mean(EACH)) / (np.sqrt(x.var(EACH)) + 1e-5)),
        of_each("the small number", "The result is a little too large. Which number stands beside the variance?",
                "Add 0.00001 to the variance.", lambda x: (x - x.mean(EACH)) / np.sqrt(x.var(EACH))),
        Slip("the small number", "A channel of zeros divides 0 by 0. What is the small number for?",
             "Add 0.00001 to the variance.", when=lambda found: np.isnan(found).any()),
        by("offset is missing", "offset is missing: the mean of each channel is 0 still.",
           "scale · normalised + offset.", lambda maps, n, scale, offset: scale * halves(maps, n, normalised)),
        by("scale is missing", "scale is missing: the deviation of each channel is 1 still.",
           "scale · normalised + offset.", lambda maps, n, scale, offset: halves(maps, n, normalised) + offset),
        by("scale and offset", "scale and offset are missing.", "scale · normalised + offset.",
           lambda maps, n, scale, offset: halves(maps, n, normalised)),
        by("the order of scale and offset", "You add the offset first. Then scale multiplies it, too.",
           "scale · normalised + offset.",
           lambda maps, n, scale, offset: scale * (halves(maps, n, normalised) + offset)),
        by("the source only", "The target is not normalised.", "Do the same with maps[n:].",
           lambda maps, n, scale, offset: scale * np.concatenate([normalised(maps[:n]), maps[n:]]) + offset),
        by("the order of the domains", "The target comes first in your result.", "Source first, as in maps.",
           lambda maps, n, scale, offset: np.roll(scale * halves(maps, n, normalised) + offset, -n, axis=0)),
        Slip("axes without shapes", "A mean along (1, 2) has the shape (images, C), which does not fit to the maps.",
             "The mean over images and pixels has the shape (C,).", raises="^ValueError"),
    ),
)  # fmt: skip


def counted(digits, answers, k):
    table = np.zeros((k, k))
    np.add.at(table, (digits, answers), 1)
    return table


def in_each_class(digits, answers, k):
    table = counted(digits, answers, k)
    return table / table.sum(axis=1, keepdims=True)


def largest(table):
    return np.array(np.unravel_index(table.argmax(), table.shape), float)


def without_diagonal(digits, answers, k):
    table = counted(digits, answers, k)
    return table - np.diag(np.diag(table))


def row_and_column(digits, answers, k):
    """The class with the most mistakes, and the answer that is wrong most."""
    wrong = without_diagonal(digits, answers, k)
    return np.array([wrong.sum(axis=1).argmax(), wrong.sum(axis=0).argmax()], float)


def of(what, name, first, second, gives):
    return Slip(name, first, second, what=what, gives=gives)


CONFUSION = Hints(
    "Do the example on paper: go through the six images and make a mark in the table for each.",
    "A loop over zip(digits, answers) adds 1 at table[digit, answer].",
    (
        of("table", "transposed", "Rows and columns are exchanged. A row is a true class.",
           "table[digit, answer] += 1.", lambda digits, answers, k: counted(answers, digits, k)),
        of("table", "each place once",
           "Each place of your table has at most 1. table[digits, answers] += 1 adds once for each place.",
           "Take a loop over the images, or np.add.at.",
           lambda digits, answers, k: np.minimum(counted(digits, answers, k), 1)),
        of("table", "shares", "These are shares of the images of each class. The table has counts.",
           "Do not divide the table.", in_each_class),
        of("table", "shares", "These are shares of all images. The table has counts.", "Do not divide the table.",
           lambda digits, answers, k: counted(digits, answers, k) / len(digits)),
        of("table", "the mistakes only", "The diagonal of your table is 0. The table has right answers, too.",
           "Change a copy of the table to find the mistake.", without_diagonal),
        of("table", "right answers only", "Only right answers are counted.", "Add 1 for each image.",
           lambda digits, answers, k: np.diag(np.diag(counted(digits, answers, k)))),
        Slip("the size of the table", "The table is smaller than (k, k): the last class does not occur in the data.",
             "Make the table with np.zeros((k, k)).", what="table",
             when=lambda found, k: np.ndim(found) == 2 and len(found) < k),
        of("accuracy", "the share of mistakes", "This is the share of wrong answers.",
           "The right ones are the diagonal.", lambda digits, answers, k: (digits != answers).mean()),
        of("accuracy", "the number of right answers", "This is a number of images.",
           "Divide by the number of all images.", lambda digits, answers, k: (digits == answers).sum()),
        of("accuracy", "the mean over the classes",
           "You take the share in each class, then the mean. Each image should count alike.",
           "The sum of the diagonal over the sum of the table.",
           lambda digits, answers, k: np.mean([(answers == digits)[digits == c].mean() for c in np.unique(digits)])),
        of("accuracy", "divided by the classes", "You divide by k, or by k · k. Divide by the number of images.",
           "The sum of the diagonal over the sum of the table.",
           lambda digits, answers, k: np.diag(counted(digits, answers, k)).mean()),
        of("accuracy", "divided by the classes", "You divide by k, or by k · k. Divide by the number of images.",
           "The sum of the diagonal over the sum of the table.",
           lambda digits, answers, k: np.diag(counted(digits, answers, k)).sum() / k**2),
        of("accuracy", "right over wrong", "You divide right answers by wrong ones.", "Divide by all images.",
           lambda digits, answers, k: (digits == answers).sum() / (digits != answers).sum()),
        of("mistake", "a right answer", "This place is on the diagonal: a right answer is no mistake.",
           "Set the diagonal of a copy to 0 before you look for the largest number.",
           lambda digits, answers, k: largest(counted(digits, answers, k))),
        of("mistake", "the order of the two", "True class and answer are exchanged.",
           "The row comes first: it is the true class.",
           lambda digits, answers, k: largest(without_diagonal(digits, answers, k))[::-1]),
        of("mistake", "another kind of mistake",
           "This is the class with the most mistakes, and the answer that is wrong most.",
           "Look for one place of the table: a true class together with an answer.", row_and_column),
        of("mistake", "the count", "This is the count. The place is wanted: (true class, answer).",
           "np.unravel_index gives the place.", lambda digits, answers, k: without_diagonal(digits, answers, k).max()),
        of("mistake", "the place as one number", "argmax counts the places row by row, as one number.",
           "np.unravel_index(…, table.shape) gives row and column.",
           lambda digits, answers, k: float(without_diagonal(digits, answers, k).argmax())),
        of("mistake", "the smallest", "This is the smallest count.", "Take argmax, not argmin.",
           lambda digits, answers, k: largest(-without_diagonal(digits, answers, k))),
        Slip("three values", "Return three values: the table, the accuracy, the mistake.",
             "return a, b, c gives a tuple of three.", what="what confusion returns"),
    ),
)  # fmt: skip

HINTS = {"own_statistics": NORMALISE, "confusion": CONFUSION}
