"""A driver's phone: a browser that hears every complaint and takes pictures."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

SCREEN = {"width": 390, "height": 844}
LISTEN = """
addEventListener("securitypolicyviolation", (e) =>
  console.error(`CSP: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""
# Notes when the energy on the page changes, once the picture of it is drawn.
STOPWATCH = """() => {
  window.followed = true;
  window.drawn = [];
  let last = "";
  const look = () => {
    const text = document.querySelector("#numbers dd")?.textContent ?? "";
    if (text === last) return;
    last = text;
    requestAnimationFrame(() => requestAnimationFrame(
      () => window.drawn.push([performance.timeOrigin + performance.now(), text])));
  };
  new MutationObserver(look).observe(document.body,
    { subtree: true, childList: true, characterData: true });
}"""


@dataclass
class Phone:
    """One browser context with one page; *complaints* is what the browser said of errors."""

    context: BrowserContext
    page: Page
    album: Path
    complaints: list[str] = field(default_factory=list)
    pictures: int = 0

    @property
    def token(self) -> str:
        """Return the token of the session page that is open."""
        found = re.search(r"/s/([^/?#]+)", self.page.url)
        assert found is not None, self.page.url
        return found[1]

    def picture(self, name: str, page: Page | None = None) -> None:
        """Keep a picture of the whole page."""
        self.pictures += 1
        path = self.album / f"{self.pictures}-{name}.png"
        (page or self.page).screenshot(path=path, full_page=True, animations="disabled")

    def pays(self, method: str) -> None:
        """Press the button of a payment method, and be on the provider's page."""
        self.page.locator(f'button[name="method"][value="{method}"]').first.click()
        expect(self.page.get_by_role("button", name="Approve", exact=True)).to_be_visible()

    def stops(self) -> None:
        """Open the question, and confirm it."""
        self.page.locator("#stop summary").click()
        self.page.locator("#stop button").click()

    def asks_for_mail(self, address: str) -> None:
        """Leave an address for the receipt."""
        self.page.locator("#email").fill(address)
        self.page.locator("#mail button").click()
        expect(self.page.locator("#mail")).to_contain_text(address)

    def text(self, selector: str) -> str:
        """Return what a part of the page says, with plain single spaces."""
        return plain(self.page.locator(selector).inner_text())


def take_phone(browser: Browser, album: Path, *, locale: str, scripted: bool = True) -> Phone:
    """Open a browser of its own that reads *locale*, with or without scripts."""
    album.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {"viewport": SCREEN, "locale": locale, "has_touch": True}
    context = browser.new_context(**settings, java_script_enabled=scripted)
    phone = Phone(context, context.new_page(), album)
    if scripted:
        context.add_init_script(LISTEN)
    context.on("console", lambda message: _note(phone, message.type, message.text))
    context.on("weberror", lambda problem: phone.complaints.append(str(problem.error)))
    return phone


def plain(text: str) -> str:
    """Return *text* with every run of white space, of whatever width, as one space."""
    return re.sub(r"\s+", " ", text).strip()


def _note(phone: Phone, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        phone.complaints.append(f"{kind}: {text}")
