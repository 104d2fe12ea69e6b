# %% [markdown]
# # Exercises of chapter 17 · the paper's own task
#
# You make images of MNIST-M from digits and photographs, and write the two schedules of the paper.

# %%
import numpy as np

# %% [markdown]
# ## blend · 15 minutes
#
# **Blend digits into patches of photographs, as MNIST-M does.**
#
# Images are bytes: whole numbers from 0 to 255, with the type `np.uint8`.
#
#     digits   (n, h, w)       grey images, 0 is the ground
#     patches  (n, h, w, 3)    three colours at each pixel
#     result   (n, h, w, 3)    bytes again
#
# 1. Binarise the digits: b is 255 where the digit is above 0, and 0 elsewhere.
# 2. Blend: |b − patch| at each pixel, in each of the three colours.
#
# Example of two pixels: where the digit is 0, a patch (200, 30, 90) stays (200, 30, 90). Where the digit is 90, b is
# 255, and the patch (200, 30, 90) becomes (55, 225, 165).
#
# Bytes need care: for two arrays of bytes 0 − 200 is 56, because a byte cannot be negative. `x.astype(int)` gives
# ordinary whole numbers, and `x.astype(np.uint8)` gives bytes.


# %%
def blend(digits, patches):
    """Return the blended images (n, h, w, 3) as bytes. digits (n, h, w) and patches (n, h, w, 3) are bytes."""
    # BEGIN SOLUTION
    b = np.where(digits > 0, 255, 0)[..., None]  # (n, h, w, 1)
    return np.abs(b - patches.astype(int)).astype(np.uint8)
    # END SOLUTION


# %% [markdown]
# ## schedules · 10 minutes
#
# **Give the learning rate and λ of the paper at step k.**
#
# The training has n steps: k = 0, 1, …, n − 1. The progress before step k is p = k / n. The paper takes
#
#     μ(p) = 0.01 / (1 + 10 p)^0.75                λ(p) = 2 / (1 + e^(−10 p)) − 1
#
# Examples for n = 100: at k = 0 they are (0.01, 0), at k = 10 (0.005946, 0.4621), at k = 50 (0.002609, 0.9866).


# %%
def schedules(k, n):
    """Return the rate μ and λ at step k of n steps, as two numbers."""
    # BEGIN SOLUTION
    p = k / n
    return 0.01 / (1 + 10 * p) ** 0.75, 2 / (1 + np.exp(-10 * p)) - 1
    # END SOLUTION
