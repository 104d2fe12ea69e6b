# %% [markdown]
# # 19 · A GPU by changing one word
#
# **You have a graphics processor (GPU), and give its array to `np.exp`. You get an error. You mend it by copies, and
# now the GPU waits for Python most of the time. Which properties must a program have so that the same code runs on a
# GPU, from the same seeds? And which habits make a program slow there?**
#
# A GPU has its own memory and its own library: CuPy, which works like NumPy. You need no GPU for this chapter. We build
# a pretend device in a hundred lines. Its arrays refuse to mix with NumPy's arrays, and the device counts the traffic.
#
# Some words before we use them:
#
# - A **device**: a processor with the memory that its arrays are in. The **host** is the ordinary processor, on which
#   Python runs.
# - A **backend**: the package's name for a device and its library: "numpy", "cupy", and here "pretend".
# - An **op**: one operation of the engine, with its forward and its backward rule (chapter 02).

# %%
import inspect
import time
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import MOONS, Training, build_dann
from minidann.adapt.resume import move_training
from minidann.data import moons_pair
from minidann.engine.backend import array_module, register_library
from minidann.engine.ops.elementwise import Exp
from minidann.plots import show_figure, style

# %% [markdown]
# ## Which library has the exp?
#
# This is the source of one op in the package (`engine/ops/elementwise.py`):

# %%
print(inspect.getsource(Exp))

# %% [markdown]
# The op does not call `np.exp`. `self.xp` is the library of the op's input arrays: the engine asks the arrays with
# `array_module`. Operators such as `*` do not need the library, because Python asks the array itself. So no op knows
# its device. We count the files of ops that mention CuPy:

# %%
op_files = sorted(Path(inspect.getfile(Exp)).parent.glob("*.py"))
with_cupy = [path.name for path in op_files if "cupy" in path.read_text("utf-8").lower()]
print(f"{len(with_cupy)} of {len(op_files)} files of ops mention CuPy")

x = np.array([0.0, 1.0])
print("the library of a NumPy array:", array_module(x).__name__)

# %% [markdown]
# ## A pretend device
#
# A device needs two things: an array type with the operators and some methods, and functions with NumPy's names. Our
# device must also be as strict as CuPy. CuPy never turns its arrays into NumPy arrays by itself, because such a copy is
# slow and easy to overlook. Only two functions copy: `asarray` copies to the device, and `asnumpy` copies back.
#
# Our device counts the traffic. `sent` is the number of copies to the device. `waits` is the number of times that
# Python asked for a number. Each time Python must wait until the device has finished all earlier work.

# %%
counts = {"sent": 0, "waits": 0, "products": 0}


def hidden_of(value):
    """The NumPy array inside a device array. Numbers stay as they are. A NumPy array raises TypeError."""
    if isinstance(value, (tuple, list)):
        return type(value)(hidden_of(part) for part in value)
    if isinstance(value, np.ndarray):
        raise TypeError("got a NumPy array, expected an array of the pretend device")
    return value.hidden if isinstance(value, DeviceArray) else value


class DeviceArray:
    """An array of the pretend device: its numbers are in a hidden NumPy array."""

    __array_ufunc__ = None  # NumPy's own functions raise TypeError for these arrays

    def __init__(self, hidden, base=None):
        self.hidden, self.base = np.asarray(hidden), base
        self.shape, self.dtype = self.hidden.shape, self.hidden.dtype
        self.ndim, self.size, self.nbytes = self.hidden.ndim, self.hidden.size, self.hidden.nbytes

    T = property(lambda self: device_array_of(self.hidden.T, self))

    def __array__(self, *_, **__):
        raise TypeError("an array of the pretend device never becomes a NumPy array by itself")

    def __len__(self):
        return len(self.hidden)

    def __setitem__(self, key, value):
        self.hidden[hidden_of(key)] = hidden_of(value)

    def __deepcopy__(self, memo):
        return DeviceArray(self.hidden.copy())

    def item(self):
        counts["waits"] += 1
        return self.hidden.item()

    __float__ = __bool__ = item


