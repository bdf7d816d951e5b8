"""The jobs of receipts, for the worker."""

from uuid import UUID

from app.billing.receipts.deliver import PostRoom, deliver_receipt
from app.billing.receipts.forget import forget_mail_addresses
from app.billing.receipts.send import SEND_TASK
from app.infra.jobs import Job, Schedule


def receipt_jobs(post: PostRoom) -> tuple[Job, ...]:
    """Return the jobs that receipts defer."""

    async def send(*, delivery_id: UUID, operator_id: UUID) -> None:
        await deliver_receipt(delivery_id, operator_id=operator_id, post=post)

    return (Job(SEND_TASK, send),)


def receipt_schedules(post: PostRoom) -> tuple[Schedule, ...]:
    """Return the sweeps of receipts."""

    async def forget() -> None:
        await forget_mail_addresses(database=post.database)

    return (Schedule("receipts.forget", "17 3 * * *", forget),)
