"""The jobs of notices, for the worker."""

from uuid import UUID

from app.directpay.notices.deliver import NoticeBox, mail_notice, push_notice
from app.directpay.notices.fees import look_for_fee
from app.directpay.notices.session import END_TASK, FEE_TASK, tell_of_end
from app.infra.jobs import Job
from app.people.notifications.tell import MAIL_TASK, PUSH_TASK


def notice_jobs(box: NoticeBox) -> tuple[Job, ...]:
    """Return the jobs that notices defer."""

    async def push(*, notice_id: UUID, device_id: UUID, operator_id: UUID) -> None:
        await push_notice(notice_id, device_id, operator_id=operator_id, box=box)

    async def mail(*, notice_id: UUID, operator_id: UUID) -> None:
        await mail_notice(notice_id, operator_id=operator_id, box=box)

    async def end(*, journey_id: UUID, operator_id: UUID) -> None:
        await tell_of_end(journey_id, operator_id=operator_id, database=box.database)

    async def fee(*, journey_id: UUID, operator_id: UUID) -> None:
        await look_for_fee(journey_id, operator_id=operator_id, database=box.database)

    return (
        Job(PUSH_TASK, push),
        Job(MAIL_TASK, mail),
        Job(END_TASK, end),
        Job(FEE_TASK, fee),
    )
