"""The hints of chapter 18."""

from math import comb

import numpy as np

from minidann.exercises.hints import Hints, Slip


def one(column):
    """1 for a column without a deviation."""
    return np.where(column.std() > 0, column.std(), 1.0)


def column_of(name, first, second, gives):
    """A slip that shows in a column: ``gives`` from the column x of this domain, and those of source and target."""

    def wrong(s, t, which, column):
        x = s if which == "source" else t
        return gives(x[:, column], s[:, column], t[:, column])

    return Slip(name, first, second, gives=wrong)


def table_of(name, first, second, gives):
    """The same from whole tables: ``gives`` gives a table."""
    return Slip(
        name, first, second, gives=lambda s, t, which, column: gives(s if which == "source" else t, s, t)[:, column]
    )


STANDARDISE = Hints(
    "Take one column. Compute its mean and its deviation in the source, and apply both numbers to both domains.",
    "x.mean(axis=0) and x.std(axis=0) have one number for each column, the shape (c,).",
    (
        Slip("division by 0", "A column of the source has one value only: its deviation is 0.",
             "Replace each 0 among the deviations by 1: np.where(deviation > 0, deviation, 1).",
             when=lambda found: not np.isfinite(found).all()),
        column_of("its own numbers", "The target is standardised by its own numbers. This hides the shift.",
                  "Mean and deviation come from x_source, for both domains.", lambda x, s, t: (x - x.mean()) / one(x)),
        column_of("numbers of the target", "The source is standardised by the numbers of the target.",
                  "Mean and deviation come from x_source.", lambda x, s, t: (x - t.mean()) / one(t)),
        column_of("both domains together", "Mean and deviation are those of both domains together.",
                  "Use the rows of x_source alone.",
                  lambda x, s, t: (x - np.append(s, t).mean()) / one(np.append(s, t))),
        column_of("the variance", "You divide by the variance. The deviation is its square root.",
                  "Use x_source.std(axis=0).", lambda x, s, t: (x - s.mean()) / np.where(s.var() > 0, s.var(), 1)),
        column_of("n − 1", "Your deviation divides by n − 1. Here it is the mean over n: np.std as it is.",
                  "Leave ddof out: x_source.std(axis=0).",
                  lambda x, s, t: (x - s.mean()) / np.where(s.std() > 0, s.std(ddof=1), 1)),
        column_of("the mean stays", "The mean is not subtracted.", "(x − mean) / deviation, with the bracket.",
                  lambda x, s, t: x / one(s)),
        column_of("no deviation", "The deviation is missing: the columns keep their scale.",
                  "Divide by x_source.std(axis=0).", lambda x, s, t: x - s.mean()),
        column_of("the bracket", "Only the mean is divided by the deviation.", "(x − mean) / deviation.",
                  lambda x, s, t: x - s.mean() / one(s)),
        column_of("a product", "You multiply by the deviation.", "Divide by it: (x − mean) / deviation.",
                  lambda x, s, t: (x - s.mean()) * one(s)),
        column_of("from 0 to 1", "This is (x − min) / (max − min). Here we use mean and deviation.",
                  "(x − mean) / deviation, of the source.",
                  lambda x, s, t: (x - s.min()) / (s.max() - s.min() if s.max() > s.min() else 1)),
        table_of("one number for all columns", "All columns share one mean and one deviation.",
                 "Say axis=0: one number for each column.", lambda x, s, t: (x - s.mean()) / s.std()),
        table_of("one number for all columns", "All columns share one deviation.",
                 "Say axis=0: one number for each column.",
                 lambda x, s, t: (x - s.mean(axis=0)) / (s - s.mean(axis=0)).std()),
        table_of("one number for all columns", "All columns share one deviation.",
                 "Say axis=0: one number for each column.", lambda x, s, t: (x - s.mean(axis=0)) / s.std()),
        column_of("the column is lost", "A column without a deviation becomes 0 in the target, too.",
                  "Divide it by 1: x_target − mean stays.", lambda x, s, t: 0 * x),
        column_of("only one domain", "This domain comes back as it was.", "Both domains are standardised.",
                  lambda x, s, t: x),
        Slip("two tables", "Return two tables: the source, and the target.", "return source, target gives a tuple.",
             what="what standardise returns"),
        Slip("the input is changed", "Your code writes into a table that it was given: -= and /= do so.",
             "x − mean makes a new table.",
             when=lambda found, right: np.shape(found) == np.shape(right) and np.ndim(right) == 2),
        Slip("the axis", "One number for each row came, and the columns are asked for.",
             "The mean over the rows: axis=0.",
             raises="^ValueError: .*broadcast"),
    ),
)  # fmt: skip


