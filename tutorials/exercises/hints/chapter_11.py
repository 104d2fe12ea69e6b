"""The hints of chapter 11."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def entropy(q):
    return -(q * np.log(np.where(q > 0, q, 1))).sum(axis=-1)


def both(name, first, second, mean, diversity):
    """A slip that shows in the mean entropy or in the diversity."""

    def gives(p, which):
        return mean(p) if which == "mean entropy" else diversity(p)

    return Slip(name, first, second, gives=gives)


def never(p):
    """No wrong value."""
    raise ValueError


ENTROPIES = Hints(
    "Take one row, [0.8, 0.2], and compute −0.8 · log 0.8 − 0.2 · log 0.2 = 0.5004 on paper.",
    "H of each row, then the mean of these numbers. For the diversity the mean of the rows first, then H.",
    (
        Slip("0 · log 0", "log 0 is −∞, and 0 · (−∞) is NaN. Here 0 · log 0 counts as 0.",
             "Replace zeros inside the logarithm by ones: np.where(q > 0, q, 1).",
             when=lambda found: np.isnan(found).any()),
        both("the sign", "An entropy is not negative, and log of a probability is. Where is the minus?",
             "Put the minus of H = − Σ q · log q.", lambda p: -entropy(p).mean(), lambda p: -entropy(p.mean(axis=0))),
        both("log to the base 2", "You take log2. This course measures in nats: the natural logarithm.",
             "Take np.log, and not np.log2.",
             lambda p: entropy(p).mean() / np.log(2), lambda p: entropy(p.mean(axis=0)) / np.log(2)),
        both("log to the base 10", "You take log10. This course measures in nats: the natural logarithm.",
             "np.log, not np.log10.", lambda p: entropy(p).mean() / np.log(10),
             lambda p: entropy(p.mean(axis=0)) / np.log(10)),
        both("the sum over the examples", "You add the entropies of all examples. Take their mean.",
             "Divide by m, the number of rows.",
             lambda p: entropy(p).sum(), never),
        both("the mean over the classes", "You take the mean over the classes, too. H is a sum over the classes.",
             "sum along axis 1, then mean.", lambda p: entropy(p).mean() / p.shape[1],
             lambda p: entropy(p.mean(axis=0)) / p.shape[1]),
        both("q is forgotten", "This is −Σ log q. Each logarithm has the weight q.",
             "H = − Σ of the products q · log q.",
             lambda p: -np.log(p).sum(axis=1).mean(), never),
        both("no logarithm", "This is Σ q · q, or 1 minus this. An entropy has a logarithm.",
             "H = − Σ of the products q · log q.",
             lambda p: (p * p).sum(axis=1).mean(), never),
        both("no logarithm", "This is Σ q · (1 − q). An entropy has a logarithm.", "H = − Σ of the products q · log q.",
             lambda p: (1 - (p * p).sum(axis=1)).mean(), never),
        both("the largest probability", "This looks at the largest probability of each row only.",
             "Sum over all classes.", lambda p: (-p.max(axis=1) * np.log(p.max(axis=1))).mean(), never),
        Slip("the mean of the wrong axis", "The diversity begins with the mean over the examples: k numbers.",
             "p.mean(axis=0) has one number for each class.", when=lambda found, p: np.allclose(
                 found, entropy(p.mean(axis=1))) and not np.allclose(found, entropy(p.T).mean())),
        both("down the columns", "You sum over the examples in each class. H runs over the classes of one example.",
             "The classes are axis 1.", lambda p: entropy(p.T).mean(), lambda p: entropy(p.mean(axis=1))),
        both("the two are exchanged", "Mean entropy and diversity are exchanged.", "Return the mean entropy first.",
             lambda p: entropy(p.mean(axis=0)), never),
        both("the same twice", "The diversity is not the mean of the entropies. The order of mean and H matters.",
             "First the mean row, then H of this one row.", never, lambda p: entropy(p).mean()),
        both("counted classes", "You count the predicted classes. The diversity uses the probabilities themselves.",
             "The mean row is p.mean(axis=0).", never,
             lambda p: entropy(np.bincount(p.argmax(axis=1), minlength=p.shape[1]) / len(p))),
        both("the sum of the rows", "You take H of the sum of the rows, which is no row of probabilities.",
             "The mean row adds up to 1: p.mean(axis=0).", never, lambda p: entropy(p.sum(axis=0))),
        both("the difference", "The second number is diversity − mean entropy, the information.",
             "Return the diversity itself.", never, lambda p: entropy(p.mean(axis=0)) - entropy(p).mean()),
        Slip("one for each example", "Return one number: the mean over the examples.", "Take .mean() of the entropies.",
             when=lambda found: np.ndim(found) > 0),
        Slip("two numbers", "Return two numbers: the mean entropy and the diversity.",
             "return a, b gives a tuple of two.",
             what="what entropies returns"),
    ),
)  # fmt: skip

HINTS = {"entropies": ENTROPIES}
