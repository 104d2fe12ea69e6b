"""Wrong answers to the exercises of chapter 13."""

RIGHT = {
    "A": "lambda always 0",
    "B": "no reversal",
    "C": "domain head reversed",
    "D": "one domain only",
    "E": "lambda twice",
    "F": "scored on the source",
    "G": "gradients never cleared",
    "H": "label loss reversed",
    "I": "labels apart from examples",
    "J": "sum in the place of mean",
    "K": "target labels used",
    "L": "the same batch always",
}
TAKEN = {
    "A": "no reversal",
    "B": "lambda always 0",
    "C": "no reversal",
    "D": "target labels used",
    "E": "sum in the place of mean",
    "F": "target labels used",
    "G": "sum in the place of mean",
    "H": "no reversal",
    "I": "the same batch always",
    "J": "lambda twice",
    "K": "one domain only",
    "L": "one domain only",
}
MISTAKEN = ("no reversal", "no zero_grad", "gradients never cleared", "lambda always 0", "domains exchanged")
MISTAKEN += ("one domain only", "domain head reversed", "lambda twice", "target labels used", "label loss reversed")


def named(letter, name):
    """The passage that names the fault of a loop."""
    return f'    "{letter}": "{name}",\n'


WRONG = {
    "loops": [
        *((f"{letter}: {name}", named(letter, RIGHT[letter]), named(letter, name)) for letter, name in TAKEN.items()),
        *(
            (f"letter {letter}", named(letter, right), named(letter, "label head uphill"))
            for letter, right in RIGHT.items()
        ),
        ("not in the list", named("A", RIGHT["A"]), named("A", "λ is always 0")),
    ],
    "pytorch": [
        *((f"M: {name}", 'ANSWER_M = "graph cut"', f'ANSWER_M = "{name}"') for name in MISTAKEN),
        ("not in the list", 'ANSWER_M = "graph cut"', 'ANSWER_M = "detach"'),
        ("another slip", 'ANSWER_M = "graph cut"', 'ANSWER_M = "the same batch always"'),
    ],
}
