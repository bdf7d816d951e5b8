"""Transactions as charge points start them, and which session each belongs to."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.charging.sessions.model import Session, SessionState, StartAnswer, StartReport


class Verdict(StrEnum):
    """What a start turned out to be."""

    ACCEPTED = "accepted"
    ORPHAN = "orphan"  # no session has this idTag: a card, or something we never knew
    LATE = "late"  # the session was withdrawn before: nobody would pay
    ELSEWHERE = "elsewhere"  # the idTag was made for another EVSE
    AGAIN = "again"  # the idTag was used before: it is for one transaction


@dataclass(frozen=True, slots=True)
class Transaction:
    """
    A transaction on a charge point.

    *session_id* is the session that its idTag was made for; *is_over* tells that its stop came.
    """

    identity: str
    transaction_id: str
    verdict: Verdict
    session_id: UUID | None
    is_over: bool

    @property
    def is_accepted(self) -> bool:
        """Tell whether it is the session's transaction."""
        return self.verdict is Verdict.ACCEPTED


def judge(session: Session | None, report: StartReport) -> Verdict:
    """Return what the start in *report* is to the *session* that its idTag was made for."""
    if session is None:
        return Verdict.ORPHAN
    if not at_place(session, report.identity, report.evse_no, report.connector_no):
        return Verdict.ELSEWHERE
    match session.state:
        case SessionState.PENDING:
            return Verdict.ACCEPTED
        case SessionState.WITHDRAWN:
            return Verdict.LATE
        case SessionState.ACTIVE | SessionState.COMPLETED:
            return Verdict.AGAIN


def at_place(
    session: Session, identity: str, evse_no: int | None, connector_no: int | None
) -> bool:
    """Tell whether a report from there is about the EVSE of *session*, as far as it says."""
    if session.identity != identity:
        return False
    if evse_no is not None:
        return session.evse_no == evse_no
    return connector_no is None or session.ocpp16_connector_id == connector_no


def place_of(evse_no: int | None, connector_no: int | None) -> str:
    """Return where on the charge point a report comes from, as one word for a unique key."""
    return f"{evse_no or '-'}/{connector_no or '-'}"


def answer_to(transaction: Transaction) -> StartAnswer:
    """Return what the charge point is told; a retry is told the same."""
    accepted = transaction.is_accepted
    return StartAnswer(
        transaction_id=transaction.transaction_id,
        accepted=accepted,
        status="Accepted" if accepted else "Invalid",
        # 1.6 charge points may go on with an invalid idTag (StopTransactionOnInvalidId).
        stop_at_once=not accepted and transaction.verdict is not Verdict.ORPHAN,
    )
