"""What an app sends and gets back about what is a driver's own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.api.bodies import Locale
from app.api.drivers.bodies import MeansEntry
from app.api.refunds.bodies import AmountOrder
from app.api.wallets.bodies import Currency, WalletView
from app.directpay.owned.months import MonthSum
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.directpay.views import MethodView
from app.funds.means.model import LONGEST_NAME
from app.funds.wallet.top_ups.model import TopUp


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


class CreditOffer(Struct, frozen=True):
    """What the operator sells: one of *amounts* by one of *methods*, up to *most* in a wallet."""

    amounts: tuple[MoneyView, ...]
    most: MoneyView
    methods: tuple[MethodView, ...]


class OwnCredit(Struct, frozen=True):
    """A driver's credit by currency, and what can be bought (null: the operator sells none)."""

    wallets: tuple[WalletView, ...]
    offer: CreditOffer | None


class NewTopUp(Struct, frozen=True, forbid_unknown_fields=True):
    """The credit that a driver wants to buy: an *amount* and a *method* of the offer."""

    amount: AmountOrder
    method: Annotated[str, Meta(min_length=1, max_length=64)]
    locale: Locale = "en"


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


def top_up_view(top_up: TopUp) -> TopUpView:
    """Return a top-up as its driver gets it."""
    return TopUpView(top_up.top_up_id, money_view(top_up.amount), top_up.state, top_up.asked_at)


def month_view(month: MonthSum) -> MonthView:
    """Return a month as its driver gets it."""
    charged = tuple(money_view(each) for each in month.charged)
    return MonthView(month.first, month.sessions, month.energy_kwh, charged)
