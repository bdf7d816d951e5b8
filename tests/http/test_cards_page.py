"""The page of a driver's cards: adding one, blocking it, following what it started."""

import re
from uuid import UUID

import pytest

from app.directpay.cards.mine import card_keys
from tests.http.site import Site, fields
from tests.http.test_sign_in import sign_in
from tests.scenarios.readers import CARD, has_card, shows, taps
from tests.scenarios.test_autocharge import CAR
from tests.scenarios.wallets import known_driver

CARDS = "/me/voltstraat/cards"
NUMBER = "VS-0001-7734"


@pytest.fixture
async def inside(site: Site) -> Site:
    """A signed-in driver with credit."""
    await (await known_driver(site.world)).is_given(5000)
    await sign_in(site)
    return site


async def adds(site: Site, number: str = NUMBER, code: str | None = None):
    """The driver types the number of a card that is free, and its code."""
    card = await has_card(site.world, None, visual_number=NUMBER)
    right = card_keys(site.world.desk).code_of(card.token_id)
    return await site.post(CARDS, {"number": number, "code": code or right})


async def test_a_stranger_is_asked_to_sign_in(site: Site):
    """The page leads to signing in, and back."""
    answer = await site.get(CARDS)

    assert f"/me/voltstraat?next={CARDS}" == answer.headers["location"]


async def test_a_card_is_added_and_good_at_once(inside: Site):
    """Number and code make it the driver's; a reader knows it from then on."""
    assert "Invalid" == (await shows(inside.world)).status

    answer = await adds(inside)

    assert CARDS == answer.headers["location"]
    assert NUMBER in (await inside.get(CARDS)).text
    assert "Accepted" == (await shows(inside.world)).status


@pytest.mark.parametrize(("number", "code"), [("VS-0001-0000", None), (NUMBER, "AAAAAAAA")])
async def test_a_wrong_number_or_code_says_so(inside: Site, number: str, code: str | None):
    """Both are refused in the same words, and nothing is told of which was wrong."""
    answer = await adds(inside, number, code)

    assert 403 == answer.status_code
    assert "do not belong together" in answer.text
    assert "You have no card yet." in answer.text


async def test_a_card_of_somebody_else_is_refused(inside: Site):
    """Whoever has the letter too late does not get the card."""
    bob = await known_driver(inside.world, "bob@example.com")
    card = await has_card(inside.world, bob.driver_id, visual_number=NUMBER)
    code = card_keys(inside.world.desk).code_of(card.token_id)

    answer = await inside.post(CARDS, {"number": NUMBER, "code": code})

    assert 403 == answer.status_code


async def test_who_guesses_is_stopped(inside: Site):
    """Ten tries in ten minutes are enough for who types wrong."""
    for _ in range(10):
        await adds(inside, code="AAAAAAAA")

    answer = await adds(inside, code="AAAAAAAA")

    assert 429 == answer.status_code
    assert "Too many cards" in answer.text


async def test_a_lost_card_is_blocked_by_its_driver(inside: Site):
    """One press, and a reader refuses it; only the operator makes it good again."""
    anna = await known_driver(inside.world)
    card = await has_card(inside.world, anna.driver_id)

    await inside.post(f"{CARDS}/{card.token_id}/block", {})

    assert "Blocked" == (await shows(inside.world)).status
    assert "To use it again, call us" in (await inside.get(CARDS)).text


async def test_nobody_blocks_a_card_of_somebody_else(inside: Site):
    """Another driver's card is not to be found."""
    bob = await known_driver(inside.world, "bob@example.com")
    card = await has_card(inside.world, bob.driver_id)
    await bob.is_given(5000, key="bob")

    answer = await inside.post(f"{CARDS}/{card.token_id}/block", {})

    assert 404 == answer.status_code
    assert "Accepted" == (await shows(inside.world)).status


async def test_a_session_of_a_card_is_followed_and_stopped(inside: Site):
    """What began at the reader stands among the driver's sessions, who may stop it there."""
    anna = await known_driver(inside.world)
    await has_card(inside.world, anna.driver_id)
    await taps(inside.world, CARD)
    token = inside.world.token

    assert token in (await inside.get("/me/voltstraat/sessions")).text
    opened = await inside.get(f"/me/voltstraat/sessions/{token}")
    assert f"/s/{token}" == opened.headers["location"]
    await inside.post(f"/s/{token}/stop", {})
    await inside.world.worker.run_due()

    assert 1 == len(inside.world.chargers.stops)


async def test_a_car_is_agreed_to_and_removed_on_the_page(inside: Site):
    """Offered after its first session; one press starts it by itself, another forgets it."""
    world = inside.world
    anna = await known_driver(world)
    await has_card(world, anna.driver_id)
    await shows(world, CAR)
    await taps(world, CARD)
    await world.charges(minutes=10, kwh="2")
    await world.stops()
    await world.worker.run_due()

    page = (await inside.get(CARDS)).text
    assert "Start by itself next time?" in page
    await inside.post("/me/voltstraat/cars", fields(page))
    assert "Accepted" == (await shows(world, CAR)).status
    page = (await inside.get(CARDS)).text
    assert "A car that starts by itself" in page
    (way,) = re.findall(r'action="(/me/voltstraat/cars/[^"]+/remove)"', page)
    await inside.post(way, {})

    assert "Invalid" == (await shows(world, CAR)).status


@pytest.mark.parametrize("form", [{}, {"session": "x"}, {"session": str(UUID(int=1))}])
async def test_a_form_that_names_no_session_is_refused(inside: Site, form: dict[str, str]):
    """What our page does not send changes nothing."""
    assert 409 == (await inside.post("/me/voltstraat/cars", form)).status_code
