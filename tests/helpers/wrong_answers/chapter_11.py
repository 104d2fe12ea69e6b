"""Wrong answers to the exercises of chapter 11."""

H = "-(q * np.log(np.where(q > 0, q, 1))).sum(axis=-1)"
BACK = "return entropy(p).mean(), entropy(p.mean(axis=0))"

WRONG = {
    "entropies": [
        ("0 · log 0", H, "-(q * np.log(q)).sum(axis=-1)"),
        ("the sign", H, H[1:]),
        ("log to the base 2", H, H.replace("log", "log2")),
        ("log to the base 10", H, H.replace("log", "log10")),
        ("the sum over the examples", BACK, BACK.replace("entropy(p).mean()", "entropy(p).sum()")),
        ("the mean over the classes", H, H.replace(".sum(", ".mean(")),
        ("q is forgotten", H, H.replace("q * np", "np")),
        ("no logarithm", H, "(q * q).sum(axis=-1)"),
        ("no logarithm", H, "1 - (q * q).sum(axis=-1)"),
        ("the largest probability", H, "-q.max(axis=-1) * np.log(q.max(axis=-1))"),
        ("the mean of the wrong axis", BACK, BACK.replace("p.mean(axis=0)", "p.mean(axis=1)")),
        ("down the columns", BACK, BACK.replace("entropy(p).mean()", "entropy(p.T).mean()")),
        ("the two are exchanged", BACK, "return entropy(p.mean(axis=0)), entropy(p).mean()"),
        ("the same twice", BACK, "return entropy(p).mean(), entropy(p).mean()"),
        (
            "counted classes",
            BACK,
            BACK.replace("p.mean(axis=0)", "np.bincount(p.argmax(axis=1), minlength=2) / len(p)"),
        ),
        ("the sum of the rows", BACK, BACK.replace("p.mean(axis=0)", "p.sum(axis=0)")),
        ("the difference", BACK, f"{BACK} - entropy(p).mean()"),
        ("one for each example", BACK, BACK.replace("entropy(p).mean()", "entropy(p)")),
        ("two numbers", BACK, "return entropy(p).mean()"),
    ],
}
