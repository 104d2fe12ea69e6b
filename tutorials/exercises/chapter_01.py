# %% [markdown]
# # Exercises of chapter 01 · derivatives
#
# You walk back through a small formula by hand, as the chapter does. All numbers are plain numbers.

# %%
import math

# %% [markdown]
# ## walk_back · 10 minutes
#
# **Find the derivatives of a loss by all three of its inputs.**
#
#     e = w · x + b        h = tanh(e)        L = h² + e
#
# e is used twice: by h, and by L itself. Walk back from L, one step at a time, and add where paths meet. The derivative
# of tanh(e) is 1 − tanh(e)², which is 1 − h².
#
# `walk_back` returns three numbers, in this order: ∂L/∂w, ∂L/∂x, ∂L/∂b.
#
# Example: w = 2, x = 0, b = 0. Then e = 0 and h = 0, so ∂L/∂h = 2 h = 0. The path through h brings 0, and the other
# path brings 1. So ∂L/∂e = 1, and ∂L/∂w = 0, ∂L/∂x = 2, ∂L/∂b = 1.


# %%
def walk_back(w, x, b):
    """Return ∂L/∂w, ∂L/∂x, ∂L/∂b."""
    # BEGIN SOLUTION
    e = w * x + b
    h = math.tanh(e)
    at_h = 2 * h
    at_e = at_h * (1 - h**2) + 1
    return at_e * x, at_e * w, at_e
    # END SOLUTION
