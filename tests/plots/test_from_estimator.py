"""Displays made from an estimator: the numbers are those of its methods, in the units of X."""

from dataclasses import asdict
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from minidann.estimators import DANNClassifier, SubspaceAlignmentClassifier
from minidann.plots import (
    BoundaryDisplay,
    DuelDisplay,
    FeaturesDisplay,
    GradientsDisplay,
    LossesDisplay,
    ReliabilityDisplay,
)
from minidann.probe import probe

NAMES = np.array(["inner", "outer"])
MADE_OF_ROWS = (BoundaryDisplay, FeaturesDisplay, ReliabilityDisplay)
ALL = (*MADE_OF_ROWS, GradientsDisplay)


@pytest.fixture(autouse=True)
def _no_figure_is_left():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def moons():
    """Two moons far from the origin, source rows first, with text labels; and a trained classifier."""
    rng = np.random.default_rng(0)
    y, angle = np.arange(120) % 2, np.pi * rng.random(120)
    points = np.where(y, 1, -1)[:, None] * np.c_[np.cos(angle), np.sin(angle)] + np.c_[y, y / 2]
    points[60:] = points[60:] @ [[0.9, 0.5], [-0.5, 0.9]]
    x, domain = 100 + 20 * points.astype(np.float32), np.repeat([1, -1], 60)
    model = DANNClassifier(steps=50, random_state=0).fit(x, np.where(domain > 0, NAMES[y], ""), domain)
    return SimpleNamespace(x=x, y=NAMES[y], domain=domain, model=model)


def fields(display):
    """The fields of a display, those of its data classes too, as a dict."""
    return {
        name: {key: asdict(inner) for key, inner in value.items()} if name == "domains" else value
        for name, value in vars(display).items()
    }


def images(side=4):
    rng = np.random.default_rng(1)
    x, y = rng.random((60, side, side, 1)).astype(np.float32), np.arange(60) % 10
    x[:, 0, 0, 0] += y
    domain = np.where(np.arange(60) < 40, 0, -1)
    return x, y, domain, DANNClassifier(steps=20, input_shape=(side, side, 1), random_state=0).fit(x, y, domain)


