# %% [markdown]
# # Exercises of chapter 06 · pooling
#
# You write the max pool whose gradient is right on a tie, too.

# %%
import numpy as np

# %% [markdown]
# ## max_pool · 10 minutes
#
# **Take the largest number of each window.**
#
# The windows are k × k and lie side by side: no overlap, and h and w are multiples of k. Each picture and each channel
# is pooled by itself.
#
#     x (n, h, w, c)  →  (n, h / k, w / k, c)
#
# Example with one channel and k = 2:
#
#     3 5 0 2
#     1 4 2 2     →     5 2


# %%
def max_pool(x, k):
    """Return the largest number of each k × k window, per picture and channel."""
    # BEGIN SOLUTION
    n, h, w, c = x.shape
    return x.reshape(n, h // k, k, w // k, k, c).max(axis=(2, 4))
    # END SOLUTION


# %% [markdown]
# ## pool_gradient · 20 minutes
#
# **Give the gradient of each window to its largest pixel, once.**
#
# g (n, h / k, w / k, c) is the gradient at the result of the pool. In each window, of each picture and channel, the
# **first** largest pixel gets all of g, and the others get 0. First means: in reading order, row by row. So a tie does
# not multiply the gradient, as the short rule `(window == window.max()) * g` does.
#
# Example as above with g = 10, 20: there is a tie of three twos in the second window.
#
#     0 10 0 20
#     0  0 0  0
#
# `window.argmax()` gives the position of the first largest number in the flattened window, and `divmod(position, k)`
# its row and column.


# %%
def pool_gradient(x, k, g):
    """Return the gradient at x, of the shape of x."""
    # BEGIN SOLUTION
    gx = np.zeros(x.shape)
    for a, i, j, channel in np.ndindex(g.shape):
        window = x[a, i * k : i * k + k, j * k : j * k + k, channel]  # (k, k)
        row, column = divmod(window.argmax(), k)
        gx[a, i * k + row, j * k + column, channel] = g[a, i, j, channel]
    return gx
    # END SOLUTION
