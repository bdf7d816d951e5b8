"""Wallets, their lots and their reservations in the database."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Row,
    Select,
    Text,
    UniqueConstraint,
    Uuid,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.funds.ledger.chart import Book
from app.funds.wallet.model import (
    Lot,
    LotKind,
    Piece,
    Pieces,
    Reservation,
    ReservationState,
    Wallet,
)
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

wallet = operator_table(
    "wallet",
    Column("wallet_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("currency", Text, nullable=False),
    Column("book", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("frozen_at", UtcDateTime),
    Column("frozen_why", Text, nullable=False, server_default=""),
    UniqueConstraint("operator_id", "driver_id", "currency", "book"),
)
lot = operator_table(
    "wallet_lot",
    Column("lot_id", Uuid, primary_key=True),
    Column("wallet_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("left_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("source_id", Uuid, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("note", Text, nullable=False),
    # No program, however wrong, spends what is not there.
    CheckConstraint("left_minor >= 0 AND left_minor <= amount_minor", name="floor"),
)
Index("ix_wallet_lot_wallet", lot.c.operator_id, lot.c.wallet_id)
Index(
    "ix_wallet_lot_expires_at",
    lot.c.expires_at,
    postgresql_where="left_minor > 0 AND expires_at IS NOT NULL",
)
reservation = operator_table(
    "wallet_reservation",
    Column("payment_id", Uuid, primary_key=True),
    Column("wallet_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("country", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reserved_at", UtcDateTime, nullable=False),
    Column("pieces", JSONB, nullable=False),
    Column("spent_minor", BigInteger, nullable=False, server_default="0"),
    Column("spent_at", UtcDateTime),
)
Index("ix_wallet_reservation_wallet", reservation.c.operator_id, reservation.c.wallet_id)
Index("ix_wallet_reservation_spent_at", reservation.c.operator_id, reservation.c.spent_at)


async def add_wallet(work: Work, new: Wallet) -> None:
    """Insert a wallet, unless the driver has one of its currency and book."""
    values = {
        "operator_id": work.operator_id,
        "wallet_id": new.wallet_id,
        "driver_id": new.driver_id,
        "currency": new.currency,
        "book": new.book,
        "opened_at": new.opened_at,
    }
    await work.execute(insert(wallet).values(values).on_conflict_do_nothing())


async def wallet_id_of(work: Work, driver_id: UUID, currency: str, book: Book) -> UUID | None:
    """Return the id of a driver's wallet, or None."""
    its = (
        wallet.c.driver_id == driver_id,
        wallet.c.currency == currency,
        wallet.c.book == book,
    )
    found = await work.execute(scoped(wallet, work, wallet.c.wallet_id).where(*its))
    return found.scalar_one_or_none()


async def wallets_of(work: Work, driver_id: UUID, book: Book) -> list[Wallet]:
    """Return the wallets of a driver, by currency."""
    its = (wallet.c.driver_id == driver_id, wallet.c.book == book)
    asked = scoped(wallet, work, wallet.c.wallet_id).where(*its).order_by(wallet.c.currency)
    ids = list((await work.execute(asked)).scalars())
    return [found for each in ids if (found := await find_wallet(work, each))]


async def find_wallet(work: Work, wallet_id: UUID) -> Wallet | None:
    """Return a wallet with the lots of which something is left, or None."""
    return await _with_lots(work, scoped(wallet, work).where(wallet.c.wallet_id == wallet_id))


async def lock_wallet(work: Work, wallet_id: UUID) -> Wallet | None:
    """Return a wallet as `find_wallet`, locked until the work ends: its lots are nobody else's."""
    asked = scoped(wallet, work).where(wallet.c.wallet_id == wallet_id)
    return await _with_lots(work, asked.with_for_update())


async def set_frozen(work: Work, changed: Wallet) -> None:
    """Write whether a wallet is frozen, and why."""
    await work.execute(
        update(wallet)
        .where(wallet.c.operator_id == work.operator_id, wallet.c.wallet_id == changed.wallet_id)
        .values(frozen_at=changed.frozen_at, frozen_why=changed.frozen_why)
    )


async def add_lot(work: Work, wallet_id: UUID, new: Lot) -> bool:
    """Insert a lot; tell False when there is one with its id."""
    values = {
        "operator_id": work.operator_id,
        "lot_id": new.lot_id,
        "wallet_id": wallet_id,
        "kind": new.kind,
        "amount_minor": new.amount.minor,
        "left_minor": new.left.minor,
        "currency": new.amount.currency,
        "source_id": new.source_id,
        "received_at": new.received_at,
        "expires_at": new.expires_at,
        "note": new.note,
    }
    added = insert(lot).values(values).on_conflict_do_nothing().returning(lot.c.lot_id)
    return (await work.execute(added)).first() is not None


