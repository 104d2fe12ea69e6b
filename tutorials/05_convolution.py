# %% [markdown]
# # 5 · Convolution
#
# **A bar can stand anywhere in a picture. How does a network find the bar with the same few weights everywhere, and how
# does the gradient come back to the pixels?**
#
# We begin with a dense layer that learns bars on the left side of a picture, and fails on the right side. Then we cut a
# picture into small windows and apply one and the same filter to all of them. Forward and backward are matrix products,
# plus one rule from chapter 01: gradients add where paths meet.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_sample_image

import minidann as md
from minidann import nn
from minidann.plots import show_figure, style

BLUE, ORANGE = style.OTHERS[:2]

# %% [markdown]
# ## A layer that knows places, not forms
#
# A picture is an array of pixels. Here each picture has 9×9 pixels and much noise. Class 1 has a vertical bar of three
# pixels, class 0 a horizontal bar. In the training pictures all bars are on the left. A dense layer has a separate
# weight for every pixel. Does it find bars on the right?


# %%
def bar_pictures(n, columns, seed):
    """n pictures (n, 9, 9, 1) with a bar about one of the columns, and their classes (n,): 1 vertical, 0 horizontal."""
    rng = np.random.default_rng(seed)
    pictures, classes = 0.3 * rng.standard_normal((n, 9, 9, 1)), rng.integers(0, 2, n)
    for picture, label in zip(pictures, classes):
        column = rng.choice(columns)
        if label:
            picture[3:6, column] += 1
        else:
            picture[4, column - 1 : column + 2] += 1
    return pictures, classes


LEFT, RIGHT = (2,), (6,)  # the columns of the bars
on_the_left, left_classes = bar_pictures(300, LEFT, seed=0)
new_pictures = {"left": bar_pictures(300, LEFT, seed=1), "right": bar_pictures(300, RIGHT, seed=2)}


def train_on_bars(logits_of, parameters, steps=200, rate=0.1):
    """Train on bars on the left. Return the share of new pictures that are right, by the side of their bars."""
    optimiser = nn.SGD(parameters, momentum=0.9)
    for _ in range(steps):
        loss = md.cross_entropy(logits_of(md.Tensor(on_the_left)), left_classes)
        optimiser.step(md.backprop(loss, of=parameters), rate)
    with md.no_grad():
        guesses = {side: logits_of(md.Tensor(x)).data.argmax(axis=1) for side, (x, _) in new_pictures.items()}
    return {side: float((guesses[side] == new_pictures[side][1]).mean()) for side in guesses}


dense_layer = nn.Sequential(nn.Flatten(), nn.Dense(81, 2, np.random.default_rng(0), dtype="float64"))
by_dense = train_on_bars(dense_layer, list(dense_layer.parameters().values()))
print(f"dense layer: {by_dense['left']:.0%} right on the left, {by_dense['right']:.0%} on the right (guessing: 50%)")

# %% [markdown]
# On the right the layer guesses. Its weights there have seen nothing but noise.
#
# ## One filter on real pictures
#
# A picture is an array (height, width, channels), and a batch of pictures is (n, height, width, channels). We take a
# handwritten digit of 8×8 pixels and a piece of a photograph, both from scikit-learn.

# %%
digits = load_digits()
x = (digits.images / 16)[..., None]  # (n, 8, 8, 1), from 0 to 1
y = digits.target
photo = load_sample_image("china.jpg")[150:246, 130:226] / 255  # (96, 96, 3), red, green and blue
grey = photo.mean(axis=2)  # (96, 96)
print(f"digits {x.shape}, photograph {photo.shape}")

# %% [markdown]
# A **filter** is a small array of weights. This filter has −1 on its left and +1 on its right. Lay the filter on a
# window of the same size, multiply each pixel by its weight, and add the products. The sum is large where the picture
# is brighter on the right than on the left. Then move the filter by one pixel. The loops below are the definition:


# %%
def convolve_by_loops(x, w):
    """x (n, h, w, c) and filters w (kh, kw, c, m) → (n, oh, ow, m), one window and one filter at a time."""
    n, height, width, _ = x.shape
    kh, kw, _, filters = w.shape
    y = np.empty((n, height - kh + 1, width - kw + 1, filters))
    for image in range(n):
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                window = x[image, i : i + kh, j : j + kw]  # (kh, kw, c)
                for m in range(filters):
                    y[image, i, j, m] = (window * w[..., m]).sum()
    return y


left_to_right = np.array([[-1.0, 0.0, 1.0]] * 3)  # (3, 3)
edges = np.stack([left_to_right, left_to_right.T], axis=-1)[
    :, :, None
]  # (3, 3, 1, 2): the second compares below with above

