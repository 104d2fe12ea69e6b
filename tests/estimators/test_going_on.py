"""Estimators that go on from a fit before, and estimators whose fit failed."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from minidann.estimators import DANNClassifier, SubspaceAlignmentClassifier

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)


def small(**parameters):
    return DANNClassifier(**{"steps": 10, "batch_size": 8, "random_state": 0} | parameters)


def weights(model):
    return np.concatenate([p.data.ravel() for p in model.network_.parameters().values()])


@pytest.mark.parametrize(("name", "value"), [("features", (4,)), ("activation", "relu"), ("input_scale", 2.0)])
def test_another_network_cannot_go_on(name, value):
    model = small(warm_start=True).fit(X, Y)
    before = weights(model)
    model.set_params(**{name: value})
    for call in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match=f"{name}: got .* as in the fit before"):
            call(X, Y)
    assert (weights(model) == before).all()
    assert model.set_params(**{name: None}).fit(X, Y).n_iter_ == 10


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # on the way to infinity
def test_a_fit_that_fails_leaves_the_estimator_as_it_was():
    model = small().fit(X, Y)
    expected = model.predict(X)
    for x, y in ((np.c_[X, X], Y[:5]), (X, Y + 5)):
        with pytest.raises((ValueError, FloatingPointError)):
            model.set_params(rate=1e30).fit(x, y)
        assert (model.predict(X) == expected).all()
    with pytest.raises(ValueError, match="y: got shape"):
        small().fit(X, Y[:5])
    aligned = SubspaceAlignmentClassifier(LogisticRegression(), d=2).fit(X, Y)
    expected = aligned.predict(X)
    with pytest.raises(ValueError, match="penalty|max_iter"):
        aligned.set_params(estimator__max_iter=-1).fit(X, Y + 5)
    assert (aligned.predict(X) == expected).all()


def test_a_source_of_one_class_is_refused():
    for model in (small(), SubspaceAlignmentClassifier(d=2)):
        with pytest.raises(ValueError, match="y: got 1 class in the source rows, 1, expected"):
            model.fit(X, np.ones(40, int))
        assert not hasattr(model, "classes_")


def test_grey_images_need_no_channel():
    images = RNG.random((20, 8, 8))
    y = np.arange(20) % 2
    model = small(recipe="digits", input_shape=(8, 8, 1)).fit(images, y, X_target=images)
    assert (model.predict(images) == model.predict(images[..., None])).all()
    with pytest.raises(ValueError, match=r"X: got images of shape \(8, 8, 1\), expected input_shape=\(8, 8, 1\)"):
        small().fit(images[..., None], y)
    with pytest.raises(ValueError, match=r"got images of shape \(8, 8\), expected input_shape \(8, 8, 3\)"):
        small(recipe="digits", input_shape=(8, 8, 3)).fit(images, y)
