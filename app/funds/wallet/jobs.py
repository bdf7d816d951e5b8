"""The jobs and sweeps of wallets, for the worker."""

from uuid import UUID

from app.funds.payments.desk import PaymentDesk
from app.funds.wallet.automatic.agree import FORGET
from app.funds.wallet.automatic.buy import buy_again
from app.funds.wallet.automatic.follow import BUY
from app.funds.wallet.automatic.stop import forget_means
from app.funds.wallet.expire import expire_credit
from app.funds.wallet.volume.count import warn_of_volumes
from app.infra.database import Database
from app.infra.jobs import Job, Schedule


def wallet_jobs(desk: PaymentDesk) -> tuple[Job, ...]:
    """Return the jobs that the steps of wallets defer."""

    async def buy(*, agreement_id: UUID, operator_id: UUID) -> None:
        await buy_again(agreement_id, operator_id=operator_id, desk=desk)

    async def forget(*, agreement_id: UUID, operator_id: UUID) -> None:
        await forget_means(agreement_id, operator_id=operator_id, desk=desk)

    return (Job(BUY, buy), Job(FORGET, forget))


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
