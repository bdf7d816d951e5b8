"""The page of a driver's credit: buying it, seeing it, giving it back."""

import re
from typing import Any

import pytest

from app.funds.wallet.automatic.model import WORDS
from app.funds.wallet.top_ups.order import ways_to_top_up
from app.web.drivers import wallet
from tests.http.site import Site, fields
from tests.http.test_sign_in import sign_in
from tests.scenarios.test_auto_top_up import spends
from tests.scenarios.wallets import known_driver, sells_credit
from tests.scenarios.world import CODE

WALLET = "/wallet/voltstraat"


@pytest.fixture
async def inside(site: Site) -> Site:
    """A signed-in driver at an operator that sells credit."""
    await sells_credit(site.world)
    await known_driver(site.world)
    await sign_in(site)
    return site


async def buys(site: Site, minor: str = "5000", method: str = "ideal", **more: str):
    """The driver chooses an amount and presses a button."""
    page = await site.get(WALLET)
    return await site.post(
        f"{WALLET}/top-up", {**fields(page.text), "amount": minor, "method": method, **more}
    )


async def comes_back(site: Site) -> str:
    """The driver pays and comes back from the provider's page; return the page then."""
    order = site.world.provider.orders[site.world.payment_ref]
    site.world.provider.approve(site.world.payment_ref)
    back = await site.get(order.return_url.removeprefix("https://pay.example"))
    await site.world.worker.run_due()
    return (await site.get(back.headers["location"])).text


async def test_a_stranger_is_asked_to_sign_in(site: Site):
    """The page leads to signing in, and back."""
    answer = await site.get(WALLET)

    assert f"/me/voltstraat?next={WALLET}" == answer.headers["location"]


async def test_credit_is_bought_and_seen(inside: Site):
    """Choose, pay on the provider's page, come back: there it is, with what became of it."""
    begun = await buys(inside)
    assert 303 == begun.status_code
    assert begun.headers["location"].startswith("https://provider.test")
    page = await comes_back(inside)

    assert "€50.00" in page
    assert "does not expire" in page
    assert "What became of it" in page


async def test_the_page_waits_for_the_payment(inside: Site):
    """Who is back before the provider knows is told so, and the page looks again by itself."""
    await buys(inside)
    order = inside.world.provider.orders[inside.world.payment_ref]
    back = await inside.get(order.return_url.removeprefix("https://pay.example"))
    waits = (await inside.get(back.headers["location"])).text
    there = await comes_back(inside)

    assert "Waiting for the payment" in waits
    assert f'hx-get="{back.headers["location"]}&amp;lang=en"' in waits
    assert "Waiting for the payment" not in there
    assert "€50.00" in there


async def test_what_comes_while_the_page_is_made_is_waited_for(
    inside: Site, monkeypatch: pytest.MonkeyPatch
):
    """Credit that arrives after the balance was read is not taken for credit that is in it."""
    await buys(inside)
    order = inside.world.provider.orders[inside.world.payment_ref]
    back = await inside.get(order.return_url.removeprefix("https://pay.example"))

    async def meanwhile(*given: Any, **named: Any) -> Any:
        inside.world.provider.approve(inside.world.payment_ref)
        await inside.get(order.return_url.removeprefix("https://pay.example"))
        await inside.world.worker.run_due()
        return await ways_to_top_up(*given, **named)

    monkeypatch.setattr(wallet, "ways_to_top_up", meanwhile)
    page = (await inside.get(back.headers["location"])).text

    assert "Waiting for the payment" in page


async def test_the_page_says_that_nothing_was_bought(inside: Site):
    """Whose bank says no reads that nothing was charged."""
    await buys(inside)
    order = inside.world.provider.orders[inside.world.payment_ref]
    inside.world.provider.decline(inside.world.payment_ref)
    back = await inside.get(order.return_url.removeprefix("https://pay.example"))
    await inside.world.worker.run_due()

    assert "Nothing charged" in (await inside.get(back.headers["location"])).text


async def test_of_what_nobody_bought_there_is_nothing_to_say(inside: Site):
    """An address with a number that is no purchase of the driver's shows the page as it is."""
    for number in ("x", "019cadc6-9e68-7563-97f3-fa905c5e347e"):
        page = await inside.get(f"{WALLET}?bought={number}")

        assert 200 == page.status_code
        assert "Waiting for the payment" not in page.text


async def test_pressing_twice_buys_once(inside: Site):
    """The same page's form sent twice is one payment."""
    page = await inside.get(WALLET)
    form = {**fields(page.text), "amount": "5000", "method": "ideal"}
    await inside.post(f"{WALLET}/top-up", form)
    await inside.post(f"{WALLET}/top-up", form)

    assert 1 == len(inside.world.provider.snapshots)


@pytest.mark.parametrize(
    ("minor", "method"), [("4999", "ideal"), ("x", "ideal"), ("5000", "wallet"), ("", "")]
)
async def test_what_is_not_sold(inside: Site, minor: str, method: str):
    """Made-up amounts and ways to pay open no payment."""
    answer = await buys(inside, minor, method)

    assert 409 == answer.status_code
    assert {} == inside.world.provider.snapshots


