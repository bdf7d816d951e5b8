"""Who gets a part of a payment at its provider, and how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from app.kernel.money import Money


class Way(StrEnum):
    """How a provider divides a payment: with its capture, or by a route after it was taken."""

    CAPTURE = "capture"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Sharing:
    """
    Of a payment *goal* is to be with *recipient*, an account at the provider, in the end.

    It is that of the operator *cpo*. *ordered* is what the goal was at first, and never changes; a
    refund lowers the *goal*.
    """

    cpo: str
    recipient: str
    way: Way
    ordered: Money
    goal: Money

    def at_most(self, amount: Money) -> Self:
        """Return the same with a goal of *amount* at most."""
        return replace(self, goal=min(self.goal, amount))


def divided(total: Money, kept: Sequence[Money]) -> Iterator[Money]:
    """
    Yield how much of *total* comes out of each of the payments that *kept* so much.

    In proportion, each rounded down; the last one that kept something takes the remainder.
    """
    whole = sum(amount.minor for amount in kept)
    seen = given = 0
    for amount in kept:
        seen += amount.minor
        until = total.minor * seen // whole if whole else 0
        yield Money(until - given, total.currency)
        given = until
