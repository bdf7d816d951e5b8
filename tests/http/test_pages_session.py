"""The session page over HTTP: who may look, who may stop, and what it says when."""

from dataclasses import replace

import pytest

from app.directpay.pay import Begun
from app.people.identity.model import Address
from app.people.identity.save import save_operator
from tests.http.site import SAME_ORIGIN, Site
from tests.scenarios.world import CODE, OPERATOR, operator_of_the_world

BUYER = {
    "company": "Laadpas B.V.",
    "street": "Kade 2",
    "postal_code": "3011 AA",
    "city": "Rotterdam",
    "country": "NL",
    "vat_number": "",
}


async def test_waiting_for_the_payment(site: Site):
    """Before the provider answers, the page leads back to the provider, and may be cancelled."""
    path = await site.pays()
    page = await site.get(path)

    assert "Waiting for the payment" in page.text
    assert "https://provider.test/pay/" in page.text
    assert "Yes, cancel" in page.text


async def test_declined_and_paid_in_another_way(site: Site):
    """The page says that the card was declined, and the next button leads to another page."""
    path = await site.pays()
    site.world.provider.decline(site.world.payment_ref)
    await site.get(f"{path}/back")
    await site.world.worker.run_due()
    page = await site.get(path)
    watching = await site.stranger().get(path)
    form = {"method": "ideal", "key": "1"}
    answer = await site.post(f"{path}/pay", form)
    after = await site.get(path)

    assert "The payment was declined" in page.text
    assert 'id="again" open' in page.text
    assert 'id="again"' not in watching.text
    assert "Waiting for the payment" in after.text
    assert site.world.payment_ref in answer.headers.get("location", answer.text)


async def test_only_the_payer_pays_in_another_way(site: Site):
    """Who only watches can't begin another payment."""
    path = await site.pays()
    form = {"method": "ideal", "key": "1"}
    answer = await site.stranger().post(f"{path}/pay", data=form, headers=SAME_ORIGIN)

    assert 403 == answer.status_code
    assert 1 == len(site.world.provider.snapshots)


async def test_nobody_may_keep_the_page(site: Site):
    """No cache, no referrer: the address is a secret."""
    path = await site.pays()
    headers = (await site.get(path)).headers

    assert "no-store" == headers["cache-control"]
    assert "no-referrer" == headers["referrer-policy"]


async def test_works_without_a_script(site: Site):
    """While something can change, a browser without scripts asks again by itself."""
    path = await site.pays()
    page = await site.get(path)

    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page.text


async def test_coming_back_decides_nothing(site: Site):
    """Coming back without having paid shows that the payment is waited for."""
    path = await site.pays()
    answer = await site.get(f"{path}/back")
    page = await site.get(path)

    assert (303, path) == (answer.status_code, answer.headers["location"])
    assert "Waiting for the payment" in page.text


async def test_plug_in_now_is_a_state(site: Site):
    """Paid and accepted, without a cable: the third step is under way, with the time left."""
    path = await site.pays()
    site.world.provider.approve(site.world.payment_ref)
    await site.get(f"{path}/back")
    await site.world.worker.run_due()
    page = await site.get(path)

    assert "Plug in now" in page.text
    assert 'aria-current="step"' in page.text
    assert "data-seconds=" in page.text


async def test_figures_while_charging(site: Site):
    """10 minutes at 18 kW: 3.00 kWh x € 0.50 = € 1.50 of € 60."""
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=10, kwh="3.000")
    page = await site.get(path)

    assert "<dd>3.00 <small>kWh</small></dd>" in page.text
    assert "<dd>€1.50</dd>" in page.text
    assert "<dd>18.0 <small>kW</small></dd>" in page.text
    assert "<b>€58.50</b>" in page.text
    assert '<path class="line" d="M' in page.text


