"""Keep a means no longer, and have the provider forget it."""

from dataclasses import replace
from uuid import UUID

from app.funds.means import store
from app.funds.means.model import KeptMeans, MeansState, Removal
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.providers.keeping import forget_all
from app.infra.database import Work
from app.infra.jobs import Job

FORGET = "means.forget"


async def end_means(work: Work, means: KeptMeans, why: Removal) -> None:
    """Step: a means is kept no longer; a job has the provider forget it. Safe to repeat."""
    removed_at = means.removed_at or work.now
    over = replace(means, state=MeansState.REMOVED, removed_at=removed_at, removed_why=why)
    await store.save(work, over)
    work.defer(FORGET, means_id=means.means_id)


async def forget_means(means_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> None:
    """
    Delete at the provider what it keeps for a means that is removed: a job, safe to repeat.

    Raises TryAgain when the provider did not do it, SecretUnreadable.
    """
    async with desk.database.work(operator_id) as work:
        means = await store.find(work, means_id)
    if means is not None and means.state is MeansState.REMOVED:
        await forget_all(means.keeping(operator_id), means_id, desk=desk)


def means_jobs(desk: PaymentDesk) -> tuple[Job, ...]:
    """Return the job that the steps of kept means defer."""

    async def forget(*, means_id: UUID, operator_id: UUID) -> None:
        await forget_means(means_id, operator_id=operator_id, desk=desk)

    return (Job(FORGET, forget),)
