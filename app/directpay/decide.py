"""What a journey does about the news: a pure function of its state, the news and the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

import msgspec

from app.charging.chargers.ports import CommandOutcome
from app.directpay.model import (
    Charging,
    Ended,
    Ending,
    Paying,
    Settling,
    Starting,
    State,
    Stopping,
    StopReason,
    Waiting,
    Why,
)
from app.directpay.news import (
    CableRemoved,
    CostNearsHold,
    CostReachesHold,
    Displaced,
    HoldEnds,
    MoneyMoved,
    MoneyStuck,
    News,
    Overtaken,
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
    Unpaid,
)

# A second driver may take the socket when the first has not paid after this time; the first may
# still pay as long as nobody did.
KEEP_SOCKET_FOR = timedelta(minutes=5)
CHECKOUT_WITHIN = timedelta(minutes=15)
START_WITHIN = timedelta(seconds=60)
# 1.6 ConnectionTimeOut, set to 180 s on pairing, and a minute for the message to arrive.
PLUG_IN_WITHIN = timedelta(seconds=240)
# Who was declined, or cancelled, has this long to choose another way to pay; the socket goes to
# somebody else who begins to pay meanwhile.
CHOOSE_WITHIN = timedelta(minutes=5)
MOST_ATTEMPTS = 5
LONGEST_SESSION = timedelta(hours=24)
STOP_WITHIN = timedelta(minutes=10)
START_AGAIN_AFTER = timedelta(seconds=5)
STOP_AGAIN_AFTER = timedelta(seconds=15)
REJECTED_STARTS = 2
# A hold that grows by itself has done so by then, and there is nothing to warn of.
WARN_AFTER = timedelta(seconds=20)


class Task(StrEnum):
    """The jobs that a journey defers: each an effect of a decision."""

    START = "directpay.start"
    STOP = "directpay.stop"
    STOP_LATE = "directpay.stop_late"
    GIVE_BACK = "directpay.give_back"
    CLOSE = "directpay.close"
    SETTLE = "directpay.settle"
    COLLECT = "directpay.collect"
    ADD = "directpay.add"
    WARN = "directpay.warn"
    CHARGE_AGAIN = "directpay.charge_again"
    WAKE = "directpay.wake"


@dataclass(frozen=True, slots=True)
class Effect:
    """A job to defer with the new state; *after* is the wait before it may run."""

    task: Task
    after: timedelta = timedelta(0)


Decision = tuple[State, tuple[Effect, ...]]


def decide(state: State, news: News, now: datetime) -> Decision:
    """
    Return the state after *news* and the jobs that follow from it.

    News that means nothing in a state leaves it as it is: repeated, late and reordered news are
    harmless. Money that was secured is given back on every way that does not charge.
    """
    return _BY_STATE[type(state)](state, news, now)


def _paying(state: Paying, news: News, now: datetime) -> Decision:
    match news:
        case PaymentSecured():
            until = now + START_WITHIN
            return Starting(until=until), (Effect(Task.START), Effect(Task.WAKE, START_WITHIN))
        case PaymentLost(Why.DECLINED | Why.CANCELLED as why) if state.tries + 1 < MOST_ATTEMPTS:
            until = now + CHOOSE_WITHIN
            again = msgspec.structs.replace(state, lost=why, kept_until=now, until=until)
            return again, (Effect(Task.WAKE, CHOOSE_WITHIN),)
        case _ if _is_too_late(state, news, now):
            return _given_up(_ENDING_OF[state.lost or Why.EXPIRED])
        case StopAsked() if state.lost is not None:
            return _given_up(_ENDING_OF[state.lost])
        case _:
            return _not_started(state, news)


def _is_too_late(state: Paying, news: News, now: datetime) -> bool:
    """Tell whether who is paying has lost the socket: to somebody else, or by the clock."""
    match news:
        case Overtaken():
            return True
        case Displaced():
            return now >= state.kept_until
        case TimePassed():
            return now >= state.until
        case _:
            return False


def _starting(state: Starting, news: News, now: datetime) -> Decision:
    match news:
        case StartSent():
            return msgspec.structs.replace(state, sent=True), ()
        case StartAnswered(outcome):
            return _start_answered(state, outcome, now)
        case TransactionBegan():
            return _charging(now)
        case TimePassed() if now >= state.until:
            return _given_up(Ending.CHARGER_OFFLINE)
        case _:
            return _not_started(state, news)


def _not_started(state: State, news: News) -> Decision:
    """Decide what ends a journey in every state before its transaction began."""
    match news:
        case StopAsked():
            return _given_up(Ending.STOPPED_BEFORE_START)
        case PaymentLost(why):
            return _given_up(_ENDING_OF[why])
        case _:
            return state, ()


def _start_answered(state: Starting, outcome: CommandOutcome, now: datetime) -> Decision:
    again = msgspec.structs.replace(state, sent=False, tries=state.tries + 1)
    match outcome:
        case CommandOutcome.ACCEPTED | CommandOutcome.UNKNOWN:
            # 1.6 errata 3.32: accepted only means that it will try. An unknown outcome is waited
            # for: a second start with another tag could charge twice.
            plug_in_by = now + PLUG_IN_WITHIN
            return Waiting(plug_in_by=plug_in_by), (Effect(Task.WAKE, PLUG_IN_WITHIN),)
        case CommandOutcome.REJECTED if again.tries >= REJECTED_STARTS:
            return _given_up(Ending.START_REJECTED)
        case CommandOutcome.REJECTED | CommandOutcome.NOT_SENT:
            if now + START_AGAIN_AFTER >= state.until:
                return _given_up(Ending.CHARGER_OFFLINE)
            return again, (Effect(Task.START, START_AGAIN_AFTER),)
        case _:
            assert_never(outcome)


def _waiting(state: Waiting, news: News, now: datetime) -> Decision:
    match news:
        case TransactionBegan():
            return _charging(now)
        case CableRemoved():
            return _given_up(Ending.NEVER_PLUGGED)
        case StartAnswered(CommandOutcome.REJECTED):
            # Another platform says yes at once, and no when it has asked its charge point.
            return _given_up(Ending.START_REJECTED)
        case TimePassed() if now >= state.plug_in_by:
            return _given_up(Ending.NEVER_PLUGGED)
        case _:
            return _not_started(state, news)


def _charging(now: datetime) -> Decision:
    return Charging(until=now + LONGEST_SESSION), (Effect(Task.WAKE, LONGEST_SESSION),)


def _in_charge(state: Charging, news: News, now: datetime) -> Decision:
    match news:
        case TransactionEnded():
            return Settling(), (Effect(Task.SETTLE),)
        case CostNearsHold():
            warned = msgspec.structs.replace(state, warned=True)
            return warned, (Effect(Task.ADD), Effect(Task.WARN, WARN_AFTER))
        case CostReachesHold() | StopAsked() | PaymentLost() | HoldEnds():
            return _stop(_REASON_OF[type(news)], now, warned=state.warned)
        case TimePassed() if now >= state.until:
            return _stop(StopReason.TOO_LONG, now, warned=state.warned)
        case _:
            return state, ()


def _stop(reason: StopReason, now: datetime, *, warned: bool) -> Decision:
    stopping = Stopping(reason=reason, until=now + STOP_WITHIN, warned=warned)
    return stopping, (Effect(Task.STOP), Effect(Task.WAKE, STOP_WITHIN))


def _stopping(state: Stopping, news: News, now: datetime) -> Decision:
    match news:
        case TransactionEnded():
            return Settling(), (Effect(Task.SETTLE),)
        case StopAnswered():
            # Accepted is a promise, too: ask again until the transaction has ended.
            again = msgspec.structs.replace(state, tries=state.tries + 1)
            return again, (Effect(Task.STOP, STOP_AGAIN_AFTER),)
        case TimePassed() if now >= state.until:
            return state, (Effect(Task.CLOSE),)
        case _:
            return state, ()


def _settling(state: Settling, news: News, now: datetime) -> Decision:  # noqa: ARG001 - one shape
    match news:
        case Priced(charged_minor=0, returned_minor=returned, covered=covered):
            ending = Ending.COVERED if covered else Ending.NOTHING_CHARGED
            return Ended(ending, returned_minor=returned), (Effect(Task.GIVE_BACK),)
        case Priced(charged_minor=charged, returned_minor=returned):
            return Ended(Ending.CHARGED, charged, returned), (Effect(Task.COLLECT),)
        case TimePassed():
            return state, (Effect(Task.SETTLE),)
        case _:
            return state, ()


def _ended(state: Ended, news: News, now: datetime) -> Decision:  # noqa: ARG001 - one shape
    match news:
        case MoneyMoved():
            return msgspec.structs.replace(state, moved=True, owed=False), ()
        case Unpaid():
            return msgspec.structs.replace(state, owed=not state.moved), ()
        case MoneyStuck():
            return msgspec.structs.replace(state, moved=False), ()
        case PaymentSecured() if state.ending not in _SETTLED:
            return state, (Effect(Task.GIVE_BACK),)
        case TransactionBegan():
            return state, (Effect(Task.STOP),)
        case _:
            return state, ()


def _given_up(ending: Ending) -> Decision:
    return Ended(ending), (Effect(Task.GIVE_BACK),)


_SETTLED = {Ending.CHARGED, Ending.COVERED, Ending.NOTHING_CHARGED}
_ENDING_OF = {
    Why.DECLINED: Ending.PAYMENT_DECLINED,
    Why.CANCELLED: Ending.PAYMENT_CANCELLED,
    Why.EXPIRED: Ending.PAYMENT_EXPIRED,
}

_REASON_OF: dict[type, StopReason] = {
    CostReachesHold: StopReason.HOLD_REACHED,
    StopAsked: StopReason.DRIVER,
    PaymentLost: StopReason.PAYMENT_LOST,
    HoldEnds: StopReason.HOLD_ENDS,
}

_BY_STATE: dict[type, Callable[[Any, News, datetime], Decision]] = {
    Paying: _paying,
    Starting: _starting,
    Waiting: _waiting,
    Charging: _in_charge,
    Stopping: _stopping,
    Settling: _settling,
    Ended: _ended,
}