async def lot_in(work: Work, wallet_id: UUID, lot_id: UUID) -> Lot | None:
    """Return a lot of a wallet, whatever is left of it, or None."""
    its = (lot.c.lot_id == lot_id, lot.c.wallet_id == wallet_id)
    row = (await work.execute(scoped(lot, work).where(*its))).one_or_none()
    return None if row is None else _lot(row)


async def notes_in(work: Work, wallet_id: UUID) -> dict[str, str]:
    """Return the notes of a wallet's lots, by their source."""
    its = (lot.c.wallet_id == wallet_id, lot.c.note != "")
    rows = await work.execute(scoped(lot, work, lot.c.source_id, lot.c.note).where(*its))
    return {str(row.source_id): row.note for row in rows}


async def move_lots(work: Work, pieces: Pieces, *, sign: int) -> None:
    """Put *pieces* back into their lots (*sign* 1), or take them out (-1); the wallet is locked."""
    for piece in pieces:
        its = (lot.c.operator_id == work.operator_id, lot.c.lot_id == piece.lot_id)
        moved = lot.c.left_minor + sign * piece.minor
        await work.execute(update(lot).where(*its).values(left_minor=moved))


async def expired_lots(work: Work, most: int) -> list[tuple[UUID, UUID, UUID]]:
    """Return operator, wallet and id of lots whose time is over; *work* is of every operator."""
    columns = (lot.c.operator_id, lot.c.wallet_id, lot.c.lot_id)
    over = (lot.c.expires_at <= work.now, lot.c.left_minor > 0)
    rows = await work.execute(select(*columns).where(*over).order_by(lot.c.expires_at).limit(most))
    return [(row.operator_id, row.wallet_id, row.lot_id) for row in rows]


async def add_reservation(work: Work, new: Reservation) -> None:
    """Insert a reservation."""
    await work.execute(
        insert(reservation).values(
            operator_id=work.operator_id,
            payment_id=new.payment_id,
            wallet_id=new.wallet_id,
            session_id=new.session_id,
            country=new.country,
            currency=new.currency,
            state=new.state,
            reserved_at=new.reserved_at,
            pieces=msgspec.to_builtins(new.pieces),
        )
    )


async def find_reservation(work: Work, payment_id: UUID) -> Reservation | None:
    """Return the reservation of a payment, or None; whoever changes it has locked its wallet."""
    asked = scoped(reservation, work).where(reservation.c.payment_id == payment_id)
    row = (await work.execute(asked)).one_or_none()
    if row is None:
        return None
    return Reservation(
        payment_id=row.payment_id,
        wallet_id=row.wallet_id,
        session_id=row.session_id,
        country=row.country,
        currency=row.currency,
        reserved_at=row.reserved_at,
        pieces=tuple(msgspec.convert(row.pieces, list[Piece])),
        state=ReservationState(row.state),
    )


async def save_pieces(work: Work, changed: Reservation) -> None:
    """Write what is reserved, or is spent still, and which of both."""
    await _save(work, changed, {})


async def save_spent(work: Work, changed: Reservation) -> None:
    """Write what a session has cost: with what is given back of it later, it stays counted."""
    await _save(work, changed, {"spent_minor": changed.total.minor, "spent_at": work.now})


async def _save(work: Work, changed: Reservation, more: dict[str, Any]) -> None:
    its = (
        reservation.c.operator_id == work.operator_id,
        reservation.c.payment_id == changed.payment_id,
    )
    values = {"state": changed.state, "pieces": msgspec.to_builtins(changed.pieces), **more}
    await work.execute(update(reservation).where(*its).values(values))


async def _with_lots(work: Work, asked: Select[Any]) -> Wallet | None:
    row = (await work.execute(asked)).one_or_none()
    if row is None:
        return None
    left = scoped(lot, work).where(lot.c.wallet_id == row.wallet_id, lot.c.left_minor > 0)
    rows = await work.execute(left.order_by(lot.c.received_at, lot.c.lot_id))
    return _wallet(row, [_lot(each) for each in rows])


def _wallet(row: Row[Any], lots: Iterable[Lot]) -> Wallet:
    return Wallet(
        wallet_id=row.wallet_id,
        operator_id=row.operator_id,
        driver_id=row.driver_id,
        currency=row.currency,
        book=Book(row.book),
        opened_at=row.opened_at,
        frozen_at=row.frozen_at,
        frozen_why=row.frozen_why,
        lots=tuple(lots),
    )


def _lot(row: Row[Any]) -> Lot:
    return Lot(
        lot_id=row.lot_id,
        kind=LotKind(row.kind),
        amount=Money(row.amount_minor, row.currency),
        left=Money(row.left_minor, row.currency),
        source_id=row.source_id,
        received_at=row.received_at,
        expires_at=row.expires_at,
        note=row.note,
    )
