"""``minidann data list`` and ``get``, with a server on this machine."""

import gzip
import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from helpers.files import idx, mnist_arrays, write_mnist
from helpers.signs import write_gtsrb
from helpers.stumbling_server import stumbling_server
from PIL import Image

from minidann import cli
from minidann.commands import data_sets
from minidann.data import fetching, holdings
from minidann.data.catalogue import CATALOGUE, RemoteFile
from minidann.data.readers import read_mnist

SMALL = "mnist       in part   6 + 4 images; the release has 60,000 + 10,000\n"


@pytest.fixture
def server(monkeypatch):
    """A server with a small MNIST, which the catalogue names."""
    monkeypatch.setattr(fetching, "TIMEOUT", 0.1)
    monkeypatch.setattr(fetching, "DELAY", 0.0)
    with stumbling_server() as server:
        files = []
        for file, array in zip(CATALOGUE["mnist"].files, mnist_arrays().values()):
            data = gzip.compress(idx(array), mtime=0)
            server.files[file.name] = data
            sha256 = hashlib.sha256(data).hexdigest()
            files.append(RemoteFile(file.name, server.address(file.name), len(data), sha256))
        small = CATALOGUE["mnist"]._replace(files=tuple(files))
        monkeypatch.setattr(data_sets, "CATALOGUE", CATALOGUE | {"mnist": small})
        yield server


def ended(*arguments):
    """The status of a command, also if it ends with an error."""
    try:
        return cli.main(["data", *map(str, arguments)])
    except SystemExit as error:
        return error.code


def test_the_list_has_every_data_set_with_its_licence_and_source(capsys):
    assert ended("list") == 0
    said = capsys.readouterr().out
    for name, entry in CATALOGUE.items():
        assert f"\n{name}: {entry.title}, " in "\n" + said
        assert entry.source in said
        assert entry.licence in said
    assert "4 files, 11.6 MB" in said
    assert "1 file, size not known" in said
    assert "by hand: put SynthDigits.zip from http://yaroslav.ganin.net/ into DIR/synnumbers" in said


def test_the_drawn_images_that_the_list_names_are_there(capsys):
    ended("list")
    named = re.findall(r"minidann data show (\S+)", capsys.readouterr().out)
    assert len(named) == 3
    for name in named:
        assert ended("show", name, "--seed", "-1") == 2
        assert "argument --seed" in capsys.readouterr().err  # and nothing of the name


def test_a_data_set_is_downloaded_past_stumbles_and_only_once(server, tmp_path, capsys):
    server.plan[:] = ["cut", 503, "wrong"]
    assert ended("get", "mnist", "mnist", "--data-dir", tmp_path) == 0
    assert read_mnist(tmp_path).x_train.shape == (6, 28, 28)
    captured = capsys.readouterr()
    assert captured.out == SMALL
    assert captured.err == ""  # no bar outside a terminal
    asked = len(server.asked)
    assert ended("get", "mnist", "--data-dir", tmp_path) == 0
    assert len(server.asked) == asked


def test_a_complete_data_set_in_another_layout_is_left_alone(server, tmp_path, capsys, monkeypatch):
    complete = CATALOGUE["mnist"]._replace(counts=(6, 4))
    monkeypatch.setattr(holdings, "CATALOGUE", CATALOGUE | {"mnist": complete})
    write_mnist(tmp_path / "MNIST" / "raw")
    assert ended("get", "mnist", "--data-dir", tmp_path) == 0
    assert capsys.readouterr().out == "mnist       complete  6 + 4 images\n"
    assert server.asked == []


def test_files_that_cannot_be_read_after_the_download_are_told(server, tmp_path, capsys):
    labels = CATALOGUE["mnist"].files[1].name
    server.files[labels] = data = gzip.compress(idx(mnist_arrays()["t10k-labels"]), mtime=0)
    sound = data_sets.CATALOGUE["mnist"]
    files = list(sound.files)
    files[1] = files[1]._replace(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    data_sets.CATALOGUE["mnist"] = sound._replace(files=tuple(files))
    assert ended("get", "mnist", "--data-dir", tmp_path) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"minidann data get: mnist is faulty: {tmp_path / 'mnist' / labels}: got uint8 (4,)")
    assert message.count("\n") == 1


def test_check_says_which_data_sets_a_folder_holds(tmp_path, capsys):
    write_mnist(tmp_path / "mnist")
    assert ended("check", tmp_path) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(SMALL)
    assert captured.err == ""
    missing = [name for name in CATALOGUE if name != "mnist"]
    assert captured.out.splitlines()[1:] == [
        f"{name:10}  missing   to get it: minidann data get {name} --data-dir {tmp_path}" for name in missing
    ]


