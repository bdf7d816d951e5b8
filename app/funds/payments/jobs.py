"""The jobs and schedules of payments, for the worker."""

from functools import partial
from uuid import UUID

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.health import probe_accounts, watch_declines
from app.funds.payments.inbox.forget import forget_cards, forget_hints
from app.funds.payments.inbox.match import match_webhook
from app.funds.payments.inbox.told.receive import judge_again
from app.funds.payments.perform import Ordered, perform_operation
from app.funds.payments.record import JUDGE, MATCH, PERFORM, REFRESH
from app.funds.payments.refresh import refresh_payment
from app.funds.payments.sweep import sweep_payments
from app.infra.jobs import Job, Schedule

SWEEP = "payments.sweep"
# What fails again and again makes room: a waiting retry would keep the payment's lock, and the
# sweep brings the work back anyway.
ATTEMPTS = 3
EVERY_FIVE_SECONDS = "*/5 * * * * *"
AT_NIGHT = "47 3 * * *"


def payment_jobs(desk: PaymentDesk) -> tuple[Job, ...]:
    """Return the jobs that the steps of payments defer."""
    return (
        Job(PERFORM, partial(_perform, desk), ATTEMPTS),
        Job(REFRESH, partial(_refresh, desk), ATTEMPTS),
        Job(MATCH, partial(_match, desk), ATTEMPTS),
        Job(JUDGE, partial(_judge, desk), ATTEMPTS),
    )


def payment_schedules(desk: PaymentDesk) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""
    return (
        Schedule(SWEEP, EVERY_FIVE_SECONDS, partial(_sweep, desk)),
        Schedule("payments.probe", EVERY_FIVE_SECONDS, partial(_probe, desk)),
        Schedule("payments.declines", "20 */5 * * * *", partial(_watch, desk)),
        Schedule("payments.forget", AT_NIGHT, partial(forget_hints, database=desk.database)),
        Schedule("payments.forget_cards", AT_NIGHT, partial(forget_cards, database=desk.database)),
    )


async def _perform(
    desk: PaymentDesk, *, operator_id: str, payment_id: str, operation_id: str
) -> None:
    ordered = Ordered(UUID(operator_id), UUID(payment_id), UUID(operation_id))
    await perform_operation(ordered, desk=desk)


async def _refresh(desk: PaymentDesk, *, operator_id: str, payment_id: str) -> None:
    await refresh_payment(UUID(payment_id), operator_id=UUID(operator_id), desk=desk)


async def _match(
    desk: PaymentDesk, *, operator_id: str, account_id: str, provider_ref: str
) -> None:
    await match_webhook(UUID(account_id), provider_ref, operator_id=UUID(operator_id), desk=desk)


async def _judge(desk: PaymentDesk, *, operator_id: str, account_id: str) -> None:
    await judge_again(UUID(account_id), operator_id=UUID(operator_id), desk=desk)


async def _sweep(desk: PaymentDesk) -> None:
    await sweep_payments(database=desk.database)


async def _probe(desk: PaymentDesk) -> None:
    await probe_accounts(desk=desk)


async def _watch(desk: PaymentDesk) -> None:
    await watch_declines(database=desk.database)
