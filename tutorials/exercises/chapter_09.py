# %% [markdown]
# # Exercises of chapter 09 · DANN on moons
#
# You write the ramp of λ, and a whole step of DANN with the tensors of the package.

# %%
import numpy as np

import minidann as md

# %% [markdown]
# ## ramp · 5 minutes
#
# **Let λ grow from 0 to 1 over the training.**
#
# The progress p goes from 0 at the first step to 1 at the last. The paper (arXiv:1409.7495, §4) takes
#
#     λ(p) = 2 / (1 + e^(−10 p)) − 1
#
# Examples: λ(0) = 0, λ(0.1) = 0.4621, λ(0.5) = 0.9866. p and the result are numbers.


# %%
def ramp(p):
    """Return λ at the progress p."""
    # BEGIN SOLUTION
    return 2 / (1 + np.exp(-10 * p)) - 1
    # END SOLUTION


# %% [markdown]
# ## dann_step · 20 minutes
#
# **Make one step of DANN: two losses, one sweep, three updates.**
#
# `network` has three parts, each a function of a tensor or an array:
#
#     network.features(x)           x (…, 2)         →  features (…, 4)
#     network.label_head(h)         features (…, 4)  →  logits of two classes (…, 2)
#     network.domain_head(h)        features (…, 4)  →  one logit (…, 1), above 0 for "target"
#     network.parameters            a list of all parameters, tensors
#
# There are n source examples with labels, and m target examples without.
#
# 1. Put x_source and x_target into one array (n + m, 2), source first, and compute the features once.
# 2. L_y: `md.cross_entropy(logits, y_source)`, from the features of the source alone: the first n rows.
# 3. L_d: `md.binary_cross_entropy_with_logits(logits, d)`, from all features, behind `md.reverse_gradient(h, λ)`.
#    d (n + m, 1) has 0 for each source example and 1 for each target example. Both losses are means already.
# 4. One sweep: `g = md.backprop(L_y + L_d)`. g[parameter] is the gradient at a parameter.
# 5. Each parameter moves downhill: `parameter.data -= rate * g[parameter]`.
#
# Return L_y and L_d as two numbers: `loss.item()` gives the number in a tensor. Example: with n = 4 and m = 6, h[:4]
# are the features of the source. A network that knows nothing has L_d near log 2 = 0.693.


# %%
def dann_step(network, x_source, y_source, x_target, adapt_weight, rate):
    """Change the parameters by one step. Return the two losses before the step. adapt_weight is λ."""
    # BEGIN SOLUTION
    n, m = len(x_source), len(x_target)
    h = network.features(np.concatenate([x_source, x_target]))  # (n + m, 4)
    label_loss = md.cross_entropy(network.label_head(h[:n]), y_source)
    d = np.repeat([[0.0], [1.0]], [n, m], axis=0)  # (n + m, 1)
    logits = network.domain_head(md.reverse_gradient(h, adapt_weight))
    domain_loss = md.binary_cross_entropy_with_logits(logits, d)
    g = md.backprop(label_loss + domain_loss)
    for parameter in network.parameters:
        parameter.data -= rate * g[parameter]
    return label_loss.item(), domain_loss.item()
    # END SOLUTION
