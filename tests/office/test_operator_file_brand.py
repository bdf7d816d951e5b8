"""The brand in an operator file."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.office.import_operator import OperatorFile, OperatorFileInvalid
from app.office.import_operator.entries import brand as entries
from app.office.import_operator.run import check
from app.office.import_operator.source import read_yaml
from app.people.identity.brand.model import Brand, Header, IosApp, LogoPlace, Slot
from tests.office.test_operator_file_reference import PAGE, fields_of
from tests.people.brand.drawn import picture, size_of

DEMO = Path(__file__).parents[2] / "app/sandbox/demo/operator.yaml"
OF_THE_DEMO = '  brand:\n    name: Voltstraat\n    colour: "#0b6e4f"\n    logo: logo.svg\n'


def brand(text: str, folder: Path = DEMO.parent) -> Brand:
    """Return the brand of the demo operator's file with this one in it."""
    demo = DEMO.read_text(encoding="utf-8")
    assert OF_THE_DEMO in demo
    changed = demo.replace(OF_THE_DEMO, text)
    return check(OperatorFile("operator.yaml", changed, folder), read_yaml(changed))[
        0
    ].operator.brand


def test_the_example_of_the_page_is_taken_over(tmp_path: Path):
    """Every field, and the logo as a PNG."""
    (tmp_path / "logo.png").write_bytes(picture((960, 288)))
    example = next(
        each for each in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
        if each.startswith("brand:")
    )  # fmt: skip

    found = brand("".join(f"  {line}\n" for line in example.splitlines()), tmp_path)

    details = found.details
    assert ("Voltstraat", "#0b6e4f", "#0a5bd3") == (found.name, found.colour, details.accent)
    assert found.logo is not None
    assert (480, 144) == size_of(found.logo)
    assert "dag en nacht" == details.text(Slot.SUPPORT_HOURS, "nl")
    assert (LogoPlace.RIGHT, Header.LINE) == (details.receipt.logo, details.receipt.header)
    assert IosApp("ABCDE12345.example.voltstraat.charge", "1234567890") == details.apps.ios
    assert details.apps.android is not None
    assert "example.voltstraat.charge" == details.apps.android.package


def test_a_drawing_becomes_pixels():
    """The demo's logo is an SVG, and square."""
    found = brand(OF_THE_DEMO)

    assert "image/png" == found.logo_type
    assert found.logo is not None
    assert (144, 144) == size_of(found.logo)


def test_a_brand_without_more_is_plain():
    """Nothing but name and colour is asked for."""
    found = brand('  brand: {name: Voltstraat, colour: "#0b6e4f"}\n')

    assert replace(found, details=Brand("", "").details) == Brand("Voltstraat", "#0b6e4f")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("logo: logo.png", "brand.logo: 'logo.png': the file is no PNG, JPEG or WebP"),
        ("logo: logo.svg", "brand.logo: 'logo.svg': "),
        ("accent: blue", "brand.accent: expected '#rrggbb', got 'blue'"),
        ("texts: {slogan: {en: Go}}", "brand.texts.slogan: expected one of welcome, scan_note"),
        ("texts: {welcome: {en: ''}}", "brand.texts.welcome.en: may not be empty"),
        ("receipt: {header: huge}", "huge"),
        ("mail_sender: nobody", "brand.mail_sender: expected one plain e-mail address"),
        ("apps: {ios: {app_id: x}}", "brand.apps.ios.app_id: expected team and bundle"),
    ],
)
def test_what_is_wrong_is_told(line: str, told: str, tmp_path: Path):
    """With its place in the file."""
    for name in ("logo.png", "logo.svg"):
        (tmp_path / name).write_text("<html></html>")

    with pytest.raises(OperatorFileInvalid) as wrong:
        brand(f'  brand:\n    name: V\n    colour: "#0b6e4f"\n    {line}\n', tmp_path)

    assert told in wrong.value.detail


def test_every_field_is_explained():
    """No field of a brand is missing on the page."""
    assert set() == fields_of(entries) - set(re.findall(r"`([a-z0-9_]+)`", PAGE.read_text()))
