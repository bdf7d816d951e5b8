"""Payments on a real PostgreSQL: started, settled, returned, and repaired after what went wrong."""

import asyncio
from datetime import UTC
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from app.funds.payments.errors import AccountNotFound, AmountNotPossible, PaymentNotFound
from app.funds.payments.inbox.receive import Webhook, receive_webhook
from app.funds.payments.model import OperationKind, PaymentStatus
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import ProviderStatus, Strategy
from app.funds.payments.refresh import refresh_payment
from app.funds.payments.steps import (
    PaymentOrder,
    begin_payment,
    get_payment,
    request_capture,
    request_return,
)
from app.funds.payments.worklist import resolve_item, work_items
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider, Fault
from tests.stores.payment_world import OPERATOR, Told, World, eur

OTHER_OPERATOR = UUID("019c0000-0000-7000-8000-00000000000b")


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """An operator with an account at a provider in memory."""
    told = Told()
    world = World(make_database(reactors=told.reactors), FakeProvider(), sql, clock, told)
    await world.account()
    return world


async def settle(world: World, payment_id: UUID, cents: int) -> list[str]:
    """Decide what stays, and work off what follows."""
    async with world.database.work(OPERATOR) as work:
        await request_capture(work, payment_id, eur(cents))
    return await world.work_off()


async def give_back(world: World, payment_id: UUID) -> list[str]:
    """Decide that nothing stays, and work off what follows."""
    async with world.database.work(OPERATOR) as work:
        await request_return(work, payment_id)
    return await world.work_off()


async def test_start_leads_to_the_providers_page(world: World):
    """The frozen order goes out with its key, our reference and the account's webhook address."""
    payment_id = await world.begin()

    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    order = world.provider.orders["tr_fake1"]
    assert PaymentStatus.OPEN is payment.status
    assert "https://provider.test/pay/tr_fake1" == payment.checkout_url
    assert (payment.reference, payment.operations[0].key) == (order.reference, order.key)
    assert order.webhook_url is not None
    assert order.webhook_url.startswith("https://pay.test/webhooks/fake/")
    assert payment == await world.payment(payment_id)


async def test_address_of_the_drivers_page_is_not_kept(world: World):
    """It holds the secret of the session: the database has it only until the start is answered."""
    payment_id = await world.begin()
    asked = "SELECT count(*) FROM payment_operation WHERE body::text LIKE '%/s/1/back%'"
    assert (1,) == world.sql.execute(asked).fetchone()

    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    assert (0,) == world.sql.execute(asked).fetchone()


async def test_account_whose_first_capture_ends_the_hold_is_settled(world: World):
    """Paid at once after € 8 of € 60: the release is asked for, and nothing is left to do."""
    world.provider.single_capture = True
    payment_id = await world.secured()

    await settle(world, payment_id, 800)

    payment = await world.payment(payment_id)
    assert eur(800) == payment.captured == world.at_provider(payment).captured
    assert ["PaymentSecured", "PaymentCollected", "PaymentReturned"] == world.told.names
    assert payment.is_settled


async def test_start_twice_opens_one_page(world: World):
    """A double tap on Pay."""
    payment_id = await world.begin()

    first = await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    second = await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    assert first == second
    assert [1] == list(world.provider.effects.values())


async def test_hold_is_captured_and_its_rest_released(world: World):
    """€ 60 held, € 8 used: the provider has 8, and nothing is held."""
    payment_id = await world.secured()

    await settle(world, payment_id, 800)

    payment = await world.payment(payment_id)
    assert eur(800) == payment.captured == world.at_provider(payment).captured
    assert ProviderStatus.PAID is world.at_provider(payment).status
    assert ["PaymentSecured", "PaymentCollected", "PaymentReturned"] == world.told.names
    assert payment.is_settled


async def test_paid_first_gets_its_rest_back(world: World):
    """€ 60 paid by iDEAL, € 8 used: 52 go back."""
    payment_id = await world.secured(Strategy.PAY_FIRST)

    await settle(world, payment_id, 800)

    payment = await world.payment(payment_id)
    assert eur(5200) == payment.refunded == world.at_provider(payment).refunded
    assert ["PaymentSecured", "PaymentReturned"] == world.told.names


