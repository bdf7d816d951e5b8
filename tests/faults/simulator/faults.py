"""What goes wrong in a story, drawn from its seed; the numbers are those of the fault matrix."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from app.funds.payments.ports import Strategy
from app.funds.payments.sharing.model import Way


class Mutation(StrEnum):
    """A planted bug, which the simulator must find."""

    NO_CAPTURE_KEY = "no_capture_key"
    NO_SWEEPER = "no_sweeper"
    LATE_START_IGNORED = "late_start_ignored"
    VOLATILE_JOBS = "volatile_jobs"
    FIRST_ATTEMPT_STAYS = "first_attempt_stays"
    NO_ROUTE_KEY = "no_route_key"


class Deed(StrEnum):
    """What the driver does on the provider's page."""

    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    LEAVE = "leave"


class Reply(StrEnum):
    """How the charge point takes the remote start."""

    ACCEPT = "accept"
    REJECT = "reject"
    REJECT_ONCE = "reject_once"
    LOSE = "lose"
    STARTS_NEVER = "starts_never"
    STARTS_LATE = "starts_late"


class Stop(StrEnum):
    """How the end of a transaction is told."""

    ONCE = "once"
    TWICE = "twice"
    HOURS_LATE = "hours_late"
    NEVER = "never"


class Meter(StrEnum):
    """What the register does (25)."""

    SOUND = "sound"
    JUMPS = "jumps"
    RESETS = "resets"


@dataclass(frozen=True)
class Driver:
    """
    *pays_after*, *stops_after*: seconds; *returns* to our page (4); *presses* stop so often.

    *second* is what is done at the page of another attempt: after a refusal, or with *leaves_first*
    while the first page is open, which is then used all the same after so many seconds (*late*).
    *adds* are the seconds at which more is held by a further payment (32), and *more* the deed.
    *complains*: a third of the price is given back so many seconds after the start.
    """

    deed: Deed
    pays_after: float
    returns: bool
    stops_after: float | None
    presses: int
    second: Deed | None = None
    leaves_first: bool = False
    late: float | None = None
    adds: tuple[float, ...] = ()
    more: Deed = Deed.APPROVE
    complains: float | None = None


@dataclass(frozen=True)
class Provider:
    """
    How the provider and the way to it behave.

    *broken* is the share of calls that go wrong on the first day (1, 9, 12), *outage* a time of
    many seconds in which all do (11). *lag*: a reading may be older by so many seconds. *raises*:
    its holds can grow (32), unless the bank refuses (*raise_fails*).
    *breaks*: a fuse stands before it (12). *way*: it gives the operator its part, unless it
    refuses (*share_fails*).
    *webhook_lost*, *webhook_late* and *webhook_twice* are shares (2, 3, 4, 5).
    """

    strategy: Strategy
    single_capture: bool
    broken: float
    outage: tuple[float, float] | None
    lag: float
    webhook_lost: float
    webhook_late: float
    webhook_twice: float
    capture_fails: bool
    refund_fails: bool
    raises: bool = False
    raise_fails: bool = False
    breaks: bool = False
    way: Way | None = None
    share_fails: bool = False