def test_check_ends_with_status_2_if_a_data_set_is_faulty(tmp_path, capsys):
    (tmp_path / "svhn").mkdir()
    (tmp_path / "svhn" / "train_32x32.mat").write_text("cut")
    assert ended("check", tmp_path) == 2
    captured = capsys.readouterr()
    (line,) = [line for line in captured.out.splitlines() if "faulty" in line]
    assert line.startswith(f"svhn        faulty    got no test_32x32.mat in {tmp_path}")
    assert captured.err == (
        f"minidann data check: argument DIR: got {str(tmp_path)!r} with faulty files of svhn; "
        "minidann data get NAME brings missing files\n"
    )


def test_after_a_failure_the_files_that_came_are_kept(server, tmp_path, capsys):
    server.plan[:] = ["well", "well", 404]
    assert ended("get", "mnist", "--data-dir", tmp_path) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "t10k-images-idx3-ubyte.gz cannot be had from http://127.0.0.1" in message
    assert f"into {tmp_path / 'mnist'}" in message
    names = ", ".join(file.name for file in CATALOGUE["mnist"].files)
    assert f"run this again, or put {names} from http://yann.lecun.com/exdb/mnist/" in message
    assert ended("get", "mnist", "--data-dir", tmp_path) == 0
    assert [name for name, _ in server.asked].count("train-images-idx3-ubyte.gz") == 1


def test_archives_are_downloaded_and_unpacked_to_the_places_that_the_readers_know(server, tmp_path, capsys):
    write_gtsrb(tmp_path / "made" / "GTSRB", test_labels="../GT-final_test.csv")
    for part in ("train", "val", "test"):
        place = tmp_path / "made" / "BSR" / "BSDS500" / "data" / "images" / part
        place.mkdir(parents=True)
        Image.new("RGB", (4, 3)).save(place / "1.jpg")
    for part in ("train", "test"):
        place = tmp_path / "made" / "mnist_m" / f"mnist_m_{part}"
        place.mkdir(parents=True)
        Image.new("RGB", (32, 32)).save(place / "1.png")
        (place.parent / f"mnist_m_{part}_labels.txt").write_text("1.png 5\n")
    for name, parts in {
        "gtsrb": ("GTSRB/Final_Training", "GTSRB/Final_Test", "GT-final_test.csv"),
        "bsds500": ("BSR",),
        "mnistm": ("mnist_m",),
    }.items():
        files = []
        for file, part in zip(CATALOGUE[name].files, parts):
            kind = "zip" if file.name.endswith("zip") else "gztar"
            archive = Path(shutil.make_archive(str(tmp_path / name), kind, tmp_path / "made", part)).read_bytes()
            server.files[file.name] = archive
            sha256 = file.sha256 and hashlib.sha256(archive).hexdigest()
            files.append(file._replace(url=server.address(file.name), size=None, sha256=sha256))
        data_sets.CATALOGUE[name] = CATALOGUE[name]._replace(files=tuple(files))
    server.plan[:] = ["drop", "well", 503]
    assert ended("get", "gtsrb", "bsds500", "mnistm", "--data-dir", tmp_path / "data") == 0
    assert capsys.readouterr().out == (
        "gtsrb       in part   4 + 4 images; the release has 39,209 + 12,630\n"
        "bsds500     in part   1 + 1 + 1 images; the release has 200 + 100 + 200\n"
        "mnistm      in part   1 + 1 images; the release has 59,001 + 9,001\n"
    )
    assert len(server.asked) == 7


def test_an_archive_that_a_person_fetched_is_unpacked(tmp_path, capsys):
    assert ended("get", "synsigns", "--data-dir", tmp_path) == 2
    place = tmp_path / "synsigns"
    assert capsys.readouterr().err == (
        "minidann data get: synsigns has no address for a download: put synthetic_data.zip from "
        f"http://graphics.cs.msu.ru/en/node/1337 into {place}, and run this again\n"
    )
    Image.new("RGB", (40, 40)).save(tmp_path / "1.png")
    with zipfile.ZipFile(place / "synthetic_data.zip", "w") as archive:
        archive.write(tmp_path / "1.png", "synthetic_data/train/1.png")
        archive.writestr("synthetic_data/train_labelling.txt", "train/1.png 3 0\n")
    assert ended("get", "synsigns", "--data-dir", tmp_path) == 0
    assert capsys.readouterr().out == "synsigns    in part   1 image; the release has 100,000\n"
    assert (place / "synthetic_data" / "train_labelling.txt").read_text() == "train/1.png 3 0\n"
    (place / "synthetic_data.zip").write_bytes(b"PK\3\4 cut")
    assert ended("get", "synsigns", "--data-dir", tmp_path) == 2
    assert "remove the file and run this again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["get"], "the following arguments are required: NAME"),
        (["get", "cifar"], "argument NAME: got 'cifar', expected one of mnist, "),
        (["get", "mnist", "--data-dir", "file"], "argument --data-dir: got 'file/mnist', expected a folder"),
        (["check"], "the following arguments are required: DIR"),
        (["check", "file"], "argument DIR: got 'file', expected a folder"),
    ],
)
def test_bad_arguments_of_get_are_told_in_one_line(wrong, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    assert ended(*wrong) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
