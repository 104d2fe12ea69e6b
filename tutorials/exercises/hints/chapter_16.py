"""The hints of chapter 16."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def directions(x):
    """All principal directions of x as columns, the largest variance first."""
    return np.linalg.eigh(np.cov(x.T))[1][:, ::-1]


def alike(found, value):
    """Whether two arrays agree up to the sign of each column."""
    found, value = np.asarray(found, float), np.asarray(value, float)
    if found.shape != value.shape:
        return False
    return all(min(np.abs(a - b).max(), np.abs(a + b).max()) < 1e-6 for a, b in zip(found.T, value.T))


def by(wanted, name, first, second, made):
    """A slip that shows in the source or in the target: ``made`` from both centred domains, their directions and d."""

    def when(found, right, x_source, x_target, d, which):
        s, t = x_source - x_source.mean(axis=0), x_target - x_target.mean(axis=0)
        value = made(s, t, directions(s), directions(t), d)
        return which == wanted and alike(found, value) and not alike(value, right)

    return Slip(name, first, second, when=when)


def raw(wanted, name, first, second, made):
    """The same, ``made`` from the domains as they are."""

    def when(found, right, x_source, x_target, d, which):
        value = made(x_source, x_target, directions(x_source)[:, :d], directions(x_target)[:, :d])
        return which == wanted and alike(found, value) and not alike(value, right)

    return Slip(name, first, second, when=when)


ALIGN = Hints(
    "Print the shapes: P_s and P_t are (width, d), M is (d, d), the results (n, d) and (m, d).",
    "Center both domains, take the d last columns of eigh in reverse order, then multiply as in point 4.",
    (
        raw("target", "the target's mean", "The target keeps its mean.",
            "Subtract x_target.mean(axis=0) from x_target.", lambda s, t, p_s, p_t: t @ p_t),
        raw("target", "one mean for both", "The target loses the mean of the source. Each domain has its own mean.",
            "Subtract x_target.mean(axis=0) from x_target.", lambda s, t, p_s, p_t: (t - s.mean(axis=0)) @ p_t),
        raw("target", "one mean of all numbers", "A mean without an axis is one number for all columns.",
            "Take the mean along axis 0.", lambda s, t, p_s, p_t: (t - t.mean()) @ p_t),
        by("target", "the smallest variances", "You take the directions of the smallest variances.",
           "eigh gives the smallest first. Reverse the order of the columns.",
           lambda s, t, p_s, p_t, d: t @ p_t[:, ::-1][:, :d]),
        by("target", "the order of the directions", "These are the right directions in the reverse order.",
           "The largest variance comes first: reverse the columns, then take d.",
           lambda s, t, p_s, p_t, d: t @ p_t[:, :d][:, ::-1]),
        by("target", "rows and columns", "You take rows of the matrix of directions. Each direction is a column.",
           "eigh(…)[1][:, k] is one direction.", lambda s, t, p_s, p_t, d: t @ p_t[:, ::-1][::-1][:d].T),
        by("target", "rows and columns", "You take rows of the matrix of directions. Each direction is a column.",
           "eigh(…)[1][:, k] is one direction.", lambda s, t, p_s, p_t, d: t @ p_t[:, ::-1][:d].T),
        by("target", "all directions", "You take all directions. d of them are wanted.",
           "[:, :d] takes the first d columns.", lambda s, t, p_s, p_t, d: t @ p_t),
        by("target", "M at the target", "The target is multiplied by M, too. Only the source is aligned.",
           "The target is (x_target − mean) P_t.",
           lambda s, t, p_s, p_t, d: t @ p_t[:, :d] @ p_s[:, :d].T @ p_t[:, :d]),
        by("target", "the target is aligned",
           "You rotate the target's directions onto the source's. The text has it the other way round.",
           "Only the source is multiplied by M.", lambda s, t, p_s, p_t, d: t @ p_t[:, :d] @ p_t[:, :d].T @ p_s[:, :d]),
        by("target", "the source's directions", "You see the target along the directions of the source.",
           "P_t comes from x_target.", lambda s, t, p_s, p_t, d: t @ p_s[:, :d]),
        by("target", "the deviations", "You divide by the standard deviation, too. Subtract the mean only.",
           "x_target − x_target.mean(axis=0).", lambda s, t, p_s, p_t, d: t / t.std(axis=0) @ p_t[:, :d]),
        by("source", "M is missing", "The source is seen along its own directions: M is missing.",
           "(x_source − mean) @ P_s @ M.", lambda s, t, p_s, p_t, d: s @ p_s[:, :d]),
        by("source", "M transposed", "M is transposed. Its rows belong to the source.", "M is P_s.T @ P_t, (d, d).",
           lambda s, t, p_s, p_t, d: s @ p_s[:, :d] @ p_t[:, :d].T @ p_s[:, :d]),
        by("source", "the target's directions", "You see the source along P_t itself. It should go through P_s.",
           "(x_source − mean) @ P_s @ M.", lambda s, t, p_s, p_t, d: s @ p_t[:, :d]),
        raw("source", "the source's mean", "The source keeps its mean.",
            "Subtract x_source.mean(axis=0) from x_source.", lambda s, t, p_s, p_t: s @ p_s @ p_s.T @ p_t),
        raw("source", "one mean for both", "The source loses the mean of the target. Each domain has its own mean.",
            "Subtract x_source.mean(axis=0) from x_source.",
            lambda s, t, p_s, p_t: (s - t.mean(axis=0)) @ p_s @ p_s.T @ p_t),
        by("source", "the directions", "These are the directions P_s M. The source should be seen along them.",
           "Multiply the centred source by them.", lambda s, t, p_s, p_t, d: p_s[:, :d] @ p_s[:, :d].T @ p_t[:, :d]),
        Slip("the axis of the covariance", "np.cov takes one feature in each row, so it needs the transpose of x.",
             "np.cov(x.T) is (width, width).", raises="^(ValueError|IndexError)"),
        Slip("two arrays", "Return two arrays: the aligned source and the target.", "return a, b gives a tuple of two.",
             what="what align returns"),
    ),
)  # fmt: skip


def gap(name, first, second, gives):
    def of_means(low, middle, high):
        return gives(low.mean(), middle.mean(), high.mean())

    return Slip(name, first, second, gives=of_means)


def of_seeds(name, first, second, gives):
    return Slip(name, first, second, gives=gives)


GAP = Hints(
    "Do the example on paper: three means, two differences, one ratio.",
    "Print the three means. The numerator begins with the method, the denominator with train on target.",
    (
        Slip("no gap", "Train on target is not above source only here: there is nothing to cover.",
             "Return None if the mean of train on target is not larger.",
             when=lambda found, right: right is None and found is not None),
        of_seeds("the mean of ratios", "You take a ratio for each seed, then the mean. The text has means first.",
                 "Three means, then one ratio.", lambda low, middle, high: ((middle - low) / (high - low)).mean()),
        gap("upside down", "The ratio is upside down: the whole gap is the denominator.",
            "Divide by train on target − source only.", lambda low, middle, high: (high - low) / (middle - low)),
        gap("the rest of the gap", "This is the share that is left. The gap covered counts from source only.",
            "The numerator is method − source only.", lambda low, middle, high: (high - middle) / (high - low)),
        gap("no denominator", "This is the gain in accuracy. Divide it by the gap.",
            "Divide by train on target − source only.", lambda low, middle, high: middle - low),
        gap("divided by train on target", "You divide by an accuracy. The denominator is the gap, a difference.",
            "Divide by train on target − source only.", lambda low, middle, high: (middle - low) / high),
        gap("divided by source only", "You divide by an accuracy. The denominator is the gap, a difference.",
            "Divide by train on target − source only.", lambda low, middle, high: (middle - low) / low),
        gap("two parts", "The denominator is train on target − method. It should begin at source only.",
            "Divide by train on target − source only.", lambda low, middle, high: (middle - low) / (high - middle)),
        gap("a ratio of accuracies", "You compare the method with train on target. Source only is missing.",
            "(method − source only) / (train on target − source only).", lambda low, middle, high: middle / high),
        gap("percent", "This is in percent. The example has 0.6667.", "Leave out the factor 100.",
            lambda low, middle, high: 100 * (middle - low) / (high - low)),
        Slip("no harm", "A method can do harm: the gap covered is then below 0.",
             "No abs and no max: return the ratio.",
             when=lambda found, right: right is not None and right < 0 and np.ndim(found) == 0 and found >= 0),
        gap("the sign", "The sign is exchanged. Look at the order of both differences.",
            "(method − source only) / (train on target − source only).",
            lambda low, middle, high: (low - middle) / (high - low)),
        of_seeds("the first seed only", "You use the first seed only.", "Take the mean over the seeds.",
                 lambda low, middle, high: (middle[0] - low[0]) / (high[0] - low[0])),
        of_seeds("the best seeds", "You take the best seed of each. Take the means.", "Take the mean over the seeds.",
                 lambda low, middle, high: (middle.max() - low.max()) / (high.max() - low.max())),
        of_seeds("the median", "You take the median. The text has the mean.", "Take the mean over the seeds.",
                 lambda low, middle, high: (np.median(middle) - np.median(low)) / (np.median(high) - np.median(low))),
        Slip("one for each seed", "Return one number, and not one for each seed.", "Take the mean of each row first.",
             when=lambda found: np.ndim(found) > 0),
        Slip("an array in an if", "You compare arrays in the if. Compare the means.",
             "Take the mean of each row first.", raises="^ValueError: The truth value"),
    ),
)  # fmt: skip

HINTS = {"align": ALIGN, "gap_covered": GAP}