def tail(n, first, last):
    """The sum of C(n, k) over k = first … last."""
    return sum(comb(n, k) for k in range(first, last + 1))


def p(name, first, second, gives):
    """A slip in P: ``gives`` from n asked, the larger number m and the number r of DANN."""
    return Slip(name, first, second, gives=lambda n, r, decision: gives(n, max(r, n - r), r))


def said(name, first, second, when):
    """A slip in the decision."""
    return Slip(
        name,
        first,
        second,
        when=lambda found, right, decision, r, n: right == decision and when(found, decision, r, n),
    )


DECIDE = Hints(
    "Compute 6 right of 6 on paper: m = 6, one way of 2⁶ = 64, twice: P = 2 / 64 = 0.031.",
    "sum(comb(asked, k) for k in range(m, asked + 1)), divided by 2**asked, twice, and at most 1.",
    (
        p("above 1", "A probability is never above 1.", "min(1.0, …) around the whole formula.",
          lambda n, m, r: 2 * tail(n, m, n) / 2**n),
        p("one side", "Your P is half as large: the 2 before the sum is missing.",
          "Each of both models could win: 2 · Σ.", lambda n, m, r: tail(n, m, n) / 2**n),
        p("m is missing", "Your sum begins at `right`, also if it is the smaller number.",
          "m = max(right, asked − right).", lambda n, m, r: min(1, 2 * tail(n, r, n) / 2**n)),
        p("m + 1", "The sum begins one too late: k = m belongs to it.", "range(m, asked + 1) begins with m.",
          lambda n, m, r: min(1, 2 * tail(n, m + 1, n) / 2**n)),
        p("the last is missing", "The sum ends one too early: k = asked belongs to it.",
          "range(m, asked + 1) ends with asked.", lambda n, m, r: min(1, 2 * tail(n, m, n - 1) / 2**n)),
        p("one term", "You take C(asked, m) alone. All k from m to asked count.",
          "sum(comb(asked, k) for k in range(m, asked + 1)).", lambda n, m, r: min(1, 2 * comb(n, m) / 2**n)),
        p("1 − P", "Your result is 1 − P.", "P itself is small if the result is one-sided.",
          lambda n, m, r: 1 - min(1, 2 * tail(n, m, n) / 2**n)),
        p("a share", "This is the share of the rows on which one model is right, and no probability of chance.",
          "P = 2 · Σ C(asked, k) / 2^asked.", lambda n, m, r: r / n),
        p("a share", "This is the share of the rows on which one model is right, and no probability of chance.",
          "P = 2 · Σ C(asked, k) / 2^asked.", lambda n, m, r: m / n),
        p("a power", "This is 2 / 2^m: it counts one way only.", "Count the ways: Σ C(asked, k).",
          lambda n, m, r: 2 / 2**m),
        p("not divided", "A number of ways came. Divide it by all ways, 2^asked.", "The divisor is 2**asked.",
          lambda n, m, r: 2 * tail(n, m, n)),
        p("P is 1", "Your P is 1: before the limit it is 1 or more. Print the sum and the divisor.",
          "m is the larger number, k goes from m to asked, the divisor is 2**asked, and the limit is min.",
          lambda n, m, r: 1.0),
        said("the models are exchanged", "The names are exchanged: `right` counts the rows of DANN.",
             "\"DANN\" if right > asked − right.",
             lambda found, decision, r, n: {found, decision} == {"DANN", "source only"}),
        said("the limit", "0.05 is the limit: below it a decision, from 0.05 on more labels.",
             "Compare P with 0.05, after the min.",
             lambda found, decision, r, n: found == "more labels"),
        said("the limit", "Here P is not below 0.05: so the rows do not decide.", "Ask for \"more labels\" first.",
             lambda found, decision, r, n: decision == "more labels" and found in ("DANN", "source only")),
        said("another text", "This text is none of the three decisions.",
             "\"DANN\", \"source only\" or \"more labels\", letter by letter.",
             lambda found, decision, r, n: found not in ("DANN", "source only", "more labels")),
        Slip("two results", "Return two results: P and the decision.", "return P, \"more labels\" gives a tuple.",
             what="what decide returns"),
        Slip("division by 0", "Your code divides by `asked`, and 0 rows may be asked.",
             "The divisor is 2**asked, never 0.",
             raises="^ZeroDivisionError"),
    ),
)  # fmt: skip

HINTS = {"standardise": STANDARDISE, "decide": DECIDE}