def test_a_boundary_is_that_of_predict_in_the_units_of_x(moons):
    display = BoundaryDisplay.from_estimator(moons.model, moons.x, moons.y, moons.domain)
    grid = np.stack(np.meshgrid(display.xs, display.ys), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(NAMES[(display.values.ravel() > 0).astype(int)], moons.model.predict(grid))
    assert display.xs[0] == pytest.approx(moons.x[:, 0].min() - 0.1 * np.ptp(moons.x[:, 0]), abs=1e-3)
    np.testing.assert_array_equal(display.x_source, moons.x[:60])
    np.testing.assert_array_equal(NAMES[display.y_target], moons.y[60:])
    ax = display.plot(Figure().subplots()).ax_
    assert [text.get_text() for text in ax.legend().get_texts()][::3] == ["source, class inner", "target, class outer"]
    domain = BoundaryDisplay.from_estimator(moons.model, moons.x, moons.y, moons.domain, head="domain")
    np.testing.assert_array_equal(domain.values.ravel() > 0, moons.model.predict_domain(grid) > 0.5)


def test_columns_of_unlike_units_fill_the_picture_and_stand_at_the_axes(moons):
    pandas = pytest.importorskip("pandas")
    x = pandas.DataFrame(moons.x * [1000, 1e-5], columns=["salary", "share"])
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(x, moons.y)
    unlike = BoundaryDisplay.from_estimator(model, x, moons.y).plot()
    alike = BoundaryDisplay.from_estimator(moons.model, moons.x, moons.y).plot()
    assert (unlike.ax_.get_xlabel(), unlike.ax_.get_ylabel()) == ("salary", "share")
    for at, values in enumerate((unlike.xs, unlike.ys)):
        assert np.ptp(values) == pytest.approx(1.2 * np.ptp(x.to_numpy()[:, at]), rel=1e-3)
    assert (unlike.ax_.get_aspect(), alike.ax_.get_aspect()) == ("auto", 1.0)
    assert len(unlike.ax_.get_xticks()) > len(alike.ax_.get_xticks()) == 0
    constant = BoundaryDisplay.from_estimator(model, x.assign(share=0.5), moons.y)
    assert np.ptp(constant.ys) == pytest.approx(0.2)


@pytest.mark.parametrize("make", [BoundaryDisplay, FeaturesDisplay, LossesDisplay, DuelDisplay])
def test_a_figure_of_its_own_has_a_legend_and_given_axes_have_none(moons, make):
    rows = (moons.x, moons.y, moons.domain) if make in MADE_OF_ROWS else ()
    display = make.from_estimator(moons.model, *rows)
    assert len(display.plot().ax_.get_legend().get_texts()) >= 2
    assert display.plot(Figure().subplots()).ax_.get_legend() is None


def test_features_are_those_of_transform(moons):
    display = FeaturesDisplay.from_estimator(moons.model, moons.x, moons.y, moons.domain, points=100)
    network = FeaturesDisplay._in_a_plane(
        moons.model.transform(moons.x[:60]),
        display.y_source,
        moons.model.transform(moons.x[60:]),
        display.y_target,
        None,
    )
    np.testing.assert_allclose(display.source, network.source, atol=1e-5)
    np.testing.assert_allclose(display.target, network.target, atol=1e-5)
    assert display.explained == pytest.approx(network.explained)


def test_of_many_rows_some_of_each_domain_pass_through_the_estimator(moons, monkeypatch):
    passed = []
    transform = DANNClassifier.transform

    def counted(self, X, sample_domain=None):
        passed.append(np.bincount(np.asarray(sample_domain) > 0))
        return transform(self, X, sample_domain)

    monkeypatch.setattr(DANNClassifier, "transform", counted)
    display = FeaturesDisplay.from_estimator(moons.model, moons.x, moons.y, moons.domain, points=9)
    np.testing.assert_array_equal(passed, [[9, 9]])
    assert len(display.source) == len(display.y_target) == 9
    assert set(display.y_source) == {0, 1}
    boundary = BoundaryDisplay.from_estimator(moons.model, moons.x, moons.y, moons.domain, points=9)
    rows = [np.flatnonzero((moons.x == point).all(axis=1)).item() for point in boundary.x_target.astype("f")]
    assert NAMES[boundary.y_target].tolist() == moons.y[rows].tolist()
    assert min(rows) >= 60


def test_reliability_is_that_of_predict_proba(moons):
    display = ReliabilityDisplay.from_estimator(moons.model, moons.x, moons.y, moons.domain)
    for name, rows in (("source", moons.domain > 0), ("target", moons.domain < 0)):
        right = moons.model.predict(moons.x[rows]) == moons.y[rows]
        assert display.domains[name].right == pytest.approx(right.mean())
        confidence = moons.model.predict_proba(moons.x[rows]).max(axis=1)
        assert display.domains[name].claimed == pytest.approx(confidence.mean(), abs=1e-6)


def test_curves_are_those_of_the_history(moons):
    for make, name in ((LossesDisplay, "domain loss, DANN"), (DuelDisplay, "λ of the reversal, DANN")):
        for estimator in (moons.model, make_pipeline(moons.model)):
            display = make.from_estimator(estimator, window=1)
            assert display.histories == {"DANN": moons.model.history_}
            lines = {line.get_label(): line for line in display.plot(Figure().subplots()).ax_.lines}
            column = "domain_loss" if make is LossesDisplay else "adapt_weight"
            np.testing.assert_allclose(lines[name].get_ydata(), [row[column] for row in moons.model.history_])


def test_without_a_target_the_curves_are_of_source_only_and_show_no_reversal(moons):
    model = DANNClassifier(steps=10, random_state=0).fit(moons.x[:60], moons.y[:60])
    assert list(LossesDisplay.from_estimator(model).histories) == ["source only"]
    lines = DuelDisplay.from_estimator(model).plot(Figure().subplots()).ax_.lines
    assert not [line for line in lines if "λ" in line.get_label()]
    lines = GradientsDisplay.from_estimator(model, moons.x[:60], moons.y[:60], np.ones(60, int)).lines
    assert {loss for line in lines for loss in line.arrivals} == {"L_y"}


def test_gradients_are_those_of_a_batch_of_standardised_rows(moons):
    model, before = moons.model, [p.data.copy() for p in moons.model.network_.parameters().values()]
    display = GradientsDisplay.from_estimator(model, moons.x, moons.y, moons.domain, by="part", points=60)
    inputs = (moons.x - model.mean_) / model.scale_
    labels = (moons.y[:60] == "outer").astype(int)
    losses = model.network_.losses(inputs[:60].astype("f"), labels, inputs[60:].astype("f"), model.recipe_.adapt_weight)
    rows = {row["name"]: row for row in probe(losses, model.network_, "part").rows}
    found = {line.text: line.arrivals for line in display.lines if line.text in rows}
    assert found["features"]["L_d"].after == pytest.approx(rows["features"]["L_d after"], rel=1e-4)
    assert found["features"]["L_y"].after == pytest.approx(rows["features"]["L_y after"], rel=1e-4)
    assert all((a == p.data).all() for a, p in zip(before, model.network_.parameters().values()))
    assert display.plot(Figure(figsize=(10, 5)).subplots()).ax_.has_data()


@pytest.mark.parametrize("make", MADE_OF_ROWS)
def test_a_target_of_its_own_is_the_same_as_marked_rows(moons, make):
    marked = make.from_estimator(moons.model, moons.x, moons.y, moons.domain)
    apart = make.from_estimator(
        moons.model, moons.x[:60], moons.y[:60], X_target=moons.x[60:], y_target=moons.y[60:].tolist()
    )
    np.testing.assert_equal(fields(apart), fields(marked))


@pytest.mark.parametrize("y", ["masked", None])
@pytest.mark.parametrize("make", MADE_OF_ROWS)
def test_labels_may_be_unknown(moons, make, y):
    y = y and np.where(moons.domain > 0, moons.y, "")
    display = make.from_estimator(moons.model, moons.x, y, moons.domain)
    axes = Figure().subplots(2)
    shown = display.plot(axes if make is ReliabilityDisplay else axes[0])
    legend = axes[1].get_legend() or axes[0].legend()
    words = [text.get_text() for text in legend.get_texts()]
    assert shown.figure_ is axes[0].figure
    assert any(("target, class unknown" in word) or ("target: labels unknown" in word) for word in words)
    assert any("source: labels unknown" in word or "source, class unknown" in word for word in words) == (y is None)


@pytest.mark.parametrize("make", MADE_OF_ROWS)
def test_rows_without_a_domain_are_target(moons, make):
    display = make.from_estimator(moons.model, moons.x[60:], moons.y[60:])
    empty = display.domains.keys() == {"target"} if make is ReliabilityDisplay else len(display.y_source) == 0
    assert empty
    display.plot()


def test_a_pipeline_passes_its_rows_and_domains_through(moons):
    pipeline = make_pipeline(StandardScaler(), moons.model)
    scaled = pipeline[0].fit_transform(moons.x)
    pipeline[-1].fit(scaled, moons.y, moons.domain)
    for make in ALL:
        through = make.from_estimator(pipeline, moons.x, moons.y, moons.domain)
        alone = make.from_estimator(moons.model, scaled, moons.y, moons.domain)
        in_units = {"xs", "ys", "values", "x_source", "x_target"}
        same = {name: value for name, value in fields(through).items() if name not in in_units}
        assert len(same) >= 2
        np.testing.assert_equal(same, {name: fields(alone)[name] for name in same})
    moons.model.fit(moons.x, moons.y, moons.domain)  # as it came


def test_any_classifier_has_a_boundary_and_the_inputs_of_a_pipelines_last_step_are_its_features(moons):
    grid = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [1, 9]}, cv=2)
    x, y = moons.x[:60], moons.y[:60]
    for estimator in (grid.fit(x, y), make_pipeline(StandardScaler(), SVC()).fit(x, y)):
        display = BoundaryDisplay.from_estimator(estimator, x, y)
        points = np.stack(np.meshgrid(display.xs, display.ys), axis=-1).reshape(-1, 2)[::50]
        np.testing.assert_array_equal(NAMES[(display.values.ravel()[::50] > 0).astype(int)], estimator.predict(points))
        assert FeaturesDisplay.from_estimator(estimator, x, y).target.std(axis=0).max() == pytest.approx(1.2, abs=0.3)
    assert ReliabilityDisplay.from_estimator(grid, x, y).domains["target"].counts.sum() == 60


