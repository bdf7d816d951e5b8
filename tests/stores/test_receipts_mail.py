"""Mails of receipts on a real PostgreSQL: limited, repeated, given up, forgotten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from app.billing.receipts import store
from app.billing.receipts.deliver import GIVE_UP_AFTER, PostRoom, deliver_receipt
from app.billing.receipts.deliveries.model import Delivery, DeliveryState
from app.billing.receipts.errors import InvalidMailAddress, ReceiptNotFound, TooManyMails
from app.billing.receipts.forget import KEEP_ADDRESSES, forget_mail_addresses
from app.billing.receipts.invoice import make_full_invoice
from app.billing.receipts.issue import issue_receipt
from app.billing.receipts.jobs import receipt_jobs
from app.billing.receipts.model import Address, Buyer, Receipt
from app.billing.receipts.send import MAILS_PER_SESSION, SEND_TASK, send_receipt
from app.gateways.smtp.mailer import SmtpMailer
from app.infra.database import Database
from app.infra.mail import NotSent, Refused, Sent
from app.infra.pdf import Press
from app.people.identity.save import save_operator
from app.sandbox.mailbox.letters import Letters
from app.sandbox.mailbox.smtp import MailServer, Mood
from app.settings import Mail as MailSettings
from tests.billing.drafts import OPERATOR, SESSION, draft
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.mailer import FakeMailer
from tests.fakes.points import OPERATOR as A_CPO

JAN = "jan@example.com"
PRESS = Press()


@pytest.fixture
async def receipt(database: Database) -> Receipt:
    """An issued receipt of an operator, in whose name mails are sent."""
    async with database.work(OPERATOR) as work:
        await save_operator(work, replace(A_CPO, operator_id=OPERATOR))
        return await issue_receipt(work, draft())


@pytest.fixture
def mailer() -> FakeMailer:
    """A mailer that takes everything, until told otherwise."""
    return FakeMailer()


@pytest.fixture
def post(database: Database, mailer: FakeMailer) -> PostRoom:
    """A post room with the fake mailer."""
    return PostRoom(database, mailer, PRESS, "receipts@voltstad.example")


async def ask(database: Database, address: str = JAN) -> Delivery:
    """Ask for the receipt at an address."""
    return await send_receipt(SESSION, address, operator_id=OPERATOR, database=database)


async def mails(database: Database) -> list[Delivery]:
    """Return the mails of the session."""
    async with database.work(OPERATOR) as work:
        return await store.deliveries_of(work, SESSION)


def jobs(sql: psycopg.Connection) -> list[tuple[str, object]]:
    """Return the waiting jobs and when they may start, oldest first."""
    query = (
        "SELECT task_name, scheduled_at FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    )
    return sql.execute(query).fetchall()


async def test_mail_is_sent_and_recorded(
    database: Database, receipt: Receipt, post: PostRoom, mailer: FakeMailer
):
    """One mail with the receipt as PDF goes out, and the row says so."""
    asked = await ask(database)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    (mail,) = mailer.mails
    (row,) = await mails(database)
    assert JAN == mail.recipient
    assert mail.attachments[0].content.startswith(b"%PDF")
    assert (DeliveryState.SENT, 1, "250 kept") == (row.state, row.attempts, row.detail)
    assert receipt.receipt_id == row.receipt_id


async def test_job_is_deferred_with_the_mail(
    database: Database, receipt: Receipt, sql: psycopg.Connection
):
    """The job stands in the queue when, and only when, the mail is stored."""
    await ask(database)

    assert [(SEND_TASK, None)] == jobs(sql)
    assert receipt.session_id == SESSION


async def test_job_run_twice_sends_once(
    database: Database, receipt: Receipt, post: PostRoom, mailer: FakeMailer
):
    """A job that comes again finds the mail sent."""
    del receipt
    (job,) = receipt_jobs(post)
    asked = await ask(database)
    for _ in range(2):
        await job.run(delivery_id=asked.delivery_id, operator_id=OPERATOR)

    assert 1 == len(mailer.mails)


@pytest.mark.usefixtures("receipt")
async def test_hundred_requests_make_three_mails(make_database: MakeDatabase):
    """Nobody fills a stranger's mailbox: three per session, also when asked at once."""
    database = make_database(pool_size=10)
    outcomes = await asyncio.gather(
        *(ask(database, f"victim{number}@example.com") for number in range(100)),
        return_exceptions=True,
    )

    assert MAILS_PER_SESSION == len(await mails(database))
    assert 97 == sum(isinstance(outcome, TooManyMails) for outcome in outcomes)


@pytest.mark.usefixtures("receipt")
async def test_asking_again_while_it_waits_changes_nothing(database: Database):
    """Pressing the button five times is one mail."""
    asked = [await ask(database) for _ in range(5)]

    assert 1 == len({mail.delivery_id for mail in asked})
    assert 1 == len(await mails(database))


