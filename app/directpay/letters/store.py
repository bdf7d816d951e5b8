"""The letters in the database: one row per mail."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Row,
    Text,
    Uuid,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.billing.receipts.deliveries.model import DeliveryState
from app.directpay.letters.model import Letter, LetterKind
from app.directpay.model import Stage
from app.directpay.store import journey
from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

letter_table = operator_table(
    "journey_letter",
    Column("letter_id", Uuid, primary_key=True),
    Column("journey_id", Uuid, nullable=False),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("detail", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=LetterKind.LINK),
)
Index(None, letter_table.c.operator_id, letter_table.c.journey_id)
_OF_JOURNEY = Ready(
    select(letter_table)
    .where(
        letter_table.c.operator_id == bindparam("of_operator"),
        letter_table.c.journey_id == bindparam("of_journey"),
    )
    .order_by(letter_table.c.asked_at, letter_table.c.letter_id)
)
# What a driver may cause in a session; a letter that was given up was never a mail.
_CAUSED = Ready(
    select(func.count().label("letters")).where(
        letter_table.c.operator_id == bindparam("of_operator"),
        letter_table.c.journey_id == bindparam("of_journey"),
        letter_table.c.kind == LetterKind.LINK.value,
        letter_table.c.state != DeliveryState.GAVE_UP.value,
    )
)


def count_caused(operator_id: UUID, journey_id: UUID) -> Question[int]:
    """Ask how many letters count towards the mails that a journey's session may cause."""
    asked = {"of_operator": operator_id, "of_journey": journey_id}
    return Question(_CAUSED, asked, lambda row, _: 0 if row is None else row.letters)


async def add_letter(work: Work, letter: Letter) -> None:
    """Store a new letter."""
    await work.execute(insert(letter_table).values(operator_id=work.operator_id, **asdict(letter)))


async def save_letter(work: Work, letter: Letter) -> None:
    """Store what became of a letter."""
    await work.execute(
        update(letter_table)
        .where(
            letter_table.c.operator_id == work.operator_id,
            letter_table.c.letter_id == letter.letter_id,
        )
        .values(state=letter.state, attempts=letter.attempts, detail=letter.detail)
    )


async def lock_letter(work: Work, letter_id: UUID) -> Letter | None:
    """Return a letter, its row locked until the work ends, or None."""
    query = scoped(letter_table, work).where(letter_table.c.letter_id == letter_id)
    row = (await work.execute(query.with_for_update())).one_or_none()
    return None if row is None else _letter(row)


async def letters_of(work: Work, journey_id: UUID) -> list[Letter]:
    """Return the letters of a journey, oldest first."""
    asked = {"of_operator": work.operator_id, "of_journey": journey_id}
    return [_letter(row) for row in await work.rows(_OF_JOURNEY, asked)]


async def forget_letters_of(work: Work, journey_ids: Collection[UUID]) -> None:
    """Erase the addresses of these journeys' letters that wait no more."""
    await work.execute(
        update(letter_table)
        .where(
            letter_table.c.operator_id == work.operator_id,
            letter_table.c.journey_id.in_(journey_ids),
            letter_table.c.state != DeliveryState.WAITING,
        )
        .values(address="")
    )


async def forget_addresses(work: Work, before: datetime) -> int:
    """Erase the addresses of letters asked for *before* that wait no more; return how many."""
    done = await work.execute(
        update(letter_table)
        .where(
            letter_table.c.asked_at < before,
            letter_table.c.state != DeliveryState.WAITING,
            letter_table.c.address != "",
        )
        .values(address="")
    )
    return done.rowcount


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        letter_id=row.letter_id,
        journey_id=row.journey_id,
        address=row.address,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        asked_at=row.asked_at,
        detail=row.detail,
        kind=LetterKind(row.kind),
    )


async def forget_payers(work: Work, before: datetime) -> int:
    """Erase where receipts went, and who paid, of journeys that ended *before*; return the sum."""
    done = await work.execute(
        update(journey)
        .where(
            journey.c.changed_at < before,
            journey.c.stage == Stage.ENDED,
            or_(journey.c.receipt_email.is_not(None), journey.c.network.is_not(None)),
        )
        .values(receipt_email=None, network=None)
    )
    return done.rowcount
