"""The page of a location over HTTP: state, prices in words, and the way there."""

import re

import pytest

from app.charging.chargers.model import EvseStatus
from tests.http.site import Site
from tests.http.test_sign_in import sign_in
from tests.scenarios.wallets import known_driver
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
    assert 'href="/app/voltstraat/map"' in page.text


async def test_at_an_operator_that_is_not_there(site: Site):
    """There is no app to go on in."""
    page = await site.get("/app/nobody/locations/KADE")

    assert 404 == page.status_code
    assert "/app/nobody" not in page.text


@pytest.fixture
async def inside(site: Site) -> Site:
    """A driver who is signed in."""
    await known_driver(site.world)
    await sign_in(site)
    return site


async def test_a_stranger_is_led_to_signing_in_and_back(site: Site):
    """Nothing is kept for nobody; the address that it leads back to is accepted there."""
    page = await site.get(PAGE)
    (link,) = re.findall(r'href="(/me/voltstraat\?next=[^"]+)"', page.text)
    me = await site.get(link)
    refused = [await site.post(f"{PAGE}/{what}", {"keep": "yes"}) for what in ("keep", "wait")]

    assert f'name="next" value="{PAGE}"' in me.text
    assert [401, 401] == [answer.status_code for answer in refused]


async def test_a_favourite_is_kept_and_given_up(inside: Site):
    """The button says what it would do next."""
    answer = await inside.post(f"{PAGE}/keep", {"keep": "yes"})
    kept = await inside.get(PAGE)
    start = await inside.get("/app/voltstraat")
    await inside.post(f"{PAGE}/keep", {"keep": "no"})
    gone = await inside.get(PAGE)

    assert (303, PAGE) == (answer.status_code, answer.headers["location"])
    assert "Remove from favourites" in kept.text
    assert "Your favourites" in start.text
    assert f'href="{PAGE}"' in start.text
    assert "Save as a favourite" in gone.text


async def test_who_waits_is_told_and_can_give_up(inside: Site):
    """Only where nothing is free; the page says that a notice will come, and takes it back."""
    free = await inside.get(PAGE)
    await inside.world.reports(EvseStatus.CHARGING)
    taken = await inside.get(PAGE)
    await inside.post(f"{PAGE}/wait")
    waits = await inside.get(PAGE)
    (end,) = re.findall(r'action="([^"]+/end)"', waits.text)
    await inside.post(end)
    again = await inside.post(end)
    over = await inside.get(PAGE)

    assert "Tell me when one is free" not in free.text
    assert "Tell me when one is free" in taken.text
    assert "We tell you when one is free" in waits.text
    assert 303 == again.status_code
    assert "Tell me when one is free" in over.text


async def test_who_asks_when_one_is_free_already_sees_that(inside: Site):
    """There is nothing to wait for: the page shows where to start."""
    answer = await inside.post(f"{PAGE}/wait")

    assert (303, PAGE) == (answer.status_code, answer.headers["location"])
    assert "We tell you when one is free" not in (await inside.get(PAGE)).text


async def test_a_form_of_another_site_keeps_nothing(inside: Site):
    """As everywhere (threat 14)."""
    for what in ("keep", "wait", "wait/01930000-0000-7000-8000-000000000000/end"):
        answer = await inside.post(f"{PAGE}/{what}", {"keep": "yes"}, sec_fetch_site="cross-site")
        assert 403 == answer.status_code


async def test_what_is_not_there_cannot_be_kept(inside: Site):
    """A location of nobody, or one that was taken away."""
    answer = await inside.post("/app/voltstraat/locations/NOWHERE/keep", {"keep": "yes"})

    assert 404 == answer.status_code
