"""The pairs of the paper's table: forms, parts that share no image, stand-ins, and one line where data is missing."""

import shutil

import numpy as np
import pytest
from helpers import made_sets
from helpers.files import refused
from PIL import Image
from sklearn.datasets import load_digits

from minidann.data import PAPER_PAIRS, digits_pair, missing_data, mnist_mnistm_pair, paper_pair, stand_ins
from minidann.data.catalogue import CATALOGUE
from minidann.data.released import read_gtsrb, read_synsigns

FORMS = {
    "mnist-mnistm": (28, 28, 3),
    "recoloured-mnistm": (28, 28, 3),
    "synnumbers-svhn": (32, 32, 3),
    "svhn-mnist": (32, 32, 3),
    "synsigns-gtsrb": (32, 32, 3),
    "mnist-usps": (28, 28, 1),
    "usps-mnist": (28, 28, 1),
    "numbers-street": (32, 32, 3),
    "street-mnist": (32, 32, 3),
    "drawnsigns-gtsrb": (32, 32, 3),
    "allsigns-gtsrb": (32, 32, 3),
    "mnist-scans": (28, 28, 1),
    "scans-mnist": (28, 28, 1),
    "blended": (16, 16, 1),
    "printed": (8, 8, 1),
}
PARTS = ("x_source", "x_target", "x_source_test", "x_target_test")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return made_sets.write_all(tmp_path_factory.mktemp("data"))


@pytest.fixture
def few_drawn(monkeypatch):
    for name, n in (("NUMBERS", 64), ("NUMBERS_TEST", 32), ("SIGNS", 86), ("SIGNS_TEST", 43)):
        monkeypatch.setattr(stand_ins, name, n)


def rows(x):
    return {row.tobytes() for row in x}


def arrays_of(pair):
    return [getattr(pair, part) for part in PARTS] + [pair.y_source, pair.oracle, pair.y_source_test]


@pytest.mark.parametrize("name", [name for name in FORMS if name not in ("blended", "printed")])
def test_a_pair_has_bytes_of_one_form_and_tests_on_other_images(data_dir, few_drawn, name):
    pair, entry = paper_pair(name, data_dir), PAPER_PAIRS[name]
    assert pair.name == entry.title + " (made of BSDS500)" * ("bsds500" in entry.needs)
    assert pair.n_classes == len(pair.classes_) == (43 if "signs" in name else 10)
    for part in PARTS:
        assert getattr(pair, part).shape[1:] == FORMS[name]
        assert getattr(pair, part).dtype == np.uint8
    assert not rows(pair.x_target) & rows(pair.x_target_test)
    assert not rows(pair.x_source) & rows(pair.x_source_test)
    assert pair.has_oracle
    for mine, again in zip(arrays_of(pair), arrays_of(paper_pair(name, data_dir, seed=0))):
        np.testing.assert_array_equal(mine, again)


def test_the_table_of_pairs_fits_the_catalogue_and_itself():
    assert set(PAPER_PAIRS) == set(FORMS)
    for name, entry in PAPER_PAIRS.items():
        assert entry.name == name
        assert set(entry.needs) <= set(CATALOGUE)
        assert len(entry.stand_in) == 0 or len(PAPER_PAIRS[entry.stand_in].needs) < len(entry.needs)
        if entry.stands_for:
            missing = set(PAPER_PAIRS[entry.stands_for].needs) - set(entry.needs)
            assert not any(CATALOGUE[each].title.split(",")[0] in entry.title.split(" → ") for each in missing)
    of_the_table = {pair for entry in CATALOGUE.values() for pair in entry.pairs}
    assert of_the_table == {name for name, entry in PAPER_PAIRS.items() if entry.stand_in} - {
        "recoloured-mnistm",
        "allsigns-gtsrb",
    }


def test_mnist_mnistm_is_the_pair_of_its_own_function(data_dir):
    for name, recolour in (("mnist-mnistm", False), ("recoloured-mnistm", True)):
        expected = mnist_mnistm_pair(data_dir, recolour_source=recolour)
        for mine, other in zip(arrays_of(paper_pair(name, data_dir)), arrays_of(expected)):
            np.testing.assert_array_equal(mine, other)


