"""The page behind the code, and paying on it, over HTTP."""

import pytest

from app.charging.chargers.model import EvseStatus
from app.web.security import START, inlined
from tests.http.site import CHECKOUT, SAME_ORIGIN, Site, fields
from tests.scenarios.world import CODE

PATH = f"/c/{CODE}"


async def test_shows_price_hold_and_ways_to_pay(site: Site):
    """One look tells what a kWh costs, what is reserved, and who to call."""
    page = await site.get(PATH)

    assert 200 == page.status_code
    for text in (
        "€0.50 <small>per kWh</small>",
        "€60.00 is reserved.",
        "Pay and start with card",
        "NL*VLT*E1*1",
        "+31 10 123 4567",
        "Voltstraat B.V.",
        "All prices include 21% VAT.",
    ):
        assert text in page.text


async def test_speaks_the_browsers_language_and_remembers_a_choice(site: Site):
    """Accept-Language decides, ?lang overrules it, and the cookie remembers the choice."""
    dutch = await site.get(PATH, accept_language="nl-BE,nl;q=0.9,en;q=0.8")
    german = await site.get(f"{PATH}?lang=de", accept_language="nl")
    later = await site.get(PATH, accept_language="nl")

    assert '<html lang="nl">' in dutch.text
    assert "Betalen en starten" in dutch.text
    assert '<html lang="de">' in german.text
    assert '<html lang="de">' in later.text


async def test_unknown_language_falls_back_to_the_operators_first(site: Site):
    """A browser that wants what nobody here speaks gets the operator's own language."""
    page = await site.get(PATH, accept_language="ja")

    assert '<html lang="en">' in page.text


async def test_guarding_headers(site: Site):
    """No script but ours, no frame, no referrer, forms only to us and the provider."""
    headers = (await site.get(PATH)).headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert f"script-src 'self' {inlined(START)};" in policy
    assert f"form-action 'self' {CHECKOUT};" in policy
    assert "frame-ancestors 'none'" in policy
    assert "require-trusted-types-for 'script'; trusted-types htmx worker" in policy
    assert "unsafe" not in policy
    assert "no-referrer" == headers["referrer-policy"]
    assert "max-age=31536000" == headers["strict-transport-security"]


async def test_the_cookie_is_for_the_server_only(site: Site):
    """HttpOnly, Secure on https, SameSite=Lax, and the only one of its kind."""
    answer = await site.get(PATH)
    cookie = answer.headers.get_list("set-cookie")

    assert 1 == len(cookie)
    assert cookie[0].startswith("directpay=.")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert attribute in cookie[0]


async def test_an_unchanged_page_is_not_sent_again(site: Site):
    """The browser that has the page gets 304 and no body."""
    first = await site.get(PATH)
    again = await site.get(PATH, if_none_match=first.headers["etag"])

    assert 304 == again.status_code
    assert b"" == again.content


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, br", "br"), ("gzip", "gzip")])
async def test_sent_in_the_best_encoding(site: Site, accepted: str, encoding: str):
    """Brotli where the browser takes it, else gzip; the text is the same."""
    plain = await site.get(PATH, accept_encoding="identity")
    packed = await site.get(PATH, accept_encoding=accepted)

    assert encoding == packed.headers["content-encoding"]
    assert plain.text == packed.text
    assert packed.num_bytes_downloaded < 5_000


async def test_a_changed_state_is_shown_within_a_second(site: Site):
    """What was rendered is not shown when the socket has gone offline since."""
    await site.get(PATH)
    await site.world.disconnects()
    page = await site.get(PATH)

    assert "Offline" in page.text
    assert "Pay and start with" not in page.text
    assert "Check again" in page.text


async def test_unknown_code_helps(site: Site):
    """A code of nobody: what to do, and a warning that the sticker may be false."""
    page = await site.get("/c/NOSUCH")

    assert 404 == page.status_code
    assert "We do not know this code" in page.text
    assert "do not pay" in page.text


async def test_paying_leads_to_the_provider_and_brings_the_right_to_stop(site: Site):
    """303 to the provider's page, and the cookie names the session."""
    page = await site.get(PATH)
    answer = await site.post(f"{PATH}/pay", {**fields(page.text), "method": "creditcard"})

    assert 303 == answer.status_code
    assert answer.headers["location"].startswith(CHECKOUT)
    token, _, control = site.browser.cookies["directpay"].partition(".")
    assert (27, 27) == (len(token), len(control))


