# %% [markdown]
# # Exercises of chapter 20 · slips in print
#
# You decide whether a printed percentage follows from its accuracies, and name slips from numbers.

# %%
import itertools

# %% [markdown]
# ## follows · 15 minutes
#
# **Decide whether a printed gap covered follows from the printed accuracies.**
#
# A table prints three accuracies with four digits (`source_only`, `method`, `target_only`), and the gap covered in
# percent with one digit after the point. The gap covered is
#
#     100 · (method − source_only) / (target_only − source_only)
#
# Each accuracy was rounded. So its true value may be up to h = 0.00005 larger or smaller. Move each of the three by +h
# or by −h: there are 2 · 2 · 2 = 8 ways. Take the smallest and the largest gap of these eight.
#
# The percentage was rounded, too, by up to 0.05. So it *follows* if
#
#     smallest − 0.05  ≤  percent  ≤  largest + 0.05
#
# Examples:
#
#     follows(0.5749, 0.8149, 0.9891, 57.9)    57.919, 57.967, True
#     follows(0.5919, 0.7107, 0.9951, 29.3)    29.439, 29.489, False
#
# `itertools.product((−1, 1), repeat=3)` gives the eight triples of signs.


# %%
def follows(source_only, method, target_only, percent):
    """Return the smallest and the largest possible gap in percent, and whether the printed percentage follows."""
    # BEGIN SOLUTION
    h, gaps = 0.00005, []
    for a, b, c in itertools.product((-h, h), repeat=3):
        low, middle, high = source_only + a, method + b, target_only + c
        gaps.append(100 * (middle - low) / (high - low))
    return min(gaps), max(gaps), min(gaps) - 0.05 <= percent <= max(gaps) + 0.05
    # END SOLUTION


# %% [markdown]
# ## slips · 15 minutes
#
# **Name the slip of each of the programs A to J from a few measured numbers.**
#
# Ten programs say that they are DANN with λ. Each has one slip of chapter 20. The *factors* are those of ∂L_d, at the
# features and at the domain head. The paper's factors are (−λ, +1). ln 2 is 0.693.
#
#     A   The source is right on 100 %. L_d ends at 0.001. No target row gets a gradient of L_d.
#     B   The source is right on 89 %. L_d ends at 0.27. No target row gets a gradient of L_d.
#     C   Factors: (−0.5, −0.5) for λ = ½, (−1, −1) for λ = 1.
#     D   Factors: (+0.5, −0.5) for λ = ½, (+1, −1) for λ = 1.
#     E   Factors: (+0.25, +1) for λ = ½, (+1, +1) for λ = 1.
#     F   Factors: (+1, +1) for λ = ½, (+1, +1) for λ = 1.
#     G   The factors are those of the paper. Its domain head seems to be right on 16.5 % of all test points.
#     H   The factors are those of the paper. A perfect network would get a "target accuracy" of 75.04 %.
#     I   The factors are those of the paper. It reports 0.923, and its last weights are right on 0.858 of target-test.
#     J   For λ = 1 the factor at the features is −1 at the first step, and at each later one. Four of twelve runs end
#         at guessing.
#
# Choose a name from the list below, and write it into ANSWERS. Some names of the list belong to no program, and no name
# belongs to two programs. Example: a program whose label 42 raises an error has the slip "ten outputs for 43 signs".

# %%
SLIPS = (
    "sum over the source only",
    "classes as domain labels",  # y_i in the place of d_i
    "subtracted, no node",  # L_y − λ L_d
    "Eq. 18 as printed",  # L_y − λ L_d, with the reversal
    "two nodes",
    "lambda unused",  # no node, and L_y + L_d
    "domain labels mixed",  # trained with 0 for the source, read with 1 for the source
    "scored on the last source batch",
    "best moment by target labels",
    "no schedule",  # λ is constant
    "two logistic units",
    "ten outputs for 43 signs",
    "scored on the training target",
)

# BEGIN SOLUTION slips
# STUB ANSWERS = {
# STUB     "A": "",
# STUB     "B": "",
# STUB     "C": "",
# STUB     "D": "",
# STUB     "E": "",
# STUB     "F": "",
# STUB     "G": "",
# STUB     "H": "",
# STUB     "I": "",
# STUB     "J": "",
# STUB }
ANSWERS = {
    "A": "sum over the source only",
    "B": "classes as domain labels",
    "C": "subtracted, no node",
    "D": "Eq. 18 as printed",
    "E": "two nodes",
    "F": "lambda unused",
    "G": "domain labels mixed",
    "H": "scored on the last source batch",
    "I": "best moment by target labels",
    "J": "no schedule",
}
# END SOLUTION
