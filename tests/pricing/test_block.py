"""The price block of the scan page: AFIR order, incl. VAT, grace periods, bands, next change."""

from decimal import Decimal

from app.kernel.money import Money
from app.pricing.tariffs.engine import PriceBlock, price_block
from tests.pricing.builders import AMSTERDAM, VAT, at, element, eur, plan, price

NOON = at("2026-11-20T11:00")  # Friday, 12:00 in Amsterdam


def _block(*elements: dict[str, object], **fields: object) -> PriceBlock:
    return price_block(plan(*elements, **fields), NOON, AMSTERDAM, VAT)


def _shown(block: PriceBlock) -> list[tuple[str, str]]:
    return [(one.unit.value, str(one.price)) for one in block.components]


def test_prices_stand_in_the_order_of_afir():
    """Per kWh, per minute, per session: AFIR, Article 5(4)."""
    block = _block(
        element(
            price("FLAT", "0.35"),
            price("PARKING_TIME", "6.00"),
            price("TIME", "1.20"),
            price("ENERGY", "0.49"),
        )
    )

    expected = [("kwh", "0.49"), ("minute", "0.02"), ("minute", "0.1"), ("session", "0.35")]
    assert expected == _shown(block)
    assert [one.kind.value for one in block.components][1:3] == ["TIME", "PARKING_TIME"]


def test_prices_are_shown_with_vat():
    """A tariff that excludes VAT is shown with the country's rate, or its own."""
    block = _block(
        element(price("ENERGY", "0.40"), price("FLAT", "1.00", vat="9")), tax_included="NO"
    )

    # 0.40 x 1.21 and 1.00 x 1.09
    assert [("kwh", "0.484"), ("session", "1.09")] == _shown(block)


def test_a_grace_period_is_shown_as_its_minute():
    """The blocking fee holds from minute 240 on."""
    block = _block(
        element(price("PARKING_TIME", "3.00"), min_duration=4 * 3600),
        element(price("ENERGY", "0.49")),
    )

    assert [("kwh", None), ("minute", 240)] == [
        (one.unit.value, one.from_minute) for one in block.components
    ]


def test_a_free_band_is_shown_as_its_kilowatt_hour():
    """The first 5 kWh are free."""
    block = _block(element(price("ENERGY", "0.60"), min_kwh=5))

    assert [(Decimal("0.6"), Decimal(5))] == [(one.price, one.from_kwh) for one in block.components]


def test_steps_of_duration_and_power_are_all_shown():
    """Half an hour free, then 0.25, after an hour 0.40; and a dearer class of power."""
    by_time = _block(
        element(price("ENERGY", "0"), max_duration=1800),
        element(price("ENERGY", "0.25"), max_duration=3600),
        element(price("ENERGY", "0.40")),
    )
    by_power = _block(
        element(price("ENERGY", "0.35"), max_power=32), element(price("ENERGY", "0.50"))
    )

    assert [("0.25", 30), ("0.4", 60)] == [
        (str(one.price), one.from_minute) for one in by_time.components
    ]
    assert [("0.35", None), ("0.5", Decimal(32))] == [
        (str(one.price), one.from_kw) for one in by_power.components
    ]


def test_the_next_change_and_what_comes_after_it():
    """The day price holds until 23:00; the start fee does not change."""
    block = _block(
        element(price("ENERGY", "0.25"), start_time="23:00", end_time="07:00"),
        element(price("ENERGY", "0.45")),
        element(price("FLAT", "0.35")),
    )

    night = at("2026-11-20T22:00")
    assert night == block.next_change
    assert [("kwh", night), ("session", None)] == [
        (one.unit.value, one.until) for one in block.components
    ]
    assert ["0.25", "0.35"] == [str(one.price) for one in block.next_components]


def test_the_block_changes_at_the_stroke_of_the_hour():
    """The block that was shown a second before the change is not shown after it."""
    found = plan(
        element(price("ENERGY", "0.25"), start_time="23:00", end_time="07:00"),
        element(price("ENERGY", "0.45")),
    )

    prices = [
        price_block(found, at(when), AMSTERDAM, VAT).components[0].price
        for when in ("2026-11-20T21:59:59", "2026-11-20T22:00:00", "2026-11-20T21:59:59")
    ]

    assert [Decimal("0.45"), Decimal("0.25"), Decimal("0.45")] == prices


def test_a_change_of_weekday_counts_as_a_change():
    """On Friday noon the weekend price comes at midnight."""
    block = _block(
        element(price("ENERGY", "0.30"), day_of_week=["SATURDAY", "SUNDAY"]),
        element(price("ENERGY", "0.50")),
    )

    assert at("2026-11-20T23:00") == block.next_change


def test_limits_are_shown_with_vat():
    """A limit that is stated before taxes only gets them added."""
    block = _block(
        element(price("ENERGY", "0.40")),
        tax_included="NO",
        min_price={"before_taxes": 1},
        max_price={"before_taxes": 40, "after_taxes": 48},
    )

    assert (eur("1.21"), eur("48.00")) == (block.minimum, block.maximum)


def test_a_free_point_shows_no_price():
    """No component at all means that charging is free."""
    block = _block(element(price("FLAT", "0")))

    assert ((), None) == (block.components, block.next_change)


def test_a_threshold_of_zero_is_passed_from_the_start():
    """min_kwh 0 and min_duration 0 hold at once, and are no threshold that is shown."""
    for axis in ("min_kwh", "min_duration"):
        block = _block(element(price("ENERGY", "0.60"), **{axis: 0}))

        (shown,) = block.components
        assert (Decimal("0.6"), None, None) == (shown.price, shown.from_kwh, shown.from_minute)


def test_a_second_threshold_stays_one_when_the_first_is_zero():
    """From 0 kWh on 0.60, and from 10 kWh on 0.30."""
    block = _block(
        element(price("ENERGY", "0.30"), min_kwh=10), element(price("ENERGY", "0.60"), min_kwh=0)
    )

    assert [(Decimal("0.6"), None), (Decimal("0.3"), Decimal(10))] == [
        (one.price, one.from_kwh) for one in block.components
    ]


def test_the_first_of_two_changes_is_the_next():
    """At 14:00 the price changes, and at 18:00 once more: what follows is that of 14:00."""
    block = _block(
        element(price("ENERGY", "0.10"), end_time="14:00"),
        element(price("ENERGY", "0.20"), end_time="18:00"),
        element(price("ENERGY", "0.30")),
    )

    assert at("2026-11-20T13:00") == block.next_change
    assert [Decimal("0.2")] == [one.price for one in block.next_components]


def test_a_limit_of_a_currency_without_cents_is_whole():
    """At least 100 crowns are 100 units."""
    block = _block(
        element(price("ENERGY", "60")), currency="ISK", min_price={"after_taxes": Decimal("99.5")}
    )

    assert Money(100, "ISK") == block.minimum


def test_minutes_are_whole():
    """Minute 240 is not 240.0."""
    block = _block(element(price("PARKING_TIME", "3.00"), min_duration=4 * 3600))

    assert ["240"] == [str(one.from_minute) for one in block.components]
