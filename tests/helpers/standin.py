"""A stand-in for CuPy: arrays that live on a pretend device, which is registered as the backend "standin".

It works as CuPy does where a slip of ours could hide. Nothing turns into a NumPy array by itself; host arrays and
lists are refused as operands and as indices; a reduction gives a 0-d array on the device, never a NumPy scalar; and
NumPy's own functions refuse these arrays (CuPy's would pass some of them on). So a stray ``np.`` in an op fails here.

``traffic`` counts what a GPU would be slowed down by: how often something was sent to the device, and how often the
host had to wait for it.
"""

from __future__ import annotations

import numpy as np


class traffic:
    """Counts since ``clear``; and how much memory the device pretends to have free."""

    sent = waits = 0
    free = 2**33

    @classmethod
    def clear(cls):
        cls.sent = cls.waits = 0


def _fetch(array):
    """The host's view of a device array: whoever asks for numbers waits until the device is done."""
    traffic.waits += 1
    return array._host


def _host(value):
    """What a device function works with: its own arrays and lone numbers, and nothing of the host's."""
    if isinstance(value, DeviceArray):
        return value._host
    if value is None or isinstance(value, (bool, int, float, np.generic)):
        return value
    raise TypeError(f"Unsupported type {type(value)}: the device takes its own arrays and numbers")


def _key(key):
    """An index: numbers, slices, None, Ellipsis and device arrays."""
    if isinstance(key, tuple):
        return tuple(_key(part) for part in key)
    if key is Ellipsis or isinstance(key, slice):
        return key
    return _host(key)


def _wrap(host, parent=None):
    """A device array of a result; a view remembers whose memory it looks at, as CuPy's ``base`` does."""
    result = DeviceArray.__new__(DeviceArray)
    result._host, result.base = np.asarray(host), None
    if parent is not None and result._host.base is not None and np.may_share_memory(result._host, parent._host):
        result.base = parent if parent.base is None else parent.base
    return result


def _foreign(other):
    """An operand that wants the operation for itself, as CuPy asks it."""
    return getattr(other, "__array_ufunc__", 0) is None


def _operator(name):
    def method(self, other):
        if _foreign(other):
            return NotImplemented
        return _wrap(getattr(np.ndarray, name)(self._host, _host(other)))

    return method


def _inplace(name):
    def method(self, other):
        getattr(np.ndarray, name)(self._host, _host(other))
        return self

    return method


class DeviceArray:
    """The array type. Only what CuPy's arrays have is here, method by method, so that nothing leaks through."""

    __slots__ = ("_host", "base")
    __array_priority__ = 100
    __hash__ = None

    def __init__(self, *args, **kwargs):
        raise TypeError("use library.asarray")

    def __array__(self, *args, **kwargs):
        raise TypeError("Implicit conversion to a NumPy array is not allowed: use library.asnumpy")

    def __array_ufunc__(self, *args, **kwargs):
        raise TypeError("a function of NumPy was called on a device array")

    def __array_function__(self, *args, **kwargs):
        raise TypeError("a function of NumPy was called on a device array")

    shape = property(lambda self: self._host.shape)
    dtype = property(lambda self: self._host.dtype)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    nbytes = property(lambda self: self._host.nbytes)
    flags = property(lambda self: self._host.flags)
    T = property(lambda self: _wrap(self._host.T, self))

    def __len__(self):
        return len(self._host)

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(_fetch(self))

    def __int__(self):
        return int(_fetch(self))

    def __float__(self):
        return float(_fetch(self))

    def __format__(self, spec):
        return format(_fetch(self).item() if not spec and not self.shape else _fetch(self), spec)

    def __repr__(self):
        return f"device {_fetch(self)!r}"

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __reduce__(self):
        return library.asarray, (self.get(),)

    def __getitem__(self, key):
        return _wrap(self._host[_key(key)], self)

    def __setitem__(self, key, value):
        self._host[_key(key)] = _host(value)

    def __neg__(self):
        return _wrap(-self._host)

    def __invert__(self):
        return _wrap(~self._host)

    def __abs__(self):
        return _wrap(abs(self._host))

    def item(self):
        return _fetch(self).item()

    def tolist(self):
        return _fetch(self).tolist()

    def get(self):
        return _fetch(self).copy()

    def take(self, indices, axis=None):
        return _wrap(self._host.take(_host(indices), axis=axis))

    def copy(self):
        return _wrap(self._host.copy())

    def astype(self, dtype):
        return _wrap(self._host.astype(dtype))

    def reshape(self, *shape):
        return _wrap(self._host.reshape(*shape), self)

    def ravel(self):
        return _wrap(self._host.ravel(), self)

    def squeeze(self, axis=None):
        return _wrap(self._host.squeeze(axis), self)

    def transpose(self, *axes):
        return _wrap(self._host.transpose(*axes), self)

    def swapaxes(self, axis1, axis2):
        return _wrap(self._host.swapaxes(axis1, axis2), self)

    def dot(self, other, out=None):
        if not isinstance(other, DeviceArray):
            raise TypeError(f"Unsupported type {type(other)}")
        if out is None:
            return _wrap(self._host.dot(other._host))
        self._host.dot(other._host, out=out._host)
        return out

    def sum(self, axis=None, dtype=None, out=None, keepdims=False):
        return _wrap(self._host.sum(axis=axis, dtype=dtype, keepdims=keepdims))

    def mean(self, axis=None, dtype=None, out=None, keepdims=False):
        return _wrap(self._host.mean(axis=axis, dtype=dtype, keepdims=keepdims))

    def max(self, axis=None, out=None, keepdims=False):
        return _wrap(self._host.max(axis=axis, keepdims=keepdims))

    def min(self, axis=None, out=None, keepdims=False):
        return _wrap(self._host.min(axis=axis, keepdims=keepdims))

    def argmax(self, axis=None, out=None, dtype=None, keepdims=False):
        return _wrap(self._host.argmax(axis=axis, keepdims=keepdims))

    def all(self, axis=None, out=None, keepdims=False):
        return _wrap(self._host.all(axis=axis, keepdims=keepdims))

    def any(self, axis=None, out=None, keepdims=False):
        return _wrap(self._host.any(axis=axis, keepdims=keepdims))


