"""A driver's sessions: which are asked for, and what is told of each."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.directpay.model import Ending, Stage
from app.kernel.money import Money


@dataclass(slots=True)
class Trip:
    """A journey as far as a list goes."""

    journey_id: UUID
    session_id: UUID
    evse_uid: str
    began_at: datetime
    stage: Stage
    ending: Ending | None


@dataclass(frozen=True, slots=True)
class Before:
    """Where a page of the history goes on: older than this session."""

    began_at: datetime
    journey_id: UUID


class Standing(StrEnum):
    """Whether a session is still under way, was charged, or came to nothing."""

    UNDER_WAY = "under_way"
    CHARGED = "charged"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class OwnSession:
    """
    One session in a driver's history.

    *energy_kwh*, *ended_at*, *charged* (incl. VAT, after discounts) and *receipt_number* are known
    when there is a receipt. A place that was taken away is "" (and its
    *time_zone* UTC), unless a receipt names it.
    """

    token: str
    stage: Stage
    ending: Ending | None
    began_at: datetime
    location: str
    city: str
    evse_id: str
    time_zone: str
    energy_kwh: Decimal | None = None
    ended_at: datetime | None = None
    charged: Money | None = None
    receipt_number: str | None = None

    @property
    def month(self) -> date:
        """Return the first day of the month in which it began, by the clock of its place."""
        return self.began_at.astimezone(ZoneInfo(self.time_zone)).date().replace(day=1)

    @property
    def standing(self) -> Standing:
        """Return how it stands."""
        if self.charged is not None:
            return Standing.CHARGED
        return Standing.NOTHING if self.stage is Stage.ENDED else Standing.UNDER_WAY


@dataclass(frozen=True, slots=True)
class Only:
    """
    Which sessions of a driver's are meant: all that is said has to hold.

    *month* is the first day of the one in which it began, by the clock of its place. Each word of
    *text* is somewhere in the place's name, its town or the EVSE id.
    """

    text: str = ""
    month: date | None = None
    standing: Standing | None = None

    def has(self, session: OwnSession) -> bool:
        """Tell whether *session* is one of them."""
        return (
            (self.month is None or self.month == session.month)
            and (self.standing is None or self.standing is session.standing)
            and (not self.text or self._names(session))
        )

    def _names(self, session: OwnSession) -> bool:
        place = f"{session.location} {session.city} {session.evse_id}".casefold()
        return all(word in place for word in self.text.casefold().split())


EVERYTHING: Final = Only()


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which of a driver's sessions are asked for, newest first.

    Those that began from *since* on and before *until*, and *only* those. *before* is where the
    last page ended.
    """

    limit: int
    since: datetime | None = None
    until: datetime | None = None
    before: Before | None = None
    only: Only = EVERYTHING


@dataclass(frozen=True, slots=True)
class RunningSession:
    """
    A session under way, in short; *location* is the place's name.

    *energy_kwh* and *cost* (so far, incl. VAT, after discounts) are known once it charges.
    """

    token: str
    stage: Stage
    location: str
    energy_kwh: Decimal | None = None
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A page of a driver's sessions; *more* is where the next one begins, None at the end."""

    sessions: tuple[OwnSession, ...]
    more: Before | None


@dataclass(frozen=True, slots=True)
class Days:
    """The days from *first* to *last*, both included, each by the clock of the place."""

    first: date
    last: date

    def has(self, session: OwnSession) -> bool:
        """Tell whether the session began on one of the days."""
        local = session.began_at.astimezone(ZoneInfo(session.time_zone))
        return self.first <= local.date() <= self.last
