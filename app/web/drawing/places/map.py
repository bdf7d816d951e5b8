"""The page of the map with its list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.directpay.places.views import PlacePage
from app.infra.i18n import gettext
from app.settings import Tiles
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.assets import asset
from app.web.drawing.look import Look
from app.web.drawing.places.listed import SHEET, listed_place
from app.web.drawing.scan_page import plug_name
from app.web.places.asking import PLUGS, POWERS
from app.web.places.points import Extent

# Who made the bundled map; their names are no words of ours.
_BUNDLED_BY: Final = "Natural Earth · GeoNames (CC BY 4.0)"
_FILTERS: Final = ("power", "plug", "free", "price")


@dataclass(frozen=True, slots=True)
class MapPage:
    """
    What the page shows: what was *asked*, the page of the list that was *found*.

    *extent* is what the map shows first, None for what was asked; *tiles* is what it is drawn from,
    None for the bundled Europe.
    """

    frame: Frame
    asked: Mapping[str, str]
    found: PlacePage
    extent: Extent | None = None
    tiles: Tiles | None = None


def render_map(page: MapPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    return render_framed(
        "map.html",
        page.frame,
        Here.MAP,
        (SHEET,),
        asked=page.asked,
        is_filtered=any(page.asked.get(name) for name in _FILTERS),
        powers=POWERS,
        plugs=[(standard, plug_name(standard)) for standard in PLUGS],
        places=[listed_place(each) for each in page.found.places],
        count=_count(page.found),
        extent="" if page.extent is None else ",".join(str(each) for each in page.extent),
        more=_more(page),
        map_script=asset("map.js").path,
        box=_box(page),
        attribution=_BUNDLED_BY if page.tiles is None else page.tiles.attribution,
    )


def _count(found: PlacePage) -> str:
    more = "+" if found.more else ""
    return gettext("Locations found: %(count)s") % {"count": f"{len(found.places)}{more}"}


def _more(page: MapPage) -> str | None:
    """Return the address of what comes after this page of the list."""
    after = page.found.more
    if after is None:
        return None
    query = {name: text for name, text in page.asked.items() if text}
    query["after"] = after.location_id
    if after.metres is not None:
        query["metres"] = str(after.metres)
    return f"/app/{page.frame.slug}/map?{urlencode(query)}"


def _box(page: MapPage) -> Mapping[str, str]:
    """Return what the script of the map needs to know, as attributes."""
    app = f"/app/{page.frame.slug}"
    return {
        "data-engine": asset("maplibre.js").path,
        "data-worker": asset("maplibre-worker.js").path,
        "data-sheet": asset("maplibre.css").path,
        "data-pmtiles": asset("pmtiles.js").path,
        "data-ground": _ground(page.tiles),
        "data-tiles": asset("europe.pmtiles").path if page.tiles is None else page.tiles.url,
        "data-points": f"{app}/map/points",
        "data-locations": f"{app}/locations/",
        "data-failed": gettext("The map cannot show the charging points right now."),
        "data-words": json.dumps(_words()),
    }


def _ground(tiles: Tiles | None) -> str:
    if tiles is None:
        return "bundled"
    return "raster" if tiles.is_raster else "archive"


def _words() -> Mapping[str, str]:
    """Return what the map's own controls say, by MapLibre's names."""
    return {
        "Map.Title": gettext("Map"),
        "NavigationControl.ZoomIn": gettext("Zoom in"),
        "NavigationControl.ZoomOut": gettext("Zoom out"),
        "CooperativeGesturesHandler.WindowsHelpText": gettext("Use Ctrl and the wheel to zoom"),
        "CooperativeGesturesHandler.MacHelpText": gettext("Use ⌘ and the wheel to zoom"),
        "CooperativeGesturesHandler.MobileHelpText": gettext("Use two fingers to move the map"),
    }
