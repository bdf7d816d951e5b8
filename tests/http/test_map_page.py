"""The map with its list over HTTP: what is found without a script, and what the map is told."""

from urllib.parse import urlencode

import pytest

from app.settings import Tiles
from tests.http.site import Site, open_site
from tests.scenarios.world import World

PAGE = "/app/voltstraat/map"
AROUND = "3,50,6,53"
ELSEWHERE = "9,50,12,53"


async def found(site: Site, **asked: str) -> str:
    """Return the page that answers what is asked."""
    page = await site.get(f"{PAGE}?{urlencode(asked)}")
    assert 200 == page.status_code
    return page.text


async def test_lists_locations_with_price_and_state(site: Site):
    """A list of links: name, address, how many are free, power, plug, the price per kWh."""
    text = await found(site)

    for part in ("Locations found: 1", "1 of 1 free", "up to 22", "Type 2", "from €0.50 per kWh"):
        assert part in text
    assert 'href="/app/voltstraat/locations/KADE"' in text


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"q": "kade"}, 1),
        ({"q": "nl*vlt*e1*1"}, 1),
        ({"q": "Zürich"}, 0),
        ({"plug": "IEC_62196_T2", "power": "11", "free": "1", "price": "0.5"}, 1),
        ({"plug": "CHADEMO"}, 0),
        ({"power": "50"}, 0),
        ({"price": "0,49"}, 0),
        ({"area": AROUND}, 1),
        ({"area": ELSEWHERE}, 0),
        ({"near": "51.92,4.48"}, 1),
        ({"near": "48.0,11.0"}, 0),
        ({"near": "48.0,11.0", "area": AROUND}, 1),
    ],
)
async def test_what_is_asked_for_is_found(site: Site, asked: dict[str, str], count: int):
    """Words, plug, power, price and place; where the map was moved to goes before the position."""
    text = await found(site, **asked)

    assert f"Locations found: {count}<" in text


async def test_the_form_shows_again_what_was_asked(site: Site):
    """Also what would be markup."""
    text = await found(site, q='<b>"x', price="0.7", free="1", power="22", plug="CHADEMO")

    assert 'value="&lt;b&gt;&#34;x"' in text
    assert 'value="0.7"' in text
    assert '<option value="CHADEMO" selected>' in text
    assert '<option value="22" selected>' in text
    assert "<details open>" in text


@pytest.mark.parametrize(
    "asked",
    [
        {"area": "1,2,3"},
        {"area": "1,2,3,NaN"},
        {"area": "1,60,3,50"},
        {"area": "-200,0,3,50"},
        {"near": "x,y"},
        {"near": "91,0"},
        {"power": "-1"},
        {"power": "1e99"},
        {"price": "cheap"},
        {"plug": "HAMMER"},
        {"after": "kade", "metres": "far"},
    ],
)
async def test_what_the_form_cannot_send_is_refused(site: Site, asked: dict[str, str]):
    """With a page that says so, not with an answer to another question."""
    page = await site.get(f"{PAGE}?{urlencode(asked)}")

    assert 422 == page.status_code
    assert "That did not work" in page.text


async def test_points_are_geojson(site: Site):
    """One location alone has its id; the second look at the same is not sent again."""
    query = urlencode({"area": AROUND, "zoom": "9"})
    answer = await site.get(f"{PAGE}/points?{query}")
    (point,) = answer.json()["features"]
    again = await site.get(f"{PAGE}/points?{query}", if_none_match=answer.headers["etag"])

    assert "application/geo+json" == answer.headers["content-type"]
    assert {"count": 1, "id": "KADE"} == point["properties"]
    assert "Point" == point["geometry"]["type"]
    assert all(isinstance(number, float) for number in point["geometry"]["coordinates"])
    assert 304 == again.status_code


@pytest.mark.parametrize("query", ["", "area=1,2,3,4", "area=1,2,3,4&zoom=23", "zoom=3"])
async def test_points_are_of_a_part_of_the_map(site: Site, query: str):
    """Without one, or at a zoom that no map has, there is no answer."""
    assert 422 == (await site.get(f"{PAGE}/points?{query}")).status_code


async def test_filters_hold_for_points_too(site: Site):
    """The map shows what the list does."""
    query = urlencode({"area": AROUND, "zoom": "9", "plug": "CHADEMO"})
    answer = await site.get(f"{PAGE}/points?{query}")

    assert [] == answer.json()["features"]


async def test_without_tiles_the_map_asks_nobody_else(site: Site):
    """The policy allows no other host; the makers of the bundled map are named."""
    page = await site.get(PAGE)
    policy = page.headers["content-security-policy"]

    assert "connect-src 'self';" in policy
    assert "img-src 'self' data: blob:;" in policy
    assert "trusted-types htmx worker default" in policy
    assert "unsafe" not in policy
    assert "Natural Earth" in page.text


async def test_the_host_of_the_tiles_is_allowed_and_named(world: World):
    """It alone: no wildcard, no other page."""
    tiles = Tiles("https://tiles.example:8443/a/{z}/{x}/{y}.png?key=1", "© <Mapmakers>")
    async with open_site(world, tiles=tiles) as site:
        page = await site.get(PAGE)
        other = await site.get("/app/voltstraat/scan")
    policy = page.headers["content-security-policy"]

    assert "connect-src 'self' https://tiles.example:8443;" in policy
    assert "img-src 'self' data: blob: https://tiles.example:8443;" in policy
    assert "© &lt;Mapmakers&gt;" in page.text
    assert "tiles.example" not in other.headers["content-security-policy"]


async def test_an_operator_that_is_not_there(site: Site):
    """Nor are its points."""
    for path in ("/app/nobody/map", f"/app/nobody/map/points?area={AROUND}&zoom=1"):
        assert 404 == (await site.get(path)).status_code
