"""GTSRB and SYN SIGNS as released, and as NPZ: regions, labels, names that leave their folder, and faults by name."""

import numpy as np
import pytest
from helpers.files import refused
from helpers.signs import HEAD, line, sign, write_gtsrb, write_kaggle, write_synsigns
from PIL import Image

from minidann.data.released import read_gtsrb, read_synsigns


def check_gtsrb(images, side=40):
    """Every pixel is the colour of the region: none of the white around it."""
    assert images.x_train.shape == images.x_test.shape == (4, side, side, 3)
    assert images.x_train.dtype == np.uint8
    assert images.y_train.dtype == images.y_test.dtype == np.int64
    assert images.y_train.tolist() == [0, 7, 7, 42]
    assert images.y_test.tolist() == [42, 7, 7, 0]
    for x, first in ((images.x_train, 0), (images.x_test, 100)):
        for i, image in enumerate(x):
            np.testing.assert_array_equal(image, np.broadcast_to([first + i, 0, 200], image.shape))


LAYOUTS = {
    "as the archives unpack": lambda d: write_gtsrb(d / "GTSRB", test_labels="../GT-final_test.csv"),
    "in a folder gtsrb": lambda d: write_gtsrb(d / "gtsrb" / "GTSRB", test_labels="../GT-final_test.csv"),
    "labels beside the images": lambda d: write_gtsrb(d / "GTSRB", test_labels="Final_Test/Images/GT-final_test.csv"),
    "labels in a folder": lambda d: write_gtsrb(d / "GTSRB", test_labels="../GTSRB_Final_Test_GT/GT-final_test.csv"),
    "without the outer folder": lambda d: write_gtsrb(d, training="Training"),
    "as on Kaggle": lambda d: write_kaggle(d / "GTSRB"),
}


@pytest.mark.parametrize("write", LAYOUTS.values(), ids=LAYOUTS)
def test_each_layout_of_gtsrb_gives_the_regions_and_classes(tmp_path, write):
    write(tmp_path)
    check_gtsrb(read_gtsrb(tmp_path))
    check_gtsrb(read_gtsrb(str(tmp_path), side=8), side=8)


def test_a_region_of_the_side_comes_pixel_for_pixel(tmp_path, rng):
    write_gtsrb(tmp_path)
    pixels = rng.integers(256, size=(30, 29, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "Final_Test" / "Images" / "00000.ppm")
    np.testing.assert_array_equal(read_gtsrb(tmp_path, side=19).x_test[0], pixels[6:25, 5:24])


def test_signs_come_in_the_order_of_the_list(tmp_path):
    write_synsigns(tmp_path / "synsigns" / "synthetic_data")
    images = read_synsigns(tmp_path)
    assert images.y_train.tolist() == [42, 0, 7]
    assert images.x_train[:, 3, 3].tolist() == [[0, 100, 200], [1, 100, 200], [2, 100, 200]]
    assert images.x_test.shape == (0, 40, 40, 3)
    assert images.y_test.shape == (0,)
    assert read_synsigns(tmp_path, 32).x_train.shape == (3, 32, 32, 3)


@pytest.mark.parametrize(("read", "name"), [(read_gtsrb, "gtsrb_32x32.npz"), (read_synsigns, "synsigns.npz")])
def test_an_npz_is_read_and_resized(tmp_path, rng, read, name):
    (tmp_path / name[:5]).mkdir()
    x, y = rng.integers(256, size=(6, 32, 32, 3), dtype=np.uint8), np.array([42, 0, 1, 2, 3, 4], np.uint8)
    np.savez(tmp_path / name, x_train=x, y_train=y, x_test=x[:2], y_test=y[:2])
    images = read(tmp_path, side=32)
    np.testing.assert_array_equal(images.x_train, x)
    np.testing.assert_array_equal(images.x_test, x[:2])
    assert images.y_train.tolist() == y.tolist()
    assert images.y_test.dtype == np.int64
    larger = read(tmp_path).x_train
    assert larger.shape == (6, 40, 40, 3)
    assert abs(larger.mean() - x.mean()) < 2
    np.savez(tmp_path / name, x_train=x, y_train=y)
    if read is read_synsigns:
        assert len(read(tmp_path).x_test) == 0
    else:
        assert "got no x_test and no y_test (it has x_train, y_train)" in refused(read, tmp_path)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"y_train": np.arange(40, 46)}, "got y_train of labels 40 to 45, expected 0 to 42"),
        ({"y_train": np.arange(5)}, "got y_train of int64 (5,), expected 6 integers"),
        ({"y_train": np.eye(6, 43)}, "expected 6 integers, a label an image: use y_train.argmax(axis=1)"),
        ({"y_train": np.array([{}] * 6)}, "holds Python objects, which are never unpickled"),
        ({"x_train": np.zeros((6, 3, 40, 40), np.uint8)}, "(n, side, side, 3): use x_train.transpose(0, 2, 3, 1)"),
        ({"x_train": np.ones((6, 40, 40, 3), "f4") / 2}, "use (255.0 * x_train).round().astype(np.uint8)"),
        ({"x_train": np.ones((6, 40, 32, 3), np.uint8)}, "x_train of uint8 (6, 40, 32, 3), expected uint8 (n, side,"),
        ({"x_test": np.ones((6, 40, 40, 3), np.uint8)}, "got no y_test"),
    ],
)
def test_an_npz_that_does_not_fit_is_named(tmp_path, arrays, message):
    path = tmp_path / "synsigns.npz"
    whole = {"x_train": np.full((6, 40, 40, 3), 9, np.uint8), "y_train": np.arange(6)}
    np.savez(path, **(whole | arrays))
    assert refused(read_synsigns, tmp_path).startswith(f"{path}: ")
    assert message in refused(read_synsigns, tmp_path)


