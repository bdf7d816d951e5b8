"""Stories of drivers who hold a card to the reader: nobody looks at a page to begin."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.tokens.block import block_token, unblock_token
from app.charging.tokens.model import Payer, Whitelist
from app.directpay.model import Ending, Stage
from app.funds.ledger.chart import AccountKind
from app.funds.postpaid.manage import end_account, list_accounts
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.readers import (
    CARD,
    card_of_account,
    has_account,
    has_card,
    shows,
    stops_with,
    taps,
    tells_start,
)
from tests.scenarios.wallets import balance, known_driver
from tests.scenarios.world import OPERATOR, World, open_world, world_reactors


@pytest.fixture
async def world(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[World]:
    """A world whose books are right in the end."""
    database = make_database(world_reactors())
    opened = await open_world(database, sql, clock)
    yield opened
    assert [] == await breaches(database)


async def test_a_driver_with_credit_charges_with_a_card(world: World):
    """Shown, started, followed, stopped and settled from the wallet, with a receipt by mail."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    await has_card(world, anna.driver_id)
    assert "Accepted" == (await shows(world)).status

    answer = await taps(world)
    assert ("Accepted", Stage.CHARGING) == (answer.status, (await world.sees()).stage)
    assert [] == world.chargers.starts
    await world.charges(minutes=30, kwh="10")
    await world.stops(reason="Local")
    await world.worker.run_due()

    # 10 kWh x 0.50 = 5.00 of 50.00
    assert Ending.CHARGED is (await world.sees()).ending
    assert 4500 == (await anna.wallet()).balance.minor
    assert ["anna@example.com"] == [mail.recipient for mail in world.mailer.mails]


async def test_no_credit_is_told_and_stopped(world: World):
    """Without enough credit the card is refused, and a start that came anyway is stopped."""
    anna = await known_driver(world)
    await anna.is_given(300)
    await has_card(world, anna.driver_id)

    told = await shows(world)
    answer = await taps(world)

    assert ("NoCredit", world.clock.now()) == (told.status, told.until)
    assert ("NoCredit", False) == (answer.status, answer.accepted)
    assert [answer.transaction_id] == [stop.transaction_id for stop in world.chargers.stops]
    assert 300 == (await anna.wallet()).balance.minor


@pytest.mark.parametrize(
    ("what", "status"),
    [("blocked", "Blocked"), ("expired", "Expired"), ("unclaimed", "Invalid"), ("none", "Invalid")],
)
async def test_a_card_that_is_not_good_starts_nothing(world: World, what: str, status: str):
    """Blocked, expired, nobody's and unknown cards are told in OCPP's words."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    whose = None if what == "unclaimed" else anna.driver_id
    if what != "none":
        until = world.clock.now() if what == "expired" else None
        card = await has_card(world, whose, expires_at=until)
    if what == "blocked":
        async with world.database.work(OPERATOR) as work:
            await block_token(work, card.token_id, "lost")

    assert status == (await shows(world)).status
    assert (status, False) == ((answer := await taps(world)).status, answer.accepted)


async def test_a_card_is_known_however_its_bytes_are_told(world: World):
    """Small letters, colons, and the opposite order of the bytes are the same card."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    await has_card(world, anna.driver_id)

    for spelled in ("04a22b9c7d1e80", "04:A2:2B:9C:7D:1E:80", "801E7D9C2BA204"):
        assert "Accepted" == (await shows(world, spelled)).status
    assert "Invalid" == (await shows(world, CARD, "KeyCode")).status


async def test_a_start_that_is_told_twice_is_one(world: World):
    """The charge point sends its StartTransaction again: one journey, one reservation."""
    anna = await known_driver(world)
    await anna.is_given(8000)
    await has_card(world, anna.driver_id)
    first = await taps(world)
    assert world._start is not None

    again = await tells_start(world, world._start)

    assert first == again
    assert 2000 == (await anna.wallet()).balance.minor
    await world.stops()


async def test_a_fleet_pays_later(world: World):
    """The price is owed by the account at once, and the receipt says so."""
    account = await has_account(world)
    await card_of_account(world, account)

    answer = await taps(world)
    await world.charges(minutes=30, kwh="10")
    await world.stops(reason="Local")
    await world.worker.run_due()

    receipt = await world.receipt()
    assert answer.accepted
    assert receipt is not None
    assert "on_account" == receipt.document.settlement.method
    owed = AccountKind.CUSTOMER_RECEIVABLE.of(account.account_id)
    assert 500 == await balance(world, owed)
    async with world.database.work(OPERATOR) as work:
        assert [("ACME", 500)] == [
            (each.name, left.minor) for each, left in await list_accounts(work)
        ]


