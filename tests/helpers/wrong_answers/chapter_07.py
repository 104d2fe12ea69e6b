"""Wrong answers to the exercises of chapter 07."""

ERROR = "(source_error + target_error) / 2"
BACK = "return 2 * (1 - 2 * error)"
SOURCE, TARGET = "np.mean(source_logits > 0)", "np.mean(target_logits <= 0)"
POT = "np.mean(np.concatenate([source_logits > 0, target_logits <= 0]))"

WRONG = {
    "proxy_a_distance": [
        ("all in one pot", ERROR, POT),
        ("right in the place of wrong", ERROR, f"1 - {ERROR}"),
        ("the sum of the shares", ERROR, "source_error + target_error"),
        ("the source only", ERROR, "source_error"),
        ("the target only", ERROR, "target_error"),
        ("the inner 2 is missing", BACK, "return 2 * (1 - error)"),
        ("the outer 2 is missing", BACK, "return 1 - 2 * error"),
        ("the error itself", BACK, "return error"),
        ("the same side for both", TARGET, TARGET.replace("<=", ">")),
        ("half as the limit", ERROR, "(np.mean(source_logits > 0.5) + np.mean(target_logits <= 0.5)) / 2"),
        ("no distance below 0", BACK, "return abs(2 * (1 - 2 * error))"),
        ("no distance below 0", BACK, "return max(0, 2 * (1 - 2 * error))"),
        ("a logit of 0", TARGET, TARGET.replace("<=", "<")),
        ("a logit of 0", SOURCE, SOURCE.replace(">", ">=")),
        ("counts", ERROR, "(np.sum(source_logits > 0) + np.sum(target_logits <= 0)) / 2"),
        ("an array", SOURCE, "source_logits > 0"),
    ],
}
