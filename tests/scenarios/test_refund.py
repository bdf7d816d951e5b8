"""A part of what was charged is given back, with a credit note, and by two people if it is much."""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest
from pypdf import PdfReader

from app.billing.receipts.errors import CreditTooLarge, ReceiptNotFound
from app.directpay.receipt import ask_receipt
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.directpay.refunds.decide import approve_refund, list_refunds, refuse_refund
from app.directpay.refunds.errors import (
    RefundDecided,
    RefundInvalid,
    RefundNotFound,
    SecondPersonNeeded,
)
from app.directpay.refunds.model import Refund, RefundState
from app.kernel.money import Money
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.fakes.provider import Fault
from tests.scenarios.test_books import balances, sold_by_the_platform
from tests.scenarios.world import OPERATOR, World


def eur(minor: int) -> Money:
    """Cents."""
    return Money(minor, "EUR")


async def charged(world: World, method: str = "creditcard") -> str:
    """Charge 12.340 kWh for 6.17 incl. 21 % VAT, mail the receipt, and return its number."""
    await world.pays_and_plugs_in(method)
    await world.charges(minutes=40, kwh="12.340")
    await world.presses_stop()
    await world.stops()
    await ask_receipt(world.token, "driver@example.com", desk=world.desk)
    await world.worker.run_due()
    receipt = await world.receipt()
    assert receipt is not None
    return receipt.number


async def asks(world: World, number: str, cents: int | None, *, key: str = "k") -> Refund:
    """Anna asks for a refund, and the jobs run."""
    amount = None if cents is None else eur(cents)
    order = RefundOrder(number, amount, "the meter was wrong", "anna", key)
    refund = await ask_refund(order, operator_id=OPERATOR, database=world.database)
    await world.worker.run_due()
    await world.webhook()
    return refund


async def limited(world: World, cents: int) -> None:
    """Above so much, two people are needed."""
    async with world.database.work(OPERATOR) as work:
        operator = await get_operator(work)
        await save_operator(work, replace(operator, refund_limit=eur(cents)))


def credit_notes(world: World) -> list[tuple[str, int, int]]:
    """The credit notes: number, gross and VAT in cents."""
    return world.worker.sql.execute(
        "SELECT number, (document->'taxes'->0->'gross'->>'minor')::int,"
        " (document->'taxes'->0->'vat'->>'minor')::int"
        " FROM receipt WHERE kind = 'credit_note' ORDER BY sequence"
    ).fetchall()


@pytest.mark.parametrize("method", ["creditcard", "ideal"])
async def test_a_part_is_given_back(world: World, method: str):
    """2.00 of 6.17: the provider pays them back, the credit note has 0.35 VAT, the books agree."""
    number = await charged(world, method)
    returned = world.book.refunded.minor
    refund = await asks(world, number, 200)

    assert RefundState.DONE is refund.state
    assert returned + 200 == world.book.refunded.minor
    # 2.00 incl. 21 %: 1.65 and 0.35
    assert [("VS-2026-000002", 200, 35)] == credit_notes(world)
    # 5.10 - 1.65, 1.07 - 0.35, 6.17 - 2.00
    expected = {"revenue": 345, "vat_payable:NL:21": 72}
    held = await balances(world)
    assert expected == {name: held[name] for name in expected}
    assert 417 == sum(minor for name, minor in held.items() if name.startswith("psp_receivable"))


async def test_the_credit_note_is_mailed(world: World):
    """Whoever got the receipt gets the credit note, with the reason and the receipt's number."""
    number = await charged(world)
    await asks(world, number, 200)
    mail = world.mailer.mails[-1]

    assert "driver@example.com" == mail.recipient
    assert "Your credit note VS-2026-000002 from Voltstraat" == mail.subject
    assert "€2.00 is on its way back to you." in mail.text
    assert f"{number} of" in mail.text
    assert "the meter was wrong" in mail.text
    assert mail.attachments[0].content.startswith(b"%PDF")
    assert "credit-note-VS-2026-000002.pdf" == mail.attachments[0].filename


async def test_parts_make_up_the_whole(world: World):
    """Three refunds give back every cent, with every cent of VAT, and not one more."""
    number = await charged(world)
    for key, cents in (("a", 1), ("b", 333), ("c", None)):
        await asks(world, number, cents, key=key)
    with pytest.raises(CreditTooLarge):
        await asks(world, number, 1, key="d")

    notes = credit_notes(world)
    assert (617, 107) == (sum(note[1] for note in notes), sum(note[2] for note in notes))
    assert 617 == world.book.refunded.minor
    assert {} == await balances(world)


