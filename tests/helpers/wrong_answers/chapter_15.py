"""Wrong answers to the exercises of chapter 15."""

COLUMN = "J[:, k] = (field(z + h * e) - field(z - h * e)) / (2 * h)"
ONE, BACK = "e[k] = 1", "return J\n"
RADIUS, TURNING = "np.abs(1 - rate * mu).max()", "(np.abs(mu.imag) > 1e-9).sum()"
LOWEST, HIGHEST = "np.linalg.eigvalsh(J[:n, :n]).min()", "np.linalg.eigvalsh(-J[n:, n:]).max()"
FOUR = "return radius, turning, lowest, highest"
KEPT = "z[k] += h\n        after = field(z)\n        z[k] -= 2 * h\n        J[:, k] = (after - field(z)) / (2 * h)"

WRONG = {
    "jacobian": [
        ("transposed", COLUMN, COLUMN.replace("J[:, k]", "J[k]")),
        ("one side", COLUMN, "J[:, k] = (field(z + h * e) - field(z)) / h"),
        ("one side", COLUMN, "J[:, k] = (field(z) - field(z - h * e)) / h"),
        ("one side over 2 h", COLUMN, COLUMN.replace("z - h * e", "z")),
        ("2 is missing", COLUMN, COLUMN.replace("(2 * h)", "h")),
        ("times h", COLUMN, COLUMN.replace("(2 * h)", "2 * h")),
        ("h is missing", COLUMN, COLUMN.replace("(2 * h)", "2")),
        ("no division", COLUMN, COLUMN.replace(" / (2 * h)", "")),
        ("the sign", COLUMN, "J[:, k] = (field(z - h * e) - field(z + h * e)) / (2 * h)"),
        ("not put back", COLUMN, f"z = z.copy() if k == 0 else z\n        {KEPT}"),
        ("z is changed", BACK, "z += h\n    return J\n"),
        ("all numbers at once", ONE, "e[:] = 1"),
        ("all numbers at once", COLUMN, "return (field(z + h) - field(z - h)) / (2 * h)"),
        ("the diagonal only", COLUMN, COLUMN.replace("J[:, k]", "J[k, k]").replace(" / (2", "[k] / (2")),
        ("the symmetric part", BACK, "return (J + J.T) / 2\n"),
        ("a shape", COLUMN, COLUMN.replace("J[:, k]", "J[k, k]")),
    ],
    "read_jacobian": [
        ("the rate is missing", RADIUS, RADIUS.replace("rate * ", "")),
        ("the wrong way", RADIUS, RADIUS.replace("1 -", "1 +")),
        ("the smallest", RADIUS, RADIUS.replace("max", "min")),
        ("the largest μ", RADIUS, "np.abs(mu).max()"),
        ("the largest μ", RADIUS, "np.abs(rate * mu).max()"),
        ("the order of size and difference", RADIUS, "(1 - rate * np.abs(mu)).max()"),
        ("the order of size and difference", RADIUS, "np.abs(1 - rate * np.abs(mu)).max()"),
        ("the real part", RADIUS, "np.abs(1 - rate * mu.real).max()"),
        ("eigvalsh of J", RADIUS, "np.abs(1 - rate * np.linalg.eigvalsh(J)).max()"),
        ("pairs", TURNING, "(mu.imag > 1e-9).sum()"),
        ("the real ones", TURNING, TURNING.replace(">", "<=")),
        ("all of them", TURNING, "len(mu)"),
        ("yes or no", TURNING, TURNING.replace("sum", "any")),
        ("the largest", LOWEST, LOWEST.replace("min", "max")),
        ("the other block", LOWEST, LOWEST.replace("[:n, :n]", "[n:, n:]")),
        ("the diagonal", LOWEST, "np.diag(J[:n, :n]).min()"),
        ("the whole of J", LOWEST, "mu.real.min()"),
        ("the whole of J", LOWEST, "np.linalg.eigvalsh(J).min()"),
        ("the entries", LOWEST, "J[:n, :n].min()"),
        ("the sign", LOWEST, LOWEST.replace("(J", "(-J")),
        ("the minus is missing", HIGHEST, HIGHEST.replace("-J", "J")),
        ("the smallest", HIGHEST, HIGHEST.replace("max", "min")),
        ("the other block", HIGHEST, HIGHEST.replace("[n:, n:]", "[:n, :n]")),
        ("the diagonal", HIGHEST, "np.diag(-J[n:, n:]).max()"),
        ("four numbers", FOUR, "return radius < 1, turning > 0, lowest >= 0"),
    ],
}
