"""Examples of the description, made of the very types that are sent; a test checks them."""

from datetime import UTC, datetime
from decimal import Decimal

from app.api.bodies import InvoiceOrder, KeyView, MailOrder, NewSession, StartedSession
from app.directpay.model import Stage
from app.directpay.prices.views import MoneyView, PriceComponentView, PriceView
from app.directpay.views import (
    BrandView,
    JourneyView,
    LiveView,
    MethodView,
    PointState,
    PointView,
    PowerPoint,
    ScanView,
)

_HOLD = MoneyView(6000, "EUR")
_STARTED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_NOW = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
_PER_KWH = PriceComponentView(unit="kwh", kind="ENERGY", price=Decimal("0.50"), currency="EUR")
_TOKEN = "Xf3kq1vT0b9pZr7mWc2yLh5sNdE"  # noqa: S105 - an example

_BRAND = BrandView(
    slug="voltstraat",
    name="Voltstraat",
    legal_name="Voltstraat B.V.",
    colour="#0b6b4f",
    logo="/brand/voltstraat/logo",
    support_phone="+31 10 123 4567",
    support_email="help@voltstraat.example",
    terms_url="https://voltstraat.example/terms",
    privacy_url="https://voltstraat.example/privacy",
    imprint_url="https://voltstraat.example/imprint",
    languages=("en", "nl", "de", "fr"),
)


def _point(state: PointState) -> PointView:
    return PointView(
        code="VKTAA2",
        evse_id="NL*VLT*E1*1",
        physical_reference="left",
        standard="IEC_62196_T2",
        cable_attached=False,
        power_type="AC_3_PHASE",
        max_power_kw=Decimal(22),
        location_name="Kade",
        address="Kade 1",
        postal_code="3011 AA",
        city="Rotterdam",
        country="NL",
        time_zone="Europe/Amsterdam",
        state=state,
    )


SCAN = ScanView(
    brand=_BRAND,
    point=_point(PointState.FREE),
    price=PriceView(
        tariff_id="per-kwh",
        tariff_version=1,
        currency="EUR",
        vat_rate=Decimal(21),
        components=(_PER_KWH,),
        minimum=None,
        maximum=None,
        next_change=None,
        next_components=(),
        words=("€0.50 per kWh.", "All prices include 21% VAT."),
    ),
    methods=(MethodView(method="creditcard", label="Card", strategy="hold", amount=_HOLD),),
    nearby=(),
)

SESSION = JourneyView(
    version=1_772_443_200_000,
    stage=Stage.CHARGING,
    ending=None,
    now=_NOW,
    brand=_BRAND,
    point=_point(PointState.OCCUPIED),
    held=_HOLD,
    strategy="hold",
    method="creditcard",
    checkout_url=None,
    plug_in_by=None,
    charger_answered=True,
    hold_warning=False,
    live=LiveView(
        started_at=_STARTED_AT,
        as_of=_NOW,
        silent=False,
        seconds=1200,
        energy_kwh=Decimal("6.000"),
        power_kw=Decimal("18.0"),
        # 6.000 kWh x 0.50 EUR/kWh = 3.00 EUR, which leaves 57 of 60 EUR: 950 permille.
        cost=MoneyView(300, "EUR"),
        left_permille=950,
        price_now=(_PER_KWH,),
        next_change=None,
        curve=(PowerPoint(60, Decimal("18.0")), PowerPoint(1200, Decimal("18.0"))),
    ),
    settled=None,
    receipt_email=None,
)

NEW_SESSION = NewSession("VKTAA2", "creditcard", "per-kwh", 1, "en")
STARTED = StartedSession(
    token=_TOKEN,
    control="Qm8tY4wJ6aHx0nRv2sBk9gPuCzL",
    checkout_url="https://www.mollie.com/checkout/select-method/7UhSN1zuXS",
)
MAIL_ORDER = MailOrder("name@example.com")
INVOICE_ORDER = InvoiceOrder(
    "Laadpas B.V.", "Kade 2", "3011 AA", "Rotterdam", "NL", "NL123456782B90"
)

KEY = KeyView(
    prefix="7k3m9q2xhwpe",
    name="price robot",
    scopes=("prices:read", "prices:write"),
    expires_at=datetime(2027, 3, 2, tzinfo=UTC),
)

TARIFF = {
    "country_code": "NL",
    "party_id": "VLT",
    "id": "per-kwh",
    "currency": "EUR",
    "tax_included": "YES",
    "elements": [{"price_components": [{"type": "ENERGY", "price": 1, "step_size": 1}]}],
    "last_updated": "2026-03-02T09:00:00Z",
}

READING = {"totp": "CN63y502"}
ADMISSION = {"admission": "57213847-5f2c1b9e8d7a4f60a1b2c3d4e5f60718"}
