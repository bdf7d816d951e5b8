"""Receipts in the database: gapless series, unchangeable documents, and their mails."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.billing.receipts.deliveries.model import Delivery, DeliveryState
from app.billing.receipts.model import (
    DocumentKind,
    Logo,
    Receipt,
    ReceiptDocument,
)
from app.billing.receipts.series import Series
from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

series_table = operator_table(
    "receipt_series",
    Column("series", Text, primary_key=True),
    Column("last_number", BigInteger, nullable=False),
    Column("last_issued_at", UtcDateTime, nullable=False),
)
receipt_table = operator_table(
    "receipt",
    Column("receipt_id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("series", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("number", Text, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("document", JSONB, nullable=False),
    Index(
        "uq_receipt_session_kind",
        "operator_id",
        "session_id",
        "kind",
        unique=True,
        postgresql_where="kind <> 'credit_note'",
    ),
    Index("ix_receipt_session", "operator_id", "session_id"),
    UniqueConstraint("operator_id", "series", "sequence"),
    UniqueConstraint("operator_id", "number"),
)
logo_table = operator_table(
    "receipt_logo",
    Column("digest", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
delivery_table = operator_table(
    "receipt_delivery",
    Column("delivery_id", Uuid, primary_key=True),
    Column("receipt_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("detail", Text, nullable=False),
)
Index(None, delivery_table.c.operator_id, delivery_table.c.session_id)
# A legal document: the database refuses to change or delete it, whoever asks.
receipt_table.info["final"] = True

_mine = receipt_table.c.operator_id == bindparam("of_operator")
_of_session = receipt_table.c.session_id == bindparam("of_session")
_logo_of_it = (logo_table.c.operator_id == receipt_table.c.operator_id) & (
    logo_table.c.digest == receipt_table.c.document["look"]["logo_digest"].astext
)
_RECEIPTS = select(receipt_table, logo_table.c.content, logo_table.c.media_type).select_from(
    receipt_table.outerjoin(logo_table, _logo_of_it)
)
_OF_SESSION = Ready(
    _RECEIPTS.where(_mine, _of_session, receipt_table.c.kind == bindparam("of_kind"))
)
# In the order of the alphabet an invoice comes before a receipt; a session has one of each at most.
_VALID = Ready(
    _RECEIPTS.where(_mine, _of_session, receipt_table.c.kind != DocumentKind.CREDIT_NOTE)
    .order_by(receipt_table.c.kind)
    .limit(1)
)
_DELIVERIES = Ready(
    select(delivery_table)
    .where(
        delivery_table.c.operator_id == bindparam("of_operator"),
        delivery_table.c.session_id == bindparam("of_session"),
    )
    .order_by(delivery_table.c.asked_at, delivery_table.c.delivery_id)
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to issue the next document of a series, held until the transaction ends."""

    series: Series
    sequence: int
    issued_at: datetime


async def take_turn(work: Work, series: Series) -> Turn:
    """
    Lock *series* and return its next number, which is not used up before `add_receipt`.

    Documents of a series are dated in the order of their numbers.
    """
    first = insert(series_table).values(
        operator_id=work.operator_id, series=series.head, last_number=0, last_issued_at=work.now
    )
    # The update that changes nothing takes the row's lock and sees what others committed.
    locked = first.on_conflict_do_update(
        index_elements=["operator_id", "series"], set_={"series": first.excluded.series}
    ).returning(series_table.c.last_number, series_table.c.last_issued_at)
    row = (await work.execute(locked)).one()
    return Turn(series, row.last_number + 1, max(work.now, row.last_issued_at))


async def add_receipt(work: Work, receipt: Receipt, turn: Turn) -> None:
    """Store *receipt* and use up the number of its *turn*."""
    await work.execute(
        update(series_table)
        .where(
            series_table.c.operator_id == work.operator_id,
            series_table.c.series == turn.series.head,
        )
        .values(last_number=turn.sequence, last_issued_at=turn.issued_at)
    )
    await work.execute(
        insert(receipt_table).values(
            operator_id=work.operator_id,
            receipt_id=receipt.receipt_id,
            session_id=receipt.session_id,
            kind=receipt.kind,
            series=turn.series.head,
            sequence=turn.sequence,
            number=receipt.number,
            issued_at=receipt.issued_at,
            document=msgspec.to_builtins(receipt.document),
        )
    )


