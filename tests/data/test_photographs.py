"""Photographs: every one below a folder, as upright RGB bytes, and one line for other pictures."""

import contextlib
import os
import struct
import tracemalloc
import warnings
import zlib

import numpy as np
import pytest
from helpers.files import refused
from PIL import Image

from minidann.data.photographs import photographs, read_photograph

RNG_COLOURS = np.random.default_rng(0).integers(256, size=(4, 6, 3), dtype=np.uint8)


def names(folder):
    return [path.relative_to(folder).as_posix() for path in photographs(folder)]


def touch(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"")


def test_photographs_are_found_below_a_folder_in_order(tmp_path):
    (tmp_path / "folder.png").mkdir()
    touch(tmp_path, "c.png", "b/2.JPG", "b/10.jpeg", "a.jpg", "notes.txt", "b/._2.JPG", "d.Png")
    assert names(tmp_path) == ["a.jpg", "b/10.jpeg", "b/2.JPG", "c.png", "d.Png"]


def test_linked_folders_are_followed_once_and_loops_have_an_end(tmp_path):
    root = tmp_path / "root"
    touch(root, "a/1.jpg")
    touch(tmp_path, "elsewhere/2.jpg", "elsewhere/deep/3.jpg")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(root)
    (root / "a" / "up").symlink_to(root)
    (root / "self").symlink_to("self")
    (root / "z").symlink_to(tmp_path / "elsewhere" / "deep")
    (root / "b.jpg").symlink_to(tmp_path / "elsewhere" / "2.jpg")
    (root / "gone.jpg").symlink_to("nothing")
    assert names(root) == ["a/1.jpg", "b.jpg", "link/2.jpg", "link/deep/3.jpg"]


def test_a_path_from_home_is_followed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    touch(tmp_path, "photos/1.jpg")
    assert photographs("~/photos") == [tmp_path / "photos" / "1.jpg"]


@pytest.mark.parametrize("name", [".", "nowhere"])
def test_a_folder_without_photographs_is_named(tmp_path, name):
    folder = tmp_path / name
    assert refused(photographs, folder).startswith(f"folder: got {str(folder)!r}, expected a folder with JPEG or PNG")


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    touch(tmp_path, "a.jpg")
    assert refused(photographs, tmp_path / "a.jpg").endswith(
        "expected a folder with JPEG or PNG photographs (it is a file)"
    )


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may read every folder")
def test_an_inner_folder_that_cannot_be_read_is_named(tmp_path):
    touch(tmp_path, "a.jpg", "b/1.jpg")
    (tmp_path / "b").chmod(0)
    try:
        assert f"folder: {str(tmp_path / 'b')!r} cannot be read (Permission denied)" in refused(photographs, tmp_path)
    finally:
        (tmp_path / "b").chmod(0o700)


# pixels --------------------------------------------------------------------------------------------------------------


