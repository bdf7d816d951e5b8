"""The journey's and the session's rows, jobs and sweeps in memory, around the real decisions."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from app.charging.cdrs.build import build_cdr
from app.charging.cdrs.model import Cdr
from app.charging.sessions.metering.trust import trusted_at
from app.charging.sessions.model import (
    Flag,
    MeterSample,
    Reading,
    Session,
    SessionState,
    StartReport,
    StopReport,
)
from app.charging.sessions.start import started
from app.charging.sessions.stop import stopped
from app.charging.sessions.transactions.model import Verdict, judge
from app.directpay.advance import STANDING_STILL, news_of
from app.directpay.command import ASK_AFTER, LOST_AFTER
from app.directpay.decide import (
    CHECKOUT_WITHIN,
    KEEP_SOCKET_FOR,
    MOST_ATTEMPTS,
    Effect,
    Task,
    decide,
)
from app.directpay.follow.limits import STOP_MARGIN_AC
from app.directpay.follow.meter import Meter
from app.directpay.follow.watch import WARN_AT_PERMILLE
from app.directpay.model import (
    Addition,
    Charging,
    Ended,
    Ending,
    Journey,
    Paying,
    Settling,
    Starting,
    State,
    Stopping,
    Why,
)
from app.directpay.money import additions
from app.directpay.money.chase import FORGOTTEN_AFTER
from app.directpay.news import (
    CostNearsHold,
    CostReachesHold,
    MoneyMoved,
    News,
    PaymentLost,
    PaymentSecured,
    Priced,
    StartAnswered,
    StartSent,
    StopAnswered,
    StopAsked,
    TimePassed,
    TransactionBegan,
    TransactionEnded,
)
from app.directpay.settle import TINY_KWH
from app.funds.payments import events as payments
from app.funds.payments.model import ENDED as LOST
from app.funds.payments.model import OperationKind, Payment, PaymentStatus
from app.funds.payments.rules.decide import Report
from app.funds.payments.rules.plan import new_operation
from app.funds.payments.sharing.model import Sharing
from app.infra.jobs import TryAgain
from app.kernel.events import Event
from app.kernel.money import Money
from app.pricing.tariffs.engine import LiveMeter, plan_of, price_samples
from app.pricing.tariffs.model import TariffVersion
from app.pricing.tariffs.ocpi import parse_tariff
from tests.faults.simulator.agenda import Agenda
from tests.faults.simulator.faults import Mutation, Plan
from tests.faults.simulator.outside import PlayedProvider
from tests.faults.simulator.processes import Process, Work
from tests.faults.simulator.shares import shares_ordered
from tests.faults.simulator.station import Station
from tests.faults.simulator.till import Till, ordered
from tests.funds.orders import OPERATOR, begun

ZONE = "Europe/Amsterdam"
VAT = Decimal(21)
TARIFF = TariffVersion(
    OPERATOR,
    "per-kwh",
    1,
    parse_tariff(
        {
            "id": "per-kwh",
            "currency": "EUR",
            "tax_included": "YES",
            "elements": [
                {"price_components": [{"type": "ENERGY", "price": Decimal("0.59"), "step_size": 1}]}
            ],
        }
    ),
)
PLAN = plan_of(TARIFF)
ADDED, MOST_HELD = Money(2500, "EUR"), Money(15_000, "EUR")
SESSION_ID = UUID(int=7)
IDENTITY = "SIM-1"
MINUTE = 60.0


@dataclass
class Product:
    """One journey of the product, with its process, its session, and a till for each payment."""

    agenda: Agenda
    plan: Plan
    mutation: Mutation | None = None
    journey: Journey = field(init=False)
    session: Session = field(init=False)
    tills: list[Till] = field(default_factory=list)
    samples: dict[datetime, MeterSample] = field(default_factory=dict)
    cdr: Cdr | None = None
    receipt: Money | None = None
    suspicious: bool = False
    sharing: dict[UUID, Sharing] = field(default_factory=dict)
    complained: Money | None = None
    late_verdict: Verdict | None = None
    ended_at: datetime | None = None
    moved_at: datetime | None = None
    _since: datetime = field(init=False)
    _meter: Meter | None = None
    _limit_at: datetime | None = None

    def __post_init__(self) -> None:
        """Build the process, the outside, and the rows of a journey that was just begun."""
        now = self.agenda.now
        is_volatile = self.mutation is Mutation.VOLATILE_JOBS
        self.process = Process(self.agenda, self.plan.deadly, is_volatile)
        self.station = Station(self.agenda, self.plan, self)
        self.provider = PlayedProvider(self.agenda, self.plan, self._on_webhook)
        first = self._open(begun(self.plan.provider.strategy))
        self.session = _pending(self.plan, now)
        state = Paying(kept_until=now + KEEP_SOCKET_FOR, until=now + CHECKOUT_WITHIN)
        self.journey = _journey(first.payment, self.session, state, now)
        self._since = now
        self._effect(Effect(Task.WAKE, CHECKOUT_WITHIN))
        self._every(MINUTE, "journey sweep", self._sweep)
        self._every(MINUTE, "limits", self._watch_limit)
        if not is_volatile:
            self._every(FORGOTTEN_AFTER.seconds, "money sweep", self._chase_money)
        self._every(ASK_AFTER.seconds, "silence", self._chase)
        for at, seconds in self.plan.kills:
            self.agenda.after(at, "kill -9", lambda seconds=seconds: self._kill(seconds))

    @property
    def state(self) -> State:
        """Return where the journey is."""
        return self.journey.state

    @property
    def held(self) -> Money:
        """Return what is held for it."""
        return self.journey.held

    @property
    def till(self) -> Till:
        """Return the till of the attempt that counts."""
        return self._till_of(self.journey.payment_id)

    @property
    def work_list(self) -> list[Report]:
        """Return what a person has to look at, of all payments."""
        return [report for till in self.tills for report in till.work_list]

    def _till_of(self, payment_id: UUID) -> Till:
        return next(till for till in self.tills if till.payment.payment_id == payment_id)

    def _open(self, payment: Payment) -> Till:
        """Write a payment that is to be made."""
        till = Till(
            self.agenda,
            self.process,
            self.provider,
            ordered(payment, self.agenda.now),
            lambda event: self._on_event(payment.payment_id, event),
            self.mutation,
        )
        self.tills.append(till)
        return till

    def _another(self, amount: Money) -> Till:
        """Write one more payment, with names of its own."""
        number = len(self.tills) + 1
        plain = begun(self.plan.provider.strategy)
        payment_id = uuid5(plain.payment_id, str(number))
        plain = replace(
            plain,
            payment_id=payment_id,
            reference=f"DPTEST23456{number}",
            amount=amount,
            operations=(),
        )
        start = new_operation(plain, OperationKind.START, None, self.agenda.now)
        order = replace(
            begun(self.plan.provider.strategy).operations[0].order,
            key=start.key,
            reference=plain.reference,
            amount=amount,
        )
        return self._open(plain.with_operation(replace(start, order=order)))

    # The journey

    def tell(self, news: News) -> None:
        """Decide, save, and defer: `advance.tell`."""
        state, effects = decide(self.state, news, self.agenda.now)
        for effect in effects:
            self._effect(effect)
        if state == self.state:
            return
        if isinstance(state, Ended):
            self.ended_at = self.ended_at or self.agenda.now
            if state.moved and self.moved_at is None:
                self.moved_at = self.agenda.now
        self.agenda.note(f"journey: {state}")
        self.journey = replace(self.journey, state=state, version=self.journey.version + 1)
        self._since = self.agenda.now

    def _effect(self, effect: Effect) -> None:
        make = {
            Task.START: self._ask_start,
            Task.STOP: self._ask_stop,
            Task.CLOSE: self._close,
            Task.SETTLE: self._settle,
            Task.COLLECT: self._collect,
            Task.GIVE_BACK: self._give_back,
            Task.WAKE: self._wake,
            Task.ADD: self._add,
            Task.WARN: self._warn,
        }[effect.task]
        once = "settle" if effect.task is Task.SETTLE else None
        self.process.defer(effect.task, make, after=effect.after, once=once)

    def _on_event(self, payment_id: UUID, event: Event) -> None:
        """Let the journey hear of a payment: the reactors of `advance`."""
        if payment_id == self.journey.payment_id:
            self._on_own_event(event)
        else:
            self._on_other_event(payment_id, event)
        if payment_id not in additions.payments_that_count(self.journey):
            return
        match event:
            case payments.PaymentCollected() | payments.PaymentReturned() if self.all_settled():
                self.tell(MoneyMoved())
            case payments.PaymentTrouble(what=trouble):
                news = news_of(trouble)
                if news is not None:
                    self.tell(news)

    def _on_own_event(self, event: Event) -> None:
        match event:
            case payments.PaymentSecured():
                self.tell(PaymentSecured())
            case payments.PaymentFailed():
                self.tell(PaymentLost(Why(event.why)))
            case payments.PaymentRaised(amount=amount) if self._is_running:
                self.journey = additions.raised(self.journey, amount)
            case payments.PaymentNotRaised():
                self.journey = additions.lost(self.journey)

    def _on_other_event(self, payment_id: UUID, event: Event) -> None:
        counts = payment_id in additions.payments_that_count(self.journey)
        match event:
            case payments.PaymentSecured() if self._is_running:
                self.journey = additions.secured(self.journey, payment_id)
            case payments.PaymentFailed() if not counts:
                self.journey = additions.lost(self.journey, payment_id)

    @property
    def _is_running(self) -> bool:
        return isinstance(self.state, Charging | Stopping)

    def all_settled(self) -> bool:
        """Tell whether all that counts has its orders: `all_moved`."""
        counting = additions.payments_that_count(self.journey)
        if len(counting) == 1:
            return True
        return all(self._till_of(each).payment.is_settled for each in counting)

    def _on_webhook(self, ref: str) -> bool:
        """Give a hint to the payment that is known by *ref*, or to all that have no name yet."""
        known = [till for till in self.tills if till.payment.provider_ref == ref]
        nameless = [till for till in self.tills if till.payment.provider_ref is None]
        taken = [till.on_webhook(ref) for till in known or nameless]  # each of them hears it
        return all(taken)

    def _kill(self, seconds: float) -> None:
        self._meter = None
        self.process.kill(seconds)

    # Jobs

    def _wake(self) -> Work:
        self.tell(TimePassed())
        yield from ()

    def _ask_start(self) -> Work:
        if not isinstance(self.state, Starting) or self.state.sent:
            return
        self.tell(StartSent())
        outcome = yield self.station.remote_start(self.session.id_tag)
        self.tell(StartAnswered(outcome))

    def _ask_stop(self) -> Work:
        state = self.state
        if not isinstance(state, Stopping | Ended) or self.session.ended_at is not None:
            return
        outcome = yield self.station.remote_stop()
        self.tell(StopAnswered(outcome))
        if isinstance(state, Ended) and outcome != "accepted":
            raise TryAgain

    def _stop_late(self) -> Work:
        outcome = yield self.station.remote_stop()
        if outcome != "accepted":
            raise TryAgain

    def _close(self) -> Work:
        if isinstance(self.state, Stopping):
            if not self.station.is_connected and not self._is_lost():
                raise TryAgain
            self._close_session("stop_not_confirmed")
        yield from ()

    def _settle(self) -> Work:
        if isinstance(self.state, Settling):
            self.cdr = build_cdr(self.session, tuple(self.samples.values()))
            ended_at = self.cdr.ended_at
            price = price_samples(PLAN, self.cdr.readings, ZONE, ended_at, VAT)
            nothing = Money.zero(self.held.currency)
            is_tiny = self.cdr.energy_kwh < TINY_KWH
            charged = nothing if is_tiny else max(nothing, min(price.gross, self.held))
            self.receipt = charged or None
            kept = [each for each in additions.shares(self.journey, charged) if each[1]]
            self.sharing = shares_ordered(self.plan.provider, kept, charged)
            self.suspicious = self.cdr.is_suspicious
            self.tell(Priced(charged.minor, (self.held - charged).minor))
        yield from ()

    def _add(self) -> Work:
        """Let the hold grow that is nearly used up: `add_by_itself`."""
        more = self.held + ADDED
        may = self.plan.provider.raises and additions.waiting(self.journey) is None
        was_refused = any(each.raises and each.lost for each in self.journey.additions)
        is_held = self.till.payment.status is PaymentStatus.AUTHORISED
        may = may and is_held and not was_refused and self.till.payment.keep is None
        if may and isinstance(self.state, Charging) and more <= MOST_HELD:
            self.till.more(self.till.payment.limit + ADDED)
            added = additions.addition_id(self.journey, f"auto:{self.held.minor}")
            self.journey = additions.begun(self.journey, Addition(added, ADDED.minor, raises=True))
        yield from ()

    def _warn(self) -> Work:
        """A mail, which moves no money."""
        yield from ()

    def _collect(self) -> Work:
        if isinstance(self.state, Ended):
            charged = Money(self.state.charged_minor, self.held.currency)
            for payment_id, amount in reversed(additions.shares(self.journey, charged)):
                if self._till_of(payment_id).payment.keep is None:
                    self._till_of(payment_id).keep(amount, self.sharing.get(payment_id))
        yield from ()

    def _give_back(self) -> Work:
        if isinstance(self.state, Ended) and self.state.ending is not Ending.CHARGED:
            nothing = Money.zero(self.held.currency)
            for payment_id, _ in reversed(additions.shares(self.journey, nothing)):
                self._till_of(payment_id).give_back()
            if self.session.state is SessionState.PENDING:
                self.session = replace(self.session, state=SessionState.WITHDRAWN)
        yield from ()

    # Requests

    def complain(self) -> None:
        """The operator gives a third of the price back: `refunds.carry_out`."""
        payment = self.till.payment
        if self.complained or not payment.keep or self.work_list:
            return
        part = Money(payment.keep.minor // 3, payment.keep.currency)
        sharing = payment.sharing
        if sharing is not None:
            unearned = Money(part.minor * 9 // 10, part.currency)
            sharing = sharing.at_most(sharing.goal - min(unearned, sharing.goal))
        self.complained = part
        self.till.keep(payment.keep - part, sharing)

    def open_page(self) -> bool:
        """The driver presses pay."""
        return self.process.serve("driver: pays", self.till.start)

    def come_back(self) -> bool:
        """The driver's browser comes back from the provider."""
        return self.process.serve("driver: comes back", self.tills[-1].refresh)

    def pay_again(self) -> bool:
        """The driver chooses another way to pay: `attempts.again`."""

        def begin() -> Work:
            before, state = self.till, self.state
            if not isinstance(state, Paying) or state.tries + 1 >= MOST_ATTEMPTS:
                return
            if self.mutation is not Mutation.FIRST_ATTEMPT_STAYS:
                before.give_back()
            till = self._another(before.payment.amount)
            now = self.agenda.now
            paying = Paying(
                kept_until=now + KEEP_SOCKET_FOR,
                until=now + CHECKOUT_WITHIN,
                tries=state.tries + 1,
            )
            self.journey = replace(self.journey, payment_id=till.payment.payment_id, state=paying)
            self._since = now
            self._effect(Effect(Task.WAKE, CHECKOUT_WITHIN))
            yield from till.start()

        return self.process.serve("driver: pays in another way", begin)

    def add(self) -> bool:
        """The driver taps the button that adds to the hold: `add_to_hold`, by a further payment."""

        def begin() -> Work:
            waits = additions.waiting(self.journey) is not None
            if waits or not isinstance(self.state, Charging) or self.held + ADDED > MOST_HELD:
                return
            till = self._another(ADDED)
            addition = Addition(till.payment.payment_id, ADDED.minor)
            self.journey = additions.begun(self.journey, addition)
            yield from till.start()

        return self.process.serve("driver: adds", begin)

    def press_stop(self) -> bool:
        """The driver presses stop."""

        def stop() -> Work:
            self.tell(StopAsked())
            yield from ()

        return self.process.serve("driver: presses stop", stop)

    # The charge point's messages

    def on_start(self, id_tag: str, register: Decimal, at: datetime) -> bool | None:
        """Bind the transaction to its session."""
        if not self.process.is_up:
            return None
        report = StartReport(
            operator_id=OPERATOR,
            identity=IDENTITY,
            evse_no=None,
            connector_no=1,
            id_tag=id_tag,
            remote_start_id=None,
            station_transaction_id=None,
            meter_start_wh=register,
            at=at,
            received_at=self.agenda.now,
        )
        if self.session.transaction_id is not None:
            return True  # the same start again gets the same answer
        if self.late_verdict is not None:
            return False
        verdict = judge(self.session, report)
        if verdict is Verdict.ACCEPTED:
            self.session = started(self.session, "1", report)
            self.tell(TransactionBegan())
            return True
        self.late_verdict = verdict
        if self.mutation is not Mutation.LATE_START_IGNORED:
            self.process.defer(Task.STOP_LATE, self._stop_late)
        return self.mutation is Mutation.LATE_START_IGNORED

    def on_sample(self, register: Decimal, at: datetime) -> bool | None:
        """Keep a reading, and look at the hold."""
        if not self.process.is_up:
            return None
        if self.session.state is SessionState.ACTIVE and at not in self.samples:
            sample = MeterSample(at, self.agenda.now, energy_wh=register)
            self.samples[at] = sample
            highest = max(register, self.session.register_wh or register)
            self.session = replace(
                self.session,
                register_wh=highest,
                last_sample_at=trusted_at(self.session, sample),
                heard_at=self.agenda.now,
            )
            self._follow(Reading(at, self.session.energy_wh, None))
        return True

    def on_stop(self, register: Decimal, at: datetime) -> bool | None:
        """Complete the session; a second stop changes nothing."""
        if not self.process.is_up:
            return None
        if self.session.state is SessionState.ACTIVE:
            self.session = stopped(self.session, _stop_report(register, at, self.agenda.now))
            self.tell(TransactionEnded())
        return True

    # The hold

    def _follow(self, reading: Reading) -> None:
        meter = self._meter = self._meter or self._new_meter()
        meter.feed([reading], self.agenda.now)
        if not isinstance(self.state, Charging):
            return
        left = meter.seconds_left(self.held)
        if left is not None:
            limit_at = meter.as_of + timedelta(seconds=left) - STOP_MARGIN_AC
            if limit_at <= self.agenda.now:
                self.tell(CostReachesHold())
                return
        self._set_limit(meter)
        if meter.running.cost.minor * 1000 >= self.held.minor * (1000 - WARN_AT_PERMILLE):
            self.tell(CostNearsHold())

    def _set_limit(self, meter: Meter) -> None:
        left = meter.seconds_left_at_most(self.held)
        if left is not None:
            self._limit_at = meter.as_of + timedelta(seconds=left) - STOP_MARGIN_AC

    def _new_meter(self) -> Meter:
        started_at = self.session.started_at
        assert started_at is not None
        live = LiveMeter(PLAN, started_at, ZONE, VAT)
        meter = Meter(
            live=live,
            max_power_kw=self.session.max_power_kw,
            opening_wh=self.session.meter_start_wh or Decimal(0),
            started_at=started_at,
            as_of=started_at,
            heard_at=started_at,
            running=live.running(),
            taxed_until=started_at + timedelta(days=365),
        )
        for at, sample in sorted(self.samples.items()):
            energy = (sample.energy_wh or Decimal(0)) - (self.session.meter_start_wh or Decimal(0))
            meter.feed([Reading(at, energy, None)], self.agenda.now)
        return meter

    # Sweeps

    def _every(self, seconds: float, what: str, act: Callable[[], None]) -> None:
        if self.mutation is Mutation.NO_SWEEPER:
            return

        def again() -> None:
            if self.process.is_up:
                act()
            if not self._is_at_rest():
                self.agenda.after(seconds, what, again)

        self.agenda.after(seconds, what, again)

    def _is_at_rest(self) -> bool:
        running = self.session.state is SessionState.ACTIVE
        is_decided = all(_is_decided(till.payment) for till in self.tills)
        return isinstance(self.state, Ended) and not running and is_decided

    def _sweep(self) -> None:
        is_short = not isinstance(self.state, Charging | Ended)
        if is_short and self.agenda.now - self._since >= STANDING_STILL:
            self.tell(TimePassed())

    def _chase_money(self) -> None:
        state = self.state
        undecided = not all(_is_decided(till.payment) for till in self.tills)
        if isinstance(state, Ended) and undecided and self._since_end() >= FORGOTTEN_AFTER:
            charged = state.ending is Ending.CHARGED
            self._effect(Effect(Task.COLLECT if charged else Task.GIVE_BACK))

    def _since_end(self) -> timedelta:
        return self.agenda.now - self._since

    def _watch_limit(self) -> None:
        if not isinstance(self.state, Charging):
            return
        if self._limit_at is None:
            self._set_limit(self._new_meter())
        if self._limit_at and self._limit_at <= self.agenda.now and self.station.is_connected:
            self.tell(CostReachesHold())

    def _chase(self) -> None:
        session = self.session
        heard_at = session.heard_at
        if session.state is not SessionState.ACTIVE or heard_at is None:
            return
        if self.agenda.now - heard_at < ASK_AFTER:
            return
        is_free = self.station.is_connected and self.station.ended_at is not None
        if is_free or self._is_lost():
            self._close_session("available_again" if is_free else "silent")

    def _is_lost(self) -> bool:
        heard_at = self.session.heard_at or self.session.created_at
        return heard_at <= self.agenda.now - LOST_AFTER

    def _close_session(self, reason: str) -> None:
        if self.session.state is not SessionState.ACTIVE:
            return
        self.session = replace(
            self.session,
            state=SessionState.COMPLETED,
            ended_at=self.session.last_sample_at or self.session.started_at,
            stop_reason=reason,
            flags=self.session.flags | {Flag.CLOSED_WITHOUT_STOP},
        )
        self.tell(TransactionEnded())


