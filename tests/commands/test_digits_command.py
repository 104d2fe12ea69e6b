"""``minidann digits``: what it prints, writes and leaves to go on from, on small pairs and on a made-up MNIST."""

import json
import os
import signal
import struct

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from minidann import cli
from minidann.adapt import Training
from minidann.data import DomainPair
from minidann.data.digits import digits_pair

QUICK = ["digits", "--steps", "5", "--seeds", "1", "--batch-size", "8"]
TWO = ["--methods", "source-only", "dann"]


def shrunk(name, seed, target_shares=None):
    """The real pair with fewer examples."""
    pair = digits_pair(name, seed, copies=1, target_shares=target_shares)
    some, few = slice(0, 200), slice(0, 60)
    train, test = ("x_source", "y_source", "x_target"), ("source_test", "target_test")
    arrays = {name: getattr(pair, name)[some] for name in train} | {"y_target": pair.oracle[some]}
    return DomainPair(
        pair.name, **arrays, **{f"{a}_{name}": getattr(pair, f"{a}_{name}")[few] for a in "xy" for name in test}
    )


@pytest.fixture(autouse=True)
def few_batches_of_statistics(monkeypatch):
    """The usual 50 take longer than five steps."""
    monkeypatch.setattr("minidann.adapt.training.STATISTICS_BATCHES", 2)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr("minidann.commands.digits.digits_pair", shrunk)


@pytest.fixture
def plain_figure(monkeypatch):
    """No t-SNE: the figure has tests of its own."""
    monkeypatch.setattr("minidann.commands.digits.digits_figure", lambda pair, comparison: Figure((1, 1)))


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def rows_of(path):
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


