"""Sends requests at fixed moments, whether earlier ones were answered or not, and takes each one's time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: when it was due, when its answer was here, and the answer."""

    due_at: float
    answered_at: float
    status: int
    body: bytes


class Client:
    """A plain HTTP/1.1 client that keeps its connections, cheap enough to stand beside what it measures."""

    def __init__(self, host: str, port: int, headers: Sequence[tuple[str, str]]) -> None:
        self._address = (host, port)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self._head = f"POST /submissions HTTP/1.1\r\nHost: {host}:{port}\r\n{lines}".encode()
        self._free: list[Connection] = []

    async def send_all(self, bodies: Sequence[bytes], per_second: float) -> list[Answered]:
        """Send each body at its moment, and wait for all answers."""
        begun = time.perf_counter() + 0.1
        due = [begun + number / per_second for number in range(len(bodies))]
        tasks = []
        for moment, body in zip(due, bodies, strict=True):
            await asyncio.sleep(max(0.0, moment - time.perf_counter()))
            tasks.append(asyncio.create_task(self._send(body, moment)))
        answers = await asyncio.gather(*tasks)
        self.close()
        return answers

    def close(self) -> None:
        """Give up all connections."""
        for _, writer in self._free:
            writer.close()
        self._free.clear()

    async def _send(self, body: bytes, due_at: float) -> Answered:
        request = self._head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
        while self._free:
            with suppress(asyncio.IncompleteReadError, ConnectionError):  # the server gave up an idle connection
                return await self._exchange(self._free.pop(), request, due_at)
        return await self._exchange(await asyncio.open_connection(*self._address), request, due_at)

    async def _exchange(self, connection: Connection, request: bytes, due_at: float) -> Answered:
        reader, writer = connection
        writer.write(request)
        status, answer = await read_answer(reader)
        self._free.append(connection)
        return Answered(due_at, time.perf_counter(), status, answer)


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read an answer: its status and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line.partition(":")[2]) for line in lines if line.startswith("content-length:"))
    return int(lines[0].split()[1]), await reader.readexactly(length)


class Watcher:
    """Notes when each position was first seen, by asking again and again."""

    def __init__(self, look: Callable[[], Awaitable[dict[int, int]]], every_seconds: float) -> None:
        self._look = look
        self._every_seconds = every_seconds
        self._seen: dict[int, list[tuple[int, float]]] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            found = await self._look()
            now = time.perf_counter()
            for partition, seq in found.items():
                history = self._seen.setdefault(partition, [])
                if not history or history[-1][0] < seq:
                    history.append((seq, now))
            await asyncio.sleep(self._every_seconds)

    def first_seen(self, partition: int, seq: int) -> float:
        """Say when this number, or a later one, was first seen.

        Raises:
            LookupError: never.
        """
        for found, moment in self._seen.get(partition, ()):
            if found >= seq:
                return moment
        raise LookupError(f"{partition}/{seq} was never seen")