@pytest.mark.parametrize("strategy", [Strategy.HOLD, Strategy.PAY_FIRST])
async def test_nothing_used_gives_all_back(world: World, strategy: Strategy):
    """Zero energy: no capture, all back."""
    payment_id = await world.secured(strategy)

    await settle(world, payment_id, 0)

    payment = await world.payment(payment_id)
    at_provider = world.at_provider(payment)
    assert eur(0) == at_provider.captured - at_provider.refunded
    assert at_provider.status is not ProviderStatus.AUTHORISED
    assert eur(6000) == payment.returned or PaymentStatus.CANCELLED is payment.status


async def test_settling_again_moves_nothing(world: World):
    """The settling job runs twice, and the operation's job too."""
    payment_id = await world.secured()
    await settle(world, payment_id, 800)
    before = await world.payment(payment_id)

    await settle(world, payment_id, 800)
    for operation in before.operations:
        await world.job(
            "payments.operation", payment_id=payment_id, operation_id=operation.operation_id
        )

    assert before == await world.payment(payment_id)
    assert [1, 1, 1] == list(world.provider.effects.values())


async def test_more_than_the_hold_is_refused(world: World):
    """Captured never passes authorised: nothing is written."""
    payment_id = await world.secured()

    with pytest.raises(AmountNotPossible):
        await settle(world, payment_id, 6001)

    assert (await world.payment(payment_id)).keep is None


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER, Fault.GARBAGE_AFTER])
@pytest.mark.parametrize("operation", ["capture", "release"])
async def test_lost_answer_of_a_settlement_is_found_out(world: World, operation: str, fault: Fault):
    """The effect happened and the answer did not come (fault 9): one effect, found after 5 s."""
    payment_id = await world.secured()
    world.provider.fault(operation, fault)

    await settle(world, payment_id, 800)
    assert not (await world.payment(payment_id)).is_settled
    await world.later(seconds=5)

    payment = await world.payment(payment_id)
    assert payment.is_settled
    assert eur(800) == world.at_provider(payment).captured
    assert {1} == set(world.provider.effects.values())


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.ERROR_BEFORE, Fault.RATE_LIMIT])
@pytest.mark.parametrize("strategy", [Strategy.HOLD, Strategy.PAY_FIRST])
async def test_order_that_did_not_arrive_is_sent_again(
    world: World, strategy: Strategy, fault: Fault
):
    """Nothing happened yet: the same key goes out again after 5 s."""
    payment_id = await world.secured(strategy)
    world.provider.fault("capture" if strategy is Strategy.HOLD else "refund", fault)

    await settle(world, payment_id, 800)
    assert [] == await world.later(seconds=4)
    await world.later(seconds=1)

    at_provider = world.at_provider(await world.payment(payment_id))
    assert eur(800) == at_provider.captured - at_provider.refunded


async def test_unknown_outcome_is_looked_for_on_the_schedule(world: World):
    """Provider down for hours at capture (fault 11): 5 s, 30 s, 2 min, 10 min, 1 h, 6 h, daily."""
    payment_id = await world.secured()
    world.provider.fault("capture", Fault.TIMEOUT_BEFORE)
    world.provider.fault("fetch", Fault.TIMEOUT_BEFORE, times=6)
    await settle(world, payment_id, 800)
    begun_at = world.clock.now()

    asked = []
    for _ in range(7):
        row = world.sql.execute("SELECT check_at FROM payment").fetchone()
        assert row is not None
        asked.append(int((row[0] - begun_at).total_seconds()))
        world.clock.set(row[0].astimezone(UTC))
        await world.later(seconds=0)

    # The reading fails six times; a day after 6 h it succeeds and the capture goes out.
    assert [5, 30, 120, 600, 3600, 21_600, 21_600 + 86_400] == asked
    assert eur(800) == (await world.payment(payment_id)).captured


async def test_effect_that_shows_late_is_not_doubled(world: World):
    """The provider's book lags behind: the order goes out again, with the same key: one effect."""
    payment_id = await world.secured()
    before = world.at_provider(await world.payment(payment_id))
    world.provider.fault("capture", Fault.TIMEOUT_AFTER)
    await settle(world, payment_id, 800)
    fetch = world.provider.fetch

    async def fetch_before_the_capture(account, provider_ref):
        world.provider.fetch = fetch  # type: ignore[method-assign]
        return before

    world.provider.fetch = fetch_before_the_capture  # type: ignore[method-assign]
    await world.later(seconds=5)

    assert eur(800) == world.at_provider(await world.payment(payment_id)).captured


