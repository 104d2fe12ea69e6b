# %% [markdown]
# # Exercises of chapter 19 · a GPU by changing one word
#
# You write functions that run with NumPy and on a device, and that do not make Python wait.
#
# You need no GPU. Beside this file stands `chapter_19_device.py`, a small pretend device like that of the chapter. Its
# arrays have NumPy's operators and the methods `max`, `min`, `mean`, `sum`, `reshape` and `copy`. They refuse NumPy's
# own functions, such as `np.exp`. `array_module(x)` gives the library of an array x: `numpy`, or the library of the
# device, which has `exp`, `log`, `maximum`, `sum`, `stack` and some more.

# %%
from chapter_19_device import array_module

# %% [markdown]
# ## softmax · 10 minutes
#
# **Write a softmax that runs on the device of its input.**
#
# z (n, k) has a row of k logits for each of n examples. Each row of the result has positive numbers with the sum 1:
#
#     softmax(z)[i, j] = e^(z[i, j] − m_i) / Σ over j of e^(z[i, j] − m_i),        m_i the largest number of row i
#
# Without m_i the formula is the same on paper. But e^1000 is too large for a computer.
#
# Example: z = [[0, 1.0986]] gives [[0.25, 0.75]], because e^1.0986 = 3.
#
# - z may be a NumPy array or a device array. The result is an array of the same library.
# - Read no number of z: no `float`, no `if`, no copy to NumPy. Python must not wait for the device.
# - `x.max(axis=1, keepdims=True)` has the shape (n, 1).


# %%
def softmax(z):
    """Return the softmax of each row of z (n, k), on the device of z."""
    # BEGIN SOLUTION
    xp = array_module(z)
    e = xp.exp(z - z.max(axis=1, keepdims=True))  # (n, k)
    return e / e.sum(axis=1, keepdims=True)
    # END SOLUTION


# %% [markdown]
# ## mean_loss · 10 minutes
#
# **Give the mean of many losses as a number, and let Python wait only once.**
#
# `losses` is a list of arrays with one number each, the losses of some steps of a training. They are on the device, or
# they are NumPy arrays. Return their mean as a number of Python: a `float`.
#
# `float(x)` of an array with one number gives this number. For a device array Python waits until the device has
# finished all its work. So one `float` for all losses is much better than one for each.
#
# Example: the losses 0.5, 1.5 and 4 have the mean 2. The losses stay as they are.


# %%
def mean_loss(losses):
    """Return the mean of the losses, a list of arrays with one number each, as a float."""
    # BEGIN SOLUTION
    total = losses[0]
    for loss in losses[1:]:
        total = total + loss  # stays on the device
    return float(total / len(losses))
    # END SOLUTION