async def test_stopping_and_the_receipt(site: Site):
    """Stop, settle, and the receipt is on the page: 12.340 kWh cost € 6.17, € 53.83 go back."""
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=30, kwh="12.340")
    answer = await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    stopping = await site.get(path)
    await site.world.stops()
    page = await site.get(path)

    assert (303, path) == (answer.status_code, answer.headers["location"])
    assert "Stopping…" in stopping.text
    for text in ("All done", "12.340", "€6.17", "€53.83", "Receipt VS", "of which VAT 21%"):
        assert text in page.text


async def test_only_the_payers_browser_may_stop(site: Site):
    """A shared address may look; stopping is refused, and the session goes on."""
    path = await site.pays_and_plugs_in()
    async with site.stranger() as other:
        page = await other.get(path)
        answer = await other.post(f"{path}/stop", headers=SAME_ORIGIN)

    assert "You are watching this session." in page.text
    assert "Yes, stop charging" not in page.text
    assert 403 == answer.status_code
    assert [] == site.world.chargers.stops


@pytest.mark.parametrize(
    ("method", "action"),
    [
        ("POST", "stop"),
        ("POST", "receipt"),
        ("POST", "invoice"),
        ("GET", "receipt.pdf"),
        ("GET", "meter.xml"),
    ],
)
async def test_what_strangers_may_not_do(site: Site, method: str, action: str):
    """Without the cookie nothing can be done, with somebody else's cookie neither."""
    path = await site.pays_and_plugs_in()
    async with site.stranger() as other:
        bare = await other.request(method, f"{path}/{action}", headers=SAME_ORIGIN)
        other.cookies.set("directpay", f"{path.removeprefix('/s/')}.{'x' * 27}")
        false = await other.request(method, f"{path}/{action}", headers=SAME_ORIGIN)

    assert [403, 403] == [bare.status_code, false.status_code]


@pytest.mark.parametrize("action", ["stop", "receipt", "invoice"])
async def test_a_foreign_form_does_nothing(site: Site, action: str):
    """Even with the cookie, a form of another site is refused."""
    path = await site.pays_and_plugs_in()
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await site.browser.post(f"{path}/{action}", headers=headers)

    assert 403 == answer.status_code
    assert [] == site.world.chargers.stops


async def test_the_link_of_the_mail_brings_the_right_to_stop(site: Site):
    """The signed link sets the cookie and leads to the address without the secret."""
    path = await site.pays_and_plugs_in()
    _, _, control = site.browser.cookies["directpay"].partition(".")
    async with site.stranger() as other:
        entry = await other.get(f"{path}?k={control}")
        answer = await other.post(f"{path}/stop", headers=SAME_ORIGIN)
    await site.world.worker.run_due()

    assert (303, path) == (entry.status_code, entry.headers["location"])
    assert 303 == answer.status_code
    assert 1 == len(site.world.chargers.stops)


async def test_a_false_link_brings_nothing(site: Site):
    """A guessed secret sets no cookie."""
    path = await site.pays_and_plugs_in()
    async with site.stranger() as other:
        entry = await other.get(f"{path}?k={'x' * 27}")

    assert "set-cookie" not in entry.headers


async def test_unknown_session(site: Site):
    """A guessed address gets a page that says what to do."""
    page = await site.get("/s/guessed-address")

    assert 404 == page.status_code
    assert "We do not know this session" in page.text


async def test_mail_address_is_asked_and_shown_to_the_payer_only(site: Site):
    """The payer sees where the receipt goes, and who only watches does not."""
    path = await site.pays_and_plugs_in()
    answer = await site.post(f"{path}/receipt", {"email": "anna@example.com"})
    own = await site.get(path)
    async with site.stranger() as other:
        theirs = await other.get(path)

    assert (303, f"{path}#mail") == (answer.status_code, answer.headers["location"])
    assert "anna@example.com" in own.text
    assert "anna@example.com" not in theirs.text


@pytest.mark.parametrize("address", ["", "anna", "a@b.nl, c@d.nl", "x" * 300])
async def test_a_broken_mail_address_is_kept_and_explained(site: Site, address: str):
    """The form comes back with what was typed and what is wrong."""
    path = await site.pays_and_plugs_in()
    answer = await site.post(f"{path}/receipt", {"email": address})

    assert 422 == answer.status_code
    assert 'aria-invalid="true"' in answer.text
    assert "Write one e-mail address" in answer.text


