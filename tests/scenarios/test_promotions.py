"""What makes a session cheaper: coupons, campaigns without a code, gifts, and who pays for them."""

import asyncio
from decimal import Decimal

import pytest

from app.billing.receipts.model import Contribution, LineKind
from app.charging.chargers.model import EvseStatus
from app.directpay.desk import find
from app.directpay.errors import PointBusy
from app.directpay.model import Ending
from app.directpay.offers.guess import Presented
from app.directpay.offers.look import look_at_offers
from app.directpay.pay import PayOrder, pay
from app.directpay.scan import look_at, standing_at
from app.directpay.settle import settle
from app.funds.payments.ports import ProviderStatus
from app.infra.i18n import speaking
from app.kernel.money import Money, TaxedAmount
from app.pricing.promotions.coupons.make import list_codes, make_codes, share_code
from app.pricing.promotions.coupons.save import end_campaigns, save_campaign
from app.pricing.promotions.coupons.stats import campaign_stats
from app.pricing.promotions.errors import CouponMistyped, CouponRefused, OfferChanged
from app.pricing.promotions.events import PromotionConsumed
from app.pricing.promotions.forget import forget_drivers
from app.pricing.promotions.model import (
    Energy,
    Gift,
    Limits,
    Parking,
    Percent,
    Sessions,
    Terms,
    Value,
)
from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.choice.write import write_rules
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from app.web.words.receipt import receipt_words
from tests.audit.books import breaches
from tests.scenarios.world import CODE, OPERATOR, TARIFF, World

DRIVER = "a-browser-that-is-known"


def eur(text: str) -> Money:
    """Return an amount in euros."""
    return Money.of(Decimal(text), "EUR")


async def runs(world: World, campaign_id: str, benefit, **terms) -> None:
    """The operator runs a campaign."""
    async with world.database.work(OPERATOR) as work:
        await save_campaign(work, campaign_id, Terms(campaign_id, benefit, "EUR", **terms))


async def codes(world: World, campaign_id: str, number: int = 1) -> tuple[str, ...]:
    """The operator makes a batch of codes."""
    _, made = await make_codes(
        campaign_id, number, keys=world.desk.codes, operator_id=OPERATOR, database=world.database
    )
    return made


async def pays(world: World, coupon: str = "", *, driver: str = DRIVER, key: str = "") -> None:
    """A driver pays with a code, and with what the page showed."""
    view = await world.looks()
    presented = Presented(coupon, driver)
    shown = await look_at_offers(CODE, presented, desk=world.desk)
    order = PayOrder(
        code=CODE,
        method="creditcard",
        tariff_id=view.price.tariff_id,
        tariff_version=view.price.tariff_version,
        key=key or f"key-{len(world.journeys)}",
        locale="en",
        presented=presented,
        shown=tuple(each.key for each in shown),
    )
    world.journeys.append(await pay(order, desk=world.desk))


async def charges(world: World, coupon: str = "", kwh: str = "12.340", **who) -> None:
    """A whole session: pay, plug in, charge, stop."""
    await pays(world, coupon, **who)
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh=kwh)
    await world.stops()


async def unplugs(world: World) -> None:
    """The car leaves, the socket is free."""
    await world.passes(seconds=1)
    await world.reports(EvseStatus.AVAILABLE)


async def used(world: World, campaign_id: str) -> tuple[int, int]:
    """How often a campaign was used or is reserved, and for how many minor units."""
    stats = await campaign_stats(operator_id=OPERATOR, database=world.database)
    total = next(each.total for each in stats if each.campaign.campaign_id == campaign_id)
    return total.uses, total.minor