def test_a_photograph_comes_as_rgb_bytes(tmp_path):
    colours = RNG_COLOURS
    Image.fromarray(colours).save(tmp_path / "rgb.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "rgb.png"), colours)
    Image.fromarray(colours[..., 0]).save(tmp_path / "grey.png")
    np.testing.assert_array_equal(read_photograph(str(tmp_path / "grey.png")), colours[..., :1].repeat(3, axis=2))
    Image.fromarray(np.full((8, 8, 3), 90, np.uint8)).save(tmp_path / "flat.jpg")
    photograph = read_photograph(tmp_path / "flat.jpg")
    assert photograph.shape == (8, 8, 3)
    assert photograph.dtype == np.uint8
    assert photograph.flags.writeable
    assert abs(photograph.astype(int) - 90).max() <= 2


def test_a_large_photograph_is_converted_whole(tmp_path):
    colours = np.random.default_rng(1).integers(256, size=(600, 7, 3), dtype=np.uint8)
    Image.fromarray(colours).save(tmp_path / "tall.png")
    np.testing.assert_array_equal(read_photograph(tmp_path / "tall.png"), colours)


def png(numbers, colour_type):
    """16-bit numbers (h, w) or (h, w, channels) as a PNG file, which Pillow cannot write for three channels."""
    height, width = numbers.shape[:2]
    rows = numbers.astype(">u2").reshape(height, -1)
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)), (b"IDAT", packed)]
    parts = [
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in [*chunks, (b"IEND", b"")]
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(("channels", "colour_type"), [(1, 0), (3, 2)], ids=["grey", "RGB"])
def test_sixteen_bits_are_scaled_to_eight(tmp_path, channels, colour_type):
    colours = RNG_COLOURS[..., :channels]
    (tmp_path / "deep.png").write_bytes(png(colours.astype(np.uint16) * 257, colour_type))
    expected = np.broadcast_to(colours, RNG_COLOURS.shape)
    np.testing.assert_array_equal(read_photograph(tmp_path / "deep.png"), expected)


def test_sixteen_bits_that_would_become_black_are_refused(tmp_path):
    path = tmp_path / "p.png"
    path.write_bytes(png(RNG_COLOURS[..., 0].astype(np.uint16), 0))
    assert refused(read_photograph, path).startswith(f"{path}: got an image of 16-bit numbers up to 2")


@pytest.mark.parametrize(
    ("kind", "numbers"), [("TIFF", np.float32), ("TIFF", np.uint16), ("GIF", np.uint8), ("BMP", np.uint8)]
)
def test_other_formats_are_refused_by_name(tmp_path, kind, numbers):
    path = tmp_path / "p.png"
    Image.fromarray(RNG_COLOURS[..., 0].astype(numbers)).save(path, kind)
    assert refused(read_photograph, path) == f"{path}: got a {kind} image, expected a JPEG or PNG photograph"


def test_webp_is_read_under_any_name(tmp_path):
    Image.fromarray(RNG_COLOURS).save(tmp_path / "p.jpg", "WEBP", lossless=True)
    np.testing.assert_array_equal(read_photograph(tmp_path / "p.jpg"), RNG_COLOURS)


def test_other_colour_modes_become_rgb(tmp_path):
    image = Image.fromarray(RNG_COLOURS)
    grey = np.asarray(image.convert("L"))[..., None].repeat(3, axis=2)
    for mode, expected in {"L": grey, "LA": grey, "RGBA": RNG_COLOURS, "1": None, "P": None}.items():
        own = image.convert(mode)
        own.save(tmp_path / "p.png")
        expected = np.asarray(own.convert("RGB")) if expected is None else expected
        np.testing.assert_array_equal(read_photograph(tmp_path / "p.png"), expected)
    flat = Image.new("RGB", (8, 8), (200, 100, 50)).convert("CMYK")
    flat.save(tmp_path / "p.jpg")
    assert abs(read_photograph(tmp_path / "p.jpg").astype(int) - (200, 100, 50)).max() <= 3


def test_transparent_pixels_lie_on_white(tmp_path):
    transparent = Image.new("RGBA", (3, 2), (10, 20, 30, 255))
    transparent.putpixel((0, 0), (10, 20, 30, 0))
    transparent.save(tmp_path / "p.png")
    pixels = read_photograph(tmp_path / "p.png")
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[1, 2].tolist() == [10, 20, 30]
    palette = Image.new("P", (2, 1), 0)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    palette.putpixel((1, 0), 1)
    palette.save(tmp_path / "p.png", transparency=0)
    assert read_photograph(tmp_path / "p.png").tolist() == [[[255] * 3, [9] * 3]]


def test_a_photograph_stands_upright_as_its_exif_data_say(tmp_path):
    wide = np.zeros((16, 32, 3), np.uint8)
    wide[:, :16] = 255  # the left half is white
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned to the right
    Image.fromarray(wide).save(tmp_path / "p.jpg", exif=exif)
    pixels = read_photograph(tmp_path / "p.jpg")
    assert pixels.shape == (32, 16, 3)
    assert (pixels[:14].min(), pixels[18:].max()) == (255, 0)


def test_animations_and_bombs_are_refused_in_one_line_without_a_warning(tmp_path, recwarn):
    path = tmp_path / "p.png"
    frames = [Image.new("L", (4, 4), grey) for grey in (0, 99, 200)]
    frames[0].save(path, "PNG", save_all=True, append_images=frames[1:])
    assert refused(read_photograph, path) == f"{path}: got an animation of 3 images, expected a JPEG or PNG photograph"
    for side in (10_001, 60_000):
        whole = png(np.zeros((1, 1)), 0)
        header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        path.write_bytes(whole[:12] + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + whole[33:])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert "more than 100 million" in refused(read_photograph, path)
    assert list(recwarn) == []


def test_a_false_size_costs_no_memory(tmp_path):
    whole = png(np.zeros((4, 4), np.uint16), 2)
    header = struct.pack(">IIBBBBB", 9000, 9000, 16, 2, 0, 0, 0)
    false = whole[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + whole[33:]
    (tmp_path / "p.png").write_bytes(false)
    Image.init()
    tracemalloc.start()
    assert "got no readable photograph" in refused(read_photograph, tmp_path / "p.png")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_a_false_length_in_a_file_costs_no_memory(tmp_path):
    Image.fromarray(RNG_COLOURS).save(tmp_path / "p.png")
    whole = bytearray((tmp_path / "p.png").read_bytes())
    at = whole.index(b"IDAT") - 4
    whole[at : at + 4] = struct.pack(">I", 2_000_000_000)
    (tmp_path / "p.png").write_bytes(whole)
    tracemalloc.start()
    with contextlib.suppress(ValueError):  # Pillow may find all pixels before it looks for the end of the chunk
        read_photograph(tmp_path / "p.png")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_broken_photograph_is_named(tmp_path, ending):
    path = tmp_path / f"p.{ending}"
    assert refused(read_photograph, path) == f"{path}: got no such file, expected a JPEG or PNG photograph"
    path.write_bytes(b"<html>not found")
    assert "got an HTML page saved instead of the data" in refused(read_photograph, path)
    path.write_bytes(b"")
    assert "got an empty file" in refused(read_photograph, path)
    Image.fromarray(np.random.default_rng(0).integers(256, size=(40, 40, 3), dtype=np.uint8)).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(read_photograph, path).startswith(f"{path}: got no readable photograph")


def test_a_folder_and_a_pipe_are_no_photographs(tmp_path):
    assert refused(read_photograph, tmp_path) == f"{tmp_path}: got a folder, expected a JPEG or PNG photograph"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "p.jpg")
        assert "got a pipe" in refused(read_photograph, tmp_path / "p.jpg")
