# %% [markdown]
# # 14 · A GPU by changing one word
#
# **A graphics processor has memory of its own and a library of its own, CuPy, which works like NumPy. What must be true
# of a program so that the same code runs there, from the same seeds? And what must it *not* do, to be quick there?**
#
# You need no GPU for this chapter. We build a pretend one in a hundred lines: arrays that live "over there", that
# refuse to be mixed up with NumPy's, and that count what travels. What gets along with it gets along with CuPy.

# %%
import time
import warnings
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import MOONS, Training, build_dann
from minidann.adapt.resume import move_training
from minidann.data import moons_pair
from minidann.engine.backend import array_module, register_library
from minidann.plots import style

warnings.filterwarnings("ignore", message=".*non-interactive")  # plt.show() with nowhere to show

# %% [markdown]
# ## Whose exp is it?
#
# This is the whole of an op in the package (`engine/ops/elementwise.py`):
#
# ```python
# class Exp(Op):
#     def forward(self, x):
#         self.y = array_module(x).exp(x)
#         return self.y
#
#     def backward(self, grad):
#         return (grad * self.y,)
# ```
#
# It does not say `np.exp`. It asks the array which library it belongs to, and takes that library's `exp`. Operators
# such as `*` need no asking: Python asks the array itself. So no op knows where it runs, and there is one file in the
# package that has ever heard of CuPy.

# %%
x = np.array([0.0, 1.0])
print("the library of a NumPy array:", array_module(x).__name__)

# %% [markdown]
# ## A pretend device
#
# What does the far side have to offer? An array type with the operators and some methods, and functions with NumPy's
# names. And it must be as strict as the real one. CuPy never turns an array into a NumPy array by itself, because that
# would be slow and you would not see it. There are two doors, `asarray` in and `asnumpy` out, and nothing else.
#
# Ours counts the traffic. `sent`: how often something was carried over. `waits`: how often we asked for a number, and
# therefore had to wait until everything before it was worked out.

# %%
counts = {"sent": 0, "waits": 0, "products": 0}


def near(value):
    """What the far side may work with: its own arrays, and lone numbers. A NumPy array is refused."""
    if isinstance(value, (tuple, list)):
        return type(value)(near(part) for part in value)
    if isinstance(value, np.ndarray):
        raise TypeError("this is a NumPy array, and I am far away")
    return value.hidden if isinstance(value, Far) else value


class Far:
    """An array far away."""

    __array_ufunc__ = None  # NumPy's own functions are told that they have no business here

    def __init__(self, hidden, base=None):
        self.hidden, self.base = np.asarray(hidden), base
        self.shape, self.dtype = self.hidden.shape, self.hidden.dtype
        self.ndim, self.size, self.nbytes = self.hidden.ndim, self.hidden.size, self.hidden.nbytes

    T = property(lambda self: far_of(self.hidden.T, self))

    def __array__(self, *_, **__):
        raise TypeError("no array of mine becomes a NumPy array by itself")

    def __len__(self):
        return len(self.hidden)

    def __setitem__(self, key, value):
        self.hidden[near(key)] = near(value)

    def __deepcopy__(self, memo):
        return Far(self.hidden.copy())

    def item(self):
        counts["waits"] += 1
        return self.hidden.item()

    __float__ = __bool__ = item


def far_of(hidden, parent):
    """A result as a far array; one that shares memory with its parent says so, as NumPy's do."""
    shares = np.may_share_memory(hidden, parent.hidden)
    return Far(hidden, (parent if parent.base is None else parent.base) if shares else None)


def method(name):
    def call(self, *arguments, **options):
        counts["products"] += name == "dot"
        if any(hasattr(argument, "op") for argument in arguments):
            return NotImplemented  # a tensor wants the operation for itself
        result = getattr(self.hidden, name)(*near(arguments), **options)
        return self if result is self.hidden else far_of(result, self)  # itself from +=, which works in place

    return call


operators = "add sub mul truediv pow radd rsub rmul rtruediv iadd isub imul itruediv and iand xor ixor"
operators += " lt le gt ge eq ne neg invert abs getitem"
for name in [f"__{operator}__" for operator in operators.split()]:
    setattr(Far, name, method(name))
methods = "all any astype copy dot max mean min ravel reshape squeeze sum take transpose"
for name in methods.split():
    setattr(Far, name, method(name))


def function(name):
    def call(*arguments, out=None, **options):
        result = getattr(np, name)(*near(arguments), **options)
        if out is not None:
            out.hidden[...] = result
        return Far(result) if out is None else out

    return call