def device_array_of(hidden, parent):
    """A device array of ``hidden``. If it shares memory with ``parent``, its ``base`` says so, as in NumPy."""
    shares = np.may_share_memory(hidden, parent.hidden)
    return DeviceArray(hidden, (parent if parent.base is None else parent.base) if shares else None)


def method(name):
    def call(self, *arguments, **options):
        counts["products"] += name == "dot"
        if any(hasattr(argument, "op") for argument in arguments):
            return NotImplemented  # Python then calls the tensor's own operator
        hidden_options = {key: hidden_of(value) for key, value in options.items()}
        result = getattr(self.hidden, name)(*hidden_of(arguments), **hidden_options)
        if options.get("out") is not None:
            return options["out"]
        in_place = result is self.hidden  # +=, for example
        return self if in_place else device_array_of(result, self)

    return call


operators = "add sub mul truediv pow radd rsub rmul rtruediv iadd isub imul itruediv and iand xor ixor"
operators += " lt le gt ge eq ne neg invert abs getitem"
for name in [f"__{operator}__" for operator in operators.split()]:
    setattr(DeviceArray, name, method(name))
methods = "all any astype copy dot max mean min ravel reshape squeeze sum take transpose"
for name in methods.split():
    setattr(DeviceArray, name, method(name))


def function(name):
    def call(*arguments, out=None, **options):
        result = getattr(np, name)(*hidden_of(arguments), **options)
        if out is not None:
            out.hidden[...] = result
        return DeviceArray(result) if out is None else out

    return call


class device_library:
    """The library of the pretend device: functions with NumPy's names, and the two functions that copy."""

    class cuda:
        class runtime:
            memGetInfo = staticmethod(lambda: (10**9, 10**9))  # (free, total) memory in bytes, by CuPy's name

    class lib:
        class stride_tricks:
            @staticmethod
            def sliding_window_view(x, window, axis):
                return device_array_of(np.lib.stride_tricks.sliding_window_view(x.hidden, window, axis), x)

    @staticmethod
    def result_type(*arrays):
        return np.result_type(*hidden_of(arrays))

    @staticmethod
    def asarray(array, dtype=None):
        if isinstance(array, DeviceArray) and dtype in (None, array.dtype):
            return array  # no copy, as in NumPy: a view stays a view
        counts["sent"] += not isinstance(array, DeviceArray)
        return DeviceArray(np.array(array.hidden if isinstance(array, DeviceArray) else array, dtype=dtype))

    @staticmethod
    def asnumpy(array):
        counts["waits"] += 1
        return array.hidden.copy()


names = "arange concatenate empty exp expm1 log log1p maximum multiply ones subtract tanh zeros"
for name in f"{names} empty_like ones_like zeros_like".split():
    setattr(device_library, name, staticmethod(function(name)))

register_library(DeviceArray, device_library, "pretend")
copied = device_library.asarray(x)
print("exp on the pretend device:", type(array_module(copied).exp(copied)).__name__)

# %% [markdown]
# ## Errors of mixed arrays
#
# With NumPy arrays each slip below would pass without an error. A real GPU would raise an error deep inside its
# library, or, worse, copy the array to and fro without a message. The package raises an error of one line that names
# the op.

# %%
on_device = md.Tensor(copied, requires_grad=True)
slips = {
    "np.exp(x)": lambda: np.exp(on_device.data),
    "np.asarray(x)": lambda: np.asarray(on_device.data),
    "tensor + NumPy array": lambda: on_device + np.ones(2),
    "NumPy weights": lambda: md.affine(on_device.reshape(1, 2), np.ones((2, 3)), np.zeros(3)),
}
refusals = {}
for slip, mix in slips.items():
    try:
        mix()
    except TypeError as error:
        refusals[slip] = str(error)
        print(f"{slip:20} {error}")

