"""The scikit-learn face: estimators with ``fit`` and ``predict``, and the choice of a setting without target labels."""

__all__: list[str] = []
