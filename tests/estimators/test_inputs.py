"""The inputs of an estimator: masks, and numbers that arithmetic cannot hold."""

import numpy as np
import pytest

from minidann.estimators import DANNClassifier, SubspaceAlignmentClassifier
from minidann.estimators.inputs import moved_and_scaled, scales

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)
MODELS = [DANNClassifier(steps=10, batch_size=8, random_state=0), SubspaceAlignmentClassifier(d=2)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_masked_values_do_not_count_as_numbers(model):
    masked = np.ma.masked_greater(X, 1.5)
    with pytest.raises(ValueError, match="X: got .* masked values"):
        model.fit(masked, Y)
    with pytest.raises(ValueError, match="X_target: got .* masked values"):
        model.fit(X, Y, X_target=masked)
    with pytest.raises(ValueError, match="y: got masked labels in source rows"):
        model.fit(X, np.ma.masked_equal(Y, 1))
    domain = np.where(Y == 1, -1, 1)
    with pytest.raises(ValueError, match="sample_domain: got .* masked values"):
        model.fit(X, Y, np.ma.masked_equal(domain, -1))
    domain[:5], y = 1, np.ma.masked_array(Y, domain < 0)
    y[:5] = [0, 1, 0, 1, 0]
    assert model.fit(X, y, domain).classes_.tolist() == [0, 1]  # the masks of target rows are not read either


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scales_are_those_of_numpy_bit_for_bit(dtype):
    x = (RNG.lognormal(0, 3, (50, 4)) + 5).astype(dtype)
    mean, scale = scales(x, is_image=False)
    assert (mean == x.mean(0, np.float64)).all()
    assert (scale == x.std(0, np.float64)).all()
    assert scales(x, is_image=True)[0] == x.mean(None, np.float64)


@pytest.mark.parametrize("factor", [1e300, 1e-300])
def test_squares_out_of_range_do_not_harm_the_scales(factor):
    one, other = scales(X, is_image=False), scales(X * factor, is_image=False)
    np.testing.assert_allclose(other, np.array(one) * factor, rtol=1e-12)


def test_numbers_that_float32_cannot_hold_are_refused():
    with pytest.raises(ValueError, match="X: got 1e\\+60, too far from the source for float32"):
        moved_and_scaled("X", np.array([[1.0], [1e60]]), np.zeros(1), np.ones(1))
    model = MODELS[0].fit(X, Y)
    with pytest.raises(ValueError, match="X: got .* too far"):
        model.predict(X * 1e300)


def test_a_column_that_is_wide_in_the_target_alone_is_divided_by_the_distance_of_the_target():
    x = np.c_[RNG.normal(size=(60, 2)), np.full(60, 0.1), np.full(60, 0.1)]
    target = np.c_[x[:, 0] + 2.5, 1e3 * x[:, 1], np.full(60, 0.1), RNG.normal(size=60)]
    mean, scale = scales(x, False, target)
    assert (mean == scales(x, False)[0]).all()
    assert scale[0] == x.std(0)[0]
    assert scale[1:] == pytest.approx(
        [np.sqrt(((target[:, i] - x[:, i].mean()) ** 2).mean()) if i != 2 else 1.0 for i in (1, 2, 3)]
    )
    assert scales(x, True, target)[1] == x.std()  # images have one deviation
    far = target * [1, 1, 1, 1e300]
    assert scales(x, False, far)[1][3] == 1  # the error of moved_and_scaled follows


def test_a_pixel_that_hardly_varies_in_the_source_does_not_spoil_the_target():
    y = np.arange(200) % 2
    x = np.c_[2 * y - 1 + 0.3 * RNG.normal(size=200), 0.03 * RNG.normal(size=(200, 6))]
    target = np.c_[x[:, 0], 0.5 * RNG.normal(size=(200, 6))]
    model = DANNClassifier(steps=150, random_state=0).fit(x, y, X_target=target)
    assert model.score(target, y) > 0.95
    by_hand = DANNClassifier(steps=150, random_state=0, standardise=False)
    z, z_target = ((each - x.mean(0)) / x.std(0) for each in (x, target))
    assert by_hand.fit(z, y, X_target=z_target).score(z_target, y) < 0.9
