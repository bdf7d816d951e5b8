"""A driver signs in and out on the page, without any script."""

import re

import pytest

from app.infra.mail import NotSent
from tests.http.site import Site, fields
from tests.scenarios.world import CODE

ME = "/me/voltstraat"


async def mailed_code(site: Site) -> str:
    """The code in the mail that was sent last."""
    await site.world.worker.run_due()
    found = re.search(r"^\d{6}$", site.world.mailer.mails[-1].text, re.MULTILINE)
    assert found is not None
    return found[0]


async def sign_in(site: Site, address: str = "anna@example.com") -> None:
    """The driver asks for a code, reads the mail and types it."""
    await site.post(f"{ME}/code", {"email": address})
    await site.post(f"{ME}/sign-in", {"code": await mailed_code(site)})


async def test_the_way_in_and_out(site: Site):
    """Address, code, signed in; the way leads back to the charge point; and out again."""
    start = await site.get(f"{ME}?next=/c/{CODE}")
    assert 'name="email"' in start.text
    asked = await site.post(f"{ME}/code", {**fields(start.text), "email": "anna@example.com"})
    assert 303 == asked.status_code
    page = await site.get(asked.headers["location"])
    assert "anna@example.com" in page.text
    code = await mailed_code(site)
    entered = await site.post(f"{ME}/sign-in", {**fields(page.text), "code": code})

    assert f"/c/{CODE}" == entered.headers["location"]
    inside = await site.get(ME)
    assert "You are signed in" in inside.text
    assert "no-store" == inside.headers["cache-control"]

    left = await site.post(f"{ME}/sign-out")
    assert ME == left.headers["location"]
    assert 'name="email"' in (await site.get(ME)).text


async def test_the_cookies_are_guarded(site: Site):
    """No script reads them, no other site's form sends them, nothing without TLS carries them."""
    asked = await site.post(f"{ME}/code", {"email": "anna@example.com"})
    entered = await site.post(f"{ME}/sign-in", {"code": await mailed_code(site)})
    cookies = [*asked.headers.get_list("set-cookie"), *entered.headers.get_list("set-cookie")]

    assert 3 == len(cookies)
    waits, signed_in = "__Host-sign-in-voltstraat", "__Host-account-voltstraat"
    assert [signed_in, waits, waits] == sorted(each.partition("=")[0] for each in cookies)
    for cookie in cookies:
        assert "Path=/;" in f"{cookie};"
        assert "Domain" not in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" in cookie


async def test_the_mail_says_whose_code_it_is(site: Site):
    """The code stands in the subject, with the brand, in the language of the page."""
    await site.post(f"{ME}/code?lang=nl", {"email": "anna@example.com"})
    code = await mailed_code(site)
    mail = site.world.mailer.mails[-1]

    assert f"{code} is uw code voor Voltstraat" == mail.subject
    assert "nl" == mail.language
    assert "help@voltstraat.example" == mail.reply_to
    assert code in mail.html


async def test_a_wrong_code_is_told_beside_the_field(site: Site):
    """The page says so and lets the driver try again; a stranger's browser is told the same."""
    await site.post(f"{ME}/code", {"email": "anna@example.com"})
    code = await mailed_code(site)
    wrong = await site.post(f"{ME}/sign-in", {"code": f"{(int(code) + 1) % 10**6:06d}"})
    async with site.stranger() as stranger:
        other = await stranger.post(
            f"{ME}/sign-in", data={"code": code}, headers={"Sec-Fetch-Site": "same-origin"}
        )

    assert 422 == wrong.status_code == other.status_code
    assert "This code is wrong or no longer valid." in wrong.text
    assert 'name="code"' in wrong.text
    assert "This code is wrong or no longer valid." in other.text
    assert "anna@example.com" not in other.text


async def test_every_address_is_answered_alike(site: Site):
    """Nobody learns from the page whether an address has an account."""
    await sign_in(site)
    answers = []
    for address in ("anna@example.com", "nobody@example.com"):
        async with site.stranger() as stranger:
            headers = {"Sec-Fetch-Site": "same-origin"}
            form = {"email": address}
            asked = await stranger.post(f"{ME}/code", data=form, headers=headers)
            page = await stranger.get(asked.headers["location"])
        answers.append((asked.status_code, page.text.replace(address, "ADDRESS")))

    assert answers[0] == answers[1]