async def test_a_percentage_is_taken_off_and_stands_on_the_receipt(world: World):
    """20 % off: the page shows the cost after it, the receipt the discount at its VAT rate."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    await pays(world, code)
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh="12.340")

    # 12.340 kWh x 0.50 EUR = 6.17 EUR; a fifth of it is 1.234, rounded 1.23; 4.94 stay.
    live = (await world.sees()).live
    assert live is not None
    assert (494, 123) == (live.cost.minor, live.discount and live.discount.minor)
    await world.stops()
    receipt = await world.receipt()
    assert receipt is not None
    document = receipt.document
    assert [(LineKind.ENERGY, eur("6.17")), (LineKind.DISCOUNT, eur("-1.23"))] == [
        (line.kind, line.amount) for line in document.lines
    ]
    assert (TaxedAmount.from_gross(eur("4.94"), Decimal(21)),) == document.taxes
    assert (eur("4.94"), eur("55.06")) == (
        document.settlement.charged,
        document.settlement.returned,
    )
    assert eur("4.94") == world.book.captured
    assert (1, 123) == await used(world, "autumn")


async def test_a_code_of_one_use_is_gone_afterwards(world: World):
    """When it is used up, the normal price returns, and the code is refused."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    await charges(world, code)
    await unplugs(world)

    with pytest.raises(CouponRefused):
        await look_at_offers(CODE, Presented(code, DRIVER), desk=world.desk)
    await charges(world)
    assert eur("6.17") == world.book.captured


async def test_energy_is_used_up_over_several_sessions(world: World):
    """20 kWh of a code: 12.340 of them now, the other 7.660 the next time, then it is gone."""
    await runs(world, "twenty", Energy(Decimal(20)))
    (code,) = await codes(world, "twenty")
    await charges(world, code)
    await unplugs(world)

    assert Ending.COVERED is (await world.sees()).ending
    # 7.660 of the 12.340 kWh are free: 12.340 x 0.50 = 6.17, less 3.83, are 2.34 EUR.
    await charges(world, code)
    await unplugs(world)
    assert eur("2.34") == world.book.captured
    with pytest.raises(CouponRefused):
        await pays(world, code)


async def test_money_is_used_up_over_several_sessions(world: World):
    """10 euros of a code: 6.17 now, the other 3.83 the next time."""
    await runs(world, "tenner", Value(1000))
    (code,) = await codes(world, "tenner")
    await charges(world, code)
    await unplugs(world)
    await charges(world, code)

    assert eur("2.34") == world.book.captured
    (listed,) = await list_codes(
        "tenner", keys=world.desk.codes, operator_id=OPERATOR, database=world.database
    )
    assert (code, 1000) == (listed.code, listed.used.minor)


async def test_the_first_session_is_free_and_ends_right(world: World):
    """No code needed: nothing is captured, the hold is released, a receipt of nothing is there."""
    await runs(world, "first", Sessions(1), automatic=True, limits=Limits(per_driver=1))
    await charges(world)

    view = await world.sees()
    assert (Ending.COVERED, 0, 6000) == (
        view.ending,
        view.settled and view.settled.charged.minor,
        view.settled and view.settled.returned.minor,
    )
    assert (ProviderStatus.CANCELLED, eur("0.00")) == (world.book.status, world.book.captured)
    receipt = await world.receipt()
    assert receipt is not None
    assert [eur("6.17"), eur("-6.17")] == [line.amount for line in receipt.document.lines]
    assert [] == world.work_list()
    await unplugs(world)
    await charges(world)
    assert eur("6.17") == world.book.captured


async def test_a_driver_who_is_not_known_gets_nothing_once_a_driver(world: World):
    """A limit per driver needs somebody to count: without a mark the normal price holds."""
    await runs(world, "first", Sessions(1), automatic=True, limits=Limits(per_driver=1))
    await charges(world, driver="")

    assert eur("6.17") == world.book.captured


async def test_what_was_paid_first_comes_back(world: World):
    """With a method that pays first the whole amount is refunded when a code covers the price."""
    await runs(world, "gift-card", Value(5000))
    (code,) = await codes(world, "gift-card")
    view = await world.looks()
    shown = await look_at_offers(CODE, Presented(code, DRIVER), desk=world.desk)
    order = PayOrder(
        CODE, "ideal", view.price.tariff_id, 1, "k", "en", Presented(code, DRIVER),
        tuple(each.key for each in shown),
    )  # fmt: skip
    world.journeys.append(await pay(order, desk=world.desk))
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh="12.340")
    await world.stops()

    assert Ending.COVERED is (await world.sees()).ending
    assert eur("60.00") == world.book.refunded


