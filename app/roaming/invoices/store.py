"""Invoices between platforms in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Row,
    Text,
    Uuid,
    and_,
    any_,
    delete,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money
from app.roaming.debts.model import Debt, Side
from app.roaming.debts.store import debt_in, debts
from app.roaming.invoices.model import Invoice
from app.roaming.platforms.model import Party

invoices = operator_table(
    "ocpi_invoice",
    Column("platform_id", Uuid, primary_key=True),
    Column("is_ours", Boolean, primary_key=True),
    Column("country_code", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
    Column("record_key", Text, primary_key=True),
    Column("record_id", Text, nullable=False),
    Column("invoice_id", Text, nullable=False),
    # The ids of CDRs as they were told, in small letters.
    Column("cdrs", JSONB, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("stated_minor", BigInteger),
    Column("currency", Text),
    Column("paid_at", UtcDateTime),
)
_i = invoices.c
_d = debts.c
Index("ix_ocpi_invoice_told", _i.operator_id, _i.platform_id, _i.told_at)


async def put(work: Work, invoice: Invoice) -> None:
    """Insert an invoice, or overwrite what it is about; what was said of its payment stays."""
    values = {
        "record_id": invoice.record_id,
        "invoice_id": invoice.invoice_id,
        "cdrs": [one.lower() for one in invoice.cdr_ids],
        "told_at": invoice.told_at,
    }
    key = _key(work, invoice)
    statement = insert(invoices).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=[*key], set_=values))


async def note(work: Work, invoice: Invoice) -> None:
    """Keep what an invoice states in all, and when it was paid."""
    stated = invoice.stated
    values = {
        "stated_minor": None if stated is None else stated.minor,
        "currency": None if stated is None else stated.currency,
        "paid_at": invoice.paid_at,
    }
    await work.execute(update(invoices).where(_is(work, invoice)).values(values))


async def remove(work: Work, invoice: Invoice) -> None:
    """Delete an invoice."""
    await work.execute(delete(invoices).where(_is(work, invoice)))


async def find(
    work: Work, platform_id: UUID, party: Party, record_id: str, *, is_ours: bool
) -> Invoice | None:
    """Return the invoice of a record, its row locked, or None."""
    query = scoped(invoices, work).where(
        _i.platform_id == platform_id,
        _i.is_ours == is_ours,
        _i.country_code == party.country_code.upper(),
        _i.party_id == party.party_id.upper(),
        _i.record_key == record_id.lower(),
    )
    row = (await work.execute(query.with_for_update())).one_or_none()
    return None if row is None else _invoice(row)


async def of_number(work: Work, platform_id: UUID, invoice_id: str) -> Invoice | None:
    """Return the newest invoice of this number, its row locked, or None."""
    where = (_i.platform_id == platform_id, func.lower(_i.invoice_id) == invoice_id.lower())
    query = scoped(invoices, work).where(*where).order_by(_i.told_at.desc()).limit(1)
    row = (await work.execute(query.with_for_update())).one_or_none()
    return None if row is None else _invoice(row)


async def of_platform(work: Work, platform_id: UUID) -> list[Invoice]:
    """Return the invoices of both sides, the newest first."""
    query = scoped(invoices, work).where(_i.platform_id == platform_id)
    return [_invoice(row) for row in await work.execute(query.order_by(_i.told_at.desc()))]


async def page(
    work: Work, platform_id: UUID, asked: Mapping[str, Any]
) -> tuple[list[Invoice], int]:
    """Return invoices of ours by when they were told, and how many there are in all pages."""
    where = [_i.platform_id == platform_id, _i.is_ours]
    if asked.get("since") is not None:
        where.append(_i.told_at >= asked["since"])
    if asked.get("until") is not None:
        where.append(_i.told_at < asked["until"])
    counted = scoped(invoices, work, func.count()).where(*where)
    total: int = (await work.execute(counted)).scalar_one()
    query = scoped(invoices, work).where(*where).order_by(_i.told_at, _i.record_key)
    found = await work.execute(query.offset(asked["offset"]).limit(asked["limit"]))
    return [_invoice(row) for row in found], total


async def elsewhere(work: Work, invoice: Invoice) -> dict[str, str]:
    """Return the numbers of other invoices by the key of a CDR that this one names as well."""
    named = func.jsonb_array_elements_text(_i.cdrs).table_valued("value")
    keys = [one.lower() for one in invoice.cdr_ids]
    query = (
        select(named.c.value, _i.invoice_id)
        .select_from(invoices.join(named, true()))
        .where(
            _i.operator_id == work.operator_id,
            _i.platform_id == invoice.platform_id,
            _i.record_key != invoice.key,
            named.c.value == any_(literal(keys, ARRAY(Text))),
        )
    )
    return {row.value: row.invoice_id for row in await work.execute(query)}


async def uninvoiced(
    work: Work, platform_id: UUID, side: Side, since: datetime | None, until: datetime
) -> list[Debt]:
    """Return debts that are owed, ended from *since* to *until*, and are on no invoice."""
    named = func.jsonb_array_elements_text(_i.cdrs).table_valued("value")
    invoiced = (
        select(named.c.value)
        .select_from(invoices.join(named, true()))
        .where(_i.operator_id == work.operator_id, _i.platform_id == platform_id)
    )
    query = scoped(debts, work).where(
        _d.platform_id == platform_id,
        _d.side == side,
        _d.doubt.is_(None),
        _d.ended_at <= until,
        _d.cdr_key.not_in(invoiced),
    )
    if since is not None:
        query = query.where(_d.ended_at >= since)
    return [debt_in(row) for row in await work.execute(query.order_by(_d.ended_at, _d.cdr_key))]


def _key(work: Work, invoice: Invoice) -> dict[str, object]:
    return {
        "operator_id": work.operator_id,
        "platform_id": invoice.platform_id,
        "is_ours": invoice.is_ours,
        "country_code": invoice.party.country_code.upper(),
        "party_id": invoice.party.party_id.upper(),
        "record_key": invoice.key,
    }


def _is(work: Work, invoice: Invoice) -> Any:  # noqa: ANN401 - a clause
    return and_(*(_i[name] == value for name, value in _key(work, invoice).items()))


def _invoice(row: Row[Any]) -> Invoice:
    stated = None if row.stated_minor is None else Money(row.stated_minor, row.currency)
    return Invoice(
        platform_id=row.platform_id,
        is_ours=row.is_ours,
        party=Party(row.country_code, row.party_id),
        record_id=row.record_id,
        invoice_id=row.invoice_id,
        cdr_ids=tuple(row.cdrs),
        told_at=row.told_at,
        stated=stated,
        paid_at=row.paid_at,
    )