class far:
    """The library: NumPy's names, and the two doors."""

    class cuda:
        class runtime:
            memGetInfo = staticmethod(lambda: (10**9, 10**9))  # how much memory there is, as CuPy would be asked

    class lib:
        class stride_tricks:
            @staticmethod
            def sliding_window_view(x, window, axis):
                return far_of(np.lib.stride_tricks.sliding_window_view(x.hidden, window, axis), x)

    @staticmethod
    def result_type(*arrays):
        return np.result_type(*near(arrays))

    @staticmethod
    def asarray(array, dtype=None):
        counts["sent"] += not isinstance(array, Far)
        return Far(np.array(array.hidden if isinstance(array, Far) else array, dtype=dtype))

    @staticmethod
    def asnumpy(array):
        counts["waits"] += 1
        return array.hidden.copy()


names = "arange concatenate empty exp expm1 log log1p maximum multiply ones subtract tanh zeros"
for name in f"{names} empty_like ones_like zeros_like".split():
    setattr(far, name, staticmethod(function(name)))

register_library(Far, far, "far")
print("exp over there:", type(array_module(far.asarray(x)).exp(far.asarray(x))).__name__)

# %% [markdown]
# ## What it refuses
#
# Every slip below would have gone unnoticed with NumPy arrays. A real GPU would raise an error in the depths of its
# library, or, worse, quietly carry the array to and fro. The package turns a mixture into one line that names the op.

# %%
there = md.Tensor(far.asarray(x), requires_grad=True)
slips = {
    "np.exp(x)": lambda: np.exp(there.data),
    "np.asarray(x)": lambda: np.asarray(there.data),
    "tensor + NumPy's": lambda: there + np.ones(2),
    "a dense layer here": lambda: md.affine(there.reshape(1, 2), np.ones((2, 3)), np.zeros(3)),
}
refusals = {}
for slip, commit in slips.items():
    try:
        commit()
    except TypeError as error:
        refusals[slip] = str(error)
        print(f"{slip:20} {error}")

# %% [markdown]
# ## One word
#
# `use_backend` says where things are made: inside, what you make of numbers, lists and NumPy arrays is made over there.
# So the weights of a network, and the training with its examples. Nothing else in the code changes.
#
# Everything random stays NumPy's: first weights, batches and dropout are drawn here and carried over. Otherwise seed 0
# would mean one thing here and another thing there, and nobody could compare.

# %%
pair, recipe = moons_pair(rotation=35.0, seed=0), replace(MOONS, steps=300)

here = Training(pair, recipe, seed=0).fit()
with md.use_backend("far"):  # the word
    away = Training(pair, recipe, seed=0).fit()

print(
    "the weights are a", type(away.optimiser.vector.values).__name__, "and the examples a", type(away.x_source).__name__
)
difference = np.abs(md.to_numpy(away.optimiser.vector.values) - here.optimiser.vector.values).max()
same_history = away.history == here.history
print(f"after {recipe.steps} steps: largest difference of a weight {difference}, same history: {same_history}")

predicted = away.result().predict(pair.x_target_test)  # whoever predicts gets a NumPy array, to score and to draw
print(
    f"predictions are a {type(predicted).__name__}; {np.mean(predicted == pair.y_target_test):.3f} of the target right"
)

# %% [markdown]
# The far side is NumPy in disguise, so the bits are the same. They prove that the *program* is the same: no step took a
# short cut through the host.
#
# What there is already can be moved with `to`: a network, a batch, a whole training in the middle of its run. A
# checkpoint belongs to no side, so a run may begin on a GPU and go on without one.

# %%
moving = Training(pair, recipe, seed=0)
while moving.step_count < recipe.steps:
    if moving.step_count % 100 == 0:
        move_training(moving, "far" if moving.step_count % 200 == 0 else "numpy")
    moving.step()
wandered = np.array_equal(md.to_numpy(moving.optimiser.vector.values), here.optimiser.vector.values)
print("there, back, and there again on its way; same weights:", wandered)

# %% [markdown]
# ## What travels, and who waits
#
# A GPU works off a queue. Python puts work into it and runs ahead. That is how it is kept busy, and it goes well until
# somebody asks for a number: `float(loss)`, `if loss > 3`, `print(loss)`. Then Python stands still until the queue is
# empty, and after that the GPU stands still until Python has put something in.
#
# So a training should not look at its losses at every step, and an op should not look at its numbers at all. The
# package's training writes history every ten steps. Below is our count for it, beside a loop that looks each time.


# %%
def traffic(step, steps=30):
    """What is sent and waited for in each of some steps."""
    rows = []
    for _ in range(steps):
        counts.update(sent=0, waits=0)
        step()
        rows.append((counts["sent"], counts["waits"]))
    return np.array(rows)


curious = move_training(Training(pair, recipe, seed=0), "far")
calm = move_training(Training(pair, recipe, seed=0), "far")


def curious_step():
    losses = curious.step()
    if losses.label_loss.item() > 3 or losses.domain_loss.item() > 3:  # "just to be sure"
        print("that looks bad")


