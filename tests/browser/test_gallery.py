"""Every page in every state: accessible, within its policy, and never wider than the screen."""

import os
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from jinja2 import Template
from playwright.sync_api import Browser, ConsoleMessage, Page

from app.web.drawing import templates
from app.web.drawing.templates import template
from tests.browser.axe import violations
from tests.browser.gallery import EVERY_LANGUAGE, NAMES, picture

SCREENS = [(scheme, width) for width in (320, 390, 1280) for scheme in ("light", "dark")]
NARROW = [screen for screen in SCREENS if screen[1] == SCREENS[0][1]]
# Each page is seen on every screen: two of them in each of four languages, and in the others the
# narrow one, where long words hurt; with GALLERY=full every language on all of them.
FULL = os.environ.get("GALLERY") == "full"
WIDELY_SEEN = ("en", "nl", "de", "fr")
# Together they show each page on every screen, once: their pictures are kept for people to look at.
PICTURED = ("en", "nl", "de")
# What a finger is to hit: controls, and links that stand alone. 44 px is a fingertip (WCAG 2.5.5).
SMALL = """() => [...document.querySelectorAll(
  "button, .button, summary, select, input:not([type=hidden], [type=checkbox]), nav a, .menu a, .up"
)].filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
  .map((each) => `small: ${each.outerHTML.slice(0, 120)}`)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab whose complaints are collected in `page.complaints`."""
    context = browser.new_context(locale="en-GB")
    tab = context.new_page()
    tab.complaints = []  # type: ignore[attr-defined]  # read by the tests

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "/events" not in message.location["url"]:
            tab.complaints.append(message.text)  # type: ignore[attr-defined]

    tab.on("console", listen)
    yield tab
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_page_is_for_everyone(page: Page, gallery_url: str, screenshots: Path, name: str):
    """WCAG 2.2 AA by axe, and large enough, in every language, light and dark; no CSP report."""
    screens, narrow = cycle(SCREENS), cycle(NARROW)
    found: list[str] = []
    for language in EVERY_LANGUAGE:
        page.goto(f"{gallery_url}/gallery/{language}/{name}")
        some = [next(screens), next(screens)] if language in WIDELY_SEEN else [next(narrow)]
        for scheme, width in SCREENS if FULL else some:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
            where = f"{language} {scheme} {width}"
            found += [f"{where}: {violation}" for violation in violations(page)]
            found += [f"{where}: {small}" for small in page.evaluate(SMALL)]
            if page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
                found.append(f"{where}: wider than the screen")
            if language in PICTURED:
                path = screenshots / f"{name}-{language}-{scheme}-{width}.png"
                page.screenshot(path=path, full_page=True)

    assert [] == found
    assert [] == page.complaints  # type: ignore[attr-defined]  # of the fixture


def test_no_page_is_left_out(monkeypatch: pytest.MonkeyPatch):
    """Every page that drivers may see is in the gallery, and so it is looked at here."""
    drawn: set[str] = set()

    def noted(name: str) -> Template:
        drawn.add(name)
        return template(name)

    monkeypatch.setattr(templates, "template", noted)
    for name in NAMES:
        picture(name, "en")

    pages = {path.name for path in templates.FOLDER.glob("*.html")}
    assert pages - {"page.html", "frame.html"} == drawn


def test_no_offer_leaves_no_empty_card(page: Page, gallery_url: str):
    """A browser without notices, such as that of an iPhone, shows nothing in the offer's place."""
    page.add_init_script("delete window.PushManager")
    page.goto(f"{gallery_url}/gallery/en/session-charging")

    empty = "[...document.querySelectorAll('.card')].filter(each => !each.innerText.trim()).length"
    assert 0 == page.evaluate(f"() => {empty}")


def test_everything_is_reached_by_keyboard(page: Page, gallery_url: str):
    """Tab passes the skip link, the languages, every payment button and the help."""
    page.goto(f"{gallery_url}/gallery/en/scan-free")
    seen = []
    for _ in range(34):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        if "Language EN" == seen[-1]:
            page.keyboard.press("Enter")

    assert "Skip to the content" == seen[0]
    for text in ("Language EN", "Čeština", "+31 20 123 45 67"):
        assert text in seen
    for text in ("Pay and start with Apple Pay", "Pay and start with iDEAL"):
        assert text in seen


def test_stop_asks_first_without_a_script(browser: Browser, gallery_url: str):
    """The question is opened by the browser itself; only the second button sends the form."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{gallery_url}/gallery/en/session-charging")
    button = page.get_by_role("button", name="Yes, stop charging")
    before = button.is_visible()
    page.get_by_text("Stop charging", exact=True).click()
    after = button.is_visible()
    context.close()

    assert (False, True) == (before, after)
