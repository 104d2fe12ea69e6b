# %% [markdown]
# # 6 · Pooling
#
# **A map of a convolution gives the place of a bar to the pixel. Often an approximate place is enough. What is the
# gradient of "the largest number of this window", and what if two numbers are equally large?**
#
# A wrong answer to the second question gives no error and no warning. In this chapter we find it by a check.

# %%

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import minidann as md
from minidann import nn
from minidann.plots import show_figure, style

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
# ## Pooling: the largest of each window
#
# A map gives the *place* of a bar to the pixel. Often an approximate place is enough. **Max pooling** takes the largest
# number of each window. A pool has no weights. Chapter 01 gave its backward rule: a maximum passes the whole gradient
# to the largest input. **Average pooling** takes the mean, so each pixel gets an equal share. Windows may also overlap:
# 3×3 with stride 2 ("3/2") is common. A pixel that is the largest in several windows gets the sum.

# %%
image = md.Tensor(x[4:5], requires_grad=True)  # (1, 8, 8, 1)
pools = {
    "max, 2×2": md.max_pool(image, 2),
    "average, 2×2": md.average_pool(image, 2),
    "max, 3×3, stride 2": md.max_pool(image, 3, 2),
    "average, 3×3, stride 2": md.average_pool(image, 3, 2),
}
shares = {name: md.backprop(pooled.sum())[image][0, :, :, 0] for name, pooled in pools.items()}

figure, axes = plt.subplots(2, 5, figsize=(13, 5.2), layout="constrained")
axes[0, 0].imshow(image.data[0, :, :, 0], cmap="gray", vmin=0, vmax=1)
axes[0, 0].set_title("the picture")
axes[1, 0].axis("off")
axes[1, 0].text(
    0.5,
    0.5,
    "this row:\nthe gradient of\nthe sum of the\npooled map,\nat each pixel",
    ha="center",
    va="center",
    size=11,
)
for column, (name, pooled) in zip(axes.T[1:], pools.items()):
    column[0].imshow(pooled.data[0, :, :, 0], cmap="gray", vmin=0, vmax=1)
    column[0].set_title(name)
    share = shares[name]
    column[1].imshow(share, cmap="gray", vmin=0, vmax=max(1, share.max()))
    column[1].set_title(f"sum {share.sum():.0f}, largest {share.max():.2f}")
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
show_figure(
    figure,
    "06-1",
    "A digit, four pooled maps of it, and below each map the gradient at each pixel: single pixels for "
    "the maximum, equal shares for the average.",
)

