"""Images on the disk: the same as in memory, read once, and read anew when a released file changes."""

import os
import pickle

import numpy as np
import pytest
from helpers import made_sets, signs
from helpers.files import refused
from helpers.matlab import house_numbers, mat, matrix

from minidann.adapt import Recipe, Training
from minidann.adapt.resume import data_digest
from minidann.data import paper_pair, stand_ins, store
from minidann.data.holdings import holdings
from minidann.data.mapped import mapping
from minidann.data.readers import Images
from minidann.data.released import read_gtsrb, read_svhn, read_synsigns
from minidann.data.store import STORE

FILES = ("train_32x32.mat", "test_32x32.mat")


@pytest.fixture(autouse=True)
def all_are_large(monkeypatch):
    monkeypatch.setattr(store, "LARGE", 0)


@pytest.fixture
def svhn(tmp_path, rng):
    made_sets.write_numbers(tmp_path / "svhn", FILES, rng)
    return tmp_path


def assert_same(one, other):
    for mine, its in zip(one, other):
        np.testing.assert_array_equal(mine, its)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_set_in_the_store_is_the_set_in_memory(svhn, tmp_path):
    expected, place = read_svhn(svhn), tmp_path / "store"
    assert mapping(expected.x_train) is None
    for _ in range(2):
        images = read_svhn(svhn, place)
        assert_same(images, expected)
        assert mapping(images.x_train) is not None
        assert images.y_train.dtype == np.int64
        assert not images.x_train.flags.writeable
    assert [name.rpartition("-")[0] for name in names(place)] == ["svhn-test", "svhn-train"]
    np.testing.assert_array_equal(np.load(place / names(place)[1]), expected.x_train)  # anybody's NumPy reads it


def test_signs_in_the_store_are_the_signs_in_memory(tmp_path):
    signs.write_gtsrb(tmp_path / "gtsrb" / "GTSRB", test_labels="../GT-final_test.csv")
    signs.write_synsigns(tmp_path / "synsigns")
    for read in (read_gtsrb, read_synsigns):
        for side in (40, 32):
            images = read(tmp_path, side, tmp_path / "store")
            assert_same(images, read(tmp_path, side))
            assert mapping(images.x_train) is not None
    labels = tmp_path / "synsigns" / "train_labelling.txt"
    labels.write_text(labels.read_text().replace("png 42", "png 41"))  # the images are the same
    assert read_synsigns(tmp_path, 32, tmp_path / "store").y_train.tolist() == [41, 0, 7]


@pytest.mark.parametrize("side", [40, 32])
def test_an_npz_in_the_store_is_the_npz_in_memory(tmp_path, rng, side):
    made_sets.write_signs(tmp_path, "gtsrb.npz", 32, rng, with_test=True)
    made_sets.write_signs(tmp_path, "synsigns.npz", 40, rng, with_test=False)
    for read in (read_gtsrb, read_synsigns):
        images = read(tmp_path, side, tmp_path / "store")
        assert_same(images, read(tmp_path, side))
        assert mapping(images.x_train) is not None


def test_a_check_keeps_no_images(svhn):
    images = read_svhn(svhn, store.NOWHERE)
    assert images.x_train.shape == (made_sets.TRAIN, 32, 32, 3)
    assert not any(images.x_train.strides)
    np.testing.assert_array_equal(images.y_train, read_svhn(svhn).y_train)


def test_the_released_files_are_read_once(svhn, monkeypatch):
    read_svhn(svhn, svhn / "store")
    monkeypatch.setattr("minidann.data.released.svhn._digits", lambda *_: pytest.fail("read again"))
    read_svhn(svhn, svhn / "store")


def test_changed_files_are_read_anew_and_old_images_are_removed(svhn, rng):
    place, path = svhn / "store", svhn / "svhn" / FILES[0]
    old = read_svhn(svhn, place)
    before, copy = names(place), old.x_train.copy()
    x, y = house_numbers(made_sets.TRAIN, rng)
    path.write_bytes(mat(matrix("X", x), matrix("y", y)))  # as many bytes as before
    os.utime(path, ns=(1, 1))
    images = read_svhn(svhn, place)
    np.testing.assert_array_equal(images.x_train, x.transpose(3, 0, 1, 2))
    assert len(names(place)) == 2
    assert len(set(names(place)) & set(before)) == 1
    np.testing.assert_array_equal(old.x_train, copy)  # a run under way keeps its images


