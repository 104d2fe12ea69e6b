"""Wrong answers to the exercises of chapter 18."""

BOTH = "mean, deviation = x_source.mean(axis=0), x_source.std(axis=0)"
ONES = "deviation = np.where(deviation > 0, deviation, 1.0)"
BACK = "return (x_source - mean) / deviation, (x_target - mean) / deviation"
ALL = "np.concatenate([x_source, x_target])"
M = "m = max(right, asked - right)"
P = "min(1.0, 2 * sum(comb(asked, k) for k in range(m, asked + 1)) / 2**asked)"
LIMIT = "if P >= 0.05:"
NAMES = 'return P, "DANN" if right > asked - right else "source only"'
OWN = f"""{ONES}
    own = np.where(x_target.std(axis=0) > 0, x_target.std(axis=0), 1.0)"""

WRONG = {
    "standardise": [
        ("division by 0", ONES, "pass"),
        (
            "its own numbers",
            f"{ONES}\n    {BACK}",
            f"{OWN}\n    {BACK.replace('(x_target - mean) / deviation', '(x_target - x_target.mean(axis=0)) / own')}",
        ),
        ("numbers of the target", BOTH, BOTH.replace("x_source", "x_target")),
        ("both domains together", BOTH, f"mean, deviation = {ALL}.mean(axis=0), {ALL}.std(axis=0)"),
        ("the variance", BOTH, BOTH.replace(".std(", ".var(")),
        ("n − 1", BOTH, BOTH.replace("std(axis=0)", "std(axis=0, ddof=1)")),
        ("the mean stays", BACK, "return x_source / deviation, x_target / deviation"),
        ("no deviation", BACK, "return x_source - mean, x_target - mean"),
        ("the bracket", BACK, "return x_source - mean / deviation, x_target - mean / deviation"),
        ("a product", BACK, BACK.replace(" / ", " * ")),
        ("from 0 to 1", BOTH, "mean, deviation = x_source.min(axis=0), x_source.max(axis=0) - x_source.min(axis=0)"),
        ("one number for all columns", BOTH, "mean, deviation = x_source.mean(), x_source.std()"),
        ("one number for all columns", BOTH, "mean, deviation = x_source.mean(axis=0), x_source.std()"),
        ("the column is lost", ONES, "deviation = np.where(deviation > 0, deviation, np.inf)"),
        ("only one domain", BACK, "return (x_source - mean) / deviation, x_target"),
        ("two tables", BACK, "return (x_target - mean) / deviation"),
        (
            "the input is changed",
            BACK,
            "x_target -= mean\n    x_target /= deviation\n    return (x_source - mean) / deviation, x_target",
        ),
        ("the axis", BOTH, BOTH.replace("axis=0", "axis=1")),
    ],
    "decide": [
        ("above 1", P, P.removeprefix("min(1.0, ")[:-1]),
        ("one side", P, P.replace("2 * sum", "sum")),
        ("m is missing", M, "m = right"),
        ("P is 1", M, M.replace("max", "min")),
        ("m + 1", P, P.replace("(m, ", "(m + 1, ")),
        ("the last is missing", P, P.replace("asked + 1", "asked")),
        ("one term", P, "min(1.0, 2 * comb(asked, m) / 2**asked)"),
        ("P is 1", P, P.replace("range(m, asked + 1)", "range(m + 1)")),
        ("1 − P", P, f"1 - {P}"),
        ("a share", P, "right / asked"),
        ("a share", P, "m / asked"),
        ("a power", P, "2 / 2**m"),
        ("P is 1", P, P.replace("2**asked", "2**m")),
        ("not divided", P, P.removeprefix("min(1.0, ").removesuffix(" / 2**asked)")),
        ("P is 1", P, P.replace("min", "max")),
        ("the models are exchanged", NAMES, NAMES.replace(">", "<")),
        ("the limit", LIMIT, "if P >= 0.01:"),
        ("the limit", LIMIT, "if P < 0.05:"),
        ("the limit", LIMIT, "if P >= 0.2:"),
        ("another text", NAMES, NAMES.replace("DANN", "dann")),
        ("division by 0", P, f"{P} * asked / asked"),
        ("two results", 'return P, "more labels"', 'return "more labels"'),
    ],
}
