"""A code on the scan page: by field, by link, wrong, guessed, and paid with."""

import statistics
import time
from decimal import Decimal
from urllib.parse import quote

import httpx
import pytest

from app.charging.chargers.model import EvseStatus
from app.directpay.offers.guess import WRONG_PER_NETWORK, WRONG_PER_OPERATOR
from app.infra.limits import MemoryLimits
from app.infra.redis.limits import RedisLimits
from app.kernel.money import Money
from app.pricing.promotions.coupons.make import make_codes, share_code
from app.pricing.promotions.coupons.save import save_campaign
from app.pricing.promotions.model import Limits, Percent, Sessions, Terms
from tests.http.site import Site, fields
from tests.http.test_abuse import at
from tests.scenarios.world import CODE, OPERATOR, World

PATH = f"/c/{CODE}"


async def runs(world: World, campaign_id: str = "autumn", benefit=None, **terms) -> str:
    """The operator runs a campaign of 20 % and makes a code."""
    found = Terms("Autumn", benefit or Percent(Decimal(20)), "EUR", **terms)
    async with world.database.work(OPERATOR) as work:
        await save_campaign(work, campaign_id, found)
    if found.automatic:
        return ""
    _, codes = await make_codes(
        campaign_id, 1, keys=world.desk.codes, operator_id=OPERATOR, database=world.database
    )
    return codes[0]


async def test_the_field_shows_at_once_what_the_code_gives(site: Site):
    """Typed into the field, without any script: the page says what it gives, and keeps it."""
    code = await runs(site.world)
    page = await site.get(PATH)
    assert "I have a code" in page.text
    answer = await site.post(f"{PATH}/coupon", {"coupon": code.lower()})

    assert 200 == answer.status_code
    assert "20% off the price." in answer.text
    assert code.lower() == fields(answer.text)["coupon"]
    assert "no-store" == answer.headers["cache-control"]


async def test_a_link_brings_the_code(site: Site):
    """`?coupon=` does what the field does, and another language keeps it."""
    code = await runs(site.world)
    page = await site.get(f"{PATH}?coupon={quote(code)}")

    assert "20% off the price." in page.text
    assert f"?coupon={code}&amp;lang=de" in page.text
    german = await site.get(f"{PATH}?coupon={quote(code)}&lang=de")
    assert "20\N{NO-BREAK SPACE}% Rabatt auf den Preis." in german.text


async def test_a_language_is_chosen_on_the_answer_to_the_form(site: Site):
    """The answer's address is the form's: asked for again it leads to the page, code and all."""
    answer = await site.get(f"{PATH}/coupon?coupon=WELCOME&lang=nl")

    assert (303, f"{PATH}?coupon=WELCOME&lang=nl") == (
        answer.status_code,
        answer.headers["location"],
    )


async def test_a_wrong_code_leaves_the_normal_price(site: Site):
    """What is typed stays in the field, the sentence stands beside it, and paying goes on."""
    await runs(site.world)
    answer = await site.post(f"{PATH}/coupon", {"coupon": "NOSUCH99"})

    assert 422 == answer.status_code
    assert "This code gives nothing here now" in answer.text
    assert 'value="NOSUCH99"' in answer.text
    assert "Pay and start with card" in answer.text
    assert "offers" not in fields(answer.text)


async def test_used_up_over_and_unknown_are_answered_alike(site: Site):
    """Byte for byte the same page but for what was typed."""
    over = await runs(site.world, "over", valid_until=site.world.clock.now())
    elsewhere = await runs(site.world, "elsewhere", locations=("TORG",))
    pages = set()
    for code in (over, elsewhere, "AAAABBBBCCC"):
        answer = await site.post(f"{PATH}/coupon", {"coupon": code})
        pages.add(answer.text.replace(code, "CODE"))

    assert 1 == len(pages)


async def test_paying_with_a_code_takes_it_off(site: Site):
    """The pay form sends code and offers; the receipt page has the discount."""
    code = await runs(site.world)
    page = await site.post(f"{PATH}/coupon", {"coupon": code})
    paid = await site.post(f"{PATH}/pay", {**fields(page.text), "method": "creditcard"})

    assert 303 == paid.status_code
    cookies = "".join(paid.headers.get_list("set-cookie"))
    assert "driver=" in cookies
    world = site.world
    world.provider.approve(world.payment_ref)
    await world.webhook()
    await world.starts()
    await world.charges(minutes=40, kwh="12.340")
    token = cookies.partition("directpay=")[2].partition(".")[0]
    live = await site.get(f"/s/{token}")
    for text in ("€4.94", "€1.23 has already been taken off.", "Autumn", "20% off the price."):
        assert text in live.text
    await world.stops()
    done = await site.get(f"/s/{token}")
    for text in ("Discount", "Autumn", "-€1.23", "€4.94"):
        assert text in done.text
    assert Money(494, "EUR") == world.book.captured


async def test_a_driver_who_had_it_is_not_promised_it_again(site: Site):
    """The first session is free: the page of a browser that had it says nothing of it any more."""
    await runs(site.world, "first", Sessions(1), automatic=True, limits=Limits(per_driver=1))
    page = await site.get(PATH)
    assert "This session is free." in page.text
    paid = await site.post(f"{PATH}/pay", {**fields(page.text), "method": "creditcard"})
    assert 303 == paid.status_code
    world = site.world
    world.provider.approve(world.payment_ref)
    await world.webhook()
    await world.starts()
    await world.charges(minutes=40, kwh="12.340")
    await world.stops()
    await world.passes(seconds=1)
    await world.reports(EvseStatus.AVAILABLE)

    again = await site.get(PATH)
    assert "This session is free." not in again.text
    async with at(site.app, "203.0.113.10") as stranger:
        assert "This session is free." in (await stranger.get(PATH)).text


