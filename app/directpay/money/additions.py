"""What is added to a hold on the way: pure functions of a journey."""

from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

import msgspec

from app.directpay.model import Addition, Charging, Journey
from app.kernel.money import Money

Shares = tuple[tuple[UUID, Money], ...]
_ADD: Final = "add:"


def addition_id(journey: Journey, key: str) -> UUID:
    """Return the id of what is added with the caller's *key*: the same key adds once."""
    return uuid5(journey.journey_id, f"{_ADD}{key}")


def waiting(journey: Journey) -> Addition | None:
    """Return the addition that the driver, or the provider, has not answered yet, or None."""
    for each in journey.additions:
        if not (each.secured or each.lost):
            return each
    return None


def lost(journey: Journey, payment_id: UUID | None = None) -> Journey:
    """Return *journey* with a further payment that came to nothing; without an id, the raise."""
    additions = (
        msgspec.structs.replace(each, lost=not each.secured)
        if (each.raises and payment_id is None) or each.addition_id == payment_id
        else each
        for each in journey.additions
    )
    return _changed(journey, journey.held, tuple(additions))


def begun(journey: Journey, addition: Addition) -> Journey:
    """Return *journey* with an addition that is not secured yet."""
    return _changed(journey, journey.held, (*journey.additions, addition))


def secured(journey: Journey, payment_id: UUID) -> Journey:
    """
    Return *journey* with a further payment that counts from now on; once.

    One that was given up is paid too late: its money is on its way back.
    """
    extra = Money.zero(journey.held.currency)
    additions = []
    for each in journey.additions:
        is_it = each.addition_id == payment_id and not (each.secured or each.lost)
        extra += Money(each.minor if is_it else 0, journey.held.currency)
        additions.append(msgspec.structs.replace(each, secured=each.secured or is_it))
    return _changed(journey, journey.held + extra, tuple(additions))


def raised(journey: Journey, amount: Money) -> Journey:
    """Return *journey* after its first hold grew by *amount*."""
    additions = (
        msgspec.structs.replace(each, secured=True) if each.raises else each
        for each in journey.additions
    )
    return _changed(journey, journey.held + amount, tuple(additions))


def payments_that_count(journey: Journey) -> tuple[UUID, ...]:
    """Return the payments whose money is held for the journey, the first of it first."""
    further = (each.addition_id for each in journey.additions if each.secured and not each.raises)
    return (journey.payment_id, *further)


def shares(journey: Journey, charged: Money) -> Shares:
    """
    Return what stays of each payment when *charged* does: the first is used up before the next.

    All payments are listed; what is not secured keeps nothing.
    """
    further = [each for each in journey.additions if not each.raises]
    more = sum(each.minor for each in further if each.secured)
    limits = [(journey.payment_id, journey.held.minor - more)]
    limits += [(each.addition_id, each.minor if each.secured else 0) for each in further]
    rest, parts = charged.minor, []
    for payment_id, limit in limits:
        part = min(rest, limit)
        parts.append((payment_id, Money(part, charged.currency)))
        rest -= part
    return tuple(parts)


def _changed(journey: Journey, held: Money, additions: tuple[Addition, ...]) -> Journey:
    if (held, additions) == (journey.held, journey.additions):
        return journey
    state = journey.state
    if held > journey.held and isinstance(state, Charging):
        # There is more again: the driver is warned anew when that is nearly used up.
        state = msgspec.structs.replace(state, warned=False)
    return replace(
        journey, held=held, additions=additions, state=state, version=journey.version + 1
    )
