"""minidann: reverse-mode autodiff in NumPy, the gradient-reversal node, and domain-adversarial training (DANN).

    import minidann as md

    g = md.backprop(loss)          # g[tensor]: the gradient of the loss at any tensor of the graph
    md.reverse_gradient(h, 0.7)    # h forward, −0.7 · gradient backward
    with md.use_backend("cupy"):   # what is made inside is made on the GPU

Layers and optimisers live in ``minidann.nn``, the method of the paper in ``minidann.adapt``, pairs of domains in
``minidann.data``, pictures in ``minidann.plots``.
"""

from .engine.backend import move, to_numpy, use_backend
from .engine.backprop import Gradients, backprop
from .engine.functions import (
    abs,
    add,
    affine,
    as_tensor,
    binary_cross_entropy,
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
    multiply,
    negate,
    power,
    relu,
    reshape,
    reverse_gradient,
    sigmoid,
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

__version__ = "0.1.0"

__all__ = [
    "Gradients",
    "Op",
    "Tensor",
    "abs",
    "add",
    "affine",
    "apply",
    "as_tensor",
    "average_pool",
    "backprop",
    "batch_normalise",
    "binary_cross_entropy",
    "broadcast",
    "clip",
    "concatenate",
    "convolve",
    "cross_entropy",
    "detect_anomaly",
    "divide",
    "exp",
    "flatten",
    "global_average_pool",
    "log",
    "log_softmax",
    "logsumexp",
    "matmul",
    "max",
    "max_pool",
    "maximum",
    "mean",
    "move",
    "multiply",
    "negate",
    "no_grad",
    "power",
    "relu",
    "reshape",
    "reverse_gradient",
    "sigmoid",
    "softplus",
    "sqrt",
    "stack",
    "subtract",
    "sum",
    "tanh",
    "to_numpy",
    "transpose",
    "use_backend",
    "where",
]
