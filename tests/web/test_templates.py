"""Rules for templates that no linter knows: nothing of others becomes markup."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.people.identity.model import Links, complaints
from tests.scenarios.world import operator_of_the_world

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted((ROOT / "templates" / "web").rglob("*.html"))
# Each marks texts of our own alone, and says so beside it.
MARKUP = {"app/web/drawing/look.py", "app/web/drawing/assets.py"}
FORBIDDEN = {
    "a filter that lets markup through": r"\|\s*safe\b",
    "escaping switched off": r"autoescape",
    "a handler in an attribute": r"\son[a-z]+\s*=",
    "a style in an attribute": r"\sstyle\s*=",
    "an address that is a script": r"javascript:",
    "a form that another site takes": r"action=\"https?:",
    "something of another site": r"(?:src|srcset)=\"(?:https?:)?//",
}


def test_templates_let_nothing_through():
    """Page by page: what each rule forbids is in none of them."""
    found = [
        f"{page.name}: {what}"
        for page in PAGES
        for what, pattern in FORBIDDEN.items()
        if re.search(pattern, page.read_text(), re.IGNORECASE)
    ]

    assert len(PAGES) > 5
    assert [] == found


def test_no_printed_text_is_code():
    """What is printed comes as data; nothing makes code, or a file's name, of it."""
    printed = [*(ROOT / "templates" / "print").glob("*.typ"), *(ROOT / "qr").rglob("*.typ")]
    found = [
        path.name
        for path in printed
        if re.search(r"\b(?:eval|read|include|plugin)\b *[(\"]", path.read_text())
    ]

    assert len(printed) > 3
    assert [] == found


def test_markup_is_made_in_few_places():
    """Text becomes markup without being escaped only where it is our own."""
    made = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*.py")
        if re.search(r"\bMarkup\(", path.read_text())
    }

    assert MARKUP == made


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_links_of_operators_are_pages(address: str):
    """An address that an operator gives is https or http, so that none is a script."""
    links = Links(address, address, address)
    told = complaints(replace(operator_of_the_world(), links=links, public_url=address))

    assert ["links.terms", "links.privacy", "links.imprint", "public_url"] == [
        each.path for each in told
    ]