def test_two_npz_files_of_a_set_are_refused(tmp_path):
    for name in ("gtsrb_32.npz", "GTSRB_40.npz"):
        (tmp_path / name).write_bytes(b"")
    assert "got GTSRB_40.npz and gtsrb_32.npz in" in refused(read_gtsrb, tmp_path)
    (tmp_path / "gtsrb_32.npz").unlink()
    assert "GTSRB_40.npz: got an empty file" in refused(read_gtsrb, tmp_path)


# faults of lists -----------------------------------------------------------------------------------------------------


def row(name="00000.ppm", label="42", numbers=(29, 30, 5, 6, 24, 25)):
    return "\n".join([HEAD, line(name, label, numbers=numbers)])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "got an empty file, expected a list of images and labels"),
        (HEAD, "got no line below the names of the columns"),
        ("a;b\n1;2", "got no column Filename and no Width"),
        (row() + "\n1;2", "line 3: got another number of columns than 8"),
        (row() + "\n" + row().split("\n")[1], "line 3: got '00000.ppm' twice in the list"),
        (row(label="43"), "line 2: got the label '43', expected 0 to 42"),
        (row(label="-1"), "line 2: got the label '-1'"),
        (row(label="1.0"), "line 2: got the label '1.0'"),
        (row("9.ppm"), "line 2: got '9.ppm', which is no file in"),
        (row("../00000.ppm"), "line 2: got the name '../00000.ppm', expected a file in"),
        (row("x/../../00000.ppm"), "line 2: got the name 'x/../../00000.ppm'"),
        (row("/etc/hostname"), "line 2: got the name '/etc/hostname'"),
        (row("C:\\images\\1.ppm"), "line 2: got the name 'C:"),
        (row(""), "line 2: got the name ''"),
        (row("é" * 200), "which is no file in"),
        (row("link.ppm"), "line 2: got 'link.ppm', a link out of"),
        (row("way/secret.ppm"), "line 2: got 'way/secret.ppm', a link out of"),
        (row(numbers=(30, 29, 5, 6, 24, 25)), "00000.ppm: got 29×30 pixels, expected 30×29 ("),
        (row(numbers=(29, 30, 5, 6, 30, 25)), "line 2: got the region (5, 6, 30, 25), expected one in 29×30 pixels"),
        (row(numbers=(29, 30, 5, 6, 5, 25)), "line 2: got the region (5, 6, 5, 25)"),
        (row(numbers=(29, 30, 5, 6, "x", 25)), "line 2: got Roi.X2 'x', expected a number of pixels"),
        (b"PK\3\4", "got a ZIP archive, expected a list"),
        (HEAD.encode() + b"\n\xff\xfe;1", "got a file of other bytes than UTF-8"),
        (HEAD + "\n" + "9" * 140_000, "got no CSV, expected a list of images"),
    ],
)
def test_lists_that_do_not_fit_are_named(tmp_path, content, message):
    place = tmp_path / "data"
    write_gtsrb(place)
    (tmp_path / "secret.ppm").write_bytes(b"P6")
    images = place / "Final_Test" / "Images"
    (images / "link.ppm").symlink_to(tmp_path / "secret.ppm")
    (images / "way").symlink_to(tmp_path, target_is_directory=True)
    (place / "GT-final_test.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert message in refused(read_gtsrb, place)


def test_links_inside_the_folder_and_linked_folders_are_followed(tmp_path):
    write_gtsrb(tmp_path / "elsewhere" / "GTSRB")
    test = tmp_path / "elsewhere" / "GTSRB" / "Final_Test" / "Images"
    (test / "00000.ppm").rename(test / "other.ppm")
    (test / "00000.ppm").symlink_to("other.ppm")
    (tmp_path / "gtsrb").symlink_to("elsewhere", target_is_directory=True)
    check_gtsrb(read_gtsrb(tmp_path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("train/1.png\n", "line 1: got 'train/1.png', expected a name, a label and a number"),
        ("\ntrain/1.png 43 0\n", "line 2: got the label '43', expected 0 to 42"),
        ("train/1.png 1 0 0\n", "line 1: got 'train/1.png 1 0 0', expected"),
        ("../train/1.png 1 0\n", "line 1: got the name '../train/1.png', expected a file in"),
        ("train/9.png 1 0\n", "line 1: got 'train/9.png', which is no file in"),
        (" \n\n", "got no lines, expected a name, a label and a number"),
    ],
)
def test_a_labelling_that_does_not_fit_is_named(tmp_path, text, message):
    write_synsigns(tmp_path)
    (tmp_path / "train_labelling.txt").write_text(text)
    assert message in refused(read_synsigns, tmp_path)


# faults of images and of places --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got an empty file, expected a PPM, PNG or JPEG image"),
        (b"<html>", "got an HTML page saved instead of the data"),
        (b"P6\n29 30\n255\n" + bytes(100), "got an image that is cut short, of 29×30 pixels"),
        (b"P6\n90000 90000\n255\n" + bytes(100), "got an image of "),
        (b"\xff\xd8\xff" * 9, "got a damaged JPEG image, expected a PPM"),
        (b"P6\n9 9\n255\n" + bytes(4_000_000), "got a file of more than 4,000,000 bytes"),
        (b"P6\n29 x\n255\n", "got no readable image"),
        (b"P5\n29 30\n65535\n" + bytes(1740), "got an image of 29×30 pixels in mode I"),
    ],
)
def test_images_that_do_not_fit_are_named(tmp_path, content, message):
    write_gtsrb(tmp_path)
    path = tmp_path / "Final_Training" / "Images" / "00007" / "00000_00001.ppm"
    path.write_bytes(content)
    assert refused(read_gtsrb, tmp_path).startswith(f"{path}: {message}")


