"""Debts between platforms in the database."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Numeric,
    Result,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money
from app.roaming.debts.model import Debt, Doubt, Side
from app.roaming.here.store import guests
from app.roaming.platforms.model import Party
from app.roaming.received.model import CDRS
from app.roaming.received.store import objects

debts = operator_table(
    "ocpi_debt",
    Column("platform_id", Uuid, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("country_code", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
    Column("cdr_key", Text, primary_key=True),
    Column("cdr_id", Text, nullable=False),
    Column("session_id", Uuid),
    Column("currency", Text, nullable=False),
    # Below zero for a credit.
    Column("net_minor", BigInteger, nullable=False),
    Column("vat_minor", BigInteger, nullable=False),
    Column("fee_minor", BigInteger, nullable=False),
    Column("country", Text, nullable=False),
    Column("energy_kwh", Numeric(18, 6), nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime, nullable=False),
    Column("credits", Text),
    Column("body", Text),
    Column("reason", Text),
    # Why it is not in the ledger; null: it is.
    Column("doubt", Text),
)
_d = debts.c
Index("ix_ocpi_debt_told", _d.operator_id, _d.platform_id, _d.side, _d.told_at)
Index("ix_ocpi_debt_session", _d.operator_id, _d.session_id)
_MOST = 500


async def add(work: Work, debt: Debt) -> bool:
    """Insert a debt; False when its CDR is known already."""
    row = {
        **_key(work, debt),
        "cdr_id": debt.cdr_id,
        "session_id": debt.session_id,
        "currency": debt.net.currency,
        "net_minor": debt.net.minor,
        "vat_minor": debt.vat.minor,
        "fee_minor": debt.fee.minor,
        "country": debt.country,
        "energy_kwh": debt.energy_kwh,
        "ended_at": debt.ended_at,
        "told_at": debt.told_at,
        "credits": None if debt.credits is None else debt.credits.lower(),
        "body": debt.body,
        "reason": debt.reason,
        "doubt": debt.doubt,
    }
    done = await work.execute(insert(debts).values(row).on_conflict_do_nothing())
    return done.rowcount > 0


async def resolve(work: Work, debt: Debt) -> None:
    """Let a debt be owed."""
    mine = and_(*(_d[name] == value for name, value in _key(work, debt).items()))
    await work.execute(update(debts).where(mine).values(doubt=None))


async def of_session(work: Work, session_id: UUID, side: Side) -> list[Debt]:
    """Return the debts of a session in the order in which they were told."""
    query = scoped(debts, work).where(_d.session_id == session_id, _d.side == side)
    return [debt_in(row) for row in await work.execute(query.order_by(_d.told_at, _d.cdr_key))]


async def of_sessions(work: Work, session_ids: Collection[UUID | None]) -> list[Debt]:
    """Return the debts of sessions, of both sides."""
    query = scoped(debts, work).where(
        _d.session_id == any_(literal(list(session_ids), ARRAY(Uuid)))
    )
    return [debt_in(row) for row in await work.execute(query.order_by(_d.told_at, _d.cdr_key))]


async def of_cdr(work: Work, platform_id: UUID, side: Side, cdr_id: str) -> Debt | None:
    """Return the debt of a CDR, or None."""
    where = (_d.platform_id == platform_id, _d.side == side, _d.cdr_key == cdr_id.lower())
    row = (await work.execute(scoped(debts, work).where(*where))).first()
    return None if row is None else debt_in(row)


async def of_cdrs(work: Work, platform_id: UUID, cdr_ids: list[str]) -> list[Debt]:
    """Return the debts of these CDRs, of both sides."""
    keys = [one.lower() for one in cdr_ids]
    query = scoped(debts, work).where(
        _d.platform_id == platform_id, _d.cdr_key == any_(literal(keys, ARRAY(Text)))
    )
    return [debt_in(row) for row in await work.execute(query.order_by(_d.told_at, _d.cdr_key))]


async def page(
    work: Work, platform_id: UUID, side: Side, asked: Mapping[str, Any]
) -> tuple[list[Debt], int]:
    """Return debts by when they were told, and how many there are in all pages."""
    where = [_d.platform_id == platform_id, _d.side == side]
    if asked.get("since") is not None:
        where.append(_d.told_at >= asked["since"])
    if asked.get("until") is not None:
        where.append(_d.told_at < asked["until"])
    total: int = (await work.execute(scoped(debts, work, func.count()).where(*where))).scalar_one()
    query = scoped(debts, work).where(*where).order_by(_d.told_at, _d.cdr_key)
    found = await work.execute(query.offset(asked["offset"]).limit(asked["limit"]))
    return [debt_in(row) for row in found], total


async def balances(work: Work, platform_id: UUID) -> list[tuple[Side, str, str, int, int]]:
    """Return side, currency, doubt or "", number and minor units of a platform's debts."""
    doubt = func.coalesce(_d.doubt, "").label("doubt")
    total = func.sum(_d.net_minor + _d.vat_minor).label("total")
    number = func.count().label("number")
    query = scoped(debts, work, _d.side, _d.currency, doubt, number, total)
    query = query.where(_d.platform_id == platform_id).group_by(_d.side, _d.currency, doubt)
    found: Result[Any] = await work.execute(query.order_by(_d.side, _d.currency, doubt))
    return [(Side(row.side), row.currency, row.doubt, row.number, int(row.total)) for row in found]


async def unbooked_guests(work: Work) -> list[tuple[UUID, UUID]]:
    """Return operator and session of guests, of all operators, whose first CDR is no debt yet."""
    g = guests.c
    known = exists().where(_d.operator_id == g.operator_id, _d.session_id == g.session_id)
    query: Select[tuple[UUID, UUID]] = select(g.operator_id, g.session_id).where(
        g.cdr_id.is_not(None), ~known
    )
    return [tuple(row) for row in await work.execute(query.limit(_MOST))]


async def unbooked_cdrs(work: Work) -> list[tuple[UUID, UUID, str]]:
    """Return operator, platform and body of CDRs, of all operators, that are no debt yet."""
    o = objects.c
    known = exists().where(
        _d.operator_id == o.operator_id,
        _d.platform_id == o.platform_id,
        _d.side == Side.THEIRS,
        _d.country_code == o.country_code,
        _d.party_id == o.party_id,
        _d.cdr_key == o.object_key,
    )
    query: Select[tuple[UUID, UUID, str]] = select(o.operator_id, o.platform_id, o.body)
    query = query.where(o.module == CDRS, ~known).order_by(o.received_at).limit(_MOST)
    return [tuple(row) for row in await work.execute(query)]


def _key(work: Work, debt: Debt) -> dict[str, object]:
    return {
        "operator_id": work.operator_id,
        "platform_id": debt.platform_id,
        "side": debt.side,
        "country_code": debt.party.country_code.upper(),
        "party_id": debt.party.party_id.upper(),
        "cdr_key": debt.key,
    }


def debt_in(row: Row[Any]) -> Debt:
    """Return the debt in a *row*."""
    return Debt(
        side=Side(row.side),
        platform_id=row.platform_id,
        party=Party(row.country_code, row.party_id),
        cdr_id=row.cdr_id,
        session_id=row.session_id,
        net=Money(row.net_minor, row.currency),
        vat=Money(row.vat_minor, row.currency),
        country=row.country,
        energy_kwh=row.energy_kwh,
        ended_at=row.ended_at,
        told_at=row.told_at,
        fee=Money(row.fee_minor, row.currency),
        credits=row.credits,
        body=row.body,
        reason=row.reason,
        doubt=None if row.doubt is None else Doubt(row.doubt),
    )
