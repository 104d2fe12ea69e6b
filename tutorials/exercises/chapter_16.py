# %% [markdown]
# # Exercises of chapter 16 · Subspace Alignment and the table
#
# You make the directions of two domains alike, and compute how much of a gap a method covers.

# %%
import numpy as np

# %% [markdown]
# ## align · 20 minutes
#
# **Write Subspace Alignment: see each domain along d directions, and rotate those of the source onto those of the
# target.**
#
# x_source (n, width) and x_target (m, width) are features.
#
# 1. Subtract from each domain its own mean.
# 2. P_s and P_t (width, d) are the first d principal directions of each domain, as columns, the largest variance first.
# 3. M = P_sᵀ P_t, a matrix (d, d).
# 4. The aligned source is (x_source − its mean) P_s M. The target is (x_target − its mean) P_t, without M.
#
# Return the aligned source (n, d) and the target (m, d).
#
# `np.linalg.eigh(np.cov(x.T))` returns two things: the variances, the *smallest* first, and the directions, one in each
# *column*, in the same order. A direction has two ends, so its sign is free: the check accepts both signs of a column,
# if the source and the target have the same.
#
# Example with d = 1:
#
#     x_source = [[0, 0], [2, 0], [4, 0]]      P_s = [1, 0]            aligned source  [−1.4142, 0, 1.4142]
#     x_target = [[0, 0], [1, 1], [2, 2]]      P_t = [0.7071, 0.7071]  target          [−1.4142, 0, 1.4142]
#
# M is 0.7071. All columns with the opposite sign are right as well.


# %%
def align(x_source, x_target, d):
    """Return the aligned source (n, d) and the target (m, d)."""

    # BEGIN SOLUTION
    def principal(x):
        variances, directions = np.linalg.eigh(np.cov(x.T))
        return directions[:, ::-1][:, :d]

    P_s, P_t = principal(x_source), principal(x_target)
    M = P_s.T @ P_t
    source_centred, target_centred = x_source - x_source.mean(axis=0), x_target - x_target.mean(axis=0)
    return source_centred @ P_s @ M, target_centred @ P_t
    # END SOLUTION


# %% [markdown]
# ## gap_covered · 10 minutes
#
# **Compute the share of the gap that a method covers, from accuracies over seeds.**
#
# Each of the three arguments has one accuracy for each seed: of source only, of the method, and of train on target.
# Take the mean of each over the seeds. Then
#
#     gap covered = (method − source only) / (train on target − source only)          with the three means
#
# If train on target is not above source only (by the means), there is no gap: return None. Below 0 the method did harm:
# return the number as it is.
#
# Example: source only [0.5, 0.7], method [0.8, 0.8], train on target [0.9, 0.9]. The means are 0.6, 0.8 and 0.9, and
# the gap covered is 0.2 / 0.3 = 0.6667.


# %%
def gap_covered(source_only, method, target_only):
    """Return the gap covered, a number, or None without a gap. Each argument is an array (seeds,) of accuracies."""
    # BEGIN SOLUTION
    low, middle, high = np.mean(source_only), np.mean(method), np.mean(target_only)
    if high <= low:
        return None
    return (middle - low) / (high - low)
    # END SOLUTION
