"""The reference page tells the truth: its code runs, and it names every note and policy."""

import dataclasses
import re
from datetime import date
from pathlib import Path

from app.pricing.tariffs.engine import Policy
from app.pricing.tariffs.findings import RULES
from app.pricing.tariffs.words.notes import NOTES
from app.pricing.vat import Supply, currency_of, rate
from app.pricing.vat.table import STANDARD_RATES
from app.pricing.vat.territories import TERRITORY_RATES

ROOT = Path(__file__).parent.parent.parent
VAT_PAGE = (ROOT / "docs" / "reference" / "vat.md").read_text()
PAGE = (ROOT / "docs" / "reference" / "pricing.md").read_text()
TARIFFS = ROOT / "app" / "pricing" / "tariffs"
NOTE = re.compile(r'(?:notes|remarks)\["(\w+)"\]|"(tax_rate_unknown|time_zone_assumed)"')


def test_the_code_on_the_page_runs():
    """Every code block, with its own assertions."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    assert blocks
    for block in blocks:
        exec(compile(block, "pricing.md", "exec"), {})  # noqa: S102 - our own page


def test_every_note_is_explained():
    """A note is a code; the page says what it means."""
    folders = TARIFFS / "engine", TARIFFS / "cdrs"
    source = "\n".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    notes = {first or second for first, second in NOTE.findall(source)}

    table = PAGE.partition("## Notes")[2].partition("\n## ")[0]
    assert [*NOTES] == re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert notes == {*NOTES}


def test_every_finding_is_explained():
    """The table of the page is that of the code: code, severity, sentence and source."""
    table = PAGE.partition("## What is said about a tariff")[2].partition("\n## ")[0]
    rows = [
        tuple(row.split(" | ")) for row in re.findall(r"^\| (`\w+` .*) \|$", table, re.MULTILINE)
    ]

    assert [
        (f"`{code}`", rule.severity, rule.sentence.replace("%%", "%"), rule.source)
        for code, rule in RULES.items()
    ] == rows


def test_every_choice_of_the_policy_is_explained():
    """What can be chosen stands on the page."""
    for field in dataclasses.fields(Policy):
        assert f"Policy.{field.name}" in PAGE


def test_the_page_of_vat_has_the_rates_of_the_code():
    """Its table is complete and right, and its code runs."""
    rows = re.findall(r"^\| ([A-Z]{2}[^ ]*) \| (.*) \|$", VAT_PAGE, re.MULTILINE)
    day = date(2026, 11, 22)

    for block in re.findall(r"```python\n(.*?)```", VAT_PAGE, re.DOTALL):
        exec(compile(block, "vat.md", "exec"), {})  # noqa: S102 - our own page
    assert [
        (
            place,
            " | ".join(
                [*(f"{rate(place, day, one):f}" for one in Supply), currency_of(place) or ""]
            ),
        )
        for place in sorted([*STANDARD_RATES, *TERRITORY_RATES])
    ] == rows


def test_every_check_of_a_cdr_is_explained():
    """The table of the page has the codes of the checks, and no others."""
    source = "".join(
        (TARIFFS / "cdrs" / name).read_text()
        for name in ("verify.py", "plausible.py", "metering.py", "across.py")
    )

    table = PAGE.partition("### What is checked in a CDR")[2].partition("\n## ")[0]
    codes = re.findall(r"^\| `(\w+)` \| `", table, re.MULTILINE)
    assert 27 == len(codes)
    for code in codes:
        assert f'"{code}"' in source, code
    made = re.findall(r'Divergence\(\s*"(\w+)"', source)
    assert {*made} <= {*codes}
