"""What arrives where: the reversal to the last bit, sums that add up, and figures against plain NumPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minidann as md
from minidann.adapt import MOONS, RECIPES, Training
from minidann.data import digits_pair, moons_pair
from minidann.engine.backend import to_numpy
from minidann.engine.ops import GradientReversal
from minidann.engine.tensor import apply
from minidann.probe import probe

WEIGHTS = [0.0, 0.1, 0.3, 0.7, 1.0, 2.5]


class Graph:
    """Features, a label head, and a domain head behind a node of weight λ (None: no node): n + n examples."""

    def __init__(self, weight=0.7, dtype="float32", n=3, width=4, xp=np, seed=0):
        rng = np.random.default_rng(seed)

        def draw(*shape):
            return xp.asarray(rng.standard_normal(shape).astype(dtype))

        shapes = {"features.0.weight": (2, width), "features.0.bias": (width,), "label_head.0.weight": (width, 2)}
        shapes |= {"domain_head.0.weight": (width, 1), "domain_head.0.bias": (1,)}
        self.parameters = {name: md.Tensor(draw(*shape), requires_grad=True) for name, shape in shapes.items()}
        w, b, label, domain, domain_bias = self.parameters.values()
        self.features = md.affine(draw(2 * n, 2), w, b).tanh()
        self.above = self.features if weight is None else md.reverse_gradient(self.features, weight)
        self.losses = {
            "L_y": md.cross_entropy(self.features[:n] @ label, xp.arange(n) % 2),
            "L_d": md.binary_cross_entropy_with_logits(
                md.affine(self.above, domain, domain_bias), xp.arange(2 * n) >= n
            ),
        }

    def probe(self, by="node"):
        return probe(self.losses, self.parameters, by)


@pytest.fixture(scope="module", params=["moons", "digits"])
def run(request):
    """A training some steps in, λ well above 0."""
    if request.param == "moons":
        training = Training(moons_pair(n=100, n_test=20), MOONS)
    else:
        training = Training(digits_pair(copies=1), RECIPES["digits"])
    for _ in range(5):
        training.step()
    training.step_count = training.recipe.steps // 3
    training.batch = training.next_batch()
    return training


def looked_at(run):
    """A forward pass of ``run``, the same at every call."""
    return run.losses(run.batch)


# the reversal ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weight", WEIGHTS)
def test_below_the_node_the_gradient_is_minus_lambda_times_that_above_to_the_last_bit(weight, dtype):
    graph = Graph(weight, dtype)
    found = graph.probe()
    g = found.after["L_d"]
    np.testing.assert_array_equal(g[graph.features], np.dtype(dtype).type(-weight) * g[graph.above])
    assert np.any(g[graph.above])
    np.testing.assert_array_equal(found.before["L_d"][graph.features], g[graph.above])
    assert found["Tanh"]["L_d before"] == found["GradientReversal"]["L_d after"] > 0
    assert found["GradientReversal"]["reversal"] == float(np.dtype(dtype).type(-weight))


@given(st.floats(0, 100), st.integers(1, 6), st.integers(1, 6), st.sampled_from(["float32", "float64"]))
def test_so_it_is_for_any_lambda_and_shape(weight, n, width, dtype):
    graph = Graph(weight, dtype, n, width)
    g = graph.probe().after["L_d"]
    np.testing.assert_array_equal(g[graph.features], np.dtype(dtype).type(-weight) * g[graph.above])


def test_so_it_is_in_moons_and_digits(run):
    losses = looked_at(run)
    found = probe(losses, run.network)
    g = found.after["L_d"]
    np.testing.assert_array_equal(
        g[losses.features], np.float32(-run.adapt_weight) * g[losses.reversed_features], strict=True
    )
    assert list(found.reversals) == [losses.reversed_features]


def test_the_domain_head_does_not_feel_the_node():
    """Bit for bit the same for any λ, for λ = 0, and without a node."""
    expected = Graph(None)
    for weight in WEIGHTS:
        graph = Graph(weight)
        found = graph.probe()
        for name in ("domain_head.0.weight", "domain_head.0.bias"):
            np.testing.assert_array_equal(
                found.after["L_d"][graph.parameters[name]], expected.probe().after["L_d"][expected.parameters[name]]
            )
            assert found.before["L_d"][graph.parameters[name]].any()


@pytest.mark.parametrize("name", ["L_y", "L_d"])
def test_before_is_the_sweep_of_the_same_graph_without_a_node(run, name, monkeypatch):
    found = probe(looked_at(run), run.network)

    def passed_on(op, *inputs):
        return inputs[0] if isinstance(op, GradientReversal) else apply(op, *inputs)

    monkeypatch.setattr("minidann.adapt.dann.apply", passed_on)
    without = looked_at(run)
    expected = probe(without, run.network)
    assert not expected.reversals
    for node, tensor in expected.nodes.items():
        if tensor.requires_grad:
            np.testing.assert_array_equal(
                found.before[name][found.nodes[node]], expected.after[name][tensor], err_msg=node
            )


def test_before_shows_at_lambda_0_and_after_is_0():
    graph = Graph(0.0)
    row = graph.probe("part")["features"]
    assert row["L_d after"] == 0
    assert row["L_d before"] == Graph(1.0).probe("part")["features"]["L_d after"] > 0
    assert math.isnan(row["cosine after"])
    assert row["cosine before"] == pytest.approx(-Graph(1.0).probe("part")["features"]["cosine after"])
    assert row["L_d zero"] == 0


def test_before_without_a_reversal_on_the_way_is_after():
    found = Graph().probe()
    assert found.before["L_y"] is found.after["L_y"]
    assert found.before["L_d"] is not found.after["L_d"]


# sums ------------------------------------------------------------------------------------------------------------


def test_the_two_gradients_add_up_to_that_of_the_sum_everywhere(run):
    losses = looked_at(run)
    found = probe(losses, run.network)
    total = md.backprop(losses.label_loss + losses.domain_loss)

    def norms(name):
        return sum(np.linalg.norm(found.after[loss][found.nodes[name]]) for loss in ("L_y", "L_d"))

    compared = 0
    for name, tensor in found.nodes.items():
        if tensor.requires_grad:
            g_y, g_d = (found.after[loss][tensor].astype(float) for loss in ("L_y", "L_d"))
            # a bias under batch normalisation has the gradient 0, and all that is seen of it is rounding
            under = name in ("features.1.0.bias", "features.1.4.bias")
            size = norms(name.replace("bias", "weight")) if under else norms(name)
            assert np.linalg.norm(g_y + g_d - total[tensor]) <= 1e-6 * size, name
            compared += 1
    assert compared > 15


# figures ---------------------------------------------------------------------------------------------------------


def _plain(g_y, g_d):
    """Norms, cosine and shares of 0 of two lists of arrays."""
    a, b = (np.concatenate([np.ravel(g).astype(float) for g in gs]) for gs in (g_y, g_d))
    norms = np.linalg.norm(a), np.linalg.norm(b)
    return *norms, a @ b / (norms[0] * norms[1]), np.mean(a == 0), np.mean(b == 0)


@pytest.mark.parametrize("side", ["before", "after"])
def test_figures_are_those_of_plain_numpy(run, side):
    found = probe(looked_at(run), run.network)
    sweeps = getattr(found, side)
    compared = 0
    for row in found:
        g_y, g_d = (sweeps[loss][found.nodes[row["name"]]] for loss in ("L_y", "L_d"))
        with np.errstate(invalid="ignore"):
            *norms, cosine, zero_y, zero_d = _plain([g_y], [g_d])
        np.testing.assert_allclose([row[f"L_y {side}"], row[f"L_d {side}"]], norms, rtol=1e-5)
        np.testing.assert_allclose(row[f"cosine {side}"], cosine, atol=1e-5)
        assert (row["L_y zero"], row["L_d zero"]) == (zero_y, zero_d)
        assert row["shape"] == g_y.shape
        compared += not math.isnan(cosine)
    assert compared >= 4


def test_the_two_cosines_are_opposite_below_the_node():
    for row in Graph(0.3).probe("parameter").rows[:2]:
        assert row["cosine before"] == pytest.approx(-row["cosine after"], abs=1e-6)
        assert 0 < abs(row["cosine before"]) <= 1 + 1e-6


def test_zeros_that_relu_makes_are_counted():
    x = md.Tensor(np.array([-1, 2, -3, 4, 5], "float32"), requires_grad=True)
    found = probe(x.relu().sum(), {"x": x}, by="parameter")
    assert found["x"]["loss zero"] == 2 / 5
    assert found["x"]["loss after"] == pytest.approx(math.sqrt(3))


@pytest.mark.parametrize(
    "size",
    [
        1e25,
        1e-25,
        1e-21,
    ],
)
def test_a_gradient_that_float32_holds_has_its_norm(size):
    w = md.Tensor(np.ones(2, "float32"), requires_grad=True)
    found = probe((w * np.float32(size)).sum(), {"w": w}, by="parameter")
    assert found["w"]["loss after"] == pytest.approx(math.sqrt(2) * size, rel=1e-6, abs=0)


# examples --------------------------------------------------------------------------------------------------------


def test_squared_norms_of_examples_add_up_to_that_of_their_node(run):
    losses = looked_at(run)
    found = probe(losses, run.network)
    names = {tensor: name for name, tensor in found.nodes.items()}
    for node in (losses.features, losses.domain_logits, losses.reversed_features):
        rows, whole = found.examples(node), found[names[node]]
        assert [row["example"] for row in rows] == list(range(len(node)))
        for column in ("L_y after", "L_d before", "L_d after"):
            total = math.sqrt(sum(row[column] ** 2 for row in rows))
            assert total == pytest.approx(whole[column], rel=1e-5)
        assert np.mean([row["L_d zero"] for row in rows]) == pytest.approx(whole["L_d zero"])


def test_no_target_example_hears_of_the_label_loss(run):
    losses = looked_at(run)
    rows = probe(losses, run.network).examples(losses.features).rows
    n = len(losses.label_logits)
    assert all(row["L_y after"] > 0 for row in rows[:n])
    assert all(row["L_y after"] == 0 and row["L_y zero"] == 1 for row in rows[n:])
    assert len(rows) == 2 * n
    assert all(row["L_d after"] > 0 for row in rows)


def test_examples_are_found_by_name_too_and_measured_one_by_one():
    graph = Graph()
    found = graph.probe()
    assert found.examples("Tanh").rows == found.examples(graph.features).rows
    for i, row in enumerate(found.examples("Tanh").rows[:3]):
        g_y, g_d = (found.after[loss][graph.features][i] for loss in ("L_y", "L_d"))
        np.testing.assert_allclose(
            [row["L_y after"], row["L_d after"], row["cosine after"]], _plain([g_y], [g_d])[:3], rtol=1e-5
        )


def test_what_has_no_examples_is_refused():
    graph = Graph()
    found = graph.probe()
    for node in ("nothing", md.Tensor(np.ones(3))):
        with pytest.raises(ValueError, match="node: got .*expected a tensor of this graph or one of .*Tanh"):
            found.examples(node)
    for node in ("features.0.weight", "input", "CrossEntropy"):
        with pytest.raises(ValueError, match="node: got .*expected a node with a row for each example"):
            found.examples(node)


# rows ------------------------------------------------------------------------------------------------------------


def test_rows_by_parameter_layer_and_part_add_up_to_one_another(run):
    losses = looked_at(run)
    parameters, layers, parts = (probe(losses, run.network, by) for by in ("parameter", "layer", "part"))
    assert [row["name"] for row in parameters] == list(run.network.parameters())
    assert [row["name"] for row in parts] == ["features", "label_head", "domain_head"]
    for fine, coarse in ((parameters, layers), (layers, parts), (parameters, parts)):
        for row in coarse:
            within = [r for r in fine if r["name"].startswith(row["name"] + ".")]
            assert row["shape"] == (sum(math.prod(r["shape"]) for r in within),)
            for column in ("L_y after", "L_d before", "L_d after"):
                assert row[column] == pytest.approx(math.sqrt(sum(r[column] ** 2 for r in within)))
            zeros = sum(r["L_d zero"] * math.prod(r["shape"]) for r in within)
            assert row["L_d zero"] == pytest.approx(zeros / row["shape"][0])
        assert sum(math.prod(r["shape"]) for r in fine) == sum(row["shape"][0] for row in coarse)


def test_the_cosine_of_a_part_is_that_of_its_parameters_as_one_vector(run):
    found = probe(looked_at(run), run.network, by="part")
    features = run.network.parts()["features"].values()
    g_y, g_d = ([found.before[loss][tensor] for tensor in features] for loss in ("L_y", "L_d"))
    assert found["features"]["cosine before"] == pytest.approx(_plain(g_y, g_d)[2], abs=1e-5)


def test_nodes_come_inputs_first_and_losses_last():
    names = [row["name"] for row in Graph().probe()]
    assert names[:2] == ["features.0 Affine", "Tanh"]
    assert names.index("Tanh") < names.index("GradientReversal") < names.index("domain_head.0 Affine")
    assert "CrossEntropy" in names
    assert names[-1] == "BinaryCrossEntropy"


def test_an_unknown_by_is_refused():
    with pytest.raises(ValueError, match="by: got 'layers', expected one of node, layer, parameter, part"):
        Graph().probe("layers")


# other graphs ----------------------------------------------------------------------------------------------------


def test_three_losses_are_each_compared_with_the_first():
    graph = Graph(0.5)
    graph.losses["L_e"] = (md.reverse_gradient(graph.features, 0.25) ** 2).mean()
    found = graph.probe("part")
    row = found["features"]
    assert found.names == ("L_y", "L_d", "L_e")
    assert row["L_e after"] == pytest.approx(0.25 * row["L_e before"])
    for loss in ("L_d", "L_e"):
        tensors = [graph.parameters[name] for name in ("features.0.weight", "features.0.bias")]
        g_y, g = ([found.after[name][tensor] for tensor in tensors] for name in ("L_y", loss))
        assert row[f"{loss} cosine after"] == pytest.approx(_plain(g_y, g)[2], abs=1e-5)
    assert found["domain_head"]["L_e after"] == 0
    assert found.reversals == {graph.above: -0.5, list(found.reversals)[1]: -0.25}


def test_without_a_reversal_the_table_says_so_and_has_one_column_a_loss():
    found = Graph(None).probe()
    assert found.reversals == {}
    assert list(found.shown()[0]) == ["name", "shape", "L_y", "L_d", "cosine", "L_y zero", "L_d zero"]
    assert str(found).endswith("no reversal in this graph")


def test_with_one_the_table_names_it_and_its_factor():
    found = Graph(0.7).probe("part")
    assert str(found).endswith("GradientReversal: the gradient is multiplied by -0.7")
    assert "L_d before" in found.shown()[0]
    assert "L_y before" not in found.shown()[0]
    assert "L_y before" in found[0]


def test_a_lone_loss_is_called_loss_and_has_no_cosine():
    found = probe(Graph().losses["L_y"])
    assert set(found[0]) == {"name", "shape", "reversal", "loss before", "loss after", "loss zero"}


def test_a_reversal_of_ones_own_is_looked_through():
    class Mirror(md.Op):
        def forward(self, x):
            return x * 1

        def backward(self, grad):
            return (-2 * grad,)

    x = md.Tensor(np.array([3.0, 4.0]), requires_grad=True)
    found = probe((md.apply(Mirror(), x) ** 2).sum(), {"x": x}, by="parameter")
    assert found["x"]["loss before"] == 10
    assert found["x"]["loss after"] == 20
    np.testing.assert_array_equal(found.after["loss"][x], [-12, -16])
    assert list(found.reversals.values()) == [-2.0]


def test_two_reversals_in_a_row_turn_the_gradient_back():
    x = md.Tensor(np.array([3.0, 4.0]), requires_grad=True)
    inner = md.reverse_gradient(x, 0.5)
    found = probe((md.reverse_gradient(inner, 0.25) ** 2).sum())
    np.testing.assert_array_equal(found.before["loss"][x], [6, 8])
    np.testing.assert_array_equal(found.after["loss"][inner], [-1.5, -2])
    np.testing.assert_array_equal(found.before["loss"][inner], [6, 8])
    np.testing.assert_array_equal(found.after["loss"][x], [0.75, 1])
    assert [row["reversal"] for row in found][:2] == [-0.5, -0.25]


def test_a_reversed_tensor_that_is_used_twice_or_beside_the_way():
    x = md.Tensor(np.array([3.0, 4.0]), requires_grad=True)
    turned = md.reverse_gradient(x, 0.5)
    found = probe((turned * turned + x).sum())  # 2x·(−½) + 1
    np.testing.assert_array_equal(found.after["loss"][x], [-2, -3])
    np.testing.assert_array_equal(found.before["loss"][x], [7, 9])
    assert len(found.reversals) == 1


# leaving things as they were -------------------------------------------------------------------------------------


def test_a_probe_changes_nothing_in_the_graph(run):
    losses = looked_at(run)
    ops = {id(tensor): tensor.op for tensor in (losses.reversed_features, losses.features)}
    first = run.optimiser.vector.gather(run.gradients(losses))
    statistics = {name: array.copy() for name, array in run.network.statistics().items()}
    for by in ("node", "part"):
        probe(losses, run.network, by)
    assert {id(tensor): tensor.op for tensor in (losses.reversed_features, losses.features)} == ops
    np.testing.assert_array_equal(run.optimiser.vector.gather(run.gradients(losses)), first)
    for name, array in run.network.statistics().items():
        np.testing.assert_array_equal(array, statistics[name])
    assert all(tensor.grad is None for tensor in run.network.parameters().values())


def test_the_reversal_is_put_back_when_a_sweep_raises():
    class Fragile(md.Op):
        sweeps = 0

        def forward(self, x):
            return x * 2

        def backward(self, grad):
            self.sweeps += 1
            if self.sweeps == 2:  # the second is the one with the reversal at +1
                raise RuntimeError("half way")
            return (grad * 2,)

    x = md.Tensor(np.array([3.0]), requires_grad=True)
    turned = md.reverse_gradient(md.apply(Fragile(), x), 0.5)
    loss, op = (turned * 1.0).sum(), turned.op
    with pytest.raises(RuntimeError, match="half way"):
        probe(loss)
    assert turned.op is op
    np.testing.assert_array_equal(md.backprop(loss)[x], [-1])


def test_after_the_update_the_graph_is_refused_as_the_engine_refuses_it(run):
    losses = looked_at(run)
    for parameter in run.network.parameters().values():
        parameter.mark_changed()
    with pytest.raises(ValueError, match="was updated after the forward pass that used it"):
        probe(losses, run.network)


# on a device -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["node", "layer", "parameter", "part"])
def test_on_the_device_the_figures_are_the_same(xp, by):
    found, expected = Graph(0.3, xp=xp).probe(by), Graph(0.3).probe(by)
    assert str(found) == str(expected)
    for row, other in zip(found, expected):
        assert all(type(value) in (str, tuple, float, type(None)) for value in row.values())
        assert list(row) == list(other)
    assert type(found.before["L_d"][found.nodes["features.0.bias"]]) is type(xp.zeros(1))
    assert str(found.examples("Tanh")) == str(expected.examples("Tanh"))


@pytest.mark.parametrize("weight", [0.0, 0.1])
def test_on_the_device_the_reversal_is_exact(xp, weight):
    graph = Graph(weight, xp=xp)
    g = graph.probe().after["L_d"]
    np.testing.assert_array_equal(to_numpy(g[graph.features]), np.float32(-weight) * to_numpy(g[graph.above]))
