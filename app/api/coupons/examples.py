"""Examples of promotions, made of the very types that are sent."""

from datetime import UTC, datetime
from decimal import Decimal

from app.api.coupons.bodies import (
    Campaigns,
    CampaignView,
    CodeOrder,
    CodesOrder,
    CouponOrder,
    NewCodes,
    Offers,
    VoucherUse,
)
from app.directpay.prices.views import MoneyView
from app.directpay.views import OfferView

COUPON_ORDER = CouponOrder("7KMQ-X2PD-9HTA", "b3c1f0e27a5d4c9e8f61")
OFFERS = Offers(
    (
        OfferView(
            key="autumn@1:500",
            name="Autumn",
            kind="percent",
            amount="20",
            currency="EUR",
            by_code=True,
            partner=None,
            once=False,
            most=MoneyView(500, "EUR"),
            minimum=None,
        ),
    )
)
CAMPAIGNS = Campaigns(
    (
        CampaignView(
            id="autumn",
            name="Autumn",
            kind="percent",
            partner=None,
            uses=31,
            given=MoneyView(4750, "EUR"),
            kwh=Decimal(0),
            drivers=29,
            codes=500,
            ended_at=None,
        ),
    )
)
CODES_ORDER = CodesOrder(2)
NEW_CODES = NewCodes(("7KMQ-X2PD-9HTA", "Q4TB-8VNC-R2ZY"))
CODE_ORDER = CodeOrder("7KMQ-X2PD-9HTA")
VOUCHER = VoucherUse(
    campaign="sandwich",
    what="A sandwich",
    partner="Café Kade",
    handed_out_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
    is_first=True,
)
