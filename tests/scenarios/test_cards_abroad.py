"""Stories of our drivers who hold their card to a reader of another platform."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from app.charging.tokens.block import block_token, unblock_token
from app.charging.tokens.model import Payer
from app.charging.tokens.store import tokens
from app.directpay.command import stop
from app.directpay.model import Charging, Journey
from app.directpay.store import journey_of_session
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.infra.database import together
from app.kernel.money import Money
from app.roaming.here.gap import defer_gaps
from app.roaming.here.react import roaming_reactors
from app.roaming.platforms.cards import let_cards_roam
from app.sandbox.ocpi.cards import asks_about, taps
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.readers import CARD, card_of_account, has_account, has_card
from tests.scenarios.wallets import Driver, known_driver
from tests.scenarios.world import OPERATOR, world_reactors

PLACE = {"location_id": "LOC1", "evse_uids": ["E1"]}


@pytest.fixture(params=["2.3.0", "2.2.1"])
async def there(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    sql: psycopg.Connection,
    clock: FakeClock,
) -> AsyncIterator[Abroad]:
    """A platform with charge points, where our cards are good; right books after."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, request.param) as opened:
        await roams(opened)
        yield opened
    assert [] == await breaches(database)


async def roams(there: Abroad, *, is_wanted: bool = True) -> None:
    """The operator says whether cards may be used at the platform."""
    async with there.world.database.work(OPERATOR) as work:
        await let_cards_roam(work, "be-charged", is_wanted=is_wanted)
    await there.settles()


async def prepaid(there: Abroad, minor: int = 4000) -> Driver:
    """A driver with a card and credit."""
    anna = await known_driver(there.world)
    await anna.is_given(minor, days=300)
    await has_card(there.world, anna.driver_id)
    await there.settles()
    return anna


def told(there: Abroad) -> list[dict[str, Any]]:
    """What the platform was told of cards, in order."""
    return [body for address, body in there.peer.book.posted if " tokens/" in address]


async def holds(there: Abroad, uid: str = "E1") -> str:
    """The card is held to a reader of the platform, and a session begins."""
    number = await taps(there.peer, told(there)[-1], uid)
    await there.settles()
    return number


async def journeys(there: Abroad, sql: psycopg.Connection) -> list[Journey]:
    """The journeys that there are."""
    rows = sql.execute("SELECT session_id FROM journey ORDER BY began_at").fetchall()
    async with there.world.database.work(OPERATOR) as work:
        found = [await journey_of_session(work, session_id) for (session_id,) in rows]
    return [one for one in found if one is not None]


async def test_a_card_is_published_and_kept_up_to_date(there: Abroad):
    """The platform is told of a new card, of a block, and of the end of that."""
    await prepaid(there)
    (card,) = await there.peer.lists("tokens")
    async with there.world.database.work(OPERATOR) as work:
        (row,) = (await work.execute(tokens.select())).all()
    for change in (block_token, unblock_token):
        there.clock.advance(seconds=1)
        async with there.world.database.work(OPERATOR) as work:
            await change(work, row.token_id, *(["lost"] if change is block_token else []))
        await there.settles()

    assert (CARD, "RFID", "NEVER", True) == tuple(
        card[name] for name in ("uid", "type", "whitelist", "valid")
    )
    assert [True, False, True] == [one["valid"] for one in told(there)]
    assert ("NL", "DPY") == (card["country_code"], card["party_id"])


async def test_what_the_platform_never_took_is_found(there: Abroad):
    """A platform that was away has the card when it is back, and gets it once."""
    there.peer.book.manners.is_broken = True
    await prepaid(there)
    assert [] == told(there)
    there.peer.book.manners.is_broken = False

    for _ in range(3):
        await there.passes(minutes=1)
        await defer_gaps(is_asked=False, desk=there.roaming)
        await there.settles()

    assert 1 == len(told(there))


async def test_cards_are_nobodys_business_unless_wanted(there: Abroad):
    """Who is told no more is told that the card is not good, once, and reads no list."""
    await prepaid(there)
    await roams(there, is_wanted=False)
    for _ in range(2):
        await defer_gaps(is_asked=False, desk=there.roaming)
        await there.settles()

    assert [True, False] == [one["valid"] for one in told(there)]
    assert [] == await there.peer.lists("tokens")
    with pytest.raises(RuntimeError, match="there is no token"):
        await asks_about(there.peer, CARD, PLACE)


async def test_service_cards_stay_at_home(there: Abroad):
    """Nobody pays for them elsewhere, and nobody is told of them."""
    await has_card(there.world, None, payer=Payer.NOBODY)
    await has_card(there.world, None, "04FFEEDDCCBBAA")  # nobody's yet
    await there.settles()

    assert [] == told(there)
    assert [] == await there.peer.lists("tokens")


