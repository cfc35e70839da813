"""The AsyncAPI document and its page are there for anyone."""

import json

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from contracts.asyncapi import DOCUMENT
from services.publish.documents import make_document_doors


async def _get(path: str) -> Response:
    app = FastAPI()
    app.include_router(make_document_doors())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://publish") as client:
        return await client.get(path)


async def test_document_is_given_as_it_is_checked_in() -> None:
    """Tools read the very bytes that the validator passed."""
    answer = await _get("/asyncapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == DOCUMENT.read_bytes()


async def test_page_shows_every_message_and_needs_nothing_from_elsewhere() -> None:
    """Every event of the document has its place on the page; no script, no image, no font from another host."""
    answer = await _get("/asyncapi")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert [
        key
        for key in json.loads(DOCUMENT.read_bytes())["components"]["messages"]
        if f'"message-{key}"' not in answer.text
    ] == []
    foreign = ("<script", "<img", "@import", "src=", "url(", "http://", '="https://')
    assert [word for word in foreign if word in answer.text] == []


async def test_page_links_to_shapes_that_are_on_it() -> None:
    """No link on the page leads nowhere."""
    text = (await _get("/asyncapi")).text
    linked = {part.partition('"')[0] for part in text.split('href="#')[1:]}
    assert [name for name in linked if f'id="{name}"' not in text] == []