async def test_an_account_owes_no_more_than_it_may(world: World):
    """Sessions under way count: the second card of the account finds nothing left."""
    account = await has_account(world, per_session=6000, most_open=6000)
    await card_of_account(world, account)
    await taps(world)

    assert "NoCredit" == (await shows(world)).status
    await world.charges(minutes=30, kwh="10")
    await world.stops()
    await world.worker.run_due()
    assert "Accepted" == (await shows(world)).status

    async with world.database.work(OPERATOR) as work:
        await end_account(work, account.account_id)
    assert "NoCredit" == (await shows(world)).status


async def test_nothing_charged_is_owed_by_nobody(world: World):
    """A car that takes nothing leaves the account as it was."""
    account = await has_account(world)
    await card_of_account(world, account)
    await taps(world)
    await world.stops()
    await world.worker.run_due()

    assert Ending.NOTHING_CHARGED is (await world.sees()).ending
    assert 0 == await balance(world, AccountKind.CUSTOMER_RECEIVABLE.of(account.account_id))


async def test_a_service_card_charges_for_nothing(world: World):
    """The operator's own people start and stop without a journey or a payment."""
    await has_card(world, None, payer=Payer.NOBODY)

    answer = await taps(world)
    await world.charges(minutes=3, kwh="1")
    await world.stops()

    assert answer.accepted
    assert [] == world.journeys
    assert [("completed",)] == world.worker.sql.execute("SELECT state FROM session").fetchall()


async def test_a_charge_point_tells_of_a_start_hours_later(world: World):
    """Offline: the start is priced as of when it began, and its queue is taken in order."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    await has_card(world, anna.driver_id, whitelist=Whitelist.ALLOWED_OFFLINE)
    began = world.clock.now()
    await world.disconnects()
    world.clock.advance(hours=5)
    await world.connects(EvseStatus.AVAILABLE)

    answer = await taps(world, at=began)
    world.register_wh += Decimal(4000)
    await world.stops(reason="Local")
    await world.worker.run_due()

    assert answer.accepted
    assert 4800 == (await anna.wallet()).balance.minor
    receipt = await world.receipt()
    assert receipt is not None
    assert began == receipt.document.supply.started_at


async def test_who_was_about_to_pay_is_overtaken(world: World):
    """A card starts while somebody looks at the payment page: that payment goes back."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    await has_card(world, anna.driver_id)
    slow = await world.pays()

    answer = await taps(world)

    assert answer.accepted
    assert Ending.PAYMENT_EXPIRED is (await world.sees_as(slow.token)).ending
    assert "cancelled" == world.book.status.value
    await world.stops()
    await world.worker.run_due()


async def test_a_socket_that_is_paid_for_is_not_taken_by_a_card(world: World):
    """Somebody paid by phone and walks back to the car: a card starts nothing there."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    await has_card(world, anna.driver_id)
    await world.pays()
    await world.approves()

    answer = await taps(world)
    await world.starts()

    assert ("ConcurrentTx", False) == (answer.status, answer.accepted)
    assert 5000 == (await anna.wallet()).balance.minor
    await world.charges(minutes=10, kwh="2")
    await world.stops()


async def test_a_stop_that_names_only_the_card_ends_its_session(world: World):
    """A start that was never confirmed is stopped with -1 and the card (1.6 errata 3.18)."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    await has_card(world, anna.driver_id)
    await taps(world)
    await world.charges(minutes=10, kwh="2")

    await stops_with(world, CARD)

    assert Ending.CHARGED is (await world.sees()).ending


async def test_a_lost_card_is_good_again_when_it_was_found(world: World):
    """Blocking and unblocking are what a reader is told a moment later."""
    anna = await known_driver(world)
    await anna.is_given(5000)
    card = await has_card(world, anna.driver_id)
    async with world.database.work(OPERATOR) as work:
        await block_token(work, card.token_id, "lost", driver_id=anna.driver_id)
    assert "Blocked" == (await shows(world)).status

    world.clock.advance(timedelta(days=1))
    async with world.database.work(OPERATOR) as work:
        await unblock_token(work, card.token_id)

    assert "Accepted" == (await shows(world)).status