@pytest.mark.parametrize(
    ("minor", "place", "allowed"),
    [
        (4000, PLACE, "ALLOWED"),
        (4000, None, "ALLOWED"),
        (4000, {"location_id": "LOC1"}, "ALLOWED"),
        (4000, {"location_id": "ELSEWHERE"}, "NOT_ALLOWED"),
        (100, PLACE, "NO_CREDIT"),
    ],
)
async def test_a_card_is_authorised_in_real_time(
    there: Abroad, minor: int, place: dict[str, Any] | None, allowed: str
):
    """It may charge where we offer the socket, and as long as credit is left."""
    await prepaid(there, minor)

    answer = await asks_about(there.peer, CARD, place)

    assert (allowed, CARD) == (answer["allowed"], answer["token"]["uid"])
    if allowed == "ALLOWED" and place is not None:
        assert "E1" in answer["location"]["evse_uids"]


async def test_a_blocked_card_is_blocked_elsewhere_too(there: Abroad, sql: psycopg.Connection):
    """What the driver blocked may not charge."""
    await prepaid(there)
    (token_id,) = sql.execute("SELECT token_id FROM token").fetchone()  # type: ignore[misc]
    async with there.world.database.work(OPERATOR) as work:
        await block_token(work, token_id, "lost")

    assert "BLOCKED" == (await asks_about(there.peer, CARD, PLACE))["allowed"]


async def test_prepaid_credit_pays_a_session_elsewhere(there: Abroad, sql: psycopg.Connection):
    """Card at their reader, credit reserved here, live data, their CDR, our price, a receipt."""
    anna = await prepaid(there)
    number = await holds(there)
    (running,) = await journeys(there, sql)
    await there.charges(minutes=20, kwh="10")
    await there.peer.ends(number)
    await there.settles()
    (journey,) = await journeys(there, sql)
    async with there.world.database.work(OPERATOR) as work:
        payment = await get_payment(work, journey.payment_id)

    assert isinstance(running.state, Charging)
    assert anna.driver_id == running.driver_id
    # 10 kWh x 0.50 + 21 % VAT = 6.05
    assert (Origin.WALLET, Money(605, "EUR")) == (payment.origin, payment.captured)
    assert [] == there.world.work_list()
    assert (605,) == sql.execute("SELECT net_minor + vat_minor FROM ocpi_debt").fetchone()


async def test_an_account_pays_a_session_elsewhere(there: Abroad, sql: psycopg.Connection):
    """A fleet's card charges on account, whoever's charge point it is."""
    await card_of_account(there.world, await has_account(there.world))
    await there.settles()
    number = await holds(there)
    await there.charges(minutes=20, kwh="10")
    await there.peer.ends(number)
    await there.settles()
    (journey,) = await journeys(there, sql)
    async with there.world.database.work(OPERATOR) as work:
        payment = await get_payment(work, journey.payment_id)

    assert "ALLOWED" == told(there)[0]["whitelist"]
    assert (Origin.TOKEN, Money(605, "EUR")) == (payment.origin, payment.captured)


async def test_a_session_that_is_only_told_at_its_end(there: Abroad, sql: psycopg.Connection):
    """A platform that pushes no sessions: its CDR is the session, once."""
    await prepaid(there)
    there.peer.book.manners.is_silent = True
    number = await holds(there)
    there.clock.advance(minutes=20)
    await there.charges(minutes=1, kwh="10")
    await there.peer.ends(number)
    there.peer.book.manners.is_silent = False
    for _ in range(2):
        await there.peer.sends_cdr(f"C{number}")
        await there.settles()
    (journey,) = await journeys(there, sql)
    async with there.world.database.work(OPERATOR) as work:
        payment = await get_payment(work, journey.payment_id)

    assert Money(605, "EUR") == payment.captured


async def test_a_card_without_credit_is_stopped(there: Abroad, sql: psycopg.Connection):
    """Whoever starts it anyway is asked to stop, and its CDR is not owed."""
    await prepaid(there, 100)

    number = await holds(there)

    assert [] == await journeys(there, sql)
    assert "COMPLETED" == there.peer.book.sessions[number].body["status"]
    assert ("no_session",) == sql.execute("SELECT doubt FROM ocpi_debt").fetchone()


async def test_the_driver_stops_it_from_here(there: Abroad, sql: psycopg.Connection):
    """The page's button reaches the platform's charge point."""
    await prepaid(there)
    number = await holds(there)
    await there.charges(minutes=5, kwh="2")
    (running,) = await journeys(there, sql)

    await stop(there.world.desk.secrets.token(running.journey_id), desk=there.world.desk)
    await there.settles()

    assert "COMPLETED" == there.peer.book.sessions[number].body["status"]
    assert Decimal(2) == there.peer.book.sessions[number].kwh
