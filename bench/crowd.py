"""Clients that each send as soon as they have their answer, and what each answer took."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.client import read_answer


@dataclass(frozen=True, slots=True)
class Served:
    """What a crowd got: how many answers in how many seconds, and the seconds that each took."""

    count: int
    seconds: float
    took: Sequence[float]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.count / self.seconds


async def serve_crowd(host: str, port: int, bodies: Iterator[bytes], clients: int, seconds: float) -> Served:
    """Let so many clients send for so long.

    Raises:
        RuntimeError: one was refused.
    """
    begun = time.perf_counter()
    took = await asyncio.gather(*(_client(host, port, bodies, begun + seconds) for _ in range(clients)))
    each = [one for of_client in took for one in of_client]
    return Served(len(each), time.perf_counter() - begun, each)


async def _client(host: str, port: int, bodies: Iterator[bytes], until: float) -> list[float]:
    reader, writer = await asyncio.open_connection(host, port)
    head = f"POST /submissions HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n".encode()
    took: list[float] = []
    while (begun := time.perf_counter()) < until:
        body = next(bodies)
        writer.write(b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body))
        status, answer = await read_answer(reader)
        took.append(time.perf_counter() - begun)
        if status != 201:  # noqa: PLR2004 - Created
            raise RuntimeError(f"refused: {answer!r}")
    writer.close()
    return took
