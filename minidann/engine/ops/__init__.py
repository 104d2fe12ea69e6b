"""The operations on plain arrays: each has a forward rule and a backward rule. Tensors are unknown here."""

from .activations import Relu, Sigmoid, Softplus, Tanh
from .arithmetic import Add, Divide, Maximum, Multiply, Negate, Power, Subtract, Where
from .convolution import Convolution
from .elementwise import Abs, Clip, Exp, Log, Sqrt
from .index import Index
from .losses import BinaryCrossEntropy, CrossEntropy
from .matmul import Affine, MatMul
from .normalisation import BatchNormalise
from .op import Op
from .pooling import AveragePool, MaxPool
from .reductions import LogSoftmax, LogSumExp, Max, Mean, Sum
from .reversal import GradientReversal
from .shapes import Broadcast, Concatenate, Reshape, Stack, Transpose

__all__ = [
    "Abs",
    "Add",
    "Affine",
    "AveragePool",
    "BatchNormalise",
    "BinaryCrossEntropy",
    "Broadcast",
    "Clip",
    "Concatenate",
    "Convolution",
    "CrossEntropy",
    "Divide",
    "Exp",
    "GradientReversal",
    "Index",
    "Log",
    "LogSoftmax",
    "LogSumExp",
    "MatMul",
    "Max",
    "MaxPool",
    "Maximum",
    "Mean",
    "Multiply",
    "Negate",
    "Op",
    "Power",
    "Relu",
    "Reshape",
    "Sigmoid",
    "Softplus",
    "Sqrt",
    "Stack",
    "Subtract",
    "Sum",
    "Tanh",
    "Transpose",
    "Where",
]
