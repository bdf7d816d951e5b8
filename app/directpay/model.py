"""The journey: one driver's way from the code to the receipt, and the states it can be in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from app.kernel.money import Money


class Stage(StrEnum):
    """
    Where a journey is.

    PAYING → STARTING → WAITING → CHARGING → STOPPING → SETTLING → ENDED. Money that was secured
    goes back on every way that leaves this line.
    """

    PAYING = "paying"
    STARTING = "starting"
    WAITING = "waiting"
    CHARGING = "charging"
    STOPPING = "stopping"
    SETTLING = "settling"
    ENDED = "ended"


class Ending(StrEnum):
    """Why a journey ended, in the terms that the page explains."""

    CHARGED = "charged"
    COVERED = "covered"
    NOTHING_CHARGED = "nothing_charged"
    PAYMENT_DECLINED = "payment_declined"
    PAYMENT_CANCELLED = "payment_cancelled"
    PAYMENT_EXPIRED = "payment_expired"
    START_REJECTED = "start_rejected"
    CHARGER_OFFLINE = "charger_offline"
    NEVER_PLUGGED = "never_plugged"
    STOPPED_BEFORE_START = "stopped_before_start"


class Why(StrEnum):
    """Why a payment came to nothing."""

    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class StopReason(StrEnum):
    """Who or what wanted the session to stop."""

    DRIVER = "driver"
    HOLD_REACHED = "hold_reached"
    PAYMENT_LOST = "payment_lost"
    HOLD_ENDS = "hold_ends"
    TOO_LONG = "too_long"


class _State(msgspec.Struct, frozen=True, tag_field="stage", tag=str.lower):
    """A state, stored as JSON with its name."""


class Paying(_State, frozen=True):
    """
    The driver is at the provider's page; the socket is kept until *kept_until*.

    *lost* says what became of the last attempt: then nobody is at a page, and the driver may choose
    another way to pay. *tries* counts the attempts before this one.
    """

    kept_until: datetime
    until: datetime
    lost: Why | None = None
    tries: int = 0


class Starting(_State, frozen=True):
    """The payment is secured and the charge point is asked; *sent* says that the call went out."""

    until: datetime
    tries: int = 0
    sent: bool = False


class Waiting(_State, frozen=True):
    """The charge point will start once the cable is in."""

    plug_in_by: datetime


class Charging(_State, frozen=True):
    """A transaction runs; *warned* says that the driver was told that the hold nears its end."""

    until: datetime
    warned: bool = False


class Stopping(_State, frozen=True):
    """A stop was asked for and the charge point has not ended the transaction yet."""

    reason: StopReason
    until: datetime
    tries: int = 0
    warned: bool = False


class Settling(_State, frozen=True):
    """The transaction is over and is being priced."""


class Ended(_State, frozen=True):
    """
    It is over; *charged* and *returned* are minor units, *moved* says that the money went.

    *owed* says that it was to be charged after the session, and was refused.
    """

    ending: Ending
    charged_minor: int = 0
    returned_minor: int = 0
    moved: bool = False
    owed: bool = False


State = Paying | Starting | Waiting | Charging | Stopping | Settling | Ended

# The states in which a socket belongs to a journey.
LIVE_STAGES = (Stage.PAYING, Stage.STARTING, Stage.WAITING, Stage.CHARGING, Stage.STOPPING)


class Addition(msgspec.Struct, frozen=True):
    """
    What was added to a hold on the way, in minor units; it counts when it is *secured*.

    With *raises* the first hold grew; else it is a further payment, whose id is the addition's.
    *lost* says that it came to nothing; what is neither is waited for.
    """

    addition_id: UUID
    minor: int
    secured: bool = False
    lost: bool = False
    raises: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """
    One journey: what was agreed, and its state.

    *network* marks where the order came from, and is not read back. *held* is what is secured for
    it, together with its *additions*. *rule_id* is the rule that chose the tariff; journeys of
    earlier releases have none. *variant* names the one dynamic price that was locked; it is empty
    where prices follow their tariff. *payment_id* is the attempt to pay that counts. *driver_id* is
    whose it is, None while it is nobody's: charging needs no account.
    """

    journey_id: UUID
    operator_id: UUID
    code: str
    evse_uid: str
    payment_id: UUID
    session_id: UUID
    tariff_id: str
    tariff_version: int
    held: Money
    locale: str
    began_at: datetime
    version: int
    state: State
    receipt_email: str | None = None
    rule_id: UUID | None = None
    variant: str = ""
    network: str | None = None
    additions: tuple[Addition, ...] = ()
    driver_id: UUID | None = None

    @property
    def shown_tariff_id(self) -> str:
        """Return the tariff's id as it was shown: with the price that was locked."""
        return f"{self.tariff_id}-{self.variant}" if self.variant else self.tariff_id

    @property
    def stage(self) -> Stage:
        """Return the stage that the state belongs to."""
        return Stage(type(self.state).__name__.lower())
