# %% [markdown]
# # Exercises of chapter 11 · choosing λ without labels
#
# You write two scores that look at predictions for the target, and need no label.

# %%
import numpy as np

# %% [markdown]
# ## entropies · 15 minutes
#
# **Measure how certain the predictions are, and how many classes they use.**
#
# p (m, k) has the predicted probabilities of k classes for m target examples. Each row adds up to 1. The entropy of one
# row of probabilities q is, with the natural logarithm,
#
#     H(q) = − Σ over the classes of q · log q          and 0 · log 0 counts as 0
#
# `entropies` returns two numbers:
#
# - the **mean entropy**: the mean of H over the m rows. It is small if the predictions are certain.
# - the **diversity**: H of the mean row. It is large if all classes occur.
#
# Examples:
#
#     p = [[1, 0], [0, 1]]          (0, 0.6931)           certain, and both classes occur: log 2 = 0.6931
#     p = [[1, 0], [1, 0]]          (0, 0)                certain, but one class only
#     p = [[0.5, 0.5], [0.5, 0.5]]  (0.6931, 0.6931)      not certain
#
# `np.where(q > 0, q, 1)` replaces zeros by ones, whose logarithm is 0.


# %%
def entropies(p):
    """Return the mean entropy and the diversity of predictions p (m, k)."""

    # BEGIN SOLUTION
    def entropy(q):
        return -(q * np.log(np.where(q > 0, q, 1))).sum(axis=-1)

    return entropy(p).mean(), entropy(p.mean(axis=0))
    # END SOLUTION
