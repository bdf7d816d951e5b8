"""What a journey can be told."""

from dataclasses import dataclass

from app.charging.chargers.ports import CommandOutcome
from app.directpay.model import Why


@dataclass(frozen=True, slots=True)
class PaymentSecured:
    """The money is held, or paid."""


@dataclass(frozen=True, slots=True)
class PaymentLost:
    """The payment came to nothing, or is no longer good."""

    why: Why


@dataclass(frozen=True, slots=True)
class HoldEnds:
    """The hold has to be captured now, or it may be gone."""


@dataclass(frozen=True, slots=True)
class StartSent:
    """The start is about to be sent; what comes of it may never be known."""


@dataclass(frozen=True, slots=True)
class StartAnswered:
    """What came of asking for a start."""

    outcome: CommandOutcome


@dataclass(frozen=True, slots=True)
class TransactionBegan:
    """The charge point started the transaction."""


@dataclass(frozen=True, slots=True)
class CableRemoved:
    """The socket went back to available before a transaction began."""


@dataclass(frozen=True, slots=True)
class TransactionEnded:
    """The transaction is over, by whomever."""


@dataclass(frozen=True, slots=True)
class CostNearsHold:
    """Four fifths of the hold are used."""


@dataclass(frozen=True, slots=True)
class CostReachesHold:
    """The hold would be passed if nothing were done now."""


@dataclass(frozen=True, slots=True)
class StopAsked:
    """The driver pressed stop."""


@dataclass(frozen=True, slots=True)
class StopAnswered:
    """What came of asking for a stop."""

    outcome: CommandOutcome


@dataclass(frozen=True, slots=True)
class Displaced:
    """Somebody else wants the socket that was kept."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else's transaction runs at the socket already, begun at the reader."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """A deadline may have passed."""


@dataclass(frozen=True, slots=True)
class Priced:
    """
    The session has its price: *charged* and *returned* in minor units.

    *covered* says that it had one, and that discounts or others pay all of it.
    """

    charged_minor: int
    returned_minor: int
    covered: bool = False


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """The provider confirmed the last movement that was asked for."""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """What was to be charged after the session was refused: the driver owes the price."""


@dataclass(frozen=True, slots=True)
class MoneyStuck:
    """A movement that seemed done failed after all; a person has it on the work list."""


News = (
    PaymentSecured
    | PaymentLost
    | HoldEnds
    | StartSent
    | StartAnswered
    | TransactionBegan
    | CableRemoved
    | TransactionEnded
    | CostNearsHold
    | CostReachesHold
    | StopAsked
    | StopAnswered
    | Displaced
    | Overtaken
    | TimePassed
    | Priced
    | MoneyMoved
    | Unpaid
    | MoneyStuck
)
