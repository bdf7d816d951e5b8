"""The journey's and the session's rows, jobs and sweeps in memory, around the real decisions."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec

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
from app.directpay.decide import CHECKOUT_WITHIN, KEEP_SOCKET_FOR, Effect, Task, decide
from app.directpay.follow.meter import Meter
from app.directpay.follow.watch import STOP_MARGIN_AC, WARN_AT_PERMILLE
from app.directpay.model import (
    Charging,
    Ended,
    Ending,
    Paying,
    Settling,
    Starting,
    State,
    Stopping,
    Why,
)
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
    """One journey of the product, with its process, its till and its session."""

    agenda: Agenda
    plan: Plan
    mutation: Mutation | None = None
    state: State = field(init=False)
    session: Session = field(init=False)
    samples: dict[datetime, MeterSample] = field(default_factory=dict)
    cdr: Cdr | None = None
    receipt: Money | None = None
    suspicious: bool = False
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
        payment = ordered(begun(self.plan.provider.strategy), now)
        self.till = Till(
            self.agenda, self.process, self.provider, payment, self._on_event, self.mutation
        )
        self.held = payment.amount
        self.state = Paying(kept_until=now + KEEP_SOCKET_FOR, until=now + CHECKOUT_WITHIN)
        self.session = _pending(self.plan, now)
        self._since = now
        self._effect(Effect(Task.WAKE, CHECKOUT_WITHIN))
        self._every(MINUTE, "journey sweep", self._sweep)
        self._every(MINUTE, "limits", self._watch_limit)
        if not is_volatile:
            self._every(FORGOTTEN_AFTER.seconds, "money sweep", self._chase_money)
        self._every(ASK_AFTER.seconds, "silence", self._chase)
        for at, seconds in self.plan.kills:
            self.agenda.after(at, "kill -9", lambda seconds=seconds: self._kill(seconds))

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
        self.state, self._since = state, self.agenda.now

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

    def _on_event(self, event: Event) -> None:
        match event:
            case payments.PaymentSecured():
                self.tell(PaymentSecured())
            case payments.PaymentFailed():
                self.tell(PaymentLost(Why(event.why)))
            case payments.PaymentCollected() | payments.PaymentReturned():
                self.tell(MoneyMoved())
            case payments.PaymentRaised(amount=amount):
                self._hold_more(amount)
            case payments.PaymentTrouble(what=trouble):
                self.tell(news_of(trouble))

    def _hold_more(self, amount: Money) -> None:
        if isinstance(self.state, Charging | Stopping):
            self.held += amount
        if isinstance(self.state, Charging):
            self.state = msgspec.structs.replace(self.state, warned=False)

    def _on_webhook(self, ref: str) -> bool:
        return self.till.on_webhook(ref)

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
            self.suspicious = self.cdr.is_suspicious
            self.tell(Priced(charged.minor, (self.held - charged).minor))
        yield from ()

    def _add(self) -> Work:
        """Let the hold grow that is nearly used up: `add_by_itself`."""
        more = self.held + ADDED
        if self.plan.provider.raises and isinstance(self.state, Charging) and more <= MOST_HELD:
            self.till.more(more)
        yield from ()

    def _warn(self) -> Work:
        """A mail, which moves no money."""
        yield from ()

    def _collect(self) -> Work:
        if isinstance(self.state, Ended):
            self.till.keep(Money(self.state.charged_minor, self.held.currency))
        yield from ()

    def _give_back(self) -> Work:
        if isinstance(self.state, Ended) and self.state.ending is not Ending.CHARGED:
            self.till.give_back()
            if self.session.state is SessionState.PENDING:
                self.session = replace(self.session, state=SessionState.WITHDRAWN)
        yield from ()

    # Requests

    def open_page(self) -> bool:
        """The driver presses pay."""
        return self.process.serve("driver: pays", self.till.start)

    def come_back(self) -> bool:
        """The driver's browser comes back from the provider."""
        return self.process.serve("driver: comes back", self.till.refresh)

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
        meter.feed(reading, self.agenda.now)
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
            started_at=started_at,
            as_of=started_at,
            heard_at=started_at,
            running=live.running(),
            taxed_until=started_at + timedelta(days=365),
        )
        for at, sample in sorted(self.samples.items()):
            energy = (sample.energy_wh or Decimal(0)) - (self.session.meter_start_wh or Decimal(0))
            meter.feed(Reading(at, energy, None), self.agenda.now)
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
        is_decided = self.till.payment.keep is not None or self.till.payment.status in LOST
        return isinstance(self.state, Ended) and not running and is_decided

    def _sweep(self) -> None:
        is_short = not isinstance(self.state, Charging | Ended)
        if is_short and self.agenda.now - self._since >= STANDING_STILL:
            self.tell(TimePassed())

    def _chase_money(self) -> None:
        state, undecided = self.state, self.till.payment.keep is None
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
