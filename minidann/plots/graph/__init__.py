"""The graph behind some losses as a picture, as frames step by step, and as text."""

from .display import GraphDisplay
from .draw import draw_graph
from .layer_display import LayerGraphDisplay

__all__ = ["GraphDisplay", "LayerGraphDisplay", "draw_graph"]
