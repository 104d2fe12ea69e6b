"""The page: one file without outside addresses, and its script computes what minidann computes."""

import json
import re
import shutil
import subprocess
from configparser import ConfigParser
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from helpers.unpacking import unpack, unrounded

from minidann import cli
from minidann.adapt.training import Batch
from minidann.compare.reversal_forms import FORMS
from minidann.engine.backprop import backprop
from minidann.lab import Experiment
from minidann.lab.explore.grid import Grid, all_runs
from minidann.lab.explore.page import COLOURS, SCRIPTS, command, make_page
from minidann.lab.explore.run import NUMBERS, snapshot_steps

ROOT = Path(__file__).parents[3]
WEB = ROOT / "minidann" / "lab" / "explore" / "web"

# The script of the page in Node, with the page's own code and data; for each place: losses, features, gradients.
HARNESS = """
const vm = require("vm"), fs = require("fs");
const text = fs.readFileSync(process.argv[1], "utf-8");
const inside = (start) => text.split(start)[1].split("</script>")[0];
vm.runInThisContext(inside("<script>"));
vm.runInThisContext(`contents = ${inside('<script id="contents" type="application/json">')}`);
globalThis.packed = inside('<script id="packed" type="text/plain">');
globalThis.places = JSON.parse(process.argv[2]);
vm.runInThisContext(`(async () => {
  arrays = await readArrays(contents.layout, packed);
  return JSON.stringify(places.map(([f, rotation, weight, seed, snapshot]) => {
    const run = runAt(f, rotation, weight, seed);
    const weights = weightsAt(arrays, contents, run, snapshot);
    const network = buildNetwork(weights, contents.tensors, part(arrays.means, rotation, seed), contents.deviation);
    const batch = batchOf({ rotation, seed, snapshot });
    const found = lookAtBatch(network, batch);
    return {
      weights: Array.from(weights), x: batch.x, labels: batch.labels,
      h: Array.from(found.h), labelLosses: Array.from(found.label.losses),
      domainLosses: Array.from(found.domain.losses),
      labelGradient: Array.from(found.label.gradient), domainGradient: Array.from(found.domain.gradient),
      multiples: Array.from(part(arrays.multiples, f, weight, snapshot)),
      strength: part(arrays.strengths, weight, snapshot)[0],
      numbers: numbersOf(run, snapshot), scores: scores(f, rotation, weight),
    };
  }));
})()`).then((found) => console.log(found));
"""


def parts_of(page):
    """The contents and the arrays of a page."""
    contents = json.loads(re.search(r'<script id="contents"[^>]*>(.*?)</script>', page, re.DOTALL)[1])
    return contents, unpack(
        contents["layout"], re.search(r'<script id="packed"[^>]*>(.*?)</script>', page, re.DOTALL)[1]
    )


def test_it_is_one_file_without_outside_addresses(page):
    code = re.sub(r'<script id="packed".*?</script>', "", page, flags=re.DOTALL)
    for outside in (r"https?:", r"\bsrc=", r"@import", r"url\(", r"fetch\(", r"XMLHttpRequest", r"[\"'(]//"):
        assert re.search(outside, code) is None, outside
    assert re.findall(r"href=\S+", code) == ['href="data:,">']
    assert "</script" not in re.search(r"<script>(.*?)</script>\n<script id", page, re.DOTALL)[1]
    assert re.search(r"\$[a-z{]", re.sub(r"<script.*</script>|<style.*</style>", "", page, flags=re.DOTALL)) is None


def test_it_is_the_same_each_time_and_small(grid, runs, page):
    assert make_page(grid, runs) == page
    assert len(page.encode()) < 300_000  # of 8,000,000


def test_runs_of_another_grid_are_refused(grid, runs):
    with pytest.raises(ValueError, match="runs: got 23, expected 24"):
        make_page(grid, runs[1:])