async def test_an_offer_that_ended_meanwhile_is_said(site: Site):
    """The page promised something that is gone: 409, nothing began, the page has the truth."""
    await runs(site.world, "first", Sessions(1), automatic=True)
    page = await site.get(PATH)
    await runs(site.world, "first", Percent(Decimal(5)), automatic=True)
    refused = await site.post(f"{PATH}/pay", {**fields(page.text), "method": "creditcard"})

    assert 409 == refused.status_code
    assert "The offer has changed" in refused.text
    assert "5% off the price." in refused.text
    assert [] == list(site.world.provider.orders)


async def test_guessing_gets_nowhere(site: Site):
    """Of two hundred guesses from one network ten are looked up, and then the right one neither."""
    async with site.world.database.work(OPERATOR) as work:
        await save_campaign(work, "word", Terms("Word", Percent(Decimal(20)), "EUR"))
        await share_code(work, "word", "SESAME", site.world.desk.codes)
    statuses = []
    async with at(site.app, "203.0.113.9") as guesser:
        for number in range(200):
            answer = await guesser.post(f"{PATH}/coupon", data={"coupon": f"SESAM{number}"})
            statuses.append(answer.status_code)
        right = await guesser.post(f"{PATH}/coupon", data={"coupon": "SESAME"})
    async with at(site.app, "203.0.113.10") as honest:
        elsewhere = await honest.post(f"{PATH}/coupon", data={"coupon": "SESAME"})

    assert [422] * WRONG_PER_NETWORK.most == statuses[: WRONG_PER_NETWORK.most]
    assert {429} == set(statuses[WRONG_PER_NETWORK.most :])
    assert (429, 200) == (right.status_code, elsewhere.status_code)
    assert "Too many codes were tried." in right.text
    assert "Pay and start with card" in right.text


async def test_guessing_at_the_pay_form_is_counted_too(site: Site):
    """Whoever goes round the field meets the same limit."""
    await runs(site.world)
    form = {**fields((await site.get(PATH)).text), "method": "creditcard"}
    async with at(site.app, "203.0.113.9") as guesser:
        statuses = [
            (await guesser.post(f"{PATH}/pay", data={**form, "coupon": f"GUESS{n}"})).status_code
            for n in range(WRONG_PER_NETWORK.most + 5)
        ]

    assert [422] * WRONG_PER_NETWORK.most == statuses[: WRONG_PER_NETWORK.most]
    assert {429} == set(statuses[WRONG_PER_NETWORK.most :])


async def test_guesses_from_everywhere_lock_the_operators_codes(site: Site):
    """A thousand wrong codes in an hour, each from its own network, and no code is looked up."""
    await runs(site.world)
    limits = site.world.desk.limits
    for _ in range(WRONG_PER_OPERATOR.most - 1):
        await limits.count(WRONG_PER_OPERATOR, str(OPERATOR))
    statuses = []
    for number in range(3):
        async with at(site.app, f"198.51.100.{number}") as guesser:
            answer = await guesser.post(f"{PATH}/coupon", data={"coupon": "NOSUCH99"})
            statuses.append(answer.status_code)

    assert [422, 429, 429] == statuses


async def test_right_codes_and_typing_mistakes_are_no_guesses(site: Site):
    """A family that tries its code fifty times locks nobody out."""
    code = await runs(site.world)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    async with at(site.app, "203.0.113.9") as honest:
        for _ in range(25):
            assert 422 == (await _tries(honest, wrong)).status_code
            assert 200 == (await _tries(honest, code)).status_code


async def _tries(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post(f"{PATH}/coupon", data={"coupon": code})


async def test_no_time_tells_a_code_that_exists_from_one_that_does_not(site: Site):
    """The medians of sixty answers each differ by less than a third."""
    known = await runs(site.world, "elsewhere", locations=("TORG",))
    times: dict[str, list[float]] = {known: [], "AAAABBBBCCC": []}
    for _ in range(60):
        for code, took in times.items():
            began = time.perf_counter()
            await site.post(f"{PATH}/coupon", {"coupon": code})
            took.append(time.perf_counter() - began)

    one, two = (statistics.median(took) for took in times.values())
    assert abs(one - two) < max(one, two) / 3


@pytest.mark.parametrize("kind", ["memory", "redis"])
async def test_what_was_taken_back_was_not_counted(kind: str, redis_url: str):
    """Count, take back, count again: one; and never below nothing."""
    limits = MemoryLimits() if kind == "memory" else RedisLimits(redis_url)
    who = f"somebody-{time.time_ns()}"
    await limits.take_back(WRONG_PER_NETWORK, who)
    await limits.count(WRONG_PER_NETWORK, who)
    await limits.take_back(WRONG_PER_NETWORK, who)
    number, _ = await limits.count(WRONG_PER_NETWORK, who)
    if isinstance(limits, RedisLimits):
        await limits.close()

    assert 1 == number
