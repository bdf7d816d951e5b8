"""Several payments of one session under everything that can happen, against the provider's book."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID, uuid5

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.directpay.model import Addition, Charging, Journey
from app.directpay.money import additions
from app.funds.payments.events import PaymentFailed, PaymentSecured
from app.funds.payments.model import Operation, OperationKind, Payment
from app.funds.payments.ports import Accepted, Declined, Outcome, ProviderStatus, Snapshot
from app.funds.payments.rules.decide import Tell, decide
from app.funds.payments.rules.news import (
    Answered,
    KeepDecided,
    News,
    Observed,
    Sending,
    TimePassed,
)
from app.funds.payments.rules.plan import new_operation
from app.kernel.events import Event
from app.kernel.money import Money
from tests.fakes.provider import FakeProvider, Fault
from tests.funds.orders import ACCOUNT, NOW, OPERATOR, at_once, begun, eur

FAULTS = [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER, Fault.ERROR_AFTER, Fault.RATE_LIMIT]
FIRST, MORE = eur("60.00"), eur("25.00")
MOST_PAYMENTS = 5


@dataclass
class Session:
    """The journey and its payments: what `pay`, `pay_again`, `add` and the reactors do."""

    provider: FakeProvider = field(default_factory=FakeProvider)
    payments: dict[UUID, Payment] = field(default_factory=dict)
    journey: Journey = field(init=False)
    is_charging: bool = False

    def __post_init__(self) -> None:
        """Begin with a first attempt."""
        first = self.order(FIRST)
        self.journey = Journey(
            journey_id=UUID(int=8),
            operator_id=OPERATOR,
            code="SIMSIM",
            evse_uid="SIM*1",
            payment_id=first.payment_id,
            session_id=first.subject_id,
            tariff_id="per-kwh",
            tariff_version=1,
            held=FIRST,
            locale="en",
            began_at=NOW,
            version=1,
            state=Charging(until=NOW + timedelta(days=1)),
        )

    def order(self, amount: Money) -> Payment:
        """Write one more payment that is to be made."""
        number = len(self.payments) + 1
        plain = begun()
        payment = replace(
            plain,
            payment_id=uuid5(plain.payment_id, str(number)),
            reference=f"DPTEST23456{number}",
            amount=amount,
            operations=(),
        )
        start = new_operation(payment, OperationKind.START, None, NOW)
        order = replace(
            plain.operations[0].order, key=start.key, reference=payment.reference, amount=amount
        )
        self.payments[payment.payment_id] = payment.with_operation(replace(start, order=order))
        return self.payments[payment.payment_id]

    def take(self, payment_id: UUID, news: News) -> None:
        """Let *news* change a payment, and the journey hear of it."""
        changed, effects = decide(self.payments[payment_id], news, NOW)
        self.payments[payment_id] = changed
        for effect in effects:
            if isinstance(effect, Tell):
                self._hear(payment_id, effect.event)

    def _hear(self, payment_id: UUID, event: Event) -> None:
        is_current = payment_id == self.journey.payment_id
        match event:
            case PaymentSecured() if is_current:
                self.is_charging = True
            case PaymentSecured() if self.is_charging:
                self.journey = additions.secured(self.journey, payment_id)
            case PaymentFailed() if not is_current:
                self.journey = additions.lost(self.journey, payment_id)


class SessionMachine(RuleBasedStateMachine):
    """The driver pays, pays again and adds; the provider and the network do what they like."""

    def __init__(self) -> None:
        """Begin with an order that was not sent."""
        super().__init__()
        self.session = Session()
        self.charged: Money | None = None

    # The driver

    @precondition(lambda self: not self.session.is_charging and self.can_order())
    @rule()
    def pay_in_another_way(self) -> None:
        """The attempt before is called off, another takes its place."""
        session = self.session
        session.take(session.journey.payment_id, KeepDecided(eur("0")))
        again = session.order(FIRST)
        session.journey = replace(session.journey, payment_id=again.payment_id)

    @precondition(lambda self: self.session.is_charging and self.can_order())
    @rule()
    def add(self) -> None:
        """A further payment, one at a time."""
        session = self.session
        if additions.waiting(session.journey) is None:
            more = session.order(MORE)
            addition = Addition(more.payment_id, MORE.minor)
            session.journey = additions.begun(session.journey, addition)

    @rule(approves=st.booleans(), data=st.data())
    def act_on_a_page(self, data: st.DataObject, *, approves: bool) -> None:
        """Some page is paid, or left; also one that was given up."""
        books = self.session.provider.snapshots.values()
        pages = [paid.provider_ref for paid in books if paid.status is ProviderStatus.OPEN]
        if pages:
            ref = data.draw(st.sampled_from(pages))
            (self.session.provider.approve if approves else self.session.provider.decline)(ref)

    # What we do

    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        """The job of some open operation runs to its end."""
        waiting = [each for each in self.session.payments if self.open_operation(each) is not None]
        if waiting:
            self.perform(data.draw(st.sampled_from(waiting)))

    @rule()
    def read(self) -> None:
        """All payments are read, those too whose start had no answer."""
        session = self.session
        for ref in session.provider.snapshots:
            reading = at_once(session.provider.fetch(ACCOUNT, ref))
            if isinstance(reading, Snapshot):
                session.take(self.owner(reading).payment_id, Observed(reading))

    @precondition(lambda self: self.session.is_charging and self.charged is None)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        """The session has its price; each payment is told its share."""
        held = self.session.journey.held.minor
        self.charged = Money(data.draw(st.integers(0, held)), "EUR")
        self.tell_shares()

    @rule(operation=st.sampled_from(["start", "capture", "release", "cancel"]), fault=st.data())
    def break_the_next_call(self, operation: str, fault: st.DataObject) -> None:
        """Something goes wrong on the way to the provider or back."""
        self.session.provider.fault(operation, fault.draw(st.sampled_from(FAULTS)))

    # What must hold

    @invariant()
    def no_payment_gives_more_than_its_share(self) -> None:
        """Nothing is taken before the price is known, and never more of one than its part of it."""
        shares = {}
        if self.charged is not None:
            shares = dict(additions.shares(self.session.journey, self.charged))
            assert self.charged == sum(shares.values(), eur("0"))
        for paid in self.session.provider.snapshots.values():
            share = shares.get(self.owner(paid).payment_id, eur("0"))
            assert paid.captured <= share

    @invariant()
    def what_is_held_is_what_was_agreed_to(self) -> None:
        """The journey counts the first amount and every addition that was secured."""
        journey = self.session.journey
        more = sum(each.minor for each in journey.additions if each.secured)
        assert FIRST.minor + more == journey.held.minor

    @invariant()
    def every_effect_happened_once(self) -> None:
        """Whatever is repeated."""
        assert all(1 == times for times in self.session.provider.effects.values())

    def teardown(self) -> None:
        """When the world calms down, the provider keeps the price, and nothing else."""
        self.session.provider._faults.clear()
        self.charged = self.charged or eur("0")
        self.tell_shares()
        for _ in range(8):
            self.read()
            for payment_id in self.session.payments:
                for _ in range(3):
                    if self.open_operation(payment_id) is not None:
                        self.perform(payment_id)
        books = list(self.session.provider.snapshots.values())
        assert self.charged == sum((paid.captured - paid.refunded for paid in books), eur("0"))
        assert all(paid.status not in ("open", "pending", "authorised") for paid in books)
        assert all(payment.is_settled for payment in self.session.payments.values())

    # How it is done

    def can_order(self) -> bool:
        """Tell whether there may be one more payment."""
        return self.charged is None and len(self.session.payments) < MOST_PAYMENTS

    def tell_shares(self) -> None:
        """Decide what stays of each payment: `collect`."""
        assert self.charged is not None
        for payment_id, amount in reversed(additions.shares(self.session.journey, self.charged)):
            if self.session.payments[payment_id].keep is None:
                self.session.take(payment_id, KeepDecided(amount))

    def owner(self, paid: Snapshot) -> Payment:
        """Return our payment of a provider's."""
        payments = self.session.payments.values()
        return next(each for each in payments if each.reference == paid.reference)

    def open_operation(self, payment_id: UUID) -> Operation | None:
        """Return the operation whose outcome is open."""
        operations = self.session.payments[payment_id].operations
        return next((one for one in operations if one.is_unresolved), None)

    def perform(self, payment_id: UUID) -> None:
        """Send an operation, after a look at what may have become of it."""
        session = self.session
        operation = self.open_operation(payment_id)
        assert operation is not None
        if operation.attempts:
            self.read()
        if not session.payments[payment_id].operation(operation.operation_id).is_unresolved:
            return
        session.take(payment_id, TimePassed())
        session.take(payment_id, Sending(operation.operation_id))
        outcome = self.call(session.payments[payment_id], operation)
        if isinstance(outcome, Declined):
            self.read()
        session.take(payment_id, Answered(operation.operation_id, outcome))
        if isinstance(outcome, Accepted):
            self.read()

    def call(self, payment: Payment, operation: Operation) -> Outcome:
        """Ask the provider."""
        provider, ref, key = self.session.provider, payment.provider_ref, operation.key
        if operation.order is not None:
            return at_once(provider.start(ACCOUNT, operation.order))
        assert ref is not None
        match operation.kind:
            case OperationKind.CAPTURE:
                return at_once(provider.capture(ACCOUNT, ref, operation.amount, key=key))
            case OperationKind.REFUND:
                return at_once(provider.refund(ACCOUNT, ref, operation.amount, key=key))
            case OperationKind.RELEASE:
                return at_once(provider.release(ACCOUNT, ref, key=key))
            case _:
                return at_once(provider.cancel(ACCOUNT, ref, key=key))


class SingleCaptureMachine(SessionMachine):
    """The same where the first capture ends a hold."""

    def __init__(self) -> None:
        """Begin with an order that was not sent."""
        super().__init__()
        self.session.provider.single_capture = True


SessionMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
SingleCaptureMachine.TestCase.settings = settings(max_examples=100, deadline=None)
TestSession = SessionMachine.TestCase
TestSingleCapture = SingleCaptureMachine.TestCase
