"""Files are whole or absent, links are followed, and devices are left alone."""

import errno
import os
import signal
import subprocess
import sys

import matplotlib
import pytest
from matplotlib.figure import Figure

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


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_figure_behind_a_link_without_an_ending_is_drawn(tmp_path):
    matplotlib.use("Agg")
    (tmp_path / "store").mkdir()
    (tmp_path / "figure.png").symlink_to("store/3f2a")
    for _ in range(2):
        _files.write(tmp_path / "figure.png", Figure((1, 1)).savefig)
        assert (tmp_path / "store" / "3f2a").read_bytes().startswith(b"\x89PNG")
    assert names(tmp_path) == ["figure.png", "store"]
    assert names(tmp_path / "store") == ["3f2a"]


def test_a_link_to_nothing_makes_the_file_behind_it(tmp_path):
    (tmp_path / "link.json").symlink_to("inner/real.json")
    assert _files.file("argument --json", tmp_path / "link.json") == tmp_path / "link.json"
    _files.write(tmp_path / "link.json", lambda path: path.write_text("new"))
    assert (tmp_path / "inner" / "real.json").read_text() == "new"


def test_a_loop_of_links_is_refused_before_and_while_writing(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(ValueError, match="argument --json: got .*/a', expected .*Too many levels"):
        _files.file("argument --json", tmp_path / "a")
    with pytest.raises(ValueError, match="argument --out: got .*/a', expected a folder .*Too many levels"):
        _files.folder("argument --out", tmp_path / "a")
    with pytest.raises(OSError, match="/a' cannot be written .Too many levels"):
        _files.write(tmp_path / "a", lambda path: path.write_text("new"))
    assert names(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").is_symlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_or_a_folder_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match=f"/{name}' cannot be written .expected an ordinary file"):
            _files.write(tmp_path / name, lambda path: path.write_text("new"))
    assert names(tmp_path) == ["folder", "pipe"]


def test_the_mode_of_a_file_is_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    for mode in (0o600, 0o664, 0o755):
        path.chmod(mode)
        _files.write(path, lambda temporary: temporary.write_text("new"))
        assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_read_only_file_or_folder_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(ValueError, match="argument --json: got .*the file is read-only"):
        _files.file("argument --json", path)
    with pytest.raises(OSError, match="cannot be written .the file is read-only"):
        _files.write(path, lambda temporary: temporary.write_text("new"))
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(OSError, match="b.txt' cannot be written .Permission denied"):
            _files.write(tmp_path / "b.txt", lambda temporary: temporary.write_text("new"))
    finally:
        tmp_path.chmod(0o755)
    assert path.read_text() == "old"


def test_a_file_or_folder_removed_meanwhile_is_written_again_or_named(tmp_path):
    path = tmp_path / "inner" / "a.txt"
    path.parent.mkdir()
    path.write_text("old")

    def removed(temporary):
        temporary.write_text("new")
        path.unlink()

    _files.write(path, removed)
    assert path.read_text() == "new"

    def all_removed(temporary):
        temporary.unlink()
        path.unlink()
        path.parent.rmdir()

    with pytest.raises(OSError, match="a.txt' cannot be written .No such file or directory"):
        _files.write(path, all_removed)


def test_content_is_on_the_disk_before_it_has_its_name_and_the_name_after(tmp_path, monkeypatch):
    path, done = tmp_path / "a.txt", []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda handle: (done.append(os.readlink(f"/proc/self/fd/{handle}")), fsync(handle))
    )
    monkeypatch.setattr(os, "replace", lambda *paths: (done.append("renamed"), replace(*paths)))
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("nobody says here which file a handle is of")
    _files.write(path, lambda temporary: temporary.write_text("new"))
    temporary, renamed, folder = done
    assert os.path.basename(temporary).startswith(".a-")
    assert (renamed, folder) == ("renamed", str(tmp_path))


def test_a_disk_that_fails_while_content_goes_to_it_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(handle):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="a.txt' cannot be written .Input/output error"):
        _files.write(path, lambda temporary: temporary.write_text("new"))
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


WRITER = """
import sys, time
from pathlib import Path
from minidann import _files

def slow(temporary):
    temporary.write_text("half")
    print("begun", flush=True)
    time.sleep(600)

_files.write(Path(sys.argv[1]), slow)
"""


@pytest.mark.skipif(os.name != "posix", reason="leftovers are removed where processes can be asked for")
def test_what_a_killed_process_left_is_removed_and_a_living_one_keeps_its_own(tmp_path):
    path = tmp_path / "run.npz"
    killed, living = (
        subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    )
    try:
        assert [process.stdout.readline() for process in (killed, living)] == ["begun\n"] * 2
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        strangers = [".run-of-mine.npz", f".run-{'0' * 12}-{killed.pid}-00000000.npz", "run-1.npz"]
        for name in strangers:
            (tmp_path / name).touch()
        left = [name for name in names(tmp_path) if name not in strangers]
        assert len(left) == 2
        _files.write(tmp_path / "other.npz", lambda temporary: temporary.write_text("new"))
        assert set(left) < set(names(tmp_path))  # the temporaries of another file are left alone
        _files.write(path, lambda temporary: temporary.write_text("new"))
        kept = set(names(tmp_path)) - {"run.npz", "other.npz", *strangers}
        assert len(kept) == 1
        assert f"-{living.pid}-" in kept.pop()
        assert set(strangers) < set(names(tmp_path))
    finally:
        for process in (killed, living):
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.mark.skipif(os.name != "posix", reason="leftovers are removed where processes can be asked for")
def test_a_leftover_with_this_process_s_number_is_removed_and_a_write_within_a_write_is_not(tmp_path):
    path = tmp_path / "run.npz"
    seen = []

    def twice(temporary):
        old = temporary.with_name(temporary.name.replace(temporary.suffixes[-1], "")[:-8] + "0" * 8 + ".npz")
        old.touch()  # as a process of the same number left it in the life before
        _files.write(path, lambda inner: inner.write_text("inner"))
        seen.append((old.exists(), temporary.exists()))
        temporary.write_text("outer")

    _files.write(path, twice)
    assert seen == [(False, True)]
    assert path.read_text() == "outer"
    assert names(tmp_path) == ["run.npz"]


def test_a_path_from_home_is_followed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _files.write("~/a.txt", lambda temporary: temporary.write_text("new")) == tmp_path / "a.txt"
    assert _files.folder("out", "~/inner") == tmp_path / "inner"
    assert _files.file("rows", "~/deep/rows.json") == tmp_path / "deep" / "rows.json"
    assert names(tmp_path) == ["a.txt", "deep", "inner"]


@pytest.mark.parametrize("wrong", [None, 3, "", "a\0b"])
def test_what_is_no_path_is_named(wrong):
    with pytest.raises((TypeError, ValueError), match="out: got .*, expected a path"):
        _files.folder("out", wrong)


def test_a_long_name_leaves_room_for_the_temporary(tmp_path):
    path = tmp_path / ("ü" * 120 + ".json")
    _files.write(path, lambda temporary: temporary.write_text("new"))
    assert names(tmp_path) == [path.name]
