"""Drivers who are signed in and have a price of their own: page, payment, session, receipt."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from app.directpay.pay import Begun
from app.pricing.promotions.coupons.save import save_campaign
from app.pricing.promotions.model import Percent, Terms
from app.pricing.tariffs.choice.drivers import put_driver
from app.pricing.tariffs.choice.model import AD_HOC, Group, GroupKind, Rule
from app.pricing.tariffs.choice.write import write_rule, write_rules
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.audit.books import breaches
from tests.http.site import Site, fields, open_site
from tests.http.test_sign_in import sign_in
from tests.scenarios.world import CODE, OPERATOR, TARIFF, World

PATH = f"/c/{CODE}"
ACME = Group(GroupKind.FLEET, "ACME")
# € 0.30 per kWh incl. VAT: 12.340 kWh cost € 3.70.
OF_FLEETS = {
    **TARIFF,
    "id": "fleets",
    "elements": [
        {"price_components": [{"type": "ENERGY", "price": Decimal("0.30"), "step_size": 1}]}
    ],
}


async def has_groups(world: World, *groups: str, address: str = "anna@example.com") -> None:
    """The operator puts Anna into these groups."""
    async with world.database.work(OPERATOR) as work:
        await put_driver(work, address, groups)


@pytest.fixture
async def site(world: World) -> AsyncIterator[Site]:
    """A socket with a price for the cars of ACME, and pages that are kept for a minute."""
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff(OF_FLEETS))
        await write_rule(work, Rule("acme", "fleets", ACME, reason="a contract for 300 cars"))
    async with open_site(world, timedelta(minutes=1)) as opened:
        yield opened


@dataclass
class Seen:
    """What a page says of the price."""

    dear: bool
    cheap: bool
    own: bool


def seen(text: str) -> Seen:
    """Return whose price the page shows."""
    return Seen("€0.50" in text, "€0.30" in text, 'tag good">For you' in text)


AD_HOC_PRICE = Seen(dear=True, cheap=False, own=False)
OWN_PRICE = Seen(dear=False, cheap=True, own=True)


async def test_each_sees_their_own_price_of_a_kept_page(site: Site):
    """The page that all browsers share never has a driver's price, nor the driver's the other's."""
    await has_groups(site.world, "fleet:ACME")
    async with site.stranger() as stranger:
        before = await stranger.get(PATH)
        await sign_in(site)
        own = await site.get(PATH)
        after = await stranger.get(PATH)
        again = await site.get(PATH)

    assert [AD_HOC_PRICE, AD_HOC_PRICE] == [seen(before.text), seen(after.text)]
    assert [OWN_PRICE, OWN_PRICE] == [seen(own.text), seen(again.text)]
    assert "no-store" == own.headers["cache-control"]


async def test_the_own_price_is_paid_from_page_to_receipt(site: Site):
    """12.340 kWh cost € 3.70 instead of € 6.17; session and receipt name tariff and rule."""
    await has_groups(site.world, "fleet:ACME")
    await sign_in(site)
    path = await site.pays_and_plugs_in()
    token = path.removeprefix("/s/")
    view = await site.world.sees_as(token)
    assert ("fleets", "acme", "fleet:ACME") == (
        view.agreed.tariff_id,
        view.agreed.chosen_by.name,
        view.agreed.chosen_by.group,
    )
    # The operator thinks better of it while the car charges: what was agreed on stays.
    await has_groups(site.world)
    await site.world.charges(minutes=10, kwh="12.340")
    live = await site.get(path)
    assert "€3.70" in live.text
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    await site.world.stops()
    view = await site.world.sees_as(token)

    # 12.340 kWh x 0.30 EUR/kWh = 3.702 EUR, once rounded 3.70 EUR.
    assert 370 == view.settled.charged.minor
    assert [] == await breaches(site.world.database)


async def test_the_receipt_names_the_tariff(site: Site):
    """The receipt says by which tariff it was charged, and for how much."""
    await has_groups(site.world, "fleet:ACME")
    await sign_in(site)
    path = await site.pays_and_plugs_in()
    site.world.journeys.append(await journey_of(site, path))
    await site.world.charges(minutes=10, kwh="12.340")
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    await site.world.stops()
    await site.world.passes(seconds=5)
    receipt = await site.world.receipt()

    supply, (line,) = receipt.document.supply, receipt.document.lines
    assert ("fleets", 1) == (supply.tariff.tariff_id, supply.tariff.version)
    assert Decimal("0.30") == line.unit_price


