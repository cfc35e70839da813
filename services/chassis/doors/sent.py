"""What a browser sends when someone presses a button: read with bounds, and only from a page of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from services.chassis.doors.answers import check_same_site
from services.chassis.doors.web import Problem, read_body

LIMIT_BYTES = 2_000_000
"""Every letter that is not English takes six bytes on this way, and a form's texts may hold 256 kB in UTF-8."""

MAX_FIELDS = 1_000
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Sent:
    """The values of each name, and the button that was pressed, as verb and object."""

    flat: Mapping[str, Sequence[str]]

    @property
    def verb(self) -> str:
        """What the button says to do."""
        return self.one("do").partition(":")[0]

    @property
    def object(self) -> str:
        """To what."""
        return self.one("do").partition(":")[2]

    def one(self, name: str) -> str:
        """Give the last value of a name, or nothing."""
        return next(reversed(self.flat.get(name, ())), "")


async def read_sent(request: Request) -> Sent:
    """Read what a page of ours sends.

    Raises:
        Problem: 403 ``cross-site``, 408, 413, 415, or 400 ``unreadable``.
    """
    check_same_site(request)
    body = await read_body(request, LIMIT_BYTES)
    if body and request.headers.get("content-type", "").partition(";")[0].strip() != FORM_TYPE:
        raise Problem(415, "unreadable", f"send {FORM_TYPE}")
    flat: dict[str, list[str]] = {}
    for name, value in _pairs(body):
        flat.setdefault(name, []).append(value)
    return Sent(flat)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Problem(400, "unreadable", "this is no form as a browser sends it") from None
