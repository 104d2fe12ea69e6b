"""``minidann run``: CSV files in; table, predictions, figure and rows out, with labels of the target and without."""

import csv
import json
import os

import numpy as np
import pytest
from matplotlib.figure import Figure

from minidann import _files, cli
from minidann.adapt import TABLES, Training
from minidann.data import DomainPair, moons_pair

KINDS = np.array(["up", "down"])


def write(path, x, labels=None, order=("a", "b"), extra=()):
    columns = {"a": x[:, 0], "b": 1000 * x[:, 1]}
    rows = [[*(f"{columns[name][i]:.5f}" for name in order), *extra[:1]] for i in range(len(x))]
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*order, *extra[1:], *(["kind"] if labels is not None else [])])
        writer.writerows([*row, label] for row, label in zip(rows, labels)) if labels is not None else (
            writer.writerows(rows)
        )


@pytest.fixture
def files(tmp_path):
    pair = moons_pair(n=60, n_test=8, seed=1)
    write(tmp_path / "source.csv", pair.x_source, KINDS[pair.y_source])
    write(tmp_path / "target.csv", pair.x_target, order=("b", "a"))
    write(tmp_path / "known.csv", pair.x_target, KINDS[pair.oracle])
    return tmp_path


@pytest.fixture(autouse=True)
def _plain_figure(monkeypatch):
    """No t-SNE: one test has the true figure."""
    monkeypatch.setattr("minidann.commands.run.own_data_figure", lambda pair, comparison: Figure((1, 1)))


def run(files, *more, target="target.csv", steps=5):
    places = ["--source", str(files / "source.csv"), "--target", str(files / target), "--out", str(files / "out")]
    return cli.main(["run", *places, "--label", "kind", "--steps", str(steps), "--seeds", "2", *more])


def refused(capsys, files, *more, **options):
    with pytest.raises(SystemExit) as end:
        run(files, *more, **options)
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    return error


def test_a_target_without_labels_gets_predictions_in_the_users_own_words(files, capsys):
    assert run(files, "--predictions", str(files / "p.csv"), "--json", str(files / "rows.json")) == 0
    out = capsys.readouterr().out
    for text in ("source → target   (2 seeds", "SOURCE ONLY", "SA (Fernando", "DANN", "predictions: ", "figure: "):
        assert text in out
    assert "TARGET  " not in out
    assert "oracle" not in out
    assert out.count("To conclude: the target has no labels") == 1
    assert all("  –  " in line for line in out.splitlines() if line.startswith(("SOURCE", "SA", "DANN")))
    rows = json.loads((files / "rows.json").read_text("utf-8"))
    assert [row["target_accuracy"] for row in rows] == [None] * 6
    with open(files / "p.csv", newline="") as file:
        header, *lines = csv.reader(file)
    assert header == ["row", "prediction", "probability"]
    assert [int(row) for row, _, _ in lines] == list(range(1, 61))
    assert {prediction for _, prediction, _ in lines} <= {"up", "down"}
    assert all(0.5 <= float(share) <= 1 for _, _, share in lines)
    assert (files / "out" / "run.png").exists()


@pytest.mark.slow
def test_it_learns_what_the_package_learns(files, capsys):
    steps = 300
    assert run(files, "--predictions", str(files / "p.csv"), "--seeds", "1", steps=steps) == 0
    with open(files / "p.csv", newline="") as file:
        predicted = [row[1] for row in list(csv.reader(file))[1:]]
    pair = moons_pair(n=60, n_test=8, seed=1)
    raw = [np.round(x.astype(float) * [1, 1000], 5) for x in (pair.x_source, pair.x_target)]
    both = np.concatenate(raw)
    x_source, x_target = ((x - both.mean(axis=0)) / both.std(axis=0) for x in raw)
    own = DomainPair.from_arrays(x_source, KINDS[pair.y_source], x_target)
    network = Training(own, TABLES.__class__(**{**vars(TABLES), "steps": steps})).fit().result()
    assert np.mean(own.classes_[network.predict(x_target)] == predicted) > 0.97


def test_labels_of_the_target_give_scores_and_the_other_rows(files, capsys):
    assert run(files, target="known.csv") == 0
    out = capsys.readouterr().out
    for text in ("SA, d by target labels (oracle)", "TRAIN ON TARGET"):
        assert text in out
    assert "–  " not in out.split("SOURCE ONLY")[1].split("\n")[0]


def test_rows_that_need_labels_are_refused_by_name_before_any_training(files, capsys):
    error = refused(capsys, files, "--methods", "source-only", "dann", "target-only")
    assert "argument --methods: got 'target-only', which needs the labels of --target" in error
    assert "leave target-only out" in error
    assert not (files / "out").exists()
    error = refused(capsys, files, "--methods", "source-only", "--predictions", str(files / "p.csv"))
    assert "argument --predictions: expected dann among --methods" in error


def test_finished_runs_are_kept_and_resumed(files, capsys):
    predictions = ["--predictions", str(files / "p.csv")]
    assert run(files, *predictions) == 0
    first = (files / "p.csv").read_bytes()
    assert sorted(path.name for path in (files / "out" / "checkpoints" / "run").iterdir()) == [
        *(f"{method}-seed-{seed}.npz" for method in ("dann", "source-only") for seed in (0, 1))
    ]
    capsys.readouterr()
    assert "--resume goes on" in refused(capsys, files)
    (files / "p.csv").unlink()
    assert run(files, *predictions, "--resume") == 0
    assert (files / "p.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--label", "sort"], "argument --label: got 'sort', expected a column with labels in"),
        (["--ignore", "a", "b"], "expected at least one column of numbers"),
        (["--ignore", "c"], "argument --ignore: got 'c', expected one of 'a', 'b', 'kind'"),
        (["--ignore", "kind"], "argument --ignore: got 'kind', the column of --label"),
        (["--test-share", "1"], "argument --test-share: got 1"),
        (["--source", "nowhere.csv"], "argument --source: nowhere.csv: got no such file"),
    ],
)
def test_wrong_options_cost_one_line(files, capsys, more, message):
    assert message in refused(capsys, files, *more)
    assert not (files / "out").exists()


