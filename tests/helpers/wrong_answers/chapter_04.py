"""Wrong answers to the exercises of chapter 04."""

QUOTIENT = "(f(x + step) - f(x - step)) / (2 * h)"
LOOP = """    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = h
        gradient[place] = (f(x + step) - f(x - step)) / (2 * h)
"""
COPY = "    x = np.array(x, float)  # a copy\n"
MOVED = "(f(x + h) - f(x - h)) / (2 * h)"
NOT_BACK = LOOP.replace("step = np.zeros_like(x)\n", "x[place] += h\n").replace(
    "step[place] = h", "above = f(x.copy())"
)
NOT_BACK = NOT_BACK.replace(QUOTIENT, "(above - f(x - 2 * h * (x == x[place]))) / (2 * h)")
IN_PLACE = """    gradient = np.zeros(np.shape(x))
    for place in np.ndindex(x.shape):
        x[place] += h
        above = f(x)
        x[place] -= 2 * h
        gradient[place] = (above - f(x)) / (2 * h)
        x[place] += h
    return gradient
"""
SHAPES = "    if np.shape(g) != q.shape:\n        return False\n"
DECISION = "    return bool((np.abs(g - q) <= 1e-6 * max(1, np.abs(q).max())).all())\n"
LIMIT = "1e-6 * max(1, np.abs(q).max())"

WRONG = {
    "numerical_gradient": [
        ("one side only", QUOTIENT, "(f(x + step) - f(x)) / h"),
        ("one side only", QUOTIENT, "(f(x) - f(x - step)) / h"),
        ("divided by h", QUOTIENT, "(f(x + step) - f(x - step)) / h"),
        ("not divided by h", QUOTIENT, "(f(x + step) - f(x - step)) / 2"),
        ("h multiplied", QUOTIENT, "(f(x + step) - f(x - step)) / 2 * h"),
        ("the opposite sign", QUOTIENT, "(f(x - step) - f(x + step)) / (2 * h)"),
        ("h is ignored", COPY, f"    h = 1e-5\n{COPY}"),
        ("all entries at once", QUOTIENT, MOVED),
        ("all entries at once", COPY, f"    return {MOVED}\n"),
        ("not moved back", LOOP, NOT_BACK),
        ("x has changed", COPY, "    x, _ = np.array(x, float), x.__iadd__(1)\n"),
        ("a flat result", "    return gradient\n", "    return gradient.ravel()\n"),
        ("whole rows", "for place in np.ndindex(x.shape):", "for place in range(len(x)):"),
        ("whole numbers", COPY, IN_PLACE),
        ("nothing is returned", "    return gradient\n", ""),
    ],
    "agrees": [
        ("no True or False", DECISION, f"    return np.abs(g - q) <= {LIMIT}\n"),
        ("refused", DECISION, DECISION.replace("bool(", "not (")),
        ("refused", DECISION, "    return bool((g == q).all())\n"),
        ("refused", DECISION, "    return bool((g == np.round(q, 9)).all())\n"),
        ("the sign is lost", DECISION, f"    return bool((g - q <= {LIMIT}).all())\n"),
        ("the sign is lost", DECISION, f"    return bool((np.abs(g) - np.abs(q) <= {LIMIT}).all())\n"),
        ("only one entry", DECISION, DECISION.replace(".all()", ".any()").replace("(np.abs", "np.array(np.abs")),
        ("errors cancel", DECISION, f"    return bool(abs((g - q).sum()) <= {LIMIT})\n"),
        ("too generous", DECISION, DECISION.replace("1e-6", "1e-2")),
        ("too generous", DECISION, "    return bool(np.allclose(g, q))\n"),
        ("the sign is lost", DECISION, f"    return bool(abs(np.linalg.norm(g) - np.linalg.norm(q)) <= {LIMIT})\n"),
        ("only the size", DECISION, f"    return bool((np.abs(np.sort(g) - np.sort(q)) <= {LIMIT}).all())\n"),
        ("NaN passes", DECISION, f"    return not (np.abs(g - q) > {LIMIT}).any()\n"),
        ("another shape passes", SHAPES, ""),
        ("no common scale", LIMIT, "1e-6"),
        ("no common scale", LIMIT, "1e-6 * np.abs(q)"),
        ("the scale has a sign", LIMIT, "1e-6 * max(1, q.max())"),
        ("the scale has a sign", LIMIT, "1e-6 * max(1, abs(q.max()))"),
        ("a division by 0", DECISION, "    return bool((np.abs(g - q) / np.abs(q) <= 1e-6).all())\n"),
    ],
}