# %% [markdown]
# ## One word
#
# `use_backend` chooses the device for new arrays. Inside the `with` block, arrays made from numbers, lists and NumPy
# arrays are on the device. This includes the weights of a network, and the examples of a training. Nothing else in the
# code changes.
#
# NumPy draws all random numbers: first weights, batches and dropout. The package then copies these numbers to the
# device. So one seed means the same run on every device, and runs can be compared.

# %%
pair, recipe = moons_pair(rotation=35.0, seed=0), replace(MOONS, steps=300)

on_numpy = Training(pair, recipe, seed=0).fit()
with md.use_backend("pretend"):  # the word
    on_pretend = Training(pair, recipe, seed=0).fit()

print("type of the weights: ", type(on_pretend.optimiser.vector.values).__name__)
print("type of the examples:", type(on_pretend.x_source).__name__)
difference = np.abs(md.to_numpy(on_pretend.optimiser.vector.values) - on_numpy.optimiser.vector.values).max()
same_history = on_pretend.history == on_numpy.history
print(f"after {recipe.steps} steps: largest difference of a weight {difference}, same history: {same_history}")

predicted = on_pretend.result().predict(pair.x_target_test)  # a prediction is always a NumPy array
print(
    f"predictions are a {type(predicted).__name__}; {np.mean(predicted == pair.y_target_test):.3f} of the target right"
)

# %% [markdown]
# The pretend device uses NumPy inside, so the bits are the same. Equal bits do not prove that no step used NumPy's
# arrays by mistake. The strict device shows this: mixed arrays raise an error, as above, and this run raised none.
#
# `to` moves existing objects: a network, a batch, or a whole training in the middle of its run. A checkpoint resumes on
# any device, so a run may begin on a GPU and continue without one.

# %%
moving = Training(pair, recipe, seed=0)
while moving.step_count < recipe.steps:
    if moving.step_count % 100 == 0:
        move_training(moving, "pretend" if moving.step_count % 200 == 0 else "numpy")
    moving.step()
same_after_moves = np.array_equal(md.to_numpy(moving.optimiser.vector.values), on_numpy.optimiser.vector.values)
print("moved to the pretend device and back during the run; same weights:", same_after_moves)

# %% [markdown]
# ## Copies and waiting
#
# A GPU works from a queue. Python puts work into the queue and does not wait for the result. This keeps the GPU busy
# until the program asks for a number: `loss.item()`, `if loss > 3`, `print(loss)`. Then Python waits until the queue is
# empty. After that the GPU waits until Python has put new work into the queue.
#
# So a training should not read its losses at every step, and an op should not read its numbers at all. The package's
# training writes its history every ten steps. We count its copies and waits, and those of a loop that reads its losses
# at every step.


# %%
def traffic(step, steps=30):
    """Numbers of copies and of waits in each step: (steps, 2)."""
    rows = []
    for _ in range(steps):
        counts.update(sent=0, waits=0)
        step()
        rows.append((counts["sent"], counts["waits"]))
    return np.array(rows)


read_each_step = move_training(Training(pair, recipe, seed=0), "pretend")
as_in_package = move_training(Training(pair, recipe, seed=0), "pretend")


def step_and_read():
    losses = read_each_step.step()
    if losses.label_loss.item() > 3 or losses.domain_loss.item() > 3:  # a check "just to be sure"
        print("a loss is above 3")


rows = {"the package's training": traffic(as_in_package.step), "a loop that reads each loss": traffic(step_and_read)}
for name, counted in rows.items():
    sent, waits = counted.T
    print(f"{name:28} copies in a step: {sent.max()}   waits in {len(waits)} steps: {waits.sum()}")
# each step copies only the positions of a batch and a few numbers
examples = sum(array.nbytes for array in (pair.x_source, pair.y_source, pair.x_target))
print(f"the examples, {examples:,} bytes, were copied once")

# %% [markdown]
# The cost of waiting depends on the machine, and here we have no GPU to measure. But a model with two clocks shows the
# main effect. The model has four numbers. Python needs 6 µs to put a piece of work into the queue. The GPU needs 12 µs
# to do the work. A step has 50 pieces. An answer takes 20 µs to come back. (**These numbers are made up**, but of a
# likely size.)

