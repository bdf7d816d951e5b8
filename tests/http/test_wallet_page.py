"""The page of a driver's credit: buying it, seeing it, giving it back."""

import pytest

from tests.http.site import Site, fields
from tests.http.test_sign_in import sign_in
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


async def buys(site: Site, minor: str = "5000", method: str = "ideal"):
    """The driver chooses an amount and presses a button."""
    page = await site.get(WALLET)
    return await site.post(
        f"{WALLET}/top-up", {**fields(page.text), "amount": minor, "method": method}
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
    for path in ("top-up", "refund"):
        answer = await inside.post(f"{WALLET}/{path}", {}, Sec_Fetch_Site="cross-site")
        assert 403 == answer.status_code


async def test_the_scan_page_leads_to_it_where_credit_is_sold(site: Site):
    """Who is not signed in sees a link where the operator sells credit, and none elsewhere."""
    before = await site.get(f"/c/{CODE}")
    await sells_credit(site.world)
    after = await site.get(f"/c/{CODE}")

    assert "Or pay with credit" not in before.text
    assert f"/me/voltstraat?next=/c/{CODE}" in after.text
