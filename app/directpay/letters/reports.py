"""The mail to an operator about a sticker that looks wrong."""

import hashlib
from datetime import timedelta
from html import escape
from typing import Final
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.stickers.reports.model import Report, Wrong
from app.charging.stickers.reports.work import MAIL_REPORT, get_report
from app.directpay.letters.deliver import LetterBox
from app.infra.mail import Mail, NotSent
from app.people.identity.model import Operator
from app.people.identity.read import get_operator

AGAIN_AFTER: Final = timedelta(minutes=5)
_SEEN: Final = {
    Wrong.PASTED_OVER: "It is pasted over another one.",
    Wrong.OTHER_ADDRESS: "It leads to another address.",
    Wrong.UNREADABLE: "It cannot be read.",
    Wrong.OTHER: "Something else is wrong with it.",
}


async def mail_report(report_id: UUID, *, operator_id: UUID, box: LetterBox) -> None:
    """
    Mail a report to the operator's support address. The job MAIL_REPORT; safe to repeat.

    A server that is away is tried again until the report is closed; sent twice after a crash, it
    has one Message-ID.
    """
    async with box.database.work(operator_id) as work:
        report = await get_report(work, report_id)
        operator = await get_operator(work)
        evse = await get_evse(work, report.evse_uid)
    if report.closed_at is not None:
        return
    outcome = await box.mailer.send(write_report(report, evse, operator, sender=box.sender))
    if isinstance(outcome, NotSent):
        async with box.database.work(operator_id) as work:
            work.defer(MAIL_REPORT, at=work.now + AGAIN_AFTER, report_id=report_id)


def write_report(report: Report, evse: Evse, operator: Operator, *, sender: str) -> Mail:
    """Return the mail: what was seen, where, and what to do; a note may be anything."""
    place = evse.location
    lines = [
        f"Somebody reports the sticker of {evse.evse_id} (code {evse.code}):",
        _SEEN[report.reason],
        *([f"In their words: {report.note}"] if report.note else []),
        "",
        f"{place.name}, {place.address}, {place.postal_code} {place.city}",
        f"Reported {report.reported_at:%Y-%m-%d %H:%M} UTC, id {report.report_id}",
        "",
        "Go and look, or ask somebody on site. A false sticker: take it off, keep it, and tell the",
        "police. Print a new one with `directpay stickers print`, and close the report with",
        f"`directpay stickers close {report.report_id} --operator {operator.slug}`.",
        "There is one mail an hour about one point; the others are on the list of reports.",
    ]
    text = "\n".join(lines) + "\n"
    return Mail(
        message_id=_message_id(report, sender=sender),
        sender=sender,
        sender_name=operator.brand.name,
        reply_to=operator.support.email,
        recipient=operator.support.email,
        subject=f"A sticker looks wrong: {evse.evse_id}",
        text=text,
        html=f"<pre>{escape(text)}</pre>",
        language="en",
    )


def _message_id(report: Report, *, sender: str) -> str:
    digest = hashlib.sha256(f"{report.report_id}".encode()).hexdigest()[:32]
    return f"<sticker-{digest}@{sender.rpartition('@')[2]}>"
