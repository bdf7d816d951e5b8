"""Read invoices between platforms with what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.infra.database import Work
from app.kernel.money import Money
from app.roaming.debts import store as debts
from app.roaming.debts.model import Debt
from app.roaming.errors import InvoiceNotFound
from app.roaming.invoices import store
from app.roaming.invoices.model import Difference, Evidence, Invoice, reconcile, total_of
from app.roaming.platforms.find import our_party
from app.roaming.platforms.model import Platform
from app.roaming.wire.payments import InvoiceReconciliation


@dataclass(frozen=True, slots=True)
class Reconciled:
    """An invoice, what its CDRs come to (None: none is known), and what differs."""

    invoice: Invoice
    total: Money | None
    differences: list[Difference]


async def reconciled(work: Work, invoice: Invoice) -> Reconciled:
    """Hold *invoice* against what is known here. A step."""
    found = await debts.of_cdrs(work, invoice.platform_id, list(invoice.cdr_ids))
    evidence = Evidence(
        debts=found,
        sessions=await debts.of_sessions(work, {one.session_id for one in found}),
        uninvoiced=await _uninvoiced(work, invoice, found),
        elsewhere=await store.elsewhere(work, invoice),
    )
    return Reconciled(invoice, total_of(found), reconcile(invoice, evidence))


async def invoice_of(work: Work, platform: Platform, invoice_id: str) -> Invoice:
    """Return the invoice of this number with *platform*. A step. Raises InvoiceNotFound."""
    found = await store.of_number(work, platform.platform_id, invoice_id)
    if found is None:
        msg = f"no CDRs of an invoice {invoice_id} were told by or to {platform.name}"
        raise InvoiceNotFound(msg, invoice_id=invoice_id)
    return found


async def invoices_of(work: Work, platform: Platform) -> list[Reconciled]:
    """Return all invoices with *platform*, the newest first. A step."""
    found = await store.of_platform(work, platform.platform_id)
    return [await reconciled(work, invoice) for invoice in found]


async def issued_page(
    work: Work, platform: Platform, asked: Mapping[str, Any]
) -> tuple[list[InvoiceReconciliation], int]:
    """Return a page of invoices of ours, and how many there are in all pages. A step."""
    found, total = await store.page(work, platform.platform_id, asked)
    return [told_as(one) for one in found], total


async def issued(work: Work, platform_id: UUID, record_id: str) -> Invoice | None:
    """Return an invoice of ours, or None. A step."""
    return await store.find(work, platform_id, await our_party(work), record_id, is_ours=True)


def told_as(invoice: Invoice) -> InvoiceReconciliation:
    """Return an invoice in the words of OCPI."""
    return InvoiceReconciliation(
        country_code=invoice.party.country_code,
        party_id=invoice.party.party_id,
        id=invoice.record_id,
        invoice_id=invoice.invoice_id,
        cdrs=invoice.cdr_ids,
        last_updated=invoice.told_at,
    )


async def _uninvoiced(work: Work, invoice: Invoice, found: list[Debt]) -> list[Debt]:
    if not found:
        return []
    since, until = min(one.ended_at for one in found), max(one.ended_at for one in found)
    side, party = found[0].side, found[0].party
    near = await store.uninvoiced(work, invoice.platform_id, side, since, until)
    return [one for one in near if one.party == party]
