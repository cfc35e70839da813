"""Short addresses: a form sends every field along, also those in which nothing was chosen."""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import Request, Response

from services.publish.site.forms import SAFETY, VARY, Form, form_asked

SEE_OTHER = 303


def tidied(request: Request, names: Sequence[str]) -> Response | None:
    """Lead people to the same list at an address without empty fields; None where it has none, and for machines.

    Only known ``names`` are left out: one that is none of ours is refused by whoever reads the query, also when empty.
    """
    given = request.query_params.multi_items()
    kept = [(name, value) for name, value in given if value or name not in (*names, "lang")]
    if len(kept) == len(given) or form_asked(request) is not Form.PAGE:
        return None
    address = f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
    return Response(status_code=SEE_OTHER, headers={"Location": address, "Vary": VARY, **SAFETY})
