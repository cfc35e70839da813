"""Describes the public doors for machines (OpenAPI 3.1): what every one of them may be asked, and may answer."""

from http.client import NOT_MODIFIED
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from contracts.reference import Language
from services.publish.site.wording import LANGUAGES

_PROBLEM = {
    "application/problem+json": {
        "schema": {
            "type": "object",
            "required": ["type", "title", "status", "code", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "code": {"type": "string"},
                "detail": {"type": "string"},
                "instance": {"type": "string"},
                "errors": {"type": "array", "items": {"type": "object"}},
            },
        }
    }
}
_PAGE = {"text/html; charset=utf-8": {"schema": {"type": "string"}}}
_EVERYWHERE = {
    304: "The reader has it already: the tag is the same.",
    400: "What was asked cannot be: each parameter that is wrong is named.",
    422: "It would take too long to find (`too-slow`): less must be asked for.",
    503: "It cannot be found just now.",
}
_WHERE_NAMED = {404: "There is nothing at this address.", 410: "It stood there, and was taken off."}


def describe(router: APIRouter) -> None:
    """Complete what the doors say of themselves: the language, the form of a page, and every problem."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.include_in_schema and "GET" in (route.methods or ()):
            _describe(route)


def _describe(route: APIRoute) -> None:
    told = _EVERYWHERE | (_WHERE_NAMED if route.param_convertors else {})
    is_page = "." not in route.path.rpartition("/")[2].replace("{reference}", "")
    for status, about in told.items():
        answer = route.responses.setdefault(status, {"description": about})
        if status != NOT_MODIFIED:
            answer["content"] = {**answer.get("content", {}), **_PROBLEM, **_PAGE}
    if is_page and route.response_model is not None:
        route.responses.setdefault(200, {}).setdefault("content", {}).update(_PAGE)
    extra: dict[str, Any] = route.openapi_extra or {}
    route.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), _LANGUAGE]}


def _language_parameter(languages: tuple[Language, ...]) -> dict[str, Any]:
    about = "the language of the page and of problems; without it, the first of ours that the reader prefers"
    return {"name": "lang", "in": "query", "schema": {"type": "string", "enum": [*languages, ""]}, "description": about}


_LANGUAGE = _language_parameter(LANGUAGES)
