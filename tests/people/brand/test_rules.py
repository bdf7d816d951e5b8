"""What a brand may be."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.identity.brand.colour import AA, LIGHT_SURFACE, contrast, palette, parse
from app.people.identity.brand.model import (
    AndroidApp,
    Apps,
    Brand,
    Details,
    IosApp,
    Slot,
)
from app.people.identity.brand.rules import brand_complaints
from app.people.identity.model import complaints
from tests.scenarios.world import operator_of_the_world

FINGERPRINT = ":".join(["AB"] * 32)
DETAILS = Details(
    accent="#0a5bd3",
    texts={Slot.SCAN_NOTE: {"en": "Parking is free.", "nl": "Parkeren is gratis."}},
    mail_sender="receipts@lampje.example",
    apps=Apps(
        IosApp("ABCDE12345.nl.lampje.app", "1234567890"), AndroidApp("nl.lampje", (FINGERPRINT,))
    ),
)
BRAND = Brand("Lampje", "#0a7d4f", details=DETAILS)


def told(brand: Brand) -> list[str]:
    """Return the fields that are wrong."""
    return [each.path for each in brand_complaints(brand)]


def test_a_full_brand_is_fine():
    """Colours, texts, sender, apps."""
    assert [] == told(BRAND)


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("brand.accent", {"accent": "red;}body{display:none"}),
        ("brand.accent", {"accent": "url(javascript:alert(1))"}),
        ("brand.accent", {"accent": "#0a5bd3;"}),
        ("brand.texts.scan_note.en", {"texts": {Slot.SCAN_NOTE: {"en": " "}}}),
        ("brand.texts.scan_note.en", {"texts": {Slot.SCAN_NOTE: {"en": "x" * 281}}}),
        ("brand.texts.welcome.xx", {"texts": {Slot.WELCOME: {"xx": "hello"}}}),
        ("brand.texts.welcome.en", {"texts": {Slot.WELCOME: {"en": "a\r\nBcc: all@x.example"}}}),
        ("brand.texts.welcome.en", {"texts": {Slot.WELCOME: {"en": "pay \u202eerom"}}}),
        ("brand.texts.welcome.en", {"texts": {Slot.WELCOME: {"en": "a\u200bb"}}}),
        ("brand.mail_sender", {"mail_sender": "a@b.example, c@d.example"}),
        ("brand.mail_sender", {"mail_sender": "Lampje <a@b.example>"}),
        ("brand.mail_sender", {"mail_sender": "a@b.example\nBcc: c@d.example"}),
        ("brand.apps.ios.app_id", {"apps": Apps(IosApp("lampje"))}),
        ("brand.apps.ios.store_id", {"apps": Apps(IosApp("ABCDE12345.nl.lampje", "1 onload="))}),
        (
            "brand.apps.android.package",
            {"apps": Apps(android=AndroidApp('x"><script>', (FINGERPRINT,)))},
        ),
        ("brand.apps.android.fingerprints", {"apps": Apps(android=AndroidApp("nl.lampje", ()))}),
        (
            "brand.apps.android.fingerprints",
            {"apps": Apps(android=AndroidApp("nl.lampje", ("AB:CD",)))},
        ),
    ],
)
def test_what_would_be_more_than_a_brand_is_refused(path: str, changes: dict[str, object]):
    """Styles, scripts, mail headers, hidden signs; the field is named."""
    assert [path] == told(replace(BRAND, details=replace(DETAILS, **changes)))


@pytest.mark.parametrize(
    "name", ["", "x" * 61, "Lamp\nje", "Lamp\x00je", "\u202eejpmaL", "Lam\u061cpje", "Lamp\xadje"]
)
def test_a_name_is_plain(name: str):
    """It stands in headers of mails and in titles."""
    assert ["brand.name"] == told(replace(BRAND, name=name))


def test_words_are_in_the_first_language_that_has_them():
    """The reader's, else the operator's first one, else there are none."""
    assert "Parkeren is gratis." == DETAILS.text(Slot.SCAN_NOTE, "nl", "en")
    assert "Parking is free." == DETAILS.text(Slot.SCAN_NOTE, "fr", "en")
    assert "" == DETAILS.text(Slot.WELCOME, "nl", "en")


def test_stores_are_found_by_number_and_package():
    """Addresses are made of what was checked: nobody gives a whole one."""
    assert "https://apps.apple.com/app/id1234567890" == DETAILS.apps.app_store
    assert "https://play.google.com/store/apps/details?id=nl.lampje" == DETAILS.apps.play_store
    assert (None, None) == (Apps().app_store, Apps().play_store)


@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_any_two_colours_can_be_read(brand: tuple[int, int, int], accent: tuple[int, int, int]):
    """Text on the band and on buttons, and links, reach 4.5:1 (WCAG 1.4.3)."""
    colours = palette("#" + bytes(brand).hex(), "#" + bytes(accent).hex())

    assert contrast(parse(colours.on_brand), parse(colours.brand)) >= AA
    assert contrast(parse(colours.on_accent), parse(colours.accent)) >= AA
    assert contrast(parse(colours.link_light), LIGHT_SURFACE) >= AA


def test_a_corrected_colour_is_told():
    """Yellow cannot be read on white: the colour that is used instead is named."""
    shown = palette("#0a7d4f", "#ffdd00")

    told = f"links on light pages, and the edges of buttons, are {shown.link_light}"
    assert (f"{told} instead of #ffdd00",) == shown.corrections


def test_a_brand_can_be_a_key():
    """What is drawn of a brand is remembered by it; equal brands are one."""
    same = replace(BRAND, details=replace(DETAILS))

    assert {BRAND: 1} == {same: 1}


@pytest.mark.parametrize("text", [" ", "x" * 141, "Lampje\x00", "Lampje\nB.V.", "\u202eejpmaL"])
def test_what_stands_in_one_line_is_plain(text: str):
    """The company's name, its number and its address stand on receipts and in mails."""
    world = operator_of_the_world()
    address = replace(world.address, street=text, postal_code=text, city=text)
    wrong = complaints(replace(world, legal_name=text, vat_number=text, address=address))

    lines = ["legal_name", "vat_number", "address.street", "address.postal_code", "address.city"]
    assert lines == [each.path for each in wrong]


@pytest.mark.parametrize(
    "mail",
    ["help@lampje", "he\x00lp@lampje.example", "a@b.example, c@d.example", "\u202ehelp@x.example"],
)
def test_help_is_at_one_address(mail: str):
    """It becomes a link and a header."""
    world = operator_of_the_world()
    wrong = complaints(replace(world, support=replace(world.support, email=mail)))

    assert ["support.email"] == [each.path for each in wrong]