@pytest.mark.parametrize("typed", ["", "anna", "a@b.example, c@d.example"])
async def test_what_is_no_address_is_told(site: Site, typed: str):
    """The form comes back with what is wrong and what was typed; no mail goes."""
    answer = await site.post(f"{ME}/code", {"email": typed})
    await site.world.worker.run_due()

    assert 422 == answer.status_code
    assert "Please write one e-mail address" in answer.text
    assert [] == site.world.mailer.mails


async def test_an_address_gets_no_flood_of_codes(site: Site):
    """The sixth code within an hour is refused, and says nothing about the account."""
    for _ in range(5):
        await site.post(f"{ME}/code", {"email": "anna@example.com"})
    answer = await site.post(f"{ME}/code", {"email": "anna@example.com"})
    await site.world.worker.run_due()

    assert 429 == answer.status_code
    assert 5 == len(site.world.mailer.mails)


async def test_other_sites_cannot_send_the_forms(site: Site):
    """A form on another site neither asks for codes nor signs anybody in or out."""
    for path in ("code", "sign-in", "sign-out", "sign-out-everywhere"):
        answer = await site.post(f"{ME}/{path}", {}, Sec_Fetch_Site="cross-site")
        assert 403 == answer.status_code


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/s/", "/c/"])
async def test_signing_in_leads_nowhere_else(site: Site, elsewhere: str):
    """What a link says as the way back is only followed to pages of ours."""
    await site.post(f"{ME}/code", {"email": "anna@example.com", "next": elsewhere})
    code = await mailed_code(site)
    entered = await site.post(f"{ME}/sign-in", {"code": code, "next": elsewhere})

    assert ME == entered.headers["location"]


async def test_the_short_address_finds_the_operator(site: Site):
    """/me leads to the only operator; an unknown one has no page."""
    assert ME == (await site.get("/me")).headers["location"]
    assert 404 == (await site.get("/me/nobody")).status_code


async def test_a_secret_that_was_signed_out_is_taken_away(site: Site):
    """The cookie of a browser that was signed out elsewhere is cleared, and the page asks again."""
    await sign_in(site)
    site.world.worker.sql.execute("UPDATE driver_browser SET revoked_at = now() - interval '1 y'")
    answer = await site.get(ME)

    assert 'name="email"' in answer.text
    assert "account-voltstraat" in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_another_host_of_the_domain_signs_nobody_in(site: Site):
    """What it could set has a name that does not count here: only this host sets the other one."""
    await sign_in(site)
    secret = site.browser.cookies["__Host-account-voltstraat"]
    shown = []
    for name in ("account-voltstraat", "__Host-account-voltstraat"):
        async with site.stranger() as other:
            other.cookies.set(name, secret)
            shown.append("You are signed in" in (await other.get(ME)).text)

    assert [False, True] == shown


async def test_pages_speak_four_languages(site: Site):
    """The page is in the language that is asked for."""
    titles = {}
    for language in ("en", "nl", "de", "fr"):
        page = await site.get(f"{ME}?lang={language}")
        titles[language] = re.search(r"<h1>(.*?)</h1>", page.text)[1]

    assert {
        "en": "Your account",
        "nl": "Je account",
        "de": "Ihr Konto",
        "fr": "Votre compte",
    } == titles


async def test_a_mail_server_that_is_away_is_asked_again(site: Site):
    """The code goes out as soon as the server is back, as long as it is good."""
    site.world.mailer.outcome, sent = NotSent("try later"), site.world.mailer.outcome
    await site.post(f"{ME}/code", {"email": "anna@example.com"})
    await site.world.worker.run_due()
    site.world.mailer.outcome = sent
    site.world.clock.advance(seconds=10)
    await site.world.worker.run_due()

    assert 2 == len(site.world.mailer.mails)
    assert 1 == len({mail.message_id for mail in site.world.mailer.mails})
    assert [] == [each for each in site.world.worker.waiting() if each == "drivers.mail_code"]
