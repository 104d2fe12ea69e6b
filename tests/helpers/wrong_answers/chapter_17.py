"""Wrong answers to the exercises of chapter 17."""

B = "b = np.where(digits > 0, 255, 0)[..., None]  # (n, h, w, 1)"
BLEND = "np.abs(b - patches.astype(int)).astype(np.uint8)"
P = "p = k / n"
RATE = "0.01 / (1 + 10 * p) ** 0.75"
WEIGHT = "2 / (1 + np.exp(-10 * p)) - 1"

WRONG = {
    "blend": [
        ("not binarised", B, "b = digits.astype(int)[..., None]"),
        ("binarised elsewhere", B, B.replace("> 0", "> 127")),
        ("binarised elsewhere", B, B.replace("> 0", "== 255")),
        ("ground and stroke", B, B.replace("255, 0", "0, 255")),
        ("0 and 1", B, "b = (digits > 0).astype(int)[..., None]"),
        ("bytes below 0", BLEND, "np.abs(b.astype(np.uint8) - patches)"),
        ("cut at 0", BLEND, "np.maximum(b - patches.astype(int), 0).astype(np.uint8)"),
        ("cut at 0", BLEND, "np.clip(patches.astype(int) - b, 0, 255).astype(np.uint8)"),
        ("white strokes", BLEND, "np.where(b > 0, 255, patches).astype(np.uint8)"),
        ("a mean", BLEND, "((b + patches.astype(int)) // 2).astype(np.uint8)"),
        ("a sum", BLEND, "(b + patches.astype(int)).astype(np.uint8)"),
        ("grey patches", BLEND, "np.repeat(np.abs(b - patches.mean(axis=-1, keepdims=True).astype(int)), 3, axis=-1)"),
        ("from 0 to 1", BLEND, "np.abs(b - patches.astype(int)) / 255"),
        ("fractions cut off", BLEND, "(np.abs(b - patches.astype(int)) / 255).astype(np.uint8)"),
        ("the axis of colours is missing", B, "b = np.where(digits > 0, 255, 0)"),
        ("not bytes", BLEND, "np.abs(b - patches.astype(int))"),
        ("the input is changed", B, "digits[digits > 0] = 255\n    b = digits.astype(int)[..., None]"),
        ("nothing is returned", f"return {BLEND}", f"result = {BLEND}"),
    ],
    "schedules": [
        ("k is not divided", P, "p = k"),
        ("n − 1", P, "p = k / (n - 1)"),
        ("one step later", P, "p = (k + 1) / n"),
        ("backwards", P, "p = 1 - k / n"),
        ("whole numbers", P, "p = k // n"),
        ("10 is missing", RATE, "0.01 / (1 + p) ** 0.75"),
        ("the exponent", RATE, "0.01 / (1 + 10 * p)"),
        ("the exponent", RATE, "0.01 / np.sqrt(1 + 10 * p)"),
        ("the exponent of 10 p only", RATE, "0.01 / (1 + (10 * p) ** 0.75)"),
        ("a product", RATE, "0.01 * (1 + 10 * p) ** 0.75"),
        ("0.01 is missing", RATE, "1 / (1 + 10 * p) ** 0.75"),
        ("the two are exchanged", f"return {RATE}, {WEIGHT}", f"return {WEIGHT}, {RATE}"),
        ("k is not divided", WEIGHT, "2 / (1 + np.exp(-10.0 * k)) - 1"),
        ("minus 1 is missing", WEIGHT, "2 / (1 + np.exp(-10 * p))"),
        ("a sigmoid", WEIGHT, "1 / (1 + np.exp(-10 * p))"),
        ("the sign in the exponent", WEIGHT, "2 / (1 + np.exp(10 * p)) - 1"),
        ("10 is missing", WEIGHT, "2 / (1 + np.exp(-p)) - 1"),
        ("a straight line", WEIGHT, "p"),
        ("always 1", WEIGHT, "1.0"),
        ("division by 0", P, "p = 1 / (n / k)"),
        ("two numbers", f"return {RATE}, {WEIGHT}", f"return {RATE}"),
    ],
}
