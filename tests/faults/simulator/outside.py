"""The played provider and driver: slow, forgetful, and sometimes gone."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.funds.payments.ports import (
    NotSent,
    Outcome,
    ProviderStatus,
    Reading,
    Snapshot,
    Unknown,
)
from app.gateways.common.breaker import Breaker
from tests.fakes.provider import FakeProvider, Fault
from tests.fakes.shares import FakeShares
from tests.faults.simulator.agenda import BEGIN, Agenda
from tests.faults.simulator.faults import Deed, Plan
from tests.faults.simulator.processes import Asking
from tests.funds.orders import ACCOUNT, at_once

TIMEOUT = 10.0
HOOK_RETRIES = (60, 120, 240, 480, 960, 1920, 3840, 7680, 15360)


@dataclass(frozen=True)
class _Clock:
    """The agenda as a clock."""

    agenda: Agenda

    def now(self) -> datetime:
        """Return the time of the story."""
        return self.agenda.now


@dataclass
class PlayedProvider:
    """The provider with its own book, reached over a network that cannot be trusted."""

    agenda: Agenda
    plan: Plan
    hook: Callable[[str], bool]
    book: FakeProvider = field(default_factory=FakeProvider)
    shares: FakeShares = field(init=False)
    _breaker: Breaker = field(init=False)
    _history: list[tuple[datetime, dict[str, Snapshot]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Arm what happens only once."""
        self._breaker = Breaker(_Clock(self.agenda))
        self.shares = FakeShares(self.book, refuses=self.plan.provider.share_fails)
        self.book.single_capture = self.plan.provider.single_capture
        self.book.raises = self.plan.provider.raises
        if self.plan.provider.raise_fails:
            self.book.fault("raise", Fault.PART_FAILS)
        if self.plan.provider.capture_fails:
            self.book.fault("capture", Fault.PART_FAILS)
        if self.plan.provider.refund_fails:
            self.book.fault("refund", Fault.PART_FAILS)

    def ask(self, call: Callable[[], Coroutine[object, None, Outcome | Reading]]) -> Asking:
        """Return the call as something that takes time and may go wrong on either way."""

        def asking(answered: Callable[[Outcome | Reading], None]) -> None:
            chance, after = self.agenda.chance, self.agenda.after
            if self.plan.provider.breaks and self._breaker.seconds_left():
                after(0.01, "provider: the fuse is blown", lambda: answered(NotSent("fuse")))
                return
            resume = self._counted(answered)
            way = chance.uniform(0.02, 0.6)
            answer: list[Outcome | Reading] = []

            def effect() -> None:
                answer.append(self._effect(call))

            match self._fault():
                case "away":
                    after(way, "provider: not reached", lambda: resume(NotSent("not reached")))
                case "lost":
                    after(TIMEOUT, "provider: no answer", lambda: resume(Unknown("no answer")))
                case "answer lost":
                    after(way, "provider: acts", effect)
                    after(TIMEOUT, "provider: answer lost", lambda: resume(Unknown("no answer")))
                case "slow":
                    after(TIMEOUT, "provider: no answer yet", lambda: resume(Unknown("slow")))
                    after(chance.uniform(TIMEOUT, 90), "provider: acts late", effect)
                case _:
                    after(way, "provider: acts", effect)
                    after(2 * way, "provider: answers", lambda: resume(answer[0]))

        return asking

    def _counted(
        self, answered: Callable[[Outcome | Reading], None]
    ) -> Callable[[Outcome | Reading], None]:
        """Let the fuse hear what came of a call."""

        def resume(outcome: Outcome | Reading) -> None:
            is_silent = isinstance(outcome, NotSent | Unknown)
            (self._breaker.silent if is_silent else self._breaker.answered)()
            answered(outcome)

        return resume

    def read(self, ref: str) -> Asking:
        """Read a payment; what is read may be of some seconds ago."""
        lag = timedelta(seconds=self.agenda.chance.uniform(0, self.plan.provider.lag))

        async def look() -> Reading:
            shown = [book for at, book in self._history if at <= self.agenda.now - lag]
            found = shown[-1].get(ref) if shown else None
            return found or await self.book.fetch(ACCOUNT, ref)

        return self.ask(look)

    def _fault(self) -> str | None:
        plan, chance = self.plan.provider, self.agenda.chance
        faults = ["away", "lost", "answer lost", "slow", "slow"]
        if plan.outage is not None:
            begin = BEGIN + timedelta(seconds=plan.outage[0])
            if begin <= self.agenda.now < begin + timedelta(seconds=plan.outage[1]):
                return chance.choice(faults)
        is_first_day = self.agenda.now < BEGIN + timedelta(days=1)
        return chance.choice(faults) if is_first_day and chance.random() < plan.broken else None

    def _effect(
        self, call: Callable[[], Coroutine[object, None, Outcome | Reading]]
    ) -> Outcome | Reading:
        before = dict(self.book.snapshots)
        answer = at_once(call())
        if before != self.book.snapshots:
            self._history.append((self.agenda.now, dict(self.book.snapshots)))
        for ref, snapshot in self.book.snapshots.items():
            if ref in before and before[ref] != snapshot:
                self.announce(ref)
        return answer

    def act(self, ref: str, deed: Deed) -> None:
        """The driver does *deed* on the page of the payment *ref*."""
        if self.book.snapshots[ref].status is not ProviderStatus.OPEN:
            return
        match deed:
            case Deed.APPROVE:
                self.book.approve(ref)
            case Deed.DECLINE:
                self.book.decline(ref)
            case Deed.CANCEL:
                self.book.abandon(ref)
            case Deed.LEAVE:
                return
        self._history.append((self.agenda.now, dict(self.book.snapshots)))
        self.announce(ref)

    def announce(self, ref: str) -> None:
        """Send the webhook: late, twice, or not at all."""
        plan, chance = self.plan.provider, self.agenda.chance
        if chance.random() < plan.webhook_lost:
            return
        for _ in range(2 if chance.random() < plan.webhook_twice else 1):
            is_late = chance.random() < plan.webhook_late
            wait = chance.uniform(600, 10_800) if is_late else chance.uniform(0.05, 3)
            self.agenda.after(wait, f"webhook {ref}", lambda: self._deliver(ref, 0))

    def _deliver(self, ref: str, tries: int) -> None:
        if not self.hook(ref) and tries < len(HOOK_RETRIES):
            wait = HOOK_RETRIES[tries]
            self.agenda.after(wait, f"webhook {ref} again", lambda: self._deliver(ref, tries + 1))
