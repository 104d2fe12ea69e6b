"""minidann inspect: what it prints, what it leaves, and what it refuses."""

import json

import pytest
from matplotlib.figure import Figure

from minidann.adapt import MOONS, RECIPES, Training
from minidann.adapt.resume import read_run, save_checkpoint
from minidann.cli import main
from minidann.data import digits_pair, moons_pair
from minidann.plots.graph import GraphDisplay, draw_graph

SMALL = ["--steps", "20", "--batch-size", "8"]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "results"


def inspect(*arguments):
    return main(["inspect", *map(str, arguments)])


def refused(capsys, *arguments):
    """The one line with which the command refuses these arguments."""
    with pytest.raises(SystemExit) as end:
        inspect(*arguments)
    assert end.value.code == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    return line


@pytest.fixture
def middle(tmp_path):
    """A checkpoint from the middle of a run on digits, and the training that it is of."""
    from dataclasses import replace

    training = Training(digits_pair("photo", 3), replace(RECIPES["digits"], steps=12, batch_size=8), 3)
    for _ in range(5):
        training.step()
    save_checkpoint(tmp_path / "dann-seed-3.npz", training)
    return tmp_path / "dann-seed-3.npz", training


@pytest.mark.slow
@pytest.mark.parametrize("what", ["moons", "digits"])
def test_it_prints_gradients_check_and_diagnosis_and_draws_two_figures(what, out, capsys):
    assert inspect(what, "--at", 15, *SMALL, "--out", out) == 0
    said = capsys.readouterr().out
    assert "seed 0, step 15 of 20" in said
    assert "L_d before" in said
    assert "GradientReversal: the gradient is multiplied by -" in said
    assert "Eqs. 4-6" in said
    assert "healthy" in said
    for name in ("gradients", "graph"):
        assert (out / f"inspect-{what}-{name}.png").stat().st_size > 10_000


