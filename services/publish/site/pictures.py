"""The public doors of pictures: a chart for each figure, the map of the world with its reforms, and the bare land."""

import asyncio
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Request, Response

from services.chassis.database import Transaction
from services.chassis.doors.web import Problem
from services.publish.site import figures
from services.publish.site.answering import Answering
from services.publish.site.forms import SAFETY
from services.publish.site.giving import Giving, Kind, Tell
from services.publish.site.parameters import DAY_NAMES
from services.publish.site.reader import reader_of
from services.publish.site.wording import Wording
from services.publish.site.world import world
from services.publish.store import tallies
from services.publish.store.position import Position

SVG = Kind("image/svg+xml")
DRAWING = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""A picture brings its styles with it, runs nothing, and may be shown by anyone."""

A_YEAR = "public, max-age=31536000, immutable"

STYLE = """
svg { background: #ffffff } .land { fill: #dfe4e0 } path { stroke: #ffffff; stroke-width: 1.5 }
.shade-1 { fill: #86bcc0 } .shade-2 { fill: #4b98a0 } .shade-3 { fill: #1b7480 } .shade-4 { fill: #084a55 }
@media (prefers-color-scheme: dark) {
  svg { background: #192227 } .land { fill: #2b383e } path { stroke: #192227 }
  .shade-1 { fill: #2f6f78 } .shade-2 { fill: #4697a0 } .shade-3 { fill: #73c0c7 } .shade-4 { fill: #b6ecee }
}
"""


class Pictures:
    """Charts, and the map."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._giving = Giving(answering)

    async def chart(self, request: Request, name: str) -> Response:
        """Draw one of the figures."""

        def ask(position: Position) -> Tell:
            at = self._answering.read(request, DAY_NAMES, position).filters.at
            if name not in figures.CHARTS:
                raise Problem(404, "not-found", "There is no chart at this address.")

            async def tell(tx: Transaction) -> bytes:
                figure = figures.figure_of(name, await tallies.list_tallies(tx, at), self._wording(request))
                return await asyncio.to_thread(figures.draw, figure)

            return tell

        return _as_drawing(await self._giving.tell(request, SVG, ask))

    async def world(self, request: Request) -> Response:
        """Draw the map."""

        def ask(position: Position) -> Tell:
            at = self._answering.read(request, DAY_NAMES, position).filters.at

            async def tell(tx: Transaction) -> bytes:
                wording = self._wording(request)
                return draw_map(figures.countries_of(await tallies.list_tallies(tx, at), wording), wording)

            return tell

        return _as_drawing(await self._giving.tell(request, SVG, ask))

    def _wording(self, request: Request) -> Wording:
        return Wording(reader_of(request).language, self._answering.zone)


def draw_map(countries: list[figures.Country], wording: Wording) -> bytes:
    """Draw the land, and upon it the countries that have reforms, the more the deeper."""
    plane = world()
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": plane.view, "role": "img"})
    SubElement(root, "title").text = str(wording.t("charts.map"))
    SubElement(root, "desc").text = str(wording.t("charts.map_about"))
    SubElement(root, "style").text = STYLE
    SubElement(root, "path", {"class": "land", "d": plane.land})
    for country in countries:
        if country.shape:
            shape = SubElement(root, "path", {"class": f"shade-{country.shade}", "d": country.shape})
            counted = wording.t("charts.count", n=country.reforms)
            SubElement(shape, "title").text = f"{country.name}: {counted}"
    return tostring(root)


def draw_land() -> bytes:
    """Draw the land alone, in a tone that lies well upon any ground: what pages lay their countries on."""
    plane = world()
    root = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": plane.view})
    SubElement(root, "path", {"fill": "#7d8f8c", "fill-opacity": ".26", "d": plane.land})
    return tostring(root)


async def _give_land() -> Response:
    return Response(draw_land(), headers={"Cache-Control": A_YEAR, **SAFETY, **DRAWING}, media_type=SVG.media_type)


def _as_drawing(response: Response) -> Response:
    if response.media_type == SVG.media_type:
        response.headers.update(DRAWING)
    return response


def add_picture_doors(router: APIRouter, answering: Answering) -> None:
    """Add the doors of the pictures, which pages show."""
    pictures = Pictures(answering)
    for path, answers in (
        ("/charts/{name}.svg", pictures.chart),
        ("/map.svg", pictures.world),
        ("/land.svg", _give_land),
    ):
        router.add_api_route(path, answers, methods=["GET", "HEAD"], include_in_schema=False)