@pytest.mark.parametrize("damage", ["cut in the images", "cut in the labels", "other bytes", "a pickle", "empty"])
def test_a_damaged_file_of_the_store_is_written_anew(svhn, damage):
    expected = read_svhn(svhn)
    read_svhn(svhn, svhn / "store")
    path = next((svhn / "store").glob("svhn-train-*"))
    data = path.read_bytes()
    shorter = {"cut in the images": data[:5000], "cut in the labels": data[:-4], "empty": b""}
    shorter |= {"other bytes": b"x" * len(data), "a pickle": pickle.dumps(print)}
    path.write_bytes(shorter[damage])
    assert_same(read_svhn(svhn, svhn / "store"), expected)
    assert path.read_bytes() == data


def test_a_faulty_release_leaves_nothing_in_the_store(svhn):
    path = svhn / "svhn" / FILES[0]
    path.write_bytes(path.read_bytes()[:-1000])
    assert refused(read_svhn, svhn, svhn / "store") == refused(read_svhn, svhn)
    assert names(svhn / "store") == []


def test_a_full_disk_is_not_called_a_fault_of_the_release(svhn):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"svhn-train-\w*.npy' cannot be written \(File too large\)"):
            read_svhn(svhn, svhn / "store")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(svhn / "store") == []


def test_a_place_that_is_no_folder_is_refused(svhn):
    (svhn / "file").write_text("")
    assert refused(read_svhn, svhn, svhn / "file").startswith("store: got ")
    with pytest.raises(TypeError, match="^store: got 3"):
        read_svhn(svhn, 3)


def test_small_sets_stay_in_memory(svhn, monkeypatch):
    monkeypatch.setattr(store, "LARGE", 10**6)
    assert mapping(read_svhn(svhn, svhn / "store").x_train) is None
    assert not (svhn / "store").exists()


def test_the_default_place_is_the_data_folder_or_that_of_caches(tmp_path, monkeypatch):
    assert store.default_store(tmp_path) == tmp_path / STORE
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert store.default_store(tmp_path) == tmp_path / "caches" / STORE


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = made_sets.write_all(tmp_path_factory.mktemp("data"))
    (folder / "synsigns" / "synsigns.npz").unlink()
    signs.write_synsigns(folder / "synsigns", [*range(43)] * 3)
    return folder


def test_a_pair_and_a_run_of_mapped_images_are_those_of_images_in_memory(data_dir, monkeypatch):
    pair = paper_pair("synnumbers-svhn", data_dir)
    assert all(mapping(x) is not None for x in (pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test))
    monkeypatch.setattr(store, "LARGE", 10**9)
    other = paper_pair("synnumbers-svhn", data_dir)
    assert mapping(other.x_source) is None
    assert data_digest(pair) == data_digest(other)
    recipe = Recipe(steps=2, batch_size=8)
    one, two = Training(pair, recipe).fit(), Training(other, recipe).fit()
    np.testing.assert_array_equal(one.optimiser.vector.values, two.optimiser.vector.values)
    logits = (training.result().label_logits(own.x_target_test) for training, own in ((one, pair), (two, other)))
    np.testing.assert_array_equal(*logits)


@pytest.mark.parametrize("name", ["synsigns-gtsrb", "allsigns-gtsrb"])
def test_signs_are_held_out_within_the_store(data_dir, monkeypatch, rng, name):
    x, y = made_sets.bytes_of(rng, 20, 32, 32, 3), np.arange(20)
    monkeypatch.setattr(stand_ins, "_drawn_signs", lambda side, seed: Images(x[:10], y[:10], x[10:], y[10:]))
    pair = paper_pair(name, data_dir)
    assert mapping(pair.x_source) is not None
    assert len(pair.x_source) + len(pair.x_source_test) == 129 + 20 * (name == "allsigns-gtsrb")
    monkeypatch.setattr(store, "LARGE", 10**9)
    other = paper_pair(name, data_dir)
    for part in ("x_source", "y_source", "x_source_test", "y_source_test"):
        np.testing.assert_array_equal(getattr(pair, part), getattr(other, part))


def test_the_store_is_no_data_set(data_dir):
    paper_pair("svhn-mnist", data_dir)
    assert (data_dir / STORE).is_dir()
    (data_dir / STORE / "mnist_m.tar.gz").write_text("")
    assert [each.name for each in holdings(data_dir) if each.state == "faulty"] == []
