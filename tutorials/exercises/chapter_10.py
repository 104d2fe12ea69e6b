# %% [markdown]
# # Exercises of chapter 10 · when DANN fails
#
# You compute the three signs that need no target label, and the error that no network with equal features can avoid.

# %%
import numpy as np

# %% [markdown]
# ## three_signs · 20 minutes
#
# **Compute three signs that the predictions for the target may be wrong.**
#
# Two networks, DANN and the network of the way back, have named n held-out source points:
#
#     y (n,)       the true labels of these points
#     there (n,)   the classes that DANN gives them
#     back (n,)    the classes that the network of the way back gives them
#
# DANN was trained with two seeds, and once more with λ = 0.1. There are m target points and two classes:
#
#     p (m, 2)        the probabilities that DANN gives the target points, with the first seed
#     p_other (m, 2)  the same with the second seed
#     p_small (m, 2)  the same with λ = 0.1
#
# The class of a point is the column of its largest probability. The **diversity** of probabilities is the entropy of
# their mean row q: −Σ q · log q. It is log 2 = 0.6931 for q = [0.5, 0.5]. No entry of q is 0 here. The three signs:
#
# 1. **lost on the way back**: the accuracy of `there` minus the accuracy of `back`.
# 2. **the seeds disagree**: the share of the target points to which the two seeds give different classes.
# 3. **less equal classes**: 1 − (diversity of p_small) / (diversity of p).
#
# Return three numbers in this order. A sign may be below 0. Example:
#
#     y = [0, 0, 1, 1, 1]      there = [0, 0, 1, 1, 1]      back = [0, 1, 1, 1, 1]
#     p = [[0.9, 0.1], [0.1, 0.9]]   p_other = [[0.8, 0.2], [0.6, 0.4]]   p_small = [[0.9, 0.1], [0.7, 0.3]]
#
# 1. 1.0 − 0.8 = 0.2.   2. The second point has two classes: 0.5.   3. The mean rows are [0.5, 0.5] and [0.8, 0.2], the
# diversities 0.6931 and 0.5004: 1 − 0.5004 / 0.6931 = 0.2781. Each of the three is above its bound (0.10, 0.15, 0.05).


# %%
def three_signs(y, there, back, p, p_other, p_small):
    """Return three numbers: lost on the way back, the seeds disagree, less equal classes."""

    # BEGIN SOLUTION
    def diversity(probabilities):
        q = probabilities.mean(axis=0)
        return -(q * np.log(q)).sum()

    lost = (there == y).mean() - (back == y).mean()
    disagree = (p.argmax(axis=1) != p_other.argmax(axis=1)).mean()
    return lost, disagree, 1 - diversity(p_small) / diversity(p)
    # END SOLUTION


# %% [markdown]
# ## least_error · 10 minutes
#
# **Compute the target error that no label head can avoid, if the features of both domains are equal.**
#
# If the features of both domains have the same distribution, the label head names the same share of both domains class
# 1. The chapter then has
#
#     target error ≥ |share in the target − share in the source| − source error
#
# *Share* is the share of true labels that are class 1. An error is never below 0: if the right side is negative, the
# result is 0.
#
# Example: y = [0, 0, 0, 1], so the share in the source is 0.25. predicted = [0, 0, 0, 1], so the source error is 0.
# With a share of 0.9 in the target the result is 0.65.


# %%
def least_error(y, predicted, target_share):
    """Return the least target error, a number.

    y (n,): the true labels of source points, 0 or 1. predicted (n,): their predicted classes.
    target_share: the share of class 1 among the true labels of the target.
    """
    # BEGIN SOLUTION
    source_share = np.mean(y == 1)
    source_error = np.mean(predicted != y)
    return max(0.0, abs(target_share - source_share) - source_error)
    # END SOLUTION
