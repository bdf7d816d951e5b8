"""The page with the camera over HTTP: what was read leads on, or is refused with words."""

from app.web.drawing.assets import asset
from tests.http.site import BASE, Site
from tests.scenarios.world import CODE

PAGE = "/app/voltstraat/scan"


async def test_asks_for_a_code_and_offers_the_camera(site: Site):
    """The form works without a script; the camera's script and decoder are files of ours."""
    page = await site.get(PAGE)

    assert 200 == page.status_code
    for text in ("Use the camera", "Number below the code", asset("qr.js").path):
        assert text in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


async def test_a_code_of_ours_leads_to_its_page(site: Site):
    """As it is typed, as an address, and by the EVSE id that is printed."""
    texts = (CODE.lower(), f"{BASE.upper()}/C/{CODE}", "NL*VLT*E1*1")
    answers = [await site.browser.get(PAGE, params={"code": text}) for text in texts]

    assert [(303, f"/c/{CODE}")] * 3 == [
        (answer.status_code, answer.headers["location"]) for answer in answers
    ]


async def test_what_the_display_showed_is_not_lost(site: Site):
    """A dynamic code is good for a moment: it goes on with the address."""
    text = f"{BASE}/c/{CODE}?totp=AbC123"
    answer = await site.browser.get(PAGE, params={"code": text})

    assert f"/c/{CODE}?totp=AbC123" == answer.headers["location"]


async def test_a_foreign_code_is_refused_with_words(site: Site):
    """Nobody is led to another site; the page warns."""
    answer = await site.browser.get(PAGE, params={"code": "https://evil.test/c/7KQ2MX"})

    assert 422 == answer.status_code
    assert "This code is not ours" in answer.text
    assert "Do not pay where it leads" in answer.text
    assert "location" not in answer.headers


async def test_an_unknown_code_is_refused_with_words(site: Site):
    """A code that no charging point has stays in the field, to be corrected."""
    answer = await site.browser.get(PAGE, params={"code": '"><script>'})

    assert 404 == answer.status_code
    assert "We do not know this code" in answer.text
    assert "<script>" not in answer.text


async def test_an_operator_that_is_not_there(site: Site):
    """The address of no operator leads nowhere."""
    assert 404 == (await site.get("/app/nobody/scan")).status_code
