"""Wrong answers to the exercises of chapter 19."""

XP = "xp = array_module(z)"
E = "e = xp.exp(z - z.max(axis=1, keepdims=True))  # (n, k)"
BACK = "return e / e.sum(axis=1, keepdims=True)"
COPY = "    import chapter_19_device as device\n    z = z if xp.__name__ == 'numpy' else device.library.asnumpy(z)\n"
NUMPY = "import numpy as xp"

FIRST = "total = losses[0]"
REST = "losses[1:]"
ADD = "total = total + loss  # stays on the device"
MEAN = "return float(total / len(losses))"

WRONG = {
    "softmax": [
        ("a function of NumPy", XP, NUMPY),
        ("a function of NumPy", E, E.replace("z.max(", "__import__('numpy').max(z, ")),
        ("a missing function", E, "e = xp.exp(xp.subtract(z, z.max(axis=1, keepdims=True)))"),
        ("the largest number is not subtracted", E, "e = xp.exp(z)"),
        ("the sum over the examples", BACK, BACK.replace("axis=1", "axis=0")),
        ("one sum for all", BACK, "return e / e.sum()"),
        ("not divided", BACK, "return e"),
        ("not divided", BACK, BACK.replace("sum", "max")),
        ("the sign", E, E.replace("z - z.max(axis=1, keepdims=True)", "z.max(axis=1, keepdims=True) - z")),
        ("a logarithm", BACK, "return xp.log(e / e.sum(axis=1, keepdims=True))"),
        ("without e", BACK, "return z / z.sum(axis=1, keepdims=True)"),
        ("a sigmoid", BACK, "return 1 / (1 + xp.exp(-z))"),
        ("another base", E, "e = 2 ** (z - z.max(axis=1, keepdims=True))"),
        ("keepdims is missing", BACK, "return e / e.sum(axis=1)"),
        ("keepdims is missing", E, "e = xp.exp(z - z.max(axis=1))"),
        ("a NumPy array comes back", XP, f"{XP}\n{COPY}    {XP}"),
        ("Python waits", E, f"if z.max() > 50:\n        z = z - z.max()\n    {E}"),
        ("the input is changed", E, "z -= z.max(axis=1, keepdims=True)\n    e = xp.exp(z)"),
    ],
    "mean_loss": [
        ("a wait for each loss", ADD, "total = total + float(loss)"),
        ("a wait for each loss", MEAN, "return sum(loss.item() for loss in losses) / len(losses)"),
        ("a question more", MEAN, f"if total > 1e9:\n        print('large')\n    {MEAN}"),
        ("not a float", MEAN, "return total / len(losses)"),
        ("not divided", MEAN, "return float(total)"),
        ("n − 1", MEAN, "return float(total / (len(losses) - 1))"),
        ("the first is missing", FIRST, "total = 0.0"),
        ("one loss twice", REST, "losses"),
        ("the last loss", MEAN, "return float(loss)"),
        ("the largest loss", MEAN, "return max(map(float, losses))"),
        ("whole numbers", MEAN, "return float(total) // len(losses)"),
        ("half and half", f"{ADD}\n    {MEAN}", "total = (total + loss) / 2\n    return float(total)"),
        ("the losses are changed", ADD, "total += loss"),
        ("the median", MEAN, "return float(array_module(total).median(array_module(total).stack(losses)))"),
        ("a missing function", MEAN, "return float(array_module(total).divide(total, len(losses)))"),
        ("a function of NumPy", MEAN, "import numpy as np\n\n    return float(np.mean(losses))"),
    ],
}
