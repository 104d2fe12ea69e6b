"""Wrong answers to the exercises of chapter 09."""

RAMP = "2 / (1 + np.exp(-10 * p)) - 1"
ROWS = "md.cross_entropy(network.label_head(h[:n]), y_source)"
DOMAINS = "np.repeat([[0.0], [1.0]], [n, m], axis=0)  # (n + m, 1)"
NODE = "network.domain_head(md.reverse_gradient(h, adapt_weight))"
LOSS = "domain_loss = md.binary_cross_entropy_with_logits(logits, d)"
SUM = "md.backprop(label_loss + domain_loss)"
TWICE = (
    "md.backprop(label_loss)\n    for parameter in network.parameters:\n        "
    "parameter.data -= rate * g.get(parameter, 0)\n    g = md.backprop(domain_loss)"
)
STEP = "parameter.data -= rate * g[parameter]"
BACK = "return label_loss.item(), domain_loss.item()"
SECOND = "md.binary_cross_entropy_with_logits(logits[n:], d[n:])"
TWO_MEANS = f"{LOSS.replace('logits, d', 'logits[:n], d[:n]')} + {SECOND}"

WRONG = {
    "ramp": [
        ("minus 1 is missing", RAMP, "2 / (1 + np.exp(-10 * p))"),
        ("2 is missing", RAMP, "1 / (1 + np.exp(-10 * p)) - 1"),
        ("a sigmoid", RAMP, "1 / (1 + np.exp(-10 * p))"),
        ("the bracket", RAMP, "2 / (1 + np.exp(-10 * p) - 1)"),
        ("the sign in the exponent", RAMP, "2 / (1 + np.exp(10 * p)) - 1"),
        ("10 is missing", RAMP, "2 / (1 + np.exp(-p)) - 1"),
        ("divided by 10", RAMP, "2 / (1 + np.exp(-p / 10)) - 1"),
        ("a straight line", RAMP, "p"),
        ("another curve", RAMP, "1 - np.exp(-10 * p)"),
        ("twice as steep", RAMP, "np.tanh(10 * p)"),
        ("twice too high", RAMP, f"2 * ({RAMP})"),
        ("always the same", RAMP, "0.0"),
    ],
    "dann_step": [
        ("the sum over the batch", ROWS, f"{ROWS} * n"),
        ("the mean over all", ROWS, f"{ROWS} * (n / (n + m))"),
        ("the losses are exchanged", BACK, "return domain_loss.item(), label_loss.item()"),
        ("labels for the target", ROWS, ROWS.replace("h[:n]", "h[n : 2 * n]")),
        ("the domains are exchanged", DOMAINS, "np.repeat([[1.0], [0.0]], [n, m], axis=0)"),
        ("one domain for all", DOMAINS, "np.zeros((n + m, 1))"),
        ("the source only", LOSS, LOSS.replace("logits, d", "logits[:n], d[:n]")),
        ("the target only", LOSS, LOSS.replace("logits, d", "logits[n:], d[n:]")),
        ("the sum over the batch", LOSS, f"{LOSS} * (n + m)"),
        ("two means", LOSS, TWO_MEANS),
        ("half for each domain", LOSS, f"{TWO_MEANS}\n    domain_loss = domain_loss * 0.5"),
        ("λ in the loss", LOSS, f"{LOSS} * adapt_weight"),
        ("an update between two sweeps", SUM, TWICE),
        ("nothing moves", STEP, "parameter.grad = g[parameter]"),
        ("uphill", STEP, STEP.replace("-=", "+=")),
        ("no rate", STEP, STEP.replace("rate * ", "")),
        ("the rate twice", STEP, STEP.replace("rate", "rate * rate")),
        ("the label head is reversed, too", ROWS, f"md.reverse_gradient({ROWS}, adapt_weight)"),
        ("the node above the head", NODE, "md.reverse_gradient(network.domain_head(h), adapt_weight)"),
        ("the node above the head", SUM, "md.backprop(label_loss - adapt_weight * domain_loss)"),
        ("λ at the domain head", SUM, "md.backprop(label_loss + domain_loss * adapt_weight)"),
        ("the domain head does not learn", SUM, "md.backprop(label_loss + 0 * domain_loss)"),
        ("the node is missing", NODE, "network.domain_head(h)"),
        ("λ is missing", NODE, NODE.replace("adapt_weight", "1.0")),
        ("λ twice", NODE, NODE.replace("adapt_weight", "adapt_weight**2")),
        ("cut off", NODE, NODE.replace("(h,", "(md.Tensor(h.data),")),
        ("both losses are reversed", ROWS, ROWS.replace("h[:n]", "md.reverse_gradient(h, adapt_weight)[:n]")),
        ("two numbers", BACK, "return (label_loss + domain_loss).item()"),
        ("labels and rows", ROWS, ROWS.replace("h[:n]", "h")),
        ("the shape of d", DOMAINS, "np.repeat([[0.0], [1.0]], n, axis=0)"),
    ],
}
