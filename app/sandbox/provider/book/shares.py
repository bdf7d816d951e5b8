"""What of a payment was given to others than its merchant: by splits (Adyen) or routes (Mollie)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from app.kernel.money import Money
from app.sandbox.provider.book.model import (
    PENDING,
    REFUNDED,
    SUCCEEDED,
    Part,
    Payment,
    Refusal,
)
from app.sandbox.provider.book.records import ROUTE, Record, Records

_GIVEN: Final = frozenset({PENDING, SUCCEEDED})
_TAKEN_BACK: Final = frozenset({PENDING, REFUNDED})


def shared(part: Part) -> Money:
    """Return what of a capture is given to others, or what of a refund comes back from them."""
    return Money(sum(minor for _, minor in part.shares), part.amount.currency)


def route_amount(route: Record) -> Money:
    """Return what a route gave away."""
    amount, currency = route.facts["minor"], route.facts["currency"]
    assert isinstance(amount, int), "we made it"  # noqa: S101
    return Money(amount, str(currency))


def given(payment: Payment, records: Records, *, settled: bool = False) -> dict[str, int]:
    """
    Return who else has how much of *payment*, in minor units.

    What is under way counts unless only what is *settled* is asked for.
    """
    sums: dict[str, int] = {}
    for name, minor in _changes(payment, records, settled=settled):
        sums[name] = sums.get(name, 0) + minor
    return sums


def must_have(payment: Payment, records: Records, back: Iterable[tuple[str, int]]) -> None:
    """Raise Refusal when somebody would have to give *back* more than they got."""
    has = given(payment, records)
    for name, minor in back:
        if minor <= 0 or minor > has.get(name, 0):
            raise Refusal(422, f"{name} got {has.get(name, 0)} of this payment", "routingReversals")


def recipients(splits: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, int]]:
    """Yield the balance accounts of *splits* (Adyen) with what each gets, in minor units."""
    for split in splits:
        amount = split.get("amount")
        if split.get("type") == "BalanceAccount" and isinstance(amount, Mapping):
            yield str(split.get("account")), int(amount["value"])


def _changes(payment: Payment, records: Records, *, settled: bool) -> Iterator[tuple[str, int]]:
    for part in payment.captures:
        if part.status in (_GIVEN - {PENDING} if settled else _GIVEN):
            yield from part.shares
    for route in records.of(ROUTE, payment.account, payment.id):
        yield str(route.facts["recipient"]), route_amount(route).minor
    for part in payment.refunds:
        if part.status in (_TAKEN_BACK - {PENDING} if settled else _TAKEN_BACK):
            yield from ((name, -minor) for name, minor in part.shares)
