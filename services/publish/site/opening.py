"""Opens the doors of the public record: a page, its JSON twin, and what a HEAD is told of both."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter, Response

from services.publish.site.parameters import DAY_NAMES, described

Door = Callable[..., Awaitable[Response]]

Responses = dict[int | str, dict[str, Any]]

RECORD, TAKE_AWAY = "public record", "take it away"
"""Under what a door stands in the description of all."""

GONE: Responses = {410: {"description": "It was retracted, and says why."}}


def open_door(
    router: APIRouter,
    path: str,
    answers: Door,
    model: type[Any],
    names: Sequence[str] = DAY_NAMES,
    responses: Responses | None = None,
    tag: str = RECORD,
) -> None:
    """Add the door of a page and of its twin, which both hold a ``model``; ``names`` are what may be asked of it."""
    for address in (f"{path}.json", path):
        open_address(router, address, answers, names, tag, response_model=model, responses=responses or {})


def open_address(
    router: APIRouter, path: str, answers: Door, names: Sequence[str] = (), tag: str = RECORD, **told: Any
) -> None:
    """Open one address to be read; who asks for its headers alone (HEAD) is answered alike, and that stands nowhere.

    ``told`` is what else FastAPI is to describe of it.
    """
    asked = {"openapi_extra": {"parameters": described(names)}} if names else {}
    router.add_api_route(path, answers, methods=["GET"], tags=[tag], **{**asked, **told})
    router.add_api_route(path, answers, methods=["HEAD"], include_in_schema=False)
