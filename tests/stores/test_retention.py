"""What is deleted when it is old, and what stays however old it is."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.charging.sessions.forget import KEEP_ORPHANS, KEEP_REPORTS, forget_reports
from app.funds.payments.inbox.forget import KEEP_HINTS, KEEP_NOTICES, forget_hints
from app.funds.payments.inbox.receive import Webhook, receive_webhook
from app.funds.payments.inbox.told.store import put_doubtful, put_notice
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Notice
from tests.fakes.charger import Charger
from tests.fakes.points import furnish
from tests.fakes.provider import FakeProvider
from tests.stores.payment_world import OPERATOR, Told, World

DAY = timedelta(days=1)
TABLES = ("meter_sample", "ocpp_transaction", "orphan_report", "session")


@pytest.fixture
async def charger(make_database, clock) -> Charger:
    """A charging point with an ended session of two samples, one of them signed."""
    database = make_database()
    charger = Charger(database, clock, await furnish(database), [])
    _, transaction_id = await charger.charging()
    signed = replace(charger.sample(6000), signed="a signature")
    clock.advance(minutes=1)
    await charger.measure(transaction_id, signed, charger.sample(7000))
    await charger.measure("99999", charger.sample(1))
    clock.advance(minutes=1)
    await charger.stop(transaction_id, 7000)
    return charger


def counts(sql) -> dict[str, int]:
    """Return how many rows the tables of sessions have."""
    return {name: sql.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


@pytest.mark.parametrize(
    ("age", "left"),
    [
        (KEEP_ORPHANS - DAY, (2, 1, 1, 1)),
        (KEEP_ORPHANS + DAY, (2, 1, 0, 1)),
        (KEEP_REPORTS - DAY, (2, 1, 0, 1)),
        (KEEP_REPORTS + DAY, (1, 0, 0, 1)),
    ],
    ids=["new", "orphans are old", "reports are not yet", "reports are old"],
)
async def test_reports_go_and_sessions_stay(charger, clock, sql, age, left):
    """Orphans go after half a year, samples and transactions after thirteen months."""
    clock.advance(age)
    await forget_reports(database=charger.database)

    assert dict(zip(TABLES, left, strict=True)) == counts(sql)


async def test_signed_samples_stay_for_ever(charger, clock, sql):
    """With them a driver can prove what the meter said."""
    clock.advance(10 * KEEP_REPORTS)
    await forget_reports(database=charger.database)

    assert [("a signature",)] == sql.execute("SELECT signed FROM meter_sample").fetchall()


async def test_nothing_of_a_session_goes_before_it_ended(charger, clock, sql):
    """A session that nobody closed for years is still priced by its samples."""
    session, transaction_id = await charger.charging()
    await charger.measure(transaction_id, charger.sample(8000))
    clock.advance(3 * KEEP_REPORTS)
    await forget_reports(database=charger.database)

    assert 1 == len(await charger.samples(session))
    assert [(transaction_id,)] == sql.execute(
        "SELECT transaction_id FROM ocpp_transaction"
    ).fetchall()


async def test_a_late_stop_of_a_forgotten_transaction_changes_nothing(charger, clock, sql):
    """The session is found by itself, and is what it was."""
    (number,) = sql.execute("SELECT transaction_id FROM ocpp_transaction").fetchone()
    before = sql.execute("SELECT meter_stop_wh, ended_at, state FROM session").fetchall()
    clock.advance(KEEP_REPORTS + DAY)
    await forget_reports(database=charger.database)
    await charger.stop(number, 7000)

    assert before == sql.execute("SELECT meter_stop_wh, ended_at, state FROM session").fetchall()


async def test_handled_webhooks_go_and_open_ones_stay(make_database, sql, clock):
    """After ninety days only what was never followed up is left, for the audit to tell."""
    told = Told()
    world = World(make_database(reactors=told.reactors), FakeProvider(), sql, clock, told)
    token = (await world.account()).webhook_token
    await start_payment(await world.begin(), operator_id=OPERATOR, desk=world.desk)
    await receive_webhook(Webhook("fake", token, ["tr_fake1"], b""), desk=world.desk)
    await world.work_off()
    await receive_webhook(Webhook("fake", token, ["tr_open"], b""), desk=world.desk)
    rows = []
    for age in (KEEP_HINTS - DAY, 2 * DAY):
        clock.advance(age)
        await forget_hints(database=world.database)
        rows.append(sql.execute("SELECT provider_ref FROM webhook_inbox ORDER BY 1").fetchall())

    assert [[("tr_fake1",), ("tr_open",)], [("tr_open",)]] == rows


@pytest.mark.parametrize(
    ("age", "left"),
    [(KEEP_HINTS - DAY, 3), (KEEP_HINTS + DAY, 2), (KEEP_NOTICES + DAY, 1)],
    ids=["new", "nobody's are old", "all are old"],
)
async def test_notices_go_when_nobody_can_need_them(database, sql, clock, age, left):
    """Nobody's after three months, a payment's after two years, unless it is at work."""
    world = World(database, FakeProvider(), sql, clock, Told())
    account = await world.account()
    done, at_work = await world.begin(), await world.begin()
    sql.execute("UPDATE payment SET check_at = NULL WHERE payment_id = %s", (done,))
    async with database.work(OPERATOR) as work:
        for key, payment_id in (("nobody", None), ("done", done), ("at work", at_work)):
            await put_notice(work, account, Notice(key, "", None, b"{}"), payment_id)
        await put_doubtful(work, account, [b"{}"])
    clock.advance(age)
    await forget_hints(database=database)
    (doubtful,) = sql.execute("SELECT count(*) FROM doubtful_notice").fetchone()

    assert (left, left == 3) == (_notices(sql), doubtful == 1)


def _notices(sql) -> int:
    """Return how many notices are kept."""
    return sql.execute("SELECT count(*) FROM provider_notice").fetchone()[0]
