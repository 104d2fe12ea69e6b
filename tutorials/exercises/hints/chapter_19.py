"""The hints of chapter 19."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def values(name, first, second, gives):
    """A slip in the numbers of the softmax: ``gives`` from z and e = exp(z − the row's largest)."""

    def wrong(z):
        return gives(z, np.exp(z - z.max(axis=1, keepdims=True)))

    return Slip(name, first, second, gives=wrong)


REFUSED = Slip(
    "a function of NumPy",
    "A function of NumPy was called on a device array, and refuses it.",
    "xp = array_module(…) gives the library. Then xp.exp in the place of np.exp, and x.max(…) in the place of np.max.",
    raises="^TypeError: .*(ufunc|function of NumPy|by itself|NumPy array)",
)

MISSING = Slip(
    "a missing function",
    "The pretend device has few functions and methods. Look at their names in chapter_19_device.py.",
    "Operators, the methods max, sum and mean, and exp from array_module(x) are enough here.",
    raises="^AttributeError: .*(library|DeviceArray)",
)

SOFTMAX = Hints(
    "Write it with NumPy first: which calls begin with np.? Take these from the library of z.",
    "xp = array_module(z), and methods for the rest: z.max(axis=1, keepdims=True), e.sum(axis=1, keepdims=True).",
    (
        REFUSED,
        MISSING,
        Slip("the largest number is not subtracted", "e^1000 is infinity, and infinity / infinity is not a number.",
             "Subtract z.max(axis=1, keepdims=True) inside exp.", what="softmax of large numbers",
             when=lambda found: not np.isfinite(found).all()),
        values("the sum over the examples", "You divide by the sum over the examples. Each row has the sum 1.",
               "e.sum(axis=1, keepdims=True).", lambda z, e: e / e.sum(axis=0)),
        values("one sum for all", "You divide by one sum over the whole table. Each row has the sum 1.",
               "e.sum(axis=1, keepdims=True).", lambda z, e: e / e.sum()),
        values("not divided", "The rows do not have the sum 1. Do you divide each row by its sum?",
               "e / e.sum(axis=1, keepdims=True).", lambda z, e: e),
        values("the sign", "The smallest logit has the largest share. Look at the sign in the exponent.",
               "The exponent is z − m, not m − z.", lambda z, e: (1 / e) / (1 / e).sum(axis=1, keepdims=True)),
        values("a logarithm", "This is the logarithm of the softmax.", "Leave xp.log out: e / the sum of e.",
               lambda z, e: np.log(e / e.sum(axis=1, keepdims=True))),
        values("without e", "The logits themselves are divided by their sum. The formula has e^(…).",
               "e = xp.exp(z − m), then divide e.", lambda z, e: z / z.sum(axis=1, keepdims=True)),
        values("a sigmoid", "This is 1 / (1 + e^(−z)) of each number alone.", "Divide e by the sum over its row.",
               lambda z, e: 1 / (1 + np.exp(-z))),
        values("another base", "Your base is 2, and the formula has e.", "The exponential function is xp.exp.",
               lambda z, e: 2 ** (z - z.max(axis=1, keepdims=True))
               / (2 ** (z - z.max(axis=1, keepdims=True))).sum(axis=1, keepdims=True)),
        Slip("keepdims is missing", "The shapes (n, k) and (n,) do not fit.",
             "keepdims=True gives the shape (n, 1): z.max(axis=1, keepdims=True).", raises="^ValueError: .*broadcast"),
        Slip("a NumPy array comes back", "The input is on the device, and your result is not.",
             "Do not copy to NumPy: take exp from array_module(z).", what="the library of the result"),
        Slip("Python waits", "Your code reads numbers of the device: float, if, print, or a copy to NumPy.",
             "All can be done by operators, methods and xp.exp. Nothing has to be read.",
             what="how often Python waited"),
        Slip("the input is changed", "Your code writes into z: -= and /= do so.", "z − m makes a new array.",
             what="z after the call"),
    ),
)  # fmt: skip


def mean(name, first, second, gives):
    """A slip in the mean."""
    return Slip(name, first, second, gives=gives)


MEAN_LOSS = Hints(
    "Add the arrays first. A sum of arrays on the device is an array on the device: nobody waits.",
    "total = total + loss for each loss, and one float at the end.",
    (
        REFUSED,
        MISSING,
        Slip("a wait for each loss", "Python waits once for each loss. Where do you read a single loss?",
             "Add the arrays themselves, and call float once, on the sum.", what="how often Python waited",
             when=lambda found: found >= 4),
        Slip("a question more", "Python waits more than once. An if, a comparison or a print is a question, too.",
             "One float at the end, and no other look at the numbers.", what="how often Python waited",
             when=lambda found: found > 1),
        Slip("not a float", "The number is right. But it is an array, and a number of Python was asked for.",
             "Wrap the mean in float(…): the one wait that is needed.",
             when=lambda found, right: right == "float"),
        mean("not divided", "This is the sum of the losses.", "Divide it by len(losses).", lambda losses: losses.sum()),
        mean("n − 1", "You divide by one less than the number of losses.", "The divisor is len(losses).",
             lambda losses: losses.sum() / (len(losses) - 1)),
        mean("the first is missing", "The first loss is not in your sum.", "Begin with losses[0], then losses[1:].",
             lambda losses: losses[1:].mean() * (len(losses) - 1) / len(losses)),
        mean("one loss twice", "The first loss is counted twice.", "Begin with losses[0], then losses[1:].",
             lambda losses: (losses.sum() + losses[0]) / len(losses)),
        mean("the last loss", "This is the last loss alone.", "Add all of them, and divide.",
             lambda losses: losses[-1]),
        mean("the largest loss", "This is the largest loss.", "Add all of them, and divide by their number.",
             lambda losses: losses.max()),
        mean("the median", "This is the median: one half of the losses lies below it.",
             "The mean is the sum, divided by the number of losses.", lambda losses: np.median(losses)),
        mean("whole numbers", "The fraction is cut off.", "Use / and not //, and float and not int.",
             lambda losses: losses.sum() // len(losses)),
        mean("half and half", "A running mean of two gives later losses more weight.",
             "Add all first, and divide once at the end.", lambda losses: _running(losses)),
        Slip("the losses are changed", "The first loss is another one after the call: += writes into its array.",
             "total = total + loss makes a new array.", when=lambda found, right: np.shape(right) == (4,)),
    ),
)  # fmt: skip


def _running(losses):
    value = losses[0]
    for loss in losses[1:]:
        value = (value + loss) / 2
    return value


HINTS = {"softmax": SOFTMAX, "mean_loss": MEAN_LOSS}
