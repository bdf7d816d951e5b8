"""The link by mail: the payer follows and stops from any device."""

import re
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from app.billing.receipts.errors import TooManyMails
from app.billing.receipts.forget import KEEP_ADDRESSES
from app.directpay.letters.deliver import LetterBox, deliver_letter
from app.directpay.letters.forget import forget_payers_addresses
from app.directpay.letters.links import PageLinks
from app.directpay.letters.model import MOST_LETTERS
from app.directpay.model import Ending, Stage
from app.directpay.money.add import add_to_hold
from app.directpay.money.policy import HoldPolicy, WhenUsedUp, save_hold_policy
from app.directpay.receipt import ask_receipt
from app.funds.payments.accounts import AccountOrder, save_accounts
from app.gateways.smtp.mailer import SmtpMailer
from app.gateways.smtp.mime import mime_message
from app.infra.mail import Mail, NotSent, Refused, Sent
from app.kernel.money import Money
from app.people.identity.hosts.book import Hosts
from app.sandbox.mailbox.letters import Letters
from app.sandbox.mailbox.smtp import MailServer, Mood
from app.settings import Mail as Settings
from tests.scenarios.world import OPERATOR, World

PAYER = "payer@example.com"
PAGE = "https://pay.example/s/"


async def leaves_address(world: World, address: str = PAYER) -> None:
    """The payer leaves an address on the page, and the jobs run."""
    await ask_receipt(world.token, address, desk=world.desk)
    await world.worker.run_due()


def link_of(mail: Mail) -> str:
    """Return the address in a mail's text."""
    (link,) = re.findall(r"https://\S+", mail.text)
    return link


async def test_the_link_comes_at_once(world: World):
    """Where, which socket, what is reserved, whom to call, and the link that may stop."""
    await world.pays_and_plugs_in()
    await leaves_address(world)

    (mail,) = world.mailer.mails
    begun = world.journeys[-1]
    assert mail.recipient == PAYER
    assert mail.subject == "Your session at Kade: follow and stop it here"
    assert link_of(mail) == f"{PAGE}{begun.token}?k={begun.control}"
    evse_id = (await world.looks()).point.evse_id
    for fact in (evse_id, "Kade 1, 3011 AA Rotterdam", "€60.00", "+31 10 123 4567"):
        assert fact in mail.text
        assert fact in mail.html
    assert f'href="{PAGE}{begun.token}?k={begun.control}"' in mail.html
    assert mail.attachments == ()


async def test_the_receipt_follows_with_a_link_that_only_looks(world: World):
    """The second mail brings the receipt; its link does not carry the right to stop."""
    await world.pays_and_plugs_in()
    await leaves_address(world)
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()

    letter, receipt = world.mailer.mails
    assert letter.message_id != receipt.message_id
    assert receipt.attachments[0].content.startswith(b"%PDF")
    assert link_of(receipt) == PAGE + world.token
    assert world.journeys[-1].control not in receipt.text + receipt.html


async def test_money_that_was_paid_first_is_called_so(world: World):
    """Nothing is reserved with iDEAL: it was paid in advance."""
    await world.pays_and_plugs_in("ideal")
    await leaves_address(world)

    (mail,) = world.mailer.mails
    assert "Paid in advance: €60.00" in mail.text
    assert "Reserved" not in mail.text


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nl", "Uw laadsessie bij Kade: hier volgen en stoppen"),
        ("de", "Ihr Ladevorgang bei Kade: hier verfolgen und beenden"),
        ("fr", "Votre recharge à Kade\N{NO-BREAK SPACE}: suivez-la et arrêtez-la ici"),
    ],
)
async def test_the_letter_speaks_the_payers_language(world: World, language: str, subject: str):
    """It is written in the language in which was paid."""
    await world.pays_and_plugs_in()
    world.worker.sql.execute("UPDATE journey SET locale = %s", [language])
    await leaves_address(world)

    (mail,) = world.mailer.mails
    assert (language, subject) == (mail.language, mail.subject)
    assert f'<html lang="{language}">' in mail.html
    assert "session" not in mail.text


async def test_the_same_address_again_changes_nothing(world: World):
    """Pressing the button ten times is one mail."""
    await world.pays_and_plugs_in()
    for _ in range(10):
        await leaves_address(world)

    assert len(world.mailer.mails) == 1


