"""Tokens in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Row,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.charging.tokens.model import VEHICLE, Payer, Token, TokenType, Whitelist
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

tokens = operator_table(
    "token",
    Column("token_id", Uuid, primary_key=True),
    Column("uid", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("contract_id", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("valid", Boolean, nullable=False),
    Column("whitelist", Text, nullable=False),
    Column("payer", Text, nullable=False),
    Column("last_updated", UtcDateTime, nullable=False),
    Column("visual_number", Text),
    Column("group_id", Text),
    Column("language", Text),
    Column("default_profile_type", Text),
    Column("driver_id", Uuid),
    Column("account_id", Uuid),
    Column("expires_at", UtcDateTime),
    Column("blocked", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
)
_t = tokens.c
Index("uq_token_uid", _t.operator_id, _t.uid, unique=True)
Index("ix_token_driver", _t.operator_id, _t.driver_id)
Index("ix_token_visual_number", _t.operator_id, _t.visual_number)
Index("ix_token_last_updated", _t.operator_id, _t.last_updated)
_FIELDS = tuple(field.name for field in fields(Token))
# A driver stands at the reader: made once.
_OF_UIDS = Ready(
    select(tokens).where(
        _t.operator_id == bindparam("of_operator"),
        _t.uid == bindparam("uids", type_=ARRAY(Text)).any_(),
    )
)

_LISTED = (
    or_(*(_t.whitelist == each for each in Whitelist if each is not Whitelist.NEVER)),
    or_(_t.driver_id.is_not(None), _t.payer != Payer.WALLET),
)
# Asked whenever charge points come.
_ANY_LISTED = Ready(
    select(_t.token_id).where(_t.operator_id == bindparam("of_operator"), *_LISTED).limit(1)
)


async def of_uids(work: Work, uids: Sequence[str]) -> list[Token]:
    """Return the tokens with one of these uids."""
    rows = await work.rows(_OF_UIDS, {"of_operator": work.operator_id, "uids": list(uids)})
    return [_token(row) for row in rows]


async def by_id(work: Work, token_id: UUID, *, lock: bool = False) -> Token | None:
    """Return a token, its row locked when *lock*, or None."""
    query = scoped(tokens, work).where(_t.token_id == token_id)
    row = (await work.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _token(row)


async def of_visual_number(work: Work, visual_number: str) -> list[Token]:
    """Return the tokens that have this printed on them, their rows locked."""
    query = scoped(tokens, work).where(_t.visual_number == visual_number)
    return [_token(row) for row in await work.execute(query.with_for_update())]


async def of_driver(work: Work, driver_id: UUID) -> list[Token]:
    """Return a driver's tokens, the oldest first."""
    query = scoped(tokens, work).where(_t.driver_id == driver_id).order_by(_t.token_id)
    return [_token(row) for row in await work.execute(query)]


async def page(work: Work, after: UUID | None, most: int) -> list[Token]:
    """Return at most so many tokens in the order of their ids, from behind *after*."""
    query = scoped(tokens, work).order_by(_t.token_id).limit(most)
    if after is not None:
        query = query.where(_t.token_id > after)
    return [_token(row) for row in await work.execute(query)]


async def any_listed(work: Work) -> bool:
    """Tell whether there is a token that charge points may know by themselves."""
    return await work.row(_ANY_LISTED, {"of_operator": work.operator_id}) is not None


async def listed(work: Work, most: int) -> list[Token]:
    """Return the tokens that charge points may know by themselves, the newest first."""
    query = scoped(tokens, work).where(*_LISTED).order_by(_t.last_updated.desc(), _t.uid)
    return [_token(row) for row in await work.execute(query.limit(most))]


async def abroad(work: Work, window: Mapping[str, Any]) -> tuple[list[Token], int]:
    """Return a page of the tokens that somebody pays for elsewhere, and how many there are."""
    where = [_t.payer != Payer.NOBODY, or_(_t.driver_id.is_not(None), _t.payer != Payer.WALLET)]
    where.append(not_(_t.uid.startswith(VEHICLE)))
    if window.get("since") is not None:
        where.append(_t.last_updated >= window["since"])
    if window.get("until") is not None:
        where.append(_t.last_updated < window["until"])
    total: int = (await work.execute(scoped(tokens, work, func.count()).where(*where))).scalar_one()
    query = scoped(tokens, work).where(*where).order_by(_t.last_updated, _t.token_id)
    found = await work.execute(query.offset(window["offset"]).limit(window["limit"]))
    return [_token(row) for row in found], total


async def put(work: Work, changed: Iterable[Token]) -> None:
    """Insert tokens, or overwrite those that there are."""
    rows = [{name: getattr(token, name) for name in _FIELDS} for token in changed]
    if not rows:
        return
    statement = insert(tokens).values(rows)
    new = {name: statement.excluded[name] for name in _FIELDS if name != "operator_id"}
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "token_id"], set_=new)
    )


async def remove(work: Work, token_id: UUID) -> None:
    """Delete a token."""
    its = (_t.operator_id == work.operator_id, _t.token_id == token_id)
    await work.execute(delete(tokens).where(*its))


def _token(row: Row[Any]) -> Token:
    values = {name: getattr(row, name) for name in _FIELDS}
    values["type"] = TokenType(row.type)
    values["whitelist"] = Whitelist(row.whitelist)
    values["payer"] = Payer(row.payer)
    return Token(**values)
