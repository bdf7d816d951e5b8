"""A driver's credit at one operator, by where it came from; pure functions of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from app.funds.ledger.chart import Book
from app.funds.ledger.postings.wallets import Lots
from app.kernel.money import Money

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class LotKind(StrEnum):
    """Where credit came from: bought with money, or given by the operator."""

    PURCHASED = "purchased"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Lot:
    """
    Credit that came at once: *left* is neither spent nor reserved, expired nor given back.

    *source_id* is the payment that bought it, or the gift. What is given expires; what is bought
    does not.
    """

    lot_id: UUID
    kind: LotKind
    amount: Money
    left: Money
    source_id: UUID
    received_at: datetime
    expires_at: datetime | None = None
    note: str = ""

    def is_good(self, at: datetime) -> bool:
        """Tell whether something of it can be spent at that instant."""
        return bool(self.left) and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class Wallet:
    """
    What a driver has at an operator, in one currency and one book.

    *frozen_at* says since when nothing can be reserved or given back, *frozen_why* the reason.
    """

    wallet_id: UUID
    operator_id: UUID
    driver_id: UUID
    currency: str
    book: Book
    opened_at: datetime
    frozen_at: datetime | None = None
    frozen_why: str = ""
    lots: tuple[Lot, ...] = ()

    @property
    def is_frozen(self) -> bool:
        """Tell whether nothing can be reserved or given back."""
        return self.frozen_at is not None

    @property
    def balance(self) -> Money:
        """Return what is in the wallet: bought and given, not what sessions have reserved."""
        return Money(sum(lot.left.minor for lot in self.lots), self.currency)

    def spendable(self, at: datetime) -> Money:
        """Return what a session could reserve at that instant."""
        good = sum(lot.left.minor for lot in self.lots if lot.is_good(at))
        return Money(0 if self.is_frozen else good, self.currency)


class Piece(msgspec.Struct, frozen=True):
    """A part of a lot, in minor units."""

    lot_id: UUID
    kind: LotKind
    minor: int


Pieces = tuple[Piece, ...]


class ReservationState(StrEnum):
    """Where a reservation is: it pays a session under way, or it paid, or it went back whole."""

    RESERVED = "reserved"
    SPENT = "spent"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Reservation:
    """
    Credit set aside for a session that is paid with *payment_id*, charged in *country*.

    *pieces* are what is reserved, or what was spent; what was given back since is not in them.
    """

    payment_id: UUID
    wallet_id: UUID
    session_id: UUID
    country: str
    currency: str
    reserved_at: datetime
    pieces: Pieces
    state: ReservationState = ReservationState.RESERVED

    @property
    def total(self) -> Money:
        """Return what the pieces come to."""
        return lots_of(self.pieces, self.currency).total


def take(lots: Iterable[Lot], amount: Money, at: datetime) -> Pieces | None:
    """
    Return the pieces that make *amount*, or None when there is not enough.

    What was given goes first, the oldest expiry first; then what was bought, the oldest first.
    """
    good = sorted((lot for lot in lots if lot.is_good(at)), key=_turn)
    wanted, pieces = amount.minor, []
    for lot in good:
        part = min(wanted, lot.left.minor)
        if part:
            pieces.append(Piece(lot.lot_id, lot.kind, part))
        wanted -= part
    return tuple(pieces) if wanted == 0 else None


def split(pieces: Pieces, minor: int) -> tuple[Pieces, Pieces]:
    """
    Return the first *minor* units of *pieces*, and the rest of them; given before bought.

    Raises ValueError when the pieces come to less: nobody spends more than was reserved.
    """
    first, rest = [], []
    for piece in sorted(pieces, key=lambda one: one.kind is LotKind.PURCHASED):
        part = min(minor, piece.minor)
        minor -= part
        first.append(Piece(piece.lot_id, piece.kind, part))
        rest.append(Piece(piece.lot_id, piece.kind, piece.minor - part))
    if minor:
        msg = f"{minor} more than was reserved"
        raise ValueError(msg)
    return _filled(first), _filled(rest)


def joined(pieces: Pieces, more: Pieces) -> Pieces:
    """Return both together, each lot once."""
    sums: dict[UUID, Piece] = {}
    for piece in (*pieces, *more):
        known = sums.get(piece.lot_id)
        minor = piece.minor + (known.minor if known else 0)
        sums[piece.lot_id] = Piece(piece.lot_id, piece.kind, minor)
    return tuple(sums.values())


def lots_of(pieces: Pieces, currency: str) -> Lots:
    """Return what *pieces* come to, by where it came from."""
    sums = dict.fromkeys(LotKind, 0)
    for piece in pieces:
        sums[piece.kind] += piece.minor
    return Lots(
        purchased=Money(sums[LotKind.PURCHASED], currency),
        granted=Money(sums[LotKind.GRANTED], currency),
    )


def _turn(lot: Lot) -> tuple[bool, datetime, datetime, UUID]:
    is_bought = lot.kind is LotKind.PURCHASED
    return is_bought, lot.expires_at or _NEVER, lot.received_at, lot.lot_id


def _filled(pieces: Iterable[Piece]) -> Pieces:
    return tuple(piece for piece in pieces if piece.minor)
