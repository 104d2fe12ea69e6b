"""The two losses: stable far out, right in the middle, at chance where nothing has been learnt, and strict."""

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right, swept

import minidann as md
from minidann.engine.backend import as_array

pytestmark = pytest.mark.usefixtures("backend")

DTYPES = [np.float32, np.float64]


@pytest.mark.parametrize("dtype", DTYPES)
def test_cross_entropy_of_logits_of_ten_thousand_is_exact(dtype):
    z = np.array([[1e4, -1e4], [1e4, -1e4], [0, 0]], dtype)
    loss, (grad,) = swept(lambda z: md.cross_entropy(z, [0, 1, 0]), z)
    np.testing.assert_allclose(loss, (0 + 2e4 + np.log(2)) / 3, rtol=1e-6)
    np.testing.assert_allclose(grad, np.array([[0, 0], [1, -1], [-0.5, 0.5]]) / 3, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_binary_cross_entropy_of_logits_of_ten_thousand_is_exact(dtype):
    z = np.array([1e4, -1e4, 1e4, -1e4], dtype)
    loss, (grad,) = swept(lambda z: md.binary_cross_entropy_with_logits(z, [1, 0, 0, 1]), z)
    assert loss == 5000
    np.testing.assert_array_equal(grad, [0, 0, 0.25, -0.25])


@pytest.mark.parametrize("k", [2, 3, 10])
def test_label_loss_at_chance_is_log_k(k):
    assert md.cross_entropy(np.zeros((7, k)), np.arange(7) % k).item() == pytest.approx(np.log(k), rel=1e-14)


def test_domain_loss_at_chance_is_log_two():
    assert md.binary_cross_entropy_with_logits(np.zeros(6), [0, 0, 0, 1, 1, 1]).item() == pytest.approx(
        np.log(2), rel=1e-14
    )


def test_cross_entropy_is_the_textbook_formula(rng):
    z, labels = 3 * rng.standard_normal((8, 4)), rng.integers(4, size=8)
    softmax = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    expected = -np.log(softmax[np.arange(8), labels]).mean()
    loss, (grad,) = swept(lambda z: md.cross_entropy(z, labels), z)
    np.testing.assert_allclose(loss, expected, rtol=1e-13)
    np.testing.assert_allclose(grad, (softmax - np.eye(4)[labels]) / 8, rtol=1e-11, atol=1e-15)


def test_cross_entropy_is_the_mean_of_log_softmax_picked(rng):
    z, labels = rng.standard_normal((8, 4)), rng.integers(4, size=8)
    one, (g1,) = swept(lambda z: md.cross_entropy(z, labels), z)
    two, (g2,) = swept(lambda z: -md.log_softmax(z)[as_array(np.arange(8)), as_array(labels)].mean(), z)
    np.testing.assert_allclose(one, two, rtol=1e-13)
    np.testing.assert_allclose(g1, g2, rtol=1e-11, atol=1e-15)


def test_binary_cross_entropy_is_the_textbook_formula_also_for_soft_targets(rng):
    z, t = 3 * rng.standard_normal(9), rng.uniform(size=9)
    t[:2] = 0, 1
    p = 1 / (1 + np.exp(-z))
    loss, (grad,) = swept(lambda z: md.binary_cross_entropy_with_logits(z, t), z)
    np.testing.assert_allclose(loss, -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(), rtol=1e-13)
    np.testing.assert_allclose(grad, (p - t) / 9, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("shape", [(4, 3), (1, 5), (2, 3, 2)])
def test_binary_cross_entropy_is_the_mean_over_all_columns(shape, rng):
    z, t = 2 * rng.standard_normal(shape), rng.uniform(size=shape)
    p = 1 / (1 + np.exp(-z))
    loss, (grad,) = swept(lambda z: md.binary_cross_entropy_with_logits(z, t), z)
    np.testing.assert_allclose(loss, -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean(), rtol=1e-13)
    np.testing.assert_allclose(grad, (p - t) / z.size, rtol=1e-11, atol=1e-15)


def test_the_left_tail_of_the_domain_loss_keeps_its_digits_and_the_right_one_its_scale():
    loss, (grad,) = swept(lambda z: md.binary_cross_entropy_with_logits(z, [0]), np.array([-40.0]))
    assert float(loss) == pytest.approx(np.exp(-40), rel=1e-12)
    assert float(grad[0]) == pytest.approx(np.exp(-40), rel=1e-12)
    loss, (grad,) = swept(lambda z: md.binary_cross_entropy_with_logits(z, [1]), np.array([40.0]))
    assert float(loss) == pytest.approx(np.exp(-40), abs=1e-14)
    assert float(grad[0]) == pytest.approx(-np.exp(-40), abs=1e-15)


@pytest.mark.parametrize("dtype", [np.int32, np.uint8, np.int64])
def test_labels_of_any_whole_dtype_and_lists_do(dtype):
    z = np.arange(6.0).reshape(3, 2)
    expected = md.cross_entropy(z, [0, 1, 1]).item()
    assert md.cross_entropy(z, np.array([0, 1, 1], dtype)).item() == expected
    assert md.cross_entropy(z, md.Tensor(np.array([0, 1, 1], dtype))).item() == expected


def test_logits_in_one_column_take_flat_targets():
    z, t = np.array([0.5, -1.0]), np.array([1, 0])
    assert md.binary_cross_entropy_with_logits(z[:, None], t).item() == md.binary_cross_entropy_with_logits(z, t).item()
    assert_gradient_is_right(lambda z: md.binary_cross_entropy_with_logits(z, t), z[:, None])


def test_targets_may_be_booleans():
    assert md.binary_cross_entropy_with_logits([2.0, -2.0], [True, False]).item() == pytest.approx(np.log1p(np.exp(-2)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_dtype_of_the_targets_does_not_change_that_of_the_loss(dtype):
    z = md.Tensor(np.zeros(4, dtype), requires_grad=True)
    loss = md.binary_cross_entropy_with_logits(z, np.array([0, 1, 0.5, 0.25], np.float64))
    assert loss.dtype == dtype
    assert md.backprop(loss)[z].dtype == dtype


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0, 3], ValueError, r"labels: got values 0…3, expected 0…2 for 3 logits"),
        ([-1, 0], ValueError, r"labels: got values -1…0, expected 0…2"),
        ([0.0, 1.0], TypeError, r"labels: got dtype float64, expected whole numbers"),
        ([True, False], TypeError, r"labels: got dtype bool, expected whole numbers"),
        ([0], ValueError, r"labels: got shape \(1,\) for logits of shape \(2, 3\)"),
        ([[0, 1]], ValueError, r"labels: got shape \(1, 2\) for logits of shape \(2, 3\)"),
        (0, ValueError, r"labels: got shape \(\) for logits"),
    ],
)
def test_bad_labels_are_refused(labels, error, message):
    with pytest.raises(error, match=message):
        md.cross_entropy(np.zeros((2, 3)), labels)


