"""An invoice between platforms, held against the CDRs that it names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.kernel.money import Money
from app.roaming.debts.model import Debt
from app.roaming.platforms.model import Party


@dataclass(frozen=True, slots=True)
class Invoice:
    """
    An invoice reconciliation record (OCPI 2.3.0): *invoice_id* is about the CDRs *cdr_ids*.

    *is_ours*: we issued it; *party* did, if not. *stated* is the total of the document itself, and
    *paid_at* when it was paid, as far as somebody said so.
    """

    platform_id: UUID
    is_ours: bool
    party: Party
    record_id: str
    invoice_id: str
    cdr_ids: tuple[str, ...]
    told_at: datetime
    stated: Money | None = None
    paid_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return the record's id as it is compared."""
        return self.record_id.lower()


class Reason(StrEnum):
    """What does not fit between an invoice and what is known here."""

    UNKNOWN = "unknown"
    NOT_OWED = "not_owed"
    INVOICED_TWICE = "invoiced_twice"
    CREDITED = "credited"
    BOTH_SIDES = "both_sides"
    OTHER_PARTY = "other_party"
    OTHER_CURRENCY = "other_currency"
    OTHER_TOTAL = "other_total"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not fit; *subject* is a CDR or the invoice."""

    reason: Reason
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What is known about an invoice: the *debts* of its CDRs, of their *sessions*, of its time.

    *elsewhere* are other invoices by the key of a CDR that they name; *uninvoiced* are debts of the
    same time that are on no invoice.
    """

    debts: Sequence[Debt]
    sessions: Sequence[Debt]
    uninvoiced: Sequence[Debt]
    elsewhere: Mapping[str, str]


def total_of(debts: Sequence[Debt]) -> Money | None:
    """Return what *debts* in the currency of the first come to, or None without any."""
    if not debts:
        return None
    currency = debts[0].net.currency
    same = [one.gross.minor for one in debts if one.net.currency == currency]
    return Money(sum(same), currency)


def reconcile(invoice: Invoice, known: Evidence) -> list[Difference]:
    """Return what differs between an *invoice* and what is *known*; none: it is right."""
    return [*_unknown(invoice, known), *_of_cdrs(invoice, known), *_of_whole(invoice, known)]


def _unknown(invoice: Invoice, known: Evidence) -> Iterator[Difference]:
    there = {one.key for one in known.debts}
    for cdr_id in invoice.cdr_ids:
        if cdr_id.lower() not in there:
            yield Difference(Reason.UNKNOWN, cdr_id, "no such CDR was ever told")


def _of_cdrs(invoice: Invoice, known: Evidence) -> Iterator[Difference]:
    here = {cdr_id.lower() for cdr_id in invoice.cdr_ids}
    first = known.debts[0] if known.debts else None
    for debt in known.debts:
        if debt.doubt is not None:
            yield Difference(Reason.NOT_OWED, debt.cdr_id, debt.doubt)
        if debt.key in known.elsewhere:
            other = f"it is on {known.elsewhere[debt.key]} too"
            yield Difference(Reason.INVOICED_TWICE, debt.cdr_id, other)
        for one in known.sessions:
            if one.doubt is None and one.is_credit_of(debt) and one.key not in here:
                detail = f"{one.cdr_id} takes it back, and is not on the invoice"
                yield Difference(Reason.CREDITED, debt.cdr_id, detail)
        if first is not None:
            yield from _unlike(debt, first)


def _unlike(debt: Debt, first: Debt) -> Iterator[Difference]:
    if debt.side is not first.side:
        detail = f"it is a CDR of {debt.side}, {first.cdr_id} of {first.side}"
        yield Difference(Reason.BOTH_SIDES, debt.cdr_id, detail)
    if debt.party != first.party:
        yield Difference(Reason.OTHER_PARTY, debt.cdr_id, f"it is with {debt.party}")
    if debt.net.currency != first.net.currency:
        yield Difference(Reason.OTHER_CURRENCY, debt.cdr_id, f"it is in {debt.net.currency}")


def _of_whole(invoice: Invoice, known: Evidence) -> Iterator[Difference]:
    total = total_of(known.debts)
    if invoice.stated is not None and total is not None and invoice.stated != total:
        detail = f"{invoice.stated} is stated, the CDRs come to {total}"
        yield Difference(Reason.OTHER_TOTAL, invoice.invoice_id, detail)
    for debt in known.uninvoiced:
        detail = f"{debt.gross} of {debt.ended_at:%Y-%m-%d} is on no invoice"
        yield Difference(Reason.MISSING, debt.cdr_id, detail)
