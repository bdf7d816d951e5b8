"""What was paid with credit, by country, and which warnings were given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, SmallInteger, Text, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.funds.ledger.chart import Book
from app.funds.wallet.store import reservation, wallet
from app.funds.wallet.volume.model import Volume
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

warning = operator_table(
    "wallet_volume_warning",
    Column("country", Text, primary_key=True),
    Column("level", SmallInteger, primary_key=True),
    Column("warned_at", UtcDateTime, nullable=False),
)


async def volumes_since(work: Work, book: Book, since: datetime) -> list[Volume]:
    """Return what was paid with credit *since*, by country and currency."""
    columns = (reservation.c.country, reservation.c.currency)
    sums = (
        func.sum(reservation.c.spent_minor).label("minor"),
        func.count().label("sessions"),
    )
    of_wallet = (wallet.c.operator_id == reservation.c.operator_id) & (
        wallet.c.wallet_id == reservation.c.wallet_id
    )
    rows = await work.execute(
        select(*columns, *sums)
        .join_from(reservation, wallet, of_wallet)
        .where(
            reservation.c.operator_id == work.operator_id,
            reservation.c.spent_at > since,
            wallet.c.book == book,
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    return [Volume(row.country, Money(int(row.minor), row.currency), row.sessions) for row in rows]


async def operators_with_wallets(work: Work) -> list[UUID]:
    """Return the operators that have wallets; *work* is of every operator."""
    asked = select(wallet.c.operator_id).distinct()
    return list((await work.execute(asked)).scalars())


async def warned(work: Work) -> set[tuple[str, int]]:
    """Return the warnings that hold: country and level."""
    rows = await work.execute(scoped(warning, work, warning.c.country, warning.c.level))
    return {(row.country, row.level) for row in rows}


async def add_warning(work: Work, country: str, level: int) -> None:
    """Note that a warning was given."""
    values = {"country": country, "level": level, "warned_at": work.now}
    added = insert(warning).values(operator_id=work.operator_id, **values)
    await work.execute(added.on_conflict_do_nothing())


async def drop_warning(work: Work, country: str, level: int) -> None:
    """Forget a warning that holds no more, so that it is given again."""
    its = (warning.c.country == country, warning.c.level == level)
    mine = warning.c.operator_id == work.operator_id
    await work.execute(delete(warning).where(mine, *its))
