"""The pages for readers who come from other libraries: each line of their tables runs, and both columns agree."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import sklearn

PAGES = Path(__file__).parents[1] / "tutorials" / "pages"


def columns(page):
    """The setting of a page, and the two columns of its tables as code."""
    text = (PAGES / page).read_text(encoding="utf-8")
    setting = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    rows = [
        line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `") or line.startswith("| |")
    ]
    assert len(rows) > 15
    both = tuple("\n".join("\n".join(re.findall(r"`([^`]+)`", row[side])) for row in rows) for side in (0, 1))
    return setting, both


def run(setting, code):
    """The names that a column leaves."""
    names = {"__name__": "column"}
    exec(setting, names)
    exec(code, names)
    return names


@pytest.fixture(scope="module")
def from_pytorch():
    setting, (_, ours) = columns("from_pytorch.md")
    return run(setting, ours)


def test_each_line_beside_pytorch_runs(from_pytorch):
    assert from_pytorch["at_w"].shape == (2, 3)
    np.testing.assert_allclose(from_pytorch["below"], np.float32(-0.7) * from_pytorch["g"][from_pytorch["above"]])


def test_pytorch_gives_the_same_numbers(from_pytorch):
    pytest.importorskip("torch")
    setting, (theirs, _) = columns("from_pytorch.md")
    names = run(setting, theirs)
    for name in ("value", "array", "at_w", "at_h", "shape", "below"):
        np.testing.assert_allclose(np.asarray(from_pytorch[name]), np.asarray(names[name]), rtol=1e-5, err_msg=name)


@pytest.mark.parametrize("side", [0, 1], ids=["scikit-learn", "minidann"])
def test_each_line_beside_scikit_learn_runs(side):
    setting, code = columns("from_scikit_learn.md")
    with sklearn.config_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=sklearn.exceptions.ConvergenceWarning)
        names = run(setting, code[side])
    assert len(names["classes"]) == len(names["X_test"])
    assert set(names["best"]) == set(names["grid"])
    assert set(names["known"]) == {0, 1}


def test_the_glossary_names_what_there_is():
    import minidann as md
    from minidann.adapt import MOONS, Training
    from minidann.data import moons_pair

    pair = moons_pair()
    training = Training(pair, MOONS)
    names = {"md": md, "pair": pair, "training": training, "network": training.network}
    names["losses"] = training.losses(training.next_batch())
    rows = [line.split("|")[-2] for line in (PAGES / "glossary.md").read_text("utf-8").splitlines() if line[:2] == "| "]
    codes = [code for row in rows for code in re.findall(r"`([^`]+)`", row)]
    assert len(codes) > 20
    for code in codes:
        assert eval(code, names) is not None
