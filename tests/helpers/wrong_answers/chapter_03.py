"""Wrong answers to the exercises of chapter 03."""

VELOCITY = "        self.velocity = self.momentum * self.velocity + gradient\n"
STEP = "        return theta - rate * self.velocity\n"
EARLY = "        new = theta - rate * self.velocity\n" + VELOCITY + "        return new\n"
LOCAL = "        velocity = self.momentum * self.velocity + gradient\n        return theta - rate * velocity\n"
RATE_IN_V = VELOCITY.replace("gradient", "rate * gradient") + "        return theta - self.velocity\n"
IN_PLACE = "        gradient += self.momentum * self.velocity\n        self.velocity = gradient\n"
LOSS = "(np.log(total) - (onehot * z).sum(axis=1, keepdims=True)).mean()"
GRADIENT = "(np.exp(z) / total - onehot) / len(z)"
ALONG_THE_BATCH = "-np.log((np.exp(z) / np.exp(z).sum(axis=0))[np.arange(len(z)), labels]).mean()"
ROWS = "    z = z - z.max(axis=1, keepdims=True)\n"

WRONG = {
    "momentum": [
        ("uphill", STEP, STEP.replace("-", "+")),
        ("no rate", STEP, STEP.replace("rate * ", "")),
        ("the old velocity", VELOCITY + STEP, EARLY),
        ("1 − m at the gradient", "+ gradient", "+ (1 - self.momentum) * gradient"),
        ("no memory", VELOCITY, "        self.velocity = gradient\n"),
        ("no memory", VELOCITY + STEP, LOCAL),
        ("m is missing", "self.momentum * self.velocity", "self.velocity"),
        ("the sign of the velocity", VELOCITY, VELOCITY.replace("= self.momentum", "= -self.momentum")),
        ("the rate is in the velocity", VELOCITY + STEP, RATE_IN_V),
        ("the gradient is changed", VELOCITY, IN_PLACE),
        ("θ is changed", STEP, "        theta -= rate * self.velocity\n        return theta\n"),
        ("nothing is returned", STEP, "        theta = theta - rate * self.velocity\n"),
    ],
    "cross_entropy": [
        ("the sum over the batch", LOSS, LOSS.replace("mean", "sum")),
        ("the sign of the loss", LOSS, f"-{LOSS}"),
        ("one loss an example", LOSS, LOSS.replace(".mean()", "[:, 0]")),
        ("the mean over all entries", LOSS, f"{LOSS} / z.shape[1]"),
        ("softmax along the batch", LOSS, ALONG_THE_BATCH),
        (
            "softmax over all",
            ROWS,
            "    z = z - z.max()\n    return -np.log((np.exp(z) / np.exp(z).sum())[[0, 1], labels]).mean(), z\n",
        ),
        ("no logarithm", LOSS, "(onehot * np.exp(z) / total).sum(axis=1).mean()"),
        ("all classes at once", LOSS, "-np.log((np.exp(z) / total)[:, labels]).mean()"),
        ("all classes at once", GRADIENT, "(np.exp(z) / total - onehot.sum(axis=0)) / len(z)"),
        ("not divided by n", GRADIENT, "np.exp(z) / total - onehot"),
        ("the sign of the gradient", GRADIENT, "(onehot - np.exp(z) / total) / len(z)"),
        ("onehot is forgotten", GRADIENT, "np.exp(z) / total / len(z)"),
        ("divided by all entries", GRADIENT, "(np.exp(z) / total - onehot) / z.size"),
        ("logits in the place of probabilities", GRADIENT, "(z - onehot) / len(z)"),
        ("overflow", ROWS, ""),
        ("the largest of all", ROWS, "    z = z - z.max()\n"),
    ],
}
