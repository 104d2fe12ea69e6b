"""The hints of chapter 03."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def first_step(value, name, first, second):
    return Slip(name, first, second, what="θ after the first step", gives=lambda: value)


def second_step(value, name, first, second):
    return Slip(name, first, second, what="θ after the second step", gives=lambda: value)


MOMENTUM = Hints(
    "Do the example on paper: v = 2, θ = 0.8, then v = 3.6, θ = 0.44. At which number does your code differ?",
    "Two lines: first the new velocity from the old one and g, then θ from the new velocity.",
    (
        first_step(1.2, "uphill", "θ moved up the hill: the loss grows.", "Subtract rate · v from θ."),
        first_step(-1.0, "no rate", "The step is too long. Which number makes it shorter?",
                   "Multiply the velocity by the rate."),
        first_step(1.0, "the old velocity", "θ did not move. Is θ computed before the velocity?",
                   "First v, then θ: the new velocity moves θ."),
        first_step(0.96, "1 − m at the gradient", "This is m · v + (1 − m) · g, a mean. Our formula has no 1 − m.",
                   "v ← m · v + g: the gradient enters whole."),
        first_step(0.84, "m at the gradient", "The momentum multiplies the velocity, not the gradient.",
                   "v ← m · v + g: only the old velocity has the factor m."),
        second_step(0.6, "no memory", "The second step is like the first: the velocity is forgotten.",
                    "Keep the new velocity in self.velocity."),
        second_step(0.4, "m is missing", "The old velocity is added whole. Which number makes it fade?",
                    "Multiply the old velocity by self.momentum."),
        second_step(0.76, "the sign of the velocity", "The old velocity is subtracted. A ball keeps its direction.",
                    "v ← m · v + g, with a plus."),
        Slip("the rate is in the velocity", "The velocity holds the rate, too. This differs when the rate changes.",
             "v ← m · v + g has no rate. The rate comes in the second line.",
             when=lambda found: abs(abs(float(found)) - 0.36) < 1e-9, what="velocity after two steps"),
        Slip("the gradient is changed", "Your code changed the array of the gradient. The caller may need it.",
             "gradient += … works in the array that came. Write v = … + gradient.",
             what="the gradient that you got, afterwards", when=lambda: True),
        Slip("θ is changed", "Your code changed the array θ that it got. Return a new array.",
             "theta -= … works in the array that came. Write return theta - ….",
             what="the θ that you got, afterwards", when=lambda: True),
        Slip("v is set to the gradient itself", "The velocity is one array with a gradient, and changes with it.",
             "Make a new array: self.velocity = … + gradient.", raises="UFuncOutput|output operand"),
    ),
)  # fmt: skip


def p_of(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def onehot(z, labels):
    return np.eye(z.shape[1])[labels]


def log_p(z, labels):
    return np.log(p_of(z)[np.arange(len(z)), labels])


def along_the_batch(z, labels):
    """Losses of a softmax over the examples: of z, and of z without the largest of each row."""
    for moved in (z, z - z.max(axis=1, keepdims=True)):
        p = np.exp(moved) / np.exp(moved).sum(axis=0)
        yield -np.log(p[np.arange(len(z)), labels]).mean()


CROSS_ENTROPY = Hints(
    "Compute the example on paper: z = [[0, 0]], labels = [1]. Which part of your code gives another number?",
    "Print p. Each row must add up to 1, and the gradient of each row must add up to 0.",
    (
        Slip("the sum over the batch", "This is the sum over the examples. The loss is their mean.",
             "Divide by n, or use mean in the place of sum.", what="loss",
             gives=lambda z, labels: -log_p(z, labels).sum()),
        Slip("the sign of the loss", "A cross-entropy is never negative, because log p is.",
             "L = −log p of the true class.", what="loss", gives=lambda z, labels: log_p(z, labels).mean()),
        Slip("one loss an example", "A loss is one number: the mean over the examples.",
             "Take the mean over all examples at the end.",
             what="loss", when=lambda found, z: np.size(found) == len(z)),
        Slip("the mean over all entries", "You divide by n · k. Only one class of each example counts.",
             "Sum over the classes first, then take the mean over the examples.", what="loss",
             gives=lambda z, labels: -log_p(z, labels).mean() / z.shape[1]),
        Slip("softmax along the batch", "Softmax runs over the examples here, and should run over the classes.",
             "The classes are axis 1. Keep this axis with keepdims.", what="loss",
             when=lambda found, z, labels: any(np.allclose(found, wrong) for wrong in along_the_batch(z, labels))),
        Slip("softmax over all", "Softmax divides by the sum over the whole array. Each example has a sum of its own.",
             "sum along axis 1, with keepdims.", what="loss", when=lambda found, z, labels: np.allclose(
                 found, -np.log((np.exp(z) / np.exp(z).sum())[np.arange(len(z)), labels]).mean())),
        Slip("no logarithm", "This is a mean of probabilities. The loss has their logarithm.",
             "L = −log p of the true class.", what="loss",
             when=lambda found, z, labels: np.allclose(abs(found), np.exp(log_p(z, labels)).mean())),
        Slip("all classes at once", "z[:, labels] takes the columns of all labels for each row.",
             "Take one entry of each row: z[np.arange(n), labels], or a product with onehot.", what="loss",
             when=lambda found, z, labels: np.size(found) != 1 or np.allclose(
                 found, -np.log(p_of(z)[:, labels]).mean())),
        Slip("all classes at once", "g[:, labels] takes the columns of all labels for each row.",
             "Take one entry of each row: g[np.arange(n), labels], or subtract onehot.", what="gradient",
             gives=lambda z, labels: (p_of(z) - onehot(z, labels).sum(axis=0)) / len(z)),
        Slip("not divided by n", "The loss is a mean, so each example has a share of 1 / n in the gradient, too.",
             "Divide p − onehot by n.", what="gradient", gives=lambda z, labels: p_of(z) - onehot(z, labels)),
        Slip("the sign of the gradient", "A step downhill must raise the logit of the true class.",
             "∂L/∂z = (p − onehot) / n: predicted minus true.", what="gradient",
             gives=lambda z, labels: (onehot(z, labels) - p_of(z)) / len(z)),
        Slip("onehot is forgotten", "This is p / n. The true class must get a negative gradient.",
             "Subtract 1 from p at the true class of each row.", what="gradient",
             gives=lambda z, labels: p_of(z) / len(z)),
        Slip("divided by all entries", "You divide by n · k. Divide by the number of examples.",
             "len(z) is n, and z.size is n · k.", what="gradient",
             gives=lambda z, labels: (p_of(z) - onehot(z, labels)) / z.size),
        Slip("logits in the place of probabilities", "You subtract onehot from the logits.",
             "First make probabilities of the logits: softmax.", what="gradient",
             when=lambda found, z, labels: np.allclose(np.ptp(found * len(z) + onehot(z, labels) - z, axis=1), 0)),
        Slip("the largest of all", "One number is subtracted from all rows: a row of much smaller logits becomes 0.",
             "Take the largest of each row: max along axis 1, with keepdims.",
             what="loss of logits of 1000", when=lambda found: np.isneginf(found)),
        Slip("overflow",
             "Large logits give infinity or NaN: exp(1000) is too large. What do you subtract from each row?",
             "Subtract the largest logit of each row before exp. Use the same z in all lines.",
             when=lambda found: not np.isfinite(found).all()),
    ),
)  # fmt: skip

HINTS = {"momentum": MOMENTUM, "cross_entropy": CROSS_ENTROPY}
