"""Wrong answers to the exercises of chapter 01."""

AT_E = "at_h * (1 - h**2) + 1"
BACK = "return at_e * x, at_e * w, at_e"

WRONG = {
    "walk_back": [
        ("w in the place of x", BACK, "return at_e * w, at_e * w, at_e"),
        ("x in the place of w", BACK, "return at_e * x, at_e * x, at_e"),
        ("the last step is forgotten", BACK, "return at_e, at_e, at_e"),
        ("b in the derivative", BACK, "return at_e * x, at_e * w, at_e * b"),
        ("the wrong place", BACK, "return at_e * x, at_e, at_e * w"),
        ("one path only", AT_E, "at_h * (1 - h**2)"),
        ("one path only", AT_E, "1"),
        ("tanh is skipped", AT_E, "at_h + 1"),
        ("e in the derivative of tanh", AT_E, "at_h * (1 - e**2) + 1"),
        ("the square is forgotten", AT_E, "at_h * (1 - h) + 1"),
        ("the 2 is forgotten", "2 * h", "h"),
        ("h is forgotten", "2 * h", "2"),
        ("e in the place of h", "2 * h", "2 * e"),
        ("the sign in the derivative of tanh", AT_E, "at_h * (1 + h**2) + 1"),
        ("a product of paths", AT_E, "at_h * (1 - h**2) - 1"),
        ("three numbers", BACK, "return at_e * x, at_e * w"),
    ],
}
