"""A payment, the operations we ask of its provider, and what the provider has told of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from app.funds.payments.ports import Origin, PartStatus, SettledBy, StartPayment, Strategy
from app.funds.payments.sharing.model import Sharing
from app.kernel.money import Money


class PaymentStatus(StrEnum):
    """
    Where a payment is; the order is the rank in which facts win over older ones.

    PAID is last: whatever else was said, money that is there has to be dealt with.
    """

    CREATED = "created"
    OPEN = "open"
    PENDING = "pending"
    AUTHORISED = "authorised"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PAID = "paid"

    @property
    def rank(self) -> int:
        """Return the place in the order."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(PaymentStatus)}
AWAITED = frozenset({PaymentStatus.CREATED, PaymentStatus.OPEN, PaymentStatus.PENDING})
SECURED = frozenset({PaymentStatus.AUTHORISED, PaymentStatus.PAID})
ENDED = frozenset({PaymentStatus.FAILED, PaymentStatus.EXPIRED, PaymentStatus.CANCELLED})


class OperationKind(StrEnum):
    """What can be asked of a provider."""

    START = "start"
    CAPTURE = "capture"
    RELEASE = "release"
    CANCEL = "cancel"
    REFUND = "refund"
    RAISE = "raise"
    ROUTE = "route"


class OperationState(StrEnum):
    """
    Where an operation is.

    SENT is written before the call: found without an answer it means "perhaps". PENDING was
    accepted and is still being done, UNKNOWN has no usable answer, NOT_SENT did not arrive.
    """

    CREATED = "created"
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"