# %% [markdown]
# Each window passes on a gradient of 1, so the gradients add up to the number of windows: 16 for 2×2, and 9 for 3/2.
#
# ## Who gets the gradient of a tie?
#
# The shortest rule is `(window == window.max()) * g`. This rule is wrong if two pixels are equal: both get all of g.
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
class EveryoneWins(md.Op):
    """Max pool of 2×2 with a wrong rule: on a tie, each largest pixel gets the whole gradient."""

    def forward(self, x):
        n, height, width, c = x.shape
        self.cut = x.reshape(n, height // 2, 2, width // 2, 2, c)
        self.largest = self.cut.max(axis=(2, 4), keepdims=True)
        return self.largest[:, :, 0, :, 0]

    def backward(self, grad):
        gx = (self.cut == self.largest) * grad[:, :, None, :, None]
        n, height, _, width, _, c = gx.shape
        return (gx.reshape(n, 2 * height, 2 * width, c),)


def everyone_wins(maps):
    return md.apply(EveryoneWins(), maps)


hundred_digits = x[:100]


def pooled_sum(pool, bias):
    return pool(md.convolve(hundred_digits, fresh.weight, bias, padding="same").relu()).mean(axis=0).sum()


biases = md.Tensor(np.full(8, 0.1), requires_grad=True)
first_wins = md.backprop(pooled_sum(md.max_pool, biases))[biases]
all_win = md.backprop(pooled_sum(everyone_wins, biases))[biases]
numerical = numerical_gradient(lambda value: pooled_sum(md.max_pool, value).item(), biases.data)
print("bias         " + "".join(f"{k:8d}" for k in range(8)))
for name, gradient in {"numerical": numerical, "first wins": first_wins, "everyone wins": all_win}.items():
    print(f"{name:<13}" + "".join(f"{value:8.2f}" for value in gradient))
times_too_large = all_win.sum() / numerical.sum()
print(
    f"everyone wins: {times_too_large:.2f} times too large in total, "
    f"{(all_win / numerical).max():.2f} times at the worst"
)

# %% [markdown]
# There is no error and no warning, and the network would still train. But each bias would learn at a wrong rate, which
# depends on the empty part of each picture. In the package **the first largest pixel wins**, in reading order. If only
# *one* of two equal pixels changes, there is no derivative: an increase raises the maximum, and a decrease does not. So
# a rule must choose. Every choice of shares that add up to one is allowed.
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


x = x.astype("float32")
MOVES = {"in place": (0, 0), "left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}
KINDS = {"convolutional": convolutional, "dense": dense}
scores, networks, numbers = {kind: [] for kind in KINDS}, {}, {}
for seed in range(3):
    order = np.random.default_rng(seed).permutation(len(x))
    training, held_out = order[:1200], order[1200:]
    for kind, make in KINDS.items():
        rng = np.random.default_rng(100 + seed)
        network = train(make(rng), x[training], y[training], rng)
        scores[kind].append([accuracy(network, shift(x[held_out], *move), y[held_out]) for move in MOVES.values()])
        networks[kind] = network
        numbers[kind] = sum(parameter.size for parameter in network.parameters().values())

scores = {kind: np.array(rows) for kind, rows in scores.items()}  # (seeds, moves)
lost = {name: 1 - float(shift(x, *move).sum() / x.sum()) for name, move in MOVES.items()}
print("held-out accuracy            " + "".join(f"{name:>10}" for name in MOVES))
for kind, rows in scores.items():
    for seed, row in enumerate(rows):
        print(f"{kind:<13} {numbers[kind]:,}  seed {seed}  " + "".join(f"{share:10.1%}" for share in row))
print("ink lost by the move         " + "".join(f"{share:10.1%}" for share in lost.values()))

# %%
figure, ax = plt.subplots(figsize=(7.5, 3.8), layout="constrained")
for kind, colour, marker, offset in (("convolutional", BLUE, "o", -0.12), ("dense", ORANGE, "^", 0.12)):
    places = np.arange(len(MOVES)) + offset
    ax.bar(places, scores[kind].mean(axis=0), 0.22, color=colour, alpha=0.35)
    for row in scores[kind]:
        ax.plot(places, row, marker, color=colour, markersize=5)
    ax.plot([], [], marker, color=colour, label=f"{kind}, {numbers[kind]:,} numbers")
ax.axhline(0.1, color=style.CHANCE, linestyle=":", label="guessing")
ax.set(xticks=range(len(MOVES)), xticklabels=MOVES, ylim=(0, 1.05), ylabel="held-out accuracy")
ax.set_title("Digits moved by one pixel: three seeds, and their mean")
ax.legend(loc="upper right", fontsize="small")
show_figure(
    figure,
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
still, moved = x[held_out], shift(x[held_out], 0, 1)
stages = {"picture": 0, "after convolution 1": 1, "after relu 1": 2, "after pool 1": 3, "after pool 2": 6}
change = {}
with md.no_grad():
    for name, count in stages.items():
        before = nn.Sequential(*[network[k] for k in range(count)])(md.Tensor(still)).data
        after = nn.Sequential(*[network[k] for k in range(count)])(md.Tensor(moved)).data
        change[name] = float(np.linalg.norm(after - before) / np.linalg.norm(before))
        if name == "after relu 1":
            shift_difference = float(np.abs(after[:, :, 2:-1] - before[:, :, 1:-2]).max())
        print(f"{name:<20} {before.shape!s:<17} changes by {change[name]:.0%} of its size")
print(f"first maps, compared with those of the still digits moved by one: largest difference {shift_difference:.1e}")

# %% [markdown]
# Look at the last line first. Away from the edge, the maps of the moved digits are the maps of the still digits, moved.
# The relu keeps this property, and the filters need not learn a digit at each place. But moved maps have *other numbers
# at each place*. A pool with stride 2 removes a part of this change: while the largest pixel stays in its window, the
# result of the pool is the same. The rest of the change reaches the dense layer. The dense layer has a separate weight
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

figure, axes = plt.subplots(3, 9, figsize=(13, 4.7), layout="constrained")
axes[0, 0].axis("off")
for ax, array, name in ((axes[1, 0], still[one], "a digit"), (axes[2, 0], moved[one], "moved right")):
    ax.imshow(array[:, :, 0], cmap="gray", vmin=0, vmax=1)
    ax.set_title(name, fontsize=10)
largest = np.abs(first_layer.weight.data).max()
brightest = max(maps_still.max(), maps_moved.max())
for k in range(8):
    axes[0, k + 1].imshow(first_layer.weight.data[:, :, 0, k], cmap="gray", vmin=-largest, vmax=largest)
    axes[0, k + 1].set_title(f"filter {k}", fontsize=10)
    axes[1, k + 1].imshow(maps_still[:, :, k], cmap="gray", vmin=0, vmax=brightest)
    axes[2, k + 1].imshow(maps_moved[:, :, k], cmap="gray", vmin=0, vmax=brightest)
for ax in axes.flat:
    ax.set(xticks=[], yticks=[])
show_figure(
    figure,
    "06-3",
    "The eight learnt filters of the first layer, and below each its map of a digit and of the same digit "
    "moved by one pixel.",
)

# %% [markdown]
# ## What we now know

# %%
# A pool passes on one gradient for each window: to one pixel, or in equal shares. A pixel can win in two windows.
for name, windows in (("max, 2×2", 16), ("average, 2×2", 16), ("max, 3×3, stride 2", 9), ("average, 3×3, stride 2", 9)):
    assert abs(shares[name].sum() - windows) < 1e-9
assert set(shares["max, 2×2"].ravel()) == {0, 1}
assert (shares["average, 2×2"] == 0.25).all()
assert shares["max, 3×3, stride 2"].max() > 1

# Ties are common. "First wins" agrees with the numerical derivative, and "everyone wins" does not.
assert sum(tied["the digits themselves"]) > 0.2
assert tied["relu of maps, bias 0"][0] > 0.1
assert tied["relu of maps, bias 0.1"][1] > 0.02
assert np.abs(first_wins - numerical).max() < 1e-3
assert times_too_large > 1.05
assert (all_win - numerical).min() > 0.1

# With as many parameters, the convolutional network loses less by a move than the dense one, but it loses too.
assert abs(numbers["convolutional"] / numbers["dense"] - 1) < 0.05
assert min(in_place.values()) > 0.92
assert lost["left"] < 0.01
assert lost["right"] < 0.01
assert in_place["dense"] - sideways["dense"] > 0.4
assert sideways["convolutional"] > sideways["dense"] + 0.1
assert in_place["convolutional"] - sideways["convolutional"] > 0.1

# Its first maps move with the picture. Pooling removes a part of the change.
assert shift_difference < 1e-5
assert change["after pool 1"] < change["after relu 1"]

print("all facts hold")

# %% [markdown]
# - A pool passes on the gradient of each window once. On a tie a rule must choose the pixel.
# - If the picture moves, the maps move too. A network that should *ignore* the move needs more.
#
# **Next:** [07_domain_shift.py](07_domain_shift.py). A move of one pixel lost many digits, although no label changed.
# What is the name of such a change, and how much of it can we measure without labels?
