"""Examples of what is said of locations."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.api.places.bodies import Clusters, EvseAtPlace, Locations
from app.directpay.places.views import (
    ClusterView,
    PlaceEvseView,
    PlacePriceView,
    PlaceView,
    PlugView,
)
from app.directpay.prices.views import MoneyView, PriceComponentView
from app.directpay.quotes.model import QuoteLineView, QuoteView
from app.directpay.views import PointState

_PRICE = PlacePriceView(
    tariff_id="per-kwh",
    tariff_version=1,
    currency="EUR",
    vat_rate=Decimal(21),
    components=(
        PriceComponentView(unit="kwh", kind="ENERGY", price=Decimal("0.50"), currency="EUR"),
    ),
)
_EVSE = PlaceEvseView(
    evse_uid="VLT-1-1",
    code="VKTAA2",
    evse_id="NL*VLT*E1*1",
    physical_reference="left",
    state=PointState.FREE,
    max_power_kw=Decimal(22),
    plugs=(PlugView("IEC_62196_T2", "AC_3_PHASE", cable_attached=False, max_power_kw=Decimal(22)),),
    price=_PRICE,
)
LOCATION = PlaceView(
    location_id="KADE",
    name="Kade",
    address="Kade 1",
    postal_code="3011 AA",
    city="Rotterdam",
    country="NL",
    latitude=Decimal("51.917000"),
    longitude=Decimal("4.481000"),
    time_zone="Europe/Amsterdam",
    metres=350,
    free=1,
    max_power_kw=Decimal(22),
    from_price=_PRICE,
    evses=(_EVSE,),
)
LOCATIONS = Locations((LOCATION,), "350~KADE")
EVSE = EvseAtPlace("voltstraat", "KADE", "Kade", _EVSE)
CLUSTERS = Clusters(
    (
        ClusterView(Decimal("51.917000"), Decimal("4.481000"), 12, 40, None),
        ClusterView(Decimal("52.370000"), Decimal("4.900000"), 1, 2, "AMS-1"),
    )
)
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_COST = MoneyView(1500, "EUR")
# 30 kWh x 0.50 EUR/kWh = 15.00 EUR, of which 15.00 x 21 / 121 = 2.60 EUR is VAT; 30 / 22 hours.
QUOTE = QuoteView(
    code="VKTAA2",
    begins_at=_AT,
    full_at=_AT + timedelta(hours=1, minutes=21, seconds=49),
    ends_at=_AT + timedelta(hours=1, minutes=21, seconds=49),
    energy_kwh=Decimal(30),
    power_kw=Decimal(22),
    tariff_id="per-kwh",
    tariff_version=1,
    cost=_COST,
    net=MoneyView(1240, "EUR"),
    vat=MoneyView(260, "EUR"),
    hold=MoneyView(6000, "EUR"),
    lines=(QuoteLineView("ENERGY", "kwh", Decimal(30), Decimal("0.50"), Decimal(21), _COST),),
    words=("Energy: 30 kWh × €0.50 per kWh = €15.00 incl. 21% VAT.", "Total: €15.00."),
)
