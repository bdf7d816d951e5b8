"""The receipt finds its driver."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.billing.receipts.errors import InvalidMailAddress
from app.billing.receipts.model import Address, Buyer
from app.directpay.errors import NoReceipt
from app.directpay.follow.show import journey_view
from app.directpay.receipt import ask_invoice, ask_receipt, receipt_pdf
from app.infra.mail import NotSent, Refused, Sent
from app.pricing.vat import Registration, Registry
from tests.scenarios.world import World


async def test_an_address_given_while_charging_gets_the_receipt(world: World):
    """The mail goes out by itself once there is a receipt, with the PDF."""
    await world.pays_and_plugs_in()
    await ask_receipt(world.token, "driver@example.com", desk=world.desk)
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()

    # The first mail brought the link to follow and stop: see test_letter.py.
    _, mail = world.mailer.mails
    assert mail.recipient == "driver@example.com"
    assert mail.attachments[0].content.startswith(b"%PDF")


async def test_an_address_given_afterwards_gets_the_receipt(world: World):
    """The mail goes out at once, and the PDF can be had from the page."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()
    await ask_receipt(world.token, "driver@example.com", desk=world.desk)
    await world.worker.run_due()
    name, pdf = await receipt_pdf(world.token, desk=world.desk)

    assert [mail.recipient for mail in world.mailer.mails] == ["driver@example.com"]
    assert name.endswith(".pdf")
    assert pdf.startswith(b"%PDF")


async def test_mail_server_down_for_hours(world: World):
    """The mail waits and goes once, with the same message id, when the server is back."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    world.mailer.outcome = NotSent("connection refused")
    await ask_receipt(world.token, "driver@example.com", desk=world.desk)
    await world.stops()
    for _ in range(6):
        await world.passes(hours=1)
    failed = len(world.mailer.mails)
    world.mailer.outcome = Sent("250 ok")
    for _ in range(6):
        world.clock.advance(timedelta(hours=1))
        await world.worker.run_due()

    assert failed > 1
    assert len({mail.message_id for mail in world.mailer.mails}) == 1
    assert len(world.mailer.mails) == failed + 1


async def test_a_mail_that_nobody_takes_is_told(world: World):
    """The receiving server says no for good: the page says so until another address takes it."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()
    seen = []
    for address, outcome in (
        ("anna@exmaple.com", Refused("550 no such domain")),
        ("anna@example.com", Sent("250 ok")),
    ):
        world.mailer.outcome = outcome
        await ask_receipt(world.token, address, desk=world.desk)
        seen.append((await journey_view(world.token, desk=world.desk)).settled)
        await world.worker.run_due()
        seen.append((await journey_view(world.token, desk=world.desk)).settled)

    assert [(False, 2), (True, 2), (False, 1), (False, 1)] == [
        (settled.mail_failed, settled.mails_left) for settled in seen if settled is not None
    ]


async def test_a_wrong_address_is_told(world: World):
    """What is no address is refused, also one that tries to write headers."""
    await world.pays_and_plugs_in()

    for address in ("driver", "a@b.example\nBcc: c@d.example", "a@b.example, c@d.example"):
        with pytest.raises(InvalidMailAddress):
            await ask_receipt(world.token, address, desk=world.desk)


async def test_no_receipt_before_the_end(world: World):
    """There is no PDF of what is not settled."""
    await world.pays_and_plugs_in()

    with pytest.raises(NoReceipt):
        await receipt_pdf(world.token, desk=world.desk)


@pytest.mark.parametrize("outcome", list(Registry))
async def test_what_the_register_says_of_a_company_is_kept_with_its_invoice(
    world: World, outcome: Registry
):
    """Whatever it says, the company gets its invoice: many are not in the register."""
    asked: list[tuple[str, str | None]] = []

    class Played:
        async def look_up(self, number: str, *, requester: str | None = None) -> Registration:
            asked.append((number, requester))
            return Registration(outcome, world.clock.now(), "WAPI1", "Voorbeeld B.V.")

    await world.pays_and_plugs_in()
    await world.charges(minutes=20, kwh="12.340")
    await world.stops()
    buyer = Buyer("Voorbeeld", Address("Kade 2", "3011 AA", "Rotterdam", "NL"), "004495445B01")
    desk = replace(world.desk, register=Played())
    await ask_invoice(world.token, buyer, desk=desk)
    invoice = await world.receipt()

    assert [("NL004495445B01", "NL123456782B90")] == asked
    assert invoice is not None
    assert invoice.document.buyer is not None
    assert Registration(outcome, world.clock.now(), "WAPI1", "Voorbeeld B.V.") == (
        invoice.document.buyer.registration
    )
