# %% [markdown]
# # Exercises of chapter 07 · domain shift
#
# You measure the distance of two domains without a label.

# %%
import numpy as np

# %% [markdown]
# ## proxy_a_distance · 10 minutes
#
# **Turn the error of a judge into a distance of domains.**
#
# A judge has learned to tell source from target. It gives each held-out example a logit: above 0 it says "target",
# otherwise "source". Its error ε is the mean of two shares: the share of source examples that it takes for target, and
# the share of target examples that it takes for source. Then
#
#     distance = 2 (1 − 2 ε)
#
# A judge that only guesses has ε = ½ and the distance 0. A judge that is never wrong has the distance 2.
#
# Example: source logits [−1, −2, 3, −1], one of four wrong; target logits [2, −1, 1, 3, 2], one of five wrong. So
# ε = (0.25 + 0.2) / 2 = 0.225, and the distance is 1.1.


# %%
def proxy_a_distance(source_logits, target_logits):
    """Return the distance, a number, from the logits (n,) of source examples and (m,) of target examples."""
    # BEGIN SOLUTION
    source_error = np.mean(source_logits > 0)
    target_error = np.mean(target_logits <= 0)
    error = (source_error + target_error) / 2
    return 2 * (1 - 2 * error)
    # END SOLUTION
