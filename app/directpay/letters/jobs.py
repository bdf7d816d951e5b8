"""The jobs of letters, for the worker."""

from uuid import UUID

from app.charging.stickers.reports.work import MAIL_REPORT
from app.directpay.decide import Task
from app.directpay.letters.ask import SEND_TASK, warn_payer
from app.directpay.letters.codes import mail_code
from app.directpay.letters.deliver import LetterBox, deliver_letter
from app.directpay.letters.forget import forget_payers_addresses
from app.directpay.letters.reports import mail_report
from app.directpay.notices.session import tell_of_hold
from app.infra.jobs import Job, Schedule
from app.people.identity.drivers.begin import MAIL_TASK


def letter_jobs(box: LetterBox) -> tuple[Job, ...]:
    """Return the jobs that letters defer."""

    async def send(*, letter_id: UUID, operator_id: UUID) -> None:
        await deliver_letter(letter_id, operator_id=operator_id, box=box)

    async def send_code(*, sign_in_id: UUID, operator_id: UUID) -> None:
        await mail_code(sign_in_id, operator_id=operator_id, box=box)

    async def mail_of_report(*, report_id: UUID, operator_id: UUID) -> None:
        await mail_report(report_id, operator_id=operator_id, box=box)

    async def warn(*, journey_id: UUID, operator_id: UUID) -> None:
        await warn_payer(journey_id, operator_id=operator_id, database=box.database)
        await tell_of_hold(journey_id, operator_id=operator_id, database=box.database)

    return (
        Job(SEND_TASK, send),
        Job(MAIL_TASK, send_code),
        Job(MAIL_REPORT, mail_of_report),
        Job(Task.WARN, warn),
    )


def letter_schedules(box: LetterBox) -> tuple[Schedule, ...]:
    """Return the sweeps of letters."""

    async def forget() -> None:
        await forget_payers_addresses(database=box.database)

    return (Schedule("directpay.forget", "27 3 * * *", forget),)