rows = {"the package's training": traffic(calm.step), "a loop that looks each time": traffic(curious_step)}
for name, counted in rows.items():
    sent, waits = counted.T
    print(f"{name:28} sent in a step: {sent.max()}   waits in {len(waits)} steps: {waits.sum()}")
examples = sum(array.nbytes for array in (pair.x_source, pair.y_source, pair.x_target))
print(f"the examples, {examples:,} bytes, were sent once; since then only the positions of a batch, and a few numbers")

# %% [markdown]
# How much does waiting cost? That depends on the machine, and here is none to be measured. But a model of two clocks
# shows the shape of it. Say that Python needs 6 µs to put a piece of work into the queue, the GPU 12 µs to do it, that
# a step has 50 pieces, and that an answer takes 20 µs to come back. (**Made-up numbers**, though of a likely size.)

# %%
PIECES = 50


def timeline(every=None, steps=4, put=6.0, work=12.0, answer=20.0):
    """When each piece of work is put in, and when it is done, in µs. ``every``: pieces between two looks."""
    host, device, put_at, done_at = 0.0, 0.0, [], []
    for i in range(steps * PIECES):
        host += put
        device = max(device, host) + work  # it begins when it has been put in, and when the one before is done
        put_at.append(host)
        done_at.append(device)
        if every and (i + 1) % every == 0:
            host = device + answer  # Python stands still till then
    return np.array(put_at), np.array(done_at)


figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained", sharey=True, sharex=True)
ends = {}
for ax, (title, every) in zip(
    axes, {"nobody looks": None, "a look after each step": PIECES, "a look after each piece": 1}.items()
):
    put_at, done_at = timeline(every)
    pieces = np.arange(1, len(put_at) + 1)
    ends[every] = done_at[-1]
    ax.fill_betweenx(pieces, put_at, done_at, color=style.LAMBDA, alpha=0.25, lw=0, label="waiting in the queue")
    ax.plot(put_at, pieces, color=style.CLASSES[0], lw=1.8, label="put in by Python")
    ax.plot(done_at, pieces, color=style.CLASSES[1], lw=1.8, label="done by the GPU")
    ax.set(title=f"{title}: {done_at[-1]:,.0f} µs", xlabel="µs")
axes[0].set_ylabel("pieces of work")
axes[2].legend(frameon=False, loc="lower right")
plt.show()
for every, what in ((PIECES, "step"), (1, "piece")):
    print(f"by this model, a look after each {what} makes everything take {ends[every] / ends[None]:.2f} times as long")

# %% [markdown]
# At the left the distance between the lines grows: Python runs ahead, the GPU never lacks work, and it alone decides
# how long everything takes. In the middle the queue runs dry once a step: a few percent. At the right it is never more
# than one piece long, and three clocks are added up that should run side by side. That is what a check in every op
# does, such as "is this finite?". The package has such a check for those who look for a fault (`detect_anomaly`), and
# it is off.
#
# The model says one thing more. If the GPU needs *less* than Python for a piece, it waits for Python all the time, and
# a faster GPU would not help. The moons are like that: their matrices are so small that a processor has multiplied them
# before a GPU has been told to. Convolutions are not.

# %%
shares = {}
for work in (1.0, 5.0, 12.0, 50.0):
    _, done_at = timeline(steps=20, work=work)
    shares[work] = len(done_at) * work / done_at[-1]
    print(f"a piece of {work:4.0f} µs: the GPU is at work {shares[work]:4.0%} of the time")

# %% [markdown]
# ## Few and large pieces
#
# So over there, one large piece of work is better than many small ones. On a processor it is the other way round:
# chapter 05's matrix of windows is cut into blocks that its cache holds. The package's convolution asks which it is.

# %%
images = np.random.default_rng(0).random((128, 28, 28, 3), dtype=np.float32)
weight, bias = np.zeros((5, 5, 3, 32), np.float32), np.zeros(32, np.float32)

with md.use_backend("far"):
    counts["products"] = 0
    maps = md.convolve(images, weight, bias)
