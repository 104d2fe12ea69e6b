"""The hints of chapter 09."""

import numpy as np

import minidann as md
from minidann.exercises.hints import Hints, Slip


def at(p, value, name, first, second):
    return Slip(name, first, second, what=f"λ({p:g})", when=lambda found: np.isclose(found, value))


RAMP = Hints(
    "Compute λ(0) on paper: e⁰ = 1. Which part of your formula gives another number?",
    "First the sum 1 + e^(−10 p), then 2 divided by this sum, and at the end minus 1.",
    (
        at(0, 1, "minus 1 is missing", "λ begins with 1, and should begin with 0.", "Subtract 1 at the end."),
        at(0, -0.5, "2 is missing", "λ begins below 0: the numerator is 2.", "The formula begins with 2 / (1 + …)."),
        at(0, 0.5, "a sigmoid", "This is the sigmoid of 10 p, which begins with ½.", "Stretch it: twice, minus 1."),
        at(0, 2, "the bracket", "The − 1 stands in the divisor.",
           "2 / (1 + e^(−10 p)) − 1: close the bracket before − 1."),
        at(0, -1, "the sign of λ", "Look at the order of the difference.", "2 / (…) comes first, then − 1."),
        at(0.5, -0.986614, "the sign in the exponent", "λ becomes negative. A negative λ reverses nothing.",
           "The exponent is −10 p, with the minus."),
        at(0.5, 0.244919, "10 is missing", "λ grows too slowly: look at the exponent.", "The exponent is −10 p."),
        at(0.5, 0.024995, "divided by 10", "λ grows much too slowly.", "The exponent is −10 · p, not −p / 10."),
        at(0.5, 0.5, "a straight line", "This is a straight line. The ramp of the paper is steep at the start.",
           "Use the formula with e."),
        at(0.5, 0.993262, "another curve", "This is 1 − e^(−10 p), another curve.", "2 / (1 + e^(−10 p)) − 1."),
        at(0.5, 0.999909, "twice as steep", "λ grows too fast. Is it tanh(10 p), or −20 p?",
           "The exponent is −10 p (and tanh(5 p) is the same curve)."),
        at(0.5, 1.973228, "twice too high", "λ goes to 2, and should go to 1.", "Once 2 / (…), minus 1."),
        at(0.1, 0.0, "whole numbers", "λ jumps: is p rounded?", "Use / and not //, and no rounding."),
        Slip("always the same", "λ does not depend on p.", "p is in the exponent.",
             when=lambda found, p: p == 0.5 and found == 0),
    ),
)  # fmt: skip


def losses(network, batch, domains=None):
    """L_y and L_d of the network before the step. ``domains``: other domain labels, or None."""
    made, (x_source, y_source, x_target) = network(), batch()
    n, m = len(x_source), len(x_target)
    h = made.features(np.concatenate([x_source, x_target]))
    d = np.repeat([[0.0], [1.0]], [n, m], axis=0) if domains is None else domains
    logits = made.domain_head(h)
    return md.cross_entropy(made.label_head(h[:n]), y_source).item(), logits, d


def domain_loss(network, batch, domains=None, rows=slice(None)):
    _, logits, d = losses(network, batch, domains)
    return md.binary_cross_entropy_with_logits(logits[rows], d[rows]).item()


def of(what, name, first, second, gives):
    return Slip(name, first, second, what=what, gives=gives)


