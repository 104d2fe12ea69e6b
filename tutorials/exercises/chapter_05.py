# %% [markdown]
# # Exercises of chapter 05 · convolution
#
# You write a convolution with a stride, by loops, and its gradient. Loops are slow, and they are the definition. Let n
# be the number of pictures, c of channels, m of filters.

# %%
import numpy as np

# %% [markdown]
# ## convolve · 15 minutes
#
# **Lay a filter on every window of a picture, with a step between the windows.**
#
#     x (n, h, w, c)      filters (kh, kw, c, m)      result (n, oh, ow, m)
#
#     oh = ⌊(h − kh) / s⌋ + 1        ow = ⌊(w − kw) / s⌋ + 1        s: the stride, no padding
#
# The window (i, j) of the result begins at the row i · s and the column j · s of the picture. The result of a filter is
# the sum of all products of the window (kh, kw, c) with the filter (kh, kw, c). The filter is not rotated.
#
# Example with one row, one channel, one filter: x = [1, 2, 3, 4, 5], filter [10, 1], s = 2. The windows are [1, 2] and
# [3, 4], and the result is [12, 34].


# %%
def convolve(x, filters, stride):
    """Return the maps (n, oh, ow, m)."""
    # BEGIN SOLUTION
    n, h, w, _ = x.shape
    kh, kw, _, m = filters.shape
    y = np.zeros((n, (h - kh) // stride + 1, (w - kw) // stride + 1, m))
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            window = x[:, i * stride : i * stride + kh, j * stride : j * stride + kw]  # (n, kh, kw, c)
            y[:, i, j] = np.einsum("nhwc,hwcm->nm", window, filters)
    return y
    # END SOLUTION


# %% [markdown]
# ## picture_gradient · 15 minutes
#
# **Bring the gradient of the maps back to the pixels.**
#
# g (n, oh, ow, m) is the gradient at the result of `convolve`. Each window got a sum of filters, weighted by g:
#
#     gradient of the window (i, j) of picture a  =  Σ over filters k of  g[a, i, j, k] · filters[:, :, :, k]
#
# Put it back at the place of the window, and *add* where windows overlap. Pixels in no window have gradient 0.
#
# Example as above, with g = [2, 3] and s = 2: the gradient is [20, 2, 30, 3, 0]. With s = 1, x = [1, 2, 3] and
# g = [2, 3] the windows overlap: [20, 2 + 30, 3].


# %%
def picture_gradient(x, filters, stride, g):
    """Return the gradient at x, of the shape of x."""
    # BEGIN SOLUTION
    kh, kw, _, _ = filters.shape
    gx = np.zeros(x.shape)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            rows, columns = slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw)
            gx[:, rows, columns] += np.einsum("nm,hwcm->nhwc", g[:, i, j], filters)
    return gx
    # END SOLUTION
