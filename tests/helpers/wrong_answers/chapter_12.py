"""Wrong answers to the exercises of chapter 12."""

MEAN, VARIANCE = "x.mean(axis=(0, 1, 2))", "((x - mean) ** 2).mean(axis=(0, 1, 2))"
RESULT = "return (x - mean) / np.sqrt(variance + 1e-5)"
BOTH = "np.concatenate([normalised(maps[:n]), normalised(maps[n:])])"
BACK = "return scale * both + offset"
ALONG = "return (x - x.mean(axis=AXIS, keepdims=True)) / np.sqrt(x.var(axis=AXIS, keepdims=True) + 1e-5)"
SOURCE = "(maps - maps[:n].mean(axis=(0, 1, 2))) / np.sqrt(maps[:n].var(axis=(0, 1, 2)) + 1e-5)"

COUNT = "table[digit, answer] += 1"
ACCURACY, COPY = "np.trace(table) / table.sum()", "wrong = table.copy()"
LAST = "return table, accuracy, np.unravel_index(wrong.argmax(), wrong.shape)"
PLACE = "np.unravel_index(wrong.argmax(), wrong.shape)"

WRONG = {
    "own_statistics": [
        ("statistics of both domains", BOTH, "normalised(maps)"),
        ("the source's statistics", BOTH, SOURCE),
        ("the axes", RESULT, ALONG.replace("AXIS", "(0, 1, 2, 3)")),
        ("the axes", RESULT, ALONG.replace("AXIS", "0")),
        ("the axes", RESULT, ALONG.replace("AXIS", "(1, 2)")),
        ("the axes", RESULT, ALONG.replace("AXIS", "3")),
        ("the root is missing", RESULT, "return (x - mean) / (variance + 1e-5)"),
        ("the mean stays", RESULT, "return x / np.sqrt(variance + 1e-5)"),
        ("the mean alone", RESULT, "return x - mean"),
        ("times the deviation", RESULT, RESULT.replace("/", "*")),
        ("divided by count − 1", VARIANCE, "x.var(axis=(0, 1, 2), ddof=1)"),
        ("the mean of the squares", VARIANCE, "(x**2).mean(axis=(0, 1, 2))"),
        ("the small number", RESULT, "return (x - mean) / np.sqrt(variance)"),
        ("offset is missing", BACK, "return scale * both"),
        ("scale is missing", BACK, "return both + offset"),
        ("scale and offset", BACK, "return both"),
        ("the order of scale and offset", BACK, "return scale * (both + offset)"),
        ("the source only", BOTH, "np.concatenate([normalised(maps[:n]), maps[n:]])"),
        ("the order of the domains", BOTH, "np.concatenate([normalised(maps[n:]), normalised(maps[:n])])"),
        ("axes without shapes", MEAN, "x.mean(axis=(1, 2))"),
    ],
    "confusion": [
        ("transposed", COUNT, "table[answer, digit] += 1"),
        ("each place once", COUNT, "table[digit, answer] = 1"),
        ("each place once", COUNT, "table = np.zeros((k, k))\n    table[digits, answers] += 1"),
        ("shares", ACCURACY, f"{ACCURACY}\n    table = table / table.sum(axis=1, keepdims=True)"),
        ("shares", ACCURACY, f"{ACCURACY}\n    table = table / table.sum()"),
        ("the mistakes only", COPY, "wrong = table"),
        ("right answers only", COUNT, "table[digit, answer] += digit == answer"),
        ("the size of the table", ACCURACY, f"{ACCURACY}\n    table = table[: max(digits) + 1, : max(digits) + 1]"),
        ("the share of mistakes", ACCURACY, f"1 - {ACCURACY}"),
        ("the number of right answers", ACCURACY, "np.trace(table)"),
        ("the mean over the classes", ACCURACY, "np.nanmean(np.diag(table) / table.sum(axis=1))"),
        ("divided by the classes", ACCURACY, "np.diag(table).mean()"),
        ("divided by the classes", ACCURACY, "np.trace(table) / table.size"),
        ("right over wrong", ACCURACY, "np.trace(table) / (table.sum() - np.trace(table))"),
        ("a right answer", LAST, LAST.replace("wrong", "table")),
        ("the order of the two", LAST, f"{LAST}[::-1]"),
        ("another kind of mistake", LAST, LAST.replace(PLACE, "(wrong.sum(1).argmax(), wrong.sum(0).argmax())")),
        ("the count", LAST, LAST.replace(PLACE, "wrong.max()")),
        ("the place as one number", LAST, LAST.replace(PLACE, "wrong.argmax()")),
        ("the smallest", LAST, LAST.replace("argmax", "argmin")),
        ("three values", LAST, "return table, accuracy"),
    ],
}
