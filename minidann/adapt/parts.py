"""The names of the three parts of a DANN, and of the gradients that reach each part: written here once."""

from __future__ import annotations

#: The parts, in the order in which θ = (θf, θy, θd) holds their parameters.
PARTS = ("features", "label_head", "domain_head")

#: The paper's symbol of each part's parameters, for the screen and the page.
SYMBOLS = {"features": "θf", "label_head": "θy", "domain_head": "θd"}

#: The two losses by the paper's names.
LOSS_NAMES = ("L_y", "L_d")

#: The parts that each loss can reach.
REACHED_BY = {"L_y": ("features", "label_head"), "L_d": ("features", "domain_head")}

#: The key of each gradient that can arrive: (part, loss) → a name that can be typed. L_y cannot reach the domain head,
#: and L_d cannot reach the label head.
ARRIVALS = {
    ("label_head", "L_y"): "L_y at theta_y",
    ("features", "L_y"): "L_y at theta_f",
    ("features", "L_d"): "L_d at theta_f",
    ("domain_head", "L_d"): "L_d at theta_d",
}


def arrival_symbol(key: str) -> str:
    """The key of ARRIVALS as a table or a figure shows it: "L_d at theta_f" becomes "∂L_d at θf"."""
    return "∂" + key.replace("theta_", "θ")
