"""The journey's decisions, case by case and as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.chargers.ports import CommandOutcome
from app.directpay.decide import (
    CHECKOUT_WITHIN,
    CHOOSE_WITHIN,
    KEEP_SOCKET_FOR,
    LONGEST_SESSION,
    MOST_ATTEMPTS,
    PLUG_IN_WITHIN,
    START_WITHIN,
    STOP_WITHIN,
    Effect,
    Task,
    decide,
)
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

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAYING = Paying(kept_until=NOW + KEEP_SOCKET_FOR, until=NOW + CHECKOUT_WITHIN)
STARTING = Starting(until=NOW + START_WITHIN)
WAITING = Waiting(plug_in_by=NOW + PLUG_IN_WITHIN)
CHARGING = Charging(until=NOW + LONGEST_SESSION)
STOPPING = Stopping(reason=StopReason.DRIVER, until=NOW + STOP_WITHIN)
GIVE_BACK = (Effect(Task.GIVE_BACK),)


def test_a_secured_payment_starts_the_charge_point():
    """The start is asked for once the money is held."""
    state, effects = decide(PAYING, PaymentSecured(), NOW)

    assert state == STARTING
    assert effects == (Effect(Task.START), Effect(Task.WAKE, START_WITHIN))


@pytest.mark.parametrize(
    ("why", "ending"),
    [
        (Why.DECLINED, Ending.PAYMENT_DECLINED),
        (Why.CANCELLED, Ending.PAYMENT_CANCELLED),
        (Why.EXPIRED, Ending.PAYMENT_EXPIRED),
    ],
)
def test_a_lost_payment_ends_the_journey(why: Why, ending: Ending):
    """A payment that comes to nothing after it was secured leaves nothing open."""
    assert (Ended(ending), GIVE_BACK) == decide(STARTING, PaymentLost(why), NOW)


@pytest.mark.parametrize("why", [Why.DECLINED, Why.CANCELLED])
def test_who_was_declined_may_choose_another_way(why: Why):
    """The journey waits five minutes, and gives way to whoever begins to pay."""
    state, effects = decide(PAYING, PaymentLost(why), NOW)
    ending = Ending(f"payment_{why}")

    assert Paying(kept_until=NOW, until=NOW + CHOOSE_WITHIN, lost=why) == state
    assert (Effect(Task.WAKE, CHOOSE_WITHIN),) == effects
    assert (Ended(ending), GIVE_BACK) == decide(state, Displaced(), NOW)
    assert (state, ()) == decide(state, TimePassed(), NOW)
    assert (Ended(ending), GIVE_BACK) == decide(state, TimePassed(), NOW + CHOOSE_WITHIN)
    assert (Ended(ending), GIVE_BACK) == decide(state, StopAsked(), NOW)


def test_the_last_attempt_ends_the_journey():
    """After MOST_ATTEMPTS there is no other way; an expired payment leaves none either."""
    last = Paying(kept_until=NOW, until=NOW, tries=MOST_ATTEMPTS - 1)

    assert Ended(Ending.PAYMENT_DECLINED) == decide(last, PaymentLost(Why.DECLINED), NOW)[0]
    assert Ended(Ending.PAYMENT_EXPIRED) == decide(PAYING, PaymentLost(Why.EXPIRED), NOW)[0]


def test_a_checkout_that_was_left_expires():
    """A driver who leaves the provider's page is given up after a quarter of an hour."""
    early = decide(PAYING, TimePassed(), NOW + CHECKOUT_WITHIN - timedelta(seconds=1))
    late = decide(PAYING, TimePassed(), NOW + CHECKOUT_WITHIN)

    assert early == (PAYING, ())
    assert late == (Ended(Ending.PAYMENT_EXPIRED), GIVE_BACK)


def test_a_second_driver_may_take_a_socket_that_was_kept_long_enough():
    """The socket is kept for five minutes, then the next driver may have it."""
    assert (PAYING, ()) == decide(PAYING, Displaced(), NOW)
    ended, _ = decide(PAYING, Displaced(), NOW + KEEP_SOCKET_FOR)

    assert ended == Ended(Ending.PAYMENT_EXPIRED)


def test_money_that_comes_too_late_goes_back():
    """A webhook three hours late starts nothing: the hold is released."""
    late = Ended(Ending.PAYMENT_EXPIRED)

    assert (late, GIVE_BACK) == decide(late, PaymentSecured(), NOW)


@pytest.mark.parametrize("outcome", [CommandOutcome.ACCEPTED, CommandOutcome.UNKNOWN])
def test_accepted_and_unknown_starts_wait_for_the_cable(outcome: CommandOutcome):
    """An answer that was lost is waited for: a second start could charge twice."""
    state, effects = decide(STARTING, StartAnswered(outcome), NOW)

    assert state == WAITING
    assert effects == (Effect(Task.WAKE, PLUG_IN_WITHIN),)


def test_a_rejected_start_is_tried_once_more_and_then_given_up():
    """Rejected twice: nothing is charged and the hold goes."""
    once, effects = decide(STARTING, StartAnswered(CommandOutcome.REJECTED), NOW)
    twice = decide(once, StartAnswered(CommandOutcome.REJECTED), NOW)

    assert [effect.task for effect in effects] == [Task.START]
    assert twice == (Ended(Ending.START_REJECTED), GIVE_BACK)


def test_an_offline_charge_point_is_tried_until_the_minute_is_over():
    """A start that could not be sent is sent again, and given up after a minute."""
    again, effects = decide(STARTING, StartAnswered(CommandOutcome.NOT_SENT), NOW)
    late = decide(again, StartAnswered(CommandOutcome.NOT_SENT), NOW + START_WITHIN)

    assert isinstance(again, Starting)
    assert not again.sent
    assert [effect.task for effect in effects] == [Task.START]
    assert late == (Ended(Ending.CHARGER_OFFLINE), GIVE_BACK)


