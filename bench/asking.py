"""Asks a server for one page over and over, from a process of its own, and prints how many answers came in a second."""

import asyncio
import re
import sys
import time

from deploy.stack.ports import LOOPBACK

AT_ONCE = 16
WARM_SECONDS = 0.5
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def ask(port: int, address: str, tag: str, seconds: float) -> float:
    """Ask on as many connections as browsers would keep open, and give the answers a second."""
    lines = [
        f"GET {address} HTTP/1.1",
        "Host: publish",
        "Accept: text/html",
        *([f"If-None-Match: {tag}"] if tag else []),
    ]
    request, status = "\r\n".join([*lines, "", ""]).encode(), b"HTTP/1.1 304" if tag else b"HTTP/1.1 200"
    await _ask_all(port, request, status, WARM_SECONDS)
    return await _ask_all(port, request, status, seconds) / seconds


async def _ask_all(port: int, request: bytes, status: bytes, seconds: float) -> int:
    ends = time.perf_counter() + seconds
    return sum(await asyncio.gather(*(_go_on(port, request, status, ends) for _ in range(AT_ONCE))))


async def _go_on(port: int, request: bytes, status: bytes, ends: float) -> int:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    count = 0
    while time.perf_counter() < ends:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(status):
            raise RuntimeError(f"{head[:200]!r}")
        length = LENGTH.search(head)
        if length is not None and status.endswith(b"200"):
            await reader.readexactly(int(length[1]))
        count += 1
    writer.close()
    return count


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(ask(int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])))))
