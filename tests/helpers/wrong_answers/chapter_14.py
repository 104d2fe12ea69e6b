"""Wrong answers to the exercises of chapter 14."""

TO_F, TO_D = "d + a * f", "f - b * d"
BOTH = "return f - rate * to_f, d + rate * to_d"
J = "np.array([[a, 1.0], [-1.0, b]])"
MATRIX = "np.eye(2) - rate * J"
BACK = "return matrix, abs(largest), abs(np.degrees(np.angle(largest)))"
FACTOR, ANGLE = "abs(largest), ", "abs(np.degrees(np.angle(largest)))"

WRONG = {
    "play_step": [
        ("the features climb", BOTH, BOTH.replace("f - rate", "f + rate")),
        ("the judge descends", BOTH, BOTH.replace("d + rate", "d - rate")),
        ("one after the other", "to_d = f - b * d", "f = f - rate * to_f\n    return f, d + rate * (f - b * d)"),
        ("one after the other", "to_f = d + a * f", "d2 = d + rate * (f - b * d)\n    to_f = d2 + a * f"),
        ("no damping", TO_F, "d"),
        ("no damping", TO_D, "f"),
        ("half of the damping", TO_F, "d + a / 2 * f"),
        ("twice the damping", TO_D, "f - 2 * b * d"),
        ("the sign of the damping", TO_F, "d - a * f"),
        ("the sign of the damping", TO_D, "f + b * d"),
        ("the other factor", TO_F, "f + a * f"),
        ("no rate", BOTH, "return f - to_f, d + to_d"),
        ("the change alone", BOTH, "return -rate * to_f, rate * to_d"),
        ("the derivatives", BOTH, "return to_f, to_d"),
        ("the order of the two", BOTH, "return d + rate * to_d, f - rate * to_f"),
        ("two numbers", BOTH, "return f - rate * to_f"),
    ],
    "motion": [
        ("the wrong way", MATRIX, "np.eye(2) + rate * J"),
        ("J itself", MATRIX, "J"),
        ("I is missing", MATRIX, "-rate * J"),
        ("I is missing", MATRIX, "rate * J"),
        ("no rate", MATRIX, "np.eye(2) - J"),
        ("ones in the place of I", MATRIX, "1 - rate * J"),
        ("both want a small number", J, "np.array([[a, 1.0], [1.0, -b]])"),
        ("the sign of a 1 in J", J, J.replace("-1.0", "1.0")),
        ("transposed", J, f"{J}.T"),
        ("the sign of b", J, J.replace(", b", ", -b")),
        ("the eigenvalues of J", BACK, BACK.replace(FACTOR, "abs(np.linalg.eigvals(J)).max(), ")),
        ("the real part", BACK, BACK.replace(FACTOR, "largest.real, ")),
        ("the smallest", "argmax()", "argmin()"),
        ("the determinant", BACK, BACK.replace(FACTOR, "np.linalg.det(matrix), ")),
        ("the determinant", BACK, BACK.replace(FACTOR, "np.sqrt(np.linalg.det(matrix)), ")),
        ("another size of a matrix", BACK, BACK.replace(FACTOR, "np.linalg.norm(matrix, 2), ")),
        ("another size of a matrix", BACK, BACK.replace(FACTOR, "np.linalg.norm(matrix), ")),
        ("radians", ANGLE, "abs(np.angle(largest))"),
        ("the sign of the angle", ANGLE, f"-{ANGLE}"),
        ("the angle of J", ANGLE, "abs(np.degrees(np.angle(np.linalg.eigvals(J)[0])))"),
        ("arctan of the rate", ANGLE, "np.degrees(np.arctan(rate))"),
        ("the angle of the other eigenvalue", ANGLE, "max(abs(np.degrees(np.angle(eigenvalues))))"),
        ("between the two", ANGLE, f"2 * {ANGLE}"),
        ("two eigenvalues", BACK, BACK.replace(FACTOR, "abs(eigenvalues), ")),
        ("a complex number", BACK, BACK.replace(FACTOR, "largest, ")),
        ("three values", BACK, "return abs(largest), abs(np.angle(largest))"),
    ],
}