@pytest.mark.slow
def test_it_prints_the_table_and_writes_figure_rows_and_checkpoints(small, tmp_path, capsys):
    rows = tmp_path / "rows.json"
    assert cli.main([*QUICK, "--seed", "3", "--out", str(tmp_path), "--json", str(rows)]) == 0
    captured = capsys.readouterr()
    for text in ("digits → digits turned by 35°   (1 seed)", "SOURCE ONLY", "SA (Fernando", "DANN", "TRAIN ON TARGET"):
        assert text in captured.out
    assert captured.out.count("To conclude: on one seed the difference of DANN") == 1
    assert captured.out.endswith(f"figure: {tmp_path / 'digits-turned.png'}   rows: {rows}\n")
    assert captured.err == ""
    methods = ("source-only", "sa", "sa-oracle", "dann", "target-only")
    assert [(row["method"], row["seed"]) for row in rows_of(rows)] == [(method, 3) for method in methods]
    assert files(tmp_path) == [
        *(f"checkpoints/turned/{method}-seed-3.npz" for method in ("dann", "source-only", "target-only")),
        "digits-turned.png",
        "rows.json",
    ]
    assert (tmp_path / "digits-turned.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_each_pair_has_its_table_its_figure_and_its_checkpoints(small, plain_figure, tmp_path, capsys):
    assert cli.main([*QUICK, *TWO, "--pair", "all", "--out", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    for name in ("turned by", "over blurred photographs", "blended with photographs", "printed digits → scanned"):
        assert out.count(name) == 1
    names = ("blended", "photo", "printed", "turned")
    assert [name for name in files(tmp_path) if name.endswith(".png")] == [f"digits-{name}.png" for name in names]
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == list(names)


def test_a_target_that_lacks_digits_has_a_folder_of_its_own(small, plain_figure, tmp_path, capsys):
    shares = ["--target-shares", "1,1,1,1,1,0,0,0,0,0"]
    assert cli.main([*QUICK, *TWO, *shares, "--out", str(tmp_path)]) == 0
    assert "turned by 35°, target without 5, 6, 7, 8, 9" in capsys.readouterr().out
    assert files(tmp_path)[-1] == "digits-turned-shares.png"
    assert (tmp_path / "checkpoints" / "turned-shares").is_dir()


@pytest.mark.slow
def test_a_pair_named_twice_is_run_once(small, plain_figure, tmp_path, capsys):
    assert cli.main([*QUICK, *TWO, "--pair", "turned", "all", "turned", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("turned by 35°") == 1


def test_a_method_named_twice_is_run_once(small, tmp_path, capsys):
    assert cli.main([*QUICK, "--methods", "dann", "dann", "--out", str(tmp_path)]) == 0
    assert "(1 seed)" in capsys.readouterr().out


def test_without_both_networks_there_is_no_figure(small, tmp_path, capsys):
    assert cli.main([*QUICK, "--methods", "dann", "--out", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    assert "DANN" in captured.out
    assert "SOURCE ONLY" not in captured.out
    assert "figure" not in captured.out
    assert files(tmp_path) == ["checkpoints/turned/dann-seed-0.npz"]


def interrupt_at(monkeypatch, step):
    """Press Ctrl-C in the given step of all that are taken; gives the list of them."""
    real, taken = Training.step, []

    def counted(self):
        taken.append(self.step_count)
        if len(taken) == step:
            os.kill(os.getpid(), signal.SIGINT)
        return real(self)

    monkeypatch.setattr(Training, "step", counted)
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("step", [3, 13], ids=["in the first seed", "in the second seed"])
def test_what_ctrl_c_left_resume_finishes_to_the_same_table(small, plain_figure, tmp_path, capsys, monkeypatch, step):
    two_seeds = [*QUICK, *TWO, "--seeds", "2", "--checkpoint-every", "2"]
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert cli.main([*two_seeds, "--out", str(whole), "--json", str(tmp_path / "whole.json")]) == 0
    expected = capsys.readouterr().out.replace("whole", "parts")
    arguments = [*two_seeds, "--out", str(parts), "--json", str(tmp_path / "parts.json")]
    with monkeypatch.context() as patch:
        taken = interrupt_at(patch, step)
        assert cli.main(arguments) == 130
        assert len(taken) == step
    captured = capsys.readouterr()
    if step == 3:
        assert captured.err == (
            "minidann: interrupted before the first seed was finished; --resume continues the run\n"
        )
        assert captured.out == ""
    else:
        assert "the table holds the 1 finished seeds; --resume continues the run" in captured.err
        assert "(1 seed)" in captured.out
    with monkeypatch.context() as patch:
        taken = interrupt_at(patch, None)
        assert cli.main([*arguments, "--resume"]) == 0
        assert len(taken) == 20 - step
    assert capsys.readouterr().out == expected
    assert rows_of(tmp_path / "parts.json") == rows_of(tmp_path / "whole.json")
    assert cli.main([*arguments, "--resume"]) == 0  # once more, with nothing left to do
    assert capsys.readouterr().out == expected


def test_resume_where_nothing_lies_begins_at_the_start(small, plain_figure, tmp_path, capsys):
    assert cli.main([*QUICK, *TWO, "--resume", "--out", str(tmp_path)]) == 0
    assert "DANN" in capsys.readouterr().out


def refused(arguments, capsys):
    """The one line with which the command ends in status 2."""
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_checkpoint_of_another_recipe_is_refused_and_kept(small, tmp_path, capsys):
    arguments = [*QUICK, "--methods", "dann", "--out", str(tmp_path)]
    assert cli.main(arguments) == 0
    capsys.readouterr()
    path = tmp_path / "checkpoints" / "turned" / "dann-seed-0.npz"
    before = path.read_bytes()
    message = refused([*arguments, "--rate", "0.001", "--resume"], capsys)
    assert f"argument --resume: {str(path)!r} is of recipe" in message
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            ["--pair", "sun"],
            "argument --pair: got 'sun', expected one of turned, photo, blended, printed, mnist-mnistm",
        ),
        (["--pair", "turned", "sun"], "argument --pair: got 'sun'"),
        (["--pair", "mnist-mnistm"], "argument --data-dir: got none, expected the folder of MNIST's files"),
        (["--data-dir", "x"], "argument --data-dir: only the pair mnist-mnistm reads files"),
        (["--target-npz", "x"], "argument --target-npz: only the pair mnist-mnistm reads files"),
        (["--target-dir", "x"], "argument --target-dir: only the pair mnist-mnistm reads files"),
        (["--digits", "grey"], "argument --digits: only the pair mnist-mnistm has this option"),
        (["--digits", "red"], "argument --digits: got 'red', expected one of binarised, grey"),
        (["--recolour-source"], "argument --recolour-source: only the pair mnist-mnistm has this option"),
        (
            ["--pair", "mnist-mnistm", "--data-dir", "x", "--target-npz", "y", "--target-dir", "z"],
            "argument --target-dir: got --target-npz too, expected one of them",
        ),
        (
            ["--pair", "mnist-mnistm", "--data-dir", "x", "--target-npz", "y", "--digits", "grey"],
            "argument --digits: a ready target holds its own digits",
        ),
        (
            ["--pair", "mnist-mnistm", "--data-dir", "x", "--target-shares", "1,1,1,1,1,1,1,1,1,0"],
            "argument --target-shares: mnist-mnistm has no such option",
        ),
        (["--target-shares", "1,2"], "argument --target-shares: got '1,2', expected ten numbers of at least 0"),
        (["--target-shares", "1,1,1,1,1,1,1,1,1,x"], "argument --target-shares: got '1,1"),
        (["--recipe", "best"], "argument --recipe: only mnist-mnistm has more than one recipe"),
        (["--recipe", "digits"], "argument --recipe: got 'digits', expected one of paper, best"),
        (["--methods", "sa"], "argument --methods: got ['sa'], expected source-only too"),
        (["--methods", "magic"], "argument --methods: got 'magic', expected one of source-only"),
        (["--checkpoint-every", "0"], "argument --checkpoint-every: got '0', expected a whole number of at least 1"),
        (["--seeds", "0"], "argument --seeds: got '0'"),
    ],
)
def test_bad_options_end_with_status_2_and_one_line_and_leave_nothing(wrong, message, tmp_path, capsys):
    assert message in refused([*QUICK, *wrong, "--out", str(tmp_path / "out")], capsys)
    assert list(tmp_path.iterdir()) == []


# MNIST → MNIST-M -----------------------------------------------------------------------------------------------------


def write_idx(path, array):
    path.write_bytes(bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes())


@pytest.fixture
def data_dir(tmp_path):
    """30 made-up digits to train on, 20 to test on, and four small photographs."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "data"
    (folder / "mnist").mkdir(parents=True)
    for name, n in (("train", 30), ("t10k", 20)):
        write_idx(folder / "mnist" / f"{name}-images-idx3-ubyte", rng.integers(0, 256, (n, 28, 28), dtype=np.uint8))
        write_idx(folder / "mnist" / f"{name}-labels-idx1-ubyte", np.arange(n, dtype=np.uint8) % 10)
    for i, part in enumerate(("train", "train", "val", "test")):
        (folder / "bsds500" / part).mkdir(parents=True, exist_ok=True)
        photo = rng.integers(0, 256, (36, 40, 3), dtype=np.uint8)
        Image.fromarray(photo).save(folder / "bsds500" / part / f"{i}.jpg")
    return folder


REAL = ["digits", "--pair", "mnist-mnistm", "--steps", "2", "--seeds", "1", "--batch-size", "4", *TWO]


@pytest.mark.slow
def test_mnist_to_mnistm_runs_from_files_to_figure_with_both_recipes(data_dir, tmp_path, capsys):
    out = tmp_path / "out"
    assert cli.main([*REAL, "--recipe", "paper", "best", "--data-dir", str(data_dir), "--out", str(out)]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "MNIST → MNIST-M, the paper recipe   (1 seed)" in captured.out
    assert "MNIST → MNIST-M, the best recipe   (1 seed)" in captured.out
    assert files(out) == [
        *(f"checkpoints/mnist-mnistm-{recipe}/{m}-seed-0.npz" for recipe in ("best", "paper") for m in sorted(TWO[1:])),
        "digits-mnist-mnistm-best.png",
        "digits-mnist-mnistm-paper.png",
    ]


def test_the_target_may_come_from_a_file_and_the_paper_s_recipe_is_the_default(
    data_dir, plain_figure, tmp_path, capsys
):
    rng, arrays = np.random.default_rng(1), {}
    for part, n in (("train", 25), ("test", 20)):
        arrays[f"x_{part}"] = rng.integers(0, 256, (n, 32, 32, 3), dtype=np.uint8)
        arrays[f"y_{part}"] = np.arange(n) % 10
    np.savez(tmp_path / "mine.npz", **arrays)
    for photograph in data_dir.rglob("*.jpg"):
        photograph.unlink()  # they are not needed
    rows = tmp_path / "rows.json"
    given = ["--data-dir", str(data_dir), "--target-npz", str(tmp_path / "mine.npz"), "--out", str(tmp_path)]
    assert cli.main([*REAL, *given, "--json", str(rows)]) == 0
    assert {row["pair"] for row in rows_of(rows)} == {"MNIST → MNIST-M (mine.npz), the paper recipe"}
    assert (tmp_path / "digits-mnist-mnistm-paper.png").exists()
    with np.load(tmp_path / "checkpoints" / "mnist-mnistm-paper" / "dann-seed-0.npz") as state:
        assert len(state["array/target_left"]) == 25 - 2 * 4


def test_the_target_may_be_the_released_folders_and_the_source_recoloured(data_dir, plain_figure, tmp_path, capsys):
    for part, n in (("train", 12), ("test", 8)):
        images = tmp_path / "released" / f"mnist_m_{part}"
        images.mkdir(parents=True)
        for i in range(n):
            Image.new("RGB", (32, 32), (i, 10 * n, 200)).save(images / f"{i:08}.png")
        lines = "".join(f"{i:08}.png {i % 8}\n" for i in range(n))
        (tmp_path / "released" / f"mnist_m_{part}_labels.txt").write_text(lines)
    given = ["--data-dir", str(data_dir), "--target-dir", str(tmp_path / "released"), "--out", str(tmp_path)]
    assert cli.main([*REAL, *given, "--recolour-source"]) == 0
    assert "MNIST, recoloured → MNIST-M (released), the paper recipe   (1 seed)" in capsys.readouterr().out
    assert (tmp_path / "digits-mnist-mnistm-recoloured-paper.png").exists()
    assert (tmp_path / "checkpoints" / "mnist-mnistm-recoloured-paper" / "dann-seed-0.npz").exists()


def test_a_data_folder_without_mnist_or_photographs_is_refused(data_dir, tmp_path, capsys):
    given = [*REAL, "--out", str(tmp_path / "out"), "--data-dir"]
    assert "argument --data-dir: got" in refused([*given, str(tmp_path / "nowhere")], capsys)
    for path in (data_dir / "mnist").iterdir():
        path.unlink()
    assert "expected the four files of MNIST" in refused([*given, str(data_dir)], capsys)
    assert files(tmp_path / "out") == []


def test_a_broken_target_file_is_refused(data_dir, tmp_path, capsys):
    (tmp_path / "mine.npz").write_bytes(b"PK")
    given = ["--data-dir", str(data_dir), "--target-npz", str(tmp_path / "mine.npz"), "--out", str(tmp_path)]
    assert "argument --target-npz: got" in refused([*REAL, *given], capsys)


def test_ctrl_c_while_drawing_loses_neither_table_nor_rows(small, tmp_path, capsys, monkeypatch):
    def interrupted(pair, comparison):
        raise KeyboardInterrupt

    monkeypatch.setattr("minidann.commands.digits.digits_figure", interrupted)
    rows = tmp_path / "rows.json"
    assert cli.main([*QUICK, *TWO, "--out", str(tmp_path), "--json", str(rows)]) == 130
    assert "DANN" in capsys.readouterr().out
    assert [row["method"] for row in rows_of(rows)] == ["source-only", "dann"]


def test_rows_and_figure_may_not_be_the_same_file(small, tmp_path, capsys):
    text = refused([*QUICK, "--out", str(tmp_path), "--json", str(tmp_path / "digits-turned.png")], capsys)
    assert "argument --json" in text


def test_a_file_where_the_checkpoints_should_lie_is_named_before_any_work(small, tmp_path, capsys):
    (tmp_path / "checkpoints").touch()
    assert "argument --out: got" in refused([*QUICK, "--out", str(tmp_path)], capsys)


def test_a_recipe_named_twice_is_run_once(data_dir, plain_figure, tmp_path, capsys):
    given = ["--pair", "mnist-mnistm", "--data-dir", str(data_dir), "--methods", "dann", "--recipe", "paper", "paper"]
    assert cli.main([*QUICK, *given, "--steps", "1", "--out", str(tmp_path / "out")]) == 0
    assert "(1 seed)" in capsys.readouterr().out


def test_a_target_file_without_labels_runs_without_scores(data_dir, plain_figure, tmp_path, capsys):
    rng = np.random.default_rng(1)
    arrays = {
        f"x_{part}": rng.integers(0, 256, (n, 28, 28, 3), dtype=np.uint8) for part, n in (("train", 25), ("test", 20))
    }
    np.savez(tmp_path / "mine.npz", **arrays)
    rows = tmp_path / "rows.json"
    real = [option for option in REAL if option not in TWO]
    given = ["--data-dir", str(data_dir), "--target-npz", str(tmp_path / "mine.npz"), "--out", str(tmp_path)]
    assert cli.main([*real, *given, "--json", str(rows)]) == 0
    assert [row["method"] for row in rows_of(rows)] == ["source-only", "sa", "dann"]
    assert {row["target_accuracy"] for row in rows_of(rows)} == {None}
    assert capsys.readouterr().out.count("  –  ") >= 3
    with pytest.raises(SystemExit):
        cli.main([*real, *given, "--overwrite", "--methods", "dann", "target-only"])
    assert "argument --methods: got 'target-only', which needs y_target" in capsys.readouterr().err
