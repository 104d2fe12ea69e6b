"""One right call of each public name of ``minidann.estimators``."""

RIGHT = {}
