# %% [markdown]
# # Exercises of chapter 13 · conventions and wrong forms
#
# A broken loop of DANN raises no error, and its losses often look well. You find the fault in thirteen of them.
#
# Beside this file stands `chapter_13_loops.py`. Run it: `python chapter_13_loops.py`. It prints both losses of the last
# step and the score of the right loop, then of the loops A to L. Read each broken loop beside the right one.

# %% [markdown]
# ## loops · 20 minutes
#
# **Name the fault of each of the loops A to L.**
#
# Choose a name from the list below, and write it into ANSWERS. Some names of the list belong to no loop, and no name
# belongs to two loops. Help from the formulas: each part moves by −μ · gradient, with
#
#     θf: ∂L_y − λ ∂L_d        θy: ∂L_y        θd: ∂L_d
#
# Example: a loop with `theta["label_head"] += RATE * y["label_head"]` has the fault "label head uphill".
#
# ## pytorch · 5 minutes
#
# **Read loop M, which is written in PyTorch, and name its fault.**
#
# You need no PyTorch: read the text LOOP_M in the file. `ReverseGradient` is right. In PyTorch `h.detach()` gives the
# numbers of h without their history, `cat` joins arrays, and `zero_grad` sets the gradients of the last step to zero.

# %%
FAULTS = (
    "label head uphill",  # the label head climbs L_y
    "no reversal",  # the features lower L_d
    "domain head reversed",  # the domain head climbs L_d
    "label loss reversed",  # the features climb L_y
    "lambda always 0",  # nothing is reversed at any step
    "lambda twice",  # λ² in the place of λ at the features
    "lambda never grows",  # λ is constant, and not 0
    "sum in the place of mean",  # one of the losses is n times too large
    "gradients never cleared",  # each step adds the gradients of all steps before
    "target labels used",  # training has seen what it must not see
    "one domain only",  # the domain head sees no target
    "domains exchanged",  # 1 for source and 0 for target
    "labels apart from examples",  # a label belongs to another example
    "the same batch always",
    "scored on the source",
    "graph cut",  # no gradient of L_d reaches the features
    "no zero_grad",
)

# BEGIN SOLUTION loops
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
# STUB     "K": "",
# STUB     "L": "",
# STUB }
ANSWERS = {
    "A": "lambda always 0",
    "B": "no reversal",
    "C": "domain head reversed",
    "D": "one domain only",
    "E": "lambda twice",
    "F": "scored on the source",
    "G": "gradients never cleared",
    "H": "label loss reversed",
    "I": "labels apart from examples",
    "J": "sum in the place of mean",
    "K": "target labels used",
    "L": "the same batch always",
}
# END SOLUTION

# BEGIN SOLUTION pytorch
# STUB ANSWER_M = ""
ANSWER_M = "graph cut"
# END SOLUTION
