"""Wrong answers to the exercises of chapter 10."""

LOST = "(there == y).mean() - (back == y).mean()"
SEEDS = "(p.argmax(axis=1) != p_other.argmax(axis=1)).mean()"
LESS = "1 - diversity(p_small) / diversity(p)"
ROW, H = "q = probabilities.mean(axis=0)", "return -(q * np.log(q)).sum()"
BACK = f"return lost, disagree, {LESS}"
SHARE, ERROR = "np.mean(y == 1)", "np.mean(predicted != y)"
LEAST = "max(0.0, abs(target_share - source_share) - source_error)"
RIGHT_SIDE = "abs(target_share - source_share) - source_error"

WRONG = {
    "three_signs": [
        ("the other way round", LOST, "(back == y).mean() - (there == y).mean()"),
        ("the way back alone", LOST, "(back == y).mean()"),
        ("the errors of the way back", LOST, "(back != y).mean()"),
        ("without the labels", LOST, "(there != back).mean()"),
        ("only the points that were right", LOST, "(back != y)[there == y].mean()"),
        ("a ratio", LOST, "1 - (back == y).mean() / (there == y).mean()"),
        ("counts", LOST, LOST.replace("mean", "sum")),
        ("the order of the three", BACK, f"return disagree, lost, {LESS}"),
        ("no sign below 0", BACK, f"return abs(lost), disagree, {LESS}"),
        ("no sign below 0", BACK, f"return lost, disagree, max(0, {LESS})"),
        ("agreement", SEEDS, SEEDS.replace("!=", "==")),
        ("probabilities and not classes", SEEDS, "abs(p - p_other).mean()"),
        ("counts", SEEDS, SEEDS.replace("mean", "sum")),
        ("down the columns", SEEDS, SEEDS.replace("axis=1", "axis=0")),
        ("the other network", SEEDS, SEEDS.replace("p_other", "p_small")),
        ("upside down", LESS, "1 - diversity(p) / diversity(p_small)"),
        ("1 minus is missing", LESS, "diversity(p_small) / diversity(p)"),
        ("ratio minus 1", LESS, "diversity(p_small) / diversity(p) - 1"),
        ("a difference", LESS, "diversity(p) - diversity(p_small)"),
        ("the mean of the entropies", ROW, "return -(probabilities * np.log(probabilities)).sum(axis=1).mean()"),
        ("counted classes", ROW, "q = np.bincount(probabilities.argmax(axis=1)) / len(probabilities)"),
        ("the other seed", LESS, LESS.replace("p_small", "p_other")),
        ("down the columns", ROW, ROW.replace("axis=0", "axis=1")),
        ("three numbers", BACK, "return lost"),
    ],
    "least_error": [
        ("no error below 0", LEAST, RIGHT_SIDE),
        ("the error is added", LEAST, LEAST.replace("- source_error", "+ source_error")),
        ("the error is missing", LEAST, LEAST.replace(" - source_error", "")),
        ("the shares of the predictions", SHARE, "np.mean(predicted == 1)"),
        ("the share of class 0", SHARE, "np.mean(y == 0)"),
        ("one half for the source", SHARE, "0.5"),
        ("one half for the source", SHARE, "0.0"),
        ("half of the difference", LEAST, LEAST.replace("source_share)", "source_share) / 2")),
        ("the square", LEAST, LEAST.replace("source_share)", "source_share) ** 2")),
        ("the sign of the difference", LEAST, LEAST.replace("abs", "")),
        ("abs of all", LEAST, f"abs({RIGHT_SIDE})"),
        ("right in the place of wrong", ERROR, "np.mean(predicted == y)"),
        ("an array", SHARE, "y == 1"),
        ("an array", LEAST, "np.maximum(0, abs(target_share - (y == 1)) - source_error)"),
    ],
}
