# %% [markdown]
# # 6 · Pooling
#
# **A map of a convolution gives the place of a bar to the pixel. Often an approximate place is enough. What is the
# gradient of "the largest number of this window", and what if two numbers are equally large?**
#
# We begin with a pool that is wrong. It is a few lines long, it passes the check of chapter 04, and networks train with
# it. Then we write the right pool, and find out on which data the two differ. At the end we ask how much a pool helps.

# %%
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import minidann as md
from minidann import nn
from minidann.plots import show_figure, style
from minidann.probe import gradient_check

BLUE, ORANGE = style.OTHERS[:2]

digits = load_digits()
x = (digits.images / 16)[..., None]  # (n, 8, 8, 1), from 0 to 1
y = digits.target


def numerical_gradient(f, array, step=1e-5):
    """Return the numerical derivative of f by each element of an array, in the shape of the array."""
    result = np.zeros_like(array)
    for i in np.ndindex(array.shape):
        change = np.zeros_like(array)
        change[i] = step
        result[i] = (f(array + change) - f(array - change)) / (2 * step)
    return result


# %% [markdown]
# ## A wrong pool that passes its check
#
# **Max pooling** cuts a map into windows and keeps the largest number of each window. A pool has no weights. Chapter 01
# gave the backward rule: a maximum passes the whole gradient to the largest input. The shortest way to write the rule
# is "each pixel that equals the maximum gets the gradient".