products_there = counts["products"]
block = md.engine.ops.convolution.BLOCK
windows = maps.shape[1] * maps.shape[2]
products_here = -(-len(images) // max(1, block // (windows * weight[..., 0].size)))
print(f"a convolution of {len(images)} images: {products_there} product there, {products_here} here, in blocks")

# %% [markdown]
# ## The same, up to rounding
#
# On a real GPU one thing is different: it adds in another order, and (a + b) + c is not a + (b + c) in the last bit.
# What does a last bit do? We need no GPU to find out. Here is one run twice, the second time with a single weight moved
# by a single bit.

# %%
long = replace(MOONS, steps=2500)
first, second = (Training(pair, long, seed=0) for _ in range(2))
weights = second.optimiser.vector.values
weights[0] = np.nextafter(weights[0], np.float32(1))

apart, losses_apart = [], []
for _ in range(long.steps):
    one, two = first.step(), second.step()
    apart.append(np.abs(first.optimiser.vector.values - second.optimiser.vector.values).max())
    losses_apart.append(abs(one.domain_loss.item() - two.domain_loss.item()))
apart = np.array(apart)

figure, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
ax.semilogy(np.arange(1, long.steps + 1), np.maximum(apart, 1e-9), color=style.DANN, lw=1.2)
ax.set(title="one bit of one weight, later on", xlabel="step", ylabel="largest difference of a weight")
plt.show()
early, late = max(losses_apart[:50]), apart[-100:].max()
print(f"domain loss, first 50 steps: at most {early:.1e} apart;  weights at the end: up to {late:.1e} apart")

ends_of_runs = [run.result().accuracy(pair.x_target_test, pair.y_target_test) for run in (first, second)]
print(f"target accuracy {ends_of_runs[0]:.3f} and {ends_of_runs[1]:.3f}")

# %% [markdown]
# The difference grows for as long as two players chase each other. So it would be foolish to ask a GPU for the same
# weights after thousands of steps. What can be asked: each op to the last digits, the first losses to a few digits, and
# **means over seeds within their spread**. Those are the package's tests, and with a GPU they run on it.
#
# ## And the real one?

# %%
try:
    md.move(np.zeros(1), "cupy")
    why_not = ""
except ValueError as error:
    why_not = str(error)

if why_not:
    print(f"skipped: {why_not}")
else:
    runs = {}
    for name in ("numpy", "cupy"):
        with md.use_backend(name):  # the word
            run = Training(pair, recipe, seed=0)
            run.step()  # the first one compiles
            start = time.perf_counter()
            run.fit()
            md.to_numpy(run.optimiser.vector.values)  # wait until all of it is done
            runs[name] = run
            print(f"{name}: {(time.perf_counter() - start) / recipe.steps * 1e3:.2f} ms a step")
    gap = abs(runs["cupy"].history[3]["label_loss"] - runs["numpy"].history[3]["label_loss"])
    print(f"label loss after 30 steps: {gap:.1e} apart")

# %% [markdown]
# Where CuPy or the GPU is missing, one line says which. A command of the package ends with the same line:
# `python -m minidann digits --backend cupy`.
#
# ## What we now know

# %%
# the array answers, so an op runs wherever its array is
assert array_module(x) is np
assert array_module(there.data) is far
assert type(md.exp(there).data) is Far

# whatever mixes the two is refused, and by an op with its name
assert set(refusals) == set(slips)
assert refusals["tensor + NumPy's"].startswith("Add: got arrays of far and numpy")
assert refusals["a dense layer here"].startswith("Affine: got arrays of far and numpy")

# one word, and the run is the same run: every bit of every weight, and every row of history
assert type(away.optimiser.vector.values) is type(away.x_source) is Far
assert difference == 0
assert same_history
assert type(predicted) is np.ndarray
assert wandered

# first weights are drawn by NumPy, wherever they go
with md.use_backend("far"):
    network = build_dann((2,), 2, MOONS, np.random.default_rng(5))
same_seed = build_dann((2,), 2, MOONS, np.random.default_rng(5))
for one, other in zip(network.parameters().values(), same_seed.parameters().values()):
    assert (md.to_numpy(one.data) == other.data).all()

# a training waits only where it writes history; a look at each step makes it wait at each step
waits = rows["the package's training"][:, 1]
assert list(np.flatnonzero(waits)) == [0, 10, 20]
assert (rows["a loop that looks each time"][:, 1] > 0).all()
assert rows["the package's training"][:, 0].max() < 10

# in the model, looking costs time, and pieces that are too small leave the GPU idle
assert ends[None] < ends[PIECES] < 1.1 * ends[None]
assert ends[1] > 3 * ends[None]
assert shares[1.0] < 0.2 < 0.9 < shares[12.0]

# over there one large product
assert products_there == 1
assert products_here > 10

# a bit does little at first, and more later
assert early < 2e-3
assert late > 100 * apart[0]
assert abs(ends_of_runs[0] - ends_of_runs[1]) < 0.1

print("all facts hold")

# %% [markdown]
# - Ask the array for its library, and the same code runs where the array is. Draw random numbers in one place.
# - A mixture of two sides must be an error: carried over in silence, it would be right and slow.
# - Keep the queue full: send little, ask seldom, and give it few and large pieces of work.
# - Another machine rounds in another order. Compare first losses, or means over seeds, but no single long run.
#
# More to try here: look at the loss every 3 steps in `curious_step`, and count; take a method away from `Far`, and read
# which op misses it.