_RESOLVED = {OperationState.PENDING, OperationState.SUCCEEDED, OperationState.DECLINED}
UNRESOLVED = frozenset(OperationState) - _RESOLVED
# In these the provider can't have done anything.
UNTRIED = frozenset({OperationState.CREATED, OperationState.NOT_SENT})


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One order to a provider; its *key* makes repeating it harmless.

    *amount* is what a capture or a refund moves, or what a hold is to become. *attempts* counts the
    sendings that may have arrived, *sent_at* is the first of all. *provider_ref* is the capture or
    refund that came of it. *detail* says why the last answer was not a yes. *order* is what a start
    says, frozen until its outcome is known. *share* is what of it the operator gets, or gives back.
    """

    operation_id: UUID
    number: int
    kind: OperationKind
    key: str
    state: OperationState
    created_at: datetime
    amount: Money | None = None
    sent_at: datetime | None = None
    attempts: int = 0
    provider_ref: str | None = None
    detail: str | None = None
    order: StartPayment | None = None
    share: Money | None = None

    @property
    def is_unresolved(self) -> bool:
        """Tell whether we do not know yet what came of it."""
        return self.state in UNRESOLVED

    @property
    def is_taken(self) -> bool:
        """Tell whether the provider took the order."""
        return self.state in (OperationState.PENDING, OperationState.SUCCEEDED)

    @property
    def is_awaited(self) -> bool:
        """Tell whether its outcome must be known before anything else is asked."""
        is_capture = self.kind is OperationKind.CAPTURE
        return self.is_unresolved or (is_capture and self.state is OperationState.PENDING)


class PartKind(StrEnum):
    """
    What moved money, or gave up a claim to it; what a bank takes back and gives again.

    RAISE is a hold that was to grow: only those that were refused are told one by one.
    """

    CAPTURE = "capture"
    REFUND = "refund"
    RELEASE = "release"
    CHARGEBACK = "chargeback"
    REVERSAL = "reversal"
    RAISE = "raise"


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A part of a payment as the provider last had it."""

    kind: PartKind
    provider_ref: str
    status: PartStatus
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """
    One payment at one provider account, for a *subject_id*: a session, a top-up, an invoice.

    *keep* is how much of the money is to stay with the operator in the end: None while the session
    is undecided, zero when all goes back. *abandoned* says that the driver was given up on.
    *taken* is what was taken without a capture of ours (methods that can't hold). *orders_ref* is
    what later orders name, where that is not *provider_ref*. *booked* says that the ledger knows
    the payment: one from before there was a ledger is booked as a whole. *raised* is the hold
    after it grew, *wished* what it is to become.
    *origin* is where the driver agreed to it, *settled_by* who collects the price. *device* is the
    terminal that asked for the card, in its provider's words; *fingerprint* is the same whenever
    the same card pays there. *sharing* is what the provider gives to the operator.
    """

    payment_id: UUID
    operator_id: UUID
    account_id: UUID
    subject_id: UUID
    reference: str
    amount: Money
    method: str
    ordered_strategy: Strategy
    opened_at: datetime
    taken: Money
    status: PaymentStatus = PaymentStatus.CREATED
    provider_ref: str | None = None
    orders_ref: str | None = None
    checkout_url: str | None = None
    instrument: str | None = None
    capture_before: datetime | None = None
    parts: tuple[SeenPart, ...] = ()
    keep: Money | None = None
    abandoned: bool = False
    booked: bool = True
    raised: Money | None = None
    wished: Money | None = None
    origin: Origin = Origin.WEB
    settled_by: SettledBy = SettledBy.US
    device: str | None = None
    fingerprint: str | None = None
    sharing: Sharing | None = None
    operations: tuple[Operation, ...] = ()

    @property
    def is_in_house(self) -> bool:
        """Tell whether it is between us and the driver: no provider is asked, and none can tell."""
        return self.origin in (Origin.WALLET, Origin.TOKEN, Origin.PROMISE)

    @property
    def is_promise(self) -> bool:
        """Tell whether nothing is secured but the driver's word, and a means to charge after."""
        return self.origin is Origin.PROMISE

    @property
    def is_outside(self) -> bool:
        """Tell whether somebody else collects it, who can't be ordered to, and tells us later."""
        return self.settled_by is not SettledBy.US

    @property
    def strategy(self) -> Strategy:
        """Return how the payment funds the session, by what was observed once it was secured."""
        if self.ordered_strategy is Strategy.CHARGE_AFTER:
            return Strategy.CHARGE_AFTER
        if self.status is PaymentStatus.AUTHORISED:
            return Strategy.HOLD
        if self.status is PaymentStatus.PAID and not self._parts(PartKind.CAPTURE):
            return Strategy.PAY_FIRST
        return self.ordered_strategy

    @property
    def limit(self) -> Money:
        """Return what can be taken at most: the amount, or what a hold has grown to."""
        return self.raised or self.amount

    @property
    def authorised(self) -> Money:
        """Return what the driver's bank agreed to: the limit, or nothing."""
        return self.limit if self.status in SECURED else Money.zero(self.amount.currency)

    @property
    def captured(self) -> Money:
        """Return what was really taken, before refunds."""
        captures = self._parts(PartKind.CAPTURE)
        if not captures:
            return self.taken
        return self._sum(part.amount for part in captures if part.status is PartStatus.SUCCEEDED)

    @property
    def refunded(self) -> Money:
        """Return what went back or is on its way back after it was taken."""
        gone = (PartStatus.PENDING, PartStatus.SUCCEEDED)
        seen = self._parts(PartKind.REFUND)
        unseen = [
            operation.amount
            for operation in self.operations
            if operation.kind is OperationKind.REFUND
            and operation.amount is not None
            and operation.is_taken
            and operation.provider_ref not in {part.provider_ref for part in seen}
        ]
        return self._sum([*(part.amount for part in seen if part.status in gone), *unseen])

    @property
    def held(self) -> Money:
        """Return what is still held and not taken."""
        if self.status is PaymentStatus.AUTHORISED:
            return self.limit - self.captured
        return Money.zero(self.amount.currency)

    @property
    def returned(self) -> Money:
        """Return what does not stay with the operator, of what was secured."""
        return self.authorised - self.held - self.captured + self.refunded

    @property
    def is_waiting(self) -> bool:
        """Tell whether an operation's outcome must be known before anything else is asked."""
        return any(operation.is_awaited for operation in self.operations)

    @property
    def is_settled(self) -> bool:
        """
        Tell whether it is decided what stays, and the provider has taken every order for it.

        Who gets what stays is not the driver's business: no route is waited for.
        """
        of_driver = (one for one in self.operations if one.kind is not OperationKind.ROUTE)
        return self.keep is not None and not any(one.is_awaited for one in of_driver)

    def operation(self, operation_id: UUID) -> Operation:
        """Return the operation with this id. Raises KeyError: ids come from our own rows."""
        for operation in self.operations:
            if operation.operation_id == operation_id:
                return operation
        raise KeyError(operation_id)

    def of_kind(self, kind: OperationKind) -> tuple[Operation, ...]:
        """Return the operations of one kind, oldest first."""
        return tuple(operation for operation in self.operations if operation.kind is kind)

    def with_operation(self, operation: Operation) -> Self:
        """Return the payment with *operation* in the place of its former self, or added."""
        rest = [old for old in self.operations if old.operation_id != operation.operation_id]
        ordered = sorted([*rest, operation], key=lambda one: one.number)
        return replace(self, operations=tuple(ordered))

    def _parts(self, kind: PartKind) -> list[SeenPart]:
        return [part for part in self.parts if part.kind is kind]

    def _sum(self, amounts: Iterable[Money]) -> Money:
        total = Money.zero(self.amount.currency)
        for amount in amounts:
            total += amount
        return total
