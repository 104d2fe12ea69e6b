"""The content of a checkpoint file: a text of JSON, the arrays of a state, and digests that show any later edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from .. import _validate
from .._npz import Archive, Header, listed, open_npz
from .._reading import Unfit, one_line
from .saved_state import GROUPS, arrays_of

TEXT, DIGEST = "json", "digest"


def pack(file: IO[bytes], state: Mapping[str, Any], run: Mapping[str, Any]) -> None:
    """Write a ``state`` and the description ``run`` of its run into an open file."""
    arrays = arrays_of(state)
    lone = {name: value for name, value in state.items() if name not in GROUPS and name not in arrays}
    text = json.dumps({"run": run, "state": lone}, default=lambda number: number.item())  # of NumPy
    first = _text_digest(text)
    members: dict[str, Any] = {TEXT: np.array(text), DIGEST: np.array([first, _digest(first, arrays)])}
    members |= {_member(name): array for name, array in arrays.items()}
    np.savez(file, **members)


class Checkpoint:
    """An open checkpoint. ``run``: the description of its run. ``forms``: the form of each array, by name."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        if not {TEXT, DIGEST} <= set(archive.names):
            raise Unfit(f"an archive of {listed(archive.names)}, without {TEXT} or {DIGEST}")
        members = [name for name in archive.names if name not in (TEXT, DIGEST)]
        unknown = [name for name in members if name.split("/")[0] not in ("array", *GROUPS) or name.count("/") != 1]
        if unknown:
            raise Unfit(f"an archive with {listed(unknown)}, which no checkpoint has")
        self.forms: dict[str, Header] = {name.removeprefix("array/"): archive.header(name) for name in members}
        odd = [name for name, form in self.forms.items() if form.dtype.kind not in "iuf"]
        if odd:
            raise Unfit(f"an archive with {odd[0][:30]} of {self.forms[odd[0]]}, expected numbers")
        text = self._text(TEXT, 0)
        self._digests = self._text(DIGEST, 1)
        self._text_digest = _text_digest(text)
        if self._digests[:1] != [self._text_digest]:
            raise Unfit("a file that was edited after it was written")
        try:
            content = json.loads(text)
            self.run, self._lone = dict(content["run"]), dict(content["state"])
        except Exception as error:  # JSON of other forms fails in many ways
            raise Unfit(f"a file whose JSON is of another form: {one_line(error)}") from None

    def _text(self, name: str, axes: int) -> Any:
        """A member of text: a str, or a list of them for one axis. The array, four bytes a character, is let go."""
        header = self._archive.header(name)
        if header.dtype.kind != "U" or len(header.shape) != axes:
            raise Unfit(f"an archive with {name} of {header}, expected text")
        return self._archive.read(name).tolist()

    def state(self) -> dict[str, Any]:
        """The whole state. Raises Unfit if an array was edited after the file was written."""
        arrays = {name: self._archive.read(_member(name)) for name in self.forms}
        if self._digests != [self._text_digest, _digest(self._text_digest, arrays)]:
            raise Unfit("a file that was edited after it was written")
        state: dict[str, Any] = dict(self._lone) | {group: {} for group in GROUPS}
        for name, array in arrays.items():
            group, _, inner = name.rpartition("/")
            (state[group] if group else state)[inner] = array
        return state


@contextmanager
def open_checkpoint(path: str | Path) -> Iterator[Checkpoint]:
    """The checkpoint at ``path``. Raises ValueError, in the block too, that names a file that is no checkpoint."""
    path = _validate.path("checkpoint", path)
    try:
        with open_npz(path) as archive:
            yield Checkpoint(archive)
    except Unfit as fault:
        raise ValueError(f"checkpoint: got {str(path)!r} ({fault}), expected a checkpoint of this package") from None


def _member(name: str) -> str:
    """The name of an array in the file."""
    return name if "/" in name else f"array/{name}"


def _text_digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _digest(first: str, arrays: Mapping[str, np.ndarray]) -> str:
    """The digest of all content: of the text by its own digest ``first``, and of names, forms and numbers of arrays."""
    digest = hashlib.blake2b(first.encode(), digest_size=16)
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype.str} {array.shape} ".encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
