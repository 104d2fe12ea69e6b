"""One right call of each public name of ``minidann.nn``."""

import numpy as np
from helpers.right_calls.engine import IMAGES, X
from helpers.wrong_calls import call

from minidann import nn
from minidann.engine.tensor import Tensor


def rng():
    return np.random.default_rng(0)


def dense():
    return nn.Dense(3, 2, rng())


def parameters():
    return [Tensor(np.ones((3, 2)), True), Tensor(np.ones(2), True)]


def vector():
    return nn.ParameterVector(parameters())


def _stepped(optimiser, *rest):
    """A call of ``step`` of an optimiser of made-up parameters."""
    tensors = parameters()
    gradients = {tensor: np.ones(tensor.shape) for tensor in tensors}
    return call(optimiser(tensors).step, gradients, 0.1, *rest)


def _gathered():
    tensors = parameters()
    return call(nn.ParameterVector(tensors).gather, {tensor: np.ones(tensor.shape) for tensor in tensors})


def _average():
    return nn.WeightAverage(vector(), 0.9)


def _factors(optimiser):
    tensors = parameters()
    return call(optimiser, tensors, factors={tensors[0]: 2.0})


def _set_factors():
    tensors = parameters()
    return call(nn.SGD(tensors).set_factors, {tensors[0]: 2.0})


def _slice_of():
    tensors = parameters()
    return call(nn.ParameterVector(tensors).slice_of, tensors)


NORMAL = ("glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal")
ON_POINTS = ("Relu", "Sigmoid", "Softplus", "Tanh")
ON_IMAGES = ("AveragePool", "MaxPool", "Flatten", "GlobalAveragePool")

RIGHT = {
    **{f"nn.{name}": lambda n=name: call(getattr(nn, n), rng(), 3, 2) for name in NORMAL},
    **{f"nn.{name}": lambda n=name: call(getattr(nn, n)) for name in (*ON_POINTS, "Flatten", "GlobalAveragePool")},
    **{f"nn.{name}": lambda n=name: call(getattr(nn, n), 2, 2) for name in ("AveragePool", "MaxPool")},
    **{f"nn.{name}.__call__": lambda n=name: call(getattr(nn, n)(), X, None) for name in ON_POINTS},
    **{f"nn.{name}.__call__": lambda n=name: call(getattr(nn, n)(), IMAGES, None) for name in ON_IMAGES},
    "nn.Layer": lambda: call(nn.Layer),
    "nn.Layer.to": lambda: call(dense().to, "numpy"),
    "nn.SGD": lambda: call(nn.SGD, parameters(), 0.9, 0.1),
    "nn.SGD factors": lambda: _factors(nn.SGD),
    "nn.SGD.restore": lambda: call(nn.SGD(parameters()).restore, nn.SGD(parameters()).state()),
    "nn.SGD.set_factors": _set_factors,
    "nn.SGD.step": lambda: _stepped(nn.SGD),
    "nn.SGD.to": lambda: call(nn.SGD(parameters()).to, "numpy"),
    "nn.SGD.update": lambda: call(nn.SGD(parameters()).update, np.ones(8), 0.1),
    "nn.Adam": lambda: call(nn.Adam, parameters(), 0.9, 0.99, 1e-8),
    "nn.Adam factors": lambda: _factors(nn.Adam),
    "nn.Adam.restore": lambda: call(nn.Adam(parameters()).restore, nn.Adam(parameters()).state()),
    "nn.Adam.step": lambda: _stepped(nn.Adam),
    "nn.Adam.to": lambda: call(nn.Adam(parameters()).to, "numpy"),
    "nn.Adam.update": lambda: call(nn.Adam(parameters()).update, np.ones(8), 0.1),
    "nn.BatchNormalisation": lambda: call(nn.BatchNormalisation, 3, 0.9, 1e-5, "float32"),
    "nn.BatchNormalisation.__call__": lambda: call(nn.BatchNormalisation(3), X, rng()),
    "nn.BatchNormalisation.to": lambda: call(nn.BatchNormalisation(3).to, "numpy"),
    "nn.Convolution": lambda: call(nn.Convolution, 3, 2, 3, rng(), 1, 1),
    "nn.Convolution.__call__": lambda: call(nn.Convolution(3, 2, 3, rng()), IMAGES, None),
    "nn.Dense": lambda: call(nn.Dense, 3, 2, rng()),
    "nn.Dense.__call__": lambda: call(dense(), X, None),
    "nn.Dropout": lambda: call(nn.Dropout, 0.5),
    "nn.Dropout.__call__": lambda: call(nn.Dropout(0.5), X, rng()),
    "nn.Normalise": lambda: call(nn.Normalise, np.zeros(3), 2.0),
    "nn.Normalise.__call__": lambda: call(nn.Normalise(np.zeros(3)), X, None),
    "nn.Normalise.to": lambda: call(nn.Normalise(np.zeros(3)).to, "numpy"),
    "nn.ParameterVector": lambda: call(nn.ParameterVector, parameters()),
    "nn.ParameterVector.gather": _gathered,
    "nn.ParameterVector.checked": lambda: call(vector().checked, np.ones(8)),
    "nn.ParameterVector.load": lambda: call(vector().load, np.ones(8)),
    "nn.ParameterVector.slice_of": _slice_of,
    "nn.ParameterVector.to": lambda: call(vector().to, "numpy"),
    "nn.Sequential": lambda: call(nn.Sequential, dense(), nn.Tanh()),
    "nn.Sequential.__call__": lambda: call(nn.Sequential(dense(), nn.Tanh()), X, None),
    "nn.Sequential.__getitem__": lambda: call(nn.Sequential(dense(), nn.Tanh()).__getitem__, 0),
    "nn.Sequential.to": lambda: call(nn.Sequential(dense(), nn.Tanh()).to, "numpy"),
    "nn.StandardiseImages": lambda: call(nn.StandardiseImages),
    "nn.StandardiseImages.__call__": lambda: call(nn.StandardiseImages(), IMAGES, None),
    "nn.WeightAverage": lambda: call(nn.WeightAverage, vector(), 0.9),
    "nn.WeightAverage.restore": lambda: call(_average().restore, _average().state()),
    "nn.WeightAverage.to": lambda: call(_average().to, "numpy"),
    "nn.mlp": lambda: call(nn.mlp, (3, 4, 2), rng()),
}
