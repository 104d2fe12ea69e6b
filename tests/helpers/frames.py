"""Stand-ins for the tables and tensors of other packages, which are no dependencies: their methods, and no more."""

import numpy as np


class Series:
    """A column of a table: values with an index."""

    def __init__(self, values, index=None):
        self.values = np.asarray(values)
        self.dtype = self.values.dtype
        self.index = list(range(len(self.values)) if index is None else index)

    def __len__(self):
        return len(self.values)

    def to_numpy(self):
        return self.values

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


class Frame:
    """A table of named columns. Columns of several dtypes become objects, as in pandas."""

    def __init__(self, data, index=None, columns=None):
        columns = tuple(data) if columns is None else columns
        self._columns = [np.asarray(data[column]) for column in columns]
        self._columns = [c.astype(object) if c.dtype.kind == "U" else c for c in self._columns]
        self.columns = list(columns)
        self.dtypes = [np.dtype("f8") if _numbers(c) else c.dtype for c in self._columns]
        self.index = list(range(len(self._columns[0])) if index is None else index)

    @property
    def shape(self):
        return len(self.index), len(self.columns)

    def __len__(self):
        return len(self.index)

    def __getitem__(self, column):
        return Series(self._columns[self.columns.index(column)], self.index)

    def to_numpy(self):
        return np.stack(self._columns, axis=1)

    def __array__(self, dtype=None, copy=None):
        array = self.to_numpy()
        return array if dtype is None else array.astype(dtype)


class TensorOfOthers:
    """A tensor of another package, which NumPy reads through ``__array__``."""

    def __init__(self, values):
        self.values = np.asarray(values, np.float32)

    def __len__(self):
        return len(self.values)

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


def _numbers(column):
    return all(isinstance(value, (int, float, np.number)) for value in column)