digit_maps = convolve_by_loops(x[:1], edges)[0]  # (6, 6, 2)
photo_maps = convolve_by_loops(grey[None, :, :, None], edges)[0]  # (94, 94, 2)


# %%
def draw_maps(pictures):
    """Draw each picture (h, w) beside its two maps (h', w', 2)."""
    figure, axes = plt.subplots(len(pictures), 3, figsize=(8, 2.7 * len(pictures)), layout="constrained")
    for row, (image, maps) in zip(axes, pictures):
        largest = np.abs(maps).max()
        row[0].imshow(image, cmap="gray", vmin=0, vmax=1)
        row[0].set_title(f"picture, {image.shape[0]}×{image.shape[1]}")
        for ax, k, name in ((row[1], 0, "brighter to the right"), (row[2], 1, "brighter below")):
            ax.imshow(maps[:, :, k], cmap="gray", vmin=-largest, vmax=largest)  # middle grey is 0
            ax.set_title(f"{name}, {maps.shape[0]}×{maps.shape[1]}")
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    return figure


show_figure(
    draw_maps([(x[0, :, :, 0], digit_maps), (grey, photo_maps)]),
    "05-1",
    "A handwritten zero and a photograph of a roof, each beside its two feature maps: edges in one "
    "direction are white or black.",
)

# %% [markdown]
# White means "brighter there", black means the opposite, and middle grey means no difference. The result is called a
# **feature map**. A map is smaller than its picture, because a 3×3 window cannot be centred on a pixel at the edge.
#
# (In mathematics a convolution first rotates the filter by 180°. Deep learning leaves this out and keeps the name. A
# learnt filter can learn either form.)
#
# ## The windows copy nothing
#
# The loops are slow. To replace them, we first put all windows into one array. This seems to need nine times the
# memory. But a NumPy array is a piece of memory with **strides**: the number of bytes for one step along each axis.
# Neighbouring windows share most of their pixels, and a *view* can contain the same pixel many times.


# %%
def windows_of(x, kh, kw):
    """Return all windows of x (n, h, w, c) as a view (n, oh, ow, kh, kw, c)."""
    view = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))  # (n, oh, ow, c, kh, kw)
    return view.transpose(0, 1, 2, 4, 5, 3)


batch = photo[None]  # (1, 96, 96, 3)
view = windows_of(batch, 3, 3)
print(f"picture  shape {batch.shape!s:<22} strides {batch.strides} bytes")
print(f"windows  shape {view.shape!s:<22} strides {view.strides} bytes")
print(f"numbers in the view: {view.size:,}; numbers in memory: {batch.size:,}")
print(f"the view shares the picture's memory: {np.shares_memory(view, batch)}")

# %% [markdown]
# Look at the strides. A step to the next window down takes as many bytes as a step to the next pixel down *within* a
# window. Both are one row of the picture.
#
# ## Rows of one matrix, and one product
#
# Now write each window as a row of kh·kw·c numbers, and each filter as a column. A row times a column is the sum of
# products from the loops. All windows and all filters together are **one matrix product**. Pixels are copied only here,
# when the rows are written.


# %%
def convolve_by_product(x, w):
    """Return the same maps as convolve_by_loops, by one matrix product."""
    view = windows_of(x, *w.shape[:2])
    rows = view.reshape(-1, w[..., 0].size)  # (n·oh·ow, kh·kw·c)
    columns = w.reshape(-1, w.shape[3])  # (kh·kw·c, m)
    return (rows @ columns).reshape(*view.shape[:3], w.shape[3])


