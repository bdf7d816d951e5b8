"""Paying after the session in the browser: the box, the button, the debt and the page of means."""

import re

import pytest

from tests.http.site import Site, fields
from tests.http.test_sign_in import sign_in
from tests.scenarios.promises import Keeper, keeper
from tests.scenarios.world import CODE

PATH = f"/c/{CODE}"
MEANS = "/me/voltstraat/means"


@pytest.fixture
async def anna(site: Site) -> Keeper:
    """A signed-in driver at an operator that charges up to 40 EUR afterwards."""
    driver = await keeper(site.world)
    await sign_in(site)
    return driver


async def keeps_by_page(site: Site) -> None:
    """The driver ticks the box, pays by card, and gives the session up."""
    page = await site.get(PATH)
    form = {**fields(page.text), "method": "creditcard", "keep": "2026-11"}
    begun = await site.post(f"{PATH}/pay", form)
    assert 303 == begun.status_code
    await site.world.webhook_of(site.world.payment_ref)
    site.world.provider.approve(site.world.payment_ref)
    await site.world.webhook_of(site.world.payment_ref)
    token, _, _ = site.browser.cookies["directpay"].partition(".")
    await site.post(f"/s/{token}/stop")
    await site.world.worker.run_due()
    await site.world.connects()


def button_of(text: str) -> str:
    """Return the value of the button that pays after the session."""
    found = re.search(r'name="method" value="(kept:[0-9a-f-]+)"', text)
    assert found is not None
    return found[1]


async def begins(site: Site) -> str:
    """The driver presses the button; return the path of the session's page."""
    page = await site.get(PATH)
    form = {**fields(page.text), "method": button_of(page.text)}
    begun = await site.post(f"{PATH}/pay", form)
    assert 303 == begun.status_code, begun.text
    await site.world.worker.run_due()
    return begun.headers["location"]


async def charges(site: Site, path: str) -> None:
    """A session of 12.340 kWh, which costs 6.17 EUR."""
    await site.world.starts()
    await site.world.charges(minutes=40, kwh="12.340")
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    await site.world.stops()


async def test_a_stranger_sees_neither_box_nor_button(site: Site):
    """What needs a driver who is known is not on the page that everybody shares."""
    await keeper(site.world)
    page = await site.get(PATH)

    assert 'name="keep"' not in page.text
    assert "Pay after the session" not in page.text


async def test_the_box_is_never_ticked(anna: Keeper, site: Site):
    """A signed-in driver sees what would be kept, with which methods, and has to tick it."""
    page = await site.get(PATH)

    assert '<input type="checkbox" name="keep" value="2026-11">' in page.text
    assert "Let the payment provider keep my card" in page.text
    assert "checked" not in page.text


async def test_without_the_operators_rule_there_is_no_box(site: Site):
    """It is off until the operator says up to how much."""
    await sign_in(site)

    assert 'name="keep"' not in (await site.get(PATH)).text


async def test_one_tap_starts_and_the_price_is_charged_after(anna: Keeper, site: Site):
    """Tick, and from then on one tap: what it does is said before, and what was charged after."""
    await keeps_by_page(site)
    page = await site.get(PATH)
    said = "Nothing is reserved. You pay what you used, at most €40.00, with Visa •••• 1234, right"
    assert said in page.text
    path = await begins(site)
    assert "Plug in now" in (await site.get(path)).text
    await charges(site, path)
    charging = (await site.get(path)).text
    await site.world.webhook()
    ended = (await site.get(path)).text

    assert "€6.17 is being charged." in charging
    assert "€6.17 was charged to Visa •••• 1234." in ended
    assert "Reserved" not in ended


async def test_the_page_of_a_running_session_names_the_limit(anna: Keeper, site: Site):
    """It says how much is left of the most that was agreed to, and offers nothing to add."""
    await keeps_by_page(site)
    path = await begins(site)
    await site.world.starts()
    await site.world.charges(minutes=10, kwh="3.000")
    page = (await site.get(path)).text

    assert "Left of at most €40.00" in page
    assert f'action="{path}/add"' not in page


