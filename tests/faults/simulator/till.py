"""The payment's rows, jobs and sweeps in memory; what they decide is the product's own."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.funds.payments.model import Operation, OperationKind, Payment
from app.funds.payments.perform import _believed, _in_order, _resendable
from app.funds.payments.ports import Accepted, Declined, Reading, Snapshot, Unknown
from app.funds.payments.rules.decide import Perform, Report, Tell, decide
from app.funds.payments.rules.news import (
    Answered,
    HoldWished,
    KeepDecided,
    News,
    Observed,
    Sending,
    TimePassed,
)
from app.funds.payments.rules.plan import CALL_TIMEOUT, next_check
from app.funds.payments.sharing.model import Sharing
from app.funds.payments.sharing.send import _shares
from app.kernel.events import Event
from app.kernel.money import Money
from tests.faults.simulator.agenda import Agenda
from tests.faults.simulator.faults import Mutation
from tests.faults.simulator.outside import PlayedProvider
from tests.faults.simulator.processes import Asking, Process, Work
from tests.funds.orders import ACCOUNT

SWEEP = timedelta(seconds=5)
LATE_HINT = timedelta(seconds=30)


@dataclass
class Till:
    """The payment of one session: `record` is a transaction, the generators are its jobs."""

    agenda: Agenda
    process: Process
    provider: PlayedProvider
    payment: Payment
    tell: Callable[[Event], None]
    mutation: Mutation | None = None
    work_list: list[Report] = field(default_factory=list)
    hints: dict[str, datetime] = field(default_factory=dict)
    check_at: datetime | None = None

    # Transactions

    def record(self, *news: News) -> None:
        """Let *news* change the payment, and do what follows, in one transaction."""
        effects = []
        for one in news:
            self.payment, more = decide(self.payment, one, self.agenda.now)
            effects.extend(more)
        self._check(next_check(self.payment, self.agenda.now))
        for effect in effects:
            match effect:
                case Perform():
                    self._defer(self.payment.operation(effect.operation_id))
                case Tell(event):
                    self.tell(event)
                case Report() if all(_item(effect) != _item(old) for old in self.work_list):
                    self.work_list.append(effect)

    def keep(self, amount: Money, sharing: Sharing | None = None) -> None:
        """Decide what stays, and who gets of it: `request_capture` and `request_return`."""
        if self.payment.keep is None or amount <= self.payment.keep:
            self.record(KeepDecided(amount, sharing))

    def more(self, amount: Money) -> None:
        """Ask for the hold to become *amount*: `request_raise`."""
        self.record(HoldWished(amount))

    def give_back(self) -> None:
        """Give all back that was not decided to stay."""
        self.record(KeepDecided(self.payment.keep or Money.zero(self.payment.amount.currency)))

    # Requests and jobs

    def start(self) -> Work:
        """Open the payment at the provider."""
        return self.perform(self.payment.of_kind(OperationKind.START)[0])

    def perform(self, first: Operation) -> Work:
        """Send an operation, or find out what became of it: `perform_operation`."""
        operation = self.payment.operation(first.operation_id)
        if operation.is_unresolved and operation.attempts and self.payment.provider_ref:
            reading = yield self._fetch(self.payment.provider_ref)
            self._take(reading)
            if not isinstance(reading, Snapshot):
                self.record(Answered(operation.operation_id, Unknown("no reading")))
                return
            operation = self.payment.operation(operation.operation_id)
        if not operation.is_unresolved:
            return
        self.record(TimePassed(), Sending(operation.operation_id))
        operation = self.payment.operation(operation.operation_id)
        if not operation.is_unresolved:
            return
        is_shared = operation.share is not None
        outcome = yield (self._send_shared if is_shared else self._send)(operation)
        reading = None
        if self.payment.provider_ref and isinstance(outcome, Accepted | Declined):
            reading = yield self._fetch(self.payment.provider_ref)
        is_start = operation.kind is OperationKind.START
        believed = outcome if is_start else _believed(outcome, reading)
        self.record(*_in_order(Answered(operation.operation_id, _resendable(believed)), reading))

    def refresh(self) -> Work:
        """Read the payment: after a webhook, on the driver's return, by the sweep."""
        if self.payment.provider_ref is None:
            self.record(TimePassed())
            return
        self._take((yield self._fetch(self.payment.provider_ref)))

    def on_webhook(self, ref: str) -> bool:
        """Store a hint and read what it hints at; False when nobody is there to take it."""
        if not self.process.is_up:
            return False
        self.hints.setdefault(ref, self.agenda.now)
        self._defer_match(ref)
        if self.mutation is not Mutation.NO_SWEEPER:
            self.agenda.after(LATE_HINT.seconds, "hint sweep", lambda: self._late_hint(ref, 1))
        return True

    def _match(self, ref: str) -> Work:
        reading = yield self._fetch(ref)
        if isinstance(reading, Snapshot) and reading.reference == self.payment.reference:
            self._take(reading)
        elif isinstance(reading, Snapshot):
            self.hints.pop(ref, None)  # it is another payment's

    def _take(self, reading: Reading) -> None:
        if isinstance(reading, Snapshot):
            self.hints.pop(reading.provider_ref, None)
            self.record(Observed(reading), TimePassed())
        else:
            self.record(TimePassed())

    def _send(self, operation: Operation) -> Asking:
        book, ref = self.provider.book, self.payment.provider_ref
        key = self._key(operation)
        amount, order = operation.amount, operation.order
        match operation.kind:
            case OperationKind.START:
                return self.provider.ask(lambda: book.start(ACCOUNT, order))
            case OperationKind.CAPTURE:
                return self.provider.ask(lambda: book.capture(ACCOUNT, ref, amount, key=key))
            case OperationKind.RELEASE:
                return self.provider.ask(lambda: book.release(ACCOUNT, ref, key=key))
            case OperationKind.CANCEL:
                return self.provider.ask(lambda: book.cancel(ACCOUNT, ref, key=key))
            case OperationKind.RAISE:
                return self.provider.ask(lambda: book.raise_hold(ACCOUNT, ref, amount, key=key))
            case OperationKind.REFUND:
                return self.provider.ask(lambda: book.refund(ACCOUNT, ref, amount, key=key))

    def _key(self, operation: Operation) -> str:
        keyless = {
            Mutation.NO_CAPTURE_KEY: OperationKind.CAPTURE,
            Mutation.NO_ROUTE_KEY: OperationKind.ROUTE,
        }
        is_keyless = self.mutation and keyless.get(self.mutation) is operation.kind
        return f"{operation.key}:{operation.attempts}" if is_keyless else operation.key

    def _send_shared(self, operation: Operation) -> Asking:
        """Send an order with the operator's part: `send_shared`."""
        giver, ref, key = self.provider.shares, self.payment.provider_ref, self._key(operation)
        shares = _shares(self.payment, operation)
        match operation.kind:
            case OperationKind.CAPTURE:
                return self.provider.ask(
                    lambda: giver.capture_shared(ACCOUNT, ref, shares, key=key)
                )
            case OperationKind.ROUTE:
                return self.provider.ask(lambda: giver.route(ACCOUNT, ref, shares[0], key=key))
            case OperationKind.REFUND:
                return self.provider.ask(lambda: giver.refund_shared(ACCOUNT, ref, shares, key=key))

    def _fetch(self, ref: str) -> Asking:
        return self.provider.read(ref)

    def _defer(self, operation: Operation) -> None:
        self.process.defer(
            f"payments.operation {operation.kind}",
            lambda: self.perform(operation),
            lock=f"payment:{self.payment.payment_id}",
            once=f"operation:{operation.operation_id}",
        )

    def _defer_match(self, ref: str) -> None:
        self.process.defer(
            "payments.match",
            lambda: self._match(ref),
            once=f"match:{self.payment.payment_id}:{ref}",
        )

    # Sweeps

    def _check(self, at: datetime | None) -> None:
        self.check_at = at
        if at is not None and self.mutation is not Mutation.NO_SWEEPER:
            self.agenda.at(at + SWEEP, "payment sweep", lambda: self._sweep(at))

    def _sweep(self, due: datetime) -> None:
        if self.check_at != due:
            return
        if not self.process.is_up:
            self.agenda.after(SWEEP.seconds, "payment sweep", lambda: self._sweep(due))
            return
        self._check(self.agenda.now + 2 * CALL_TIMEOUT)
        unresolved = [one for one in self.payment.operations if one.is_unresolved]
        if unresolved:
            self._defer(unresolved[0])
        else:
            self.process.defer(
                "payments.refresh", self.refresh, once=f"refresh:{self.payment.payment_id}"
            )

    def _late_hint(self, ref: str, times: int) -> None:
        if ref not in self.hints:
            return
        if self.process.is_up:
            self._defer_match(ref)
        wait = LATE_HINT.seconds * 2**times
        self.agenda.after(wait, "hint sweep", lambda: self._late_hint(ref, times + 1))


def _item(report: Report) -> tuple[object, ...]:
    return (report.trouble, report.operation_id)


def ordered(payment: Payment, opened_at: datetime) -> Payment:
    """Return *payment* as ordered at *opened_at*."""
    first = payment.operations[0]
    return replace(payment, opened_at=opened_at).with_operation(
        replace(first, created_at=opened_at)
    )