def test_aligned_coordinates_are_features_and_their_classifier_has_a_boundary(moons):
    model = SubspaceAlignmentClassifier(d=2).fit(moons.x, moons.y, moons.domain)
    display = BoundaryDisplay.from_estimator(model, moons.x, moons.y, moons.domain)
    points = np.stack(np.meshgrid(display.xs, display.ys), axis=-1).reshape(-1, 2)[::50]
    np.testing.assert_array_equal(NAMES[(display.values.ravel()[::50] > 0).astype(int)], model.predict(points))
    features = FeaturesDisplay.from_estimator(model, moons.x, moons.y, moons.domain)
    aligned = model.transform(moons.x, sample_domain=moons.domain)
    for name, rows in (("source", moons.domain > 0), ("target", moons.domain < 0)):
        found = getattr(features, name)  # in other axes, and as far apart
        np.testing.assert_allclose(
            np.ptp(np.linalg.norm(found - found[0], axis=1)),
            np.ptp(np.linalg.norm(aligned[rows] - aligned[rows][0], axis=1)),
            rtol=1e-4,
        )


def test_images_of_ten_classes():
    x, y, domain, model = images()
    for make in ALL[1:]:
        display = make.from_estimator(model, x, np.where(domain < 0, -1, y), domain)
        display.plot()
    assert display.figure_.axes
    written = FeaturesDisplay.from_estimator(model, x, y, domain).plot(Figure().subplots()).ax_.texts
    assert len({text.get_text() for text in written}) == 10


