"""Sessions, transactions, meter samples and orphans in the database."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Interval,
    Numeric,
    Row,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    func,
    select,
    text,
    update,
)
from sqlalchemy import Sequence as NumberSequence
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.sessions.model import (
    Session,
    SessionState,
    StartReport,
)
from app.infra.database import EVERY_OPERATOR, Work
from app.infra.question import Question, answer
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, metadata, operator_table, scoped

remote_start_ids = NumberSequence(
    "ocpp_remote_start_id", start=1, maxvalue=2**31 - 1, metadata=metadata
)

sessions = operator_table(
    "session",
    Column("session_id", Uuid, primary_key=True),
    Column("evse_uid", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("evse_no", Integer, nullable=False),
    Column("ocpp16_connector_id", Integer, nullable=False),
    Column("id_tag", Text, nullable=False),
    Column("remote_start_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("max_power_kw", Numeric(9, 3), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("transaction_id", Text),
    Column("started_at", UtcDateTime),
    Column("start_received_at", UtcDateTime),
    Column("meter_start_wh", Numeric(18, 3)),
    Column("ended_at", UtcDateTime),
    Column("meter_stop_wh", Numeric(18, 3)),
    Column("stop_reason", Text),
    Column("register_wh", Numeric(18, 3)),
    Column("register_at", UtcDateTime),
    Column("power_w", Numeric(18, 3)),
    Column("last_sample_at", UtcDateTime),
    Column("heard_at", UtcDateTime),
    Column("clock_offset", Interval, nullable=False, server_default=text("interval '0'")),
    Column("flags", ARRAY(Text), nullable=False, server_default="{}"),
)
_s = sessions.c
Index("uq_session_id_tag", _s.operator_id, _s.id_tag, unique=True)
Index("uq_session_remote_start", _s.operator_id, _s.identity, _s.remote_start_id, unique=True)
Index("ix_session_transaction", _s.operator_id, _s.identity, _s.transaction_id)
# An EVSE runs one session. The EVSE stands first, so that nobody scans all that run by operator.
Index(
    "uq_session_active",
    _s.evse_uid,
    _s.operator_id,
    unique=True,
    postgresql_where=_s.state == SessionState.ACTIVE.value,
)

# Starts that are waited for: few of all.
Index("ix_session_pending", _s.created_at, postgresql_where=_s.state == SessionState.PENDING.value)

# Made once: making a statement costs as much as running it.
_BY_ID = Ready(
    select(sessions).where(
        _s.operator_id == bindparam("of_operator"), _s.session_id == bindparam("of_session")
    )
)
_POSSIBLE = Ready(
    text(
        """
        SELECT identity, transaction_id FROM unnest(:identities, :transactions)
            AS asked(identity, transaction_id)
        WHERE EXISTS (SELECT FROM session WHERE session.operator_id = :operator
            AND session.identity = asked.identity
            AND (session.transaction_id = asked.transaction_id
                 OR asked.transaction_id IS NULL AND session.state = :active))
        """
    )
    .bindparams(
        bindparam("identities", type_=ARRAY(Text)),
        bindparam("transactions", type_=ARRAY(Text)),
        bindparam("operator", type_=Uuid),
        bindparam("active", SessionState.ACTIVE, type_=Text),
    )
    .columns(column("identity"), column("transaction_id"))
)
_RUNNING = Ready(
    select(sessions).where(
        _s.operator_id == bindparam("of_operator"),
        _s.state == SessionState.ACTIVE.value,
        _s.identity == any_(bindparam("identities", type_=ARRAY(Text))),
    )
)
_MOST_INT4 = 2**31 - 1
_FIELDS = tuple(field.name for field in fields(Session))


async def next_remote_start_id(work: Work) -> int:
    """Return a number that no remote start had before."""
    number: int = (await work.execute(select(remote_start_ids.next_value()))).scalar_one()
    return number


async def add(work: Work, session: Session) -> None:
    """Insert a session."""
    await work.execute(sessions.insert().values(**_row(session)))


async def keep(work: Work, session: Session) -> None:
    """Overwrite a session whose row is locked."""
    mine = _mine(work, _s.session_id == session.session_id)
    await work.execute(update(sessions).where(mine).values(**_row(session)))


async def flag(work: Work, session_id: UUID, name: str) -> None:
    """Add a flag to a session."""
    flags = func.array_append(func.array_remove(_s.flags, name), name)
    mine = _mine(work, _s.session_id == session_id)
    await work.execute(update(sessions).where(mine).values(flags=flags))


async def by_id(work: Work, session_id: UUID) -> Session | None:
    """Return a session, or None."""
    return await answer(work, with_id(work.operator_id, session_id))


def with_id(operator_id: UUID, session_id: UUID) -> Question[Session | None]:
    """Ask for a session of this operator's; None: there is none."""
    asked = {"of_operator": operator_id, "of_session": session_id}
    return Question(_BY_ID, asked, lambda row, _: None if row is None else session_of(row))


