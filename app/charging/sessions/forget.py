"""Delete what charge points reported long ago, once nobody can need it any more."""

from datetime import timedelta

from app.charging.sessions.metering import store as meter
from app.charging.sessions.transactions import store as transactions
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule

# A cardholder's bank takes a payment back for up to 120 days, some schemes for 540 after a service
# that was ordered ahead; a year and a month also covers what tax offices ask about the last year.
KEEP_REPORTS = timedelta(days=400)
# What belongs to no session is looked at when a driver complains.
KEEP_ORPHANS = timedelta(days=180)


async def forget_reports(*, database: Database) -> None:
    """
    Delete old samples, transactions and orphaned reports; a nightly sweep.

    Sessions, CDRs and receipts stay, and so do signed samples: with them a receipt is proved.
    Nothing of a session is deleted before it ended, however old it is.
    """
    async with database.work(EVERY_OPERATOR) as work:
        await meter.forget_samples(work, work.now - KEEP_REPORTS)
        await transactions.forget_transactions(work, work.now - KEEP_REPORTS)
        await transactions.forget_orphans(work, work.now - KEEP_ORPHANS)


def session_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweeps of sessions."""

    async def forget() -> None:
        await forget_reports(database=database)

    return (Schedule("sessions.forget", "37 3 * * *", forget),)