async def test_what_is_owed_is_paid_on_the_page(anna: Keeper, site: Site):
    """Page, scan page and account say that it is not paid; each leads to paying it."""
    await keeps_by_page(site)
    path = await begins(site)
    site.world.keeper.declines = 1
    await charges(site, path)
    await site.world.connects()
    owed = await site.get(path)
    scanned = (await site.get(PATH)).text
    account = (await site.get(MEANS)).text
    assert "Not paid yet" in owed.text
    assert "This is not paid yet." in owed.text
    assert "€6.17 is charged now." in owed.text
    assert "Pay with iDEAL" in owed.text
    assert "Pay and start with" not in owed.text
    for page in (scanned, account):
        assert f"https://pay.example{path}?k=" in page
    assert 'value="kept:' not in scanned

    key = fields(owed.text)["key"]
    begun = await site.post(f"{path}/pay", {"method": "ideal", "key": key})
    assert begun.headers["location"].startswith("https://provider.test")
    site.world.provider.approve(site.world.payment_ref)
    await site.get(f"{path}/back")
    await site.world.worker.run_due()
    paid = (await site.get(path)).text

    assert "All done" in paid
    assert "This is not paid yet." not in paid
    assert 'value="kept:' in (await site.get(PATH)).text


async def test_a_means_is_named_and_removed(anna: Keeper, site: Site):
    """The driver calls it what they like, and removes it; the provider forgets it."""
    await keeps_by_page(site)
    page = (await site.get(MEANS)).text
    (base,) = set(re.findall(rf"{MEANS}/[0-9a-f-]+", page))
    assert "Visa •••• 1234" in page
    await site.post(f"{base}/name", {"name": "  The   company's  "})
    named = (await site.get(MEANS)).text
    refused = await site.post(f"{base}/name", {"name": "x" * 41})
    await site.post(f"{base}/remove")
    await site.post(f"{base}/remove")
    await site.world.worker.run_due()
    gone = (await site.get(MEANS)).text

    assert "The company&#39;s" in named
    assert 422 == refused.status_code
    assert "Please choose a shorter name." in refused.text
    assert "You have saved none." in gone
    assert 1 == len(site.world.keeper.forgotten)


async def test_a_means_in_use_stays(anna: Keeper, site: Site):
    """As long as a session is to be charged to it, the page says why it is still there."""
    await keeps_by_page(site)
    await begins(site)
    page = (await site.get(MEANS)).text
    (base,) = set(re.findall(rf"{MEANS}/[0-9a-f-]+", page))
    answer = await site.post(f"{base}/remove")

    assert 409 == answer.status_code
    assert "A session is still to be paid with this." in answer.text
    assert "Visa •••• 1234" in answer.text


async def test_what_was_made_up_is_refused(anna: Keeper, site: Site):
    """A means that is not the driver's, or words that are not ours, begin nothing."""
    page = await site.get(PATH)
    form = fields(page.text)
    made_up = "kept:019c0000-0000-7000-8000-00000000000d"
    for method, keep in ((made_up, ""), ("kept:nothing", ""), ("creditcard", "2020-01")):
        sent = {**form, "method": method} | ({"keep": keep} if keep else {})
        answer = await site.post(f"{PATH}/pay", sent)
        assert answer.status_code in (404, 409), answer.text
    assert {} == site.world.provider.snapshots


async def test_who_is_not_signed_in_is_asked_to(site: Site):
    """The page of means is a driver's own, and so is the button."""
    await keeper(site.world)
    page = await site.get(PATH)
    answer = await site.get(MEANS)
    sent = {**fields(page.text), "method": "kept:019c0000-0000-7000-8000-00000000000d"}
    pressed = await site.post(f"{PATH}/pay", sent)

    assert "/me/voltstraat" == answer.headers["location"]
    assert 401 == pressed.status_code
