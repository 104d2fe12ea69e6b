# %% [markdown]
# # Exercises of chapter 18 · your own two data sets
#
# You standardise two domains without a look at the target's labels, and decide between two models by a few labels.

# %%
from math import comb

import numpy as np

# %% [markdown]
# ## standardise · 10 minutes
#
# **Standardise both domains by the numbers of the source.**
#
# x_source (n, c) and x_target (m, c) have the same c columns. For each column take the mean and the standard deviation
# of the *source* (the square root of the mean squared distance from the mean, `np.std`). From each value of this
# column, in both domains, subtract the mean and divide by the deviation.
#
# A column with the deviation 0 has no scale: divide it by 1.
#
# Example: a column of the source is [1, 3], so its mean is 2 and its deviation 1. A target value 5 becomes 3.
#
# So the source has mean 0 and deviation 1, and the target has not: the shift is still there.


# %%
def standardise(x_source, x_target):
    """Return both domains (n, c) and (m, c), standardised by the source. The inputs stay as they are."""
    # BEGIN SOLUTION
    mean, deviation = x_source.mean(axis=0), x_source.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    return (x_source - mean) / deviation, (x_target - mean) / deviation
    # END SOLUTION


# %% [markdown]
# ## decide · 15 minutes
#
# **Decide between source only and DANN by a few labels.**
#
# Two models disagree on some rows of the target, which has two classes. A doctor has labelled `asked` of these rows.
# DANN is right on `right` of them, and source only on all the others. How likely is so one-sided a result, if both
# models were equally good? Let m be the larger one of `right` and `asked − right`. Then
#
#     P = 2 · Σ C(asked, k) / 2^asked, the sum over k = m, m + 1, …, asked         and 1, if this is above 1
#
# C(n, k) is the number of ways to choose k of n: `comb(n, k)`. The decision is
#
# - "DANN" if P < 0.05 and DANN is right on more of these rows than source only,
# - "source only" if P < 0.05 and source only is right on more,
# - "more labels" otherwise.
#
# Examples: 3 right of 3 asked give P = 2 · 1 / 8 = 0.25, "more labels". 1 right of 20 gives P = 2 · (20 + 1) / 2²⁰ =
# 0.00004, "source only". 10 right of 20 give P = 1.


# %%
def decide(right, asked):
    """Return the probability P and the decision, a text."""
    # BEGIN SOLUTION
    m = max(right, asked - right)
    P = min(1.0, 2 * sum(comb(asked, k) for k in range(m, asked + 1)) / 2**asked)
    if P >= 0.05:
        return P, "more labels"
    return P, "DANN" if right > asked - right else "source only"
    # END SOLUTION
