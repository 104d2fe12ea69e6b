"""Digits drawn from fonts."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from minidann.data.printed import FONTS, _bends, printed_digits


def test_shape_range_and_labels(rng):
    images, labels = printed_digits(100, rng)
    assert images.shape == (100, 8, 8)
    assert images.min() >= 0
    assert images.max() <= 1
    assert np.bincount(labels).tolist() == [10] * 10


def test_a_generator_repeats_them():
    one, two = (printed_digits(50, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one[0], two[0])
    np.testing.assert_array_equal(one[1], two[1])


def test_half_of_them_teaches_the_labels_of_the_other_half(rng):
    images, labels = printed_digits(3000, rng)
    rows = images.reshape(3000, 64)
    neighbours = KNeighborsClassifier(3).fit(rows[:1500], labels[:1500])
    assert neighbours.score(rows[1500:], labels[1500:]) > 0.75


def test_bends_move_strokes_by_less_than_a_pixel_and_are_smooth(rng, monkeypatch):
    along_y, along_x = _bends(500, 32, rng)
    for bends in (along_y, along_x):
        assert abs(bends.mean()) < 0.3
        assert 3 < bends.std() < 4  # of 8 fine pixels a pixel
        assert np.quantile(abs(np.diff(bends, axis=1)), 0.999) < 2  # places that are 2 fine pixels apart
    assert abs(np.corrcoef(along_y.ravel(), along_x.ravel())[0, 1]) < 0.1
    bent = printed_digits(200, np.random.default_rng(0))[0]
    monkeypatch.setattr("minidann.data.printed.BEND", 0.0)
    straight = printed_digits(200, np.random.default_rng(0))[0]
    assert 0.05 < abs(bent - straight).mean() < 0.15  # the same prints, each a little changed


def test_a_print_fills_its_image_as_a_scan_does(rng):
    prints, scans = printed_digits(1000, rng)[0], load_digits().images / 16
    assert abs(prints.mean() - scans.mean()) < 0.03
    rows = (prints.max(2) > 0.1).sum(1)
    columns, of_scans = ((images.max(1) > 0.1).sum(1).mean() for images in (prints, scans))
    assert (rows >= 7).all()
    assert abs(columns - of_scans) < 0.5


def test_bad_arguments_are_named(rng):
    with pytest.raises(ValueError, match="n: got 0"):
        printed_digits(0, rng)
    with pytest.raises(TypeError, match="rng: got 3, expected a random generator"):
        printed_digits(10, 3)


def test_the_fonts_are_those_that_every_matplotlib_since_3_8_brings_along():
    dejavu = [f"DejaVu{family}{style}" for family in ("Sans", "SansMono") for style in ("", "-Bold", "-Oblique")]
    dejavu += ["DejaVuSans-BoldOblique", "DejaVuSansMono-BoldOblique"]
    dejavu += [f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic", "-BoldItalic")]
    stix = [f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")]
    knuth = ["cmb10", "cmmi10", "cmr10", "cmss10", "cmtt10"]
    assert set(FONTS) <= {*dejavu, *stix, *knuth}
