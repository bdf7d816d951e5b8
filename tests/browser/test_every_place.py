"""A text that would like to be a script, at every place of every template, in a real browser."""

from collections.abc import Iterator

import pytest
from jinja2 import Environment
from playwright.sync_api import Browser, Page

from app.billing.receipts.texts.letter import TEMPLATES, Enclosed, mail_templates
from app.billing.receipts.texts.letter import write_letter as write_receipt
from app.billing.receipts.texts.words import Row
from app.web.drawing import templates
from tests.billing.drafts import receipt
from tests.browser.gallery import NAMES

# Many pages, one after the other, on a machine that may have more to do.
pytestmark = pytest.mark.timeout(600)
# What opens an attribute without quotes, ends one with them, an element, a style, a script, and
# what then runs. A mail is opened without any policy: nothing but its own signs holds it there.
PAYLOAD = (
    " onfocus=grown() autofocus x=\"' onload=grown() ></title></style></script></textarea></svg>-->"
    "<x-grown></x-grown><img src=x onerror=alert(1)><script>alert(1)</script>{{ 7*7 }}"
)
GROWN = """() => document.querySelectorAll(
  "x-grown, [onfocus], [onload], [onerror], img[src=x]").length"""
OTHERS = ("code.html", "session.html")
WORDS = {
    "language": "en", "title": "Title", "greeting": "Hello", "brand": "Brand", "colour": "#0b6b4f",
    "logo": True, "code": "123456", "notes": ("One",), "support": "Call", "seller": ("Seller",),
    "action": "Look", "link": "https://a.example/s/1", "rows": (Row("Place", "Kade 1"),),
}  # fmt: skip


def spoilt(value: object) -> object:
    """Return what an expression of a template gives, with the payload behind it."""
    return value if hasattr(value, "__html__") or value is None else f"{value}{PAYLOAD}"


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the payload behind all that templates do not know to be markup of ours."""
    environments: tuple[Environment, ...] = (templates._environment(), mail_templates())
    for each in environments:
        monkeypatch.setattr(each, "finalize", spoilt)
        _forget(each)
    yield
    monkeypatch.undo()
    for each in environments:
        _forget(each)


def _forget(environment: Environment) -> None:
    """Let templates be compiled anew: how values are written is part of them."""
    assert environment.cache is not None
    environment.cache.clear()
    templates.template.cache_clear()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that notes dialogs, and what its policy stops."""
    context = browser.new_context()
    tab = context.new_page()
    tab.heard = []  # type: ignore[attr-defined]  # read by the tests
    tab.on("dialog", lambda dialog: (tab.heard.append("dialog"), dialog.dismiss()))
    tab.on("console", lambda said: "Content Security" in said.text and tab.heard.append(said.text))
    yield tab
    context.close()


@pytest.mark.usefixtures("spoil")
def test_no_place_of_a_page_lets_a_text_out(page: Page, gallery_url: str):
    """Every page for drivers: whatever a value says, wherever it stands, it stays a value."""
    found = []
    for name in NAMES:
        page.goto(f"{gallery_url}/gallery/en/{name}", wait_until="domcontentloaded")
        assert PAYLOAD in page.title() + page.locator("body").inner_text(), name
        grown = page.evaluate(GROWN)
        if grown or page.heard:  # type: ignore[attr-defined]  # of the fixture
            found.append((name, grown, list(page.heard)))  # type: ignore[attr-defined]
        page.heard.clear()  # type: ignore[attr-defined]

    assert [] == found


@pytest.mark.usefixtures("spoil")
def test_no_place_of_a_mail_lets_a_text_out(page: Page):
    """The mails with a receipt, a code, and a link to a session."""
    enclosed = Enclosed(b"%PDF", "https://a.example/s/1")
    letter = write_receipt(receipt("en"), enclosed, to="a@b.example", sender="c@d.example")
    mails = [mail_templates().get_template(name).render(WORDS) for name in OTHERS]
    found = []
    for html in (letter.html, *mails):
        page.set_content(html)
        assert PAYLOAD in page.locator("body").inner_text()
        found.append((page.evaluate(GROWN), list(page.heard)))  # type: ignore[attr-defined]

    assert [(0, [])] * 3 == found


def test_every_mail_is_tried():
    """A new template for mails is tried above, too."""
    framed = {"layout.html", "parts.html"}

    assert {"receipt.html", *OTHERS} == {path.name for path in TEMPLATES.glob("*.html")} - framed


def test_the_payload_works(page: Page):
    """The tests above see something: as markup, it runs."""
    with page.expect_event("dialog"):
        page.set_content(f"<p>{PAYLOAD}</p>")

    assert page.evaluate(GROWN) > 0
