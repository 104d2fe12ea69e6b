"""An HTTP server on this machine that stalls, cuts files short, sends wrong bytes and refuses, as a test asks it to."""

import http.server
import threading
from contextlib import contextmanager

BLOCK = 50_000  # bytes that come before a server stalls or drops the connection


class StumblingServer(http.server.ThreadingHTTPServer):
    """Serves ``files`` (bytes by name). Each request takes the next word of ``plan``; after its end all goes well.

    "stall": some bytes, then silence. "cut": some bytes, then the end. "wrong": a page of HTML with the right length.
    "whole": the whole file, though a part was asked for. "other": another part. "moved": a redirection. "drop": no
    answer. A number: this HTTP status. ``asked`` has (name, the Range header or None) of each request.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.plan, self.asked = {}, [], []
        self.over = threading.Event()

    def address(self, name):
        return f"http://127.0.0.1:{self.server_port}/{name}"


class _Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        name, asked = self.path.lstrip("/"), self.headers.get("Range")
        self.server.asked.append((name, asked))
        step = self.server.plan.pop(0) if self.server.plan else "well"
        if step == "drop":
            return
        if step == "moved":
            self.send_response(302)
            self.send_header("Location", self.server.address(name))
            self.end_headers()
            return
        if name not in self.server.files or isinstance(step, int):
            self.send_error(step if isinstance(step, int) else 404)
            return
        whole = self.server.files[name]
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and step != "whole" else 0
        if start >= len(whole):
            self.send_error(416)
            return
        body = b"<html>".ljust(len(whole))[start:] if step == "wrong" else whole[start:]
        self.send_response(206 if start else 200)
        if start:
            first = 0 if step == "other" else start
            self.send_header("Content-Range", f"bytes {first}-{first + len(body) - 1}/{len(whole)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:BLOCK] if step in ("stall", "cut") else body)
        if step == "stall":
            self.wfile.flush()
            self.server.over.wait(10)


@contextmanager
def stumbling_server():
    with StumblingServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
