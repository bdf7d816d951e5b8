"""Find the session that a report without a usable transaction id is about; never guess."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec.structs import replace

from app.charging.sessions import store
from app.charging.sessions.metering.trust import trusted_time
from app.charging.sessions.model import SampleReport, Session, StopReport
from app.charging.sessions.transactions.model import at_place
from app.infra.database import Work

# OCPP 1.6 errata 3.18: a start that was never confirmed has the id -1; some send 0.
NO_ID = (None, "", "-1", "0")


async def find_session(
    work: Work, report: SampleReport | StopReport, *, id_tag: str | None
) -> Session | None:
    """
    Return the session of *report*, its row locked, or None when that cannot be told.

    By its transaction id; else by its idTag at this charge point; else, when it has no id at all,
    by place and time if exactly one session runs there. A step of the caller's transaction.
    """
    if report.transaction_id not in NO_ID:
        session = await store.lock_of_transaction(work, report.identity, str(report.transaction_id))
        if session is not None:
            return session
    if id_tag is not None:
        session = await store.lock_started_with(work, id_tag)
        if session is not None and _fits(session, report):
            return session
        return None
    if report.transaction_id in NO_ID and _has_place(report):
        session = await store.lock_running_at(
            work, report.identity, evse_no=report.evse_no, connector_no=report.connector_no
        )
        if session is not None and _fits(session, report):
            return session
    return None


async def name_transactions(work: Work, reports: Sequence[SampleReport]) -> list[SampleReport]:
    """
    Return the *reports*, those without an id with that of the transaction at their place.

    As `find_session` would find it; where it finds none, they stay as they are. A step.
    """
    unnamed = {each.identity for each in reports if _is_unnamed(each)}
    if not unnamed:
        return list(reports)
    running: defaultdict[str, list[Session]] = defaultdict(list)
    for session in await store.running_at(work, unnamed):
        running[session.identity].append(session)
    return [_named(each, running[each.identity]) if _is_unnamed(each) else each for each in reports]


def _is_unnamed(report: SampleReport) -> bool:
    return report.transaction_id in NO_ID and _has_place(report)


def _named(report: SampleReport, running: Sequence[Session]) -> SampleReport:
    place = (report.identity, report.evse_no, report.connector_no)
    here = [each for each in running if at_place(each, *place)]
    if len(here) != 1 or here[0].transaction_id is None or not _fits(here[0], report):
        return report
    return replace(report, transaction_id=here[0].transaction_id)


async def sort_out(
    work: Work, reports: Sequence[SampleReport]
) -> tuple[list[SampleReport], list[SampleReport]]:
    """Return the reports for which `find_session` would find none, and the others. A step."""
    asked = [
        (report.identity, None if report.transaction_id in NO_ID else report.transaction_id)
        for report in reports
    ]
    possible = await store.possible(work, asked)
    sorted_out: tuple[list[SampleReport], list[SampleReport]] = ([], [])
    for report, pair in zip(reports, asked, strict=True):
        may_be = pair in possible and (pair[1] is not None or _has_place(report))
        sorted_out[may_be].append(report)
    return sorted_out


def _has_place(report: SampleReport | StopReport) -> bool:
    return bool(report.evse_no or report.connector_no)


def _fits(session: Session, report: SampleReport | StopReport) -> bool:
    if not at_place(session, report.identity, report.evse_no, report.connector_no):
        return False
    if isinstance(report, StopReport):
        received_at, times = report.received_at, [report.at]
    else:
        received_at = max(sample.received_at for sample in report.samples)
        times = [sample.taken_at for sample in report.samples]
    # Something before the session's start is of another one; a time that nobody can read is not.
    known = [at for at in times if at is not None]
    return not known or any(
        trusted_time(session, at, received_at=received_at) is not None for at in known
    )
