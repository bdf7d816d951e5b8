"""What an app sends and gets back about what is a driver's own."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.api.bodies import Locale
from app.api.drivers.bodies import MeansEntry
from app.api.refunds.bodies import AmountOrder
from app.api.wallets.bodies import Currency, WalletView
from app.directpay.afterwards.look import AfterHere
from app.directpay.credit.look import CreditView
from app.directpay.owned.months import MonthSum
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.directpay.views import MethodView
from app.funds.means.model import LONGEST_NAME
from app.funds.payments.routing.offers import WayToPay
from app.funds.wallet.automatic.model import WORDS, terms_of
from app.funds.wallet.top_ups.model import TopUp, WalletOffer


class OwnMeans(Struct, frozen=True):
    """
    The means of payment that a driver keeps, the newest first.

    *owed* is the address of the page where a session is still to be paid; *waits* says that one is
    not paid yet, without anything to do about it.
    """

    means: tuple[MeansEntry, ...]
    owed: str | None
    waits: bool


class MeansName(Struct, frozen=True, forbid_unknown_fields=True):
    """What the driver calls a means; "" takes the name away."""

    name: Annotated[str, Meta(max_length=LONGEST_NAME)]


class OwnWays(Struct, frozen=True):
    """
    What a driver can pay with at a charging point.

    *after* is null where nobody can pay after the session; *keeping* are the methods whose means
    can be kept for that, *words* the version of what is agreed to with it.
    """

    credit: CreditView
    after: AfterHere | None
    keeping: tuple[str, ...]
    words: str


class AutomaticOffer(Struct, frozen=True):
    """
    Credit that buys itself again: *amount* when less than *below* is left, at most *a_day*.

    It can be agreed to with *methods*; *words* is the version of what is agreed to.
    """

    below: MoneyView
    amount: MoneyView
    a_day: MoneyView
    methods: tuple[str, ...]
    words: str


class CreditOffer(Struct, frozen=True):
    """
    What the operator sells: one of *amounts* by one of *methods*, up to *most* in a wallet.

    *automatic* is null where none of the methods can be charged by itself.
    """

    amounts: tuple[MoneyView, ...]
    most: MoneyView
    methods: tuple[MethodView, ...]
    automatic: AutomaticOffer | None = None


class OwnCredit(Struct, frozen=True):
    """A driver's credit by currency, and what can be bought (null: the operator sells none)."""

    wallets: tuple[WalletView, ...]
    offer: CreditOffer | None


class NewTopUp(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The credit that a driver wants to buy: an *amount* and a *method* of the offer.

    *automatic* lets credit be bought again by itself: the version of the words of the offer that
    the driver has agreed to. The app has shown them, with a box that was not ticked before.
    """

    amount: AmountOrder
    method: Annotated[str, Meta(min_length=1, max_length=64)]
    locale: Locale = "en"
    automatic: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class BegunTopUp(Struct, frozen=True):
    """A top-up, and the provider's page; null when the provider has not answered yet."""

    id: UUID
    checkout_url: str | None


class TopUpView(Struct, frozen=True):
    """A top-up: *state* is asked | credited | failed."""

    id: UUID
    amount: MoneyView
    state: str
    asked_at: datetime


class GiveBack(Struct, frozen=True, forbid_unknown_fields=True):
    """The currency of the credit whose bought rest is to go back."""

    currency: Currency


class MonthView(Struct, frozen=True):
    """
    What was charged in the month that begins with *first*, by the clock of each place.

    *charged* is incl. VAT, one amount for each currency.
    """

    first: date
    sessions: int
    energy_kwh: Decimal
    charged: tuple[MoneyView, ...]


class Months(Struct, frozen=True):
    """The last twelve months, this one last; empty when nothing was charged in them."""

    months: tuple[MonthView, ...]


def automatic_offer(offer: WalletOffer, keeping: Iterable[WayToPay]) -> AutomaticOffer:
    """Return what is proposed with an *offer*, by the ways of *keeping*."""
    terms = terms_of(offer)
    return AutomaticOffer(
        below=money_view(terms.below),
        amount=money_view(terms.amount),
        a_day=money_view(terms.a_day),
        methods=tuple(way.offer.method for way in keeping),
        words=WORDS,
    )


def top_up_view(top_up: TopUp) -> TopUpView:
    """Return a top-up as its driver gets it."""
    return TopUpView(top_up.top_up_id, money_view(top_up.amount), top_up.state, top_up.asked_at)


def month_view(month: MonthSum) -> MonthView:
    """Return a month as its driver gets it."""
    charged = tuple(money_view(each) for each in month.charged)
    return MonthView(month.first, month.sessions, month.energy_kwh, charged)
