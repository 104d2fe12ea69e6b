"""The hints of chapter 05."""

import numpy as np

import minidann as md
from minidann.exercises.hints import Hints, Slip

SHAPE, FIRST = "shape of the maps of [1, 2, 3, 4, 5], stride 2", "maps of [1, 2, 3, 4, 5], stride 2"


def maps(x, filters, stride):
    return md.convolve(x, filters, np.zeros(filters.shape[3]), stride, "valid").data


def gradient(x, filters, stride, g):
    tensor = md.Tensor(x, requires_grad=True)
    return md.backprop((md.convolve(tensor, filters, np.zeros(filters.shape[3]), stride, "valid") * g).sum())[tensor]


CONVOLVE = Hints(
    "Do the example on paper. Then print i, j and the window in each round.",
    "The window begins at the row i · stride and has kh rows; the same for columns. Sum over all three of its axes.",
    (
        Slip("the size without the stride", "There are too many windows: the size takes no notice of the stride.",
             "oh = (h − kh) // stride + 1.", what=SHAPE, when=lambda found: np.array_equal(found, (1, 1, 4, 1))),
        Slip("one window too few", "One window is missing. With h = kh there is one window, not none.",
             "oh = (h − kh) // stride + 1: look at the + 1.", what=SHAPE,
             when=lambda found: any(np.array_equal(found, (1, *few, 1)) for few in ((0, 1), (1, 1), (0, 2)))),
        Slip("an axis is missing", "The result has four axes: pictures, rows, columns, filters.",
             "Make y = np.zeros((n, oh, ow, m)) first, and fill it.", what=SHAPE,
             when=lambda found: np.shape(found) != (4,)),
        Slip("rows and columns", "Rows and columns are exchanged: the picture has one row and five columns.",
             "x.shape is (n, h, w, c): rows first. filters.shape is (kh, kw, c, m).", what=SHAPE),
        Slip("the place without the stride", "The second window is [2, 3], one pixel to the right of the first.",
             "The window (i, j) begins at i · stride and j · stride.", what=FIRST,
             when=lambda found: np.array_equal(found, [12, 23])),
        Slip("a rotated filter", "The filter is rotated, as in mathematics. Here it is laid on as it is.",
             "Take away the reversal [::-1].", gives=lambda x, filters, stride: maps(x, filters[::-1, ::-1], stride)),
        Slip("the stride inside the window", "The pixels of a window are a stride apart. They should be neighbours.",
             "i · stride + a: the stride multiplies the number of the window, not the place in it.", what=FIRST,
             when=lambda found: np.array_equal(found, [13, 24])),
        Slip("a rotated filter", "The filter is rotated, as in mathematics. Here it is laid on as it is.",
             "Take away the reversal [::-1].", what=FIRST, when=lambda found: np.array_equal(found, [21, 43])),
        Slip("no window", "No window was computed. Where does your range end?",
             "The end of a range is left out: range(0, h - kh + 1, stride).", what=FIRST,
             when=lambda found: np.array_equal(found, [0, 0])),
        Slip("the mean of the products", "This is the mean of the products. A filter takes their sum.",
             "Take the sum in the place of the mean.", what=FIRST, when=lambda found: np.array_equal(found, [6, 17])),
        Slip("the sum of the window alone", "This is the sum of the pixels. The filter does not take part.",
             "Multiply the window with the filter, then sum.", what=FIRST,
             when=lambda found: np.array_equal(found, [3, 7])),
        Slip("the last product only", "Only the last product is left. Each new one replaces the one before.",
             "Use += for a sum that grows in loops.", what=FIRST, when=lambda found: np.array_equal(found, [2, 4])),
        Slip("a transposed filter", "The rows of the filter lie on the columns of the window.",
             "filters[a, b] belongs to the pixel in row a and column b of the window.",
             gives=lambda x, filters, stride: maps(x, filters.swapaxes(0, 1), stride)),
        Slip("one channel only", "Only the first channel takes part. The filter is as deep as the picture.",
             "Sum over the channels, too: the window is (kh, kw, c).",
             gives=lambda x, filters, stride: maps(x[..., :1], filters[:, :, :1], stride)),
        Slip("channels apart", "The channels have one result each. A filter sums over them.",
             "Sum over all three axes of the window.", what="maps of one picture with 3 channels",
             when=lambda found: np.shape(found)[-1:] == (3,)),
        Slip("one filter for all", "Every map is that of the first filter.", "The filter k is filters[:, :, :, k].",
             gives=lambda x, filters, stride: np.broadcast_to(
                 maps(x, filters[..., :1], stride), maps(x, filters, stride).shape)),
        Slip("one picture for all", "Every picture has the maps of the first picture.",
             "The window of picture a is x[a, rows, columns].",
             gives=lambda x, filters, stride: np.broadcast_to(
                 maps(x[:1], filters, stride), maps(x, filters, stride).shape)),
        Slip("the sum over the batch", "The pictures are summed. Each picture has maps of its own.",
             "Do not sum over the first axis.",
             gives=lambda x, filters, stride: np.broadcast_to(
                 maps(x, filters, stride).sum(axis=0), maps(x, filters, stride).shape)),
        Slip("a window does not fit", "A window reaches over the edge. Is the size ⌊(h − kh) / s⌋ + 1?",
             "If the size is right: rows before columns, (n, h, w, c) and (kh, kw, c, m).",
             raises="^(ValueError|IndexError)"),
    ),
)  # fmt: skip