def _is_decided(payment: Payment) -> bool:
    return payment.keep is not None or payment.status in LOST


def _journey(payment: Payment, session: Session, state: State, now: datetime) -> Journey:
    return Journey(
        journey_id=UUID(int=8),
        operator_id=OPERATOR,
        code="SIMSIM",
        evse_uid=session.evse_uid,
        payment_id=payment.payment_id,
        session_id=session.session_id,
        tariff_id=TARIFF.tariff_id,
        tariff_version=TARIFF.version,
        held=payment.amount,
        locale="en",
        began_at=now,
        version=1,
        state=state,
    )


def _pending(plan: Plan, now: datetime) -> Session:
    return Session(
        session_id=SESSION_ID,
        operator_id=OPERATOR,
        evse_uid="SIM*1",
        identity=IDENTITY,
        evse_no=1,
        ocpp16_connector_id=1,
        id_tag="ONE-TIME-TAG",
        remote_start_id=1,
        state=SessionState.PENDING,
        max_power_kw=Decimal(plan.station.power_kw),
        created_at=now,
    )


def _stop_report(register: Decimal, at: datetime, now: datetime) -> StopReport:
    return StopReport(
        operator_id=OPERATOR,
        identity=IDENTITY,
        transaction_id="1",
        evse_no=None,
        connector_no=1,
        id_tag=None,
        meter_stop_wh=register,
        at=at,
        received_at=now,
        reason="Local",
    )
