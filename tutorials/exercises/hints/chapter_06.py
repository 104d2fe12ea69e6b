"""The hints of chapter 06."""

import numpy as np

from minidann.exercises.hints import Hints, Slip

SHAPE, FIRST, MINUS = (
    "shape of the pool of the example",
    "pool of the example",
    "pool of the example with minus signs",
)
MANY = "2 pictures (6, 9) with 3 channels, k = 3"


def cut(x, k):
    n, h, w, c = x.shape
    return x.reshape(n, h // k, k, w // k, k, c)


def at(what, value, name, first, second):
    return Slip(name, first, second, what=what, when=lambda found: np.array_equal(np.squeeze(found), value))


POOL = Hints(
    "Write the four numbers of each window beside each other. Which rows and columns of x does window (i, j) have?",
    "Rows i · k to i · k + k, columns j · k to j · k + k: four loops, or a reshape to (n, h/k, k, w/k, k, c).",
    (
        at(SHAPE, (1, 2, 1, 1), "rows and columns", "Rows and columns are exchanged: the picture has two rows.",
           "x.shape is (n, h, w, c): rows first."),
        at(SHAPE, (1, 1, 3, 1), "overlapping windows", "The windows overlap. They should lie side by side.",
           "The step from one window to the next is k, not 1."),
        at(SHAPE, (1, 2, 2, 1), "the axes of the windows", "The maximum runs over the windows, not over their pixels.",
           "In the reshape (n, h/k, k, w/k, k, c) the pixels of a window are the axes 2 and 4."),
        Slip("an axis is missing", "The result has four axes: pictures, rows, columns, channels.",
             "max removes an axis. Over which axes is the maximum?", what=SHAPE),
        at(FIRST, [3.25, 1.5], "the mean", "This is the average pool. Here the largest number counts.",
           "max in the place of mean."),
        at(FIRST, [13, 6], "the sum", "This is the sum of each window. Here the largest number counts.",
           "max in the place of sum."),
        at(FIRST, [1, 0], "the smallest", "This is the smallest number of each window.", "max in the place of min."),
        at(FIRST, [3, 0], "the first pixel", "This is the first pixel of each window. Where is the comparison?",
           "x[::k] picks pixels. Take the maximum of the whole window."),
        at(FIRST, [5, 5], "the wrong window",
           "5 is in the left window alone. Which pixels does your second window have?",
           "Its columns are j · k to j · k + k: neither the whole picture, nor one pixel further."),
        at(FIRST, [3, 5], "windows cut wrongly", "The windows are not squares of neighbours. Look at the reshape.",
           "Split h into (h/k, k) and w into (w/k, k), in this order: (n, h/k, k, w/k, k, c)."),
        at(MINUS, [0, 0], "the maximum begins with 0",
           "All numbers of the left window are negative, and 0 is not one of them.",
           "Begin with the first number of the window, or with -np.inf."),
        at(MINUS, [-5, -2], "the largest size", "You compare sizes. −1 is larger than −5.",
           "Take the maximum of x, not of np.abs(x)."),
        Slip("channels together", "The channels share one maximum. Each has its own.",
             "Take no maximum over the last axis.", what=MANY,
             gives=lambda x, k: np.broadcast_to(cut(x, k).max(axis=(2, 4, 5))[..., None],
                                                cut(x, k).max(axis=(2, 4)).shape)),
        Slip("pictures together", "The pictures share one maximum. Each has its own.",
             "Take no maximum over the first axis.", what=MANY,
             gives=lambda x, k: np.broadcast_to(cut(x, k).max(axis=(0, 2, 4)), cut(x, k).max(axis=(2, 4)).shape)),
        Slip("one maximum for all", "All pictures and channels share one maximum. Each has its own.",
             "A window is x[a, rows, columns, channel]: one picture and one channel.", what=MANY,
             when=lambda found: np.shape(found) == (2, 2, 3, 3) and np.ptp(found, axis=(0, 3)).max() == 0),
        Slip("a window of 2", "The window is always 2 × 2 in your code.", "Use k, the second argument.", what=MANY,
             when=lambda found: np.shape(found)[1:3] == (3, 4)),
        Slip("a window does not fit",
             "Two shapes do not fit. Print them in the line before: which axes has max left? Is it h // k windows?",
             "`/` gives a float, and `//` a whole number. max(axis=…) removes the axes that it names.",
             raises="^(ValueError|IndexError|TypeError)"),
    ),
)  # fmt: skip

LEFT, RIGHT = "left window of the example, no tie", "right window of the example, a tie"
LOWER = "window [[0, 1], [7, 3]] with g = 4"
NEGATIVE = "window [[-3, -1], [-2, -4]] with g = 4"
GRADIENT = Hints(
    "Mark the largest pixel of each window with a pencil. Where does your code put g?",
    "For each window: the position of the first largest pixel, then gx at this place is g of the window.",
    (
        Slip("another shape", "The gradient has the shape of x.", "Begin with np.zeros(x.shape).",
             what="shape of the gradient of the example"),
        at(LEFT, [[0, 1], [0, 0]], "g is forgotten", "This marks the largest pixel. Where is g?",
           "Multiply by g of the window."),
        at(LEFT, [[10, 10], [10, 10]], "everyone gets g",
           "Every pixel of the window gets g. Only one moves the maximum.",
           "Only the first largest pixel gets g."),
        at(LEFT, [[2.5, 2.5], [2.5, 2.5]], "an average pool", "This is the gradient of an average pool.",
           "Only the first largest pixel gets g, and all of it."),
        at(LEFT, [[10, 0], [0, 0]], "the first pixel", "The first pixel of the window gets g, whatever its number.",
           "Look for the largest: argmax."),
        at(LEFT, [[0, 50], [0, 0]], "x in the gradient",
           "The pixel itself takes part: 5 · 10. The maximum has slope 1.",
           "Only g: if the largest pixel grows by 1, the maximum grows by 1."),
        at(LEFT, [[0, -10], [0, 0]], "the opposite sign", "If the largest pixel grows, so does the maximum.",
           "No minus belongs here."),
        at(LEFT, [[0, 0], [10, 0]], "rows and columns", "Row and column of the largest pixel are exchanged.",
           "divmod(position, k) gives (row, column)."),
        at(LEFT, [[0, 20], [0, 0]], "the place of the window",
           "The left window has the gradient of the right one: both are written to the same place.",
           "The pixel (row, column) of the window (i, j) lies at (i · k + row, j · k + column) of the picture."),
        at(RIGHT, [[0, 20], [20, 20]], "everyone wins",
           "Three pixels are tied, and each gets all of g: three times too much.",
           "Only the first largest pixel gets g. argmax finds this one."),
        Slip("shared",
             "You share g among the tied pixels. The sum is right, but this exercise asks for the first pixel.",
             "The package gives all of g to the first. argmax finds this one.", what=RIGHT,
             when=lambda found: np.allclose(found, [[0, 20 / 3], [20 / 3, 20 / 3]])),
        at(RIGHT, [[0, 0], [0, 20]], "the last wins", "The last of the tied pixels gets g. It should be the first.",
           "With >= a later pixel wins. Use >, or argmax."),
        at(RIGHT, [[0, 0], [20, 0]], "down the columns", "The window is read column by column.",
           "Reading order is row by row."),
        at(RIGHT, [[0, 0], [0, 0]], "the whole picture",
           "The right window gets nothing: its maximum is not the picture's.",
           "Look for the largest pixel of each window, not of the picture."),
        at(LOWER, [[0, 4], [0, 0]], "rows and columns", "Row and column of the largest pixel are exchanged.",
           "divmod(position, k) gives (row, column)."),
        Slip("the largest size", "You compare sizes. −1 is larger than −4.", "argmax of x, not of np.abs(x).",
             what=NEGATIVE),
        Slip("the place of the window", "Only the first row or column of windows gets a gradient.",
             "The pixel (row, column) of the window (i, j) lies at (i · k + row, j · k + column) of the picture.",
             what=MANY, when=lambda found, k: not found[:, k:].any() or not found[:, :, k:].any()),
        Slip("channels together", "One channel of the window gets g. Each channel has its own largest pixel.",
             "Look at one channel at a time: x[a, rows, columns, channel].", what=MANY,
             when=lambda found, right, g: (np.count_nonzero(found) < np.count_nonzero(right))),
        Slip("one picture for all", "All pictures get their gradient at the same places.",
             "The window of picture a is x[a, …].", what=MANY,
             when=lambda found: np.array_equal(found[0] != 0, found[1] != 0)),
        Slip("a window does not fit", "A place does not exist. Is it i · k + row, with i < h // k?",
             "g.shape says how many windows there are.", raises="^(ValueError|IndexError|TypeError)"),
    ),
)  # fmt: skip

HINTS = {"max_pool": POOL, "pool_gradient": GRADIENT}
