"""Wrong answers to the exercises of chapter 20."""

GAP = "100 * (middle - low) / (high - low)"
MOVED = "source_only + a, method + b, target_only + c"
H = "h, gaps = 0.00005, []"
ENDS = "min(gaps), max(gaps), min(gaps)"
VERDICT = "min(gaps) - 0.05 <= percent <= max(gaps) + 0.05"

RIGHT = {
    "A": "sum over the source only",
    "B": "classes as domain labels",
    "C": "subtracted, no node",
    "D": "Eq. 18 as printed",
    "E": "two nodes",
    "F": "lambda unused",
    "G": "domain labels mixed",
    "H": "scored on the last source batch",
    "I": "best moment by target labels",
    "J": "no schedule",
}
TAKEN = (
    ("A", "classes as domain labels"),
    ("A", "no schedule"),
    ("B", "sum over the source only"),
    ("C", "Eq. 18 as printed"),
    ("D", "subtracted, no node"),
    ("D", "two nodes"),
    ("E", "lambda unused"),
    ("F", "two nodes"),
    ("G", "scored on the last source batch"),
    ("H", "scored on the training target"),
    ("I", "scored on the training target"),
    ("J", "lambda unused"),
)


def named(letter, name):
    """The passage that names the slip of a program."""
    return f'    "{letter}": "{name}",\n'


WRONG = {
    "follows": [
        ("not in percent", GAP, GAP.removeprefix("100 * ")),
        ("no rounding", H, "h, gaps = 0.0, []"),
        ("no rounding", MOVED, MOVED.replace("+ b", "+ a").replace("+ c", "+ a")),
        ("only the method moves", MOVED, "source_only, method + b, target_only"),
        ("the ends stand still", MOVED, "source_only + a, method + b, target_only"),
        ("the ends stand still", MOVED, "source_only, method + b, target_only + c"),
        ("a whole digit", H, "h, gaps = 0.0001, []"),
        ("h too large", H, "h, gaps = 0.0005, []"),
        ("the divisor", GAP, "100 * (middle - low) / high"),
        ("the divisor", GAP, "100 * (middle - low) / (high - middle)"),
        ("what is left", GAP, "100 * (high - middle) / (high - low)"),
        ("a ratio", GAP, "100 * middle / high"),
        ("a difference", GAP, "100 * (middle - low)"),
        ("smallest and largest", ENDS, "max(gaps), min(gaps), min(gaps)"),
        ("the percentage is rounded", VERDICT, "min(gaps) <= percent <= max(gaps)"),
        ("yes and no", VERDICT, f"not ({VERDICT})"),
        ("one side only", VERDICT, "percent <= max(gaps) + 0.05"),
        ("one side only", VERDICT, "min(gaps) - 0.05 <= percent"),
        ("too generous", VERDICT, VERDICT.replace("0.05", "0.1")),
        ("too generous", VERDICT, VERDICT.replace("0.05", "0.5")),
        ("three results", f"return min(gaps), max(gaps), {VERDICT}", f"return {VERDICT}"),
    ],
    "slips": [
        *((f"{letter}: {name}", named(letter, RIGHT[letter]), named(letter, name)) for letter, name in TAKEN),
        *(
            (f"letter {letter}", named(letter, right), named(letter, "two logistic units"))
            for letter, right in RIGHT.items()
        ),
        ("not in the list", named("F", RIGHT["F"]), named("F", "λ unused")),
    ],
}
