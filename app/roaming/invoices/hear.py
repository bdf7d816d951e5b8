"""Hear which CDRs an invoice of another platform is about (OCPI 2.3.0, Invoice Reconciliation)."""

import logging

from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, OcpiObjectUnknown
from app.roaming.invoices import store
from app.roaming.invoices.model import Invoice
from app.roaming.invoices.read import reconciled
from app.roaming.platforms.model import Party, Platform
from app.roaming.received.model import INVOICES
from app.roaming.wire.payments import InvoiceReconciliation

log = logging.getLogger(__name__)


async def hear_invoice(
    platform: Platform, told: InvoiceReconciliation, *, may_change: bool, desk: RoamingDesk
) -> bool:
    """
    Keep an invoice of *platform*, and say in the log what differs; True when it was new.

    Raises OcpiInvalid for no CDRs, for another invoice of a known id unless it *may_change*, and
    for any change of one that was paid.
    """
    if not told.cdrs:
        raise OcpiInvalid("an invoice is about one CDR at least", field="cdrs")
    invoice = _invoice(platform, told)
    async with desk.database.work(platform.operator_id) as work:
        known = await _known(work, invoice)
        if known is not None and not _is_same(known, invoice):
            _check_change(known, may_change=may_change)
        await store.put(work, invoice)
        found = await reconciled(work, invoice)
    for one in found.differences:
        log.warning(
            "invoice %s of %s: %s %s: %s",
            invoice.invoice_id,
            platform.name,
            one.reason,
            one.subject,
            one.detail,
        )
    return known is None


async def forget_invoice(
    platform: Platform, party: Party, record_id: str, *, desk: RoamingDesk
) -> None:
    """Forget an invoice of *platform*. Raises OcpiObjectUnknown, and OcpiInvalid once paid."""
    async with desk.database.work(platform.operator_id) as work:
        known = await find_invoice(work, platform, party, record_id)
        _check_change(known, may_change=True)
        await store.remove(work, known)


async def find_invoice(work: Work, platform: Platform, party: Party, record_id: str) -> Invoice:
    """Return an invoice of *platform*. A step. Raises OcpiObjectUnknown."""
    found = await store.find(work, platform.platform_id, party, record_id, is_ours=False)
    if found is None:
        raise OcpiObjectUnknown(f"there is no record {record_id}", module=INVOICES)
    return found


async def _known(work: Work, invoice: Invoice) -> Invoice | None:
    return await store.find(
        work, invoice.platform_id, invoice.party, invoice.record_id, is_ours=False
    )


def _check_change(known: Invoice, *, may_change: bool) -> None:
    if known.paid_at is not None:
        raise OcpiInvalid("this invoice was paid, and changes no more", field="id")
    if not may_change:
        raise OcpiInvalid("there is another record of this id: use PUT to change it", field="id")


def _is_same(one: Invoice, other: Invoice) -> bool:
    ids = ({cdr.lower() for cdr in each.cdr_ids} for each in (one, other))
    return one.invoice_id == other.invoice_id and next(ids) == next(ids)


def _invoice(platform: Platform, told: InvoiceReconciliation) -> Invoice:
    return Invoice(
        platform_id=platform.platform_id,
        is_ours=False,
        party=Party(told.country_code.upper(), told.party_id.upper()),
        record_id=told.id,
        invoice_id=told.invoice_id,
        cdr_ids=tuple(dict.fromkeys(told.cdrs)),
        told_at=told.last_updated,
    )