async def test_effect_is_recognised_after_the_provider_forgot_the_key(world: World):
    """Keys live for an hour or so; what was perhaps sent is looked for before it is sent again."""
    payment_id = await world.secured()
    world.provider.fault("capture", Fault.TIMEOUT_AFTER)
    await settle(world, payment_id, 800)

    world.provider._answers.clear()
    await world.later(hours=2)

    payment = await world.payment(payment_id)
    assert eur(800) == payment.captured == world.at_provider(payment).captured
    assert payment.is_settled


async def test_refund_that_fails_is_on_the_work_list(world: World):
    """A failed refund never ends in silence, and is there once."""
    payment_id = await world.secured(Strategy.PAY_FIRST)
    world.provider.fault("refund", Fault.PART_FAILS)

    await settle(world, payment_id, 800)
    await world.job("payments.refresh", payment_id=payment_id)

    async with world.database.work(OPERATOR) as work:
        items = await work_items(work)
    assert [("refund_failed", eur(5200))] == [(item.reason, item.amount) for item in items]
    assert 1 == world.told.names.count("PaymentTrouble")

    async with world.database.work(OPERATOR) as work:
        await resolve_item(work, items[0].item_id, "paid out by bank transfer")
        assert [] == await work_items(work)


async def test_declined_capture_is_on_the_work_list(world: World):
    """The hold lapsed before the capture (fault 10)."""
    payment_id = await world.secured()
    world.provider.expire("tr_fake1")

    await settle(world, payment_id, 800)

    async with world.database.work(OPERATOR) as work:
        items = await work_items(work)
    assert [("capture_failed", eur(800))] == [(item.reason, item.amount) for item in items]
    assert (await world.payment(payment_id)).is_settled


async def test_abandoned_checkout_is_cancelled(world: World):
    """Left at the provider (fault 7): told as expired after 15 min, and closed there."""
    payment_id = await world.begin()
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    await world.later(minutes=14)
    assert PaymentStatus.OPEN is (await world.payment(payment_id)).status
    await world.later(minutes=1)

    payment = await world.payment(payment_id)
    assert PaymentStatus.CANCELLED is payment.status
    assert ProviderStatus.CANCELLED is world.at_provider(payment).status
    assert ["PaymentFailed"] == world.told.names


async def test_lost_webhook_is_made_up_for_by_the_sweep(world: World):
    """No webhook and no return (fault 4): the payment is read after a minute."""
    payment_id = await world.begin()
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    world.provider.approve("tr_fake1")

    await world.later(minutes=1)

    assert ["PaymentSecured"] == world.told.names


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.RATE_LIMIT])
async def test_start_without_an_answer_gets_its_page_later(world: World, fault: Fault):
    """The call timed out (fault 1): the same key again, one payment, the page is known."""
    payment_id = await world.begin()
    world.provider.fault("start", fault)

    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    assert payment.checkout_url is None
    await world.later(seconds=5)

    assert (await world.payment(payment_id)).checkout_url is not None
    assert ["tr_fake1"] == list(world.provider.snapshots)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE])
async def test_given_up_while_the_start_is_unknown_leaves_nothing_open(world: World, fault: Fault):
    """The journey gave up: the start is found out, and undone."""
    payment_id = await world.begin()
    world.provider.fault("start", fault)
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    assert [] == await give_back(world, payment_id)
    await world.later(seconds=5)

    assert {ProviderStatus.CANCELLED} == {one.status for one in world.provider.snapshots.values()}
    assert PaymentStatus.CANCELLED is (await world.payment(payment_id)).status


async def test_given_up_before_the_start_is_never_sent(world: World):
    """Withdrawn: a late start of it does nothing."""
    payment_id = await world.begin()
    await give_back(world, payment_id)

    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    assert PaymentStatus.CANCELLED is payment.status
    assert {} == world.provider.snapshots


