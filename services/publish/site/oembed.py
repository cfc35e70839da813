"""oEmbed: any site that is given the address of a reform, or of a list, is told how to show it."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from services.chassis.codec import encode
from services.chassis.database import Transaction
from services.chassis.doors.documenting import problem_answers
from services.chassis.doors.marks import unmarked
from services.chassis.doors.web import Problem
from services.publish.downloads.readme import TITLE
from services.publish.downloads.xml import in_xml
from services.publish.site.addresses import REFERENCE
from services.publish.site.answering import Answering
from services.publish.site.embeds import EMBED_NAMES, find_summary
from services.publish.site.exports import PROBLEMS
from services.publish.site.giving import Giving, Kind, Tell
from services.publish.site.opening import TAKE_AWAY, open_address
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.query import Days, read_query
from services.publish.store.position import Position

PROVIDER = "Open Gov Challenge"
TYPES = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
WIDTH, HEIGHT_OF_ONE, HEIGHT_OF_LIST = 600, 240, 640
CACHED_SECONDS = 3_600

_PAGE = re.compile(rf"/(?:embed/)?reforms(?:/({REFERENCE.pattern}))?", re.ASCII)
_PIXELS = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_PIXELS_SCHEMA = {"type": "string", "pattern": f"^{_PIXELS.pattern}$"}
_MOST = ("maxwidth", "maxheight")
_FRAME = Markup(
    '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" style="border:0;max-width:100%"></iframe>'
)
_PARAMETERS = [
    {"name": "url", "in": "query", "required": True, "schema": {"type": "string"}, "description": "the page's address"},
    {"name": "format", "in": "query", "schema": {"enum": [*TYPES]}, "description": "json, unless it is xml"},
    *({"name": name, "in": "query", "schema": _PIXELS_SCHEMA, "description": "pixels"} for name in _MOST),
]
"""Others are passed over, as oEmbed has it: some sites send more."""

Told = Mapping[str, str | int]


class Embedding:
    """The door at which sites ask how something is shown."""

    def __init__(self, answering: Answering, giving: Giving) -> None:
        self._answering, self._giving = answering, giving

    async def oembed(self, request: Request) -> Response:
        """Tell how the page at an address of ours is shown in a frame."""
        form = request.query_params.get("format") or "json"

        def ask(position: Position) -> Tell:
            if form not in TYPES:
                # oEmbed would have 501, which says of a server that something is wrong with it
                raise _refusal("value", "format", "must be one of: " + ", ".join(TYPES))
            most = {name: self._pixels(request, name) for name in _MOST}
            address, reference = self._address(request)
            names = DAY_NAMES if reference else EMBED_NAMES
            at = read_query(parse_qsl(address.query), names, Days(self._answering.zone, position.now)).filters.at

            async def tell(tx: Transaction) -> bytes:
                title = (await find_summary(tx, reference, at)).title if reference else TITLE
                told = self._describe(address, title, HEIGHT_OF_ONE if reference else HEIGHT_OF_LIST, most)
                return encode(told) if form == "json" else _xml(told)

            return tell

        return await self._giving.tell(request, Kind(TYPES.get(form, TYPES["json"])), ask)

    def _describe(self, address: SplitResult, title: str, height: int, most: Mapping[str, int | None]) -> Told:
        width, height = min(WIDTH, most["maxwidth"] or WIDTH), min(height, most["maxheight"] or height)
        query = f"?{address.query}" if address.query else ""
        source = self._answering.whole(f"/embed/{address.path.removeprefix('/embed').lstrip('/')}{query}")
        return {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": PROVIDER,
            "provider_url": self._answering.whole("/"),
            "cache_age": CACHED_SECONDS,
            "html": str(_FRAME.format(source, width, height, title)),
            "width": width,
            "height": height,
        }

    def _address(self, request: Request) -> tuple[SplitResult, str | None]:
        given = request.query_params.get("url")
        if not given:
            raise _refusal("missing", "url", "say which page")
        ours = urlsplit(self._answering.whole("/") if self._answering.whole("") else str(request.base_url))
        try:
            address = urlsplit(given)
        except ValueError:
            raise _nothing() from None
        page = _PAGE.fullmatch(address.path)
        if page is None or (address.netloc or ours.netloc) != ours.netloc:
            raise _nothing()
        return address._replace(query=urlencode(unmarked(parse_qsl(address.query)))), page[1]

    def _pixels(self, request: Request, name: str) -> int | None:
        given = request.query_params.get(name)
        if given and not _PIXELS.fullmatch(given):
            raise _refusal("value", name, "must be a number of pixels")
        return int(given) if given else None


def add_oembed_doors(router: APIRouter, answering: Answering, giving: Giving) -> None:
    """Add the door."""
    door = Embedding(answering, giving).oembed
    told = {"description": "How it is shown.", "content": {media.partition(";")[0]: {} for media in TYPES.values()}}
    open_address(
        router,
        "/oembed",
        door,
        tag=TAKE_AWAY,
        response_class=Response,
        responses={200: told, **problem_answers(400, 404, 410, about=PROBLEMS)},
        openapi_extra={"parameters": _PARAMETERS},
    )


def _nothing() -> Problem:
    return Problem(404, "not-found", "There is nothing at this address that can be shown elsewhere.")


def _refusal(code: str, name: str, detail: str) -> Problem:
    return Problem(400, code, f"{name}: {detail}", [{"code": code, "field": name, "detail": f"{name}: {detail}"}])


def _xml(told: Told) -> bytes:
    root = Element("oembed")
    for name, value in told.items():
        SubElement(root, name).text = in_xml(str(value))
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
