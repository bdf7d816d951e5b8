"""Report a sticker that looks wrong, see what is reported, and close it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.charging.stickers.errors import ReportNotFound
from app.charging.stickers.reports import store
from app.charging.stickers.reports.model import Behind, Report, Wrong
from app.infra.database import Work
from app.infra.limits import Limit

MAIL_REPORT: Final = "stickers.mail_report"
MOST_NOTE: Final = 300
REPORTS_PER_NETWORK: Final = Limit("sticker-report", 10, timedelta(hours=1))
# One mail an hour about one point: who floods us fills a list, and nobody's mailbox.
_MAIL_EVERY: Final = timedelta(hours=1)
# More are not kept about one point in an hour; what the first ones say is enough to go and look.
_MOST_AN_HOUR: Final = 20


async def report_sticker(
    work: Work, evse_uid: str, number: int, *, reason: Wrong, note: str
) -> None:
    """
    Step: keep what somebody saw at an EVSE, and mail it to the operator.

    *number* is that of the scanned sticker, 0 for none. There is one mail an hour about a point.
    """
    before = await store.number_since(work, evse_uid, work.now - _MAIL_EVERY)
    if before >= _MOST_AN_HOUR:
        return
    plain = "".join(sign if sign.isprintable() else " " for sign in note).strip()[:MOST_NOTE]
    report = Report(work.ids.uuid7(work.now), evse_uid, number, reason, plain, work.now)
    await store.add(work, report)
    if before == 0:
        work.defer(MAIL_REPORT, report_id=report.report_id)


async def list_reports(
    work: Work, after: Behind | None = None, limit: int | None = None
) -> Sequence[Report]:
    """
    Return the operator's open reports, the oldest first. A step.

    At most *limit*, those *after* the instant and the id of one.
    """
    return await store.still_open(work, after, limit)


async def get_report(work: Work, report_id: UUID) -> Report:
    """Return a report. A step. Raises ReportNotFound."""
    found = await store.by_id(work, report_id)
    if found is None:
        raise ReportNotFound("no report has this id", report_id=report_id)
    return found


async def close_report(work: Work, report_id: UUID, *, by: str, outcome: str) -> None:
    """Step: note that somebody looked, and what was found. Raises ReportNotFound."""
    if not await store.close(work, report_id, by, outcome):
        raise ReportNotFound("no open report has this id", report_id=report_id)