def test_the_target_is_another_file_than_the_source(files, capsys):
    assert "argument --target: got" in refused(capsys, files, target="source.csv")


def test_no_result_takes_the_place_of_another_or_of_the_data(files, capsys):
    for option in ("--predictions", "--json"):
        assert "expected another file than that of --source" in refused(
            capsys, files, option, str(files / "source.csv")
        )
    both = ["--predictions", str(files / "x"), "--json", str(files / "x")]
    assert "expected another file than that of" in refused(capsys, files, *both)


def test_columns_and_classes_that_do_not_agree_are_refused_by_the_option(files, capsys):
    pair = moons_pair(n=60, n_test=8, seed=2)
    write(files / "other.csv", pair.x_target, np.array(["Up", "Down"])[pair.oracle])
    error = refused(capsys, files, target="other.csv")
    assert (
        "argument --target: got the classes 'Down', 'Up', expected those of the labels of --source: 'down', 'up'"
        in error
    )
    write(files / "wide.csv", pair.x_target, extra=("7", "c"))
    assert "argument --target: got columns with 'c', expected the names of --source" in refused(
        capsys, files, target="wide.csv"
    )
    assert run(files, "--ignore", "c", target="wide.csv") == 0


@pytest.mark.filterwarnings("default::minidann.data.DataWarning")
def test_doubtful_data_is_one_line_on_standard_error(files, capsys):
    pair = moons_pair(n=60, n_test=8, seed=2)
    write(files / "far.csv", pair.x_target * 1000)
    assert run(files, target="far.csv") == 0
    error = capsys.readouterr().err
    assert error.startswith("minidann: warning: --source and --target: columns 'a', 'b': the scales differ")
    assert error.count("\n") == 1


@pytest.mark.slow
def test_the_figure_shows_both_methods(files, monkeypatch, capsys):
    monkeypatch.undo()
    assert run(files, "--seeds", "1") == 0
    assert (files / "out" / "run.png").read_bytes().startswith(b"\x89PNG")


def test_a_full_disk_costs_predictions_and_checkpoints_and_no_table(files, capsys, monkeypatch):
    real = _files.write

    def full(path, writer):
        if path.suffix in (".npz", ".csv"):
            raise OSError(f"{str(path)!r} cannot be written (No space left on device)")
        return real(path, writer)

    monkeypatch.setattr(_files, "write", full)
    assert run(files, "--predictions", str(files / "p.csv"), "--json", str(files / "rows.json")) == 2
    captured = capsys.readouterr()
    assert "DANN" in captured.out
    assert "predictions:" not in captured.out
    first, second = captured.err.splitlines()
    assert "source-only-seed-0.npz' cannot be written (No space left on device); the run goes on" in first
    assert "p.csv' cannot be written (No space left on device)" in second
    assert (files / "rows.json").exists()


def test_the_same_command_again_replaces_no_checkpoint(files, capsys):
    assert run(files) == 0
    assert "holds checkpoints of an earlier run" in refused(capsys, files)
    assert run(files, "--resume") == 0
    capsys.readouterr()
    assert run(files, "--resume", steps=8) == 0
    assert capsys.readouterr().out.startswith("run: --resume prolongs runs of 5 steps to 8")
    assert run(files, "--overwrite") == 0


def test_predictions_may_not_lie_among_the_checkpoints(files, capsys):
    predictions = files / "out" / "checkpoints" / "run" / "dann-seed-0.npz"
    said = refused(capsys, files, "--predictions", str(predictions))
    assert "argument --predictions: got" in said
    assert "expected a file outside the folder of the checkpoints" in said


def test_a_file_whose_name_is_no_text_loses_no_rows(files, capsys):
    odd = files / os.fsdecode(b"t\xffrget.csv")
    try:
        odd.write_bytes((files / "target.csv").read_bytes())
    except OSError:
        pytest.skip("this disk knows text names only")
    assert run(files, "--json", str(files / "rows.json"), target=odd.name) == 0
    rows = json.loads((files / "rows.json").read_text("utf-8"))
    assert rows[0]["pair"] == f"source → {odd.stem}"


def test_a_run_that_does_not_fit_the_checkpoints_is_refused_by_the_option(files, capsys):
    assert run(files) == 0
    assert "argument --resume: " in refused(capsys, files, "--resume", "--rate", "0.5")
    write(files / "other.csv", moons_pair(n=60, n_test=8, seed=2).x_target)
    error = refused(capsys, files, "--resume", target="other.csv")
    assert "is a run on other examples; give the options of its data, or begin anew with --overwrite" in error
    with pytest.raises(SystemExit):
        cli.main(["inspect", "--checkpoint", str(files / "out" / "checkpoints" / "run" / "dann-seed-0.npz")])
    assert "runs on CSV files cannot be inspected" in capsys.readouterr().err


def test_a_link_to_nowhere_is_no_folder_for_results(files, capsys):
    (files / "out").symlink_to(files / "nowhere")
    assert "(a link to a place that does not exist)" in refused(capsys, files)