def test_no_examples_and_flat_logits_are_refused():
    with pytest.raises(ValueError, match=r"labels: got shape \(0,\)"):
        md.cross_entropy(np.zeros((0, 3)), np.zeros(0, int))
    with pytest.raises(ValueError, match=r"logits of shape \(3,\)"):
        md.cross_entropy(np.zeros(3), [0, 1, 2])
    with pytest.raises(ValueError, match=r"targets: got shape \(0,\)"):
        md.binary_cross_entropy_with_logits(np.zeros(0), np.zeros(0))


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([0, 2], r"targets: got values 0…2, expected 0…1"),
        ([-1, 1], r"targets: got values -1…1, expected 0…1"),
        ([np.nan, 1], r"targets: got .*expected 0…1"),
        ([0, 1, 1], r"targets: got shape \(3,\) for logits of shape \(2,\)"),
        ([[0], [1]], r"targets: got shape \(2, 1\) for logits of shape \(2,\)"),
    ],
)
def test_bad_targets_are_refused(targets, message):
    with pytest.raises(ValueError, match=message):
        md.binary_cross_entropy_with_logits([0.5, 1.5], targets)


def test_targets_that_want_a_gradient_are_refused():
    with pytest.raises(ValueError, match=r"targets: got a tensor that requires a gradient.*targets.detach\(\)"):
        md.binary_cross_entropy_with_logits([0.5], md.Tensor([1.0], requires_grad=True))


@pytest.mark.parametrize(
    "loss",
    [lambda z: md.cross_entropy(z, [0, 1]), lambda z: md.binary_cross_entropy_with_logits(z, [[0.5, 0.5], [0.5, 0.5]])],
)
def test_logits_of_whole_numbers_are_read_as_floats(loss):
    z = np.array([[1, 2], [3, 5]])
    assert loss(z).item() == pytest.approx(loss(z.astype(float)).item(), rel=1e-14)
