"""A training as a film: snapshots on the way, their frames, and a page or a GIF that plays them."""

from .film import Film, animate
from .recording import Recording

__all__ = ["Film", "Recording", "animate"]
