"""The sweeps of wallets, for the worker."""

from app.funds.wallet.expire import expire_credit
from app.funds.wallet.volume.count import warn_of_volumes
from app.infra.database import Database
from app.infra.jobs import Schedule


def wallet_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""

    async def expire() -> None:
        await expire_credit(database=database)

    async def warn() -> None:
        await warn_of_volumes(database=database)

    return (
        Schedule("wallet.expire", "7 3 * * *", expire),
        Schedule("wallet.volume", "13 3 * * *", warn),
    )
