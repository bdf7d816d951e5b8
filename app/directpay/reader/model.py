"""What a reader saw, and what its charge point is told: pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.charging.sessions.model import StartReport
from app.charging.tokens.model import Standing, Token, TokenType, Whitelist
from app.directpay.authorised.running import trusted_instant

# What a charge point may believe of a token that has to be asked about each time.
_SOON: Final = timedelta(minutes=5)
# What is typed at a keypad, or told by a car, is no card, whatever it says (OCPP 2.x).
_NO_CARDS: Final = frozenset({"KeyCode", "MacAddress", "eMAID", "VIN", "EVCCID", "DirectPayment"})


@dataclass(frozen=True, slots=True)
class Presented:
    """
    A token that was shown to a reader, and nothing began yet.

    *type* is that of the idToken in the words of 2.x, None in 1.6. *asks_again* says that the
    charge point authorises remote starts once more, as `authorise_id_tag` explains it.
    """

    operator_id: UUID
    identity: str
    uid: str
    type: str | None
    at: datetime
    asks_again: bool = True


@dataclass(frozen=True, slots=True)
class IdTokenInfo:
    """
    What a charge point is told of a token (OCPP: IdTagInfo, IdTokenInfo).

    *status* is OCPP's, *group* the parent idTag, *until* when it must not be believed any more.
    """

    status: str
    group: str | None = None
    until: datetime | None = None
    language: str | None = None


class NotAtTheReader(Exception):
    """A start at the reader that must not be: the *status* that its charge point is told."""

    def __init__(self, status: Standing) -> None:
        """Keep what the charge point is told."""
        super().__init__(status)
        self.status = status


def info_of(token: Token, standing: Standing, now: datetime) -> IdTokenInfo:
    """Return what is told of a *token*, whose sessions can be paid or not as *standing* says."""
    until = token.expires_at
    if token.whitelist is Whitelist.NEVER:
        until = now + _SOON
    if standing is Standing.NO_CREDIT:
        until = now
    return IdTokenInfo(standing, token.group_id, until, token.language)


def can_be(token: Token, kind: str | None) -> bool:
    """Tell whether an idToken of this *kind* (OCPP 2.x; None: 1.6) can be the *token*."""
    return token.type is not TokenType.RFID or kind not in _NO_CARDS


def begun_at(report: StartReport) -> datetime:
    """Return when a transaction began: by its charge point's clock, if that can be."""
    return trusted_instant(report.at, report.received_at)


def key_of(report: StartReport) -> str:
    """Return what is the same whenever a charge point tells of the same start (1.6 and 2.x)."""
    place = report.station_transaction_id or f"{report.connector_no}:{report.meter_start_wh}"
    return f"reader:{report.identity}:{place}:{report.id_tag}:{report.at}"