async def test_unreachable_provider_fails_the_start_after_a_quarter_of_an_hour(world: World):
    """Never sent in 15 minutes: the driver is told, and nothing can come of it any more."""
    payment_id = await world.begin()
    world.provider.fault("start", Fault.RATE_LIMIT, times=99)
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)

    for _ in range(16):
        await world.later(minutes=1)

    assert PaymentStatus.CANCELLED is (await world.payment(payment_id)).status
    assert ["PaymentFailed"] == world.told.names


@pytest.mark.parametrize("strategy", [Strategy.HOLD, Strategy.PAY_FIRST])
async def test_late_payment_goes_back(world: World, strategy: Strategy):
    """Paid at the provider after the journey was given up (fault 3)."""
    payment_id = await world.begin(strategy)
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    world.provider.approve("tr_fake1")

    await give_back(world, payment_id)

    at_provider = world.at_provider(await world.payment(payment_id))
    assert eur(0) == at_provider.captured - at_provider.refunded
    assert at_provider.status is not ProviderStatus.AUTHORISED
    assert "PaymentSecured" in world.told.names


async def test_twenty_refreshes_at_once_tell_one_event(world: World):
    """Webhook, return and sweep at the same time."""
    payment_id = await world.begin()
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    world.provider.approve("tr_fake1")

    await asyncio.gather(
        *(refresh_payment(payment_id, operator_id=OPERATOR, desk=world.desk) for _ in range(20))
    )

    assert ["PaymentSecured"] == world.told.names


async def test_refused_credentials_are_remembered_until_they_work(world: World):
    """A changed key: not ready, nothing lost, and ready again with the first good answer."""
    payment_id = await world.begin()
    world.provider.fault("start", Fault.UNAUTHORISED)
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    refused = world.sql.execute("SELECT refused_at FROM provider_account").fetchone()

    await world.later(seconds=5)
    taken = world.sql.execute("SELECT refused_at FROM provider_account").fetchone()

    assert (world.clock.now() is not None, True) == (refused != (None,), taken == (None,))
    assert PaymentStatus.OPEN is (await world.payment(payment_id)).status


async def test_other_operators_payment_is_not_there(world: World):
    """The id of another operator's payment is an unknown id."""
    payment_id = await world.begin()

    with pytest.raises(PaymentNotFound):
        async with world.database.work(OTHER_OPERATOR) as work:
            await get_payment(work, payment_id)


@pytest.mark.parametrize(
    "table", ["provider_account", "payment", "payment_operation", "webhook_inbox", "work_list"]
)
async def test_rows_are_hidden_from_other_operators_by_the_database(world: World, table: str):
    """The second lock: a query that forgot the operator sees nothing of another's."""
    payment_id = await world.secured()
    world.provider.expire("tr_fake1")
    await world.job("payments.refresh", payment_id=payment_id)
    account = await world.account()
    webhook = Webhook("fake", account.webhook_token, ["tr_fake1"], b"id=tr_fake1")
    await receive_webhook(webhook, desk=world.desk)
    await world.readings.done()
    forgetful = text(f"SELECT count(*) FROM {table}")

    async with world.database.work(OPERATOR) as work:
        assert (await work.execute(forgetful)).scalar_one() > 0
    async with world.database.work(OTHER_OPERATOR) as work:
        assert 0 == (await work.execute(forgetful)).scalar_one()


async def test_operator_without_an_account_takes_no_payment(world: World):
    """A clear problem, before anything is written."""
    with pytest.raises(AccountNotFound):
        async with world.database.work(OTHER_OPERATOR) as work:
            payment_id = work.ids.uuid7(work.now)
            await begin_payment(
                work,
                PaymentOrder(
                    payment_id, payment_id, eur(1), "ideal", Strategy.HOLD, "en", "x", "y"
                ),
            )


async def test_holds_near_their_end_are_reported(world: World):
    """Five days at most, less one: reported once, as an event and on the work list."""
    payment_id = await world.secured()

    await world.later(days=3)
    assert "PaymentTrouble" not in world.told.names
    await world.later(days=1)
    await world.later(hours=1)

    assert 1 == world.told.names.count("PaymentTrouble")
    assert OperationKind.START is (await world.payment(payment_id)).operations[-1].kind
