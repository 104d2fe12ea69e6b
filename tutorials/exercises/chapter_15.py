# %% [markdown]
# # Exercises of chapter 15 · the saddle point in DANN
#
# You measure the Jacobian of a field, and read from it whether steps converge and whether the place is a saddle.

# %%
import numpy as np

# %% [markdown]
# ## jacobian · 10 minutes
#
# **Measure the Jacobian of a field by differences.**
#
# `field(z)` returns n numbers for a place z of n numbers. The Jacobian J (n, n) has in row i and column k the
# derivative of number i of the field by number k of z. So moving one number of z fills one *column*:
#
#     column k = (field(z + h · e_k) − field(z − h · e_k)) / (2 h)
#
# e_k is a vector of zeros with a single 1 at place k. Do not change z itself.
#
# Example: the bilinear game has the field [z[1], −z[0]]. At every place its Jacobian is [[0, 1], [−1, 0]].


# %%
def jacobian(field, z, h):
    """Return J (n, n) of the field at z, an array (n,) of floats. h: the length of a step, a small number."""
    # BEGIN SOLUTION
    J = np.zeros((len(z), len(z)))
    for k in range(len(z)):
        e = np.zeros(len(z))
        e[k] = 1
        J[:, k] = (field(z + h * e) - field(z - h * e)) / (2 * h)
    return J
    # END SOLUTION


# %% [markdown]
# ## read_jacobian · 20 minutes
#
# **Read from a Jacobian whether steps converge, whether they rotate, and whether the place is a saddle.**
#
# J (m, m) is the Jacobian of a field at a place where the field is 0. The first n numbers of z belong to the player who
# lowers E (the features and the label head), and the others to the judge. So the field is ∂E/∂z at the first n numbers,
# and −∂E/∂z divided by λ at the others. All steps have the rate η. Return four numbers:
#
# 1. **radius**: the largest |1 − η μ| over all eigenvalues μ of J. Steps converge if it is below 1.
# 2. **complex**: how many eigenvalues of J are complex. Count those whose imaginary part is above 1e-9 or below −1e-9.
#    Steps rotate if there are any.
# 3. **lowest**: the lowest curvature of E along the features and the label head: the smallest eigenvalue of the block
#    of J with the first n rows and columns.
# 4. **highest**: the highest curvature of E/λ along the judge: the largest eigenvalue of *minus* the block of J with
#    the other rows and columns.
#
# The place is a saddle if the lowest is not below 0 and the highest is not above 0. `np.linalg.eigvals` gives the
# eigenvalues of any square matrix, and `np.linalg.eigvalsh` those of a symmetric one. Both blocks are symmetric, and J
# is not.
#
# Example: J = [[−0.1, 0.5], [−0.5, 0.3]] with n = 1 and η = 1. The eigenvalues of J are 0.1 ± 0.4583 i: two are
# complex. The radius is the size of 0.9 − 0.4583 i, so it is 1.01. The blocks are [[−0.1]] and [[0.3]]: the lowest is
# −0.1 and the highest −0.3. Steps rotate and do not converge, and the place is no saddle.


# %%
def read_jacobian(J, n, rate):
    """Return four numbers: radius, complex, lowest, highest. J (m, m), n: how many numbers the first player has."""
    # BEGIN SOLUTION
    mu = np.linalg.eigvals(J)
    radius = np.abs(1 - rate * mu).max()
    turning = (np.abs(mu.imag) > 1e-9).sum()
    lowest = np.linalg.eigvalsh(J[:n, :n]).min()
    highest = np.linalg.eigvalsh(-J[n:, n:]).max()
    return radius, turning, lowest, highest
    # END SOLUTION
