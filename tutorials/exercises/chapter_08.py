# %% [markdown]
# # Exercises of chapter 08 · the reversal node
#
# You write the node of Ganin and Lempitsky (arXiv:1409.7495), and the three updates that one sweep with the node gives.

# %%
import minidann as md

# %% [markdown]
# ## reversal · 5 minutes
#
# **Write the gradient-reversal node.**
#
# Forward, the node changes nothing. Backward, it multiplies the gradient by −λ (Eqs. 7 and 8):
#
#     R(x) = x        dR/dx = −λ I
#
# An op of the package gets plain arrays. `forward` returns an array. `backward` returns a tuple with one gradient, for
# the one input. λ is `self.adapt_weight`. The arrays that come must not be changed: others use them, too.
#
# Example: λ = 0.5, x = [1, −2]. Forward gives [1, −2]. Backward of g = [4, 6] gives ([−2, −3],).


# %%
class Reversal(md.Op):
    """y = x;  gx = −λ·g."""

    def __init__(self, adapt_weight):
        self.adapt_weight = adapt_weight

    def forward(self, x):
        # BEGIN SOLUTION reversal
        return x
        # END SOLUTION

    def backward(self, grad):
        # BEGIN SOLUTION reversal
        return (-self.adapt_weight * grad,)
        # END SOLUTION


# %% [markdown]
# ## three_updates · 15 minutes
#
# **Write the updates of the three parts, without a node.**
#
# Somebody has measured the true gradients of both losses, with no reversal anywhere:
#
#     label["features"]    ∂L_y/∂θf        domain["features"]       ∂L_d/∂θf
#     label["label_head"]  ∂L_y/∂θy        domain["domain_head"]    ∂L_d/∂θd
#
# Each part makes one step (Eqs. 4, 5 and 6), with μ the rate:
#
#     θf ← θf − μ (∂L_y/∂θf − λ ∂L_d/∂θf)     the features help the label head, and work against the domain head
#     θy ← θy − μ ∂L_y/∂θy                     the label head lowers L_y
#     θd ← θd − μ ∂L_d/∂θd                     the domain head lowers L_d: it does its best
#
# θ is a dict with the arrays "features", "label_head" and "domain_head". Return such a dict with the new arrays, and
# leave the old ones as they are.
#
# Example for one number each: θ = 1 everywhere, ∂L_y = 2, ∂L_d = 5, λ = 0.1, μ = 0.2. Then the features become
# 1 − 0.2 · (2 − 0.5) = 0.7, the label head 0.6, and the domain head 0.


# %%
def three_updates(theta, label, domain, adapt_weight, rate):
    """Return the new θ: a dict of arrays with the keys of theta. adapt_weight is λ, rate is μ."""
    # BEGIN SOLUTION
    return {
        "features": theta["features"] - rate * (label["features"] - adapt_weight * domain["features"]),
        "label_head": theta["label_head"] - rate * label["label_head"],
        "domain_head": theta["domain_head"] - rate * domain["domain_head"],
    }
    # END SOLUTION
