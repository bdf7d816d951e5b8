"""A payment under everything that can happen, against the provider's own book."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.funds.payments.events import PaymentFailed, PaymentSecured
from app.funds.payments.model import AWAITED, ENDED, Operation, OperationKind, OperationState
from app.funds.payments.ports import Accepted, Declined, Outcome, Snapshot, Strategy
from app.funds.payments.rules.decide import Report, Tell, decide
from app.funds.payments.rules.news import (
    Answered,
    HoldWished,
    KeepDecided,
    News,
    Observed,
    Sending,
    TimePassed,
)
from app.kernel.money import Money
from tests.fakes.provider import FakeProvider, Fault
from tests.funds.orders import ACCOUNT, NOW, at_once, begun, eur

FAULTS = [
    Fault.TIMEOUT_BEFORE,
    Fault.TIMEOUT_AFTER,
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.RATE_LIMIT,
    Fault.GARBAGE_AFTER,
]
AMOUNT = eur("60.00")


class PaymentMachine(RuleBasedStateMachine):
    """The driver, the journey, the provider and the network do what they like."""

    def __init__(self) -> None:
        """Begin with an order that was not sent."""
        super().__init__()
        self.provider = FakeProvider()
        self.now = NOW
        self.strategy = Strategy.HOLD
        self.payment = begun()
        self.readings: list[Snapshot] = []
        self.secured = 0
        self.failed = 0
        self.troubles: list[Report] = []

    @initialize(secured=st.booleans())
    def begin(self, *, secured: bool) -> None:
        """Begin at the order, or where the driver has paid and the session can be settled."""
        if not secured:
            return
        self.send()
        assert self.payment.provider_ref is not None
        self.provider.approve(self.payment.provider_ref)
        self.read()

    # What we do

    @precondition(lambda self: self.open_operation() is not None)
    @rule()
    def send(self) -> None:
        """The job of the open operation runs to its end."""
        operation = self.open_operation()
        assert operation is not None
        if operation.attempts and self.payment.provider_ref is not None:
            self.read()
            if not self.payment.operation(operation.operation_id).is_unresolved:
                return
        self.take(Sending(operation.operation_id))
        outcome = self.call(operation)
        if isinstance(outcome, Accepted):
            self.take(Answered(operation.operation_id, outcome))
            self.read()
        else:
            if isinstance(outcome, Declined):
                self.read()
            self.take(Answered(operation.operation_id, outcome))

    @precondition(lambda self: self.open_operation() is not None)
    @rule()
    def die_before_the_answer(self) -> None:
        """The process is killed during the call: the effect may have happened."""
        operation = self.open_operation()
        assert operation is not None
        self.take(Sending(operation.operation_id))
        self.call(operation)

    @rule()
    def read(self) -> None:
        """The payment is read now."""
        for ref in self.provider.snapshots:
            reading = at_once(self.provider.fetch(ACCOUNT, ref))
            assert isinstance(reading, Snapshot)
            self.readings.append(reading)
            self.take(Observed(reading))

    @precondition(lambda self: self.readings)
    @rule(data=st.data())
    def an_old_reading_arrives(self, data: st.DataObject) -> None:
        """A reading that was overtaken is recorded late."""
        self.take(Observed(data.draw(st.sampled_from(self.readings))))

    @rule(cents=st.integers(0, AMOUNT.minor))
    def settle(self, cents: int) -> None:
        """The journey decides what stays."""
        if self.payment.keep is None:
            self.take(KeepDecided(Money(cents, "EUR")))

    @rule(euros=st.integers(61, 90))
    def wish_for_more(self, euros: int) -> None:
        """The driver wants the hold to grow while the session runs."""
        self.take(HoldWished(Money(euros * 100, "EUR")))

    @rule(data=st.data())
    def settle_above_the_first_hold(self, data: st.DataObject) -> None:
        """The journey decides that all of a grown hold may stay."""
        if self.payment.keep is None:
            cents = data.draw(st.integers(0, self.payment.limit.minor))
            self.take(KeepDecided(Money(cents, "EUR")))

    @rule()
    def give_up(self) -> None:
        """The journey decides that nothing stays."""
        if self.payment.keep is None:
            self.take(KeepDecided(eur("0")))

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        """Time goes by."""
        self.now += timedelta(minutes=minutes)
        self.take(TimePassed())

    # What the world does

    @rule(
        operation=st.sampled_from(["start", "capture", "release", "cancel", "refund", "raise"]),
        fault=st.sampled_from([*FAULTS, Fault.PART_FAILS]),
    )
    def break_the_next_call(self, operation: str, fault: Fault) -> None:
        """Something goes wrong on the way to the provider or back, or a hold may not grow."""
        if fault is Fault.PART_FAILS and operation != "raise":
            return
        self.provider.fault(operation, fault)

    @rule(approves=st.booleans())
    def driver_answers(self, *, approves: bool) -> None:
        """The driver pays or not, on the page that we led to."""
        ref = self.payment.provider_ref
        if ref is None or self.provider.snapshots[ref].status != "open":
            return
        if approves:
            self.provider.approve(ref)
        else:
            self.provider.decline(ref)

    # What must hold

    @invariant()
    def we_never_take_more_than_the_hold_or_return_more_than_we_took(self) -> None:
        """Captured <= authorised, refunded <= captured, in our book and in the provider's."""
        assert self.payment.captured <= self.payment.limit
        assert self.payment.refunded <= self.payment.captured
        for paid in self.provider.snapshots.values():
            assert paid.captured <= (paid.authorised or AMOUNT)
            assert paid.refunded <= paid.captured

    @invariant()
    def every_effect_happened_once(self) -> None:
        """At most one effect for each key, one capture and one release for the payment."""
        assert all(1 == times for times in self.provider.effects.values())
        assert len(self.payment.of_kind(OperationKind.CAPTURE)) <= 1
        assert len(self.payment.of_kind(OperationKind.RELEASE)) <= 1
        assert len(self.provider.snapshots) <= 1

    @invariant()
    def what_was_told_was_told_once(self) -> None:
        """A payment is secured once, fails once."""
        assert self.secured <= 1
        assert self.failed <= 1

    @invariant()
    def the_hold_is_what_the_provider_said(self) -> None:
        """We never believe in more than is held, nor ask twice for one amount."""
        asked = [one.amount for one in self.payment.of_kind(OperationKind.RAISE)]
        assert len(asked) == len(set(asked))
        held = [paid.authorised or paid.amount for paid in self.provider.snapshots.values()]
        assert self.payment.limit <= max([AMOUNT, *held])

    def teardown(self) -> None:
        """When the world calms down, the money is where it was decided to be."""
        self.provider._faults.clear()
        if self.payment.keep is None:
            self.take(KeepDecided(eur("0")))
        self.now += timedelta(minutes=15)
        self.take(TimePassed())
        for _ in range(20):
            self.read()
            if self.open_operation() is None:
                break
            self.send()
        self.read()
        self.check_the_end()

    def check_the_end(self) -> None:
        """Nothing is open, nothing is held, and what stays is what was decided."""
        payment = self.payment
        assert payment.keep is not None
        assert self.open_operation() is None
        assert payment.is_settled
        for paid in self.provider.snapshots.values():
            assert paid.status not in ("open", "pending", "authorised")
            assert paid.captured == payment.captured
            if payment.status not in ENDED:
                assert payment.keep == paid.captured - paid.refunded
        assert payment.status not in AWAITED

    # How it is done

    def open_operation(self) -> Operation | None:
        """The operation whose outcome is open."""
        return next((one for one in self.payment.operations if one.is_unresolved), None)

    def take(self, news: News) -> None:
        """Let *news* change the payment, and note what was told."""
        self.payment, effects = decide(self.payment, news, self.now)
        told = [effect.event for effect in effects if isinstance(effect, Tell)]
        self.secured += sum(isinstance(event, PaymentSecured) for event in told)
        self.failed += sum(isinstance(event, PaymentFailed) for event in told)
        self.troubles += [effect for effect in effects if isinstance(effect, Report)]

    def call(self, operation: Operation) -> Outcome:
        """Ask the provider."""
        provider, ref, key = self.provider, self.payment.provider_ref, operation.key
        if operation.order is not None:
            return at_once(provider.start(ACCOUNT, operation.order))
        assert ref is not None
        match operation.kind:
            case OperationKind.CAPTURE:
                return at_once(provider.capture(ACCOUNT, ref, operation.amount, key=key))
            case OperationKind.REFUND:
                return at_once(provider.refund(ACCOUNT, ref, operation.amount, key=key))
            case OperationKind.RAISE:
                return at_once(provider.raise_hold(ACCOUNT, ref, operation.amount, key=key))
            case OperationKind.RELEASE:
                return at_once(provider.release(ACCOUNT, ref, key=key))
            case _:
                assert operation.state is OperationState.SENT or operation.is_unresolved
                return at_once(provider.cancel(ACCOUNT, ref, key=key))


class PayFirstMachine(PaymentMachine):
    """The same for a method that can't hold."""

    def __init__(self) -> None:
        """Begin with an order that was not sent."""
        super().__init__()
        self.payment = begun(Strategy.PAY_FIRST)


class GrowingMachine(PaymentMachine):
    """The same at a provider whose holds can grow."""

    def __init__(self) -> None:
        """Begin with an order that was not sent."""
        super().__init__()
        self.provider.raises = True


class SingleCaptureMachine(PaymentMachine):
    """The same for an account whose first capture ends the hold."""

    def __init__(self) -> None:
        """Begin with an order that was not sent."""
        super().__init__()
        self.provider.single_capture = True


SingleCaptureMachine.TestCase.settings = settings(max_examples=100, deadline=None)
PaymentMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
PayFirstMachine.TestCase.settings = PaymentMachine.TestCase.settings
TestSingleCapture = SingleCaptureMachine.TestCase
GrowingMachine.TestCase.settings = PaymentMachine.TestCase.settings
TestGrowing = GrowingMachine.TestCase
TestHold = PaymentMachine.TestCase
TestPayFirst = PayFirstMachine.TestCase