@dataclass(frozen=True)
class Station:
    """*offline* are windows in seconds (16, 17, 23); *deaf* counts the remote stops ignored."""

    power_kw: int
    wants_kwh: int
    interval: int
    plug_after: float
    reply: Reply
    stop: Stop
    deaf: int
    offline: tuple[tuple[float, float], ...]
    obeys_invalid: bool
    silent: bool
    answers_lost: float
    meter: Meter

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong with it that could cost money."""
        return (
            self.reply is Reply.ACCEPT
            and self.stop in {Stop.ONCE, Stop.TWICE}
            and self.meter is Meter.SOUND
            and not (self.deaf or self.offline or self.silent)
        )


@dataclass(frozen=True)
class Plan:
    """
    A whole story.

    The process dies (35) at the seconds of *kills*, and at the steps of *deadly*: a step is one of
    its own transactions, or what lies between two of them.
    """

    seed: int
    driver: Driver
    provider: Provider
    station: Station
    kills: tuple[tuple[float, float], ...]
    deadly: frozenset[int]

    @property
    def is_calm(self) -> bool:
        """Tell whether only the driver decides how it goes."""
        provider = self.provider
        return (
            self.station.is_sound
            and not (self.kills or self.deadly)
            and not (provider.broken or provider.outage or provider.lag)
            and not (provider.capture_fails or provider.refund_fails)
        )


def draw(chance: Random, seed: int) -> Plan:
    """Return the plan that *chance* makes."""
    deadly = frozenset(chance.sample(range(40), chance.choice([0, 0, 1, 3])))
    plan = Plan(seed, _driver(chance), _provider(chance), _station(chance), _kills(chance), deadly)
    grows, fails = chance.random() < 0.4, chance.random() < 0.2
    provider = replace(plan.provider, raises=grows, raise_fails=fails, breaks=chance.random() < 0.5)
    way, refuses = chance.choice([None, *Way]), chance.random() < 0.1
    provider = replace(provider, way=way, share_fails=refuses)
    complains = chance.choice([None, chance.uniform(9_000, 90_000)])
    driver = replace(_several(plan.driver, chance), complains=complains)
    return replace(plan, provider=provider, driver=driver)


def _several(driver: Driver, chance: Random) -> Driver:
    """Return a driver who perhaps pays more than once."""
    adds = sorted(chance.uniform(300, 9000) for _ in range(chance.choice([0, 0, 1, 2])))
    return replace(
        driver,
        second=chance.choice([None, *Deed]),
        leaves_first=chance.random() < 0.1,
        late=chance.choice([None, chance.uniform(1, 900)]),
        adds=tuple(adds),
        more=chance.choice([Deed.APPROVE, Deed.APPROVE, Deed.DECLINE, Deed.LEAVE]),
    )


def _driver(chance: Random) -> Driver:
    deeds = [Deed.APPROVE] * 9 + [Deed.DECLINE, Deed.CANCEL, Deed.LEAVE]
    late = chance.random() < 0.05
    return Driver(
        deed=chance.choice(deeds),
        pays_after=chance.uniform(900, 7200) if late else chance.uniform(5, 200),
        returns=chance.random() < 0.8,
        stops_after=chance.choice([None, None, chance.uniform(1, 400), chance.uniform(400, 9000)]),
        presses=chance.choice([1, 1, 2, 10]),
    )


def _provider(chance: Random) -> Provider:
    outage = (chance.uniform(0, 5000), chance.uniform(60, 7200))
    return Provider(
        strategy=chance.choice([Strategy.HOLD, Strategy.HOLD, Strategy.PAY_FIRST]),
        single_capture=chance.random() < 0.3,
        broken=chance.choice([0, 0, 0.2, 0.5]),
        outage=outage if chance.random() < 0.15 else None,
        lag=chance.choice([0, 0, 60]),
        webhook_lost=chance.choice([0, 0.2, 1]),
        webhook_late=chance.choice([0, 0.3]),
        webhook_twice=chance.choice([0, 0.5]),
        capture_fails=chance.random() < 0.03,
        refund_fails=chance.random() < 0.03,
    )


def _station(chance: Random) -> Station:
    replies = [Reply.ACCEPT] * 8 + list(Reply)[1:]
    stops = [Stop.ONCE] * 6 + list(Stop)[1:]
    windows = chance.choice([0, 0, 0, 1, 2])
    return Station(
        power_kw=chance.choice([4, 11, 22, 50, 150]),
        wants_kwh=chance.choice([0, 1, 20, 60, 200]),
        interval=chance.choice([30, 60, 300, 900]),
        plug_after=chance.uniform(1, 170),
        reply=chance.choice(replies),
        stop=chance.choice(stops),
        deaf=chance.choice([0, 0, 0, 1, 4]),
        offline=tuple((chance.uniform(0, 9000), chance.uniform(5, 5000)) for _ in range(windows)),
        obeys_invalid=chance.random() < 0.5,
        silent=chance.random() < 0.05,
        answers_lost=chance.choice([0, 0, 0.2]),
        meter=chance.choice([Meter.SOUND] * 10 + list(Meter)[1:]),
    )


def _kills(chance: Random) -> tuple[tuple[float, float], ...]:
    often = chance.choice([0, 0, 1, 2, 6])
    return tuple((chance.uniform(0, 9000), chance.uniform(2, 60)) for _ in range(often))