for _name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"]:
    setattr(DeviceArray, f"__{_name}__", _operator(f"__{_name}__"))
    setattr(DeviceArray, f"__r{_name}__", _operator(f"__r{_name}__"))
    if _name != "matmul":  # which CuPy has not
        setattr(DeviceArray, f"__i{_name}__", _inplace(f"__i{_name}__"))
for _name in ["lt", "le", "gt", "ge", "eq", "ne"]:
    setattr(DeviceArray, f"__{_name}__", _operator(f"__{_name}__"))


class _Ufunc:
    """One elementwise function; ``out`` and ``at`` take device arrays, as everything else."""

    def __init__(self, ufunc):
        self._ufunc = ufunc

    def __call__(self, *args, out=None):
        hosts = [_host(arg) for arg in args]
        if out is None:
            return _wrap(self._ufunc(*hosts))
        if not isinstance(out, DeviceArray):
            raise TypeError(f"out: got {type(out)}, expected a device array")
        self._ufunc(*hosts, out=out._host)
        return out

    def at(self, a, indices, b):
        self._ufunc.at(a._host, _key(indices), _host(b))


def _all_on_device(arrays):
    if not all(isinstance(array, DeviceArray) for array in arrays):
        raise TypeError("Only device arrays can be joined")
    return [array._host for array in arrays]


class library:
    """The functions, with CuPy's names and signatures. ``asarray`` and ``asnumpy`` are the two doors."""

    @staticmethod
    def asarray(a, dtype=None):
        if isinstance(a, DeviceArray):
            return a if dtype is None or a.dtype == dtype else a.astype(dtype)
        traffic.sent += 1
        return _wrap(np.array(a, dtype=dtype))

    @staticmethod
    def array(a, dtype=None):
        traffic.sent += not isinstance(a, DeviceArray)
        return _wrap(np.array(a._host if isinstance(a, DeviceArray) else a, dtype=dtype))

    @staticmethod
    def asnumpy(a):
        return _fetch(a).copy()

    class cuda:
        class runtime:
            @staticmethod
            def memGetInfo():
                return traffic.free, 2 * traffic.free

    @staticmethod
    def zeros(shape, dtype=float):
        return _wrap(np.zeros(shape, dtype))

    @staticmethod
    def ones(shape, dtype=float):
        return _wrap(np.ones(shape, dtype))

    @staticmethod
    def empty(shape, dtype=float):
        return _wrap(np.empty(shape, dtype))

    @staticmethod
    def full(shape, fill_value, dtype=None):
        return _wrap(np.full(shape, _host(fill_value), dtype))

    @staticmethod
    def arange(start, stop=None, step=1, dtype=None):
        return _wrap(np.arange(start, dtype=dtype) if stop is None else np.arange(start, stop, step, dtype))

    @staticmethod
    def zeros_like(a):
        return _wrap(np.zeros_like(_all_on_device([a])[0]))

    @staticmethod
    def ones_like(a):
        return _wrap(np.ones_like(_all_on_device([a])[0]))

    @staticmethod
    def empty_like(a):
        return _wrap(np.empty_like(_all_on_device([a])[0]))

    @staticmethod
    def result_type(*arrays_and_dtypes):
        return np.result_type(*[a._host if isinstance(a, DeviceArray) else a for a in arrays_and_dtypes])

    @staticmethod
    def where(condition, x, y):
        return _wrap(np.where(_host(condition), _host(x), _host(y)))

    @staticmethod
    def clip(a, a_min, a_max):
        return _wrap(np.clip(_host(a), _host(a_min), _host(a_max)))

    @staticmethod
    def concatenate(tup, axis=0):
        return _wrap(np.concatenate(_all_on_device(tup), axis=axis))

    @staticmethod
    def stack(tup, axis=0):
        return _wrap(np.stack(_all_on_device(tup), axis=axis))

    @staticmethod
    def split(ary, indices_or_sections, axis=0):
        return [_wrap(part, ary) for part in np.split(*_all_on_device([ary]), indices_or_sections, axis=axis)]

    @staticmethod
    def moveaxis(a, source, destination):
        return _wrap(np.moveaxis(*_all_on_device([a]), source, destination), a)

    class lib:
        class stride_tricks:
            @staticmethod
            def sliding_window_view(x, window_shape, axis=None):
                return _wrap(np.lib.stride_tricks.sliding_window_view(*_all_on_device([x]), window_shape, axis), x)

    @staticmethod
    def vdot(a, b):
        return _wrap(np.vdot(*_all_on_device([a, b])))

    @staticmethod
    def count_nonzero(a):
        return _wrap(np.count_nonzero(*_all_on_device([a])))

    @staticmethod
    def broadcast_to(array, shape):
        return _wrap(np.broadcast_to(*_all_on_device([array]), shape), array)


for _name in (
    *("add", "subtract", "multiply", "divide", "power", "negative", "absolute", "maximum", "minimum", "sign", "abs"),
    *("exp", "expm1", "log", "log1p", "tanh", "sqrt", "logaddexp", "isfinite", "isnan"),
):
    setattr(library, _name, _Ufunc(getattr(np, _name)))