async def test_the_first_hour_of_parking_is_free(world: World):
    """Blocking costs 0.10 a minute: of 90 minutes after the car is full, 60 are not charged."""
    components = [
        {"type": "ENERGY", "price": Decimal("0.50"), "step_size": 1},
        {"type": "PARKING_TIME", "price": Decimal("6.00"), "step_size": 1},
    ]
    # Another id: plans are kept by id and version, which never change outside of tests.
    parking = {**TARIFF, "id": "parking", "elements": [{"price_components": components}]}
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff(parking))
        await write_rules(work, [Rule("everywhere", "parking")])
    await runs(world, "park", Parking(60), automatic=True)
    await pays(world)
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh="10.000")
    await world.charges(minutes=90, kwh="0.000")
    await world.stops()

    # 10 kWh x 0.50 = 5.00 and 90 min x 0.10 = 9.00 EUR, of which 6.00 are for the first hour.
    receipt = await world.receipt()
    assert receipt is not None
    amounts = {line.kind: line.amount for line in receipt.document.lines}
    assert (eur("9.00"), eur("-6.00")) == (amounts[LineKind.IDLE], amounts[LineKind.DISCOUNT])
    assert eur("8.00") == world.book.captured


async def test_a_sandwich_comes_with_the_receipt(world: World):
    """A gift changes no price; the receipt tells what it is, who gives it, and the voucher code."""
    gift = Gift("A sandwich")
    await runs(world, "sandwich", gift, automatic=True, partner="Café Kade", minimum_minor=500)
    await charges(world)

    receipt = await world.receipt()
    assert receipt is not None
    (voucher,) = receipt.document.vouchers
    assert ("A sandwich", "Café Kade", 14) == (voucher.what, voucher.partner, len(voucher.code))
    assert eur("6.17") == world.book.captured
    await unplugs(world)
    # 4 kWh cost 2.00 EUR, less than the five that it takes.
    await charges(world, kwh="4.000")
    receipt = await world.receipt()
    assert receipt is not None
    assert () == receipt.document.vouchers
    assert (1, 0) == await used(world, "sandwich")


async def test_a_campaign_speaks_the_language_of_its_driver(world: World):
    """Each page in its own language, though they share a look; the receipt in its driver's."""
    words = {"names": {"en": "Breakfast", "fr": "Petit déjeuner"}, "gifts": {"en": "A sandwich"}}
    await runs(world, "ontbijt", Gift("Een broodje"), automatic=True, **words)
    standing = await standing_at(CODE, desk=world.desk)
    pages = [await look_at(standing, each, desk=world.desk) for each in ("en", "fr", "nl")]
    await charges(world)

    assert [
        ("Breakfast", "A sandwich"),
        ("Petit déjeuner", "Een broodje"),
        ("ontbijt", "Een broodje"),
    ] == [(offer.name, offer.amount) for page in pages for offer in page.offers]
    receipt = await world.receipt()
    assert receipt is not None
    (voucher,) = receipt.document.vouchers
    assert "A sandwich" == voucher.what


async def test_a_discount_is_named_in_the_language_of_its_driver(world: World):
    """On the line of the receipt, and where a partner pays it."""
    names = {"en": "Autumn"}
    await runs(world, "herfst", Percent(Decimal(20)), automatic=True, stackable=True, names=names)
    await runs(world, "half", Value(100), automatic=True, stackable=True, names=names, partner="X")
    await charges(world)

    receipt = await world.receipt()
    assert receipt is not None
    named = [line.label for line in receipt.document.lines if line.kind is LineKind.DISCOUNT]
    named += [each.name for each in receipt.document.settlement.contributions]
    assert ["Autumn", "Autumn"] == named


async def test_a_partner_pays_and_the_vat_stays(world: World):
    """Half is paid by a partner: the receipt's price and VAT are whole, the card pays the rest."""
    await runs(world, "half", Percent(Decimal(50)), partner="Café Kade")
    (code,) = await codes(world, "half")
    await charges(world, code)

    receipt = await world.receipt()
    assert receipt is not None
    document = receipt.document
    # Half of 6.17 is 3.085, rounded half up 3.09; 3.08 stay.
    assert (Contribution("Café Kade", "half", eur("3.09")),) == document.settlement.contributions
    assert (TaxedAmount.from_gross(eur("6.17"), Decimal(21)),) == document.taxes
    assert eur("3.08") == document.settlement.charged
    assert eur("3.08") == world.book.captured


