"""Words in the boxes of layers: long names take several lines."""

import pytest

from minidann.plots.graph.blocks import LONGEST, short_lines


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("features.1.0", ["features.1.0"]),
        ("BinaryCrossEntropy", ["BinaryCross", "Entropy"]),
        ("source_features.10.2", ["source_features", ".10.2"]),
        ("Convolution 12", ["Convolution", "12"]),
        ('w_$x$ <"&>', ['w_$x$ <"&>']),
        ("", []),
    ],
)
def test_names_break_before_a_dot_a_blank_or_a_capital_letter(name, lines):
    assert short_lines(name) == lines
    assert "".join(lines) == name.replace(" ", "") or len(name) <= LONGEST