def test_every_control_and_picture_has_words(page):
    ids = set(re.findall(r'id="([\w-]+)"', page))
    controls = re.findall(r'<(?:select|input) id="([\w-]+)"', page)
    assert len(controls) == 5
    assert set(controls) <= set(re.findall(r'<label for="([\w-]+)"', page))
    script = "".join((WEB / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    pictures = re.findall(r'id="([\w-]+)" role="img"', page)
    assert len(pictures) == 5
    for picture in pictures:
        assert re.search(rf'describe\(\s*"{picture}"', script), picture
    assert set(re.findall(r'element\("([\w-]+)"\)', script)) <= ids
    assert 'aria-live="polite"' in page


def test_letters_are_large_enough_and_colours_are_those_of_the_house(page):
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert min(map(int, re.findall(r"font(?:-size)?: (\d+)px", style))) >= 14
    assert set(re.findall(r"var\(--([\w-]+)\)", style)) <= set(COLOURS)
    contents, _ = parts_of(page)
    used = set(
        re.findall(r'colours(?:\["|\.)([\w-]+)', "".join((WEB / f"{name}.js").read_text("utf-8") for name in SCRIPTS))
    )
    assert used <= set(contents["colours"])


def test_it_says_which_command_computed_it(page, grid, tmp_path, monkeypatch):
    assert unescape(re.search(r"<pre>(.*?)</pre>", page)[1]) == command(grid)
    assert f"({len(grid)} runs)" in page
    small = Grid(("both",), (20.0, 12.5), (0.1,), (3,), 2)
    monkeypatch.chdir(tmp_path)
    assert cli.main(command(small).split()[1:]) == 0
    assert Path("FILE.html").read_text("utf-8") == make_page(small, list(all_runs(small)))


def test_all_files_of_the_page_are_used_and_packed_with_the_package():
    assert {path.name for path in WEB.iterdir()} == {f"{name}.js" for name in SCRIPTS} | {"page.html", "page.css"}
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    assert setup["options.package_data"]["minidann.lab.explore"] == "web/*"


def test_wrong_forms_are_marked(page):
    contents, _ = parts_of(page)
    assert [form["right"] for form in contents["forms"]] == [True, False, False]
    assert all(form["remark"] for form in contents["forms"])


def test_the_batches_are_those_of_the_runs(page, grid):
    _, arrays = parts_of(page)
    for seed, number in enumerate(grid.seeds):
        lab = Experiment(seed=number, rotation=grid.rotations[1])
        for snapshot, step in enumerate(snapshot_steps(grid.steps)):
            lab.steps(step - lab.training.step_count)
            at_source, at_target = arrays["batches"][seed, snapshot]
            batch = lab.training.next_batch()
            np.testing.assert_array_equal(arrays["source training points"][seed][at_source], batch.x_source)
            np.testing.assert_array_equal(arrays["source training classes"][seed][at_source], batch.y_source)
            np.testing.assert_array_equal(arrays["target training points"][1, seed][at_target], batch.x_target)
            lab.training.update(lab.training.gradients(lab.training.losses(batch)))


@pytest.fixture(scope="module")
def computed(page, grid, tmp_path_factory):
    """Places on the grid, and what the page's script computes there."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node here")
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(page, "utf-8")
    last = len(snapshot_steps(grid.steps)) - 1
    places = [[form, 1, 1, 1, snapshot] for form in range(len(grid.forms)) for snapshot in (0, last)] + [
        [0, 0, 0, 0, 3]
    ]
    done = subprocess.run(
        [node, "-e", HARNESS, str(file), json.dumps(places)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return list(zip(places, json.loads(done.stdout)))


def test_the_script_has_the_weights_and_numbers_of_the_runs(computed, grid, runs):
    for (form, rotation, weight, seed, snapshot), found in computed:
        own = runs[np.ravel_multi_index((form, rotation, weight, seed), grid.shape)]
        np.testing.assert_allclose(
            found["weights"], own.weights[snapshot], atol=0.01 * np.abs(own.weights[snapshot]).max()
        )
        np.testing.assert_array_equal(list(found["numbers"].values()), own.numbers[snapshot].astype(float))
        ends = [runs[np.ravel_multi_index((form, rotation, weight, i), grid.shape)] for i in range(len(grid.seeds))]
        np.testing.assert_array_equal(found["scores"], [each.numbers[-1, 1].astype(float) for each in ends])
        assert NUMBERS[1] == "averaged weights"


def test_the_script_computes_losses_and_gradients_as_minidann(computed, grid):
    for (form, rotation, _, seed, _), found in computed:
        lab = Experiment(rotation=grid.rotations[rotation], seed=grid.seeds[seed], form=grid.forms[form])
        lab.training.optimiser.vector.load(np.float32(found["weights"]))
        x = np.float32(found["x"]).reshape(-1, 2)
        n = len(found["labels"])
        strength, own = found["strength"], FORMS[grid.forms[form]]
        losses = own.losses(lab.training.network, Batch(x[:n], np.array(found["labels"]), x[n:]), strength)
        close = {"rtol": 1e-3, "atol": 1e-5}
        np.testing.assert_allclose(np.mean(found["labelLosses"]), losses.label_loss.item(), **close)
        np.testing.assert_allclose(np.mean(found["domainLosses"]), losses.domain_loss.item(), **close)
        features = losses.features
        np.testing.assert_allclose(found["h"], features.data.ravel(), **close)
        to_label, to_features = found["multiples"][1:3]
        arrived = backprop(losses.label_loss, of=[features])[features][:n]
        np.testing.assert_allclose(to_label * np.array(found["labelGradient"]), n * arrived.ravel(), **close)
        weighted = losses.domain_loss * own.domain_weight(strength)
        arrived = backprop(weighted, of=[features])[features]
        np.testing.assert_allclose(to_features * np.array(found["domainGradient"]), 2 * n * arrived.ravel(), **close)


def test_rounded_weights_change_little(computed):
    for _, found in computed:
        for name, losses in (("L_y", found["labelLosses"]), ("L_d", found["domainLosses"])):
            assert np.mean(losses) == pytest.approx(found["numbers"][name], rel=0.01, abs=0.01)


def test_weights_in_the_page_are_those_of_python(page, grid, runs, computed):
    contents, arrays = parts_of(page)
    sizes = [int(np.prod(tensor["shape"])) for tensor in contents["tensors"]]
    ends = np.cumsum(sizes)
    slices = [slice(end - size, end) for end, size in zip(ends, sizes)]
    code = arrays["changes"].astype(np.int64)
    levels = np.cumsum(np.where(code % 2, -(code + 1) // 2, code // 2), axis=1)
    theta = unrounded(levels, arrays["tops"], slices)
    for (form, rotation, weight, seed, snapshot), found in computed:
        run = arrays["run of"][form, rotation, weight, seed]
        np.testing.assert_allclose(found["weights"], theta[run, snapshot], rtol=1e-12)
