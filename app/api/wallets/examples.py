"""Examples of drivers' credit, made of the very types that are sent."""

from datetime import UTC, datetime
from uuid import UUID

from app.api.refunds.bodies import AmountOrder
from app.api.wallets.bodies import (
    CreditLineView,
    FreezeOrder,
    LotView,
    NewGrant,
    Returned,
    Volumes,
    VolumeView,
    Wallets,
    WalletView,
    WhichCredit,
    WhoseCredit,
)
from app.directpay.prices.views import MoneyView

_EMAIL = "anna@example.com"
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_END = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
_AMOUNT = MoneyView(2000, "EUR")
NEW_GRANT = NewGrant(_EMAIL, AmountOrder(2000, "EUR"), _END, "Welcome")
WHOSE = WhoseCredit(_EMAIL)
WHICH = WhichCredit(_EMAIL, "EUR")
FREEZE = FreezeOrder(_EMAIL, "EUR", "a stolen card")
LOT = LotView(
    id=UUID("019cadc6-9e68-7563-97f3-fa905c5e347e"),
    kind="granted",
    amount=_AMOUNT,
    left=_AMOUNT,
    received_at=_AT,
    expires_at=_END,
    note="Welcome",
)
WALLETS = Wallets(
    (
        WalletView(
            currency="EUR",
            balance=_AMOUNT,
            spendable=_AMOUNT,
            frozen=None,
            lots=(LOT,),
            lines=(CreditLineView(_AT, "grant", _AMOUNT),),
        ),
    )
)
RETURNED = Returned(MoneyView(4383, "EUR"))
VOLUMES = Volumes(
    threshold=MoneyView(100_000_000, "EUR"),
    volumes=(VolumeView("NL", MoneyView(51_234_500, "EUR"), 41_870, 51),),
)
