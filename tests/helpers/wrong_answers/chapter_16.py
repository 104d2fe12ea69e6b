"""Wrong answers to the exercises of chapter 16."""

DIRECTIONS = "directions[:, ::-1][:, :d]"
M = "P_s.T @ P_t"
SOURCE_MEAN, TARGET_MEAN = "x_source.mean(axis=0)", "x_target.mean(axis=0)"
BACK = "return source_centred @ P_s @ M, target_centred @ P_t"
MEANS = "low, middle, high = np.mean(source_only), np.mean(method), np.mean(target_only)"
RATIO = "return (middle - low) / (high - low)"
NO_GAP = "if high <= low:\n        return None\n    "
FIRST = "low, middle, high = source_only[0], method[0], target_only[0]"

WRONG = {
    "align": [
        ("the target's mean", TARGET_MEAN, "0"),
        ("one mean for both", TARGET_MEAN, SOURCE_MEAN),
        ("one mean of all numbers", TARGET_MEAN, "x_target.mean()"),
        ("the smallest variances", DIRECTIONS, "directions[:, :d]"),
        ("the order of the directions", DIRECTIONS, "directions[:, -d:]"),
        ("rows and columns", DIRECTIONS, "directions[::-1][:d].T"),
        ("rows and columns", DIRECTIONS, "directions[:d].T"),
        ("all directions", DIRECTIONS, "directions[:, ::-1]"),
        ("M at the target", BACK, f"{BACK} @ M"),
        ("the target is aligned", BACK, "return source_centred @ P_s, target_centred @ P_t @ M.T"),
        ("the source's directions", BACK, "return source_centred @ P_s @ M, target_centred @ P_s"),
        ("the deviations", BACK, BACK.replace("target_centred", "target_centred / target_centred.std(axis=0)")),
        ("M is missing", BACK, BACK.replace(" @ M", "")),
        ("M transposed", M, "P_t.T @ P_s"),
        ("the target's directions", BACK, BACK.replace("P_s @ M", "P_t")),
        ("the source's mean", SOURCE_MEAN, "0"),
        ("one mean for both", SOURCE_MEAN, TARGET_MEAN),
        ("the directions", BACK, BACK.replace("source_centred @ ", "")),
        ("the axis of the covariance", "np.cov(x.T)", "np.cov(x)"),
        ("two arrays", BACK, "return source_centred @ P_s @ M"),
    ],
    "gap_covered": [
        ("no gap", NO_GAP, ""),
        ("the mean of ratios", MEANS, "low, middle, high = source_only, method, target_only\n    "
         "if high.mean() > low.mean():\n        return np.mean((middle - low) / (high - low))\n    high = low = 0"),
        ("upside down", RATIO, "return (high - low) / (middle - low)"),
        ("the rest of the gap", RATIO, "return (high - middle) / (high - low)"),
        ("no denominator", RATIO, "return middle - low"),
        ("divided by train on target", RATIO, "return (middle - low) / high"),
        ("divided by source only", RATIO, "return (middle - low) / low"),
        ("two parts", RATIO, "return (middle - low) / (high - middle)"),
        ("a ratio of accuracies", RATIO, "return middle / high"),
        ("percent", RATIO, "return 100 * (middle - low) / (high - low)"),
        ("the sign", RATIO, "return (low - middle) / (high - low)"),
        ("no harm", RATIO, "return max(0, (middle - low) / (high - low))"),
        ("no harm", RATIO, "return abs(middle - low) / (high - low)"),
        ("the first seed only", MEANS, FIRST),
        ("the best seeds", MEANS, MEANS.replace("np.mean", "np.max")),
        ("the median", MEANS, MEANS.replace("np.mean", "np.median")),
        ("one for each seed", RATIO, "return (method - low) / (high - low)"),
        ("an array in an if", MEANS, "low, middle, high = source_only, method, target_only"),
    ],
}  # fmt: skip