async def test_pressing_twice_pays_once(site: Site):
    """The same button pressed again before the answer came opens no second payment."""
    page = await site.get(PATH)
    form = {**fields(page.text), "method": "creditcard"}
    cookie = site.browser.cookies["directpay"]
    first = await site.post(f"{PATH}/pay", form)
    site.browser.cookies.clear()
    site.browser.cookies.set("directpay", cookie)
    second = await site.post(f"{PATH}/pay", form)

    assert first.headers["location"] == second.headers["location"]
    assert 1 == len(site.world.provider.snapshots)


async def test_coming_back_to_the_code_leads_to_the_session(site: Site):
    """Scanning the same code during the session leads to the session."""
    path = await site.pays()
    answer = await site.get(PATH)

    assert (303, path) == (answer.status_code, answer.headers["location"])


async def test_another_browser_sees_that_someone_pays(site: Site):
    """A second driver is told, and gets no button."""
    await site.pays()
    async with site.stranger() as other:
        page = await other.get(PATH)

    assert "Someone is paying" in page.text
    assert "Pay and start with" not in page.text


async def test_second_driver_with_an_old_page_is_refused(site: Site):
    """Who opened the page before another one paid is told that nothing was charged."""
    async with site.stranger() as other:
        page = await other.get(PATH)
        await site.pays()
        answer = await other.post(
            f"{PATH}/pay",
            data={**fields(page.text), "method": "creditcard"},
            headers=SAME_ORIGIN,
        )

    assert 409 == answer.status_code
    assert "Somebody else was faster at this socket. Nothing was charged." in answer.text
    assert 1 == len(site.world.provider.snapshots)


async def test_a_price_that_changed_is_confirmed_again(site: Site):
    """An order for an old tariff version is shown the new price; no money moves."""
    form = {"tariff_id": "per-kwh", "tariff_version": "99", "method": "creditcard"}
    answer = await site.post(f"{PATH}/pay", form)

    assert 409 == answer.status_code
    assert "The price has changed since you opened the page." in answer.text
    assert {} == site.world.provider.snapshots


async def test_offline_between_look_and_pay_costs_nothing(site: Site):
    """The charge point went offline after the page was opened."""
    page = await site.get(PATH)
    await site.world.disconnects()
    answer = await site.post(f"{PATH}/pay", {**fields(page.text), "method": "creditcard"})

    assert 503 == answer.status_code
    assert "Nothing was charged." in answer.text
    assert {} == site.world.provider.snapshots


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
async def test_a_foreign_form_is_refused(site: Site, headers: dict[str, str]):
    """Somebody else's page cannot make our visitor pay."""
    page = await site.get(PATH)
    form = {**fields(page.text), "method": "creditcard"}
    answer = await site.browser.post(f"{PATH}/pay", data=form, headers=headers)

    assert 403 == answer.status_code
    assert {} == site.world.provider.snapshots


@pytest.mark.parametrize("headers", [{"Origin": "https://pay.example"}, {"Origin": "null"}, {}])
async def test_an_old_browser_can_pay(site: Site, headers: dict[str, str]):
    """A browser without Sec-Fetch-Site, which hides the origin as our policy asks, may pay."""
    page = await site.get(PATH)
    form = {**fields(page.text), "method": "creditcard"}
    answer = await site.browser.post(f"{PATH}/pay", data=form, headers=headers)

    assert 303 == answer.status_code


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"method": "creditcard"},
        {"method": "", "tariff_id": "per-kwh", "tariff_version": "1"},
        {"method": "creditcard", "tariff_id": "per-kwh", "tariff_version": "one"},
        {"method": "creditcard", "tariff_id": "per-kwh", "tariff_version": "²"},
        {"method": "creditcard", "tariff_id": "per-kwh", "tariff_version": "9" * 30},
    ],
)
async def test_a_broken_form_gets_a_page(site: Site, form: dict[str, str]):
    """A form that our page never sends is refused in words."""
    answer = await site.post(f"{PATH}/pay", form)

    assert 422 == answer.status_code
    assert "That did not work" in answer.text


async def test_a_way_to_pay_that_is_not_on_offer(site: Site):
    """A method that nobody offered is refused, and the page shows those that are."""
    page = await site.get(PATH)
    answer = await site.post(f"{PATH}/pay", {**fields(page.text), "method": "seashells"})

    assert 422 == answer.status_code
    assert "This way to pay is not available now." in answer.text


async def test_a_socket_with_its_cable_in_can_be_paid(site: Site):
    """Preparing is a state to start from, and the page says so."""
    await site.world.reports(EvseStatus.PREPARING)
    page = await site.get(PATH)

    assert "The cable is in. Pay, and charging starts." in page.text
    assert "Pay and start with card" in page.text


async def test_text_of_others_cannot_become_markup(site: Site):
    """What an operator or a driver wrote is shown as text."""
    page = await site.get('/c/"><script>alert(1)</script>')

    assert 404 == page.status_code
    assert "<script>alert" not in page.text
