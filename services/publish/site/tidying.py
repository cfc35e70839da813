"""Short addresses: a form sends every field along, also empty ones, and those who pass links on hang marks to them."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote, urlencode

from fastapi import Request, Response

from services.chassis.doors.marks import unmarked
from services.publish.site.forms import SAFETY, VARY, Form, form_asked


def tidied(request: Request, names: Sequence[str]) -> Response | None:
    """Lead people to the same list at an address without empty fields; None where it has none, and for machines.

    Only known ``names`` are left out: one that is none of ours is refused by whoever reads the query, also when empty.
    """
    given = request.query_params.multi_items()
    kept = [(name, value) for name, value in given if value or name not in (*names, "lang")]
    if len(kept) == len(given) or form_asked(request) is not Form.PAGE:
        return None
    return _lead(request, kept, HTTPStatus.SEE_OTHER)


def untracked(request: Request) -> Response | None:
    """Lead everybody to the address without marks of who passed it on; None where it has none."""
    given = request.query_params.multi_items()
    kept = unmarked(given)
    return None if len(kept) == len(given) else _lead(request, kept, HTTPStatus.PERMANENT_REDIRECT)


def _lead(request: Request, query: Sequence[tuple[str, str]], status: HTTPStatus) -> Response:
    path = quote(request.url.path)
    address = f"{path}?{urlencode(query)}" if query else path
    return Response(status_code=status, headers={"Location": address, "Vary": VARY, **SAFETY})
