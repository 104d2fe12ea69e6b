"""One right call of each public name of ``minidann``."""

import numpy as np
from helpers.wrong_calls import call

import minidann as md

X = np.random.default_rng(0).standard_normal((4, 3))
IMAGES = np.random.default_rng(0).standard_normal((2, 4, 4, 3))
LOGITS = np.random.default_rng(0).standard_normal((4, 3))


def leaf(values=X):
    return md.Tensor(values, requires_grad=True)


def loss():
    return md.mean(leaf() ** 2)


def entered(manager):
    """A function that enters a context manager, with the signature of ``manager``."""
    import functools

    @functools.wraps(manager)
    def enter(*args, **kwargs):
        with manager(*args, **kwargs):
            pass

    return enter


TWO = ("add", "subtract", "multiply", "divide", "maximum")
ONE = ("abs", "exp", "log", "negate", "relu", "sigmoid", "softplus", "sqrt", "tanh")
ALONG = ("max", "mean", "min", "sum", "logsumexp")

RIGHT = {
    **{f"md.{name}": lambda n=name: call(getattr(md, n), X, X) for name in TWO},
    **{f"md.{name}": lambda n=name: call(getattr(md, n), X * X) for name in ONE},
    **{f"md.{name}": lambda n=name: call(getattr(md, n), X, 0, True) for name in ALONG},
    "md.power": lambda: call(md.power, X * X, 2.0),
    "md.Tensor": lambda: call(md.Tensor, X, True),
    "md.affine": lambda: call(md.affine, X, np.ones((3, 2)), np.ones(2)),
    "md.as_tensor": lambda: call(md.as_tensor, X),
    "md.average_pool": lambda: call(md.average_pool, IMAGES, 2, 2),
    "md.max_pool": lambda: call(md.max_pool, IMAGES, 2, 2),
    "md.backprop": lambda: call(md.backprop, loss()),
    "md.backprop of": lambda: call(md.backprop, *(lambda x: (md.sum(x), [x], 1.0))(leaf())),
    "md.batch_normalise": lambda: call(md.batch_normalise, X, np.ones(3), np.zeros(3), 1e-5),
    "md.binary_cross_entropy_with_logits": lambda: call(
        md.binary_cross_entropy_with_logits, np.ones((4, 1)), np.array([[0.0], [1], [1], [0]])
    ),
    "md.broadcast": lambda: call(md.broadcast, X, (2, 4, 3)),
    "md.clip": lambda: call(md.clip, X, 0.0, 1.0),
    "md.concatenate": lambda: call(md.concatenate, [X, X], 0),
    "md.stack": lambda: call(md.stack, [X, X], 0),
    "md.convolve": lambda: call(md.convolve, IMAGES, np.ones((3, 3, 3, 2)), np.zeros(2), 1, 1),
    "md.cross_entropy": lambda: call(md.cross_entropy, LOGITS, np.array([0, 1, 2, 1])),
    "md.detect_anomaly": lambda: call(entered(md.detect_anomaly)),
    "md.no_grad": lambda: call(entered(md.no_grad)),
    "md.get_threads": lambda: call(md.get_threads),
    "md.set_threads": lambda: call(md.set_threads, 1),
    "md.use_backend": lambda: call(entered(md.use_backend), "numpy"),
    "md.flatten": lambda: call(md.flatten, IMAGES),
    "md.global_average_pool": lambda: call(md.global_average_pool, IMAGES),
    "md.log_softmax": lambda: call(md.log_softmax, X, -1),
    "md.softmax": lambda: call(md.softmax, X, -1),
    "md.matmul": lambda: call(md.matmul, X, X.T),
    "md.move": lambda: call(md.move, X, "numpy"),
    "md.reshape": lambda: call(md.reshape, X, (3, 4)),
    "md.reverse_gradient": lambda: call(md.reverse_gradient, X, 0.7),
    "md.to_numpy": lambda: call(md.to_numpy, X),
    "md.transpose": lambda: call(md.transpose, X, (1, 0)),
    "md.where": lambda: call(md.where, X > 0, X, X),
    "md.apply": lambda: call(md.apply, md.engine.ops.Tanh(), X),
    "md.Op": lambda: call(md.engine.ops.Tanh),
    "md.Tensor.backward": lambda: call(loss().backward, 1.0),
    "md.Tensor.clip": lambda: call(leaf().clip, 0.0, 1.0),
    "md.Tensor.reshape": lambda: call(leaf().reshape, 3, 4),
    "md.Tensor.transpose": lambda: call(leaf().transpose, 1, 0),
    "md.Tensor.__getitem__": lambda: call(leaf().__getitem__, 0),
    **{f"md.Tensor.{n}": lambda n=n: call(getattr(leaf(), n), 0, True) for n in ("max", "mean", "min", "sum")},
}
