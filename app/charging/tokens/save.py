"""Keep tokens as an operator says they are: new ones, changed ones, whole lists of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from app.charging.tokens import store
from app.charging.tokens.errors import TokenInvalid
from app.charging.tokens.events import TokensChanged
from app.charging.tokens.model import (
    MOST_UID,
    MOST_VISUAL,
    VEHICLE,
    Payer,
    Token,
    TokenType,
    Whitelist,
    normal,
    spellings,
)
from app.infra.database import Work

PROFILES: Final = ("CHEAP", "FAST", "GREEN", "REGULAR")
_BATCH: Final = 500
_LENGTHS: Final = {
    "uid": MOST_UID,
    "contract_id": MOST_UID,
    "group_id": MOST_UID,
    "issuer": MOST_VISUAL,
    "visual_number": MOST_VISUAL,
}


@dataclass(frozen=True, slots=True)
class TokenOrder:
    """
    A token as the operator wants it; the fields are those of `Token`.

    Without a *contract_id* the uid is it. A token that is somebody's stays theirs where *driver_id*
    is None, and one that is blocked stays so.
    """

    uid: str
    issuer: str
    type: TokenType = TokenType.RFID
    contract_id: str | None = None
    visual_number: str | None = None
    group_id: str | None = None
    whitelist: Whitelist = Whitelist.NEVER
    language: str | None = None
    default_profile_type: str | None = None
    driver_id: UUID | None = None
    payer: Payer = Payer.WALLET
    account_id: UUID | None = None
    expires_at: datetime | None = None


async def save_tokens(work: Work, orders: Sequence[TokenOrder]) -> list[Token]:
    """
    Keep tokens, each known by its uid; the same once more changes nothing. A step.

    Returns them in order. Raises TokenInvalid, and keeps none then.
    """
    faults = [fault for order in orders for fault in faults_of(order)]
    faults += named_twice([order.uid for order in orders])
    if faults:
        raise TokenInvalid("; ".join(faults[:20]), faults=len(faults))
    saved: list[Token] = []
    for first in range(0, len(orders), _BATCH):
        saved += await _save(work, orders[first : first + _BATCH])
    return saved


async def save_vehicle(work: Work, uid: str, driver_id: UUID, issuer: str) -> Token:
    """Keep a driver's car by the digest that is its *uid*; the last one to agree has it. A step."""
    known = next(iter(await store.of_uids(work, [uid])), None)
    car = Token(
        token_id=work.ids.uuid7(work.now) if known is None else known.token_id,
        operator_id=work.operator_id,
        uid=uid,
        type=TokenType.OTHER,
        contract_id=uid,
        issuer=issuer,
        valid=True,
        whitelist=Whitelist.NEVER,
        payer=Payer.WALLET,
        last_updated=work.now,
        driver_id=driver_id,
    )
    await store.put(work, [car])
    return car


async def forget_token(work: Work, token: Token) -> None:
    """Delete a token for good. A step."""
    await store.remove(work, token.token_id)
    await work.emit(TokensChanged(frozenset({token.uid})))


def faults_of(order: TokenOrder) -> Iterator[str]:
    """Yield what cannot be about *order*."""
    name = order.uid[:MOST_UID] or "(empty)"
    if not order.uid.isprintable():
        yield f"{name!r}: a uid can be printed"
    if normal(order.uid).startswith(VEHICLE):
        yield f"{name}: cars are added by their drivers"
    for field, most in _LENGTHS.items():
        value = getattr(order, field)
        if value is not None and not 1 <= len(value.strip()) <= most:
            yield f"{name}: {field} has 1 to {most} characters"
    if order.default_profile_type not in (None, *PROFILES):
        yield f"{name}: default_profile_type is one of {', '.join(PROFILES)}"
    if (order.payer is Payer.ACCOUNT) is (order.account_id is None):
        yield f"{name}: an account is named where, and only where, it pays"
    if order.payer is Payer.NOBODY and order.driver_id is not None:
        yield f"{name}: a service card is the operator's own, not a driver's"


def named_twice(uids: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong about *uids* that are named twice, in whatever order of their bytes."""
    counted = Counter(min(spellings(uid)) for uid in uids)
    yield from (f"{uid}: is named twice" for uid, times in counted.items() if times > 1)


async def _save(work: Work, orders: Sequence[TokenOrder]) -> list[Token]:
    wanted = [spelling for order in orders for spelling in spellings(order.uid)]
    known = {token.uid: token for token in await store.of_uids(work, wanted)}
    tokens = []
    for order in orders:
        found = next((known[each] for each in spellings(order.uid) if each in known), None)
        tokens.append(_as_ordered(order, found, work))
    changed = [token for token in tokens if known.get(token.uid) != token]
    await store.put(work, changed)
    if changed:
        await work.emit(TokensChanged(frozenset(token.uid for token in changed)))
    return tokens


def _as_ordered(order: TokenOrder, known: Token | None, work: Work) -> Token:
    """Return the token that *order* means; one that is as it was keeps its last_updated."""
    if known is not None and known.uid != normal(order.uid):
        raise TokenInvalid(
            f"{order.uid}: {known.uid} is the same card with its bytes in the other order",
            uid=known.uid,
        )
    new = Token(
        token_id=work.ids.uuid7(work.now) if known is None else known.token_id,
        operator_id=work.operator_id,
        uid=normal(order.uid),
        type=order.type,
        contract_id=order.contract_id or normal(order.uid),
        issuer=order.issuer,
        valid=known is None or known.valid,
        whitelist=order.whitelist,
        payer=order.payer,
        last_updated=work.now if known is None else known.last_updated,
        visual_number=order.visual_number,
        group_id=order.group_id,
        language=order.language,
        default_profile_type=order.default_profile_type,
        driver_id=_owner(order, known),
        account_id=order.account_id,
        expires_at=order.expires_at,
        blocked="" if known is None else known.blocked,
        name="" if known is None else known.name,
    )
    return new if new == known else replace(new, last_updated=work.now)


def _owner(order: TokenOrder, known: Token | None) -> UUID | None:
    if order.driver_id is not None or known is None or order.payer is Payer.NOBODY:
        return order.driver_id
    return known.driver_id
