"""What happened to a payment, told once per change and in the transaction of the change."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.funds.payments.ports import Origin, SettledBy
from app.kernel.events import Event
from app.kernel.money import Money


class Why(StrEnum):
    """Why a payment came to nothing."""

    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Trouble(StrEnum):
    """What a person has to look at; also the reason on the work list."""

    CAPTURE_FAILED = "capture_failed"
    RELEASE_FAILED = "release_failed"
    REFUND_FAILED = "refund_failed"
    HOLD_ENDING = "hold_ending"
    HOLD_LOST = "hold_lost"
    AMOUNT_DIFFERS = "amount_differs"
    NOT_SETTLED = "not_settled"
    CHECK_METER = "check_meter"
    PAID_TWICE = "paid_twice"
    OUTCOME_UNKNOWN = "outcome_unknown"
    MANY_DECLINES = "many_declines"
    PARTNER_DIFFERS = "partner_differs"
    SHARE_REFUSED = "share_refused"
    UNPAID = "unpaid"


@dataclass(frozen=True, slots=True)
class PaymentOpened(Event):
    """The provider's page is known: `Payment.checkout_url`. Late when the start was unanswered."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentSecured(Event):
    """
    The amount is held, or was charged.

    It can come late, after PaymentFailed(expired): then the money is already on its way back.
    """

    payment_id: UUID
    origin: Origin = Origin.WEB


@dataclass(frozen=True, slots=True)
class PaymentFailed(Event):
    """The driver did not pay: declined, cancelled, or left until it expired."""

    payment_id: UUID
    why: Why


@dataclass(frozen=True, slots=True)
class PaymentRaised(Event):
    """The hold grew by *amount*."""

    payment_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentNotRaised(Event):
    """The driver's bank, or the provider, did not let the hold grow; it is what it was."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentCollected(Event):
    """The price is collected: a capture is done, or nothing of what was paid first goes back."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentReturned(Event):
    """The provider took the order to give money back: a hold released, a refund on its way."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentBooked(Event):
    """A payment from before there was a ledger is in the books: what it paid for may follow."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentDisputed(Event):
    """
    The bank took *amount* back, or (below zero) gave it again.

    *mark* is another for each time that the payment's money moves: for keys.
    """

    payment_id: UUID
    amount: Money
    mark: str


@dataclass(frozen=True, slots=True)
class OrderedInHouse(Event):
    """
    An operation of a payment from a wallet: no provider is asked, the wallet does it at once.

    Whoever carries it out answers with `house.answer` in the same transaction.
    """

    payment_id: UUID
    operation_id: UUID


@dataclass(frozen=True, slots=True)
class OrderedOutside(Event):
    """
    An operation of a payment that somebody else settles (`Payment.settled_by`).

    No provider is asked. Whoever knows that side answers in the same transaction, see `outside`.
    """

    payment_id: UUID
    operation_id: UUID
    settled_by: SettledBy


@dataclass(frozen=True, slots=True)
class PaymentTrouble(Event):
    """Something about the payment needs a person; it is on the work list."""

    payment_id: UUID
    what: Trouble