def test_the_graph_has_a_box_a_layer_or_a_box_an_op_and_layers_open(out, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(
        "minidann.commands.inspect.draw_graph", lambda *given: drawn.append(draw_graph(*given)) or drawn[-1]
    )
    monkeypatch.setattr("minidann.commands.inspect.inspection_figure", lambda *given: Figure())
    inspect("--open", "features.3", "domain_head.0", *SMALL, "--out", out)
    inspect("--graph", "ops", *SMALL, "--out", out)
    layers, ops = drawn
    assert list(layers.opened_) == ["features.3", "domain_head.0"]
    assert type(ops) is GraphDisplay
    assert any(node.gradients for node in layers.nodes)


@pytest.mark.slow
def test_it_stops_half_way_unless_told_where(out, capsys):
    inspect(*SMALL, "--out", out)
    assert "seed 0, step 10 of 20" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("at", [0, 20])
def test_the_first_and_the_last_moment_can_be_looked_at(at, out, capsys):
    assert inspect("--at", at, *SMALL, "--out", out) == 0
    assert f"step {at} of 20" in capsys.readouterr().out


@pytest.mark.slow
def test_a_far_too_large_weight_is_named(out, capsys):
    inspect("moons", "--at", 60, "--steps", "100", "--lambda", "300", "--out", out)
    assert "λ is far too large" in capsys.readouterr().out


def test_source_only_can_be_looked_at(out, capsys):
    assert inspect("--domain-weight", 0, *SMALL, "--out", out) == 0
    said = capsys.readouterr().out
    assert "no domain loss" in said
    assert "no reversal in this graph" in said


@pytest.mark.slow
def test_the_json_is_what_was_measured(out, tmp_path, capsys):
    file = tmp_path / "measured.json"
    inspect("--at", 15, *SMALL, "--out", out, "--json", file)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["step"] == 15
    assert content["findings"] == []
    layers = {row["name"]: row for row in content["gradients"]}
    features = layers["features.1"]
    assert features["L_d after"] == pytest.approx(content["adapt_weight"] * features["L_d before"], rel=1e-4)
    assert layers["label_head.0"]["L_d after"] == 0
    assert layers["label_head.0"]["cosine after"] is None


@pytest.mark.slow
def test_a_checkpoint_is_taken_up_where_it_was(middle, out, capsys):
    path, training = middle
    assert inspect("--checkpoint", path, "--out", out) == 0
    said = capsys.readouterr().out
    assert said.startswith("dann on digits")
    assert "seed 3, step 5 of 12" in said
    assert f"λ = {training.adapt_weight:.4g}" in said
    assert (out / "inspect-digits-gradients.png").exists()


@pytest.mark.slow
def test_a_checkpoint_goes_on_to_a_later_step_as_its_run_would(middle, out, tmp_path, capsys):
    path, training = middle
    file = tmp_path / "measured.json"
    inspect("--checkpoint", path, "--at", 9, "--out", out, "--json", file)
    rows = [row for row in json.loads(file.read_text())["history"] if "label_loss" in row]
    for _ in range(4):
        training.step()
    assert rows == [row for row in training.history if "label_loss" in row]


@pytest.mark.slow
def test_checkpoints_of_all_methods_and_of_moons_are_taken_up(out, tmp_path, capsys):
    from dataclasses import replace

    pair, recipe = moons_pair(seed=1), replace(MOONS, steps=10)
    source_only = replace(recipe, adapt_weight=0.0)
    for method, on, own in (("source-only", pair, source_only), ("target-only", pair.target_as_source(), source_only)):
        save_checkpoint(tmp_path / "run.npz", Training(on, own, 1), method)
        assert inspect("--checkpoint", tmp_path / "run.npz", "--out", out) == 0
    turned = Training(moons_pair(rotation=50, seed=1), recipe, 1)
    save_checkpoint(tmp_path / "run.npz", turned)
    assert "--rotation" in refused(capsys, "--checkpoint", tmp_path / "run.npz", "--out", out)
    assert inspect("--checkpoint", tmp_path / "run.npz", "--rotation", 50, "--out", out) == 0


def test_what_does_not_fit_a_checkpoint_is_refused(middle, out, tmp_path, capsys):
    path, _ = middle
    assert "argument --at: got 4, expected a step from 5 to 12" in refused(capsys, "--checkpoint", path, "--at", 4)
    assert "argument --steps: a checkpoint has its own" in refused(capsys, "--checkpoint", path, "--steps", 4)
    assert "argument --seed: a checkpoint has its own" in refused(capsys, "--checkpoint", path, "--seed", 4)
    assert "argument WHAT: a checkpoint has its own" in refused(capsys, "digits", "--checkpoint", path)
    assert "on other examples" in refused(capsys, "--checkpoint", path, "--pair", "turned")
    assert "expected a checkpoint" in refused(capsys, "--checkpoint", tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("no archive")
    assert "expected a checkpoint" in refused(capsys, "--checkpoint", tmp_path / "text.npz")
    assert not out.exists()


def test_bad_arguments_are_refused_before_any_work(out, tmp_path, capsys):
    assert "argument WHAT: got 'faces', expected one of moons, digits" in refused(capsys, "faces")
    assert "argument --at: got 21, expected a step from 0 to 20" in refused(capsys, "--at", 21, *SMALL, "--out", out)
    assert "argument --graph: got 'parts', expected one of layers, ops" in refused(capsys, "--graph", "parts")
    wrong = refused(capsys, "--open", "features.1", "features.2")
    assert "argument --open: got 'features.2', expected one of features.1, features.3, label_head.0" in wrong
    wrong = refused(capsys, "--domain-weight", 0, "--open", "domain_head.0")  # no loss reaches it
    assert "argument --open: got 'domain_head.0', expected one of features.1, features.3, label_head.0\n" in wrong
    assert "only --graph layers has boxes that open" in refused(capsys, "--graph", "ops", "--open", "features.1")
    assert "only a --checkpoint of mnist-mnistm" in refused(capsys, "digits", "--data-dir", tmp_path, "--out", out)
    assert not out.exists()
    out.write_text("a file")
    assert "argument --out" in refused(capsys, *SMALL, "--out", out)
    assert "argument --json" in refused(capsys, *SMALL, "--out", tmp_path, "--json", out / "f.json")
    figure = tmp_path / "inspect-moons-graph.png"
    assert "argument --json" in refused(capsys, *SMALL, "--out", tmp_path, "--json", figure)


def test_read_run_says_what_a_checkpoint_is_of(middle):
    path, training = middle
    run = read_run(path)
    assert (run["seed"], run["method"], run["recipe"]) == (3, "dann", training.recipe)