def test_a_sign_in_the_folder_of_another_class_is_refused(tmp_path):
    write_gtsrb(tmp_path)
    path = tmp_path / "Final_Training" / "Images" / "00007" / "GT-00007.csv"
    path.write_text(path.read_text().replace(";7", ";8", 1))
    assert f"{path}: line 2: got the class 8, expected 7" in refused(read_gtsrb, tmp_path)


def test_parts_that_are_missing_are_named(tmp_path):
    assert "got no files of GTSRB in" in refused(read_gtsrb, tmp_path)
    assert "got no files of SYN SIGNS in" in refused(read_synsigns, tmp_path)
    write_gtsrb(tmp_path / "GTSRB")
    (tmp_path / "GTSRB" / "GT-final_test.csv").rename(tmp_path / "labels.csv")
    assert "got no GT-final_test.csv in" in refused(read_gtsrb, tmp_path)
    (tmp_path / "GTSRB" / "Final_Test").rename(tmp_path / "Test")
    assert "got no Final_Test/Images in" in refused(read_gtsrb, tmp_path)
    (tmp_path / "GTSRB" / "Final_Training").rename(tmp_path / "Train")
    assert "got no files of GTSRB in" in refused(read_gtsrb, tmp_path)


@pytest.mark.parametrize("side", [7, 513, 40.0, None, True])
def test_a_side_that_cannot_be_is_named(tmp_path, side):
    assert "side: got" in refused(read_gtsrb, tmp_path, side)
    assert "side: got" in refused(read_synsigns, tmp_path, side)


def test_the_sound_image_is_as_said():
    assert sign(3)[6, 5].tolist() == [3, 0, 200]
    assert sign(3)[25, 24].tolist() == [255, 255, 255]
