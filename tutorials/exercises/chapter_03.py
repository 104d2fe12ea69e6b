# %% [markdown]
# # Exercises of chapter 03 · a classifier on moons
#
# The training loop of the chapter has an optimiser with momentum, and a loss of logits. You write both.

# %%
import numpy as np

# %% [markdown]
# ## momentum · 10 minutes
#
# **Write one update of gradient descent with momentum.**
#
# The velocity v keeps a part of the earlier gradients. With the momentum m (say 0.9), the rate, and the gradient g
# at θ:
#
#     v ← m · v + g
#     θ ← θ − rate · v
#
# All three arrays have one shape. `step` returns the new θ and keeps the new v in `self.velocity`. It must not change
# the arrays that it gets: another part of a program may still need them.
#
# Example with m = 0.8, rate = 0.1 and θ = 1: a first gradient 2 gives v = 2 and θ = 0.8. A second gradient 2 gives
# v = 0.8 · 2 + 2 = 3.6 and θ = 0.8 − 0.36 = 0.44.


# %%
class Momentum:
    """Gradient descent with momentum. The first velocity is 0."""

    def __init__(self, momentum):
        self.momentum, self.velocity = momentum, 0.0

    def step(self, theta, gradient, rate):
        """Return the new θ, an array of the shape of theta."""
        # BEGIN SOLUTION
        self.velocity = self.momentum * self.velocity + gradient
        return theta - rate * self.velocity
        # END SOLUTION


# %% [markdown]
# ## cross_entropy · 15 minutes
#
# **Write the cross-entropy of logits, and its gradient.**
#
# z (n, k) has the logits of n examples for k classes. `labels` (n,) has the true class of each example, from 0. With
# p = softmax(z) along each row,
#
#     L  = mean over the examples of  log Σ_j exp(z_j) − z_label
#     ∂L/∂z = (p − onehot) / n        onehot has a 1 at the true class of each row, and 0 elsewhere
#
# Logits may be large, such as 1,000: exp(1000) is infinite. Subtract the largest logit of each row from this row first.
# This changes neither p nor L.
#
# Example: z = [[0, 0]], labels = [1]. Then p = [[½, ½]], L = log 2 = 0.6931, and the gradient is [[0.5, −0.5]].


# %%
def cross_entropy(z, labels):
    """Return L, one number, and its gradient at z, of shape (n, k)."""
    # BEGIN SOLUTION
    z = z - z.max(axis=1, keepdims=True)
    total = np.exp(z).sum(axis=1, keepdims=True)  # (n, 1)
    onehot = np.eye(z.shape[1])[labels]  # (n, k)
    loss = (np.log(total) - (onehot * z).sum(axis=1, keepdims=True)).mean()
    return loss, (np.exp(z) / total - onehot) / len(z)
    # END SOLUTION
