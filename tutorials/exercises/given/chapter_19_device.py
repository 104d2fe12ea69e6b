"""A pretend device, as in chapter 19. Its arrays refuse NumPy's functions and arrays, and it counts what is slow.

    array_module(x)          the library of an array: numpy, or the library below
    library.asarray(x)       a copy of a NumPy array on the device
    library.asnumpy(x)       a copy of a device array as a NumPy array; Python waits for it

``counts`` has the copies to the device ("sent"), and how often Python waited for a number ("waits").
"""

import numpy as np

counts = {"sent": 0, "waits": 0}


def _hidden(value):
    """The numbers of a device array, or of a list of them. Other numbers stay. A NumPy array raises TypeError."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_hidden, value))
    if isinstance(value, np.ndarray):
        raise TypeError("got a NumPy array, expected an array of the device")
    return value.hidden if isinstance(value, DeviceArray) else value


class DeviceArray:
    """An array of the device. Its methods: max, min, mean, sum, reshape, copy, and the operators."""

    __array_ufunc__ = None

    def __init__(self, hidden):
        self.hidden = np.asarray(hidden)
        self.shape, self.ndim, self.size = self.hidden.shape, self.hidden.ndim, self.hidden.size
        self.dtype = self.hidden.dtype

    def __array__(self, *_, **__):
        raise TypeError("a device array never becomes a NumPy array by itself")

    def __array_function__(self, *_, **__):
        raise TypeError("a function of NumPy was called on a device array")

    def __len__(self):
        return len(self.hidden)

    def __iter__(self):
        return (DeviceArray(row) for row in self.hidden)

    def __repr__(self):
        return f"DeviceArray of shape {self.shape}"  # its numbers are on the device: a print would wait

    def item(self):
        counts["waits"] += 1
        return self.hidden.item()

    __float__ = __bool__ = item


def _method(name):
    def call(self, *arguments, **options):
        result = getattr(self.hidden, name)(*map(_hidden, arguments), **options)
        return self if result is self.hidden else DeviceArray(result)

    return call


OPERATORS = "add sub mul truediv pow radd rsub rmul rtruediv iadd isub imul itruediv lt le gt ge eq ne neg abs"
for _name in OPERATORS.split(" "):
    setattr(DeviceArray, f"__{_name}__", _method(f"__{_name}__"))
for _name in ("__getitem__", "max", "min", "mean", "sum", "reshape", "copy"):
    setattr(DeviceArray, _name, _method(_name))


def _function(name):
    return lambda *arguments, **options: DeviceArray(getattr(np, name)(*map(_hidden, arguments), **options))


class library:
    """The library of the device: functions with NumPy's names, and the two functions that copy."""

    @staticmethod
    def asarray(x):
        counts["sent"] += 1
        return DeviceArray(np.array(x))

    @staticmethod
    def asnumpy(x):
        counts["waits"] += 1
        return x.hidden.copy()


FUNCTIONS = "exp log sqrt tanh maximum max min mean sum stack concatenate zeros ones zeros_like ones_like"
for _name in FUNCTIONS.split(" "):
    setattr(library, _name, staticmethod(_function(_name)))


def array_module(x):
    """The library of an array: NumPy, or that of the device."""
    return library if isinstance(x, DeviceArray) else np
