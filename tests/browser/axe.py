"""Asks axe-core for what is wrong with a page: WCAG 2.2 AA and its best practices."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_FILE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
_RUN = """async () => {
  // What is new in WCAG 2.2 is off unless it is asked for.
  const rules = { "target-size": { enabled: true } };
  const found = await axe.run(document, { resultTypes: ["violations"], rules });
  return found.violations.map(rule => `${rule.id}: ${rule.help}: `
    + rule.nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message}`).join(" | "));
}"""


@cache
def _source() -> str:
    return _FILE.read_text()


def violations(page: Page) -> list[str]:
    """Return axe's violations of *page* as it stands, one line each."""
    if not page.evaluate("() => typeof axe !== 'undefined'"):
        page.evaluate(_source())
    found: Any = page.evaluate(_RUN)
    return list(found)
