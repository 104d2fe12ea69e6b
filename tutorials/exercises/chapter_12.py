# %% [markdown]
# # Exercises of chapter 12 · digits
#
# You normalise the maps of two domains, each by its own statistics, and count which digit is taken for which.

# %%
import numpy as np

# %% [markdown]
# ## own_statistics · 15 minutes
#
# **Normalise maps of two domains channel by channel, each domain by its own mean and variance.**
#
# maps (n + m, H, W, C) is the output of a convolution: first n images of the source, then m images of the target, with
# C channels last. For each domain and each channel:
#
# 1. The mean, over all images and all pixels of this domain: one number for each channel.
# 2. The variance, over the same numbers: the mean of the squared differences from the mean.
# 3. normalised = (maps − mean) / √(variance + 0.00001). The small number avoids a division by 0.
# 4. result = scale · normalised + offset. scale (C,) and offset (C,) are learned, and both domains share them.
#
# Return the results of both domains in one array (n + m, H, W, C), in the old order.
#
# Example with one channel and images of one pixel: the source has the pixels 1 and 3, and the target 10, 20 and 30. The
# means are 2 and 20, the variances 1 and 66.67. With scale 1 and offset 0 the results are −1, 1 and −1.2247, 0, 1.2247
# (to four digits).


# %%
def own_statistics(maps, n, scale, offset):
    """Return the normalised maps (n + m, H, W, C). The first n are of the source. scale, offset (C,)."""

    # BEGIN SOLUTION
    def normalised(x):
        mean = x.mean(axis=(0, 1, 2))
        variance = ((x - mean) ** 2).mean(axis=(0, 1, 2))
        return (x - mean) / np.sqrt(variance + 1e-5)

    both = np.concatenate([normalised(maps[:n]), normalised(maps[n:])])
    return scale * both + offset
    # END SOLUTION


# %% [markdown]
# ## confusion · 15 minutes
#
# **Count which digit is taken for which, and find the most frequent mistake.**
#
# digits (n,) are the true classes of n images, answers (n,) the predicted ones. Both are whole numbers from 0 to k − 1.
# Return three values:
#
# 1. The **table** (k, k): in row i and column j the number of images of the class i that got the answer j.
# 2. The **accuracy**: the share of right answers. It is the sum of the diagonal over the sum of the table.
# 3. The most frequent **mistake**: a tuple (true class, answer), the place of the largest count beside the diagonal.
#
# Example: digits = [0, 0, 1, 1, 1, 2], answers = [0, 1, 1, 2, 2, 2], k = 3.
#
#     table = [[1, 1, 0],        accuracy = 3 / 6 = 0.5        mistake = (1, 2): twice a 1 was called 2
#              [0, 1, 2],
#              [0, 0, 1]]
#
# `np.unravel_index(table.argmax(), table.shape)` gives the row and the column of the largest number.


# %%
def confusion(digits, answers, k):
    """Return the table (k, k), the accuracy, and the most frequent mistake as (true class, answer)."""
    # BEGIN SOLUTION
    table = np.zeros((k, k))
    for digit, answer in zip(digits, answers):
        table[digit, answer] += 1
    accuracy = np.trace(table) / table.sum()
    wrong = table.copy()
    np.fill_diagonal(wrong, 0)
    return table, accuracy, np.unravel_index(wrong.argmax(), wrong.shape)
    # END SOLUTION
