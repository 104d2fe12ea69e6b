"""Checks of X the scikit-learn way, and the standardisation of the inputs by the source."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from .. import _validate


def checked(estimator: BaseEstimator, X: Any, name: str = "X", *, reset: bool = False) -> np.ndarray:
    """``X`` as a float32 or float64 array (n, width). ``reset``: learn names and number of its columns.

    Raises ValueError or TypeError as scikit-learn does, on one line that begins with ``name``.
    """
    validate_data(estimator, X, reset=reset, ensure_2d=False, skip_check_array=True)  # names of columns
    try:
        array = check_array(X, dtype=(np.float64, np.float32), input_name=name, estimator=estimator)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name}: {_validate.one_line(error):.280}") from None
    validate_data(estimator, X, reset=reset, skip_check_array=True)  # number of columns
    return array


def scales(x: np.ndarray, is_image: bool) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of x (n, …), in float64: of each column, or one of each if x are images.

    A constant column has the deviation 1.
    """
    axis = None if is_image else 0
    mean, deviation = np.asarray(x.mean(axis, np.float64)), np.asarray(x.std(axis, np.float64))
    constant = deviation <= 10 * np.finfo(x.dtype).eps * np.abs(mean)  # rounding alone
    return mean, np.where(constant, 1.0, deviation)