# %%
PIECES = 50


def timeline(every=None, steps=4, put=6.0, work=12.0, answer=20.0):
    """Times in µs when each piece is put into the queue, and when it is done. ``every``: pieces between two reads."""
    host, device, put_at, done_at = 0.0, 0.0, [], []
    for i in range(steps * PIECES):
        host += put
        device = max(device, host) + work  # the GPU starts a piece after Python put it in, and after the piece before
        put_at.append(host)
        done_at.append(device)
        if every and (i + 1) % every == 0:
            host = device + answer  # Python waits for the answer
    return np.array(put_at), np.array(done_at)


READS = {"no reads": None, "a read after each step": PIECES, "a read after each piece": 1}
ends = {name: timeline(every)[1][-1] for name, every in READS.items()}


def draw_queue():
    """Pieces of work over time, put in and done, for three habits of reading."""
    figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained", sharey=True, sharex=True)
    for ax, (name, every) in zip(axes, READS.items()):
        put_at, done_at = timeline(every)
        pieces = np.arange(1, len(put_at) + 1)
        ax.fill_betweenx(pieces, put_at, done_at, color="0.75", lw=0, label="waiting in the queue")
        ax.plot(put_at, pieces, color=style.OTHERS[0], lw=1.8, label="put in by Python")
        ax.plot(done_at, pieces, color=style.OTHERS[1], lw=1.8, label="done by the GPU")
        ax.set(title=f"{name}: {done_at[-1]:,.0f} µs", xlabel="µs")
    axes[0].set_ylabel("pieces of work")
    axes[2].legend(frameon=False, loc="lower right")
    return figure


show_figure(
    draw_queue(),
    "19-1",
    "Pieces of work over time, put in and done, for no reads, a read a step and a read a piece: each read "
    "empties the queue.",
)
for name, end in ends.items():
    print(f"by this model, {name:23} {end:7,.0f} µs, {end / ends['no reads']:.2f} times as long as no reads")

# %% [markdown]
# On the left the distance between the lines grows. Python runs ahead, the GPU always has work, and the GPU alone
# decides the total time. In the middle the queue becomes empty once a step: this costs a few percent. On the right the
# queue never has more than one piece. Python, the GPU and the answer work one after the other instead of side by side.
# A check in every op, such as "is this finite?", has this effect. The package has such a check for the search for a
# fault (`detect_anomaly`), and the check is off by default.
#
# The model shows one thing more. If the GPU needs *less* time for a piece than Python, then the GPU always waits for
# Python. A faster GPU would not help. The moons are such a case. Their matrices are so small that a processor
# multiplies them faster than Python can start the work on a GPU. Convolutions are large enough for a GPU.

# %%
shares = {}
for work in (1.0, 5.0, 12.0, 50.0):
    _, done_at = timeline(steps=20, work=work)
    shares[work] = len(done_at) * work / done_at[-1]
    print(f"a piece of {work:4.0f} µs: the GPU works {shares[work]:4.0%} of the time")

# %% [markdown]
# ## Few and large pieces
#
# So on a GPU one large piece of work is better than many small pieces. A processor is the opposite: chapter 05 cuts the
# matrix of windows into blocks that fit the processor's cache. The package's convolution does so too, in pieces of the
# batch for several threads. It chooses by the library of its arrays.

# %%
images = np.random.default_rng(0).random((128, 28, 28, 3), dtype=np.float32)
weight, bias = np.zeros((5, 5, 3, 32), np.float32), np.zeros(32, np.float32)

with md.use_backend("pretend"):
    counts["products"] = 0
    maps = md.convolve(images, weight, bias)
