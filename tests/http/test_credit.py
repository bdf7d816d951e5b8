"""Paying with credit on the scan page, by a driver who is signed in."""

import pytest

from app.kernel.money import Money
from app.web.drivers.credit import AmountUnreadable, read_amount
from tests.http.site import Site, fields
from tests.http.test_sign_in import sign_in
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import CODE

PATH = f"/c/{CODE}"


async def pays(site: Site, amount: str):
    """The driver presses the button, with an amount of their own."""
    page = await site.get(PATH)
    form = {**fields(page.text), "method": "wallet", "amount": amount}
    return await site.post(f"{PATH}/pay", form)


async def test_a_stranger_sees_no_credit(site: Site):
    """The page that everybody shares says nothing of anybody's credit."""
    anna = await known_driver(site.world)
    await anna.is_given(4000)
    page = await site.get(PATH)

    assert "Your credit" not in page.text
    assert "private, no-cache" == page.headers["cache-control"]


async def test_one_tap_pays_with_credit(site: Site):
    """Sign in, one tap, and the session's own page: no provider's page in between."""
    anna = await known_driver(site.world)
    await anna.is_given(4000)
    await sign_in(site)
    page = await site.get(PATH)
    assert "Pay with your credit (€40.00)" in page.text
    assert 'value="40.00" min="5.00" max="40.00" step="0.01"' in page.text
    assert "no-store" == page.headers["cache-control"]
    begun = await pays(site, "25,50")
    await site.world.worker.run_due()
    session = await site.get(begun.headers["location"])

    assert 303 == begun.status_code
    assert "Plug in now" in session.text
    assert (0, 1450) == await anna.balances()


async def test_the_page_tells_where_the_rest_is(site: Site):
    """After the session the page says that the rest is credit again: no bank releases it."""
    anna = await known_driver(site.world)
    await anna.is_given(4000)
    await sign_in(site)
    path = (await pays(site, "40")).headers["location"]
    await site.world.worker.run_due()
    await site.world.starts()
    await site.world.charges(minutes=10, kwh="12.340")
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    await site.world.stops()
    page = await site.get(path)

    assert "€33.83 is your credit again." in page.text
    assert "working days" not in page.text


@pytest.mark.parametrize(
    ("amount", "says", "status"),
    [
        ("40.01", "There is not that much credit.", 402),
        ("4.99", "A session takes more than this.", 422),
    ],
)
async def test_amounts_that_cannot_be(site: Site, amount: str, says: str, status: int):
    """More than there is, or less than a session takes, is told on the page."""
    anna = await known_driver(site.world)
    await anna.is_given(4000)
    await sign_in(site)
    answer = await pays(site, amount)

    assert status == answer.status_code
    assert says in answer.text
    assert (0, 4000) == await anna.balances()


async def test_too_little_credit_is_told_and_not_offered(site: Site):
    """Below the least that a session takes there is no button."""
    anna = await known_driver(site.world)
    await anna.is_given(499)
    await sign_in(site)
    page = await site.get(PATH)

    assert "You have €4.99 of credit; a session takes at least €5.00." in page.text
    assert 'value="wallet"' not in page.text


async def test_nobody_pays_with_credit_without_signing_in(site: Site):
    """A form that was made up leads to signing in, and nothing is reserved."""
    anna = await known_driver(site.world)
    await anna.is_given(4000)
    answer = await pays(site, "25")

    assert 401 == answer.status_code
    assert "/me/voltstraat" in answer.text
    assert (0, 4000) == await anna.balances()


async def test_a_driver_spends_only_their_own(site: Site):
    """Another driver's credit is not shown, and cannot be spent."""
    anna = await known_driver(site.world)
    await anna.is_given(4000)
    await sign_in(site, "bert@example.com")
    answer = await pays(site, "25")

    assert 404 == answer.status_code
    assert (0, 4000) == await anna.balances()


@pytest.mark.parametrize(
    ("typed", "minor"), [("25", 2500), ("25.5", 2550), ("25,50", 2550), (" 7 ", 700)]
)
def test_amounts_as_people_type_them(typed: str, minor: int):
    """A comma is a point, and cents may be left out."""
    assert Money(minor, "EUR") == read_amount(typed, "EUR")


@pytest.mark.parametrize("typed", ["", "x", "-5", "1e3", "1.2345", "12345678", "5.", None])
def test_what_is_no_amount(typed):
    """Signs, letters and endless digits are refused."""
    with pytest.raises(AmountUnreadable):
        read_amount(typed, "EUR")
