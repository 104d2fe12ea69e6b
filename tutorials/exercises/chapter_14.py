# %% [markdown]
# # Exercises of chapter 14 · the saddle point
#
# You make one step of two players, and read from a matrix where such steps lead.

# %%
import numpy as np

# %% [markdown]
# ## play_step · 10 minutes
#
# **Make one simultaneous step of two players of one number.**
#
# The number is E = f · d + a/2 · f² − b/2 · d². The features have the weight f and want a small E. The judge has the
# weight d and wants a large E. a and b are the damping of each.
#
# 1. Find ∂E/∂f and ∂E/∂d on paper.
# 2. f moves downhill: f − rate · ∂E/∂f. d moves uphill: d + rate · ∂E/∂d.
# 3. Both move at once: both derivatives are those at the old f and d.
#
# Return the new f and the new d. Example: f = 1, d = 2, a = 0.5, b = 0.25, rate = 0.1. The derivatives are 2.5 and 0.5,
# and the new numbers 0.75 and 2.05.


# %%
def play_step(f, d, a, b, rate):
    """Return f and d after one simultaneous step. All are numbers."""
    # BEGIN SOLUTION
    to_f = d + a * f
    to_d = f - b * d
    return f - rate * to_f, d + rate * to_d
    # END SOLUTION


# %% [markdown]
# ## motion · 15 minutes
#
# **Find the matrix of a step, and read from its eigenvalues how far and by which angle a step moves the players.**
#
# The saddle of the same game is f = d = 0. Steps descend the field (∂E/∂f, −∂E/∂d). The field is J · (f, d), with
#
#     J = [[ a, 1],
#          [−1, b]]          row 1: ∂E/∂f = a · f + d        row 2: −∂E/∂d = −f + b · d
#
# So a step with the rate η multiplies (f, d) by the matrix I − η J, where I is [[1, 0], [0, 1]].
#
# `motion` returns three values:
#
# - this **matrix** (2, 2),
# - the **factor** of a step: the size |s| of the largest eigenvalue s of the matrix,
# - the **angle** of a step in degrees: the angle of this eigenvalue, from 0 to 180.
#
# `np.linalg.eigvals(matrix)` gives the eigenvalues. Complex ones come in pairs with equal sizes and angles of opposite
# sign; take the angle without its sign. `abs(s)` is the size and `np.angle(s)` the angle in radians.
#
# Example: a = b = 0 and η = 0.1. The matrix is [[1, −0.1], [0.1, 1]], its eigenvalues are 1 ± 0.1 i, the factor is
# √(1 + 0.1²) = 1.00499 and the angle 5.7106°.


# %%
def motion(a, b, rate):
    """Return the matrix (2, 2) of a step, the factor of a step, and its angle in degrees."""
    # BEGIN SOLUTION
    J = np.array([[a, 1.0], [-1.0, b]])
    matrix = np.eye(2) - rate * J
    eigenvalues = np.linalg.eigvals(matrix)
    largest = eigenvalues[np.abs(eigenvalues).argmax()]
    return matrix, abs(largest), abs(np.degrees(np.angle(largest)))
    # END SOLUTION
