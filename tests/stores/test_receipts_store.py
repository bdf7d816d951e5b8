"""Receipts on a real PostgreSQL: gapless, one per session, never changed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from app.billing.receipts.errors import (
    BuyerOwesVat,
    InvoiceAlreadyMade,
    InvoiceTooLate,
    NothingCharged,
    ReceiptNotFound,
)
from app.billing.receipts.invoice import INVOICE_DAYS, make_full_invoice
from app.billing.receipts.issue import issue_receipt
from app.billing.receipts.model import Address, Buyer, DocumentKind, Receipt
from app.billing.receipts.read import get_receipt, receipt_of_session
from app.infra.database import Database
from tests.billing.drafts import LOGO, OPERATOR, SESSION, draft, eur, settled_for
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock

BUYER = Buyer("Zonnebloem B.V.", Address("Dam 1", "1012 JS", "Amsterdam", "NL"), "NL004495445B01")


class _Rollback(Exception):
    """What a test raises to undo a transaction."""


def _uuid(number: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | number)


async def _issue(database: Database, number: int, *, fail: bool = False) -> Receipt:
    async with database.work(OPERATOR) as work:
        issued = await issue_receipt(
            work, draft(session_id=_uuid(number), receipt_id=_uuid(10_000 + number))
        )
        if fail:
            raise _Rollback
    return issued


async def test_first_receipt_of_the_year_has_number_one(database: Database):
    """The number is the operator's format filled with the year and 1."""
    assert "VS-2026-000001" == (await _issue(database, 1)).number


async def test_stored_receipt_reads_back_equal(database: Database):
    """What is read is what was issued, to the last decimal, with its logo."""
    issued = await _issue(database, 1)

    async with database.work(OPERATOR) as work:
        assert issued == await get_receipt(work, issued.receipt_id)
    assert LOGO == issued.logo


async def test_same_session_gets_the_same_receipt(database: Database):
    """Issuing twice gives one document and uses one number."""
    first = await _issue(database, 1)

    assert first == await _issue(database, 1)
    assert "VS-2026-000002" == (await _issue(database, 2)).number


async def test_fifty_at_once_with_rollbacks_leave_no_gap(make_database: MakeDatabase):
    """Of 50 concurrent transactions, 15 of which roll back, the 35 others get 1 to 35."""
    database = make_database(pool_size=10)

    outcomes = await asyncio.gather(
        *(_issue(database, number, fail=number % 10 < 3) for number in range(50)),
        return_exceptions=True,
    )

    issued = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert 15 == sum(isinstance(outcome, _Rollback) for outcome in outcomes)
    assert [f"VS-2026-{number:06d}" for number in range(1, 36)] == sorted(r.number for r in issued)


async def test_the_same_session_at_once_gets_one_receipt(make_database: MakeDatabase):
    """Twenty transactions that issue one session's receipt all get the same one."""
    database = make_database(pool_size=10)

    issued = await asyncio.gather(*(_issue(database, 7) for _ in range(20)))

    assert {"VS-2026-000001"} == {receipt.number for receipt in issued}
    assert "VS-2026-000002" == (await _issue(database, 8)).number


async def test_two_operators_count_apart(database: Database):
    """A series belongs to one operator, and neither sees the other's receipts."""
    mine = await _issue(database, 1)

    async with database.work(_uuid(99)) as work:
        theirs = await issue_receipt(work, draft())
        with pytest.raises(ReceiptNotFound):
            await get_receipt(work, mine.receipt_id)
    assert mine.number == theirs.number


async def test_numbers_start_again_in_the_local_new_year(database: Database, clock: FakeClock):
    """23:30 UTC on New Year's Eve is next year in Amsterdam."""
    await _issue(database, 1)
    clock.set(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))

    assert "VS-2027-000001" == (await _issue(database, 2)).number


async def test_dates_never_run_against_the_numbers(database: Database, clock: FakeClock):
    """When the clock is set back, the next document has the date of the one before."""
    first = await _issue(database, 1)
    clock.set(clock.now() - timedelta(hours=1))

    second = await _issue(database, 2)

    assert first.issued_at == second.issued_at