def seconds(run, times):
    """Return the time of the fastest run, in seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


rng = np.random.default_rng(0)
w, b = rng.standard_normal((3, 3, 3, 8)), np.zeros(8)  # 8 filters of 3×3 over 3 channels, and their biases
loops, product = convolve_by_loops(batch, w), convolve_by_product(batch, w)
package = md.convolve(batch, w, b).data
loops_differ, package_differs = np.abs(product - loops).max(), np.abs(product - package).max()
print(f"result {product.shape}; product against loops {loops_differ:.1e}, against the package {package_differs:.1e}")

slow, fast = seconds(lambda: convolve_by_loops(batch, w), 1), seconds(lambda: convolve_by_product(batch, w), 5)
print(f"here and now: loops {slow * 1e3:.0f} ms, product {fast * 1e3:.2f} ms, {slow / fast:.0f} times as fast")

# %% [markdown]
# ## Few numbers to learn
#
# All windows use the same filters: the weights are **shared**. Compare with a dense layer from the same picture to the
# same maps.

# %%
shared = w.size + b.size
unshared = batch.size * product.size + product.size
print(f"convolution: {' · '.join(map(str, w.shape))} weights + {b.size} biases = {shared:,} numbers")
print(f"dense layer: {batch.size:,} · {product.size:,} weights + {product.size:,} biases = {unshared:,} numbers")
print(f"memory for the dense layer in float32: {unshared * 4 / 1e9:.1f} GB")

# %% [markdown]
# A convolution *is* such a dense layer, in which nearly all weights are zero and the others are shared. The shared
# weights answer the first half of our question. Below, the same bar stands in two places, under a filter for bars. If
# the bar moves, the map moves by the same distance, with the same numbers.

# %%
bar_filter = np.array([[-1.0, 2.0, -1.0]] * 3)[:, :, None, None]  # (3, 3, 1, 1)
bars = np.zeros((2, 9, 9, 1))
bars[0, 1:4, 2] = 1
bars[1, 5:8, 6] = 1  # the same bar, 4 further down and 4 further right

bars = md.Tensor(bars, requires_grad=True)
bar_maps = md.convolve(bars, bar_filter, np.zeros(1), padding="same")  # (2, 9, 9, 1)
best = md.max(bar_maps, axis=(1, 2, 3))  # (2,): the largest response of each picture
to_picture = md.backprop(best.sum())[bars]  # (2, 9, 9, 1)

move = (np.argwhere(bars.data[1]) - np.argwhere(bars.data[0]))[0][:2]  # (down, right)
moved_map = np.roll(bar_maps.data[0], move, axis=(0, 1))  # np.roll moves only zeros across the edge here
print(f"largest responses {best.data}; the second map is the first one, moved: {(moved_map == bar_maps.data[1]).all()}")


# %%
def draw_bars(rows):
    """Draw for each bar the picture, the map, and the gradient of the largest response."""
    titles = "picture", "feature map", "gradient of the largest response"
    figure, axes = plt.subplots(len(rows), 3, figsize=(8, 2.7 * len(rows)), layout="constrained")
    for ax, array, title in zip(axes.flat, (array for row in rows for array in row), titles * len(rows)):
        largest = np.abs(array).max()
        ax.imshow(array[:, :, 0], cmap="gray", vmin=-largest, vmax=largest)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=10)
    return figure


show_figure(
    draw_bars(list(zip(bars.data, bar_maps.data, to_picture))),
    "05-2",
    "A bar at two places, its feature map at two places, and the gradient of the largest response: the "
    "filter, where the bar is.",
)

# %% [markdown]
# Middle grey is 0 in all six pictures. Now the failure at the start of the chapter can be mended: two filters of 3×3,
# and the largest response of each as a logit. They train on the same pictures, with all bars on the left.

# %%
rng = np.random.default_rng(0)
two_filters = md.Tensor(0.1 * rng.standard_normal((3, 3, 1, 2)), requires_grad=True)


def largest_responses(pictures):
    return md.max(md.convolve(pictures, two_filters, np.zeros(2)), axis=(1, 2))  # (n, 7, 7, 2) → (n, 2)


by_filters = train_on_bars(largest_responses, [two_filters])
in_dense = sum(parameter.size for parameter in dense_layer.parameters().values())
numbers = {"dense layer": (by_dense, in_dense), "two filters": (by_filters, two_filters.size)}
for name, (right, size) in numbers.items():
    print(f"{name}: {right['left']:.0%} right on the left, {right['right']:.0%} on the right, {size} numbers")

# %% [markdown]
# The filters have never seen a bar on the right, and find it. The last column of the figure with the two bars belongs
# to the second half of our question: which pixels would raise the largest response? The gradient is the filter itself,
# at the window of the largest response. The next sections derive this.
#
# ## Stride, padding, and the size of a map
#
# First, two settings of the forward pass. The **stride** s is the step from one window to the next, in
# pixels (the strides in memory, above, were in bytes). The **padding** is
# a border of zeros around the picture. `"valid"` has no zeros. `"same"` has enough zeros to keep the size at stride 1.
# With a picture of h pixels, a window of k, and p zeros in all (before and after together),
#
#     output size = ⌊(h + p − k) / s⌋ + 1
#
# because the first window starts at 0, the last window starts at h + p − k or earlier, and the distance of two starts
# is s.

# %%
sizes_agree = True
print(" h  k  s   zeros   formula   package")
for h, k, s, padding in ((8, 3, 1, "valid"), (8, 3, 1, "same"), (8, 5, 1, "same"), (9, 3, 2, "valid"), (8, 3, 2, 1)):
    zeros = {"valid": 0, "same": k - 1}.get(padding, 2 * padding if isinstance(padding, int) else 0)
    formula = (h + zeros - k) // s + 1
    found = md.convolve(np.zeros((1, h, h, 1)), np.zeros((k, k, 1, 1)), np.zeros(1), s, padding).shape[1]
    sizes_agree &= formula == found
    print(f"{h:2d} {k:2d} {s:2d} {zeros:7d} {formula:9d} {found:9d}   padding={padding!r}")

# %% [markdown]
# ## The backward pass
#
# Forward, the layer is `rows @ columns`. Let g be the gradient that arrives at the result, with one row for each window
# and one column for each filter. The rule of a matrix product gives:
#
#     gradient of the filters  =  rowsᵀ · g           each filter gets a sum over all windows
#     gradient of the rows     =  g · columnsᵀ        each window gets a sum of filters, weighted by g
#
# The second is the gradient of the *windows*, not yet of the picture. A pixel belongs to several windows. Such a pixel
# is a value used several times, so its gradient is a sum: **put the gradient of each window back at the place of the
# window, and add where windows overlap.**


# %%
def back_by_product(x, w, g):
    """Return the gradients of x and w, if g (n, oh, ow, m) arrives at their convolution."""
    kh, kw, c, filters = w.shape
    _, height, width, _ = g.shape
    rows = windows_of(x, kh, kw).reshape(-1, kh * kw * c)  # (n·oh·ow, kh·kw·c)
    g = g.reshape(-1, filters)  # (n·oh·ow, m)
    gw = (rows.T @ g).reshape(w.shape)
    pieces = (g @ w.reshape(-1, filters).T).reshape(len(x), height, width, kh, kw, c)  # a gradient for each window
    gx = np.zeros_like(x)
    for i in range(height):
        for j in range(width):
            gx[:, i : i + kh, j : j + kw] += pieces[:, i, j]  # += and not =
    return gx, gw


def numerical_gradient(f, array, step=1e-5):
    """Return the numerical derivative of f by each element of an array, in the shape of the array."""
    result = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        change = np.zeros_like(array)
        change[i] = step
        result[i] = (f(array + change) - f(array - change)) / (2 * step)
    return result


pictures = x[:2]  # (2, 8, 8, 1)
w_small, b_small = rng.standard_normal((3, 3, 1, 4)), rng.standard_normal(4)
arriving = rng.standard_normal((len(pictures), 6, 6, 4))  # any g will do
gx, gw = back_by_product(pictures, w_small, arriving)


def weighted_sum(x, w):
    """Return a loss whose gradient at the maps is `arriving`."""
    return (convolve_by_product(x, w) * arriving).sum()


x_md, w_md, b_md = (md.Tensor(array, requires_grad=True) for array in (pictures, w_small, b_small))
g = md.backprop((md.convolve(x_md, w_md, b_md) * arriving).sum())
back_differs = {
    "numerical, picture": np.abs(gx - numerical_gradient(lambda value: weighted_sum(value, w_small), pictures)).max(),
    "numerical, filters": np.abs(gw - numerical_gradient(lambda value: weighted_sum(pictures, value), w_small)).max(),
    "package, picture": np.abs(gx - g[x_md]).max(),
    "package, filters": np.abs(gw - g[w_md]).max(),
}
for name, difference in back_differs.items():
    print(f"ours against {name:<17} {difference:.1e}")

# %% [markdown]
# (The bias is added at every window, so its gradient is the sum of g over all windows. The loop of the package runs
# over the nine pixels of a window and not over the windows. The sums are the same, in far fewer steps.)
#
# How many windows contain a pixel? The gradient gives the answer. With a filter of ones, the sum of the map counts each
# pixel once for every window with this pixel. The gradient of the sum is this count.

# %%
ones = np.ones((3, 3, 1, 1))
layouts = {
    "stride 1, valid": (1, "valid"),
    "stride 1, same": (1, "same"),
    "stride 2, valid": (2, "valid"),
    "stride 3, valid": (3, "valid"),
}
covered = {}
for name, (stride, padding) in layouts.items():
    picture = md.Tensor(np.zeros((1, 8, 8, 1)), requires_grad=True)
    total = md.convolve(picture, ones, np.zeros(1), stride, padding).sum()
    covered[name] = md.backprop(total)[picture][0, :, :, 0]  # (8, 8)


def draw_counts(covered):
    figure, axes = plt.subplots(1, len(covered), figsize=(12, 3.3), layout="constrained")
    for ax, (name, count) in zip(axes, covered.items()):
        ax.imshow(count, cmap="gray", vmin=0, vmax=9)
        for i, j in np.ndindex(count.shape):
            ax.text(j, i, f"{count[i, j]:.0f}", ha="center", va="center", color="white" if count[i, j] < 5 else "black")
        ax.set(title=f"3×3, {name}", xticks=[], yticks=[])
    return figure


show_figure(
    draw_counts(covered),
    "05-3",
    "Four tables of 8 × 8 numbers: how many windows contain each pixel, for four strides and paddings.",
)

# %% [markdown]
# With stride 1 a pixel in the middle is in nine windows. A corner is in one window, or in four with padding. With
# stride 2 some pixels are in more windows than others. If the windows do not fill the picture exactly, the last rows
# and columns are in no window. Their gradient is always 0.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Train the dense layer on bars on both sides: `LEFT = (2, 6)`. The dense layer is now right on 98 % on the right. It
#    needs examples at every place.
# 2. Set `left_to_right = np.array([[1.0, 0.0, -1.0]] * 3)`. Black and white change places in the first figure.
# 3. In `back_by_product` write `=` in the place of `+=`. The difference to the numerical gradient of the picture is
#    then above 1, and the gradient of the filters is still right. Say why.
# 4. Add `(10, 4, 3, "valid")` to the table of sizes: 3. And `(10, 4, 3, 2)`: 4.
# 5. In twenty lines: give `convolve_by_product` and `back_by_product` a stride. Cut `windows_of(…)[:, ::s, ::s]`, and
#    add the pieces back at `s * i` and `s * j`. With stride 2 the check against the package must stay below 1e-12.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 5`.
#
# ## Facts
#
# The facts of the next cell hold for any change of numbers and seeds.

# %%
assert np.shares_memory(view, batch), "the windows are a view of the picture"
assert view.strides[1:3] == view.strides[3:5] == batch.strides[1:3], "a window and a pixel have the same strides"
assert loops_differ < 1e-10, "one product finds what the loops find"
assert package_differs < 1e-10, "and what the package finds"
assert (moved_map == bar_maps.data[1]).all(), "if the bar moves, the map moves with it"
for picture in to_picture[..., 0]:
    assert np.count_nonzero(picture) <= bar_filter.size, "the gradient of the largest response is one window"
    assert set(np.unique(picture)) <= {0.0, *bar_filter.ravel()}, "and in this window it is the filter"
assert sizes_agree, "the output size is ⌊(h + p − k)/s⌋ + 1"
assert back_differs["numerical, picture"] < 1e-6, "gradients of windows add up to the gradient of the picture"
assert back_differs["numerical, filters"] < 1e-6, "rowsᵀ · g is the gradient of the filters"
assert back_differs["package, picture"] < 1e-10, "the package agrees on the picture"
assert back_differs["package, filters"] < 1e-10, "the package agrees on the filters"
assert covered["stride 1, valid"].max() == ones.size, "a pixel in the middle is in every window about it"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
assert by_dense["left"] > 0.8, PRINTED + "the dense layer learns bars on the left"
assert by_dense["right"] < 0.6, PRINTED + "and guesses on the right"
assert min(by_filters.values()) > 0.9, PRINTED + "two filters find more than 90 % on both sides"
assert shared == 3 * 3 * 3 * 8 + 8, PRINTED + "the convolution has 224 numbers to learn"
assert unshared > 1_000_000 * shared, PRINTED + "the dense layer has a million times as many"
assert view.size > 8 * batch.size, PRINTED + "the view shows each number nearly nine times"
assert best.data[0] == best.data[1] == 6, PRINTED + "the largest response is 6 at both places"
assert covered["stride 1, valid"][0, 0] == 1, PRINTED + "a corner is in one window"
assert covered["stride 1, same"][0, 0] == 4, PRINTED + "or in four with padding"
assert covered["stride 2, valid"][-1].max() == 0, PRINTED + "with stride 2 the last row is in no window"
assert covered["stride 3, valid"].sum() == 4 * 9, PRINTED + "with stride 3 no windows overlap"

print("all facts hold")

# %% [markdown]
# **You can now** write a convolution and its backward pass as matrix products, and say why one filter serves every
# place: weights are shared, and if the picture moves, the maps move too, with the same numbers.
#
# **Next:** [06_pooling.py](06_pooling.py). A map gives the place of a bar to the pixel. Often an approximate place is
# enough. What is the gradient of "the largest number here"?
