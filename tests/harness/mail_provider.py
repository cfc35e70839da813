"""A provider of mail that is asked over HTTP, knows letters again by their key, and can be in trouble."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self


@dataclass
class MailProvider:
    """Takes letters on loopback, each key once. ``taken`` is what it really took, whatever it said.

    ``troubles`` come one after the other, one a letter shown: a status that is answered, or what is done instead.
    """

    troubles: list[str] = field(default_factory=list)
    shown: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    url: str = ""
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/letters"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while status := await self._answer(reader):
                writer.write(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
                await writer.drain()
        except asyncio.IncompleteReadError:
            return
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> int:
        """Read a letter and say with which status it is answered; 0 hangs up without a word."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        letter = json.loads(await reader.readexactly(int(headers["content-length"])))
        key = headers["idempotency-key"]
        self.shown.append((key, headers["authorization"].replace("bearer", "Bearer"), letter))
        trouble = self.troubles.pop(0) if self.troubles else "take"
        if trouble.startswith("take") and key not in self.keys:
            self.keys.add(key)
            self.taken[letter["message_id"]] += 1
        said = {"take": 200, "take-and-500": 500, "conflict": 409, "take-and-hang-up": 0, "lose-and-hang-up": 0}
        return said[trouble] if trouble in said else int(trouble)
