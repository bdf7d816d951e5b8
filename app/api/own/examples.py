"""Examples of what is a driver's own."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from app.api.drivers.examples import MEANS as CARD
from app.api.own.bodies import (
    AutomaticOffer,
    BegunTopUp,
    CreditOffer,
    GiveBack,
    MeansName,
    Months,
    MonthView,
    NewTopUp,
    OwnCredit,
    OwnMeans,
    OwnWays,
    TopUpView,
)
from app.api.refunds.bodies import AmountOrder
from app.api.wallets.examples import WALLETS
from app.directpay.afterwards.look import AfterHere, AfterView, MeansView
from app.directpay.credit.look import CreditView
from app.directpay.prices.views import MoneyView
from app.directpay.views import MethodView
from app.funds.means.model import WORDS as KEEP_WORDS
from app.funds.wallet.automatic.model import WORDS

_ID = UUID("019cadc6-9e68-7563-97f3-fa905c5e3480")
_AMOUNT = MoneyView(5000, "EUR")
MEANS = OwnMeans((CARD,), None, waits=False)
NAME = MeansName("The company's")
CREDIT = OwnCredit(
    WALLETS.wallets,
    CreditOffer(
        (_AMOUNT,),
        MoneyView(15_000, "EUR"),
        (MethodView("ideal", "iDEAL", "pay_first", _AMOUNT),),
        AutomaticOffer(
            MoneyView(2000, "EUR"), _AMOUNT, MoneyView(10_000, "EUR"), ("creditcard",), WORDS
        ),
    ),
)
WAYS = OwnWays(
    credit=CreditView(_AMOUNT, MoneyView(500, "EUR"), MoneyView(4500, "EUR")),
    after=AfterHere(
        MoneyView(6000, "EUR"),
        AfterView((MeansView(CARD.means_id, CARD.instrument, CARD.name, CARD.method),)),
    ),
    keeping=("creditcard",),
    words=KEEP_WORDS,
)
NEW_TOP_UP = NewTopUp(AmountOrder(5000, "EUR"), "ideal", "nl")
BEGUN = BegunTopUp(_ID, "https://www.mollie.com/checkout/select-method/7UhSN1zuXS")
TOP_UP = TopUpView(_ID, _AMOUNT, "credited", datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
GIVE_BACK = GiveBack("EUR")
MONTHS = Months((MonthView(date(2026, 3, 1), 2, Decimal("24.680"), (MoneyView(1234, "EUR"),)),))