def test_a_transaction_may_begin_before_the_start_is_answered():
    """StartTransaction can overtake the answer to RemoteStartTransaction."""
    state, _ = decide(STARTING, TransactionBegan(), NOW)

    assert state == CHARGING


@pytest.mark.parametrize("news", [TimePassed(), CableRemoved()])
def test_a_cable_that_never_came_gives_the_money_back(news: News):
    """Accepted and never plugged: the hold goes when the time is over or the socket gave up."""
    assert (Ended(Ending.NEVER_PLUGGED), GIVE_BACK) == decide(WAITING, news, NOW + PLUG_IN_WITHIN)


def test_the_driver_is_warned_and_then_stopped_before_the_hold_is_passed():
    """At four fifths there is a warning; before the hold is passed there is a stop."""
    warned, _ = decide(CHARGING, CostNearsHold(), NOW)
    stopping, effects = decide(warned, CostReachesHold(), NOW)

    assert isinstance(warned, Charging)
    assert warned.warned
    assert isinstance(stopping, Stopping)
    assert stopping.reason is StopReason.HOLD_REACHED
    assert effects[0] == Effect(Task.STOP)


def test_stop_pressed_ten_times_stops_once():
    """Only the first press sends a stop."""
    state, effects = decide(CHARGING, StopAsked(), NOW)
    for _ in range(9):
        state, more = decide(state, StopAsked(), NOW)
        effects += more

    assert [effect.task for effect in effects] == [Task.STOP, Task.WAKE]


def test_a_stop_is_repeated_until_the_transaction_has_ended():
    """Even an accepted stop is asked for again; after ten minutes the session is closed."""
    state, effects = decide(STOPPING, StopAnswered(CommandOutcome.ACCEPTED), NOW)
    closing = decide(state, TimePassed(), NOW + STOP_WITHIN)

    assert [effect.task for effect in effects] == [Task.STOP]
    assert closing[1] == (Effect(Task.CLOSE),)


def test_the_end_of_the_transaction_is_priced_and_paid():
    """A priced session is collected; one that costs nothing gives everything back."""
    settling, effects = decide(CHARGING, TransactionEnded(), NOW)
    paid = decide(settling, Priced(charged_minor=1234, returned_minor=4766), NOW)
    free = decide(settling, Priced(charged_minor=0, returned_minor=6000), NOW)

    assert (settling, effects) == (Settling(), (Effect(Task.SETTLE),))
    assert paid == (Ended(Ending.CHARGED, 1234, 4766), (Effect(Task.COLLECT),))
    assert free == (Ended(Ending.NOTHING_CHARGED, 0, 6000), GIVE_BACK)


def test_a_price_that_is_covered_gives_everything_back():
    """It was sold, and others pay: the journey says so, and the hold goes back."""
    covered = decide(Settling(), Priced(0, 6000, covered=True), NOW)

    assert covered == (Ended(Ending.COVERED, 0, 6000), GIVE_BACK)
    assert covered[0] == decide(covered[0], PaymentSecured(), NOW)[0]
    assert () == decide(covered[0], PaymentSecured(), NOW)[1]


def test_a_start_after_the_end_is_stopped():
    """Started after we released: the charge point is stopped at once."""
    ended = Ended(Ending.NEVER_PLUGGED)

    assert (ended, (Effect(Task.STOP),)) == decide(ended, TransactionBegan(), NOW)


NEWS = st.one_of(
    st.sampled_from(
        [
            PaymentSecured(),
            StartSent(),
            TransactionBegan(),
            CableRemoved(),
            TransactionEnded(),
            CostNearsHold(),
            CostReachesHold(),
            StopAsked(),
            Displaced(),
            TimePassed(),
            MoneyMoved(),
        ]
    ),
    st.builds(PaymentLost, st.sampled_from(Why)),
    st.builds(StartAnswered, st.sampled_from(CommandOutcome)),
    st.builds(StopAnswered, st.sampled_from(CommandOutcome)),
    st.builds(Priced, st.integers(0, 6000), st.just(0)),
)


@given(st.lists(st.tuples(NEWS, st.integers(0, 3600))))
def test_every_order_of_news_keeps_the_money_safe(story: list[tuple[News, int]]):
    """Whatever happens: money is collected at most once, and only for a session that was priced."""
    state: State = PAYING
    now, tasks, secured = NOW, [], False
    for news, seconds in story:
        now += timedelta(seconds=seconds)
        priced = isinstance(state, Settling) and isinstance(news, Priced)
        secured = secured or isinstance(news, PaymentSecured)
        state, effects = decide(state, news, now)
        collected = [effect for effect in effects if effect.task is Task.COLLECT]
        assert priced or not collected
        tasks += [effect.task for effect in effects]

    assert tasks.count(Task.COLLECT) <= 1
    if isinstance(state, Ended):
        returned = Task.GIVE_BACK in tasks
        assert returned != (state.ending is Ending.CHARGED)
    if Task.START in tasks:
        assert secured


@given(st.lists(NEWS))
def test_time_ends_every_journey(story: list[News]):
    """However it stands, the passing of time and the end of the transaction end it."""
    state: State = PAYING
    for news in story:
        state, _ = decide(state, news, NOW)
    now = NOW + LONGEST_SESSION * 2
    for news in (TimePassed(), TimePassed(), TransactionEnded(), Priced(0, 0)):
        state, _ = decide(state, news, now)

    assert isinstance(state, Ended)