def test_the_released_mnistm_comes_before_images_made_of_photographs(data_dir, tmp_path, rng):
    shutil.copytree(data_dir / "mnist", tmp_path / "mnist")
    assert missing_data("mnist-mnistm", tmp_path) == ["bsds500"]
    x = made_sets.bytes_of(rng, 30, 28, 28, 3)
    np.savez(tmp_path / "mnist-m.npz", x_train=x[:20], y_train=np.arange(20) % 10, x_test=x[20:], y_test=np.arange(10))
    assert missing_data("mnist-mnistm", tmp_path) == []
    pair = paper_pair("mnist-mnistm", tmp_path)
    assert pair.name == "MNIST → MNIST-M (mnist-m.npz)"
    np.testing.assert_array_equal(pair.x_target, x[:20])
    made_sets.write_mnistm(tmp_path / "mnist_m", rng)  # the folders come before an .npz
    pair = paper_pair("mnist-mnistm", tmp_path)
    assert pair.name == "MNIST → MNIST-M"
    assert len(pair.x_target) == made_sets.TRAIN
    released = pair.x_target
    shutil.copytree(data_dir / "bsds500", tmp_path / "bsds500")
    np.testing.assert_array_equal(paper_pair("mnist-mnistm", tmp_path).x_target, released)
    assert paper_pair("mnist-mnistm", data_dir).name == "MNIST → MNIST-M (made of BSDS500)"


def test_a_part_of_the_synthetic_signs_is_held_out_by_the_seed(data_dir, few_drawn):
    pairs = [paper_pair("synsigns-gtsrb", data_dir, seed) for seed in (0, 1)]
    images = read_synsigns(data_dir, 32)
    for pair in pairs:
        assert rows(pair.x_source) | rows(pair.x_source_test) == rows(images.x_train)
    assert rows(pairs[0].x_source_test) != rows(pairs[1].x_source_test)
    both = paper_pair("allsigns-gtsrb", data_dir)
    assert len(both.x_source) == len(pairs[0].x_source) + 86
    assert rows(pairs[0].x_source) < rows(both.x_source)


def test_the_border_of_gtsrbs_images_in_an_npz_is_cut_off(data_dir):
    pair, images = paper_pair("synsigns-gtsrb", data_dir), read_gtsrb(data_dir, 32)
    for cropped, whole in ((pair.x_target, images.x_train), (pair.x_target_test, images.x_test)):
        expected = np.asarray(Image.fromarray(whole[7, 3:29, 3:29]).resize((32, 32), Image.Resampling.BILINEAR))
        np.testing.assert_array_equal(cropped[7], expected)


def test_scans_keep_their_labels_and_their_grey_levels(data_dir):
    pair = paper_pair("mnist-scans", data_dir)
    assert (len(pair.x_target), len(pair.x_target_test)) == (1200, 597)
    digits = load_digits()
    # the mean of an image stays when its pixels are spread
    by_class = [pair.x_target[pair.oracle == k].mean() for k in range(10)]
    expected = [digits.images[digits.target == k].mean() * 255 / 16 for k in range(10)]
    np.testing.assert_allclose(by_class, expected, rtol=0.05)
    assert np.corrcoef(by_class, expected)[0, 1] > 0.9


def test_mnist_beside_svhn_is_larger_and_grey(data_dir):
    pair, digits = paper_pair("svhn-mnist", data_dir), paper_pair("mnist-usps", data_dir)
    assert (pair.x_target == pair.x_target[..., :1]).all()
    np.testing.assert_array_equal(pair.x_target[:, 0, 0, 0], digits.x_source[:, 0, 0, 0])  # a corner stays a corner
    np.testing.assert_array_equal(pair.oracle, digits.y_source)


def test_missing_data_is_named_with_the_ways_out(data_dir, tmp_path):
    message = refused(paper_pair, "synnumbers-svhn")
    assert message.startswith("data_dir: got None, expected a folder with SYN NUMBERS and SVHN, cropped digits; ")
    assert "'minidann data get synnumbers svhn'" in message
    assert message.endswith("the pair 'numbers-street' can stand in")
    assert missing_data("synnumbers-svhn", None) == ["synnumbers", "svhn"]
    shutil.copytree(data_dir / "svhn", tmp_path / "svhn")
    assert missing_data("synnumbers-svhn", tmp_path) == ["synnumbers"]
    (tmp_path / "svhn" / "test_32x32.mat").unlink()
    message = refused(paper_pair, "svhn-mnist", tmp_path)
    assert "got no test_32x32.mat in" in message
    assert "'minidann data get svhn mnist' gets them" in message
    nowhere = str(tmp_path / "nowhere")
    assert refused(paper_pair, "drawnsigns-gtsrb", nowhere) == f"data_dir: got {nowhere!r}, expected a folder"
    assert refused(paper_pair, "mnist").startswith("name: got 'mnist', expected ")
    assert missing_data("printed", None) == []


def test_the_small_pairs_are_those_of_digits_pair(monkeypatch):
    monkeypatch.setattr(stand_ins, "digits_pair", lambda name, seed: digits_pair(name, seed, copies=1))
    for name in ("blended", "printed"):
        pair, expected = paper_pair(name, seed=3), digits_pair(name, 3, copies=1)
        assert pair.name == expected.name == PAPER_PAIRS[name].title
        assert pair.x_source.shape[1:] == FORMS[name]
        np.testing.assert_array_equal(pair.x_target, expected.x_target)
