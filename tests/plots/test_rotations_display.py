"""The picture of source only and DANN over the rotation."""

import numpy as np
import pytest

from minidann.plots import RotationsDisplay, style


def row(rotation, method, seed, target, divergence, joint):
    return {
        **{"rotation": rotation, "method": method, "seed": seed, "target_accuracy": target, "source_accuracy": 1.0},
        **{"divergence": divergence, "joint_error": joint},
    }


ROWS = [
    row(rotation, method, seed, target + 0.1 * seed, 0.8 + 0.4 * seed, 0.2)
    for rotation, target in ((90.0, 0.2), (0.0, 0.8))
    for method in ("source-only", "dann")
    for seed in (0, 1)
]


def test_a_line_is_a_mean_over_seeds_and_its_band_one_deviation():
    display = RotationsDisplay.from_rows(ROWS).plot(title="moons")
    left, right = display.axes_
    lines = {line.get_label(): line for line in left.get_lines()}
    np.testing.assert_allclose(lines["DANN"].get_xydata(), [[0, 0.85], [90, 0.25]])
    assert lines["DANN"].get_color() == style.DANN
    band = left.collections[0].get_paths()[0].vertices
    deviation = np.std([0.8, 0.9], ddof=1)
    assert band[band[:, 0] == 0, 1].max() == pytest.approx(0.85 + deviation)
    halves = {line.get_label(): line.get_ydata() for line in right.get_lines()}
    np.testing.assert_allclose(halves["½ distance, DANN"], 0.5)
    band = right.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(0.5 + np.std([0.4, 0.6], ddof=1))
    np.testing.assert_allclose(halves["joint error, source only"], 0.2)
    assert display.figure_.get_suptitle() == "moons"


def test_one_seed_and_a_missing_number_are_drawn():
    rows = [row(0.0, "dann", 0, None, 0.5, None), row(90.0, "dann", 0, None, 0.5, None)]
    left, right = RotationsDisplay.from_rows(rows).plot().axes_
    assert len(right.get_lines()[0].get_xdata()) == 2
    assert len(left.get_lines()[0].get_xdata()) == 0


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="rows: got none"):
        RotationsDisplay.from_rows([])