async def test_the_rest_goes_back(inside: Site):
    """The driver gives the rest back, and the gift stays."""
    await buys(inside)
    await comes_back(inside)
    anna = await known_driver(inside.world)
    await anna.is_given(700)
    page = await inside.get(WALLET)
    assert "Give the rest back" in page.text
    await inside.post(f"{WALLET}/refund", {"currency": "EUR"})
    await inside.world.worker.run_due()
    after = await inside.get(WALLET)

    assert (0, 700) == await anna.balances()
    assert "Given back" in after.text
    assert "Give the rest back" not in after.text
    again = await inside.post(f"{WALLET}/refund", {"currency": "EUR"})
    assert 409 == again.status_code


async def test_another_driver_cannot_come_back_for_it(inside: Site):
    """A top-up is its driver's own: another one's return reads nothing."""
    await buys(inside)
    order = inside.world.provider.orders[inside.world.payment_ref]
    inside.world.provider.approve(inside.world.payment_ref)
    await inside.post("/me/voltstraat/sign-out")
    await sign_in(inside, "bert@example.com")
    await inside.get(order.return_url.removeprefix("https://pay.example"))

    anna = await known_driver(inside.world)
    assert (0, 0) == await anna.balances()


async def test_forms_of_other_sites_buy_and_give_back_nothing(inside: Site):
    """A form on another site is refused."""
    for path in ("top-up", "refund", "automatic/off"):
        answer = await inside.post(f"{WALLET}/{path}", {}, Sec_Fetch_Site="cross-site")
        assert 403 == answer.status_code


def box_of(html: str) -> str:
    """Return the box beside buying, and what it says; empty: there is none."""
    found = re.search(r'<input type="checkbox"[^>]*>[^<]*', html)
    return found[0] if found else ""


async def test_credit_buys_itself_only_with_consent(inside: Site):
    """The box is there, says what it means, and is not ticked; without it nothing is kept."""
    box = box_of((await inside.get(WALLET)).text)
    await buys(inside, method="creditcard")
    page = await comes_back(inside)
    order = inside.world.provider.orders[inside.world.payment_ref]

    assert "less than €10.00 is left, buy €25.00 again automatically, at most €50.00 a day" in box
    assert f'name="automatic" value="{WORDS}"' in box
    assert "checked" not in box
    assert order.customer is None
    assert "Automatic top-up is on" not in page


async def test_it_is_switched_on_with_a_card_and_off_again(inside: Site):
    """Ticked, paid by card: the page says so, and one button ends it and deletes the means."""
    await buys(inside, method="creditcard", automatic=WORDS)
    page = await comes_back(inside)
    assert "Automatic top-up is on" in page
    assert "Visa •••• 1234" in page
    assert "" == box_of(page)
    form = fields(page)
    answer = await inside.post(f"{WALLET}/automatic/off", form)
    await inside.post(f"{WALLET}/automatic/off", form)
    await inside.world.worker.run_due()
    after = (await inside.get(WALLET)).text

    assert (303, WALLET) == (answer.status_code, answer.headers["location"])
    assert "Automatic top-up is on" not in after
    assert box_of(after)
    assert [f"mdt_{inside.world.payment_ref}"] == inside.world.keeper.forgotten


@pytest.mark.parametrize(("method", "words"), [("ideal", WORDS), ("creditcard", "1999-01")])
async def test_what_can_not_be_agreed_to(inside: Site, method: str, words: str):
    """A means that leaves a direct debit, and the words of another time: nothing is paid."""
    answer = await buys(inside, method=method, automatic=words)

    assert 409 == answer.status_code
    assert 'role="alert"' in answer.text
    assert {} == inside.world.provider.snapshots


async def test_who_has_no_credit_switches_nothing_off(inside: Site):
    """The form sent out of the blue leads back to the page."""
    answer = await inside.post(f"{WALLET}/automatic/off", {"currency": "EUR"})

    assert WALLET == answer.headers["location"]


async def test_the_page_says_when_the_bank_has_ended_it(inside: Site):
    """Two refusals in a row switched it off: the driver reads when and why."""
    await buys(inside, "2500", method="creditcard", automatic=WORDS)
    await comes_back(inside)
    anna = await known_driver(inside.world)
    inside.world.keeper.declines = 2
    for key, minor, kwh in (("one", 1600, "32.000"), ("two", 500, "10.000")):
        await spends(anna, key, kwh, minor)
        inside.world.clock.advance(days=2)
        await inside.world.connects()
    await sign_in(inside)
    page = (await inside.get(WALLET)).text

    assert "your bank declined twice" in page
    assert box_of(page)


async def test_the_scan_page_leads_to_it_where_credit_is_sold(site: Site):
    """Who is not signed in sees a link where the operator sells credit, and none elsewhere."""
    before = await site.get(f"/c/{CODE}")
    await sells_credit(site.world)
    after = await site.get(f"/c/{CODE}")

    assert "Or pay with credit" not in before.text
    assert f"/me/voltstraat?next=/c/{CODE}" in after.text


@pytest.mark.parametrize(
    ("agent", "offered"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0)", ["applepay", "ideal", "creditcard"]),
        ("Mozilla/5.0 (Linux; Android 14)", ["ideal", "creditcard"]),
    ],
)
async def test_only_what_the_device_can_pay_with(inside: Site, agent: str, offered: list[str]):
    """As behind a code: Apple Pay leads where it can be used, and is not offered elsewhere."""
    inside.world.provider.offered = ("ideal", "creditcard", "applepay")
    page = (await inside.get(f"{WALLET}?lang=nl", user_agent=agent)).text

    assert offered == re.findall(r'name="method" value="(\w+)"', page)
    assert "Betaal met kaart" in page
    assert "Alleen met: kaart" in page