async def keep_logo(work: Work, logo: Logo) -> str:
    """Store *logo* once and return its digest, by which documents name it."""
    digest = hashlib.sha256(logo.media_type.encode() + b"\0" + logo.content).hexdigest()
    await work.execute(
        insert(logo_table)
        .values(
            operator_id=work.operator_id,
            digest=digest,
            media_type=logo.media_type,
            content=logo.content,
        )
        .on_conflict_do_nothing()
    )
    return digest


async def find_receipt(work: Work, receipt_id: UUID) -> Receipt | None:
    """Return the document with this id, or None."""
    query = _receipts(work).where(receipt_table.c.receipt_id == receipt_id)
    return _receipt_or_none((await work.execute(query)).one_or_none())


async def find_of_session(work: Work, session_id: UUID, kind: DocumentKind) -> Receipt | None:
    """Return the session's document of this *kind*, or None."""
    asked = {"of_operator": work.operator_id, "of_session": session_id, "of_kind": kind}
    return _receipt_or_none(await work.row(_OF_SESSION, asked))


def find_valid(operator_id: UUID, session_id: UUID) -> Question[Receipt | None]:
    """Ask for the session's invoice where one was made, else its receipt; None: neither."""
    asked = {"of_operator": operator_id, "of_session": session_id}
    return Question(_VALID, asked, lambda row, _: _receipt_or_none(row))


async def find_by_number(work: Work, number: str) -> Receipt | None:
    """Return the document with this number, or None."""
    query = _receipts(work).where(receipt_table.c.number == number)
    return _receipt_or_none((await work.execute(query)).one_or_none())


async def credit_notes_of(work: Work, session_id: UUID) -> list[Receipt]:
    """Return the credit notes of a session, oldest first."""
    its = (
        receipt_table.c.session_id == session_id,
        receipt_table.c.kind == DocumentKind.CREDIT_NOTE,
    )
    rows = await work.execute(_receipts(work).where(*its).order_by(receipt_table.c.sequence))
    return [_receipt(row) for row in rows]


async def lock_session(work: Work, session_id: UUID) -> None:
    """Let one transaction at a time ask for mails of this session's documents."""
    query = scoped(receipt_table, work, receipt_table.c.receipt_id)
    await work.execute(query.where(receipt_table.c.session_id == session_id).with_for_update())


async def add_delivery(work: Work, delivery: Delivery) -> None:
    """Store a new mail."""
    await work.execute(
        insert(delivery_table).values(operator_id=work.operator_id, **asdict(delivery))
    )


async def save_delivery(work: Work, delivery: Delivery) -> None:
    """Store what became of a mail."""
    await work.execute(
        update(delivery_table)
        .where(
            delivery_table.c.operator_id == work.operator_id,
            delivery_table.c.delivery_id == delivery.delivery_id,
        )
        .values(state=delivery.state, attempts=delivery.attempts, detail=delivery.detail)
    )


async def find_delivery(work: Work, delivery_id: UUID) -> Delivery | None:
    """Return a mail, its row locked, or None."""
    query = scoped(delivery_table, work).where(delivery_table.c.delivery_id == delivery_id)
    row = (await work.execute(query.with_for_update())).one_or_none()
    return None if row is None else _delivery(row)


async def deliveries_of(work: Work, session_id: UUID) -> list[Delivery]:
    """Return the mails of a session, oldest first."""
    asked = {"of_operator": work.operator_id, "of_session": session_id}
    return [_delivery(row) for row in await work.rows(_DELIVERIES, asked)]


async def forget_addresses(work: Work, before: datetime) -> int:
    """Erase the addresses of mails asked for *before* that wait no more; return how many."""
    done = await work.execute(
        update(delivery_table)
        .where(
            delivery_table.c.asked_at < before,
            delivery_table.c.state != DeliveryState.WAITING,
            delivery_table.c.address != "",
        )
        .values(address="")
    )
    return done.rowcount


def _receipts(work: Work) -> Select[Any]:
    return _RECEIPTS.where(receipt_table.c.operator_id == work.operator_id)


def _receipt_or_none(row: Row[Any] | None) -> Receipt | None:
    return None if row is None else _receipt(row)


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        operator_id=row.operator_id,
        receipt_id=row.receipt_id,
        session_id=row.session_id,
        kind=DocumentKind(row.kind),
        number=row.number,
        issued_at=row.issued_at,
        document=msgspec.convert(row.document, ReceiptDocument),
        logo=None if row.content is None else Logo(row.content, row.media_type),
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        delivery_id=row.delivery_id,
        receipt_id=row.receipt_id,
        session_id=row.session_id,
        address=row.address,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        asked_at=row.asked_at,
        detail=row.detail,
    )