async def test_a_price_that_is_not_ones_own_cannot_be_paid(site: Site):
    """Signed out, or moved to another group, between page and payment: it is shown again."""
    await has_groups(site.world, "fleet:ACME")
    await sign_in(site)
    form = {**fields((await site.get(PATH)).text), "method": "creditcard"}
    async with site.stranger() as stranger:
        forged = await stranger.post(
            f"{PATH}/pay", data=form, headers={"Sec-Fetch-Site": "same-origin"}
        )
    await has_groups(site.world)
    late = await site.post(f"{PATH}/pay", form)

    for answer in (forged, late):
        assert 409 == answer.status_code
        assert "The price has changed since you opened the page." in answer.text
        assert AD_HOC_PRICE == seen(answer.text)
    assert {} == site.world.provider.snapshots


@pytest.mark.parametrize("groups", [(), ("fleet:OTHER",), ("individual", "private:CLUB")])
async def test_without_a_price_of_ones_own_it_is_everybodys(site: Site, groups: tuple[str, ...]):
    """Whose groups have no rule pays as whoever comes, and so does who is in none."""
    await has_groups(site.world, *groups)
    await sign_in(site)

    assert AD_HOC_PRICE == seen((await site.get(PATH)).text)


async def test_a_refusal_shows_the_own_price(site: Site):
    """A wrong code is told on the page with the driver's own price."""
    await has_groups(site.world, "fleet:ACME")
    await sign_in(site)
    answer = await site.post(f"{PATH}/coupon", {"coupon": "NOSUCHCODE1"})

    assert OWN_PRICE == seen(answer.text)


async def test_a_campaign_for_a_group_is_for_who_pays_its_price(site: Site):
    """A tenth off for ACME is shown to, and kept for, the driver of ACME alone."""
    async with site.world.database.work(OPERATOR) as work:
        terms = Terms("ACME week", Percent(Decimal(10)), "EUR", automatic=True, groups=(str(ACME),))
        await save_campaign(work, "week", terms)
    await has_groups(site.world, "fleet:ACME")
    async with site.stranger() as stranger:
        other = await stranger.get(PATH)
    await sign_in(site)
    own = await site.get(PATH)
    path = await site.pays()

    assert ("ACME week" in own.text, "ACME week" in other.text) == (True, False)
    assert path.startswith("/s/")


async def test_paying_keeps_the_browser_signed_in(site: Site):
    """A secret that changes while paying is handed on with the answer."""
    await has_groups(site.world, "fleet:ACME")
    await sign_in(site)
    form = {**fields((await site.get(PATH)).text), "method": "creditcard"}
    site.world.clock.advance(hours=25)
    before = site.browser.cookies["__Host-account-voltstraat"]
    await site.post(f"{PATH}/pay", form)
    assert before != site.browser.cookies["__Host-account-voltstraat"]
    site.world.clock.advance(minutes=2)

    assert "You are signed in" in (await site.get("/me/voltstraat")).text


async def journey_of(site: Site, path: str):
    """Return the tokens of the session at *path*, as the world keeps them."""
    from_cookie = site.browser.cookies["directpay"]
    token, _, control = from_cookie.partition(".")
    assert path == f"/s/{token}"
    return Begun(token, control, None)


async def test_the_page_leads_to_signing_in_where_it_matters(site: Site):
    """A link only where some drivers have prices of their own, and not for who is signed in."""
    link = f'<a href="/me/voltstraat?next=/c/{CODE}">Sign in</a>'
    async with site.stranger() as stranger:
        with_rule = await stranger.get(PATH)
    await sign_in(site)
    own = await site.get(PATH)
    async with site.world.database.work(OPERATOR) as work:
        await write_rules(work, [Rule("everybody", "per-kwh"), Rule("ad hoc", "per-kwh", AD_HOC)])
    async with open_site(site.world) as later, later.stranger() as stranger:
        without_rule = await stranger.get(PATH)

    assert [True, False, False] == [link in page.text for page in (with_rule, own, without_rule)]
