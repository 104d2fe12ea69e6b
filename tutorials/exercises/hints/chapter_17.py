"""The hints of chapter 17."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def image(name, first, second, gives):
    """A slip of the images. ``gives``: from b, the binarised digits (…, 1), the digits g and the patches p."""
    return Slip(
        name,
        first,
        second,
        what="the blended images",
        gives=lambda digits, patches: gives(np.where(digits > 0, 255, 0)[..., None], digits[..., None], patches),
    )


BLEND = Hints(
    "Take one pixel of the ground and one of a stroke, and compute |b − patch| for the three colours on paper.",
    "b has the shape (n, h, w, 1), the patches (n, h, w, 3). Subtract as ordinary whole numbers, then take np.abs.",
    (
        image("not binarised", "The grey digits are blended. Their edges leave dark outlines.",
              "First b: 255 where the digit is above 0, else 0.", lambda b, g, p: np.abs(g - p)),
        image("binarised elsewhere", "Your b is 0 at faint pixels of the stroke. The text says: above 0.",
              "b = np.where(digits > 0, 255, 0).", lambda b, g, p: np.abs(np.where(g > 127, 255, 0) - p)),
        image("binarised elsewhere", "Your b is 255 only where the digit is 255. The text says: above 0.",
              "b = np.where(digits > 0, 255, 0).", lambda b, g, p: np.abs(np.where(g == 255, 255, 0) - p)),
        image("ground and stroke", "The ground is inverted, and the strokes are not.",
              "255 where the digit is above 0, and 0 elsewhere: not the other way.",
              lambda b, g, p: np.abs(255 - b - p)),
        image("0 and 1", "b has the values 0 and 1. White is 255.", "Write 255 in the place of 1 or True.",
              lambda b, g, p: np.abs((b > 0) - p)),
        image("bytes below 0", "The ground should stay as it is. Compute 0 − 200 for two bytes: it is 56.",
              "patches.astype(int) before the difference.", lambda b, g, p: (b - p) % 256),
        image("cut at 0", "Differences below 0 become 0: the ground is black. Which bars stand around b − patch?",
              "Take the absolute value, np.abs.", lambda b, g, p: np.maximum(b - p, 0)),
        image("cut at 0", "Differences below 0 become 0: the strokes are black. Which bars stand around b − patch?",
              "Take the absolute value, np.abs.", lambda b, g, p: np.maximum(p - b, 0)),
        image("white strokes", "The strokes are white now. They should be the negative of the patch.",
              "|b − patch| at each pixel, also inside the stroke.", lambda b, g, p: np.where(b > 0, 255, p)),
        image("a mean", "This is the mean of digit and patch. MNIST-M takes their difference.",
              "Take |b − patch|, without ½ and without +.", lambda b, g, p: (b + p) // 2),
        image("a sum", "This is b + patch, and 255 is passed. MNIST-M takes the difference.",
              "Take |b − patch| at each pixel.",
              lambda b, g, p: (b + p) % 256),
        image("grey patches", "The three colours of a pixel have become one. Each colour has its own difference.",
              "Subtract patches of the shape (n, h, w, 3), without a mean over the colours.",
              lambda b, g, p: np.abs(b - p.mean(axis=-1, keepdims=True).astype(int)) + 0 * p),
        image("from 0 to 1", "Your numbers go from 0 to 1. Bytes go from 0 to 255.", "Leave the division by 255 out.",
              lambda b, g, p: np.abs(b - p) / 255),
        Slip("fractions cut off", "Nearly all numbers are 0: fractions between 0 and 1 became bytes.",
             "Leave the division by 255 out.", what="the blended images",
             when=lambda found: np.shape(found) == (2, 2, 3, 3) and np.max(found) <= 1),
        Slip("the axis of colours is missing", "The shapes (n, h, w) and (n, h, w, 3) do not fit.",
             "digits[..., None] has the shape (n, h, w, 1).", raises="^ValueError: .*broadcast"),
        Slip("not bytes", "The numbers are right. But the result should be bytes.", "Return result.astype(np.uint8).",
             what="the type of the result"),
        Slip("the input is changed", "Your code writes into the digits that it was given.",
             "Make a new array: b = np.where(digits > 0, 255, 0).", what="the digits after the call"),
    ),
)  # fmt: skip


def at(which, name, first, second, gives):
    """A slip in μ or in λ. ``gives``: from k and n."""

    def both(k, n, which, wanted=which):
        if which != wanted:
            raise ValueError
        return gives(k, n) * (100 if which == "μ" else 1)

    return Slip(name, first, second, gives=both)


SCHEDULES = Hints(
    "Compute p for k = 50 of n = 100 first. Then 1 + 10 p = 6, and e^(−10 p) = e⁻⁵ = 0.0067.",
    "μ = 0.01 / (1 + 10 * p) ** 0.75 and λ = 2 / (1 + np.exp(−10 * p)) − 1, with p = k / n.",
    (
        at("μ", "k is not divided", "You use k in the place of the progress p.", "p = k / n is between 0 and 1.",
           lambda k, n: 0.01 / (1 + 10 * k) ** 0.75),
        at("μ", "n − 1", "Your progress divides by n − 1. The text divides by n.", "The progress is p = k / n.",
           lambda k, n: 0.01 / (1 + 10 * k / (n - 1)) ** 0.75),
        at("μ", "one step later", "Your progress is (k + 1) / n, that of the next step.", "The progress is p = k / n.",
           lambda k, n: 0.01 / (1 + 10 * (k + 1) / n) ** 0.75),
        at("μ", "backwards", "The rate grows. Is your progress n / k or 1 − k / n?", "p = k / n, and it grows.",
           lambda k, n: 0.01 / (1 + 10 * (1 - k / n)) ** 0.75),
        at("μ", "whole numbers", "The rate does not fall: is p rounded to 0?", "Use / and not //, and no rounding.",
           lambda k, n: 0.01),
        at("μ", "10 is missing", "The rate falls too slowly. Look at the bracket.", "The bracket is 1 + 10 p.",
           lambda k, n: 0.01 / (1 + k / n) ** 0.75),
        at("μ", "the exponent", "You divide by 1 + 10 p itself. The exponent 0.75 is missing.",
           "(1 + 10 * p) ** 0.75.", lambda k, n: 0.01 / (1 + 10 * k / n)),
        at("μ", "the exponent", "The exponent is not ½.", "(1 + 10 * p) ** 0.75.",
           lambda k, n: 0.01 / (1 + 10 * k / n) ** 0.5),
        at("μ", "the exponent of 10 p only", "The power belongs to the whole bracket.",
           "(1 + 10 * p) ** 0.75, and not 1 + (10 * p) ** 0.75.", lambda k, n: 0.01 / (1 + (10 * k / n) ** 0.75)),
        at("μ", "a product", "The rate grows: you multiply by the power.", "Divide 0.01 by (1 + 10 * p) ** 0.75.",
           lambda k, n: 0.01 * (1 + 10 * k / n) ** 0.75),
        at("μ", "0.01 is missing", "The rate begins with 1, and should begin with 0.01.",
           "It is 0.01 / (1 + 10 p)^0.75.",
           lambda k, n: 1 / (1 + 10 * k / n) ** 0.75),
        at("μ", "the two are exchanged", "μ and λ are exchanged.", "Return μ first, then λ.",
           lambda k, n: 2 / (1 + np.exp(-10 * k / n)) - 1),
        at("λ", "k is not divided", "You use k in the place of the progress p in λ.", "p = k / n in both formulas.",
           lambda k, n: 2 / (1 + np.exp(-10.0 * k)) - 1),
        at("λ", "minus 1 is missing", "λ begins with 1, and should begin with 0.", "Subtract 1 at the end.",
           lambda k, n: 2 / (1 + np.exp(-10 * k / n))),
        at("λ", "a sigmoid", "λ begins with ½: this is the sigmoid of 10 p.", "Twice the sigmoid, minus 1.",
           lambda k, n: 1 / (1 + np.exp(-10 * k / n))),
        at("λ", "the sign in the exponent", "λ becomes negative. A negative λ reverses nothing.",
           "The exponent is −10 p, with the minus.", lambda k, n: 2 / (1 + np.exp(10 * k / n)) - 1),
        at("λ", "10 is missing", "λ grows too slowly: look at the exponent.", "The exponent is −10 p.",
           lambda k, n: 2 / (1 + np.exp(-k / n)) - 1),
        at("λ", "a straight line", "λ is p itself. The paper's λ is steep at the start.", "Use the formula with e.",
           lambda k, n: k / n),
        at("λ", "always 1", "λ is 1 at each step. It should begin with 0.", "2 / (1 + np.exp(-10 * p)) - 1.",
           lambda k, n: 1.0),
        Slip("division by 0", "Your code divides by k, and the first step is k = 0.", "The progress is p = k / n.",
             raises="^ZeroDivisionError"),
        Slip("two numbers", "Return two numbers: μ and λ.", "return rate, weight gives a tuple of two.",
             what="what schedules returns"),
    ),
)  # fmt: skip

HINTS = {"blend": BLEND, "schedules": SCHEDULES}
