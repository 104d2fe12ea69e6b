"""Files are whole or absent, links are followed, and devices are left alone."""

import errno
import os

import pytest

from minidann import _files


def test_a_writer_that_fails_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text("old")

    def half(temporary):
        temporary.write_text("half of the n")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        _files.write(path, half)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    _files.write(tmp_path / "link.json", lambda path: path.write_text("new"))
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "new"


def test_others_may_read_what_was_written_as_the_umask_says(tmp_path):
    before = os.umask(0o022)
    try:
        _files.write(tmp_path / "a.txt", lambda path: path.write_text(""))
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("kind", ["folder", "device"])
def test_what_is_no_ordinary_file_is_refused(kind, tmp_path):
    path = {"folder": tmp_path, "device": tmp_path / "pipe"}[kind]
    if kind == "device":
        os.mkfifo(path)
    with pytest.raises(ValueError, match="argument --json: got .*, expected an ordinary file"):
        _files.file("argument --json", path)


def test_a_folder_is_made_with_its_parents(tmp_path):
    assert _files.folder("out", tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="out: got .*, expected a folder that can be written to"):
        _files.folder("out", tmp_path / "file" / "b")


def test_a_folder_that_is_gone_is_an_error_that_names_the_file_and_no_temporary(tmp_path):
    path = tmp_path / "gone" / "rows.json"
    with pytest.raises(OSError, match="rows.json") as caught:
        _files.write(path, lambda temporary: temporary.write_text(""))
    assert str(caught.value) == f"{str(path)!r} cannot be written (No such file or directory)"


def test_a_full_disk_is_an_error_that_names_the_file_and_no_temporary(tmp_path):
    def full(temporary):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(temporary))

    with pytest.raises(OSError, match="rows.json") as caught:
        _files.write(tmp_path / "rows.json", full)
    assert str(caught.value) == f"{str(tmp_path / 'rows.json')!r} cannot be written (No space left on device)"