async def test_a_hundred_addresses_get_three_mails(world: World):
    """Two links at most while it charges, and one receipt: nobody fills strangers' mailboxes."""
    await world.pays_and_plugs_in()
    for number in range(100):
        await leaves_address(world, f"victim{number}@example.com")
    letters = len(world.mailer.mails)
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()
    settled = (await world.sees()).settled

    assert letters == MOST_LETTERS
    assert [mail.recipient for mail in world.mailer.mails[letters:]] == ["victim99@example.com"]
    with pytest.raises(TooManyMails):
        await ask_receipt(world.token, PAYER, desk=world.desk)
    assert settled is not None
    assert settled.mails_left == 0


async def test_a_session_with_one_link_has_two_receipts_left(world: World):
    """The link is one of the three mails that a session may cause."""
    await world.pays_and_plugs_in()
    await leaves_address(world)
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()
    settled = (await world.sees()).settled
    await leaves_address(world)

    assert settled is not None
    assert settled.mails_left == 1
    assert len(world.mailer.mails) == 3


async def test_before_the_payment_there_is_no_letter(world: World):
    """Who has not paid can cause no mail to anybody."""
    await world.pays()
    await leaves_address(world)

    assert world.mailer.mails == []


async def test_mail_server_is_away_while_it_charges(world: World):
    """The letter is tried again, with one Message-ID, for as long as the session runs."""
    await world.pays_and_plugs_in()
    world.mailer.outcome = NotSent("connection refused")
    await leaves_address(world)
    for _ in range(10):
        await world.charges(minutes=1, kwh="0.400")
    failed = len(world.mailer.mails)
    world.mailer.outcome = Sent("250 ok")
    await world.charges(minutes=10, kwh="4.000")

    # At once, after 10 s, 30 s, 1, 2 and 5 minutes: the last in the tenth minute.
    assert failed == 6
    assert len(world.mailer.mails) == failed + 1
    assert len({mail.message_id for mail in world.mailer.mails}) == 1


async def test_no_link_to_a_session_that_is_over(world: World):
    """When the mail server comes back after the end, only the receipt goes out."""
    await world.pays_and_plugs_in()
    world.mailer.outcome = NotSent("connection refused")
    await leaves_address(world)
    await world.charges(minutes=10, kwh="4.000")
    before = len(world.mailer.mails)
    world.mailer.outcome = Sent("250 ok")
    await world.stops()
    await world.passes(hours=1)

    (receipt,) = world.mailer.mails[before:]
    assert receipt.attachments
    assert letters(world.worker.sql) == [("gave_up", "nothing to say any more")]
    # What never was a mail does not count.
    settled = (await world.sees()).settled
    assert settled is not None
    assert settled.mails_left == 2


async def test_an_address_that_is_refused_is_not_tried_again(world: World):
    """A hard no is final, and the session goes on."""
    await world.pays_and_plugs_in()
    world.mailer.outcome = Refused("550 nobody of this name")
    await leaves_address(world)
    await world.charges(minutes=10, kwh="4.000")

    assert len(world.mailer.mails) == 1
    assert letters(world.worker.sql) == [("refused", "550 nobody of this name")]
    assert (await world.sees()).stage is Stage.CHARGING


async def test_an_address_left_before_plugging_in(world: World):
    """The link is of use before the cable is in: it leads to the countdown."""
    await world.pays()
    await world.approves()
    await leaves_address(world)
    await world.passes(minutes=10)

    assert len(world.mailer.mails) == 1
    assert (await world.sees()).ending is Ending.NEVER_PLUGGED


async def test_names_cannot_write_headers_or_html(world: World):
    """What an operator calls a place stays on one line, and is text in HTML."""
    world.worker.sql.execute("UPDATE location SET name = %s", ["Kade\r\nBcc: x@y.example <b>1</b>"])
    await world.pays_and_plugs_in()
    await leaves_address(world)

    (mail,) = world.mailer.mails
    message = mime_message(mail, at=world.clock.now())
    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"])
    assert "<b>1</b>" not in mail.html


