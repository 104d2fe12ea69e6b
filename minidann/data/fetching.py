"""Downloads: scikit-learn's ``fetch_file`` with a time limit, a report of progress, and the bytes of earlier tries.

``fetch_file`` keeps a file that it has, checks the sum, and renames a finished file into its place. By itself it waits
for ever for a server that stalls, and begins at byte 0 after each failure. It reads through urllib, so an opener of
urllib is the place to change both.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import time
import urllib.error
import urllib.request
import urllib.response
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._reading import HEAD, kind_of, one_line
from .catalogue import RemoteFile

TIMEOUT = 30.0  # seconds without a byte after which a server counts as stalled
TRIES = 4  # tries in a row that bring no new byte before the download ends
DELAY = 1.0  # seconds before the second try; each further delay is twice as long
NETWORK = (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException, ssl.SSLError)

Report = Callable[[int, "int | None"], object]  # receives the bytes that are there, and of how many; None: not known


class FetchError(OSError):
    """A file that cannot be had. The text is one line that names the file, the address and the reason."""


def fetch(file: RemoteFile, folder: Path, report: Report = lambda done, total: None) -> Path:
    """The path of ``file`` in ``folder``, downloaded unless a file with the right sum is there.

    The bytes of a try that fails stay in NAME.part; the next try, also that of a later call, asks for the rest only.
    A download that brings new bytes goes on for any number of tries. Raises FetchError if no new byte comes in
    ``TRIES`` tries, if the server refuses, and if the bytes are wrong twice.
    """
    from sklearn.datasets import fetch_file  # imported here, because scikit-learn takes a second to import

    if file.url is None:
        raise FetchError(f"{file.name}: no address is known for a download")
    part = folder / f"{file.name}.part"
    for left in folder.glob(f"{file.name}.part_*"):  # of fetch_file, in a process that was killed or still loads
        if time.time() - left.stat().st_mtime > 2 * TIMEOUT:
            left.unlink(missing_ok=True)
    fruitless = wrong = 0
    while True:
        before = _size(part)
        if before and before == file.size:  # an end between the last byte and the renaming
            os.replace(part, folder / file.name)
            before = 0
        stream = _Handler(part, file.size, report)
        try:
            with _opener(stream), warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a wrong file that is there is replaced without words
                path = Path(fetch_file(file.url, folder, file.name, file.sha256, n_retries=0))
        except NETWORK as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the connection
            fruitless = 0 if _size(part) > before else fruitless + 1
            if fruitless == TRIES or _is_final(error):
                raise FetchError(_failure(file, part, _reason(error))) from None
            time.sleep(DELAY * 2 ** max(fruitless - 1, 0))
        except OSError as error:
            if error.errno is not None:  # the disk
                raise
            wrong += 1
            kind = _kind(part)
            part.unlink(missing_ok=True)
            if wrong == 2:
                got = f"other bytes than expected twice ({kind})"
                raise FetchError(_failure(file, part, f"got {got}, expected sha256 {file.sha256}")) from None
        else:
            part.unlink(missing_ok=True)
            return path


class _Handler(urllib.request.BaseHandler):
    """Asks for the bytes that ``part`` lacks, and puts both together."""

    def __init__(self, part: Path, size: int | None, report: Report) -> None:
        self.part, self.size, self.report = part, size, report

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        request.timeout = TIMEOUT
        if have := _size(self.part):
            request.add_header("Range", f"bytes={have}-")
        return request

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        if response.status == 416:  # no such bytes: the part is not of this file
            self.part.unlink(missing_ok=True)
        if response.status not in (200, 206):
            return response
        have = _size(self.part) if response.status == 206 else 0  # 200: the whole file comes
        asked = f"bytes {have}-"
        if have and not response.headers.get("Content-Range", asked).startswith(asked):
            self.part.unlink()
            raise urllib.error.URLError("the server sends another piece than that asked for")
        length = response.headers["Content-Length"]
        total = None if length is None else have + int(length)
        if total is not None:
            response.headers.replace_header("Content-Length", str(total))
        stream = _Joined(response, self.part, have, self.size, lambda done: self.report(done, total or self.size))
        joined = urllib.response.addinfourl(stream, response.headers, request.full_url, 200)  # type: ignore[arg-type]
        joined.msg = "OK"  # type: ignore[attr-defined]
        return joined

    https_request, https_response = http_request, http_response


class _Joined:
    """A stream: the first ``have`` bytes of ``part``, then those of ``response``, which are added to ``part``."""

    def __init__(self, response: Any, part: Path, have: int, size: int | None, report: Callable[[int], object]) -> None:
        self.response, self.size, self.report = response, size, report
        self.left, self.done = have, 0
        self.part = open(part, "r+b" if have else "w+b")  # noqa: SIM115 # closed by close()

    def read(self, n: int) -> bytes:
        if self.left:
            block = self.part.read(min(n, self.left))
            self.left -= len(block)
        else:
            block = self.response.read(n)
            self.part.write(block)
        self.done += len(block)
        if self.size is not None and self.done > self.size:
            raise OSError("more bytes than the file has")
        self.report(self.done)
        return block

    def close(self) -> None:
        self.part.close()
        self.response.close()


@contextmanager
def _opener(handler: _Handler) -> Iterator[None]:
    """Let urllib open addresses through ``handler`` in a ``with`` block."""
    before = getattr(urllib.request, "_opener", None)
    opener = urllib.request.build_opener(handler)
    opener.addheaders = [("User-Agent", "minidann")]
    urllib.request.install_opener(opener)
    try:
        yield
    finally:
        urllib.request.install_opener(before)  # None: urllib makes its own again


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _kind(path: Path) -> str:
    """The kind of a file that was downloaded, in a few words."""
    if not path.exists():
        return "no file"
    with open(path, "rb") as file:
        return kind_of(file.read(HEAD))


def _is_final(error: Exception) -> bool:
    """Whether a further try is of no use: no name server, or a server that refuses."""
    if isinstance(error, urllib.error.HTTPError):
        return 400 <= error.code < 500 and error.code not in (408, 416, 429)
    return isinstance(getattr(error, "reason", None), socket.gaierror)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server says {error.code} {error.reason}"
    if isinstance(getattr(error, "reason", error), TimeoutError):
        return f"no byte came in {TIMEOUT:g} s"
    if isinstance(error, urllib.error.ContentTooShortError):
        return "the server ends too early"
    cause = getattr(error, "reason", None)  # of an URLError
    return one_line(cause if isinstance(cause, Exception) else error)


def _failure(file: RemoteFile, part: Path, reason: str) -> str:
    kept = f"; {_size(part):,} bytes are kept for the next try" if _size(part) else ""
    return f"{file.name} cannot be had from {file.url}: {reason}{kept}"
