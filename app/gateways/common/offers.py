"""Lists of methods on offer: asked for rarely, and the last good one when a provider is away."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import anyio

from app.funds.payments.ports import MethodOffer, ProviderAccount
from app.kernel.clock import Clock
from app.kernel.money import Money

FRESH: Final = timedelta(minutes=10)
# After a failure the next driver is not made to wait for the same time-out again.
FAILED_PAUSE: Final = timedelta(seconds=30)
# A page that a driver is looking at does not wait longer for the list of methods.
LIST_SECONDS: Final = 3
MOST_LISTS: Final = 1024
# Lists are asked for whole tens, rounded up, so that near amounts share one.
BUCKET_MAJOR: Final = 10


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked for, in the provider's locale; equal questions share their answer."""

    account: ProviderAccount
    amount: Money
    locale: str
    country: str


# What is asked to see whether a provider answers at all: amount, locale, country.
PROBE: Final = (Money(1000, "EUR"), "en_US", "NL")
Ask = Callable[[Question], Awaitable[list[MethodOffer] | None]]


@dataclass(slots=True)
class _Shelf:
    offers: tuple[MethodOffer, ...] = ()
    good_until: datetime | None = None
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class OfferLists:
    """Answers questions from its shelves; one caller asks while the others wait."""

    def __init__(self, clock: Clock, ask: Ask) -> None:
        """Use *ask* for what is not on the shelf; it returns None when the provider is away."""
        self._clock = clock
        self._ask = ask
        self._shelves: OrderedDict[Question, _Shelf] = OrderedDict()

    async def offers(self, question: Question) -> tuple[MethodOffer, ...]:
        """Return the methods for the amount in *question* that we know how to use."""
        rough = Question(
            question.account, _rounded_up(question.amount), question.locale, question.country
        )
        shelf = self._shelf(rough)
        if not self._is_good(shelf):
            async with shelf.lock:
                if not self._is_good(shelf):
                    await self._fill(shelf, rough)
        return tuple(offer for offer in shelf.offers if _fits(offer, question.amount))

    def _shelf(self, question: Question) -> _Shelf:
        shelf = self._shelves.setdefault(question, _Shelf())
        self._shelves.move_to_end(question)
        while len(self._shelves) > MOST_LISTS:
            self._shelves.popitem(last=False)
        return shelf

    def _is_good(self, shelf: _Shelf) -> bool:
        return shelf.good_until is not None and self._clock.now() < shelf.good_until

    async def _fill(self, shelf: _Shelf, question: Question) -> None:
        found = None
        with anyio.move_on_after(LIST_SECONDS):
            found = await self._ask(question)
        now = self._clock.now()
        if found is None:
            shelf.offers = shelf.offers or self._alike(question)
            shelf.good_until = now + FAILED_PAUSE
            return
        shelf.offers = tuple(found)
        shelf.good_until = now + FRESH

    def _alike(self, question: Question) -> tuple[MethodOffer, ...]:
        """Return the newest list of the same account and currency: better than no button."""
        for known, shelf in reversed(self._shelves.items()):
            same = known.account.account_id == question.account.account_id
            if same and known.amount.currency == question.amount.currency and shelf.offers:
                return shelf.offers
        return ()


def _rounded_up(amount: Money) -> Money:
    bucket = Money.of(Money.zero(amount.currency).as_decimal() + BUCKET_MAJOR, amount.currency)
    return Money(-(-amount.minor // bucket.minor) * bucket.minor, amount.currency)


def _fits(offer: MethodOffer, amount: Money) -> bool:
    if offer.minimum is not None and amount < offer.minimum:
        return False
    return offer.maximum is None or amount <= offer.maximum
