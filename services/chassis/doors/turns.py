"""Requests begin one after the other, so that what is under way goes on in between."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send


class InTurn:
    """Begins each request in a turn of the event loop of its own.

    A crowd that comes at once would otherwise be read to the last before the next statement of a transaction is sent:
    the reading and Postgres would wait for each other instead of working side by side.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, begun in its turn."""
        async with self._turn:
            await asyncio.sleep(0)
        await self._app(scope, receive, send)
