"""Promotions in the API: a driver's app asks and pays, an operator's program makes and counts."""

from decimal import Decimal

from app.kernel.money import Money
from app.people.identity.keys.model import Scope
from app.pricing.promotions.coupons.make import make_codes
from app.pricing.promotions.coupons.save import save_campaign
from app.pricing.promotions.model import Benefit, Gift, Limits, Percent, Sessions, Terms
from tests.http.program import KEY, Program
from tests.http.test_api_keys import key_for
from tests.scenarios.world import CODE, OPERATOR

DRIVER = "b3c1f0e27a5d4c9e8f61"
WAY = f"/codes/{CODE}/offers"
OTHER_KEY = "0197a0c4-7b1e-7cc0-9d35-ba9876543210"


async def runs(program: Program, campaign_id: str, benefit: Benefit, **terms: object) -> None:
    """The operator runs a campaign."""
    found = Terms("Autumn", benefit, "EUR", **terms)  # type: ignore[arg-type]
    async with program.world.database.work(OPERATOR) as work:
        await save_campaign(work, campaign_id, found)


async def code_of(program: Program, campaign_id: str) -> str:
    """The operator makes one code."""
    world = program.world
    _, codes = await make_codes(
        campaign_id, 1, keys=world.desk.codes, operator_id=OPERATOR, database=world.database
    )
    return codes[0]


async def test_an_app_asks_what_a_code_gives_and_pays_with_it(program: Program):
    """The keys of the offers go into the order, and the discount onto the receipt."""
    await runs(program, "autumn", Percent(Decimal(20)), most_minor=500)
    code = await code_of(program, "autumn")
    given = await program.post(WAY, {"coupon": code, "driver": DRIVER})
    (offer,) = given.json()["offers"]
    assert ("percent", "20", {"minor": 500, "currency": "EUR"}) == (
        offer["kind"],
        offer["amount"],
        offer["most"],
    )
    order = await program.orders(coupon=code, driver=DRIVER, offers=[offer["key"]])
    begun = (await program.post("/sessions", order, Idempotency_Key=KEY)).json()
    program.world.provider.approve(program.world.payment_ref)
    await program.world.webhook()
    await program.world.starts()
    await program.world.charges(minutes=40, kwh="12.340")
    live = (await program.get(f"/sessions/{begun['token']}")).json()
    assert (494, 123) == (live["live"]["cost"]["minor"], live["live"]["discount"]["minor"])
    await program.world.stops()

    settled = (await program.get(f"/sessions/{begun['token']}")).json()["settled"]
    assert [("energy", 617), ("discount", -123)] == [
        (line["kind"], line["amount"]["minor"]) for line in settled["lines"]
    ]
    assert Money(494, "EUR") == program.world.book.captured


async def test_codes_that_give_nothing_are_problems(program: Program):
    """Refused, mistyped, changed: each with its code, and nothing began."""
    await runs(program, "autumn", Percent(Decimal(20)))
    code = await code_of(program, "autumn")
    mistyped = code[:-1] + ("2" if code[-1] != "2" else "3")
    refused = await program.post(WAY, {"coupon": "NOSUCH99"})
    wrong = await program.post(WAY, {"coupon": mistyped})
    order = await program.orders(coupon=code, offers=["autumn@9:500"])
    changed = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert [(422, "coupon_refused"), (422, "coupon_mistyped"), (409, "offer_changed")] == [
        (each.status_code, each.json()["code"]) for each in (refused, wrong, changed)
    ]
    assert [] == list(program.world.provider.orders)


async def test_who_has_no_mark_has_nothing_once_a_driver(program: Program):
    """What is limited per driver is given to a driver by whom the app knows him."""
    await runs(program, "first", Sessions(1), limits=Limits(per_driver=1))
    code = await code_of(program, "first")
    unknown = await program.post(WAY, {"coupon": code})
    known = await program.post(WAY, {"coupon": code, "driver": DRIVER})

    assert (422, 200) == (unknown.status_code, known.status_code)