async def test_receipt_as_pdf(site: Site):
    """The payer can save the receipt."""
    path = await _charged(site)
    answer = await site.get(f"{path}/receipt.pdf")

    assert "application/pdf" == answer.headers["content-type"]
    assert answer.content.startswith(b"%PDF")
    assert ".pdf" in answer.headers["content-disposition"]


async def test_no_receipt_yet(site: Site):
    """Before the end there is no receipt, and the page says so."""
    path = await site.pays_and_plugs_in()
    answer = await site.get(f"{path}/receipt.pdf")

    assert 404 == answer.status_code
    assert "No receipt yet" in answer.text


async def test_no_signed_meter_values(site: Site):
    """A meter that signs nothing has no file, and the page offers none."""
    path = await _charged(site)
    page = await site.get(path)
    answer = await site.get(f"{path}/meter.xml")

    assert "meter.xml" not in page.text
    assert 404 == answer.status_code
    assert "No signed meter values" in answer.text


async def test_an_invoice_for_the_company_once(site: Site):
    """The receipt becomes an invoice; a second time is refused in words."""
    path = await _charged(site)
    before = await site.get(path)
    first = await site.post(f"{path}/invoice", BUYER)
    second = await site.post(f"{path}/invoice", BUYER)
    after = await site.get(path)

    assert "I need an invoice for my company" in before.text
    assert 303 == first.status_code
    assert 409 == second.status_code
    assert "I need an invoice for my company" not in after.text


async def test_a_company_of_another_country_has_its_invoice_with_the_vat_of_the_place(site: Site):
    """Electricity is taxed where the car is charged, and the form says so (decision 16)."""
    path = await _charged(site)
    before = await site.get(path)
    abroad = {**BUYER, "country": "DE", "vat_number": "DE136695976"}
    made = await site.post(f"{path}/invoice", abroad)
    site.world.journeys.append(Begun(path.removeprefix("/s/"), "", None))
    invoice = await site.world.receipt()

    assert "It has the VAT of the country where the car was charged" in before.text
    assert (303, "DE136695976") == (made.status_code, invoice.document.buyer.vat_number)
    # 6.17 EUR incl. 21 %: 5.10 EUR and 1.07 EUR.
    assert [107] == [tax.vat.minor for tax in invoice.document.taxes]


async def test_a_company_that_owes_the_vat_is_told_why_there_is_no_invoice(site: Site):
    """A seller of Germany, a car that was charged in the Netherlands, a company from there."""
    german = replace(operator_of_the_world(), address=Address("Kai 1", "10115", "Berlin", "DE"))
    async with site.world.database.work(OPERATOR) as work:
        await save_operator(work, german)
    path = await _charged(site)
    answer = await site.post(f"{path}/invoice", {**BUYER, "vat_number": "NL123456782B90"})

    assert 409 == answer.status_code
    assert "Your company owes the VAT itself in this country (reverse charge)" in answer.text


async def test_an_incomplete_buyer_is_kept_and_explained(site: Site):
    """The form comes back open, with what was typed."""
    path = await _charged(site)
    answer = await site.post(f"{path}/invoice", {**BUYER, "street": ""})

    assert 422 == answer.status_code
    assert 'value="Laadpas B.V."' in answer.text
    assert "Please check: Street and number." in answer.text


async def test_cancelling_before_paying(site: Site):
    """Who cancels before having paid pays nothing, and can try again."""
    path = await site.pays()
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    page = await site.get(path)

    assert "Cancelled before the start" in page.text
    assert f'href="/c/{CODE}"' in page.text


async def _charged(site: Site) -> str:
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=30, kwh="12.340")
    await site.post(f"{path}/stop")
    await site.world.worker.run_due()
    await site.world.stops()
    return path