async def test_nothing_charged_gives_no_receipt(database: Database):
    """A session without a price uses no number."""
    async with database.work(OPERATOR) as work:
        with pytest.raises(NothingCharged):
            await issue_receipt(work, draft(settlement=settled_for(eur("0.00"))))

    assert "VS-2026-000001" == (await _issue(database, 1)).number


@pytest.mark.parametrize("statement", ["UPDATE receipt SET number = 'X-1'", "DELETE FROM receipt"])
async def test_database_refuses_to_change_a_receipt(
    database: Database, sql: psycopg.Connection, statement: str
):
    """Not even the owner of the database changes or deletes a receipt by mistake."""
    await _issue(database, 1)

    with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        sql.execute(statement)


async def test_invoice_replaces_the_receipt(database: Database):
    """The invoice has the next number, names the receipt, and is then the valid document."""
    receipt = await _issue(database, 1)

    invoice = await make_full_invoice(
        receipt.receipt_id, BUYER, operator_id=OPERATOR, database=database
    )

    assert (DocumentKind.INVOICE, "VS-2026-000002") == (invoice.kind, invoice.number)
    assert "VS-2026-000001" == invoice.document.replaces
    assert BUYER == invoice.document.buyer
    assert receipt.document.taxes == invoice.document.taxes
    async with database.work(OPERATOR) as work:
        assert invoice == await receipt_of_session(work, receipt.session_id)


async def test_invoice_of_a_buyer_who_owes_the_vat_is_not_made(database: Database):
    """
    A seller of Germany sold in the Netherlands to a company identified there.

    Article 195: the company owes the VAT. One without a number pays it to the seller.
    """
    here = draft(session_id=_uuid(1), receipt_id=_uuid(10_001))
    address = replace(here.seller.address, country="DE")
    async with database.work(OPERATOR) as work:
        abroad = replace(here, seller=replace(here.seller, address=address))
        receipt = await issue_receipt(work, abroad)

    with pytest.raises(BuyerOwesVat) as wrong:
        await make_full_invoice(receipt.receipt_id, BUYER, operator_id=OPERATOR, database=database)
    made = await make_full_invoice(
        receipt.receipt_id, replace(BUYER, vat_number=None), operator_id=OPERATOR, database=database
    )

    assert {"country": "NL", "law": "Articles 39 and 195"} == wrong.value.facts
    # No number was lost on the way.
    assert "VS-2026-000002" == made.number


async def test_invoice_is_made_once(database: Database):
    """A second buyer is refused, also at the same moment, and no number is lost."""
    receipt = await _issue(database, 1)

    outcomes = await asyncio.gather(
        *(
            make_full_invoice(receipt.receipt_id, BUYER, operator_id=OPERATOR, database=database)
            for _ in range(5)
        ),
        return_exceptions=True,
    )

    assert 4 == sum(isinstance(outcome, InvoiceAlreadyMade) for outcome in outcomes)
    assert "VS-2026-000003" == (await _issue(database, 2)).number


async def test_invoice_is_not_made_of_an_invoice(database: Database):
    """The id of an invoice is no way to a second one."""
    receipt = await _issue(database, 1)
    invoice = await make_full_invoice(
        receipt.receipt_id, BUYER, operator_id=OPERATOR, database=database
    )

    with pytest.raises(InvoiceAlreadyMade):
        await make_full_invoice(invoice.receipt_id, BUYER, operator_id=OPERATOR, database=database)


async def test_invoice_has_its_time(database: Database, clock: FakeClock):
    """After INVOICE_DAYS the receipt is final."""
    receipt = await _issue(database, 1)
    clock.set(clock.now() + timedelta(days=INVOICE_DAYS, seconds=1))

    with pytest.raises(InvoiceTooLate):
        await make_full_invoice(receipt.receipt_id, BUYER, operator_id=OPERATOR, database=database)


async def test_other_operators_receipt_gives_no_invoice(database: Database):
    """A receipt of another operator does not exist."""
    receipt = await _issue(database, 1)

    with pytest.raises(ReceiptNotFound):
        await make_full_invoice(receipt.receipt_id, BUYER, operator_id=_uuid(99), database=database)


async def test_session_without_receipt_has_none(database: Database):
    """Before the issue there is nothing to show."""
    async with database.work(OPERATOR) as work:
        assert None is await receipt_of_session(work, SESSION)