async def test_never_started_gives_it_back(world: World):
    """Nobody plugs in: the hold is released, and the code is as good as before."""
    await runs(world, "autumn", Percent(Decimal(20)), limits=Limits(uses=1, budget_minor=100_000))
    (code,) = await codes(world, "autumn")
    await pays(world, code)
    await world.approves()
    assert (1, 6000) == await used(world, "autumn")
    await world.passes(minutes=6)

    assert Ending.NEVER_PLUGGED is (await world.sees()).ending
    assert (0, 0) == await used(world, "autumn")
    await charges(world, code)
    assert eur("4.94") == world.book.captured


async def test_too_little_energy_gives_it_back(world: World):
    """A contact test uses nothing of a code."""
    await runs(world, "first", Sessions(1))
    (code,) = await codes(world, "first")
    await charges(world, code, kwh="0.020")

    assert Ending.NOTHING_CHARGED is (await world.sees()).ending
    assert (0, 0) == await used(world, "first")


async def test_a_payment_that_expires_gives_it_back(world: World):
    """A driver who leaves the payment page blocks a code for a quarter of an hour, not longer."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    await pays(world, code)
    await world.passes(minutes=16)

    assert (0, 0) == await used(world, "autumn")


async def test_settling_twice_consumes_once(world: World, monkeypatch: pytest.MonkeyPatch):
    """Killed before the commit, and settled again: one use, one event, one receipt."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    told: list[PromotionConsumed] = []

    async def note(_work, event: PromotionConsumed) -> None:
        told.append(event)
        if len(told) == 1:
            raise ConnectionResetError("killed")

    monkeypatch.setattr(
        world.database,
        "_reactors",
        {**world.database._reactors, PromotionConsumed: (note,)},
    )
    with pytest.raises(ConnectionResetError):
        await charges(world, code)
    assert (1, 6000) == await used(world, "autumn")
    journey = await find(world.token, desk=world.desk)
    for _ in range(2):
        await settle(journey.journey_id, operator_id=OPERATOR, desk=world.desk)
    await world.passes(seconds=1)

    assert [eur("1.23")] == [event.amount for event in told[1:]]
    (tax,) = told[1].taxes
    # VAT of the price 1.07, of the reduced price 0.86: it falls by 0.21.
    assert (eur("1.02"), eur("0.21"), None) == (tax.net, tax.vat, told[1].partner)
    assert (1, 123) == await used(world, "autumn")


async def test_the_last_use_raced_by_fifty_goes_to_one(world: World):
    """Fifty requests for the last use of a code: one gets it, forty-nine are told."""
    await runs(world, "last", Percent(Decimal(20)), limits=Limits(uses=1))
    async with world.database.work(OPERATOR) as work:
        await share_code(work, "last", "LASTONE", world.desk.codes)

    async def press(number: int) -> str:
        order = PayOrder(
            CODE, "creditcard", "per-kwh", 1, f"k{number}", "en", Presented("LASTONE", f"d{number}")
        )
        try:
            await pay(order, desk=world.desk)
        except (CouponRefused, PointBusy) as refusal:
            return type(refusal).__name__
        return "won"

    outcomes = await asyncio.gather(*(press(number) for number in range(50)))

    assert 1 == outcomes.count("won")
    assert (1, 6000) == await used(world, "last")


async def test_the_hold_is_not_passed_with_a_discount(world: World):
    """Half price on a hold of 60: the session goes on to about 120 by the tariff, never beyond."""
    await runs(world, "half", Percent(Decimal(50)), most_minor=100_000)
    (code,) = await codes(world, "half")
    await pays(world, code)
    await world.approves()
    await world.starts()
    # 22 kW for 14 hours would be 308 kWh: 154 EUR.
    for _ in range(14):
        if (await world.sees()).stop_reason is not None:
            break
        await world.charges(minutes=60, kwh="22.000")
    await world.stops()

    assert eur("59.00") < world.book.captured <= eur("60.00")
    receipt = await world.receipt()
    assert receipt is not None
    assert receipt.document.supply.energy_kwh > 200


async def test_an_offer_that_is_gone_is_said_before_anything_is_reserved(world: World):
    """The page showed a campaign; it ended: paying is refused once, and nothing was begun."""
    await runs(world, "first", Sessions(1), automatic=True)
    (shown,) = await look_at_offers(CODE, Presented(driver=DRIVER), desk=world.desk)
    await runs(world, "first", Percent(Decimal(10)), automatic=True)
    order = PayOrder(
        CODE, "creditcard", "per-kwh", 1, "k", "en", Presented(driver=DRIVER), (shown.key,)
    )

    with pytest.raises(OfferChanged):
        await pay(order, desk=world.desk)
    assert [] == list(world.provider.orders)


