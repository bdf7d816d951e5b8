"""Tell a platform which CDRs an invoice of ours is about, and note what was paid."""

from dataclasses import replace
from datetime import datetime

from app.funds.ledger.chart import Book
from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.roaming import roaming_settled
from app.infra.database import Work
from app.kernel.money import Money
from app.roaming.debts import store as debts
from app.roaming.debts.model import Debt, Side
from app.roaming.errors import InvoiceDiffers, NothingToInvoice
from app.roaming.here.push import push_later
from app.roaming.invoices import store
from app.roaming.invoices.model import Invoice
from app.roaming.invoices.read import Reconciled, invoice_of, reconciled
from app.roaming.platforms.find import our_party
from app.roaming.platforms.model import Platform
from app.roaming.received.model import INVOICES


async def issue_invoice(
    work: Work, platform: Platform, invoice_id: str, until: datetime
) -> Reconciled:
    """
    Put all that a party owes us, and that ended *until* then, on the invoice *invoice_id*.

    One party and one currency at a time: what is owed longest says which. The platform is told
    which CDRs they are; the invoice of the same number once more is the same. A step; raises
    NothingToInvoice.
    """
    known = await store.of_number(work, platform.platform_id, invoice_id)
    if known is not None:
        return await reconciled(work, known)
    owed = await store.uninvoiced(work, platform.platform_id, Side.OURS, None, until)
    same = [one for one in owed if _is_like(one, owed[0])]
    if not same:
        raise NothingToInvoice(f"{platform.name} owes nothing that is on no invoice")
    invoice = Invoice(
        platform_id=platform.platform_id,
        is_ours=True,
        party=await our_party(work),
        record_id=str(work.ids.uuid7(work.now)),
        invoice_id=invoice_id,
        cdr_ids=tuple(one.cdr_id for one in same),
        told_at=work.now,
    )
    await store.put(work, invoice)
    push_later(work, platform.platform_id, INVOICES, invoice.record_id)
    return await reconciled(work, invoice)


async def state_total(
    work: Work, platform: Platform, invoice_id: str, stated: Money | None
) -> Reconciled:
    """Note what the document of an invoice says in all; InvoiceNotFound. A step."""
    invoice = await invoice_of(work, platform, invoice_id)
    if stated is not None and invoice.paid_at is None:
        invoice = replace(invoice, stated=stated)
        await store.note(work, invoice)
    return await reconciled(work, invoice)


async def note_paid(work: Work, platform: Platform, invoice_id: str, amount: Money) -> Reconciled:
    """
    Note that *amount* was paid for an invoice, by them or by us, and book it, once.

    What is paid for CDRs of ours comes in; what is paid for theirs goes out. A step; raises
    InvoiceNotFound, and InvoiceDiffers when it was paid with another amount, or none of its CDRs
    is known.
    """
    invoice = await invoice_of(work, platform, invoice_id)
    found = await debts.of_cdrs(work, platform.platform_id, list(invoice.cdr_ids))
    if not found:
        raise InvoiceDiffers("none of its CDRs is known here", invoice_id=invoice_id)
    if invoice.paid_at is not None and invoice.stated != amount:
        raise InvoiceDiffers(f"it was paid with {invoice.stated}", invoice_id=invoice_id)
    paid = replace(invoice, stated=amount, paid_at=invoice.paid_at or work.now)
    await store.note(work, paid)
    _book(work, paid, found[0], amount)
    return await reconciled(work, paid)


def _book(work: Work, invoice: Invoice, debt: Debt, amount: Money) -> None:
    assert invoice.paid_at is not None, "it was paid"  # noqa: S101
    nothing = Money.zero(amount.currency)
    received, paid = (amount, nothing) if debt.side is Side.OURS else (nothing, amount)
    name = f"{invoice.platform_id}/{invoice.party}/{invoice.is_ours}/{invoice.key}"
    fact = Fact(
        key=f"{TransactionKind.ROAMING_SETTLED}:{name}",
        source_id=invoice.platform_id,
        book=Book.LIVE,
        at=invoice.paid_at,
    )
    post_at_end(work, roaming_settled(fact, str(debt.party), received=received, paid=paid))


def _is_like(one: Debt, other: Debt) -> bool:
    return (one.party, one.net.currency) == (other.party, other.net.currency)