BACK_SHAPE, BACK = "shape of the gradient of [1, 2, 3, 4, 5]", "gradient of [1, 2, 3, 4, 5], stride 2"
OVERLAP = "gradient of [1, 2, 3], stride 1"
GRADIENT = Hints(
    "Do both examples on paper: which numbers of g reach the pixel in the middle?",
    "For each window: the same slices as in convolve, and += of Σ over k of g · filter k.",
    (
        Slip("another shape", "The gradient has the shape of the picture, also where no window lies.",
             "Begin with np.zeros(x.shape).", what=BACK_SHAPE),
        Slip("the place without the stride", "The second window lies one pixel to the right, as with stride 1.",
             "Its place is i · stride and j · stride, as in convolve.", what=BACK,
             when=lambda found: np.array_equal(found, [20, 32, 3, 0, 0]) or np.array_equal(found, [20, 30, 3, 0, 0])),
        Slip("g is forgotten", "This is the filter at each window, without g.",
             "Multiply the filter by g of the window.",
             what=BACK, when=lambda found: np.array_equal(found, [10, 1, 10, 1, 0])),
        Slip("the filter is forgotten", "This is g at each pixel of its window, without the filter.",
             "Multiply g of the window by the filter.", what=BACK,
             when=lambda found: np.array_equal(found, [2, 2, 3, 3, 0])),
        Slip("a rotated filter", "The filter is rotated. A pixel gets the weight that it was multiplied by.",
             "Put the filter back as it was laid on.", what=BACK,
             when=lambda found: np.array_equal(found, [2, 20, 3, 30, 0])),
        Slip("overwritten", "The last window replaces what the windows before have brought.",
             "Gradients add where paths meet: +=.", what=OVERLAP,
             when=lambda found: np.array_equal(found, [20, 30, 3])),
        Slip("a mean where windows overlap", "You take a mean where windows overlap. Gradients add.",
             "No division by the number of windows.", what=OVERLAP,
             when=lambda found: np.array_equal(found, [20, 16, 3])),
        Slip("the opposite sign", "Each number has the opposite sign.", "No minus belongs here: the sum of g · filter.",
             what=BACK, when=lambda found: np.array_equal(found, [-20, -2, -30, -3, 0])),
        Slip("a transposed filter", "The rows of the filter lie on the columns of the window.",
             "filters[a, b] belongs to the pixel in row a and column b of the window.",
             gives=lambda x, filters, stride, g: gradient(x, filters.swapaxes(0, 1), stride, g)),
        Slip("all channels alike", "All channels get the same gradient. Each has weights of its own.",
             "The filter k is (kh, kw, c): keep its last axis.",
             when=lambda found, x: x.shape[3] > 1 and np.allclose(np.ptp(found, axis=3), 0)),
        Slip("one filter only", "Only the first filter takes part. All maps depend on the pixel.",
             "Sum over the filters k.",
             gives=lambda x, filters, stride, g: gradient(x, filters[..., :1], stride, g[..., :1])),
        Slip("one filter only", "Only the last filter is left. Is it = in the place of +=?",
             "Sum over the filters k.",
             gives=lambda x, filters, stride, g: gradient(x, filters[..., -1:], stride, g[..., -1:])),
        Slip("the sum over the batch", "All pictures get the same gradient. Each has a g of its own.",
             "Keep the first axis: g[a] belongs to picture a.",
             when=lambda found, x: len(x) > 1 and np.allclose(np.ptp(found, axis=0), 0)),
        Slip("x in the gradient", "The pixel itself takes part. The result is linear in x, so its slope has no x.",
             "Only g and the filters.", what=BACK, when=lambda found: np.array_equal(found, [20, 4, 90, 12, 0])),
        Slip("a window does not fit", "A window does not fit. Are rows and columns exchanged?",
             "g.shape is (n, oh, ow, m), and filters.shape is (kh, kw, c, m).", raises="^(ValueError|IndexError)"),
    ),
)  # fmt: skip

HINTS = {"convolve": CONVOLVE, "picture_gradient": GRADIENT}