async def test_the_letter_arrives_in_a_real_mailbox(world: World, tmp_path: Path):
    """Over a real socket: the server that was away takes it later, and the link is whole."""
    server = MailServer(Letters(tmp_path))
    await server.start()
    mailer = SmtpMailer(
        Settings("127.0.0.1", server.port, None, None, "none", "receipts@pay.example"),
        clock=world.clock,
    )
    await world.pays_and_plugs_in()
    world.mailer.outcome = NotSent("not by this mailer")
    await leaves_address(world)
    box = LetterBox(
        world.database,
        mailer,
        PageLinks(world.desk.secrets, Hosts("https://pay.example").base_of),
        "us@pay.example",
    )
    (letter_id,) = world.worker.sql.execute("SELECT letter_id FROM journey_letter").fetchone() or ()
    try:
        await server.feel(Mood.DOWN)
        await deliver_letter(letter_id, operator_id=OPERATOR, box=box)
        await server.feel(Mood.GOOD)
        await deliver_letter(letter_id, operator_id=OPERATOR, box=box)
        await deliver_letter(letter_id, operator_id=OPERATOR, box=box)
    finally:
        await server.stop()

    (arrived,) = server.letters.all()
    begun = world.journeys[-1]
    link = f"{PAGE}{begun.token}?k={begun.control}"
    assert link in (arrived.body("plain") or "")
    assert link in (arrived.body("html") or "")
    assert arrived.message["Message-ID"].startswith("<session-")
    assert PAYER not in arrived.message["Message-ID"]


async def test_addresses_are_forgotten(world: World):
    """A month after the session nobody can tell who charged."""
    await world.pays_and_plugs_in()
    await leaves_address(world)
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()
    world.clock.advance(KEEP_ADDRESSES - timedelta(minutes=11))
    early = await forget_payers_addresses(database=world.database)
    world.clock.advance(minutes=12)
    late = await forget_payers_addresses(database=world.database)

    assert (0, 2) == (early, late)
    assert (await world.sees()).receipt_email is None


def letters(sql: psycopg.Connection) -> list[tuple[str, str]]:
    """Return what became of the letters, oldest first."""
    return sql.execute("SELECT state, detail FROM journey_letter ORDER BY asked_at").fetchall()


# The warning


async def uses_four_fifths(world: World) -> None:
    """The car takes 100 of the 120 kWh that EUR 60 pay for, and half a minute goes by."""
    await world.charges(minutes=300, kwh="100.000")
    await world.passes(seconds=30)


async def test_the_payer_is_warned_by_mail_once(world: World):
    """At four fifths of the hold, with the link to add to it; not again when it was added to."""
    await world.pays_and_plugs_in()
    await leaves_address(world)
    await uses_four_fifths(world)
    await add_to_hold(world.token, "1", desk=world.desk)
    await world.approves()
    await world.charges(minutes=120, kwh="50.000")
    await world.passes(seconds=30)

    _, mail = world.mailer.mails
    assert (PAYER, True) == (mail.recipient, (await world.sees()).hold_warning)
    assert "Your session at Kade: the amount is nearly used up" == mail.subject
    assert "To charge on, add to the amount on the page of the session." in mail.text
    assert link_of(mail) in mail.html


async def test_nobody_is_warned_whose_address_is_not_known(world: World):
    """Without an address there is only the page."""
    await world.pays_and_plugs_in()
    await uses_four_fifths(world)

    assert [] == world.mailer.mails


async def test_no_warning_when_the_hold_has_grown(world: World):
    """What grows by itself within seconds is nothing to warn of."""
    world.provider.raises = True
    policy = HoldPolicy(Money(2500, "EUR"), Money(15_000, "EUR"), WhenUsedUp.RAISE)
    adyen = AccountOrder("adyen", "test", "key", merchant="Voltstraat")
    async with world.database.work(OPERATOR) as work:
        await save_hold_policy(work, policy)
        await save_accounts(work, (adyen,), vault=world.desk.payments.vault)
    await world.pays_and_plugs_in()
    await leaves_address(world)
    await uses_four_fifths(world)

    assert 1 == len(world.mailer.mails)
    assert 8500 == (await world.sees()).held.minor


async def test_the_warning_takes_no_mail_from_the_driver(world: World):
    """It was not asked for, and does not count towards the mails of a session."""
    await world.pays_and_plugs_in()
    await leaves_address(world)
    await uses_four_fifths(world)
    await leaves_address(world, "second@example.com")

    assert [PAYER, PAYER, "second@example.com"] == [mail.recipient for mail in world.mailer.mails]


async def test_no_warning_after_the_end(world: World):
    """A mail server that was away is not sent the warning of a session that is over."""
    await world.pays_and_plugs_in()
    await leaves_address(world)
    world.mailer.outcome = NotSent("away")
    await uses_four_fifths(world)
    tried = [mail for mail in world.mailer.mails if "nearly used up" in mail.subject]
    await world.stops()
    world.mailer.outcome = Sent("kept")
    await world.passes(minutes=10)

    assert 1 == len({mail.message_id for mail in tried})
    assert tried == [mail for mail in world.mailer.mails if "nearly used up" in mail.subject]
