"""minidann: reverse-mode autodiff in NumPy, the gradient-reversal node, and domain-adversarial training (DANN).

    import minidann as md

    g = md.backprop(loss)          # g[tensor]: the gradient of the loss at any tensor of the graph
    md.reverse_gradient(h, 0.7)    # h forward, −0.7 · gradient backward
    with md.use_backend("cupy"):   # what is made inside is made on the GPU

Layers and optimisers live in ``minidann.nn``, the method of the paper in ``minidann.adapt``, pairs of domains in
``minidann.data``, pictures in ``minidann.plots``.
"""

from . import nn
from .engine.backend import to_numpy
from .engine.backprop import Gradients, backprop
from .engine.devices import move, use_backend
from .engine.functions import (
    abs,
    add,
    affine,
    as_tensor,
    binary_cross_entropy_with_logits,
    broadcast,
    clip,
    concatenate,
    cross_entropy,
    divide,
    exp,
    log,
    log_softmax,
    logsumexp,
    matmul,
    max,
    maximum,
    mean,
    min,
    multiply,
    negate,
    power,
    relu,
    reshape,
    reverse_gradient,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    stack,
    subtract,
    sum,
    tanh,
    transpose,
    where,
)
from .engine.image_functions import average_pool, batch_normalise, convolve, flatten, global_average_pool, max_pool
from .engine.modes import detect_anomaly, no_grad
from .engine.ops import Op
from .engine.tensor import Tensor, apply
from .engine.threads import get_threads, set_threads

__version__ = "0.2.0.dev0"

# abs, max, min and sum are left out: ``from minidann import *`` must not replace the functions of Python
__all__ = [
    "Gradients",
    "Op",
    "Tensor",
    "add",
    "affine",
    "apply",
    "as_tensor",
    "average_pool",
    "backprop",
    "batch_normalise",
    "binary_cross_entropy_with_logits",
    "broadcast",
    "clip",
    "concatenate",
    "convolve",
    "cross_entropy",
    "detect_anomaly",
    "divide",
    "exp",
    "flatten",
    "get_threads",
    "global_average_pool",
    "log",
    "log_softmax",
    "logsumexp",
    "matmul",
    "max_pool",
    "maximum",
    "mean",
    "move",
    "multiply",
    "negate",
    "nn",
    "no_grad",
    "power",
    "relu",
    "reshape",
    "reverse_gradient",
    "set_threads",
    "sigmoid",
    "softmax",
    "softplus",
    "sqrt",
    "stack",
    "subtract",
    "tanh",
    "to_numpy",
    "transpose",
    "use_backend",
    "where",
]
