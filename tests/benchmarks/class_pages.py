"""Eight pages of ``minidann lab --browser --each`` that run at once: python tests/benchmarks/class_pages.py [PAGES]

Prints pictures a second of each page, and the server's memory and processor time. It needs tornado and Linux. The pages
are clients in this process: they answer each picture at once, and show nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

SECONDS = 15.0
SIZES = {"1280 × 720, ratio 1": (1280, 720), "1440 × 800, ratio 2": (2880, 1600)}  # of the page, in its screen's pixels


class Page:
    """A page that runs. ``pictures`` and ``received``: pictures so far, and their bytes."""

    def __init__(self, port, size):
        self.port, self.size, self.pictures, self.received = port, size, 0, 0

    async def live(self):
        from tornado.websocket import websocket_connect

        self.connection = await websocket_connect(f"ws://127.0.0.1:{self.port}/ws")
        await self.say("resize", width=self.size[0], height=self.size[1])
        await self.say("key", key=" ")
        while (message := await self.connection.read_message()) is not None:
            if isinstance(message, bytes):
                self.pictures, self.received = self.pictures + 1, self.received + len(message)
                await self.say("shown")

    async def say(self, kind, **more):
        await self.connection.write_message(json.dumps({"type": kind, **more}))


def megabytes(process):
    """Resident memory of a process."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def seconds(process):
    """Processor time of a process."""
    return sum(map(int, Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13])) / os.sysconf(
        "SC_CLK_TCK"
    )


async def open_pages(port, size, number):
    """Pages that all have had some pictures."""
    pages = [Page(port, size) for _ in range(number)]
    tasks = [asyncio.ensure_future(page.live()) for page in pages]
    while min(page.pictures for page in pages) < 3:
        await asyncio.sleep(0.2)
    return pages, tasks


async def measure(number, size):
    """Print what one size of page costs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "minidann", "lab", "--browser", "--each", "--no-open", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        server.stdout.readline()
        first, tasks = await open_pages(port, size, 1)
        alone, start = megabytes(server), time.monotonic()
        others, more = await open_pages(port, size, number - 1)
        opened = time.monotonic() - start
        pages = first + others
        before, worked, start = [page.pictures for page in pages], seconds(server), time.monotonic()
        received = sum(page.received for page in pages)
        await asyncio.sleep(SECONDS)
        passed, worked = time.monotonic() - start, seconds(server) - worked
        counts = [page.pictures - earlier for page, earlier in zip(pages, before)]
        received = sum(page.received for page in pages) - received
        memory = megabytes(server)
        for task in (*tasks, *more):
            task.cancel()
    finally:
        server.terminate()
        server.communicate()
    rates = [count / passed for count in counts]
    total = max(1, sum(counts))
    print(f"  pictures a second: median {statistics.median(rates):.1f}; {' '.join(f'{rate:.1f}' for rate in rates)}")
    print(f"  {received / 1e3 / total:.0f} kB and {1e3 * worked / total:.0f} ms of the processor for a picture;")
    print(f"  the server had {worked / passed:.2f} processors: with a whole one {total / worked / number:.1f} a second")
    print(f"  {memory:.0f} MB in all, {(memory - alone) / max(1, number - 1):.0f} MB for each page after the first;")
    print(f"  {number - 1} pages were opened within {opened:.1f} s")


def main():
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    print(f"{number} pages that run at once, 5 steps a frame, for {SECONDS:g} s; {os.cpu_count()} processors")
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}")
    for name, size in SIZES.items():
        print(name)
        asyncio.run(measure(number, size))


if __name__ == "__main__":
    main()
