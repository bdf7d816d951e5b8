"""Adding to what is held, by the page's form and by the API."""

import msgspec
import pytest

from app.directpay.prices.views import MoneyView
from app.directpay.views import MoreView
from app.infra.i18n import speaking
from app.web.drawing.session_forms import _agreement
from tests.browser.samples import JOURNEY
from tests.http.program import KEY, Program, bearer
from tests.http.site import Site, fields


async def test_the_form_leads_to_the_provider_and_back(site: Site):
    """One tap and the provider's page; back from there, the page counts with more."""
    path = await site.pays_and_plugs_in()
    offered = await site.get(path)
    answer = await site.post(f"{path}/add", {"key": fields(offered.text)["key"]})
    waits = await site.get(path)
    site.world.provider.approve(site.world.payment_ref)
    await site.get(f"{path}/back")
    await site.world.worker.run_due()
    after = await site.get(path)

    assert "€25.00 more is reserved. You agree to it on the next page." in offered.text
    assert 303 == answer.status_code
    assert answer.headers["location"].startswith("https://provider.test/pay/")
    assert "Finish the payment to add €25.00." in waits.text
    assert answer.headers["location"] in waits.text
    assert "Left of the reserved €85.00" in after.text


async def test_only_the_payer_adds(site: Site):
    """Who only looks sees no button, and can't send the form."""
    path = await site.pays_and_plugs_in()
    async with site.stranger() as stranger:
        seen = await stranger.get(path)
        answer = await stranger.post(f"{path}/add", headers={"Sec-Fetch-Site": "same-origin"})

    assert '/add"' not in seen.text
    assert 403 == answer.status_code


async def test_nothing_can_be_added_before_it_charges(site: Site):
    """The problem's page says that nothing is lost, and leads back."""
    path = await site.pays()
    answer = await site.post(f"{path}/add", {"key": "x"})

    assert 409 == answer.status_code
    assert "Nothing can be added now" in answer.text


@pytest.mark.parametrize("language", ["nl", "de", "fr"])
@pytest.mark.parametrize(
    "agreement",
    [
        ("creditcard", "hold", True),
        ("creditcard", "hold", False),
        ("ideal", "pay_first", True),
        ("wallet", "hold", False),
    ],
    ids=lambda agreement: "-".join(map(str, agreement)),
)
def test_what_is_agreed_to_is_said_in_every_language(
    language: str, agreement: tuple[str, str, bool]
):
    """No sentence of an agreement about money is left in English."""
    method, strategy, by_page = agreement
    view = msgspec.structs.replace(JOURNEY, method=method, strategy=strategy)
    more = MoreView(MoneyView(2500, "EUR"), "key", by_page=by_page)
    with speaking("en"):
        english = _agreement(view, more)
    with speaking(language):
        said = _agreement(view, more)

    assert english != said
    assert "%(amount)s" in said


async def test_a_program_adds_once_for_each_key(program: Program):
    """The answer is the session with the page to agree on; the same key changes nothing."""
    begun = await program.begins_and_plugs_in()
    path = f"/sessions/{begun['token']}/hold"
    first = await program.post(path, Idempotency_Key=KEY, **bearer(begun))
    again = await program.post(path, Idempotency_Key=KEY, **bearer(begun))

    assert [200, 200] == [first.status_code, again.status_code]
    more = first.json()["more"]
    assert (True, 2500) == (more["waiting"], more["amount"]["minor"])
    assert more["checkout_url"] == again.json()["more"]["checkout_url"]
    assert 2 == len(program.world.provider.snapshots)


async def test_a_program_is_told_when_nothing_can_be_added(program: Program):
    """Before the car charges there is nothing to add to; and only the payer may."""
    begun = await program.begins()
    path = f"/sessions/{begun['token']}/hold"
    refused = await program.post(path, Idempotency_Key=KEY, **bearer(begun))
    unnamed = await program.post(path, Idempotency_Key=KEY)

    assert (409, "hold_cannot_grow") == (refused.status_code, refused.json()["code"])
    assert 401 == unnamed.status_code