products_on_device = counts["products"]
block, numbers = md.engine.ops.convolution.BLOCK, maps[0, :, :, 0].size * weight[..., 0].size  # in an image's windows
pieces = md.engine.threads.pieces(len(images), len(images) * numbers)
products_on_numpy = sum(-(-(piece.stop - piece.start) * numbers // block) for piece in pieces)
print(
    f"convolution of {len(images)} images: products on the device {products_on_device}, with NumPy {products_on_numpy}"
)

# %% [markdown]
# ## The same, up to rounding
#
# A real GPU differs in one thing: it adds numbers in another order. (a + b) + c and a + (b + c) can differ in the last
# bit. We need no GPU to see the effect of a last bit. We train one run twice. The second time, a single weight differs
# by a single bit at the start.

# %%
long = replace(MOONS, steps=2500)
first, second = (Training(pair, long, seed=0) for _ in range(2))
weights = second.optimiser.vector.values
weights[0] = np.nextafter(weights[0], np.float32(1))

weight_differences, loss_differences = [], []
for _ in range(long.steps):
    one, two = first.step(), second.step()
    weight_differences.append(np.abs(first.optimiser.vector.values - second.optimiser.vector.values).max())
    loss_differences.append(abs(one.domain_loss.item() - two.domain_loss.item()))
weight_differences = np.array(weight_differences)


def draw_differences():
    """The largest difference of a weight over the steps of both runs."""
    figure, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
    ax.semilogy(np.arange(1, long.steps + 1), np.maximum(weight_differences, 1e-9), color=style.OTHERS[0], lw=1.2)
    ax.set(title="the effect of one bit of one weight", xlabel="step", ylabel="largest difference of a weight")
    return figure


show_figure(
    draw_differences(),
    "19-2",
    "The largest difference of a weight over the steps, after one bit of one weight was changed: it grows "
    "from 1e-7 to about 1.",
)
early, late = max(loss_differences[:50]), weight_differences[-100:].max()
print(f"domain loss, first 50 steps: at most {early:.1e} apart;  weights at the end: up to {late:.1e} apart")

ends_of_runs = [run.result().accuracy(pair.x_target_test, pair.y_target_test) for run in (first, second)]
print(f"target accuracy {ends_of_runs[0]:.3f} and {ends_of_runs[1]:.3f}")

# %% [markdown]
# The difference grows during training, because two players chase each other. So nobody can expect the same weights from
# a GPU after thousands of steps. Three comparisons are fair: each op up to its last digits, the first losses up to a
# few digits, and **means over seeds within their spread**. The package's tests make these comparisons, and run on a GPU
# if there is one.
#
# ## A real GPU

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
            run.step()  # the first step compiles
            start = time.perf_counter()
            run.fit()
            md.to_numpy(run.optimiser.vector.values)  # wait for the GPU
            runs[name] = run
            print(f"{name}: {(time.perf_counter() - start) / recipe.steps * 1e3:.2f} ms a step")
    early_rows = [run.history[min(3, len(run.history) - 1)] for run in runs.values()]
    gap = abs(early_rows[0]["label_loss"] - early_rows[1]["label_loss"])
    print(f"label loss at step {early_rows[0]['step']}: {gap:.1e} apart")

# %% [markdown]
# Without CuPy or without a GPU, one line names the missing part. A command of the package ends with the same line:
# `python -m minidann digits --backend cupy`.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Let `step_and_read` read its losses at every third step only: `if read_each_step.step_count % 3 == 0 and (…):`. Its
#    waits in 30 steps fall from 69 to 29. (Nine of them are those of the history.)
# 2. Make the GPU four times as fast: `work=3.0` in `timeline`. With no reads a piece now waits for Python: 200 pieces
#    take 200 · 6 + 3 = 1,203 µs. A read after each piece takes 4.80 times as long.
# 3. Take `take` out of the list `methods`. The run on the device ends with "'DeviceArray' object has no attribute
#    'take'", and the last line names the file that needs it: `devices.py`. A training takes the rows of its batches so.
# 4. Leave the line with `np.nextafter` out. Both runs are now the same to the last bit: each difference is 0.
# 5. In three lines: add up the label losses in `step_and_read`, and read none of them: `total = total +
#    losses.label_loss.data`, with a `global total` that is first 0.0. After the 30 steps print `float(total) / 30`,
#    their mean. The loop now waits 9 times, as the package's training does, and the mean costs one wait more. It is
#    0.304.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 19`.
#
# ## Facts
#
# The facts of the next cell hold for any change of seeds, sizes, steps and times.

# %%
assert with_cupy == [], "no op knows CuPy"
assert array_module(x) is np, "a NumPy array knows its library"
assert array_module(on_device.data) is device_library, "a device array knows its own"
assert type(md.exp(on_device).data) is DeviceArray, "an op runs where its array is"
assert set(refusals) == set(slips), "each mixture of arrays is refused"
for slip, op in (("tensor + NumPy array", "Add"), ("NumPy weights", "Affine")):
    assert refusals[slip].startswith(f"{op}: got arrays of pretend and numpy"), "the error begins with the op's name"
assert type(on_pretend.optimiser.vector.values) is DeviceArray, "the weights are on the device"
assert type(on_pretend.x_source) is DeviceArray, "and so are the examples"
assert difference == 0, "each bit of each weight is that of the run with NumPy"
assert same_history, "and each row of the history"
assert type(predicted) is np.ndarray, "a prediction is a NumPy array"
assert same_after_moves, "a run that moves to the device and back has the same weights"
with md.use_backend("pretend"):
    network = build_dann((2,), 2, MOONS, np.random.default_rng(5))
same_seed = build_dann((2,), 2, MOONS, np.random.default_rng(5))
for one, other in zip(network.parameters().values(), same_seed.parameters().values()):
    assert (md.to_numpy(one.data) == other.data).all(), "NumPy draws the first weights for every device"
waits = rows["the package's training"][:, 1]
written = {row["step"] for row in as_in_package.history}
assert set(np.flatnonzero(waits)) == written, "the package's training waits where it writes history, and nowhere else"
order = ["no reads", "a read after each step", "a read after each piece"]
assert sorted(ends, key=ends.get) == order, "more reads take more time"
assert all(0 < share < 1 + 1e-9 for share in shares.values()), "the GPU works a part of the time, at most all of it"
by_size = [shares[work] for work in sorted(shares)]
assert by_size == sorted(by_size), "the larger the pieces, the less the GPU waits"
assert products_on_device == 1, "one large product on the device"

# %% [markdown]
# The facts of this cell hold with the numbers as printed. After a change some of them may fail.

# %%
PRINTED = "with the numbers as printed: "
assert waits.sum() == 9, PRINTED + "the package's training waits nine times in thirty steps"
assert (rows["a loop that reads each loss"][:, 1] > 0).all(), PRINTED + "a loop that reads each loss waits at each step"
assert rows["the package's training"][:, 0].max() < 10, PRINTED + "a step makes few copies"
assert ends["a read after each step"] < 1.1 * ends["no reads"], PRINTED + "a read a step costs a few percent"
assert ends["a read after each piece"] > 3 * ends["no reads"], PRINTED + "a read a piece takes three times as long"
assert shares[1.0] < 0.2, PRINTED + "with small pieces the GPU works less than a fifth of the time"
assert shares[12.0] > 0.9, PRINTED + "with larger pieces it works nearly always"
assert products_on_numpy > 10, PRINTED + "NumPy's convolution makes many smaller products"
assert early < 2e-3, PRINTED + "one bit has hardly an effect on the first losses"
assert late > 100 * weight_differences[0], PRINTED + "and a large effect on the weights at the end"
assert abs(ends_of_runs[0] - ends_of_runs[1]) < 0.1, PRINTED + "the target accuracies are alike"

print("all facts hold")

# %% [markdown]
# **You can now** write code that asks an array for its library, find each place where a program copies or waits, say
# why a GPU is idle, and compare two runs of two machines fairly: first losses, or means over seeds, but not one long
# run.
#
# The page [A GPU](pages/gpu.md) has the commands. **Next:** [20_slips_in_print.py](20_slips_in_print.py), differences
# between a paper, its notes and its codes, each built and measured.
