"""The mailbox's pages: what a person sees of the mails of the demo."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from litestar.testing import AsyncTestClient

from app.gateways.smtp.mime import mime_message
from app.infra.mail import Attachment, Mail
from app.sandbox.mailbox.app import create_mailbox
from app.sandbox.mailbox.letters import Letters
from app.sandbox.mailbox.smtp import MailServer, Mood
from tests.fakes.clock import FakeClock

MAIL = Mail(
    message_id="<1@voltstad.example>",
    sender="receipts@voltstad.example",
    sender_name="Voltstad",
    reply_to="help@voltstad.example",
    recipient="jan@example.com",
    subject="Your <b>receipt</b>",
    text="Plain words",
    html="<p>Fine words</p>",
    language="en",
    attachments=(Attachment("receipt-1.pdf", "application/pdf", b"%PDF"),),
)


@pytest.fixture
def server(tmp_path: Path) -> MailServer:
    """A mail server with one mail."""
    letters = Letters(tmp_path)
    letters.add(bytes(mime_message(MAIL, at=FakeClock().now())))
    return MailServer(letters)


@pytest.fixture
async def browser(server: MailServer) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the mailbox."""
    async with AsyncTestClient(create_mailbox(server)) as client:
        yield client


async def test_list_leads_to_the_mail(browser: httpx.AsyncClient):
    """The list names subject and recipient, without trusting them."""
    page = (await browser.get("/")).text

    assert 'href="/mails/1"' in page
    assert "Your &lt;b&gt;receipt&lt;/b&gt;" in page
    assert "jan@example.com" in page


async def test_mail_shows_text_html_and_files(browser: httpx.AsyncClient):
    """Text in the page, HTML in a frame that can do nothing, files to take away."""
    page = (await browser.get("/mails/1")).text
    html = await browser.get("/mails/1/html")
    file = await browser.get("/mails/1/files/0")

    assert "Plain words" in page
    assert '<iframe sandbox title="The mail as HTML" src="/mails/1/html">' in page
    assert "<p>Fine words</p>" in html.text
    assert html.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert b"%PDF" == file.content
    assert 'attachment; filename="receipt-1.pdf"' == file.headers["content-disposition"]


@pytest.mark.parametrize("path", ["/mails/2", "/mails/2/html", "/mails/1/files/1", "/mails/0/raw"])
async def test_what_is_not_there_is_not_found(browser: httpx.AsyncClient, path: str):
    """No such mail, no such file."""
    assert 404 == (await browser.get(path)).status_code


async def test_mood_is_set_in_the_browser(browser: httpx.AsyncClient, server: MailServer):
    """The demo can put the mail server out of order and back."""
    await browser.post("/mood", data={"mood": "refuse"})
    assert Mood.REFUSE is server.mood

    await browser.post("/mood", data={"mood": "good"})
    assert Mood.GOOD is server.mood
    assert 400 == (await browser.post("/mood", data={"mood": "cheerful"})).status_code


async def test_mails_are_kept_over_a_restart(server: MailServer, tmp_path: Path):
    """Another process finds the mails of the first, and counts on."""
    letters = Letters(tmp_path)

    assert server.letters.all() == letters.all()
    assert 2 == letters.add(b"Subject: second\r\n\r\n").number


async def test_mails_are_thrown_away(browser: httpx.AsyncClient, server: MailServer):
    """The demo can begin anew."""
    await browser.post("/clear")

    assert [] == server.letters.all()


async def test_pictures_of_a_mail_are_shown(server: MailServer, browser: httpx.AsyncClient):
    """A logo that travels with a mail is in its frame, and is no file."""
    with_logo = replace(MAIL, logo=b"pixels", html='<img src="cid:logo">', attachments=())
    server.letters.add(bytes(mime_message(with_logo, at=FakeClock().now())))

    html = await browser.get("/mails/2/html")
    file = await browser.get("/mails/2/files/0")

    assert '<img src="data:image/png;base64,cGl4ZWxz">' in html.text
    assert 404 == file.status_code
