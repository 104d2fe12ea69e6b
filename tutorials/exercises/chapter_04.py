# %% [markdown]
# # Exercises of chapter 04 · checking gradients
#
# You write the check of the chapter: a numerical gradient, and the question whether a gradient agrees with it. Later
# exercises use such a check on your code.

# %%
import numpy as np

# %% [markdown]
# ## numerical_gradient · 15 minutes
#
# **Measure the gradient of a function of an array, without a backward rule.**
#
# f takes an array and returns one number. x is an array of any shape. For each entry of x, one after the other, move
# *this entry alone* by h to both sides:
#
#     gradient at this entry  ≈  (f(x + h at this entry) − f(x − h at this entry)) / (2 h)
#
# The result has the shape of x. Afterwards x holds the same numbers as before. x may hold whole numbers: then take a
# copy as floats first, because a whole number cannot move by 0.00001. `np.ndindex(x.shape)` goes through all places.
#
# Example: f(x) = x₀ · x₁ at x = [2, 5], h = 0.1: the first entry is (2.1 · 5 − 1.9 · 5) / 0.2 = 5, the second is 2.


# %%
def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x by central quotients, an array of the shape of x."""
    # BEGIN SOLUTION
    x = np.array(x, float)  # a copy
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
    # END SOLUTION


# %% [markdown]
# ## agrees · 10 minutes
#
# **Decide whether a gradient is right, and be fooled by nothing.**
#
# Compare a gradient g with the numerical gradient q of f at x. The gradient is right if
#
#     g has the shape of x,     and     |g − q| ≤ 10⁻⁶ · max(1, largest |q|)     at every entry
#
# The largest |q| makes the question fair for functions with large gradients. A NaN is not right: a comparison with NaN
# is False, so ask whether all entries *are* small, and not whether one *is not*. Return True or False.
#
# Example: f(x) = x₀ · x₁ at [2, 5]. g = [5, 2] is right. [5, 2.1], [−5, −2], [5, NaN] and [[5, 2]] are wrong.


# %%
def agrees(f, g, x):
    """Return True if g is the gradient of f at x, and False if it is not. Uses numerical_gradient."""
    # BEGIN SOLUTION
    q = numerical_gradient(f, x)
    if np.shape(g) != q.shape:
        return False
    return bool((np.abs(g - q) <= 1e-6 * max(1, np.abs(q).max())).all())
    # END SOLUTION
