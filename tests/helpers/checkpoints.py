"""Checkpoints that were edited by hand: read into a dict, changed, and written again, with true digests or not."""

import json

import numpy as np

from minidann.adapt import checkpoint_file


def read_members(path):
    """All members of a checkpoint, and its JSON as a dict."""
    with np.load(path) as archive:
        members = {name: archive[name] for name in archive.files}
    return members, json.loads(members["json"].item())


def write_members(path, members, content, sealed=True):
    """Write a checkpoint. ``sealed``: with digests of the new content, as only a deliberate edit has them."""
    text = content if isinstance(content, str) else json.dumps(content)
    members = {**members, "json": np.array(text)}
    if sealed:
        first = checkpoint_file._text_digest(text)
        arrays = {name.removeprefix("array/"): a for name, a in members.items() if name not in ("json", "digest")}
        members["digest"] = np.array([first, checkpoint_file._digest(first, arrays)])
    np.savez(path, **members)
