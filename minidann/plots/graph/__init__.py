"""The graph behind some losses as a picture, as frames step by step, and as text."""

from .display import GraphDisplay, draw_graph

__all__ = ["GraphDisplay", "draw_graph"]