@pytest.mark.usefixtures("receipt")
async def test_sent_mail_can_be_sent_again(database: Database, post: PostRoom, mailer: FakeMailer):
    """A lost mail is asked for once more, and is the same mail by its Message-ID."""
    for _ in range(2):
        asked = await ask(database)
        await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    first, second = mailer.mails
    assert first.message_id == second.message_id


@pytest.mark.usefixtures("receipt")
@pytest.mark.parametrize(
    "address", ["jan", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"]
)
async def test_one_address_at_a_time(database: Database, address: str):
    """What is not one address is refused, and nothing is stored."""
    with pytest.raises(InvalidMailAddress):
        await ask(database, address)

    assert [] == await mails(database)


async def test_session_without_receipt_is_told(database: Database):
    """Before the end there is nothing to send."""
    with pytest.raises(ReceiptNotFound):
        await ask(database)


@pytest.mark.usefixtures("receipt")
async def test_refusal_ends_it(
    database: Database, post: PostRoom, mailer: FakeMailer, sql: psycopg.Connection
):
    """A hard no is recorded with its words and not tried again."""
    mailer.outcome = Refused("550 nobody of this name")
    asked = await ask(database)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    (row,) = await mails(database)
    assert (DeliveryState.REFUSED, "550 nobody of this name") == (row.state, row.detail)
    assert 1 == len(jobs(sql))


@pytest.mark.usefixtures("receipt")
async def test_server_down_for_hours(
    database: Database,
    post: PostRoom,
    mailer: FakeMailer,
    clock: FakeClock,
    sql: psycopg.Connection,
):
    """Every attempt defers the next one; when the server is back, the mail goes."""
    mailer.outcome = NotSent("connection refused")
    asked = await ask(database)
    while clock.now() - asked.asked_at < timedelta(hours=6):
        await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)
        _, next_start = jobs(sql)[-1]
        assert next_start > clock.now()
        clock.set(next_start)
    mailer.outcome = Sent("250 kept")
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    (row,) = await mails(database)
    # 10 s, 30 s, 2 min, 10 min, then every half hour: 4 and 12 attempts in 6 hours, and the last.
    assert (DeliveryState.SENT, 17) == (row.state, row.attempts)


@pytest.mark.usefixtures("receipt")
async def test_after_days_it_is_given_up(
    database: Database,
    post: PostRoom,
    mailer: FakeMailer,
    clock: FakeClock,
    sql: psycopg.Connection,
):
    """A server that never comes back does not keep a job for ever."""
    mailer.outcome = NotSent("connection refused")
    asked = await ask(database)
    clock.advance(GIVE_UP_AFTER)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    (row,) = await mails(database)
    assert DeliveryState.GAVE_UP is row.state
    assert 1 == len(jobs(sql))


async def test_mail_brings_the_invoice_once_there_is_one(
    database: Database, receipt: Receipt, post: PostRoom, mailer: FakeMailer
):
    """The valid document of a session is the one that is sent."""
    buyer = Buyer("Zonnebloem B.V.", Address("Dam 1", "1012 JS", "Amsterdam", "NL"))
    await make_full_invoice(receipt.receipt_id, buyer, operator_id=OPERATOR, database=database)
    asked = await ask(database)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    (mail,) = mailer.mails
    assert "invoice-VS-2026-000002.pdf" == mail.attachments[0].filename


@pytest.mark.usefixtures("receipt")
async def test_addresses_are_forgotten(database: Database, post: PostRoom, clock: FakeClock):
    """A month after it served its purpose, an address is erased; one that still waits stays."""
    asked = await ask(database)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)
    clock.advance(minutes=1)
    await ask(database, "els@example.com")
    clock.advance(KEEP_ADDRESSES + timedelta(seconds=1))

    assert 1 == await forget_mail_addresses(database=database)
    assert ["", "els@example.com"] == [row.address for row in await mails(database)]


async def test_unknown_delivery_is_left_alone(post: PostRoom, mailer: FakeMailer):
    """A job whose mail is gone does nothing."""
    await deliver_receipt(UUID(int=1), operator_id=OPERATOR, post=post)

    assert [] == mailer.mails


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MailServer]:
    """A real mail server."""
    server = MailServer(Letters(tmp_path))
    await server.start()
    yield server
    await server.stop()


@pytest.mark.usefixtures("receipt")
async def test_mail_outlives_a_server_that_is_down(
    database: Database, clock: FakeClock, server: MailServer
):
    """Over real sockets: nobody listens, then somebody does, and the receipt is in the mailbox."""
    settings = MailSettings(
        "127.0.0.1", server.port, None, None, "none", "receipts@voltstad.example"
    )
    post = PostRoom(database, SmtpMailer(settings, clock=clock), PRESS, settings.sender)
    await server.feel(Mood.DOWN)
    asked = await ask(database)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)
    await server.feel(Mood.GOOD)
    await deliver_receipt(asked.delivery_id, operator_id=OPERATOR, post=post)

    (letter,) = server.letters.all()
    ((filename, _, pdf),) = letter.files()
    assert ("receipt-VS-2026-000001.pdf", b"%PDF") == (filename, pdf[:4])
    assert [2] == [row.attempts for row in await mails(database)]
