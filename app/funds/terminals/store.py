"""The tables of terminals and their prompts."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    delete,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.funds.terminals.model import Prompt, PromptEnd, PromptState, Say, Terminal
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

terminal = operator_table(
    "terminal",
    Column("terminal_id", Text, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("reading_id", Uuid),
    Column("reading_at", UtcDateTime),
    Column("quiet_until", UtcDateTime),
    Column("say", Text),
    Column("look_at", UtcDateTime),
    Column("removed_at", UtcDateTime),
    Index("ix_terminal_look_at", "look_at", postgresql_where="look_at IS NOT NULL"),
    Index("ix_terminal_device", "operator_id", "provider", "device"),
)
terminal_evse = operator_table(
    "terminal_evse",
    Column("evse_uid", Text, primary_key=True),
    Column("terminal_id", Text, nullable=False),
    Column("place", SmallInteger, nullable=False),
    Index("ix_terminal_evse_terminal", "operator_id", "terminal_id"),
)
# Asked whenever a cable goes in or out.
_AT_EVSE = Ready(
    select(terminal_evse.c.terminal_id).where(
        terminal_evse.c.operator_id == bindparam("of_operator"),
        terminal_evse.c.evse_uid == bindparam("of_evse"),
    )
)
prompt = operator_table(
    "terminal_prompt",
    Column("prompt_id", Uuid, primary_key=True),
    Column("terminal_id", Text, nullable=False),
    Column("evse_uid", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("wished_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("until", UtcDateTime),
    Column("payment_id", Uuid),
    Column("journey_id", Uuid),
    Column("session_id", Uuid),
    Column("tariff_id", Text),
    Column("tariff_version", Integer),
    Column("rule_id", Uuid),
    Column("variant", Text, nullable=False),
    Column("say", Text),
    Column("ended", Text),
    Index(
        "uq_terminal_prompt_asking",
        "operator_id",
        "terminal_id",
        unique=True,
        postgresql_where="state = 'asking'",
    ),
    Index(
        "uq_terminal_prompt_evse",
        "operator_id",
        "evse_uid",
        unique=True,
        postgresql_where="state IN ('waiting', 'asking')",
    ),
    Index(
        "ix_terminal_prompt_open",
        "operator_id",
        "terminal_id",
        "wished_at",
        postgresql_where="state <> 'over' OR say IS NOT NULL",
    ),
    Index("ix_terminal_prompt_payment", "operator_id", "payment_id"),
    Index("ix_terminal_prompt_journey", "operator_id", "journey_id"),
)

_BEFORE_PAYMENT = (PromptState.WAITING, PromptState.ASKING)
CONFIGURED = ("provider", "device", "name", "language", "waits")
_MUTABLE = ("reading_id", "reading_at", "quiet_until", "say")


async def list_terminals(work: Work) -> list[Terminal]:
    """Return the operator's terminals in use, by id."""
    asked = scoped(terminal, work).where(terminal.c.removed_at.is_(None))
    rows = (await work.execute(asked.order_by(terminal.c.terminal_id))).all()
    return [await _terminal(work, row) for row in rows]


async def find_terminal(work: Work, terminal_id: str) -> Terminal | None:
    """Return the operator's terminal in use with this id, or None."""
    asked = select(terminal).where(*_is(work, terminal_id), terminal.c.removed_at.is_(None))
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else await _terminal(work, row)


async def terminal_at(work: Work, evse_uid: str) -> str | None:
    """Return the id of the terminal that serves an EVSE, or None."""
    row = await work.row(_AT_EVSE, {"of_operator": work.operator_id, "of_evse": evse_uid})
    return None if row is None else row.terminal_id


async def terminals_called(work: Work, provider: str, devices: Collection[str]) -> list[str]:
    """Return the ids of the operator's terminals that a provider calls by these names."""
    asked = scoped(terminal, work, terminal.c.terminal_id).where(
        terminal.c.provider == provider,
        terminal.c.device.in_(devices),
        terminal.c.removed_at.is_(None),
    )
    return list((await work.execute(asked)).scalars())


async def save_terminal(work: Work, terminal_id: str, **values: object) -> None:
    """Write some of what changes on a terminal."""
    assert set(values) <= {*_MUTABLE, "look_at"}  # noqa: S101 - our own code
    await work.execute(update(terminal).where(*_is(work, terminal_id)).values(values))


async def begin_reading(work: Work, terminal_id: str, reading_id: UUID) -> bool:
    """Note that a card is read from now on, unless one is; tell whether it was noted."""
    free = (*_is(work, terminal_id), terminal.c.reading_id.is_(None))
    values = {"reading_id": reading_id, "reading_at": work.now}
    return (await work.execute(update(terminal).where(*free).values(values))).rowcount == 1