async def by_id_tag(work: Work, id_tag: str) -> Session | None:
    """Return the session that *id_tag* was made for, or None."""
    return await _one(work, _s.id_tag == id_tag)


async def lock(work: Work, session_id: UUID) -> Session | None:
    """Return a session, its row locked, or None."""
    return await _one(work, _s.session_id == session_id, lock=True)


async def lock_bound(work: Work, report: StartReport) -> Session | None:
    """Return the session that the start's idTag or remoteStartId was made for, locked, or None."""
    if report.id_tag is not None:
        session = await _one(work, _s.id_tag == report.id_tag, lock=True)
        if session is not None:
            return session
    if report.remote_start_id is None:
        return None
    bound = (_s.identity == report.identity, _s.remote_start_id == report.remote_start_id)
    return await _one(work, *bound, lock=True)


async def lock_of_transaction(work: Work, identity: str, transaction_id: str) -> Session | None:
    """Return the session of an accepted transaction, locked, or None."""
    its = (_s.identity == identity, _s.transaction_id == transaction_id)
    return await _one(work, *its, lock=True)


async def of_transaction(work: Work, identity: str, transaction_id: str) -> Session | None:
    """Return the session of an accepted transaction, or None."""
    return await _one(work, _s.identity == identity, _s.transaction_id == transaction_id)


async def possible(
    work: Work, asked: Sequence[tuple[str, str | None]]
) -> set[tuple[str, str | None]]:
    """
    Return those of *asked*, pairs of identity and transaction, for which there is a session.

    Without a transaction: one that runs at the charge point.
    """
    identities, transactions = zip(*asked, strict=True)
    columns = {"identities": identities, "transactions": transactions}
    found = await work.rows(_POSSIBLE, {"operator": work.operator_id, **columns})
    return {(row.identity, row.transaction_id) for row in found}


async def running_at(work: Work, identities: Collection[str]) -> list[Session]:
    """Return the sessions that run at these charge points."""
    asked = {"of_operator": work.operator_id, "identities": list(identities)}
    return [session_of(row) for row in await work.rows(_RUNNING, asked)]


async def lock_started_with(work: Work, id_tag: str) -> Session | None:
    """Return the started session that *id_tag* was made for, locked, or None."""
    return await _one(work, _s.id_tag == id_tag, _s.started_at.is_not(None), lock=True)


async def lock_running_at(
    work: Work, identity: str, *, evse_no: int | None, connector_no: int | None
) -> Session | None:
    """Return the session that runs at this EVSE, locked, or None; None when no place is given."""
    if any(number is not None and abs(number) > _MOST_INT4 for number in (evse_no, connector_no)):
        return None  # a number that no charge point of ours has
    if evse_no is not None:
        place = _s.evse_no == evse_no
    elif connector_no is not None:
        place = _s.ocpp16_connector_id == connector_no
    else:
        return None
    running = _s.state == SessionState.ACTIVE
    return await _one(work, _s.identity == identity, running, place, lock=True)


async def silent(work: Work, older_than: datetime) -> list[Session]:
    """Return running sessions that were last heard of before *older_than*."""
    quiet = and_(_s.state == SessionState.ACTIVE, _s.heard_at < older_than)
    query = select(sessions).where(quiet).order_by(_s.heard_at)
    if work.scope is not EVERY_OPERATOR:
        query = query.where(_s.operator_id == work.operator_id)
    return [session_of(row) for row in await work.execute(query)]


async def pending_at(work: Work, prefix: str, since: datetime) -> list[Session]:
    """Return pending sessions since then at charge points whose identity begins with *prefix*."""
    where = and_(_s.state == SessionState.PENDING, _s.created_at >= since)
    query = select(sessions).where(where, _s.identity.startswith(prefix, autoescape=True))
    if work.scope is not EVERY_OPERATOR:
        query = query.where(_s.operator_id == work.operator_id)
    return [session_of(row) for row in await work.execute(query.order_by(_s.created_at))]


async def _one(work: Work, *where: ColumnElement[bool], lock: bool = False) -> Session | None:
    query = scoped(sessions, work).where(*where)
    found = await work.execute(query.with_for_update() if lock else query)
    row = found.one_or_none()
    return None if row is None else session_of(row)


def session_of(row: Row[Any]) -> Session:
    """Return the session in *row*, which has all columns of the table."""
    values = {name: getattr(row, name) for name in _FIELDS}
    values["state"] = SessionState(row.state)
    values["flags"] = frozenset(row.flags)
    return Session(**values)


def _row(session: Session) -> dict[str, Any]:
    values = {name: getattr(session, name) for name in _FIELDS}
    return values | {"flags": sorted(session.flags)}


def _mine(work: Work, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(_s.operator_id == work.operator_id, *where)
