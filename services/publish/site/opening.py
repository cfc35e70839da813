"""Opens a door of the public record: a page, its JSON twin, and what a HEAD is told of both."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter, Response

from services.publish.site.parameters import DAY_NAMES, described

Door = Callable[..., Awaitable[Response]]

GONE: dict[int | str, dict[str, Any]] = {410: {"description": "It was retracted, and says why."}}


def open_door(
    router: APIRouter,
    path: str,
    answers: Door,
    model: type[Any],
    names: Sequence[str] = DAY_NAMES,
    responses: dict[int | str, dict[str, Any]] | None = None,
) -> None:
    """Add the door of a page and of its twin, which both hold a ``model``; ``names`` are what may be asked of it."""
    asked = {"parameters": described(names)}
    for address in (f"{path}.json", path):
        router.add_api_route(
            address,
            answers,
            methods=["GET"],
            tags=["public record"],
            response_model=model,
            responses=responses or {},
            openapi_extra=asked,
        )
        router.add_api_route(address, answers, methods=["HEAD"], include_in_schema=False)