def test_a_frame_is_read_by_the_names_of_its_columns(moons):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(moons.x, columns=["u", "v"])
    model = DANNClassifier(steps=10, random_state=0).fit(frame, moons.y, moons.domain)
    for make in ALL:
        display = make.from_estimator(model, frame, pandas.Series(moons.y), moons.domain)
        assert display.plot().figure_.axes


def wide(moons, make):
    x = np.c_[moons.x, moons.x]
    model = DANNClassifier(steps=2, random_state=0).fit(x, moons.y, moons.domain)
    return make.from_estimator(model, x, moons.y, moons.domain)


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (TypeError, "estimator: got 'dann', expected a fitted", lambda m: FeaturesDisplay.from_estimator("dann", m.x)),
        (TypeError, "estimator: got <class", lambda m: LossesDisplay.from_estimator(DANNClassifier)),
        (TypeError, "with predict_proba", lambda m: ReliabilityDisplay.from_estimator(SVC().fit(m.x, m.y), m.x)),
        (TypeError, "with history_", lambda m: DuelDisplay.from_estimator(SVC().fit(m.x, m.y))),
        (TypeError, "with transform", lambda m: FeaturesDisplay.from_estimator(SVC().fit(m.x, m.y), m.x)),
        (NotFittedError, "not fitted", lambda m: BoundaryDisplay.from_estimator(DANNClassifier(), m.x)),
        (ValueError, "X: got 4 columns, expected points of the plane", lambda m: wide(m, BoundaryDisplay)),
        (ValueError, "X has 1 features", lambda m: FeaturesDisplay.from_estimator(m.model, m.x[:, :1])),
        (ValueError, "head: got", lambda m: BoundaryDisplay.from_estimator(m.model, m.x, head="labels")),
        (
            ValueError,
            "X, y: got 120 rows and 9 labels",
            lambda m: FeaturesDisplay.from_estimator(m.model, m.x, m.y[:9]),
        ),
        (
            ValueError,
            "y: got the source labels",
            lambda m: FeaturesDisplay.from_estimator(m.model, m.x, ["a"] * 120, m.domain),
        ),
        (
            ValueError,
            "y_target: got labels without X",
            lambda m: FeaturesDisplay.from_estimator(m.model, m.x, y_target=m.y),
        ),
        (ValueError, "got both", lambda m: FeaturesDisplay.from_estimator(m.model, m.x, m.y, m.domain, X_target=m.x)),
        (ValueError, "got no target row", lambda m: GradientsDisplay.from_estimator(m.model, m.x, m.y, m.domain**2)),
        (ValueError, "got no source row", lambda m: GradientsDisplay.from_estimator(m.model, m.x, m.y)),
        (
            ValueError,
            "y: got None, expected the labels",
            lambda m: GradientsDisplay.from_estimator(m.model, m.x, None, m.domain),
        ),
    ],
)
def test_a_wrong_argument_is_named(moons, error, message, call):
    with pytest.raises(error, match=message):
        call(moons)
