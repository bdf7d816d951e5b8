"""What is added to a hold, and how a price is taken from several payments: the rules."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.directpay.model import Addition, Charging, Journey
from app.directpay.money.additions import begun, lost, raised, secured, shares, waiting
from app.directpay.money.policy import USUAL
from app.kernel.money import Money

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANYTHING = st.lists(
    st.tuples(st.sampled_from(["paid", "raised", "lost", "left"]), st.integers(1, 5000)), max_size=6
)


def journey(held: int = 6000) -> Journey:
    """A journey that charges, with what was held at first."""
    first = UUID(int=1)
    return Journey(
        journey_id=first,
        operator_id=first,
        code="VKTAA2",
        evse_uid="E1",
        payment_id=first,
        session_id=first,
        tariff_id="T",
        tariff_version=1,
        held=Money(held, "EUR"),
        locale="en",
        began_at=AT,
        version=1,
        state=Charging(until=AT, warned=True),
    )


def after(deeds: list[tuple[str, int]]) -> Journey:
    """The journey after what was added to it came to what the *deeds* say."""
    one = journey()
    for number, (deed, minor) in enumerate(deeds, start=2):
        added = Addition(UUID(int=number), minor, raises=deed == "raised")
        one = begun(one, added)
        match deed:
            case "paid":
                one = secured(one, added.addition_id)
            case "raised":
                one = raised(one, Money(minor, "EUR"))
            case "lost":
                one = lost(one, added.addition_id)
    return one


@given(ANYTHING, st.data())
def test_the_shares_are_the_price_and_fit_their_payments(
    deeds: list[tuple[str, int]], data: st.DataObject
):
    """Whatever was added: nothing is lost, no payment gives more than it has, in their order."""
    one = after(deeds)
    charged = Money(data.draw(st.integers(0, one.held.minor)), "EUR")
    parts = shares(one, charged)
    grown = sum(minor for deed, minor in deeds if deed == "raised")
    limits = [6000 + grown]
    limits += [minor if deed == "paid" else 0 for deed, minor in deeds if deed != "raised"]

    assert one.held.minor == sum(limits)
    assert charged.minor == sum(amount.minor for _, amount in parts)
    assert all(0 <= amount.minor <= most for (_, amount), most in zip(parts, limits, strict=True))
    # A later payment gives something only when all before it give all that they have.
    for number, (_, amount) in enumerate(parts):
        if amount:
            before = [part.minor for _, part in parts[:number]]
            assert before == limits[:number]


@given(ANYTHING)
def test_what_is_told_twice_counts_once(deeds: list[tuple[str, int]]):
    """A further payment that is secured again, or lost after it was secured, changes nothing."""
    one = after(deeds)
    for each in one.additions:
        if each.secured and not each.raises:
            assert one == secured(one, each.addition_id)
            assert one == lost(one, each.addition_id)


def test_more_is_warned_of_again():
    """A driver who was warned and added is warned again when that is nearly used up."""
    one = begun(journey(), Addition(UUID(int=2), 2500))
    more = secured(one, UUID(int=2))

    assert one.additions[0] == waiting(one)
    assert waiting(more) is None
    assert Money(8500, "EUR") == more.held
    assert isinstance(more.state, Charging)
    assert not more.state.warned
    assert one.version < more.version


def test_the_usual_policy_knows_only_euros():
    """Without a word of the operator: EUR 25 at a time up to EUR 150, and nothing elsewhere."""
    steps = [USUAL.next_step(Money(held, "EUR")) for held in (6000, 12_500, 12_501)]

    assert [Money(2500, "EUR"), Money(2500, "EUR"), None] == steps
    assert USUAL.next_step(Money(6000, "SEK")) is None


def test_what_was_given_up_does_not_count_when_it_is_paid_late():
    """Its money is on its way back: the car may not use it."""
    one = lost(begun(journey(), Addition(UUID(int=2), 2500)), UUID(int=2))

    assert one == secured(one, UUID(int=2))
