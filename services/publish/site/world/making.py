"""Makes the shapes anew from Natural Earth's borders: `countries-50m.json` of the npm package `world-atlas`.

Natural Earth's data are in the public domain. They are projected to the Equal Earth plane (Šavrič, Patterson and Jenny,
2018), on which areas compare truly, and simplified arc by arc (Douglas and Peucker), so that neighbours still meet.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

from babel.core import get_global

from services.publish.site.world import FILE

Point = tuple[float, float]
Ring = list[Point]

WIDTH = 2000
NORTH, SOUTH = 84.0, -56.5
WEST = -169.0
"""Where the plane is cut: in the Bering Strait, so that no country lies on both sides."""
LEFT_OUT = {"AQ"}
"""Antarctica has no government."""
NEAR = 1.1
"""How far, in units of the plane, a border may lie from where it is."""
ISLE_MIN = 18.0
ACROSS = 1000
"""A ring that is wider is an isle that the cut goes through."""
SEEN_MIN = 70.0
DOT = 6
"""A country whose largest piece is smaller than ``SEEN_MIN`` is a dot of this radius, to be seen and met."""
CODES = {"Kosovo": "XK"}
CRIMEA = ((32.0, 44.0), (37.0, 46.4))
"""The corners, south-west and north-east, of what holds Crimea alone."""
SAHARA = 27.0 + 2 / 3
"""The parallel at which Western Sahara begins."""

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def project(longitude: float, latitude: float) -> Point:
    """Give the place of a point on the Equal Earth plane, in the units of the sphere's radius."""
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    slope = A1 + 3 * A2 * t**2 + t**6 * (7 * A3 + 9 * A4 * t**2)
    return 2 * sqrt(3) * radians(longitude) * cos(t) / (3 * slope), t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2))


_SCALE = WIDTH / (2 * project(180, 0)[0])
_TOP = project(0, NORTH)[1]
HEIGHT = round((_TOP - project(0, SOUTH)[1]) * _SCALE)


def place(longitude: float, latitude: float) -> Point:
    """Give the place of a point on our plane, whose origin is its upper left corner."""
    x, y = project((longitude - WEST) % 360 - 180, latitude)
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE


def simplify(line: Ring) -> Ring:
    """Leave out the points that the line can do without."""
    if not line[1:-1]:
        return line
    at, distance = max(((i, _distance(line[i], line[0], line[-1])) for i in range(1, len(line) - 1)), key=_second)
    if distance < NEAR and line[0] != line[-1]:
        return [line[0], line[-1]]
    if distance == 0:
        return [line[0]]
    return [*simplify(line[: at + 1])[:-1], *simplify(line[at:])]


def _second(pair: tuple[int, float]) -> float:
    return pair[1]


def _distance(point: Point, start: Point, end: Point) -> float:
    across, along = end[0] - start[0], end[1] - start[1]
    length = hypot(across, along)
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(across * (start[1] - point[1]) - (start[0] - point[0]) * along) / length


def read_arcs(topology: Mapping[str, Any]) -> list[Ring]:
    """Read the arcs of a quantized topology onto our plane, simplified."""
    (wide, high), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        line = []
        for across, up in steps:
            x, y = x + across, y + up
            line.append(place(x * wide + left, y * high + low))
        arcs.append(simplify(line))
    return arcs


def rings_of(geometry: Mapping[str, Any], arcs: Sequence[Ring]) -> list[Ring]:
    """Join the arcs of a geometry to its rings, lakes and enclaves among them."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    return [_ring(parts, arcs) for polygon in polygons for parts in polygon]


def _ring(parts: Iterable[int], arcs: Sequence[Ring]) -> Ring:
    lines = [arcs[part] if part >= 0 else arcs[~part][::-1] for part in parts]
    return [point for line in lines for point in line[:-1]]


def area(ring: Ring) -> float:
    """Compute how large a ring is."""
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def width(ring: Ring) -> float:
    """Compute how wide a ring is."""
    return max(x for x, _ in ring) - min(x for x, _ in ring)


def draw(rings: list[Ring]) -> str:
    """Write the rings of a country as the data of a path, without its least isles."""
    return "".join(write(ring) for ring in rings if area(ring) >= ISLE_MIN and width(ring) < ACROSS)


def dot(largest: Ring) -> str:
    """Write the place of a country that is too small to be seen."""
    x, y = (round(sum(axis) / len(largest)) for axis in zip(*largest, strict=True))
    return f"M{x - DOT} {y}a{DOT} {DOT} 0 1 1 {2 * DOT} 0a{DOT} {DOT} 0 1 1 {-2 * DOT} 0z"


def write(ring: Ring) -> str:
    """Write a ring in whole units, each step from where the last one ended."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(whole)]
    told = " ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0))
    return f"M{whole[0][0]} {whole[0][1]}l{told}z".replace(" -", "-")


def pieces_of(topology: Mapping[str, Any]) -> dict[str, list[Ring]]:
    """Give the rings of each country by its code; those of what has no code stand under the empty one."""
    arcs, aliases = read_arcs(topology), get_global("territory_aliases")
    pieces: dict[str, list[Ring]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        number, name = geometry.get("id", ""), geometry["properties"]["name"]
        code = CODES.get(name) or next(iter(aliases.get(number, [])), "")
        pieces.setdefault(code, []).extend(rings_of(geometry, arcs))
    return pieces


def as_the_united_nations(pieces: dict[str, list[Ring]]) -> None:
    """Draw Crimea with Ukraine and Western Sahara apart, as the maps of the United Nations do.

    Natural Earth draws who is in fact in power. Crimea is a ring of its own there; Western Sahara begins at a parallel,
    which is a level line on our plane.
    """
    (west, south), (east, north) = place(*CRIMEA[0]), place(*CRIMEA[1])
    moved = [ring for ring in pieces["RU"] if all(west < x < east and north < y < south for x, y in ring)]
    pieces["RU"] = [ring for ring in pieces["RU"] if ring not in moved]
    pieces["UA"] += moved
    level = place(0, SAHARA)[1]
    pieces.setdefault("EH", []).extend(cut(ring, level, below=True) for ring in pieces["MA"])
    pieces["MA"] = [cut(ring, level, below=False) for ring in pieces["MA"]]
    for code in ("EH", "MA"):
        pieces[code] = [ring for ring in pieces[code] if ring]


def cut(ring: Ring, level: float, *, below: bool) -> Ring:
    """Give the part of a ring above a level line of the plane, or below it (Sutherland and Hodgman)."""
    kept: Ring = []
    for start, end in pairwise([*ring, *ring[:1]]):
        if (start[1] > level) == below:
            kept.append(start)
        if (start[1] > level) != (end[1] > level):
            share = (level - start[1]) / (end[1] - start[1])
            kept.append((start[0] + share * (end[0] - start[0]), level))
    return kept


def make(topology: Mapping[str, Any]) -> dict[str, Any]:
    """Make what the pages draw."""
    pieces = pieces_of(topology)
    as_the_united_nations(pieces)
    rest = draw(pieces.pop("", []))
    shapes: dict[str, str] = {}
    dots: dict[str, str] = {}
    for code in sorted(set(pieces) - LEFT_OUT):
        largest = max(pieces[code], key=area)
        if area(largest) < SEEN_MIN:
            dots[code] = dot(largest)
        else:
            shapes[code] = draw(pieces[code])
    return {"width": WIDTH, "height": HEIGHT, "rest": rest, "shapes": shapes, "dots": dots}


if __name__ == "__main__":
    made = make(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    FILE.write_text(json.dumps(made, indent=0) + "\n", encoding="utf-8")
