"""Archives: unpacked whole and once, or refused before a file is written."""

import io
import tarfile
import zipfile

import pytest
from helpers.files import refused

from minidann.data import unpacking
from minidann.data.unpacking import unpack

FILES = {"top/a.txt": b"first", "top/in/b.txt": b"second", "other.txt": b"third"}


def zip_of(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # a ZipInfo keeps the name as it is
    return path


def tar_of(path, files, link=None):
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        if link is not None:
            member = tarfile.TarInfo("top/link")
            member.type, member.linkname = link, "/etc/passwd"
            archive.addfile(member)
    return path


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_the_wanted_files_are_unpacked_and_only_what_is_missing_is_written_again(tmp_path, make):
    archive, folder = make(tmp_path / "archive", FILES), tmp_path / "data"
    folder.mkdir()
    assert unpack(archive, folder, "top/") == 2
    assert contents(folder) == {name: data for name, data in FILES.items() if name.startswith("top/")}
    (folder / "top" / "a.txt").write_bytes(b"kept!")  # the same size
    (folder / "top" / "in" / "b.txt").write_bytes(b"half")
    assert unpack(archive, folder) == 3
    assert contents(folder) == FILES | {"top/a.txt": b"kept!"}


@pytest.mark.parametrize("name", ["../x", "top/../../x", "/x", "C:x", "C:/x", "..\\x", "\\x", "top\\..\\..\\x"])
@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_a_name_that_leaves_the_folder_is_refused_before_a_file_is_written(tmp_path, make, name):
    folder = tmp_path / "data"
    folder.mkdir()
    message = refused(unpack, make(tmp_path / "archive", FILES | {name: b"bad"}), folder)
    assert "which leaves the folder, expected a ZIP or TAR archive" in message
    assert list(tmp_path.rglob("*x")) == []
    assert contents(folder) == {}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path, kind):
    assert "'top/link', which is no ordinary file" in refused(unpack, tar_of(tmp_path / "a", FILES, kind), tmp_path)


def test_a_link_in_a_zip_is_refused(tmp_path):
    info = zipfile.ZipInfo("top/link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert "no ordinary file" in refused(unpack, tmp_path / "a.zip", tmp_path)


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_a_damaged_archive_is_refused_and_leaves_no_half_file(tmp_path, make):
    archive = make(tmp_path / "archive", {f"{i}.txt": bytes([i]) * 1000 for i in range(20)})
    whole, folder = archive.read_bytes(), tmp_path / "data"
    folder.mkdir()
    for damaged in (whole[: len(whole) // 2], whole[:-9], whole[:60] + b"\xff\xff" + whole[62:]):
        archive.write_bytes(damaged)
        assert "a damaged archive" in refused(unpack, archive, folder)
        assert all(len(data) == 1000 for data in contents(folder).values())


def test_other_files_are_named(tmp_path):
    (tmp_path / "page").write_bytes(b"<html>log in</html>")
    assert "an HTML page saved instead of the data" in refused(unpack, tmp_path / "page", tmp_path)
    assert "no such file" in refused(unpack, tmp_path / "none", tmp_path)
    assert "an archive without files named up/…" in refused(unpack, zip_of(tmp_path / "a", FILES), tmp_path, "up/")


def test_an_archive_with_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_FILES", 3)
    assert "an archive with at least 3 files" in refused(unpack, tar_of(tmp_path / "a", FILES), tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_a_file_in_the_place_of_a_folder_is_a_fault_of_the_archive(tmp_path):
    archive = zip_of(tmp_path / "archive", {"a": b"file", "a/b": b"below it"})
    assert "a damaged archive" in refused(unpack, archive, tmp_path)


def test_a_disk_without_room_is_told_before_a_file_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda path: type("usage", (), {"free": 3}))
    assert "16 bytes to unpack, and the disk has 3 free" in refused(unpack, zip_of(tmp_path / "a", FILES), tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
