"""The list of methods on offer: asked for rarely, and the last good one when Mollie is away."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import anyio

from app.funds.payments.ports import MethodOffer, ProviderAccount
from app.gateways.mollie.capabilities import CAPABILITIES, strategy_of
from app.gateways.mollie.locales import locale_of
from app.gateways.mollie.wire import WireMethod
from app.kernel.clock import Clock
from app.kernel.money import Money

FRESH: Final = timedelta(minutes=10)
# After a failure the next driver is not made to wait for the same time-out again.
FAILED_PAUSE: Final = timedelta(seconds=30)
MOST_LISTS: Final = 1024
# Lists are asked for whole tens, rounded up, so that near amounts share one.
BUCKET_MAJOR: Final = 10
_READY: Final = frozenset({"activated", None})


@dataclass(frozen=True, slots=True)
class Question:
    """What a list is asked for; two equal questions share their answer."""

    account: ProviderAccount
    amount: Money
    locale: str
    country: str

    def params(self, value: dict[str, str]) -> dict[str, object]:
        """Return Mollie's query; it always names the *value*, or only euro methods come back."""
        return {
            "amount": value,
            "locale": self.locale,
            "billingCountry": self.country,
            "includeWallets": "applepay",
        }


Ask = Callable[[Question], Awaitable[list[WireMethod] | None]]


@dataclass(slots=True)
class _Shelf:
    offers: tuple[MethodOffer, ...] = ()
    good_until: datetime | None = None
    lock: anyio.Lock = field(default_factory=anyio.Lock)


class MethodLists:
    """Answers questions from its shelves; one caller asks Mollie while the others wait."""

    def __init__(self, clock: Clock, ask: Ask) -> None:
        """Use *ask* for what is not on the shelf; it returns None when Mollie is away."""
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
        found = await self._ask(question)
        now = self._clock.now()
        if found is None:
            shelf.offers = shelf.offers or self._alike(question)
            shelf.good_until = now + FAILED_PAUSE
            return
        shelf.offers = tuple(_offers(found, question.amount.currency))
        shelf.good_until = now + FRESH

    def _alike(self, question: Question) -> tuple[MethodOffer, ...]:
        """Return the newest list of the same account and currency: better than no button."""
        for known, shelf in reversed(self._shelves.items()):
            same = known.account.account_id == question.account.account_id
            if same and known.amount.currency == question.amount.currency and shelf.offers:
                return shelf.offers
        return ()


def question(account: ProviderAccount, amount: Money, language: str, country: str) -> Question:
    """Return the question in Mollie's terms."""
    return Question(account, amount, locale_of(language), country)


def _rounded_up(amount: Money) -> Money:
    bucket = Money.of(Money.zero(amount.currency).as_decimal() + BUCKET_MAJOR, amount.currency)
    return Money(-(-amount.minor // bucket.minor) * bucket.minor, amount.currency)


def _offers(found: list[WireMethod], currency: str) -> list[MethodOffer]:
    offers = []
    for method in found:
        strategy = strategy_of(method.id, currency)
        if strategy is None or method.status not in _READY:
            continue
        offers.append(
            MethodOffer(
                method=method.id,
                label=method.description or CAPABILITIES[method.id].name,
                strategy=strategy,
                minimum=method.minimum_amount.money() if method.minimum_amount else None,
                maximum=method.maximum_amount.money() if method.maximum_amount else None,
            )
        )
    return offers


def _fits(offer: MethodOffer, amount: Money) -> bool:
    if offer.minimum is not None and amount < offer.minimum:
        return False
    return offer.maximum is None or amount <= offer.maximum