async def test_a_program_makes_codes_once_for_a_key(program: Program):
    """The same key again answers the same codes; the campaign has two, not four."""
    await runs(program, "autumn", Percent(Decimal(20)))
    headers = await key_for(program, Scope.COUPONS_READ, Scope.COUPONS_WRITE)
    way = "/operator/campaigns/autumn/codes"
    first = await program.post(way, {"count": 2}, Idempotency_Key=KEY, **headers)
    again = await program.post(way, {"count": 2}, Idempotency_Key=KEY, **headers)
    other = await program.post(way, {"count": 3}, Idempotency_Key=KEY, **headers)
    more = await program.post(way, {"count": 1}, Idempotency_Key=OTHER_KEY, **headers)

    assert [201, 201, 422, 201] == [each.status_code for each in (first, again, other, more)]
    assert first.json() == again.json()
    assert 2 == len(set(first.json()["codes"]))
    (campaign,) = (await program.get("/operator/campaigns", **headers)).json()["campaigns"]
    assert ("autumn", 3, 0) == (campaign["id"], campaign["codes"], campaign["uses"])
    for code in first.json()["codes"]:
        assert 200 == (await program.post(WAY, {"coupon": code})).status_code


async def test_a_blocked_code_is_refused(program: Program):
    """From now on it is good for nothing; blocking it again says that it is not there."""
    await runs(program, "autumn", Percent(Decimal(20)))
    code = await code_of(program, "autumn")
    headers = await key_for(program, Scope.COUPONS_WRITE)
    way = "/operator/campaigns/autumn/block"
    blocked = await program.post(way, {"code": code.lower()}, **headers)
    again = await program.post(way, {"code": code}, **headers)

    assert (204, 422) == (blocked.status_code, again.status_code)
    assert 422 == (await program.post(WAY, {"coupon": code})).status_code


async def test_a_gift_is_handed_out_once(program: Program):
    """The voucher of the receipt is good the first time; then it says since when it is gone."""
    await runs(program, "sandwich", Gift("A sandwich"), automatic=True, partner="Café Kade")
    begun = await program.charges_and_stops()
    settled = (await program.get(f"/sessions/{begun['token']}")).json()["settled"]
    (voucher,) = settled["vouchers"]
    headers = await key_for(program, Scope.COUPONS_WRITE)
    first = await program.post("/operator/vouchers", {"code": voucher["code"]}, **headers)
    again = await program.post("/operator/vouchers", {"code": voucher["code"]}, **headers)
    none = await program.post("/operator/vouchers", {"code": "AAAA-BBBB-CCCC"}, **headers)

    assert ("A sandwich", "Café Kade", True) == (
        first.json()["what"],
        first.json()["partner"],
        first.json()["is_first"],
    )
    assert {**first.json(), "is_first": False} == again.json()
    assert (404, "voucher_not_found") == (none.status_code, none.json()["code"])


async def test_each_scope_allows_what_it_says(program: Program):
    """Reading is not writing, and prices are not coupons."""
    await runs(program, "autumn", Percent(Decimal(20)))
    reader = await key_for(program, Scope.COUPONS_READ)
    prices = await key_for(program, Scope.PRICES_WRITE)
    way = "/operator/campaigns/autumn/codes"
    makes = await program.post(way, {"count": 1}, Idempotency_Key=KEY, **reader)
    reads = await program.get("/operator/campaigns", **prices)

    assert [403, 403] == [makes.status_code, reads.status_code]


async def test_a_key_belongs_to_an_order_with_its_coupon(program: Program):
    """The same order again is the same session; another coupon, or none, is another order."""
    await runs(program, "autumn", Percent(Decimal(20)))
    code, other = await code_of(program, "autumn"), await code_of(program, "autumn")
    order = await program.orders(coupon=code)
    begun = await program.post("/sessions", order, Idempotency_Key=KEY)

    again = await program.post("/sessions", order, Idempotency_Key=KEY)
    changed = await program.post("/sessions", {**order, "coupon": other}, Idempotency_Key=KEY)
    without = await program.post("/sessions", {**order, "coupon": ""}, Idempotency_Key=KEY)
    unknown = await program.post("/sessions", {**order, "coupon": "NOSUCH99"}, Idempotency_Key=KEY)

    assert (201, 201) == (begun.status_code, again.status_code)
    assert begun.json() == again.json()
    assert [(422, "key_reused")] * 3 == [
        (each.status_code, each.json()["code"]) for each in (changed, without, unknown)
    ]


async def test_a_key_of_an_order_without_a_coupon_takes_none(program: Program):
    """The coupon would give nothing: the session began without it."""
    await runs(program, "autumn", Percent(Decimal(20)))
    code = await code_of(program, "autumn")
    order = await program.orders()
    await program.post("/sessions", order, Idempotency_Key=KEY)

    late = await program.post("/sessions", {**order, "coupon": code}, Idempotency_Key=KEY)

    assert (422, "key_reused") == (late.status_code, late.json()["code"])