Y, D, F = (f"(old − new) / rate, {part}" for part in ("label_head", "domain_head", "features"))
STEP = Hints(
    "Follow the five lines of the text. After each, print the shape and the first numbers.",
    "L_y sees h[:n], L_d sees the reversed h. One backprop of the sum, one loop over network.parameters.",
    (
        of("L_y", "the sum over the batch", "cross_entropy is a mean already. Do you multiply by n?",
           "Return the loss as it is.",
           lambda n, network, batch: n * losses(network, batch)[0]),
        of("L_y", "the mean over all", "You divide by n + m. The target has no share in L_y.",
           "cross_entropy of the n source rows is the mean that we want.",
           lambda n, m, network, batch: n / (n + m) * losses(network, batch)[0]),
        Slip("the losses are exchanged", "L_y and L_d are exchanged, or one of them is returned twice.",
             "Return L_y first, then L_d.", what="L_y",
             when=lambda found, network, batch: np.isclose(found, domain_loss(network, batch))),
        Slip("labels for the target", "The label loss sees other rows than the source.",
             "h[:n] are the rows of the source, if the source comes first.", what="L_y",
             when=lambda found, right: np.isfinite(found) and abs(found - right) < 5),
        of("L_d", "the domains are exchanged",
           "Your labels say 1 for source. The text says 0 for source, 1 for target.",
           "d has n zeros first, then m ones.",
           lambda n, m, network, batch: domain_loss(network, batch, np.repeat([[1.0], [0.0]], [n, m], axis=0))),
        of("L_d", "one domain for all", "All examples have the domain 0. Then there is nothing to tell apart.",
           "d has n zeros, then m ones.",
           lambda n, m, network, batch: domain_loss(network, batch, np.zeros((n + m, 1)))),
        of("L_d", "one domain for all", "All examples have the domain 1. Then there is nothing to tell apart.",
           "d has n zeros, then m ones.",
           lambda n, m, network, batch: domain_loss(network, batch, np.ones((n + m, 1)))),
        of("L_d", "the source only", "L_d sees the source alone. The domain head must see both domains.",
           "Give it all n + m rows of h.", lambda n, network, batch: domain_loss(network, batch, rows=slice(0, n))),
        of("L_d", "the target only", "L_d sees the target alone. The domain head must see both domains.",
           "Give it all n + m rows of h.", lambda n, network, batch: domain_loss(network, batch, rows=slice(n, None))),
        of("L_d", "the sum over the batch", "This loss is a sum, or a multiple of the mean.", "It is a mean already.",
           lambda n, m, network, batch: (n + m) * domain_loss(network, batch)),
        of("L_d", "two means", "You add a mean over the source and a mean over the target. L_d is one mean over all.",
           "One call, with all n + m logits.",
           lambda n, network, batch: domain_loss(network, batch, rows=slice(0, n))
           + domain_loss(network, batch, rows=slice(n, None))),
        of("L_d", "half for each domain",
           "Both domains have the weight ½. Here each example counts alike, and m is not n.",
           "One call, with all n + m logits.",
           lambda n, network, batch: 0.5 * domain_loss(network, batch, rows=slice(0, n))
           + 0.5 * domain_loss(network, batch, rows=slice(n, None))),
        of("L_d", "λ in the loss", "The loss is multiplied by λ. Only the gradient below the node gets λ.",
           "L_y + L_d: the node has λ.", lambda network, batch: 0.5 * domain_loss(network, batch)),
        of(Y, "nothing moves", "No parameter has moved.", "parameter.data -= rate * g[parameter], for each parameter.",
           lambda y: 0 * y),
        of(Y, "uphill", "The label head climbs its loss.", "Downhill is -=, and += is uphill.", lambda y: -y),
        of(Y, "no rate", "The step is the whole gradient.", "Multiply the gradient by rate.", lambda y, rate: y / rate),
        of(Y, "the rate twice", "The rate is multiplied twice.", "Multiply by rate once.", lambda y, rate: rate * y),
        of(Y, "the label head is reversed, too", "The label loss stands behind a node, too.",
           "The node belongs to L_d alone.",
           lambda y, weight: -weight * y),
        of(D, "the node above the head", "The domain head raises its loss. Is the node above it, or is −λ in the sum?",
           "Reverse the features, give the result to the head, and sweep L_y + L_d.", lambda d, weight: -weight * d),
        of(D, "the domain head is reversed", "The domain head raises its loss.", "Only the features are reversed.",
           lambda d: -d),
        of(D, "λ at the domain head", "λ multiplies L_d, too. Then the domain head learns slowly, and λ counts twice.",
           "L_y + L_d: the node has λ.", lambda d, weight: weight * d),
        of(D, "the domain head does not learn", "The domain head has not moved. Is L_d in the sum?",
           "One sweep of L_y + L_d.", lambda d: 0 * d),
        of(F, "the node is missing", "The features help the domain head: no node stands between them.",
           "domain_head(md.reverse_gradient(h, adapt_weight)).", lambda y, d: y + d),
        of(F, "the sign of λ", "The features help the domain head: the sign is turned twice.",
           "Give reverse_gradient λ itself. The node has the minus.", lambda y, d, weight: y + weight * d),
        of(F, "λ is missing", "The node has the factor −1. Where is λ?", "md.reverse_gradient(h, adapt_weight).",
           lambda y, d: y - d),
        of(F, "λ twice", "λ² stands before the gradient of L_d.", "The node has λ already.",
           lambda y, d, weight: y - weight**2 * d),
        of(F, "cut off", "No gradient of L_d reaches the features: the graph is cut.",
           "Use h itself: no .data and no detach, and no second forward pass without the node.", lambda y, d: y),
        of(F, "the label loss is missing", "The features get no gradient of L_y.", "One sweep of L_y + L_d.",
           lambda y, d, weight: -weight * d),
        of(F, "both losses are reversed", "The label loss comes through the node, too.",
           "The label head gets h, and the domain head the reversed h.", lambda y, d, weight: -weight * (y + d)),
        of(F, "the features do not learn", "The features have not moved.", "network.parameters has all three parts.",
           lambda y: 0 * y),
        Slip("two numbers", "Return two numbers: L_y and L_d.", "return L_y.item(), L_d.item()",
             what="what dann_step returns"),
        Slip("labels and rows", "The number of labels is not the number of rows. Only the source has labels.",
             "The label head gets the first n rows of h.", raises="^(ValueError|IndexError): .*label"),
        Slip("an update between two sweeps", "You update the parameters, and then sweep again from the old values.",
             "One sweep of L_y + L_d. Update after it.", raises="updated after the forward pass"),
        Slip("the shape of d", "The logits are (n + m, 1), and d should have this shape, too.",
             "np.repeat([[0.0], [1.0]], [n, m], axis=0) has the shape (n + m, 1).", raises="^ValueError"),
    ),
)  # fmt: skip

HINTS = {"ramp": RAMP, "dann_step": STEP}
