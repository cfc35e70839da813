"""Short addresses: a form sends every field along, also empty ones, and those who pass links on hang marks to them."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from urllib.parse import quote, urlencode

from fastapi import Request, Response

from services.publish.site.forms import SAFETY, VARY, Form, form_asked

TRACKING = re.compile(
    r"(utm|mtm|pk|piwik|matomo|mc|hsa|vero|trk)_[a-z0-9_-]+|(fb|g|d|tw|tt|y|ys)clid|msclkid|gclsrc|[gw]braid|igsh(id)?|"
    r"li_fat_id|mkt_tok|oly_(anon|enc)_id|rdt_cid|epik|_g[al]|_hs(enc|mi)",
    re.ASCII | re.IGNORECASE,
)
"""What social sites, newsletters and campaigns hang to a link, to know who followed it."""


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


def unmarked(given: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give a query without such marks."""
    return [(name, value) for name, value in given if not TRACKING.fullmatch(name)]


def _lead(request: Request, query: Sequence[tuple[str, str]], status: HTTPStatus) -> Response:
    path = quote(request.url.path)
    address = f"{path}?{urlencode(query)}" if query else path
    return Response(status_code=status, headers={"Location": address, "Vary": VARY, **SAFETY})
