"""Gives files that are made of the record: whole or not at all, a few at a time; no reader holds up the database."""

import asyncio
from base64 import b64encode
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import file_digest
from http import HTTPStatus
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TypeVar

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.site import caching
from services.publish.site.answering import TOO_SLOW, Answering, asks_too_much
from services.publish.site.forms import SAFETY
from services.publish.site.reader import check_language
from services.publish.site.tidying import untracked
from services.publish.store.listing import keep_still
from services.publish.store.position import Position, find_position

LIGHT = 2_000
"""A file of so many reforms is made in a moment; of more, in up to a minute or more."""

LIGHT_AT_ONCE, HEAVY_AT_ONCE = 2, 1
"""How many of either are made at a time, so that none waits for the other; who comes meanwhile is asked to come again.
"""

KNOWN = 512
"""Of how many files it is known how long they were, and what their sums are."""

AGAIN_SECONDS = 5
_PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Kind:
    """What is given: its media type, and under which name a browser keeps it (none where it is shown)."""

    media_type: str
    file_name: str | None = None


Make = Callable[[Transaction, Path], Awaitable[Path]]
"""Makes the file, in a folder of its own that is gone afterwards."""

Count = Callable[[Transaction], Awaitable[int]]
"""Says of how many reforms a file is, at least where it is of many; or refuses it, before anything is written."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be given."""

    count: Count
    make: Make


Tell = Callable[[Transaction], Awaitable[bytes]]
"""Makes something short."""

T = TypeVar("T")

Told = Mapping[str, str]
Made = tuple[bytes | IO[bytes], Told]


class Giving:
    """Answers with files."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._light, self._heavy = asyncio.Semaphore(LIGHT_AT_ONCE), asyncio.Semaphore(HEAVY_AT_ONCE)
        self._known: OrderedDict[str, Told] = OrderedDict()

    async def give(self, request: Request, kind: Kind, ask: Callable[[Position], File]) -> Response:
        """Answer with a file that is made of one state of the record; or say that the reader has it already.

        ``ask`` reads what is asked for, and says how it is made. It is made before the first byte leaves: a file that
        cannot be made is a problem, never half a file. For a HEAD it is refused likewise, and never made: how long it
        is is said where it is known.
        """

        async def write(file: File, tx: Transaction, tag: str) -> Made:
            count = await file.count(tx)
            if request.method == "HEAD":
                return b"", self._known.get(tag, {})
            async with _place(self._light if count <= LIGHT else self._heavy):
                opened, told = await _written(file.make, tx)
            self._keep(tag, told)
            return opened, told

        return untracked(request) or await self._answer(request, kind, ask, write)

    async def tell(self, request: Request, kind: Kind, ask: Callable[[Position], Tell]) -> Response:
        """Answer likewise with something short, whoever else takes files away."""
        return untracked(request) or await self._answer(request, kind, ask, _say)

    async def _answer(
        self,
        request: Request,
        kind: Kind,
        ask: Callable[[Position], T],
        make: Callable[[T, Transaction, str], Awaitable[Made]],
    ) -> Response:
        try:
            check_language(request)
            async with self._answering.reading() as tx:
                await keep_still(tx)
                position = await find_position(tx)
                asked = ask(position)
                headers = self._headers(request, kind, position)
                if caching.is_current(headers["ETag"], request):
                    return Response(b"", HTTPStatus.NOT_MODIFIED, headers, kind.media_type)
                made, told = await make(asked, tx, headers["ETag"])
        except Problem as problem:
            return self._answering.refuse(request, problem)
        except Exception as error:
            if asks_too_much(error, request):
                return self._answering.refuse(request, TOO_SLOW)
            raise
        headers = {**headers, **told}
        if request.method == "HEAD":
            # nothing streams, since of what does no length is made up
            return StreamingResponse(iter(()), HTTPStatus.OK, headers, kind.media_type)
        if isinstance(made, bytes):
            return Response(made, HTTPStatus.OK, headers, kind.media_type)
        return StreamingResponse(_pieces(made), HTTPStatus.OK, headers, kind.media_type)

    def _keep(self, tag: str, told: Told) -> None:
        self._known[tag] = told
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)

    def _headers(self, request: Request, kind: Kind, position: Position) -> dict[str, str]:
        kept = {"Content-Disposition": f'attachment; filename="{kind.file_name}"'} if kind.file_name else {}
        said = {"Vary": "Accept-Language", "Cache-Control": "public, no-cache", **SAFETY, **kept}
        return {**said, **self._answering.tagged(request, position, kind.media_type)}


@asynccontextmanager
async def _place(places: asyncio.Semaphore) -> AsyncIterator[None]:
    if places.locked():
        wait = {"Retry-After": f"{AGAIN_SECONDS}"}
        raise Problem(503, "busy", "others are taking files away just now: try again in a moment", headers=wait)
    async with places:
        yield


async def _say(tell: Tell, tx: Transaction, _: str) -> Made:
    made = await tell(tx)
    return made, {"Content-Length": f"{len(made)}"}


async def _written(make: Make, tx: Transaction) -> Made:
    with TemporaryDirectory(prefix="taken-") as folder:
        made = await make(tx, Path(folder))
        # open it stays readable when its folder is gone, and it is gone whatever becomes of the reader
        opened = made.open("rb")
        digest = await asyncio.to_thread(file_digest, opened, "sha256")
        size = opened.seek(0, SEEK_END)
        opened.seek(0)
    told = {"Content-Length": f"{size}", "Repr-Digest": f"sha-256=:{b64encode(digest.digest()).decode()}:"}
    return opened, told


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(_PIECE_BYTES):
            yield piece
