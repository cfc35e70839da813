"""The AsyncAPI document and its page: what is told on the topics, for whoever wants to listen."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from contracts.asyncapi import DOCUMENT, PAGE

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The page brings its one style with it, holds nothing that anyone sent, and needs nothing else."""


def make_document_doors() -> APIRouter:
    """Make the doors of the document and its page."""
    router = APIRouter()
    _serve(router, "/asyncapi", PAGE, "text/html; charset=utf-8")
    _serve(router, "/asyncapi.json", DOCUMENT, "application/json")
    return router


def _serve(router: APIRouter, path: str, file: Path, media_type: str) -> None:
    async def give() -> FileResponse:
        return FileResponse(file, media_type=media_type, headers=HEADERS)

    router.add_api_route(path, give, methods=["GET", "HEAD"], include_in_schema=False)
