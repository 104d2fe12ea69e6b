"""Places in the diagram: every box inside the picture, and the heads where they were unless the node is behind them."""

import pytest

from minidann.compare.reversal_forms import FORMS
from minidann.lab.diagram_places import LEAST, places


@pytest.mark.parametrize("size", [LEAST, (90.0, 20.0)], ids=str)
@pytest.mark.parametrize("form", FORMS)
def test_boxes_follow_one_another_inside_the_picture(form, size):
    found = places(FORMS[form], *size)
    for box in found.boxes.values():
        assert box.left >= 0
        assert box.bottom >= 0
        assert box.right <= size[0] + 1e-9
        assert box.top <= size[1] + 1e-9
    for row in found.rows.values():
        boxes = [found.boxes[name] for name in row]
        assert all(right.left - left.right > 1.0 for left, right in zip(boxes, boxes[1:])), "no room for an arrow"


def test_the_heads_stay_where_they_are_unless_the_node_is_behind_them():
    lefts = {form.node: places(form, 50.0, 17.0).boxes["domain_head"].left for form in FORMS.values()}
    assert lefts["domain head"] == lefts["both heads"] == lefts["nowhere"] == lefts["twice"] > lefts["logits"]
