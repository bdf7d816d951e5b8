"""The page of a location over HTTP: state, prices in words, and the way there."""

import pytest

from app.charging.chargers.model import EvseStatus
from tests.http.site import Site
from tests.scenarios.world import CODE

PAGE = "/app/voltstraat/locations/KADE"
ANDROID = "Mozilla/5.0 (Linux; Android 14)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)"


async def test_shows_what_is_free_and_what_it_costs(site: Site):
    """Name and address, each charging point with its state and price, and where to start."""
    page = await site.get(PAGE)

    assert 200 == page.status_code
    for text in (
        "1 of 1 free",
        "€0.50 per kWh",
        "All prices include 21% VAT.",
        "NL*VLT*E1*1",
        f'href="/c/{CODE}"',
        "Start here",
    ):
        assert text in page.text


async def test_what_is_taken_is_no_start(site: Site):
    """The state is that of now; the page of the charging point can be looked at all the same."""
    await site.world.reports(EvseStatus.CHARGING)
    page = await site.get(PAGE)

    assert "0 of 1 free" in page.text
    assert "Occupied" in page.text
    assert "Start here" not in page.text
    assert f'href="/c/{CODE}"' in page.text


@pytest.mark.parametrize(
    ("agent", "address"),
    [
        (ANDROID, "geo:51.9"),
        (IPHONE, "https://maps.apple.com/?daddr=51.9"),
        ("Firefox", "https://www.openstreetmap.org/directions?to=51.9"),
    ],
)
async def test_the_way_is_shown_by_the_device(site: Site, agent: str, address: str):
    """The position goes to nobody before the driver taps."""
    page = await site.get(PAGE, user_agent=agent)

    assert f'href="{address}' in page.text


@pytest.mark.parametrize("location", ["NOWHERE", "kade%00", "%3Cb%3E", "X" * 99])
async def test_a_location_that_is_not_there(site: Site, location: str):
    """A page that says so."""
    page = await site.get(f"/app/voltstraat/locations/{location}")

    assert 404 == page.status_code
    assert "There is nothing here" in page.text
