"""The reliability of probabilities: bins, calibration error, and target labels that nobody knows."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from matplotlib.figure import Figure

from minidann.data import DataWarning
from minidann.plots import ReliabilityDisplay

# confidences 0.9, 0.9, 0.6 in a source whose last prediction is wrong; 0.7 and 0.8 in a target
PROBABILITIES = np.array([[0.1, 0.9], [0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.8, 0.2]])
SAMPLE_DOMAIN = np.array([0, 1, 0, -1, -2])
LABELS = np.array([1, 0, 1, 1, 1])


def made(y=LABELS, **options):
    return ReliabilityDisplay.from_predictions(y, PROBABILITIES, SAMPLE_DOMAIN, **{"bins": 10} | options)


def words_of(display):
    axes = Figure().subplots(2)
    return [text.get_text() for text in display.plot(axes).axes_[1].get_legend().get_texts()]


def test_the_error_is_the_weighted_distance_from_the_diagonal():
    source, target = (made().domains[name] for name in ("source", "target"))
    assert source.counts[8] == 2  # 0.9 is the upper end of its bin
    assert source.counts[5] == 1
    assert source.accuracy[[8, 5]] == pytest.approx([1, 0])
    assert source.error == pytest.approx((2 * 0.1 + 0.6) / 3)
    assert (source.right, source.claimed) == pytest.approx((2 / 3, 0.8))
    assert target.error == pytest.approx((0.3 + 0.8) / 2)
    assert target.shares.sum() == pytest.approx(1)


def test_one_bin_compares_two_means():
    source = made(bins=1).domains["source"]
    assert source.error == pytest.approx(abs(2 / 3 - 0.8))


def test_probabilities_that_are_true_have_a_small_error_and_doubled_logits_a_large_one(rng):
    logits = rng.standard_normal((8000, 5))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (true.cumsum(axis=1) > rng.random((8000, 1))).argmax(axis=1)
    sure = true**2 / (true**2).sum(axis=1, keepdims=True)
    errors = [ReliabilityDisplay.from_predictions(y, p.astype("f")).domains["target"].error for p in (true, sure)]
    assert errors[0] < 0.03 < 0.1 < errors[1]


@pytest.mark.parametrize("mask", [-1, None, float("nan"), ""])
def test_a_masked_target_is_in_the_lower_picture_alone(mask):
    y = [*LABELS[:3].tolist(), mask, mask]
    display = made(y)
    assert display.domains["target"].counts.sum() == 0
    assert np.isnan(display.domains["target"].error)
    np.testing.assert_array_equal(display.domains["target"].shares, made().domains["target"].shares)
    assert display.domains["source"].error == made().domains["source"].error
    assert words_of(display)[1:] == [
        "source: 66.7% right, 80.0% claimed, calibration error 0.267",
        "target: labels unknown, 75.0% claimed",
    ]


def test_a_target_with_some_labels_is_scored_by_these():
    target = made([1, 0, 1, 1, -1]).domains["target"]
    assert (target.right, target.claimed, target.error) == pytest.approx((1, 0.7, 0.3))


def test_text_labels_beside_masks_and_a_class_that_the_source_lacks():
    y = np.array(["yes", "no", "yes", "maybe", ""])
    target = made(y, classes=np.array(["no", "yes"])).domains["target"]
    assert (target.counts.sum(), target.right) == (1, 0)  # "maybe" cannot be predicted


def test_minus_one_may_be_a_class():
    target = made(2 * LABELS - 1, classes=[-1, 1]).domains["target"]
    assert target.counts.sum() == 2
    with pytest.warns(DataWarning, match="y: all target rows have the label -1, a class of the source"):
        made([1, -1, 1, -1, -1], classes=[-1, 1])


def test_without_labels_and_without_domains_there_is_one_target():
    display = ReliabilityDisplay.from_predictions(None, PROBABILITIES)
    assert list(display.domains) == ["target"]
    assert words_of(display)[1] == "target: labels unknown, 78.0% claimed"
    assert "no labels" in [text.get_text() for text in display.axes_[0].texts]
    assert len(display.plot().figure_.axes) == 2


def test_the_curve_goes_through_the_bins():
    display = made()
    above, below = display.plot(Figure().subplots(2)).axes_
    diagonal, source, target = above.lines
    np.testing.assert_allclose(source.get_xydata(), [[0.6, 0], [0.9, 1]])
    np.testing.assert_allclose(target.get_xydata(), [[0.7, 1], [0.8, 0]])
    for line in above.collections[::2]:  # an interval of one example is wide, and holds the share
        low, high = np.array([segment[:, 1] for segment in line.get_segments()]).T
        assert ((low < 0.5 + 1e-9) & (high > 0.2)).all()
    assert [patch.get_data().values.sum() for patch in below.patches] == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": [0, 1]}, r"y: got shape \(2,\), expected \(5,\)"),
        ({"y": [0, 1, 2, 0, 0]}, "y: got the source labels 2, expected the classes 0, 1"),
        ({"y": [-1, 1, 1, 0, 0]}, "y: got the source labels -1"),
        ({"y": list("abcde")}, "y: got the labels 'a', 'b'"),
        ({"probabilities": PROBABILITIES[:, 1]}, r"probabilities: got an array of float64, shape \(5,\)"),
        ({"probabilities": PROBABILITIES * 2}, "probabilities: got values from 0.2 to 1.8"),
        ({"probabilities": PROBABILITIES / 2}, "probabilities: got 5 rows whose sum is not 1, such as 0.5"),
        ({"sample_domain": [1, -1]}, r"sample_domain: got shape \(2,\)"),
        ({"sample_domain": [1, -1, 0.5, 1, 1]}, "sample_domain: got .*, expected whole numbers"),
        ({"classes": ["a"]}, r"classes: got shape \(1,\), expected \(2,\)"),
        ({"classes": ["a", "a"]}, "classes: got 'a', 'a', expected 2 different labels"),
        ({"bins": 0}, "bins: got 0"),
    ],
)
def test_a_wrong_argument_is_named(change, message):
    arguments = {"y": LABELS, "probabilities": PROBABILITIES, "sample_domain": SAMPLE_DOMAIN} | change
    with pytest.raises(ValueError, match=message):
        ReliabilityDisplay.from_predictions(**arguments)