async def end_reading(work: Work, terminal_id: str, reading_id: UUID) -> bool:
    """Note that this card is read no more; tell whether it still was."""
    same = (*_is(work, terminal_id), terminal.c.reading_id == reading_id)
    values = {"reading_id": None, "reading_at": None}
    return (await work.execute(update(terminal).where(*same).values(values))).rowcount == 1


async def claim_due(work: Work, next_at: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Return operator and id of terminals that are due; they come back at *next_at*."""
    due = (
        select(terminal.c.operator_id, terminal.c.terminal_id)
        .where(terminal.c.look_at <= work.now)
        .order_by(terminal.c.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        update(terminal)
        .where(terminal.c.operator_id == due.c.operator_id)
        .where(terminal.c.terminal_id == due.c.terminal_id)
        .values(look_at=literal(next_at, UtcDateTime))
        .returning(terminal.c.operator_id, terminal.c.terminal_id)
    )
    return [(row.operator_id, row.terminal_id) for row in await work.execute(claim)]


async def add_wish(work: Work, wish: Prompt) -> bool:
    """Add a prompt that waits; tell False when one for its EVSE waits or asks already."""
    values = _values(wish) | {"operator_id": work.operator_id}
    added = insert(prompt).values(values).on_conflict_do_nothing().returning(prompt.c.prompt_id)
    return (await work.execute(added)).one_or_none() is not None


async def open_prompts(work: Work, terminal_id: str) -> tuple[Prompt, ...]:
    """Return the prompts of a terminal that are not over, or of which there is something to say."""
    asked = scoped(prompt, work).where(
        prompt.c.terminal_id == terminal_id,
        or_(prompt.c.state != PromptState.OVER, prompt.c.say.is_not(None)),
    )
    rows = await work.execute(asked.order_by(prompt.c.wished_at, prompt.c.prompt_id))
    return tuple(_prompt(row) for row in rows)


async def find_prompt(work: Work, prompt_id: UUID) -> Prompt | None:
    """Return the operator's prompt with this id, or None."""
    row = (await work.execute(scoped(prompt, work).where(prompt.c.prompt_id == prompt_id))).first()
    return None if row is None else _prompt(row)


async def prompt_of_payment(work: Work, payment_id: UUID) -> Prompt | None:
    """Return the prompt whose card this payment is asked of, or None."""
    asked = scoped(prompt, work).where(prompt.c.payment_id == payment_id)
    row = (await work.execute(asked)).first()
    return None if row is None else _prompt(row)


async def prompt_of_journey(work: Work, journey_id: UUID) -> Prompt | None:
    """Return the prompt that a journey began with, or None."""
    asked = scoped(prompt, work).where(prompt.c.journey_id == journey_id)
    row = (await work.execute(asked)).first()
    return None if row is None else _prompt(row)


async def prompt_at(work: Work, evse_uid: str) -> Prompt | None:
    """Return the prompt for an EVSE that waits or asks, or None."""
    asked = scoped(prompt, work).where(
        prompt.c.evse_uid == evse_uid, prompt.c.state.in_(_BEFORE_PAYMENT)
    )
    row = (await work.execute(asked)).first()
    return None if row is None else _prompt(row)


async def save_prompt(work: Work, before: Prompt, after: Prompt) -> bool:
    """Write what changed, unless it is in another state by now; tell whether it was written."""
    same = (
        prompt.c.operator_id == work.operator_id,
        prompt.c.prompt_id == before.prompt_id,
        prompt.c.state == before.state,
    )
    values = _values(after) | {"changed_at": work.now}
    return (await work.execute(update(prompt).where(*same).values(values))).rowcount == 1


async def forget_prompts(work: Work, before: datetime) -> None:
    """Delete what was over *before*, of all operators."""
    old = (prompt.c.state == PromptState.OVER, prompt.c.changed_at < before)
    await work.execute(delete(prompt).where(*old))


def _is(work: Work, terminal_id: str) -> tuple[Any, ...]:
    return terminal.c.operator_id == work.operator_id, terminal.c.terminal_id == terminal_id


async def _terminal(work: Work, row: Row[Any]) -> Terminal:
    served = scoped(terminal_evse, work, terminal_evse.c.evse_uid)
    served = served.where(terminal_evse.c.terminal_id == row.terminal_id)
    evses = (await work.execute(served.order_by(terminal_evse.c.place))).scalars()
    return Terminal(
        row.operator_id,
        row.terminal_id,
        **{name: getattr(row, name) for name in CONFIGURED},
        evse_uids=tuple(evses),
        reading_id=row.reading_id,
        reading_at=row.reading_at,
        quiet_until=row.quiet_until,
        say=None if row.say is None else Say(row.say),
    )


def _values(one: Prompt) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(Prompt)}


def _prompt(row: Row[Any]) -> Prompt:
    values = {field.name: getattr(row, field.name) for field in fields(Prompt)}
    return Prompt(
        **values
        | {
            "state": PromptState(row.state),
            "say": None if row.say is None else Say(row.say),
            "ended": None if row.ended is None else PromptEnd(row.ended),
        }
    )
