"""Whether one sweep makes the three updates: healthy networks pass at every λ, each planted mistake is named."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from helpers import standin

import minidann as md
from minidann.adapt import DANN, MOONS, build_dann
from minidann.adapt.recipes import DIGITS, JOURNAL
from minidann.nn import Dense, Dropout, Relu, Sequential, Tanh
from minidann.probe.check.three_updates import check_adversarial

WEIGHTS = [0, 0.3, 1, 5]
SMALL = replace(MOONS, features=(6, 5), domain_hidden=(7,))


def batch_of(shape, classes=3, n=12, m=9):
    rng = np.random.default_rng(1)
    return (
        rng.normal(size=(n, *shape)).astype("f"),
        rng.integers(0, classes, n),
        rng.normal(size=(m, *shape)).astype("f"),
    )


BATCH = batch_of((2,))


class Node(md.Op):
    """The identity, with a backward rule of its own."""

    def __init__(self, rule):
        self.rule = rule

    def forward(self, x):
        return x

    def backward(self, grad):
        return (self.rule(grad),)


def node(x, rule):
    return md.apply(Node(rule), x)


class Mistaken(DANN):
    """A DANN whose losses are computed in the way that ``how`` says."""

    how = "healthy"

    def losses(self, x_source, y_source, x_target, adapt_weight, with_domain_loss=True, rng=None):
        h = self.features(np.concatenate([x_source, x_target]), rng)
        n, weight = len(x_source), adapt_weight
        domains = np.zeros((len(h), 1))
        domains[n:] = 1
        label_features, seen, above, sign = h, md.reverse_gradient(h, weight), lambda z: z, 1
        if self.how == "own reversal":
            seen = node(h, lambda g: -weight * g)
        elif self.how == "no reversal":
            seen = h
        elif self.how == "above the domain head":
            seen, above = h, lambda z: md.reverse_gradient(z, weight)
        elif self.how == "below the label head too":
            label_features = seen
        elif self.how == "subtracted as well":
            sign = -1
        elif self.how == "subtracted instead":
            seen, sign = h, -1
        elif self.how == "detached":
            seen = md.reverse_gradient(h.detach(), weight)
        elif self.how == "label detached":
            label_features = h.detach()
        elif self.how == "twice":
            seen = md.reverse_gradient(seen, weight)
        elif self.how == "sign forgotten":
            seen = node(h, lambda g: weight * g)
        elif self.how == "λ forgotten":
            seen = md.reverse_gradient(h, 1.0)
        elif self.how == "clipped":
            seen = node(h, lambda g: -weight * np.clip(g, -1e-3, 1e-3))
        elif self.how == "slightly off":
            seen = md.reverse_gradient(h, weight * (1 + 1e-7))
        label = md.cross_entropy(self.label_head(label_features[:n], rng), y_source)
        loss = md.binary_cross_entropy_with_logits(above(self.domain_head(seen, rng)), domains)
        return SimpleNamespace(label_loss=label, domain_loss=sign * loss)


def mistaken(how, network=None):
    network = build_dann((2,), 3, SMALL, np.random.default_rng(0)) if network is None else network
    wrong = Mistaken(network.features, network.label_head, network.domain_head)
    wrong.how = how
    return wrong


# healthy ones ---------------------------------------------------------------------------------------------------------


def healthy():
    rng = np.random.default_rng(0)
    own_heads = [Sequential(Dense(4, 3, rng)), Sequential(Dense(4, 5, rng), Tanh(), Dense(5, 1, rng))]
    return {
        "moons": (build_dann((2,), 3, MOONS, rng), BATCH),
        "journal": (build_dann((2,), 3, JOURNAL, rng), BATCH),
        "digits": (build_dann((8, 8, 1), 3, DIGITS, rng), batch_of((8, 8, 1))),
        "conditioned": (build_dann((8, 8, 1), 3, replace(DIGITS, conditioned=True), rng), batch_of((8, 8, 1))),
        "relu and dropout": (DANN(Sequential(Dense(2, 4, rng), Relu(), Dropout(0.5)), *own_heads), BATCH),
        "no reversal class of the package": (mistaken("own reversal"), BATCH),
        "written anew": (mistaken("healthy"), BATCH),
    }


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("name", healthy())
def test_healthy_networks_pass(name, weight):
    network, batch = healthy()[name]
    check = check_adversarial(network, batch, weight)
    assert check, check
    assert check.ok
    assert str(check).startswith(f"yes: one sweep of L_y + L_d makes the updates of Eqs. 4–6 at λ = {weight}")
    assert [row["name"] for row in check] == ["features", "label_head", "domain_head"]
    features, label, domain = check
    assert features["× L_y"] == pytest.approx(1)
    assert features["× L_d"] == pytest.approx(-weight)
    assert (label["× L_y"], domain["× L_d"]) == pytest.approx((1, 1))
    assert all(row["difference"] < 1e-12 for row in check)  # Python's max could lose a NaN


def test_expected_and_got_are_norms_of_the_gradients():
    network = build_dann((2,), 3, SMALL, np.random.default_rng(0))
    check = check_adversarial(network, BATCH, 0.3)
    losses = network.losses(*BATCH, 0.3)
    g = md.backprop(losses.label_loss + losses.domain_loss)
    for part, named in network.parts().items():
        norm = np.sqrt(sum((g[p] ** 2).sum() for p in named.values()))
        assert check[part]["got"] == pytest.approx(norm, rel=1e-5)
        assert check[part]["expected"] == pytest.approx(norm, rel=1e-5)


def test_what_a_conditioned_network_holds_constant_is_a_note_and_no_fault():
    network, batch = healthy()["conditioned"]
    check = check_adversarial(network, batch, 0.3)
    assert check.notes == ["a part of what L_d owes to the features is held constant, without a gradient"]
    plain = build_dann((8, 8, 1), 3, DIGITS, np.random.default_rng(0))
    assert check_adversarial(plain, batch, 0.3).notes == []


def test_a_nan_that_only_the_joint_sweep_has_is_no_pass():
    class NanAtFirst(md.Op):
        """The identity, whose first backward call returns NaN: the joint sweep comes first."""

        swept = False

        def forward(self, x):
            return x + 0.0

        def backward(self, grad):
            first, self.swept = not self.swept, True
            return (grad * np.nan if first else grad,)

    class Poisoned(DANN):
        def features_of_both(self, x_source, x_target, rng):
            return md.apply(NanAtFirst(), super().features_of_both(x_source, x_target, rng))

    network = build_dann((2,), 3, MOONS, np.random.default_rng(0))
    found = check_adversarial(
        Poisoned(network.features, network.label_head, network.domain_head), BATCH, adapt_weight=0.7
    )
    assert not found
    assert "features" in str(found).splitlines()[0]


def test_nothing_of_the_network_is_changed():
    for network, batch in healthy().values():
        parameters = network.parameters()
        before = {name: (p.data, p.data.copy(), p.version) for name, p in parameters.items()}
        statistics = {name: array.copy() for name, array in network.statistics().items()}
        check_adversarial(network, batch, 0.3)
        for name, p in parameters.items():
            array, values, version = before[name]
            assert p.data is array
            assert p.version == version
            np.testing.assert_array_equal(array, values)
        for name, array in network.statistics().items():
            np.testing.assert_array_equal(array, statistics[name])


def test_a_domain_head_that_starts_at_0_can_hide_nothing():
    def build(how):
        network = mistaken(how)
        for p in network.domain_head.parameters().values():
            p.data[...] = 0  # so no gradient of L_d arrives at the features at these weights
        return network

    assert check_adversarial(build("healthy"), BATCH, 0.5)
    check = check_adversarial(build("no reversal"), BATCH, 0.5)
    assert not check
    assert check["features"]["× L_d"] == pytest.approx(1)
    assert "a little beside them" in str(check)


# wrong ones -----------------------------------------------------------------------------------------------------------

# how: what is said at λ = 0.7, and how often (∂L_y, ∂L_d) are found at the features and ∂L_d at the domain head
MISTAKES = {
    "no reversal": ("the features descend L_d, as without a reversal (+1 where -0.7", (1, 1), 1),
    "above the domain head": ("the domain head ascends L_d and learns to be wrong (-0.7 where +1", (1, -0.7), -0.7),
    "below the label head too": ("the features ascend L_y, as if reversed too (-0.7 where +1", (-0.7, -0.7), 1),
    "subtracted as well": ("L_d is below 0, and a loss cannot be: L_d is subtracted", (1, 0.7), -1),
    "subtracted instead": ("L_d is below 0, and a loss cannot be: L_d is subtracted", (1, -1), -1),
    "twice": ("the features descend L_d, as if it were reversed twice (+0.49 where -0.7", (1, 0.49), 1),
    "sign forgotten": ("the features descend L_d, as without a reversal (+0.7 where -0.7", (1, 0.7), 1),
    "λ forgotten": ("the features ascend L_d at another rate (-1 where -0.7", (1, -1), 1),
    "slightly off": ("the gradient at the features is off by", (1, -0.7), 1),
}


@pytest.mark.parametrize("how", MISTAKES)
def test_each_mistake_is_found_named_and_measured(how):
    sentence, (times_y, times_d), at_head = MISTAKES[how]
    check = check_adversarial(mistaken(how), BATCH, 0.7)
    assert not check
    assert f"no: {sentence}" in str(check)
    assert check["features"]["× L_y"] == pytest.approx(times_y, rel=1e-6)
    assert check["features"]["× L_d"] == pytest.approx(times_d, rel=1e-3)  # a factor may be known by quotients alone
    assert check["domain_head"]["× L_d"] == pytest.approx(at_head)
    assert check["features"]["wanted L_d"] == -0.7


@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("how", MISTAKES)
def test_each_mistake_is_found_at_every_weight_where_it_is_one(how, weight):
    same = {  # at these λ the updates are those of Eqs. 4–6 all the same
        "twice": [0],
        "sign forgotten": [0],
        "λ forgotten": [1],
        "slightly off": [0],
    }
    check = check_adversarial(mistaken(how), BATCH, weight)
    assert bool(check) == (weight in same.get(how, [])), check


@pytest.mark.parametrize(("how", "loss"), [("detached", "L_d"), ("label detached", "L_y")])
def test_detached_features_are_found(how, loss):
    check = check_adversarial(mistaken(how), BATCH, 0.7)
    assert not check
    assert check.faults == [f"nothing of {loss} arrives at the features, on which it depends: detached there"]
    assert np.isnan(check["features"][f"× {loss}"])


def test_at_lambda_0_nothing_is_to_arrive():
    assert check_adversarial(mistaken("detached"), BATCH, 0)
    assert not check_adversarial(mistaken("label detached"), BATCH, 0)


def test_a_node_inside_the_trunk_is_located():
    class Turn(Tanh):
        def __call__(self, x, rng=None):
            return md.reverse_gradient(x, 0.7)

    network = build_dann((2,), 3, SMALL, np.random.default_rng(0))
    layers = network.features.layers  # normalise, dense, tanh, dense, tanh
    network.features = Sequential(*layers[:3], Turn(), *layers[3:])
    check = check_adversarial(network, BATCH, 0.7)
    assert not check
    assert [row["name"] for row in check] == [
        "features",
        "features.1.weight",
        "features.1.bias",
        "label_head",
        "domain_head",
    ]
    for name in ("weight", "bias"):
        row = check[f"features.1.{name}"]
        assert (row["× L_y"], row["× L_d"]) == pytest.approx((-0.7, 0.49))
    assert "features.1.weight -0.7 ∂L_y +0.49 ∂L_d" in str(check)


def test_an_op_that_is_no_multiple_is_found_by_quotients():
    check = check_adversarial(mistaken("clipped"), BATCH, 0.7)
    assert not check
    assert "the sweep of L_d is wrong at the features" in check.faults[0]
    assert "gradient_check finds the op" in check.faults[0]


def test_a_wrong_op_in_the_label_head_is_found_though_it_is_no_reversal():
    class Wrong(Tanh):  # neither the identity forward nor right backward
        def __call__(self, x, rng=None):
            return node(md.tanh(x), lambda g: 0.5 * g)

    rng = np.random.default_rng(0)
    network = build_dann((2,), 3, SMALL, rng)
    network.label_head = Sequential(Dense(5, 4, rng), Wrong(), Dense(4, 3, rng))
    check = check_adversarial(network, BATCH, 0.7)
    assert not check
    assert "the features descend L_y at another rate (+0.5 where +1 was expected)" in check.faults
    assert any("the sweep of L_y is wrong at the label head" in fault for fault in check.faults)


# what it refuses ------------------------------------------------------------------------------------------------------


def test_refusals():
    network = build_dann((2,), 3, SMALL, np.random.default_rng(0))
    with pytest.raises(TypeError, match=r"network: got a list without parts\(\)"):
        check_adversarial([], BATCH)
    with pytest.raises(ValueError, match="batch: got 2 arrays, expected three"):
        check_adversarial(network, BATCH[:2])
    with pytest.raises(ValueError, match="adapt_weight: got nan"):
        check_adversarial(network, BATCH, float("nan"))

    class Odd(Mistaken):
        def parts(self):
            return {"trunk": {}}

    with pytest.raises(ValueError, match="network: got parts trunk, expected features, label_head, domain_head"):
        check_adversarial(Odd(network.features, network.label_head, network.domain_head), BATCH)

    class NoDomain(Mistaken):
        def losses(self, *args, **kwargs):
            return SimpleNamespace(label_loss=super().losses(*args, **kwargs).label_loss, domain_loss=None)

    with pytest.raises(TypeError, match=r"network: losses\(\) gave no domain_loss"):
        check_adversarial(NoDomain(network.features, network.label_head, network.domain_head), BATCH)


def test_random_losses_are_refused():
    class Noisy(Mistaken):
        rng = np.random.default_rng(0)

        def losses(self, *args, **kwargs):
            return super().losses(*args, **kwargs | {"rng": self.rng})

    rng = np.random.default_rng(0)
    layers = Sequential(Dense(2, 4, rng), Dropout(0.5)), Dense(4, 3, rng), Dense(4, 1, rng)
    with pytest.raises(ValueError, match="network: gave two different losses for the same batch"):
        check_adversarial(Noisy(*layers), BATCH)


def test_losses_that_are_not_finite_or_not_in_float64_are_refused():
    network = mistaken("healthy")
    x_source, y_source, x_target = BATCH
    with pytest.raises(ValueError, match="network: L_d is nan for this batch"):
        check_adversarial(network, (x_source, y_source, np.full_like(x_target, np.nan)))

    class Coarse(Mistaken):
        def losses(self, *args, **kwargs):
            found = super().losses(*args, **kwargs)
            return SimpleNamespace(
                label_loss=md.Tensor(found.label_loss.data.astype("f")), domain_loss=found.domain_loss
            )

    with pytest.raises(TypeError, match="network: L_y came out as float32 for float64 inputs"):
        check_adversarial(Coarse(network.features, network.label_head, network.domain_head), BATCH)


def test_frozen_parts_are_noted():
    network = mistaken("healthy")
    for p in network.features.parameters().values():
        p.requires_grad = False
    check = check_adversarial(network, BATCH, 0.7)
    assert check
    assert check.notes == ["the features: nothing to learn, as no parameter requires a gradient"]


def test_on_the_device():
    network = build_dann((2,), 3, SMALL, np.random.default_rng(0))
    for p in network.parameters().values():
        p.data = standin.library.asarray(p.data)
    batch = tuple(map(standin.library.asarray, BATCH))
    assert check_adversarial(network, batch, 0.7)


def test_printed_and_in_a_notebook():
    check = check_adversarial(mistaken("no reversal"), BATCH, 0.7)
    lines = str(check).splitlines()
    assert lines[0].startswith("no: the features descend L_d")
    assert lines[2].split()[:4] == ["name", "expected", "got", "difference"]
    assert "<table>" in check._repr_html_()
    assert "<p>no: " in check._repr_html_()