async def test_asking_twice_is_one_refund(world: World):
    """The same key is the same refund; with another amount it is refused."""
    number = await charged(world)
    first = await asks(world, number, 200)
    again = await asks(world, number, 200)
    with pytest.raises(RefundInvalid, match="another amount"):
        await asks(world, number, 300)

    assert first == again
    assert 200 == world.book.refunded.minor


async def test_much_needs_two_people(world: World):
    """Above the limit nothing moves until somebody else says yes; small parts add up."""
    await limited(world, 300)
    number = await charged(world)
    small = await asks(world, number, 200, key="small")
    large = await asks(world, number, 200, key="large")
    before = world.book.refunded.minor
    with pytest.raises(SecondPersonNeeded, match="anna asked"):
        await approve_refund(
            large.refund_id, by="Anna", operator_id=OPERATOR, database=world.database
        )
    approved = await approve_refund(
        large.refund_id, by="bert", operator_id=OPERATOR, database=world.database
    )
    await world.worker.run_due()
    await world.webhook()

    assert (RefundState.DONE, RefundState.ASKED) == (small.state, large.state)
    assert (200, 400) == (before, world.book.refunded.minor)
    assert ("bert", RefundState.DONE) == (approved.decided_by, approved.state)
    with pytest.raises(RefundDecided):
        await approve_refund(
            large.refund_id, by="bert", operator_id=OPERATOR, database=world.database
        )


async def test_a_refund_is_refused(world: World):
    """What was refused gives nothing back and makes room for another wish."""
    await limited(world, 0)
    number = await charged(world)
    asked = await asks(world, number, 600)
    await refuse_refund(asked.refund_id, by="anna", operator_id=OPERATOR, database=world.database)
    async with world.database.work(OPERATOR) as work:
        listed = await list_refunds(work)
        waiting = await list_refunds(work, RefundState.ASKED)

    assert [RefundState.REFUSED] == [refund.state for refund in listed]
    assert [] == waiting
    assert [] == credit_notes(world)
    assert 0 == world.book.refunded.minor


async def test_the_platform_gives_its_commission_back(world: World):
    """5 % and 0.25 of 5.10 are 0.51; all is given back, the commission too."""
    await sold_by_the_platform(world)
    number = await charged(world)
    await asks(world, number, 200, key="part")
    part = await balances(world)
    await asks(world, number, None, key="rest")

    # 5 % of 3.45 is 0.17, and 0.25 for the session.
    assert (42, 345 - 42) == (part["platform_fee"], part["cpo_payable:voltstraat"])
    assert {} == await balances(world)


async def test_a_refund_that_fails_is_owed(world: World):
    """The credit note stands, the money is owed to the customer and on the work list."""
    number = await charged(world)
    world.provider.fault("refund", Fault.PART_FAILS)
    await asks(world, number, 200)
    await world.sweeps_payments(hours=1)

    assert "refund_failed" in world.work_list()
    assert 200 == sum(
        minor for name, minor in (await balances(world)).items() if "customer_credit" in name
    )


@pytest.mark.parametrize(
    ("reason", "by"), [("", "anna"), ("  ", "anna"), ("x" * 201, "anna"), ("why", " ")]
)
async def test_a_refund_has_a_reason_and_a_name(world: World, reason: str, by: str):
    """Without them it cannot be asked for."""
    order = RefundOrder("VS-2026-000001", None, reason, by, "k")
    with pytest.raises(RefundInvalid, match="say why"):
        await ask_refund(order, operator_id=OPERATOR, database=world.database)


async def test_what_cannot_be_refunded(world: World):
    """An unknown document, more than was charged, nothing, a credit note, an unknown refund."""
    number = await charged(world)
    with pytest.raises(ReceiptNotFound):
        await asks(world, "VS-1", None)
    for cents in (618, 0, -1):
        with pytest.raises(CreditTooLarge, match=r"of 6\.17 EUR"):
            await asks(world, number, cents)
    await asks(world, number, 100)
    with pytest.raises(RefundInvalid, match="credit note"):
        await asks(world, "VS-2026-000002", None)
    with pytest.raises(RefundNotFound):
        await refuse_refund(UUID(int=1), by="bert", operator_id=OPERATOR, database=world.database)


async def test_how_the_credit_note_looks(world: World):
    """The PDF tells what it is, what it corrects, why, and the VAT."""
    number = await charged(world)
    await asks(world, number, 200)
    pdf = world.mailer.mails[-1].attachments[0].content
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)

    for told in (
        "Credit note number VS-2026-000002",
        number,
        "the meter was wrong",
        "€1.65",
        "€0.35",
    ):
        assert told in words
