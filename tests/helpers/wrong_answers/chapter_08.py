"""Wrong answers to the exercises of chapter 08."""

FORWARD = "        return x\n"
BACKWARD = "return (-self.adapt_weight * grad,)"
BETWEEN = "        # END SOLUTION\n\n    def backward(self, grad):\n        # BEGIN SOLUTION reversal\n        "
KEPT = "        self.x = x\n" + FORWARD + BETWEEN + BACKWARD.replace("grad", "self.x")
FEATURES = '(label["features"] - adapt_weight * domain["features"])'
STEP = f'theta["features"] - rate * {FEATURES}'
LABEL = 'theta["label_head"] - rate * label["label_head"]'
DOMAIN = 'theta["domain_head"] - rate * domain["domain_head"]'
IN_PLACE = 'theta["label_head"].__isub__(rate * label["label_head"])'

WRONG = {
    "reversal": [
        ("forward is reversed, too", FORWARD, "        return -self.adapt_weight * x\n"),
        ("forward is reversed, too", FORWARD, "        return -x\n"),
        ("nothing is returned", FORWARD, "        self.x = x\n"),
        ("forward has no result", FORWARD, "        return x.sum()\n"),
        ("no tuple", BACKWARD, "return -self.adapt_weight * grad"),
        ("the sign is missing", BACKWARD, "return (self.adapt_weight * grad,)"),
        ("λ is missing", BACKWARD, "return (-grad,)"),
        ("λ twice", BACKWARD, "return (-self.adapt_weight**2 * grad,)"),
        ("divided by λ", BACKWARD, "return (-grad / self.adapt_weight,)"),
        ("x in the place of g", FORWARD + BETWEEN + BACKWARD, KEPT),
        ("g is forgotten", BACKWARD, "return (-self.adapt_weight + 0 * grad,)"),
        ("nothing is reversed", BACKWARD, "return (grad,)"),
        ("the gradient is changed", BACKWARD, "grad *= -self.adapt_weight\n        return (grad,)"),
        ("an attribute is missing", BACKWARD, "return (-adapt_weight * grad,)"),
    ],
    "three_updates": [
        ("the domain head is reversed, too", DOMAIN, DOMAIN.replace("-", "+")),
        ("the domain head is reversed, too", DOMAIN, DOMAIN.replace("-", "+ adapt_weight *")),
        ("λ at the domain head", DOMAIN, DOMAIN.replace("rate", "rate * adapt_weight")),
        ("the domain head does not learn", DOMAIN, 'theta["domain_head"]'),
        ("uphill", LABEL, LABEL.replace("-", "+")),
        ("no rate", LABEL, LABEL.replace("rate * ", "")),
        ("λ at the label head", LABEL, LABEL.replace("rate", "rate * adapt_weight")),
        ("nothing is reversed", FEATURES, FEATURES.replace("-", "+")),
        ("nothing is reversed", FEATURES, '(label["features"] + domain["features"])'),
        ("λ is missing", FEATURES, FEATURES.replace("adapt_weight * ", "")),
        ("λ twice", FEATURES, FEATURES.replace("adapt_weight", "adapt_weight**2")),
        ("both losses are reversed", FEATURES, '(-adapt_weight * (label["features"] + domain["features"]))'),
        ("the label loss is forgotten", FEATURES, '(-adapt_weight * domain["features"])'),
        ("the domain loss is forgotten", FEATURES, 'label["features"]'),
        ("uphill", STEP, STEP.replace("] - rate", "] + rate")),
        ("the bracket", STEP, STEP.replace("(", "").replace(")", "")),
        ("λ at the label loss", FEATURES, '(adapt_weight * label["features"] - domain["features"])'),
        ("an old array is changed", LABEL, IN_PLACE),
        ("the parts", '"label_head": theta', '"label": theta'),
    ],
}