# %%
class ShortMaxPool(md.Op):
    """Max pool of 2×2 for maps (n, h, w, c) with even h and w."""

    def forward(self, x):
        n, height, width, c = x.shape
        self.cut = x.reshape(n, height // 2, 2, width // 2, 2, c)
        self.largest = self.cut.max(axis=(2, 4), keepdims=True)
        return self.largest[:, :, 0, :, 0]

    def backward(self, grad):
        gx = (self.cut == self.largest) * grad[:, :, None, :, None]
        n, height, _, width, _, c = gx.shape
        return (gx.reshape(n, 2 * height, 2 * width, c),)


def short_max_pool(maps):
    return md.apply(ShortMaxPool(), maps)


random_maps = np.random.default_rng(0).standard_normal((2, 4, 4, 3))
passed = {
    "random numbers": bool(gradient_check(short_max_pool, random_maps)),
    "a digit": bool(gradient_check(short_max_pool, x[4:5])),
}
print(f"the short pool passes the check at random numbers: {passed['random numbers']}, at a digit: {passed['a digit']}")

# %% [markdown]
# It passes everywhere, and it is wrong. Look at a window of four equal pixels: each of them equals the maximum, so each
# gets the whole gradient. The check sees nothing, because a tie is a kink: if one of the four pixels rises, the maximum
# rises, and if it falls, the maximum stays. Every value between 0 and 1 is allowed for *one* pixel. Four times 1 is
# not.
#
# ## The right pool
#
# Write it yourself before you read on. In each window the **first** largest pixel, in reading order, gets the gradient,
# and no other. Hint: put the four pixels of a window along one axis, and use `argmax`.


# %%
class MyMaxPool(md.Op):
    """Max pool of 2×2: the first largest pixel of each window gets the whole gradient."""

    def forward(self, x):
        n, height, width, c = self.shape = x.shape
        cut = x.reshape(n, height // 2, 2, width // 2, 2, c).transpose(0, 1, 3, 5, 2, 4)
        windows = cut.reshape(n, height // 2, width // 2, c, 4)
        self.first = windows.argmax(axis=-1)[..., None]  # argmax returns the first of equal numbers
        return windows.max(axis=-1)

    def backward(self, grad):
        n, height, width, c = self.shape
        shares = np.zeros((n, height // 2, width // 2, c, 4))
        np.put_along_axis(shares, self.first, grad[..., None], axis=-1)
        back = shares.reshape(n, height // 2, width // 2, c, 2, 2).transpose(0, 1, 4, 2, 5, 3)
        return (back.reshape(self.shape),)


def my_max_pool(maps):
    return md.apply(MyMaxPool(), maps)


digit = md.Tensor(x[4:5], requires_grad=True)
to_digit = {
    name: md.backprop(pool(digit).sum())[digit][0, :, :, 0]
    for name, pool in {"short": short_max_pool, "mine": my_max_pool, "package": lambda x: md.max_pool(x, 2)}.items()
}
print("16 windows, each with a gradient of 1; the sum of all gradients that arrive at the pixels of a digit:")
for name, gradient in to_digit.items():
    print(f"{name:<8} {gradient.sum():4.0f}")
print("mine and the package's agree at each pixel:", np.array_equal(to_digit["mine"], to_digit["package"]))

# %% [markdown]
# This sum is the diagnosis: **a pool must pass on one gradient for each window.** The short pool passes on more.
#
# ## Pools in pictures
#
# **Average pooling** takes the mean, so each pixel gets an equal share. Windows may also overlap: 3×3 with stride 2
# ("3/2") is common. A pixel that is the largest in several windows gets the sum.

# %%
image = md.Tensor(x[4:5], requires_grad=True)  # (1, 8, 8, 1)
pools = {
    "max, 2×2": md.max_pool(image, 2),
    "average, 2×2": md.average_pool(image, 2),
    "max, 3×3, stride 2": md.max_pool(image, 3, 2),
    "average, 3×3, stride 2": md.average_pool(image, 3, 2),
}
shares = {name: md.backprop(pooled.sum())[image][0, :, :, 0] for name, pooled in pools.items()}


def draw_pools(pools, shares):
    """Draw a picture, each pooled map, and below it the gradient at each pixel."""
    figure, axes = plt.subplots(2, 1 + len(pools), figsize=(13, 5.2), layout="constrained")
    axes[0, 0].imshow(image.data[0, :, :, 0], cmap="gray", vmin=0, vmax=1)
    axes[0, 0].set_title("the picture")
    axes[1, 0].axis("off")
    words = "this row:\nthe gradient of\nthe sum of the\npooled map,\nat each pixel"
    axes[1, 0].text(0.5, 0.5, words, ha="center", va="center", size=11)
    for column, (name, pooled) in zip(axes.T[1:], pools.items()):
        column[0].imshow(pooled.data[0, :, :, 0], cmap="gray", vmin=0, vmax=1)
        column[0].set_title(name)
        share = shares[name]
        column[1].imshow(share, cmap="gray", vmin=0, vmax=max(1, share.max()))
        column[1].set_title(f"sum {share.sum():.0f}, largest {share.max():.2f}")
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    return figure


show_figure(
    draw_pools(pools, shares),
    "06-1",
    "A digit, four pooled maps of it, and below each map the gradient at each pixel: single pixels for "
    "the maximum, equal shares for the average.",
)

# %% [markdown]
# Each window passes on a gradient of 1, so the gradients add up to the number of windows: 16 for 2×2, and 9 for 3/2.
#
# ## How much harm does the short pool do?
#
# Are equal pixels rare? We count the 2×2 windows whose largest number occurs more than once, on all the digits, and on
# the maps of a new convolution with a relu behind it.


# %%
def ties(maps):
    """Return two shares of the 2×2 windows of maps (n, h, w, c): tied at zero, and tied above zero."""
    n, height, width, c = maps.shape
    cut = maps.reshape(n, height // 2, 2, width // 2, 2, c)
    largest = cut.max(axis=(2, 4), keepdims=True)
    tied = (cut == largest).sum(axis=(2, 4)) > 1
    zero = largest[:, :, 0, :, 0] == 0
    return (tied & zero).mean(), (tied & ~zero).mean()


fresh = nn.Convolution(1, 8, 3, np.random.default_rng(0), padding="same", dtype="float64")
tied = {"the digits themselves": ties(x)}
with md.no_grad():
    for bias in (0.0, 0.1):
        fresh.bias.data[...] = bias
        tied[f"relu of maps, bias {bias:g}"] = ties(fresh(x).relu().data)
print(f"{'windows that are tied':<25} at zero   above zero")
for name, (at_zero, above_zero) in tied.items():
    print(f"{name:<25} {at_zero:7.1%} {above_zero:12.1%}")

# %% [markdown]
# Ties are common, because the paper is evenly black in these pictures, and the ink is often evenly white. Ties at zero
# behind a relu do no harm. Our relu has derivative 0 at 0, so the relu stops this gradient. But if a bias grows a
# little above 0, empty windows are tied *above* zero, and nothing stops the gradient.
#
# So we try both rules on this layer, and ask for the gradient of its eight biases. A change of a bias moves all four
# equal pixels of a window at once. The maximum moves by the same amount, once and not four times.


# %%
hundred_digits = x[:100]


def pooled_sum(pool, bias):
    return pool(md.convolve(hundred_digits, fresh.weight, bias, padding="same").relu()).mean(axis=0).sum()


biases = md.Tensor(np.full(8, 0.1), requires_grad=True)
first_wins = md.backprop(pooled_sum(my_max_pool, biases))[biases]
all_win = md.backprop(pooled_sum(short_max_pool, biases))[biases]
numerical = numerical_gradient(lambda value: pooled_sum(md.max_pool, value).item(), biases.data)
print("bias         " + "".join(f"{k:8d}" for k in range(8)))
for name, gradient in {"numerical": numerical, "first wins": first_wins, "short pool": all_win}.items():
    print(f"{name:<13}" + "".join(f"{value:8.2f}" for value in gradient))
times_too_large = all_win.sum() / numerical.sum()
print(
    f"short pool: {times_too_large:.2f} times too large in total, {(all_win / numerical).max():.2f} times at the worst"
)

# %% [markdown]
# There is no error and no warning, and the network would still train. But each bias would learn at a wrong rate, which
# depends on the empty part of each picture. A check finds the mistake only where the equal pixels move *together*, as
# here with a bias. In the package the first largest pixel wins, as in your pool. Any other choice of shares that add up
# to one is allowed too.
#
# ## A small convolutional network
#
# Now we build a network: convolution, relu and pool, twice, and then one dense layer. For comparison we take a dense
# network with about as many parameters. Both train on 1,200 digits, and the other digits are held out for the score.
# Then we score again on *the same* held-out digits, moved by one pixel. Neither network trains on moved digits. To the
# left and right the digits have room to move. Up and down they lose ink at the edge, and no network can repair this
# loss.


# %%
def shift(x, down, right):
    """Return x (n, h, w, c), moved down and right by −1, 0 or 1 pixels. New pixels are 0."""
    n, height, width, c = x.shape
    framed = np.zeros((n, height + 2, width + 2, c), x.dtype)
    framed[:, 1 + down : 1 + down + height, 1 + right : 1 + right + width] = x
    return framed[:, 1:-1, 1:-1]


def convolutional(rng):
    return nn.Sequential(
        nn.Convolution(1, 8, 3, rng, padding="same"),  # (n, 8, 8, 8)
        nn.Relu(),
        nn.MaxPool(2),  # (n, 4, 4, 8)
        nn.Convolution(8, 16, 3, rng, padding="same"),  # (n, 4, 4, 16)
        nn.Relu(),
        nn.MaxPool(2),  # (n, 2, 2, 16)
        nn.Flatten(),
        nn.Dense(64, 10, rng),
    )


def dense(rng):
    return nn.Sequential(nn.Flatten(), nn.Dense(64, 25, rng), nn.Relu(), nn.Dense(25, 10, rng))


def train(network, x, y, rng, epochs=20, batch_size=50, rate=0.05):
    optimiser = nn.SGD(network.parameters().values(), momentum=0.9)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            chosen = order[start : start + batch_size]
            loss = md.cross_entropy(network(x[chosen], rng), y[chosen])
            optimiser.step(md.backprop(loss, of=network.parameters().values()), rate)
    return network


def accuracy(network, x, y):
    with md.no_grad():
        return float((network(x).data.argmax(axis=1) == y).mean())


digits32 = x.astype("float32")
SEEDS, EPOCHS = 3, 20
MOVES = {"in place": (0, 0), "left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
KINDS = {"convolutional": convolutional, "dense": dense}
scores, networks, numbers = {kind: [] for kind in KINDS}, {}, {}
for seed in range(SEEDS):
    order = np.random.default_rng(seed).permutation(len(digits32))
    training, held_out = order[:1200], order[1200:]
    for kind, make in KINDS.items():
        rng = np.random.default_rng(100 + seed)
        network = train(make(rng), digits32[training], y[training], rng, EPOCHS)
        scores[kind].append(
            [accuracy(network, shift(digits32[held_out], *move), y[held_out]) for move in MOVES.values()]
        )
        networks[kind] = network
        numbers[kind] = sum(parameter.size for parameter in network.parameters().values())

scores = {kind: np.array(rows) for kind, rows in scores.items()}  # (seeds, moves)
lost = {name: 1 - float(shift(digits32, *move).sum() / digits32.sum()) for name, move in MOVES.items()}
print("held-out accuracy            " + "".join(f"{name:>10}" for name in MOVES))
for kind, rows in scores.items():
    for seed, row in enumerate(rows):
        print(f"{kind:<13} {numbers[kind]:,}  seed {seed}  " + "".join(f"{share:10.1%}" for share in row))
print("ink lost by the move         " + "".join(f"{share:10.1%}" for share in lost.values()))


# %%
def draw_scores(scores, numbers):
    figure, ax = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
    for kind, colour, marker, offset in (("convolutional", BLUE, "o", -0.12), ("dense", ORANGE, "^", 0.12)):
        places = np.arange(len(MOVES)) + offset
        ax.bar(places, scores[kind].mean(axis=0), 0.22, color=colour, alpha=0.35)
        for row in scores[kind]:
            ax.plot(places, row, marker, color=colour, markersize=5)
        ax.plot([], [], marker, color=colour, label=f"{kind}, {numbers[kind]:,} numbers")
    ax.axhline(0.1, color=style.CHANCE, linestyle=":", label="guessing")
    ax.set(xticks=range(len(MOVES)), xticklabels=MOVES, ylim=(0, 1.05), ylabel="held-out accuracy")
    ax.set_title("Digits moved by one pixel: all seeds, and their mean")
    ax.legend(loc="upper right", fontsize="small")
    return figure


show_figure(
    draw_scores(scores, numbers),
    "06-2",
    "Held-out accuracy of digits in place and moved by one pixel: both networks are near 97 % in place, "
    "and the convolutional one loses less by a move.",
)

sideways = {kind: float(rows[:, 1:3].mean()) for kind, rows in scores.items()}
in_place = {kind: float(rows[:, 0].mean()) for kind, rows in scores.items()}
for kind in KINDS:
    print(f"{kind:<13} in place {in_place[kind]:.1%}, moved left or right {sideways[kind]:.1%}")

# %% [markdown]
# In place both networks do well, with nearly equal scores. One pixel sideways costs the dense network about half of all
# digits. The convolutional network loses fewer digits, but it too loses many. (Downwards, where ink is lost, its
# advantage is smaller.) People often say that a convolutional network does not depend on the place of an object. This
# measurement shows that the claim is only partly true. Where does the network lose the digits? We follow the moved
# digits through the last network.

# %%
network = networks["convolutional"]
still, moved = digits32[held_out], shift(digits32[held_out], 0, 1)
stages = {"picture": 0, "after convolution 1": 1, "after relu 1": 2, "after pool 1": 3, "after pool 2": 6}
change = {}
with md.no_grad():
    for name, count in stages.items():
        before = nn.Sequential(*[network[k] for k in range(count)])(md.Tensor(still)).data
        after = nn.Sequential(*[network[k] for k in range(count)])(md.Tensor(moved)).data
        change[name] = float(np.linalg.norm(after - before) / np.linalg.norm(before))
        if name == "after relu 1":
            shift_difference = float(np.abs(after[:, :, 2:-1] - before[:, :, 1:-2]).max())
        print(f"{name:<20} {before.shape!s:<17} changes by {change[name]:.0%} of its norm")
print(f"first maps, compared with those of the still digits moved by one: largest difference {shift_difference:.1e}")

# %% [markdown]
# Look at the last line first. Away from the edge, the maps of the moved digits are the maps of the still digits, moved.
# The relu keeps this property, and the filters need not learn a digit at each place. But moved maps have *other numbers
# at each place*. A pool can remove a part of this change: while the largest pixel stays in its window, the
# result of the pool is the same. Here the first pool removes a part, and after the second the change is as large as
# after the first. The rest of the change reaches the dense layer. The dense layer has a separate weight
# for every place, so its result changes.
#
# The figure shows the eight learnt filters of the first layer. Below each filter are its maps of a digit and of the
# same digit, moved. Some filters respond to an edge or a stroke in one direction. Others have no clear form, which is
# common for filters of this size.

# %%
first_layer, one = network[0], 4
with md.no_grad():
    maps_still = first_layer(still[one : one + 1]).relu().data[0]  # (8, 8, 8)
    maps_moved = first_layer(moved[one : one + 1]).relu().data[0]


def draw_filters(first_layer, rows):
    """Draw the filters of a layer, and below them a row for each picture by name, with its maps."""
    figure, axes = plt.subplots(3, 9, figsize=(13, 4.7), layout="constrained")
    axes[0, 0].axis("off")
    largest = np.abs(first_layer.weight.data).max()
    brightest = max(maps.max() for _, maps in rows.values())
    for row, (name, (picture, maps)) in zip(axes[1:], rows.items()):
        row[0].imshow(picture[:, :, 0], cmap="gray", vmin=0, vmax=1)
        row[0].set_title(name, fontsize=10)
        for k in range(8):
            row[k + 1].imshow(maps[:, :, k], cmap="gray", vmin=0, vmax=brightest)
    for k in range(8):
        axes[0, k + 1].imshow(first_layer.weight.data[:, :, 0, k], cmap="gray", vmin=-largest, vmax=largest)
        axes[0, k + 1].set_title(f"filter {k}", fontsize=10)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    return figure


show_figure(
    draw_filters(first_layer, {"a digit": (still[one], maps_still), "moved right": (moved[one], maps_moved)}),
    "06-3",
    "The eight learnt filters of the first layer, and below each its map of a digit and of the same digit "
    "moved by one pixel.",
)

# %% [markdown]
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Let the *last* largest pixel win in `MyMaxPool`: `windows[..., ::-1].argmax(axis=-1)`, and 3 minus the result. The
#    sum at the digit is 16 as before, and the biases still agree with the numerical gradient.
# 2. Divide the gradient of the short pool by the number of equal pixels of its window. Its sum at the digit becomes 16,
#    and "too large in total" becomes 1.00.
# 3. Replace `nn.MaxPool(2)` by `nn.AveragePool(2)` in `convolutional`. In place the accuracy is 95.6 %, moved left or
#    right 64.8 %. Is the largest number or the mean better here?
# 4. Set `EPOCHS = 5`. Both networks are still above 94 % in place.
# 5. In ten lines: train on moved digits too. Put `shift(digits32[training], 0, 1)` and `shift(…, 0, -1)` beside the
#    training digits. For left and right we get 98 % (convolutional) and 96 % (dense).
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 6`.
#
# ## Facts
#
# The facts of the next cell hold for any change of seeds, digits and training.

# %%
assert all(passed.values()), "the check of one pixel at a time passes the wrong pool"
assert abs(to_digit["mine"].sum() - 16) < 1e-9, "a right pool passes on one gradient for each window"
assert np.abs(my_max_pool(md.Tensor(x)).data - md.max_pool(x, 2).data).max() == 0, "both pools find the same maxima"
for name, windows in (("max, 2×2", 16), ("average, 2×2", 16), ("max, 3×3, stride 2", 9), ("average, 3×3, stride 2", 9)):
    assert abs(shares[name].sum() - windows) < 1e-9, f"{name}: one gradient for each window"
assert (shares["average, 2×2"] == 0.25).all(), "an average gives equal shares"
assert np.abs(first_wins - numerical).max() < 1e-3, "first wins agrees with the numerical gradient of the biases"
assert (all_win - numerical).min() > -1e-3, "the short pool is never too small"
assert shift_difference < 1e-5, "away from the edge, maps move with the picture"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
assert to_digit["short"].sum() > 17, PRINTED + "the short pool passes on more than 16 gradients at this digit"
assert np.array_equal(to_digit["mine"], to_digit["package"]), PRINTED + "the first largest pixel wins in both pools"
assert shares["max, 3×3, stride 2"].max() > 1, PRINTED + "a pixel can win in two windows"
assert sum(tied["the digits themselves"]) > 0.2, PRINTED + "a fifth of the windows are tied"
assert tied["relu of maps, bias 0.1"][1] > 0.02, PRINTED + "a bias above 0 makes ties above zero"
assert times_too_large > 1.05, PRINTED + "the short pool is at least 5 % too large in total"
assert abs(numbers["convolutional"] / numbers["dense"] - 1) < 0.05, PRINTED + "both networks have as many numbers"
assert min(in_place.values()) > 0.92, PRINTED + "in place both are above 92 %"
assert max(lost["left"], lost["right"]) < 0.01, PRINTED + "sideways no ink is lost"
assert in_place["dense"] - sideways["dense"] > 0.4, PRINTED + "one pixel costs the dense network 40 points"
assert sideways["convolutional"] > sideways["dense"] + 0.1, PRINTED + "and the convolutional one less"
assert in_place["convolutional"] - sideways["convolutional"] > 0.1, PRINTED + "but it loses too"
assert change["after pool 1"] < change["after relu 1"], PRINTED + "pooling removes a part of the change"

print("all facts hold")

# %% [markdown]
# **You can now** write a pool whose gradient is right on ties, and find a pool whose gradient is wrong although it
# passes a check. You know that a pool helps a network to ignore a move a little, and not more.
#
# **Next:** [07_domain_shift.py](07_domain_shift.py). A move of one pixel lost many digits, although no label changed.
# What is the name of such a change, and how much of it can we measure without labels?
