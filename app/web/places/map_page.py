"""The map with its list: the list is the page, the map is added where it can be drawn."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.places.errors import AreaTooLarge
from app.directpay.places.find import find_clusters, find_places
from app.directpay.places.shelf import MapAsked
from app.directpay.places.views import ClusterView, PlacePage
from app.infra.kept.packed import FOR_NOW, Packed
from app.settings import Tiles
from app.web.answers import packed_answer, private_page
from app.web.drawing.places.map import MapPage, render_map
from app.web.drivers.account import Visitor, visitor_at
from app.web.drivers.frame import frame_of
from app.web.language import keep_language
from app.web.pages import Pages
from app.web.places.asking import WORLD, Asked, area_of, asked_for, zoom_of
from app.web.places.points import Extent, extent_of, points
from app.web.request import AnyRequest
from app.web.security import Sources

# How closely the map looks at everything to know where it is.
_OVERVIEW_ZOOM: Final = 6
_FOR_A_MOMENT: Final = {
    "Cache-Control": "private, max-age=10",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}
_GEO_JSON: Final = "application/geo+json"


@get("/app/{slug:str}/map", include_in_schema=False)
async def map_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show the locations that are looked for. Raises OperatorNotFound, BrokenForm."""
    visitor = await visitor_at(request, slug, pages)
    asked = asked_for(request.query_params)
    found = await find_places(
        asked.wanted,
        operator_id=visitor.operator.operator_id,
        groups=visitor.groups,
        desk=pages.desk,
    )
    page = MapPage(
        frame=await frame_of(request, visitor, pages),
        asked=asked.fields,
        found=found,
        extent=await _extent(asked, found, visitor, pages),
        tiles=pages.config.tiles,
    )
    more = map_sources(pages.config.tiles)
    answer = private_page(request, render_map(page), pages.config, more=more)
    keep_language(request, answer, pages.config)
    return visitor.remembered(answer, pages)


@get("/app/{slug:str}/map/points", include_in_schema=False)
async def map_points(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return the clusters of the part of the map that is looked at, as GeoJSON."""
    visitor = await visitor_at(request, slug, pages)
    query = request.query_params
    wanted, operator_id = asked_for(query), visitor.operator.operator_id
    asked = MapAsked(
        operator_id, area_of(query), zoom_of(query), wanted.sought, wanted.max_price_kwh
    )
    clusters = await _clusters(asked, pages)
    body = Packed(msgspec.json.encode(points(clusters)), quality=FOR_NOW)
    return packed_answer(request, body, _FOR_A_MOMENT, _GEO_JSON)


async def _clusters(asked: MapAsked, pages: Pages) -> tuple[ClusterView, ...]:
    """Return the clusters; of whatever price where there are too many to look at them all."""
    try:
        return await find_clusters(asked, desk=pages.desk)
    except AreaTooLarge:
        return await find_clusters(replace(asked, max_price_kwh=None), desk=pages.desk)


async def _extent(asked: Asked, found: PlacePage, visitor: Visitor, pages: Pages) -> Extent | None:
    """Return what the map shows first, None where the driver has chosen it, or nothing is there."""
    if asked.sought.area is not None or not found.places:
        return None
    if asked.sought.near is not None or found.more is None:
        return extent_of(found.places)
    operator_id = visitor.operator.operator_id
    wanted = MapAsked(operator_id, WORLD, _OVERVIEW_ZOOM, asked.sought, asked.max_price_kwh)
    everywhere = await _clusters(wanted, pages)
    return extent_of(everywhere)


def map_sources(tiles: Tiles | None) -> Sources:
    """Return what the map loads: its style sheet, its pictures from memory, and the tiles."""
    host = ""
    if tiles is not None:
        parts = urlsplit(tiles.url)
        host = f" {parts.scheme}://{parts.netloc}"
    # MapLibre takes its worker's address as a text: map.js has the policy that lets it.
    return Sources(style=" 'self'", img=f" blob:{host}", connect=host, policies=" default")