async def test_one_wrong_character_is_said_at_once(world: World):
    """A typing mistake is told apart by the check character, and is not a guess."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")

    for _ in range(30):
        with pytest.raises(CouponMistyped):
            await look_at_offers(CODE, Presented(wrong, host="203.0.113.7"), desk=world.desk)
    spaced = code.replace("-", " ").lower()
    (offer,) = await look_at_offers(CODE, Presented(spaced, host="203.0.113.7"), desk=world.desk)
    assert "20" == offer.amount


async def test_the_receipt_page_tells_who_paid(world: World):
    """Where a partner pays a part, the page has the price with its VAT, and then who paid what."""
    await runs(world, "half", Percent(Decimal(50)), partner="Café Kade")
    (code,) = await codes(world, "half")
    await charges(world, code)
    view = await world.sees()
    assert view.settled is not None
    with speaking("en"):
        words = receipt_words(view, view.settled)

    assert ("€6.17", "€1.07", "€3.08") == (words.price, words.vat, words.charged)
    assert [("Paid by Café Kade", "half", "-€3.09")] == [
        (each.name, each.detail, each.amount) for each in words.contributions
    ]


async def test_a_partner_pays_a_price_that_was_paid_first(world: World):
    """IDEAL takes the hold at once, a partner pays half: all but the other half goes back."""
    await runs(world, "half", Percent(Decimal(50)), partner="Café Kade")
    (code,) = await codes(world, "half")
    order = PayOrder(CODE, "ideal", "per-kwh", 1, "k", "en", Presented(code, DRIVER))
    world.journeys.append(await pay(order, desk=world.desk))
    await world.approves()
    await world.starts()
    await world.charges(minutes=40, kwh="12.340")
    await world.stops()

    # 60.00 were paid, 3.08 stay.
    assert eur("56.92") == world.book.refunded


async def test_killed_between_commit_and_provider(world: World):
    """Reserved, and the provider never reached: after a quarter of an hour the code is free."""
    await runs(world, "autumn", Percent(Decimal(20)), limits=Limits(uses=1))
    (code,) = await codes(world, "autumn")
    world.provider.fault("start", "timeout_before", times=50)
    await pays(world, code)
    assert (1, 6000) == await used(world, "autumn")
    await world.passes(minutes=16)

    assert (0, 0) == await used(world, "autumn")
    assert Ending.PAYMENT_EXPIRED is (await world.sees()).ending


async def test_drivers_are_forgotten(world: World):
    """After the cookie's time nobody can tell who had what; what the campaign gave stays."""
    await runs(world, "first", Sessions(1), automatic=True, limits=Limits(per_driver=1))
    await charges(world)
    async with world.database.work(OPERATOR) as work:
        await end_campaigns(work, set())
    world.clock.advance(days=401)
    await forget_drivers(database=world.database)

    kept = world.worker.sql.execute("SELECT DISTINCT driver FROM promotion_reservation").fetchall()
    parts = world.worker.sql.execute("SELECT part FROM promotion_tally ORDER BY part").fetchall()
    assert ([("",)], [("",), ("day:2026-03-02",)]) == (kept, parts)
    assert (1, 617) == await used(world, "first")


@pytest.mark.parametrize(
    ("number", "spoil", "mend"),
    [
        (1, "UPDATE promotion_tally SET uses = 2", "UPDATE promotion_tally SET uses = 1"),
        (
            7,
            "UPDATE promotion_reservation SET state = 'reserved', most_minor = took_minor",
            "UPDATE promotion_reservation SET state = 'consumed'",
        ),
    ],
)
async def test_the_audit_finds_what_was_not_counted(
    world: World, number: int, spoil: str, mend: str
):
    """A use too many, and a reservation that outlives its session, are breaches."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    await charges(world, code)
    world.worker.sql.execute(spoil)
    found = await breaches(world.database)
    world.worker.sql.execute(mend)

    assert [f"{number}: promotion autumn"] == [each.rpartition(": ")[0] for each in found]
