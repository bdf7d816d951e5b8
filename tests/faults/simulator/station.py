"""The played charge point: it queues, repeats itself, goes away, and does not always obey."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from app.charging.chargers.ports import CommandOutcome
from tests.faults.simulator.agenda import BEGIN, Agenda
from tests.faults.simulator.faults import Meter, Plan, Reply, Stop
from tests.faults.simulator.processes import Asking

REGISTER_WH = 1_000_000
ODD_FROM_WH = 2000
CONNECTION_TIMEOUT = 180
RETRY = 5.0
OFFLINE_RETRY = 60.0


class Backend(Protocol):
    """What the charge point talks to; None when nobody takes the message."""

    def on_start(self, id_tag: str, register: Decimal, at: datetime) -> bool | None:
        """Take a StartTransaction; tell whether it was accepted."""

    def on_sample(self, register: Decimal, at: datetime) -> bool | None:
        """Take MeterValues."""

    def on_stop(self, register: Decimal, at: datetime) -> bool | None:
        """Take a StopTransaction."""


@dataclass
class Station:
    """One socket with one car; energy flows evenly from *begun_at* until *ended_at* or full."""

    agenda: Agenda
    plan: Plan
    backend: Backend
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    starts: int = 0
    _queue: list[Callable[[], bool | None]] = field(default_factory=list)
    _is_sending: bool = False
    _ignored: int = 0

    @property
    def is_connected(self) -> bool:
        """Tell whether its socket is open."""
        for begin, length in self.plan.station.offline:
            since = BEGIN + timedelta(seconds=begin)
            if since <= self.agenda.now < since + timedelta(seconds=length):
                return False
        return True

    @property
    def is_charging(self) -> bool:
        """Tell whether a transaction runs."""
        return self.begun_at is not None and self.ended_at is None

    def energy_wh(self, at: datetime) -> int:
        """Return what has flowed until *at*, in Wh."""
        if self.begun_at is None:
            return 0
        until = min(at, self.ended_at or at)
        seconds = (until - self.begun_at) / timedelta(seconds=1)
        return min(int(self.plan.station.power_kw * seconds / 3.6), self._most_wh)

    @property
    def _most_wh(self) -> int:
        return self.plan.station.wants_kwh * 1000

    # Commands

    def remote_start(self, id_tag: str) -> Asking:
        """Take a remote start, in the way of the plan."""

        def asking(resume: Callable[[CommandOutcome], None]) -> None:
            self.starts += 1
            if not self.is_connected:
                self._answer(resume, CommandOutcome.NOT_SENT, 0.01)
                return
            match self.plan.station.reply:
                case Reply.REJECT:
                    self._answer(resume, CommandOutcome.REJECTED)
                    return
                case Reply.REJECT_ONCE if self.starts == 1:
                    self._answer(resume, CommandOutcome.REJECTED)
                    return
                case Reply.LOSE:
                    self._answer(resume, CommandOutcome.UNKNOWN, 30)
                case _:
                    self._answer(resume, CommandOutcome.ACCEPTED)
            self._plan_begin(id_tag)

        return asking

    def remote_stop(self) -> Asking:
        """Take a remote stop: deaf, obedient, or out of reach."""

        def asking(resume: Callable[[CommandOutcome], None]) -> None:
            if not self.is_connected:
                self._answer(resume, CommandOutcome.NOT_SENT, 0.01)
            elif self._ignored < self.plan.station.deaf:
                self._ignored += 1
                self._answer(resume, CommandOutcome.REJECTED)
            else:
                self._answer(resume, CommandOutcome.ACCEPTED)
                wait = self.agenda.chance.uniform(1, 8)
                self.agenda.after(wait, "station: stops as asked", self.end)

        return asking

    def _answer(
        self, resume: Callable[[CommandOutcome], None], outcome: CommandOutcome, wait: float = 0.5
    ) -> None:
        self.agenda.after(wait, f"station: {outcome}", lambda: resume(outcome))

    def _plan_begin(self, id_tag: str) -> None:
        match self.plan.station.reply:
            case Reply.STARTS_NEVER:
                return
            case Reply.STARTS_LATE:
                wait = self.agenda.chance.uniform(245, 3000)
            case _:
                wait = min(self.plan.station.plug_after, CONNECTION_TIMEOUT)
        self.agenda.after(wait, "station: begins", lambda: self._begin(id_tag))

    # The transaction

    def _begin(self, id_tag: str) -> None:
        if self.begun_at is not None:
            return
        now = self.begun_at = self.agenda.now
        register = Decimal(REGISTER_WH)
        self._send(lambda: self._started(self.backend.on_start(id_tag, register, now)))
        if not self.plan.station.silent:
            self.agenda.after(self.plan.station.interval, "station: reads", self._read)
        full = self._most_wh * 3.6 / self.plan.station.power_kw
        idle = self.agenda.chance.uniform(60, 1800)
        self.agenda.after(full + idle, "station: unplugged", self.end)

    def _started(self, accepted: bool | None) -> bool | None:  # noqa: FBT001 - the answer
        if accepted is False and self.plan.station.obeys_invalid:
            self.end()
        return accepted

    def _read(self) -> None:
        if not self.is_charging:
            return
        now, register = self.agenda.now, self._register()
        self._send(lambda: self.backend.on_sample(register, now))
        self.agenda.after(self.plan.station.interval, "station: reads", self._read)

    def _register(self) -> Decimal:
        energy = self.energy_wh(self.agenda.now)
        match self.plan.station.meter:
            case Meter.JUMPS if energy > ODD_FROM_WH:
                return Decimal(REGISTER_WH * 10 + energy)
            case Meter.RESETS if energy > ODD_FROM_WH:
                return Decimal(energy)
            case _:
                return Decimal(REGISTER_WH + energy)

    def end(self) -> None:
        """The transaction is over."""
        if not self.is_charging:
            return
        now = self.ended_at = self.agenda.now
        register = self._register()

        def tell() -> None:
            self._send(lambda: self.backend.on_stop(register, now))

        match self.plan.station.stop:
            case Stop.ONCE:
                tell()
            case Stop.TWICE:
                tell()
                tell()
            case Stop.HOURS_LATE:
                wait = self.agenda.chance.uniform(3600, 40_000)
                self.agenda.after(wait, "station: tells the stop late", tell)
            case Stop.NEVER:
                pass

    # The queue: in order, one at a time, again until it is answered

    def _send(self, message: Callable[[], bool | None]) -> None:
        self._queue.append(message)
        self._flush()

    def _flush(self) -> None:
        if self._is_sending or not self._queue:
            return
        self._is_sending = True
        self.agenda.after(0.1, "station: sends", self._deliver)

    def _deliver(self) -> None:
        answer = self._queue[0]() if self.is_connected else None
        if answer is None or self.agenda.chance.random() < self.plan.station.answers_lost:
            wait = RETRY if self.is_connected else OFFLINE_RETRY
            self.agenda.after(wait, "station: sends again", self._deliver)
            return
        self._queue.pop(0)
        self._is_sending = False
        self._flush()
