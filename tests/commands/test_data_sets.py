"""``minidann data list`` and ``get``, with a server on this machine."""

import gzip
import hashlib
import zipfile

import pytest
from helpers.files import idx, mnist_arrays
from helpers.stumbling_server import stumbling_server

from minidann import cli
from minidann.commands import data_sets
from minidann.data import fetching
from minidann.data.catalogue import CATALOGUE, RemoteFile
from minidann.data.readers import read_mnist


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


def test_a_data_set_is_downloaded_past_stumbles_and_only_once(server, tmp_path, capsys):
    server.plan[:] = ["cut", 503, "wrong"]
    assert ended("get", "mnist", "mnist", "--data-dir", tmp_path) == 0
    assert read_mnist(tmp_path).x_train.shape == (6, 28, 28)
    captured = capsys.readouterr()
    assert captured.out == f"mnist: 4 files in {tmp_path / 'mnist'}\n"
    assert captured.err == ""  # no bar outside a terminal
    asked = len(server.asked)
    assert ended("get", "mnist", "--data-dir", tmp_path) == 0
    assert len(server.asked) == asked


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


def test_an_archive_that_a_person_fetched_is_unpacked(tmp_path, capsys):
    assert ended("get", "synsigns", "--data-dir", tmp_path) == 2
    place = tmp_path / "synsigns"
    assert capsys.readouterr().err == (
        "minidann data get: synsigns has no address for a download: put synthetic_data.zip from "
        f"http://graphics.cs.msu.ru/en/node/1337 into {place}, and run this again\n"
    )
    with zipfile.ZipFile(place / "synthetic_data.zip", "w") as archive:
        archive.writestr("synthetic_data/train_labelling.txt", "train/1.png 3 0\n")
    assert ended("get", "synsigns", "--data-dir", tmp_path) == 0
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
    ],
)
def test_bad_arguments_of_get_are_told_in_one_line(wrong, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    assert ended(*wrong) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
