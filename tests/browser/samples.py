"""Sample views of everything a driver's page can show, for the gallery and the renderer's tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec

from app.directpay.model import Ending, Stage, StopReason, Why
from app.directpay.prices.views import CurvePoint, MoneyView, PriceComponentView, PriceView
from app.directpay.views import (
    BrandView,
    JourneyView,
    LineView,
    LiveView,
    MethodView,
    MoreView,
    NearbyView,
    OfferView,
    PointState,
    PointView,
    PowerPoint,
    ScanView,
    SettledView,
)
from app.infra.i18n import LANGUAGES
from app.pricing.tariffs.dynamic.model import Lock

NOW = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
EVERY_LANGUAGE = LANGUAGES

BRAND = BrandView(
    slug="stroom",
    name="Stroom & Co",
    legal_name="Stroom & Co B.V.",
    colour="#0b6e4f",
    logo=None,
    support_phone="+31 20 123 45 67",
    support_email="help@stroom.example",
    terms_url="https://stroom.example/terms",
    privacy_url="https://stroom.example/privacy",
    imprint_url="https://stroom.example/imprint",
    languages=EVERY_LANGUAGE,
)
LONG_BRAND = msgspec.structs.replace(
    BRAND,
    name="Donaudampfschifffahrtsgesellschaft Elektromobilität",
    legal_name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk GmbH & Co. KG",
    colour="#ffd500",
)
POINT = PointView(
    code="7KQ2MX",
    evse_id="NL*STR*E0042*1",
    physical_reference="Left socket",
    standard="IEC_62196_T2",
    cable_attached=False,
    power_type="AC_3_PHASE",
    max_power_kw=Decimal("22.000"),
    location_name="Museumplein",
    address="Museumplein 6",
    postal_code="1071 DJ",
    city="Amsterdam",
    country="NL",
    time_zone="Europe/Amsterdam",
    state=PointState.FREE,
)
LONG_POINT = msgspec.structs.replace(
    POINT,
    evse_id="DE*DDS*E00000000000000000000042*1",
    physical_reference="Parkhaus Untergeschoss 2, Stellplatz 17, rechte Buchse",
    standard="IEC_62196_T2_COMBO",
    cable_attached=True,
    power_type="DC",
    max_power_kw=Decimal(150),
    location_name="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch Schnellladepark",
    address="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzstraße 117a",
    postal_code="10115",
    city="Berlin",
    country="DE",
    time_zone="Europe/Berlin",
)
SWEDISH_POINT = msgspec.structs.replace(
    POINT,
    code="SE0001",
    evse_id="SE*STR*E0007*1",
    physical_reference="Uttag B",
    location_name="Stortorget",
    address="Stortorget 1",
    postal_code="111 29",
    city="Stockholm",
    country="SE",
    time_zone="Europe/Stockholm",
)


def eur(minor: int) -> MoneyView:
    """Return euro cents."""
    return MoneyView(minor, "EUR")


def sek(minor: int) -> MoneyView:
    """Return öre."""
    return MoneyView(minor, "SEK")


def component(unit: str, kind: str, price: str, **more: object) -> PriceComponentView:
    """Return a price in euro, or in the currency given."""
    values = {"currency": "EUR", **more}
    return PriceComponentView(unit=unit, kind=kind, price=Decimal(price), **values)


PRICE = PriceView(
    tariff_id="ac-blocking",
    tariff_version=3,
    currency="EUR",
    vat_rate=Decimal(21),
    components=(
        component("kwh", "ENERGY", "0.49"),
        component("minute", "PARKING_TIME", "0.05", from_minute=240),
    ),
    minimum=None,
    maximum=None,
    next_change=None,
    next_components=(),
)
RICH_PRICE = PriceView(
    tariff_id="peak",
    tariff_version=12,
    currency="EUR",
    vat_rate=Decimal("19.00"),
    components=(
        component("kwh", "ENERGY", "0.5995", until=NOW + timedelta(hours=5)),
        component("minute", "TIME", "0.02", from_kwh=Decimal("2.5")),
        component("minute", "PARKING_TIME", "0.10", from_minute=90),
        component("session", "FLAT", "1.00"),
    ),
    minimum=eur(250),
    maximum=eur(7500),
    next_change=NOW + timedelta(hours=5),
    next_components=(component("kwh", "ENERGY", "0.39"), component("session", "FLAT", "1.00")),
)
SWEDISH_PRICE = PriceView(
    tariff_id="se",
    tariff_version=1,
    currency="SEK",
    vat_rate=Decimal(25),
    components=(
        component("kwh", "ENERGY", "4.5", currency="SEK"),
        component("session", "FLAT", "10", currency="SEK"),
    ),
    minimum=None,
    maximum=None,
    next_change=None,
    next_components=(),
)
BRITISH_POINT = msgspec.structs.replace(
    POINT,
    code="GB0001",
    evse_id="GB*STR*E0009*1",
    physical_reference="Bay 3",
    location_name="Canal Street",
    address="1 Canal Street",
    postal_code="M1 3HE",
    city="Manchester",
    country="GB",
    time_zone="Europe/London",
)
BRITISH_PRICE = PriceView(
    tariff_id="gb-night",
    tariff_version=2,
    currency="GBP",
    vat_rate=Decimal(20),
    components=(
        component("kwh", "ENERGY", "0.79", currency="GBP", until=NOW + timedelta(hours=9)),
    ),
    minimum=None,
    maximum=MoneyView(8000, "GBP"),
    next_change=NOW + timedelta(hours=9),
    next_components=(
        component("kwh", "ENERGY", "0.595", currency="GBP"),
        component("minute", "PARKING_TIME", "0.10", currency="GBP", from_minute=60),
    ),
)
FREE_PRICE = msgspec.structs.replace(PRICE, components=(), vat_rate=None)
METHODS = (
    MethodView("creditcard", "card", "hold", eur(6000), test_mode=True),
    MethodView("applepay", "Apple Pay", "hold", eur(6000)),
    MethodView("ideal", "iDEAL", "pay_first", eur(2500)),
    MethodView("bancontact", "Bancontact", "pay_first", eur(2500)),
)
NEARBY = (
    NearbyView("A1B2C3", "NL*STR*E0042*2", "Museumplein", "Museumplein 6", Decimal(22), 0),
    NearbyView("D4E5F6", "NL*STR*E0051*1", "Van Baerlestraat", "Nr. 12", Decimal("7.4"), 340),
    NearbyView("G7H8J9", "NL*STR*E0077*1", "RAI", "Europaplein 24", Decimal(150), 1840),
)
SCAN = ScanView(brand=BRAND, point=POINT, price=PRICE, methods=METHODS, nearby=())


def _through_the_day() -> tuple[CurvePoint, ...]:
    """Two days of quarters: cheap at night and at noon, dear in the evening."""
    midnight = datetime(2026, 11, 21, 23, tzinfo=UTC)
    shape = (24, 22, 21, 20, 21, 25, 31, 38, 36, 30, 24, 19, 17, 18, 22, 29, 41, 52, 55, 48, 40, 34)
    cents = [*shape, 29, 26, *(cent + 3 for cent in shape), 31, 27]
    return tuple(
        CurvePoint(
            midnight + timedelta(minutes=15 * number),
            Decimal(cents[number // 4] * 4 + number % 4) / 400,
        )
        for number in range(192)
    )


_CURVE = _through_the_day()
DYNAMIC_PRICE = msgspec.structs.replace(
    SCAN.price,
    components=(
        msgspec.structs.replace(SCAN.price.components[0], price=Decimal("0.2275"), until=None),
    ),
    next_change=None,
    next_components=(),
    lock=Lock.SESSION_START,
    curve=_CURVE,
    curve_until=datetime(2026, 11, 23, 23, tzinfo=UTC),
    curve_now=datetime(2026, 11, 22, 13, tzinfo=UTC),
)
LIVE_PRICE = msgspec.structs.replace(
    DYNAMIC_PRICE,
    lock=Lock.LIVE,
    curve=tuple(CurvePoint(point.start, point.price - Decimal("0.20")) for point in _CURVE[:96:4]),
    curve_until=datetime(2026, 11, 22, 23, tzinfo=UTC),
)


_OFFER = OfferView(
    key="autumn@1:500",
    name="Herfstactie voor iedereen die bij ons in de buurt woont",
    kind="percent",
    amount="12.5",
    currency="EUR",
    by_code=True,
    partner="Café-Restaurant De Nieuwe Kade",
    once=True,
    most=MoneyView(500, "EUR"),
    minimum=MoneyView(1000, "EUR"),
)
# One of each kind, the first with everything that can be said.
OFFERS = (
    _OFFER,
    *(
        msgspec.structs.replace(_OFFER, kind=kind, amount=amount, by_code=False, minimum=None)
        for kind, amount in {
            "sessions": "",
            "parking": "60",
            "energy": "20",
            "value": "2.5",
            "gift": "A sandwich",
        }.items()
    ),
)


def scans() -> dict[str, ScanView]:
    """Return a scan page for every state, and those that are long, foreign or odd."""
    replace = msgspec.structs.replace
    views = {
        f"scan-{state.value}": replace(
            SCAN,
            point=replace(POINT, state=state),
            nearby=()
            if state in (PointState.FREE, PointState.PLUGGED, PointState.PLUG_FIRST)
            else NEARBY,
        )
        for state in PointState
    }
    views["scan-long"] = ScanView(LONG_BRAND, LONG_POINT, RICH_PRICE, METHODS, ())
    swedish = MethodView("creditcard", "kort", "hold", sek(60000))
    views["scan-dynamic"] = replace(SCAN, price=DYNAMIC_PRICE)
    views["scan-live"] = ScanView(LONG_BRAND, LONG_POINT, LIVE_PRICE, METHODS, ())
    views["scan-sek"] = ScanView(BRAND, SWEDISH_POINT, SWEDISH_PRICE, (swedish,), ())
    pounds = MethodView("creditcard", "card", "hold", MoneyView(8000, "GBP"))
    views["scan-gbp"] = ScanView(BRAND, BRITISH_POINT, BRITISH_PRICE, (pounds,), ())
    views["scan-gratis"] = replace(SCAN, price=FREE_PRICE)
    views["scan-offers"] = replace(SCAN, offers=OFFERS)
    views["scan-no-methods"] = replace(SCAN, methods=())
    views["scan-nothing-nearby"] = replace(
        SCAN, point=replace(POINT, state=PointState.OFFLINE), nearby=()
    )
    return views


def curve(points: int = 40) -> tuple[PowerPoint, ...]:
    """Return a believable charging curve: up quickly, then slowly down."""
    return tuple(
        PowerPoint(seconds=n * 60, power_kw=Decimal(min(n * 4, 22) * 10 - max(n - 25, 0) * 6) / 10)
        for n in range(points)
    )


MORE = MoreView(amount=MoneyView(2500, "EUR"), key="4500-0")
LIVE = LiveView(
    started_at=NOW - timedelta(minutes=41),
    as_of=NOW - timedelta(seconds=8),
    silent=False,
    seconds=2460,
    energy_kwh=Decimal("12.3456"),
    power_kw=Decimal("13.6"),
    cost=eur(605),
    left_permille=899,
    price_now=PRICE.components,
    next_change=NOW + timedelta(hours=2),
    curve=curve(),
    next_components=(component("kwh", "ENERGY", "0.39"), component("minute", "TIME", "0.02")),
)
JOURNEY = JourneyView(
    version=7,
    stage=Stage.CHARGING,
    ending=None,
    now=NOW,
    brand=BRAND,
    point=POINT,
    held=eur(6000),
    strategy="hold",
    method="creditcard",
    checkout_url=None,
    plug_in_by=None,
    charger_answered=True,
    hold_warning=False,
    live=LIVE,
    settled=None,
    receipt_email=None,
)
SETTLED = SettledView(
    started_at=NOW - timedelta(minutes=95),
    ended_at=NOW - timedelta(minutes=1),
    energy_kwh=Decimal("28.417"),
    charged=eur(1417),
    returned=eur(4583),
    money_moved=True,
    receipt_number="2026-000042",
    lines=(
        LineView("ENERGY", Decimal("28.417"), "kwh", Decimal("0.49"), eur(1392)),
        LineView("IDLE", Decimal(5), "minute", Decimal("0.05"), eur(25)),
    ),
    net=eur(1171),
    vat=eur(246),
    vat_rate=Decimal(21),
    curve=curve(),
)


def journeys() -> dict[str, JourneyView]:
    """Return a session page for every stage and ending, and the special moments between."""
    replace = msgspec.structs.replace
    before = replace(JOURNEY, live=None, charger_answered=False)
    low = replace(LIVE, cost=eur(5104), left_permille=149, energy_kwh=Decimal("104.16"))
    done = replace(JOURNEY, stage=Stage.ENDED, ending=Ending.CHARGED, live=None, settled=SETTLED)
    pay_first = {"strategy": "pay_first", "method": "ideal", "held": eur(2500)}
    another_way = {"methods": METHODS, "pay_key": "1"}
    views = {
        "session-paying": replace(
            before, stage=Stage.PAYING, checkout_url="https://pay.example/checkout/1"
        ),
        "session-asking": replace(before, stage=Stage.PAYING),
        "session-paying-another-way": replace(
            before, stage=Stage.PAYING, checkout_url="https://pay.example/1", **another_way
        ),
        "session-lost": replace(before, stage=Stage.PAYING, lost=Why.DECLINED, **another_way),
        "session-starting": replace(before, stage=Stage.STARTING),
        "session-waiting": replace(
            before, stage=Stage.WAITING, plug_in_by=NOW + timedelta(seconds=272)
        ),
        "session-first-seconds": replace(
            JOURNEY,
            live=replace(
                LIVE,
                as_of=None,
                seconds=9,
                energy_kwh=Decimal(0),
                power_kw=None,
                cost=eur(0),
                left_permille=1000,
                curve=(),
            ),
        ),
        "session-charging": JOURNEY,
        "session-charging-mail": replace(JOURNEY, receipt_email="anna@example.com"),
        "session-charging-pay-first": replace(JOURNEY, **pay_first),
        "session-low": replace(JOURNEY, live=low, hold_warning=True, more=MORE),
        "session-add": replace(JOURNEY, more=replace(MORE, by_page=False)),
        "session-adding": replace(
            JOURNEY, more=replace(MORE, waiting=True, checkout_url="https://provider.example/pay")
        ),
        "session-silent": replace(
            JOURNEY,
            live=replace(LIVE, silent=True, as_of=NOW - timedelta(minutes=6), power_kw=None),
        ),
        "session-peak": replace(
            JOURNEY,
            live=replace(LIVE, price_now=RICH_PRICE.components, next_change=RICH_PRICE.next_change),
        ),
        "session-stopping": replace(JOURNEY, stage=Stage.STOPPING, stop_reason=StopReason.DRIVER),
        "session-stopping-hold": replace(
            JOURNEY, stage=Stage.STOPPING, live=low, stop_reason=StopReason.HOLD_REACHED
        ),
        "session-settling": replace(JOURNEY, stage=Stage.SETTLING, live=None),
        "session-charged": done,
        "session-charged-mail": replace(done, receipt_email="anna@example.com"),
        "session-charged-mail-failed": replace(
            done,
            receipt_email="anna@exmaple.com",
            settled=replace(SETTLED, mail_failed=True, mails_left=2),
        ),
        "session-owed": replace(
            done,
            settled=replace(SETTLED, money_moved=False, owed=True, returned=eur(0)),
            strategy="charge_after",
            methods=METHODS,
            pay_key="1",
        ),
        "session-charged-after": replace(
            done,
            settled=replace(SETTLED, paid_with="Visa •••• 4242", returned=eur(0)),
            strategy="charge_after",
        ),
        "session-charged-moving": replace(done, settled=replace(SETTLED, money_moved=False)),
        "session-charged-pay-first": replace(
            done, settled=replace(SETTLED, returned=eur(1083), invoiced=True), **pay_first
        ),
        "session-long": replace(
            JOURNEY,
            brand=LONG_BRAND,
            point=LONG_POINT,
            live=replace(LIVE, price_now=RICH_PRICE.components),
        ),
        "session-sek": replace(
            JOURNEY,
            point=SWEDISH_POINT,
            held=sek(60000),
            live=replace(LIVE, cost=sek(6555), price_now=SWEDISH_PRICE.components),
        ),
    }
    nothing = SettledView(
        started_at=None,
        ended_at=None,
        energy_kwh=Decimal(0),
        charged=eur(0),
        returned=eur(6000),
        money_moved=True,
        receipt_number=None,
    )
    for ending in Ending:
        if ending is not Ending.CHARGED:
            settled = nothing if ending is Ending.NOTHING_CHARGED else None
            views[f"session-{ending.value.replace('_', '-')}"] = replace(
                before, stage=Stage.ENDED, ending=ending, settled=settled
            )
    return views
