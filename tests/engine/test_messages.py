"""Wrong inputs and options: one line that names the argument of the function that was called, and the way out."""

from fractions import Fraction

import numpy as np
import pytest

import minidann as md
from minidann import nn
from minidann.engine import ops
from minidann.games import bilinear_game, spectral_radius

IMAGES = np.ones((2, 3, 8, 8))  # channels first


class Sparse:
    """The look of a sparse matrix of SciPy."""

    nnz = 1

    def toarray(self):
        return np.eye(2)


class Attached:
    """The look of an array of another library that does not leave its graph."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("Can't call numpy() on a tensor that requires grad. Use x.detach().numpy() instead.")


WRONG = {
    "None": (None, "None"),
    "text": ("text", "no text"),
    "words": (np.array(["a", "b"]), "no text"),
    "ragged": ([[1.0], [1.0, 2.0]], "inhomogeneous"),
    "objects": (np.array([None, {}]), "one kind"),
    "complex": (np.array([1j]), "x.real"),
    "dates": (np.array(["2020-01-01"], "datetime64[D]"), "no dates"),
    "masked": (np.ma.masked_greater([1.0, 9.0], 5.0), "filled"),
    "sparse": (Sparse(), "toarray"),
    "attached": (Attached(), "detach"),
    "tensors": ([md.Tensor(1.0, requires_grad=True)], "md.stack"),
    "a function": (len, "expected"),
}
X = np.ones((4, 3))
CALLS = {
    "a": lambda wrong: md.add(wrong, X),
    "b": lambda wrong: md.Tensor(X) * wrong,
    "x": md.exp,
    "weight": lambda wrong: md.affine(X, wrong, np.ones(2)),
    "bias": lambda wrong: md.convolve(np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), wrong),
    "scale": lambda wrong: md.batch_normalise(X, wrong, np.ones(3)),
    "shift": lambda wrong: md.batch_normalise(X, np.ones(3), wrong),
    "logits": lambda wrong: md.cross_entropy(wrong, [0]),
    "targets": lambda wrong: md.binary_cross_entropy_with_logits(X, wrong),
    "tensors": lambda wrong: md.concatenate([X, wrong]),
    "mask": lambda wrong: md.where(wrong, 1.0, 2.0),
    "value": md.as_tensor,
    "data": md.Tensor,
    "upstream": lambda wrong: md.backprop(md.Tensor(X, requires_grad=True) * 2.0, upstream=wrong),
    "mean": nn.Normalise,
    "values": lambda wrong: nn.ParameterVector([md.Tensor(X, requires_grad=True)]).load(wrong),
}


def _message(error):
    text = str(error.value)
    assert "\n" not in text
    assert len(text) <= 300
    return text


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("kind", WRONG)
def test_an_input_that_is_no_array_of_numbers_is_named(name, kind):
    wrong, words = WRONG[kind]
    if (name, kind) == ("upstream", "None"):
        return  # no upstream
    with pytest.raises((TypeError, ValueError)) as error:
        CALLS[name](wrong)
    assert _message(error).startswith(f"{name}: got ")
    assert words in _message(error)


@pytest.mark.parametrize(
    "wrong",
    [Fraction(1, 2), 2**70, np.array([1, 2.5], object), [2**70, 1], np.array(["1", "2"], object), (i for i in (1, 2))],
    ids=repr,
)
def test_the_way_from_objects_to_numbers_works(wrong):
    with pytest.raises(TypeError, match="^data: got ") as error:
        md.Tensor(wrong)
    way = _message(error).split("such as ")[1]
    assert md.Tensor(eval(way, {"np": np, "x": wrong})).dtype.kind in "fi"


def test_a_masked_array_without_a_mask_is_an_array():
    assert md.exp(np.ma.masked_greater([0.0], 5.0)).data.tolist() == [1]


@pytest.mark.parametrize(
    "layer", [nn.Dense, nn.BatchNormalisation, nn.Normalise, nn.Dropout, nn.Flatten, nn.Sequential]
)
@pytest.mark.parametrize("wrong", [None, "text", [[1.0], [1.0, 2.0]]], ids=repr)
def test_a_layer_names_its_input(layer, wrong, rng):
    given = {nn.Dense: (2, 2, rng), nn.BatchNormalisation: (2,), nn.Normalise: (0.0,), nn.Dropout: (0.5,)}
    with pytest.raises((TypeError, ValueError), match="^x: got "):
        layer(*given.get(layer, ()))(wrong, None)


# axes, shapes and numbers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["0", 1.0, [None], True, 2**70, (0, "1"), {}, np.zeros(2)], ids=repr)
@pytest.mark.parametrize(
    "reduce", [md.sum, md.mean, md.max, md.min, md.logsumexp, md.softmax, md.log_softmax, md.Tensor.sum, md.Tensor.min]
)
def test_an_axis_that_is_none_is_named(reduce, wrong):
    with pytest.raises((TypeError, ValueError), match="^axis: got "):
        reduce(md.Tensor(X), axis=wrong)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: md.sum(X, keepdims=2), "keepdims"),
        (lambda: md.concatenate([X, X], axis="0"), "axis"),
        (lambda: md.stack([X, X], axis=None), "axis"),
        (lambda: md.stack(5), "tensors"),
        (lambda: md.concatenate(np.float64(5)), "tensors"),
        (lambda: md.concatenate("text"), "tensors"),
        (lambda: md.reshape(X, "12"), "shape"),
        (lambda: md.reshape(X, None), "shape"),
        (lambda: md.Tensor(X).reshape(2.0, 6), "shape"),
        (lambda: md.broadcast(X, 4.0), "shape"),
        (lambda: md.transpose(X, 5), "axes"),
        (lambda: md.Tensor(X).transpose("a"), "axes"),
        (lambda: md.clip(X, None, 1), "low"),
        (lambda: md.clip(X, 0, np.ones(3)), "high"),
        (lambda: md.clip(X, 0, np.nan), "high"),
        (lambda: md.backprop(5), "loss"),
        (lambda: md.backprop(md.Tensor(X, requires_grad=True).sum(), of=5), "of"),
        (lambda: md.backprop(md.Tensor(X, requires_grad=True).sum(), of=[[1]]), "of"),
        (lambda: md.apply(ops.Tanh, X), "op"),
        (lambda: md.apply(np.tanh, md.Tensor(X)), "op"),
        (lambda: md.max_pool(X), "x"),
        (lambda: md.global_average_pool(X), "x"),
        (lambda: md.flatten(3.0), "x"),
        (lambda: md.to_numpy(None), "array"),
    ],
)
def test_a_wrong_option_is_named(call, name):
    with pytest.raises((TypeError, ValueError), match=f"^{name}: got ") as error:
        call()
    _message(error)


def test_a_wrong_shape_names_every_input_of_the_op():
    for call, words in [
        (
            lambda: md.affine(X, np.ones((2, 2)), np.ones(2)),
            r"Affine of x \(4, 3\) and weight \(2, 2\) and bias \(2,\)",
        ),
        (lambda: md.matmul(X, X), r"MatMul of a \(4, 3\) and b \(4, 3\)"),
        (lambda: md.where(X > 0, np.ones(2), 1.0), r"mask: got shape \(4, 3\).*Where of a \(2,\) and b \(\)"),
        (lambda: md.stack([X] * 9 + [X.T]), r"Stack of tensors (\(4, 3\) and ){5}…: all shapes"),
    ]:
        with pytest.raises(ValueError, match=words) as error:
            call()
        _message(error)


@pytest.mark.parametrize("base", [2, np.int64(2), np.array([2]), [2, 4]], ids=repr)
def test_a_whole_number_to_a_negative_power_is_a_fraction(base):
    np.testing.assert_array_equal(md.power(base, -1).data, np.asarray(base, float) ** -1)
    np.testing.assert_array_equal((md.Tensor(base) ** -1).data, np.asarray(base, float) ** -1)


# λ, labels, channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", [np.array([0.5]), md.Tensor(0.5), md.Tensor(0.5, requires_grad=True), "0.5", None, True]
)
def test_lambda_is_one_number(wrong):
    with pytest.raises(TypeError, match="^adapt_weight: got .*, expected λ as one number"):
        md.reverse_gradient(X, wrong)


def test_the_way_to_lambda_works():
    x = md.Tensor(X, requires_grad=True)
    for weight in (np.array([0.5]).item(), np.float32(0.5), np.array(0.5), np.int64(2), 0):
        assert md.backprop(md.reverse_gradient(x, weight).sum())[x][0, 0] == -weight


@pytest.mark.parametrize(
    ("labels", "way"),
    [
        ([0.0, 1.0, 2.0, 1.0], r"use labels.astype\(int\)"),
        ([True, False, True, True], r"use labels.astype\(int\)"),
        ([0.0, 0.5, 1.0, 1.0], "fractions and NaN name no class"),
        ([0.0, np.nan, 1.0, 1.0], "fractions and NaN name no class"),
        (["cat", "dog", "cat", "cat"], r"np.unique\(labels, return_inverse=True\)"),
        (np.eye(3)[[0, 1, 2, 1]], r"labels.argmax\(axis=1\) of one-hot rows"),
        ([1, 2, 3, 1], r"labels - 1, if the classes are counted from 1"),
        (None, "expected"),
    ],
    ids=str,
)
def test_labels_that_name_no_class_are_told_the_way_of_their_kind(labels, way):
    with pytest.raises((TypeError, ValueError), match=f"^labels: got .*{way}") as error:
        md.cross_entropy(X, labels)
    _message(error)


def test_the_ways_to_labels_work():
    expected = md.cross_entropy(X, [0, 1, 2, 1]).item()
    names = np.array(["bird", "cat", "dog", "cat"])
    for labels in (
        np.array([0.0, 1.0, 2.0, 1.0]).astype(int),
        np.unique(names, return_inverse=True)[1],
        np.eye(3)[[0, 1, 2, 1]].argmax(axis=1),
        np.array([1, 2, 3, 2]) - 1,
        np.array([0, 1, 2, 1], np.uint8),
        np.array([0, 1, 2, 1], np.uint64),
    ):
        assert md.cross_entropy(X, labels).item() == expected


@pytest.mark.parametrize(
    "call",
    [
        lambda x, rng: md.convolve(x, np.ones((3, 3, 3, 2)), np.zeros(2)),
        lambda x, rng: nn.Convolution(3, 2, 3, rng)(x),
        lambda x, rng: nn.BatchNormalisation(3)(x, rng),
        lambda x, rng: nn.BatchNormalisation(3)(x, None),
        lambda x, rng: nn.Normalise(np.zeros(3))(x),
        lambda x, rng: md.batch_normalise(x, np.ones(3), np.zeros(3)),
    ],
)
def test_channels_first_are_recognised_and_the_way_out_works(call, rng):
    with pytest.raises(ValueError, match=r"^x: .*channels first, and x.transpose\(0, 2, 3, 1\) puts the channels last"):
        call(IMAGES, rng)
    call(IMAGES.transpose(0, 2, 3, 1), rng)


@pytest.mark.parametrize("shape", [(3, 28, 28), (1, 32, 32)])
def test_a_trunk_recognises_channels_first(shape, rng):
    from minidann.nn.trunks import TRUNKS, trunk

    with pytest.raises(ValueError, match=r"^shape: .*channels first.*x.transpose\(0, 2, 3, 1\)"):
        trunk(TRUNKS["mnist"], shape, rng)


# parameters and optimisers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["int32", "banana", None, 5, "complex64"])
def test_a_dtype_of_parameters_is_a_float(dtype, rng):
    for make in (lambda: nn.Dense(2, 2, rng, dtype=dtype), lambda: nn.BatchNormalisation(2, dtype=dtype)):
        with pytest.raises(TypeError, match="^dtype: got "):
            make()


def _parts():
    return [md.Tensor(np.zeros(n), requires_grad=True) for n in (2, 3, 1)]


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
@pytest.mark.parametrize(
    "gradients",
    [
        lambda a, b, c: {a: np.ones(3), b: np.ones(2), c: np.ones(1)},  # as many numbers, in other places
        lambda a, b, c: {a: np.ones(2), b: np.ones(3)},
        lambda a, b, c: {},
        lambda a, b, c: None,
        lambda a, b, c: [np.ones(2), np.ones(3), np.ones(1)],
        lambda a, b, c: {a: None, b: np.ones(3), c: np.ones(1)},
        lambda a, b, c: md.backprop(a.sum(), of=[a]),
    ],
)
def test_gradients_of_another_shape_or_kind_are_refused_before_anything_changes(kind, gradients):
    parts = _parts()
    with pytest.raises((TypeError, ValueError), match="^gradients: got "):
        kind(parts).step(gradients(*parts), 0.1)
    assert not any(part.data.any() for part in parts)


def test_only_neighbours_can_be_updated_alone():
    a, b, c = _parts()
    optimiser = nn.SGD([a, b, c], momentum=0.0)
    gradients = {part: np.ones(part.shape) for part in (a, b, c)}
    for only in ([a, c], [b, a]):  # the slice from first to last would hold others, or nothing
        with pytest.raises(ValueError, match="^only: got tensors that are no neighbours"):
            optimiser.step(gradients, 0.5, only=only)
    for only in (a, [md.Tensor(np.ones(2))], 5):
        with pytest.raises(ValueError, match="^only: got "):
            optimiser.step(gradients, 0.5, only=only)
    optimiser.step(gradients, 0.5, only=[b, c])
    assert [part.data.tolist() for part in (a, b, c)] == [[0, 0], [-0.5] * 3, [-0.5]]


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
def test_a_state_of_another_shape_is_refused(kind):
    optimiser = kind(_parts())
    state = optimiser.state()
    optimiser.restore(state)
    for wrong in (None, {}, {name: np.ones(1) for name in state}, {name: np.ones(9) for name in state}):
        with pytest.raises((TypeError, ValueError), match="^state: got "):
            optimiser.restore(wrong)


@pytest.mark.parametrize("rng", [5, True, "train", np.random.RandomState(0), np.ones(2)], ids=str)
def test_what_is_no_generator_does_not_silently_predict(rng):
    for layer in (nn.Dropout(0.5), nn.BatchNormalisation(3)):
        with pytest.raises(TypeError, match="^rng: got .*, expected a random generator to train, or None to predict"):
            layer(X, rng)


@pytest.mark.parametrize("make", [nn.he_normal, nn.he_uniform, nn.glorot_normal, nn.glorot_uniform, nn.lecun_normal])
def test_an_initialiser_names_what_is_wrong(make, rng):
    for name, given in {"rng": (0, 2, 2), "fan_in": (rng, 0, 2), "fan_out": (rng, 2, 2.5)}.items():
        with pytest.raises((TypeError, ValueError), match=f"^{name}: got "):
            make(*given)


MASKED = np.ma.array([0, 1, 2, 0], mask=[1, 0, 0, 0])


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("data", lambda: md.Tensor([MASKED, MASKED])),
        ("b", lambda: md.Tensor(X) * [MASKED[:3], MASKED[1:]]),
        ("tensors", lambda: md.stack([MASKED, MASKED])),
        ("labels", lambda: md.cross_entropy(X, MASKED)),
        ("labels", lambda: md.cross_entropy(X, list(MASKED))),
        ("targets", lambda: md.binary_cross_entropy_with_logits(X[:, :2], [MASKED[:2]] * 4)),
        ("key", lambda: md.Tensor(X)[MASKED]),
        ("key", lambda: md.Tensor(X)[:, np.ma.array([True, False, True], mask=[1, 0, 0])]),
        ("z", lambda: bilinear_game().point(MASKED[:2])),
        ("matrix", lambda: spectral_radius(np.ma.array(np.eye(2), mask=np.eye(2)))),
    ],
)
def test_a_mask_is_never_dropped(name, call):
    with pytest.raises((TypeError, ValueError), match=f"^{name}: got .*masked") as error:
        call()
    _message(error)


def test_the_way_from_wrong_labels_to_class_labels_works():
    column = np.array([[0], [2], [1], [0]])
    with pytest.raises(ValueError, match=r"labels: got shape \(4, 1\).*np.ravel\(labels\)"):
        md.cross_entropy(X, column)
    assert md.cross_entropy(X, np.ravel(column)).shape == ()
    with pytest.raises(TypeError, match="leave out the rows without a label"):
        md.cross_entropy(X, [None, 1, 0, 2])
    with pytest.raises(ValueError, match=r"for logits of shape \(3,\), expected \(n,\) and \(n, k\)$"):
        md.cross_entropy(np.ones(3), [0, 1, 2])


@pytest.mark.parametrize("key", ["a", slice("a"), slice(None, None, 1.5), (0, slice("b", None)), 2**70], ids=repr)
def test_a_key_that_is_none_is_refused_with_the_shape(key):
    with pytest.raises(IndexError, match=r"^Index of x \(4, 3\): the key must fit") as error:
        md.Tensor(X)[key]
    _message(error)
