"""Layers, initialisation, networks and optimisers, on top of the engine."""

from .adam import Adam
from .average import WeightAverage
from .image_layers import AveragePool, Convolution, Flatten, GlobalAveragePool, MaxPool, StandardiseImages
from .initialise import glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal
from .layers import Dense, Dropout, Layer, Normalise, Relu, Sequential, Sigmoid, Softplus, Tanh
from .networks import mlp
from .normalisation import BatchNormalisation
from .optimisers import SGD
from .vector import ParameterVector

__all__ = [
    "SGD",
    "Adam",
    "AveragePool",
    "BatchNormalisation",
    "Convolution",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePool",
    "Layer",
    "MaxPool",
    "Normalise",
    "ParameterVector",
    "Relu",
    "Sequential",
    "Sigmoid",
    "Softplus",
    "StandardiseImages",
    "Tanh",
    "WeightAverage",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "mlp",
]
