"""Stickers: their marks, their words, and counting their scans."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.chargers.model import Evse, EvseStatus, Location
from app.charging.stickers.model import Sticker, StickerKeys, StickerState
from app.charging.stickers.sheets import Print, Printer, one_file, print_stickers, words_in
from app.charging.stickers.tally import ScanTally
from app.infra.database import Database, DatabaseUnavailable, engine
from app.infra.i18n import LANGUAGES
from app.infra.live import MemoryLiveBus
from app.kernel.ids import RandomIds
from app.kernel.money import Money
from qr.labels.layout import layouts
from tests.fakes.clock import FakeClock
from tests.qr.reader import pages_of
from tests.scenarios.world import CODE, OPERATOR, operator_of_the_world

KEYS = StickerKeys((b"k" * 32,))
EVSE = Evse(
    operator_id=OPERATOR,
    evse_uid="VLT1-1",
    evse_id="NL*VLT*E1*1",
    code=CODE,
    location=Location(
        *("KADE", "Kade", "Kade 1", "3011 AA", "Rotterdam", "NL"),
        *(Decimal("51.9"), Decimal("4.48"), "Europe/Amsterdam"),
    ),
    identity="VLT-1",
    evse_no=1,
    ocpp16_connector_id=1,
    connectors=(),
    physical_reference="left",
    hold=Money(6000, "EUR"),
    status=EvseStatus.AVAILABLE,
    connected=True,
    status_since=None,
)
CODES = st.text("23456789ABCDEFGHJKMNPQRSTUVWXYZ", min_size=6, max_size=12)


@given(CODES, st.integers(1, 999_999), st.integers(1, 999_999))
def test_a_mark_is_of_its_code_and_number(code: str, number: int, other: int):
    """Whatever is changed, the number, the code or the tag: it is not ours any more."""
    mark = KEYS.mark(code, number)
    tag = mark.partition("-")[2]

    assert number == KEYS.number_of(code, mark)
    assert KEYS.number_of(code + "A", mark) is None
    assert (number if other == number else None) == KEYS.number_of(code, f"{other}-{tag}")


@given(CODES, st.text(max_size=40))
def test_no_text_is_a_mark(code: str, text: str):
    """Anything may stand in an address; nothing but a mark is one, and nothing raises."""
    assert KEYS.number_of(code, text) is None


@pytest.mark.parametrize(
    ("country", "offered", "spoken"),
    [
        ("NL", ("en", "nl"), ("nl", "en")),
        ("BE", ("nl", "fr", "de", "en"), ("nl", "fr", "en")),
        ("BE", ("fr", "en"), ("fr", "en")),
        ("CH", ("de", "fr"), ("de", "fr", "en")),
        ("GB", ("en", "nl"), ("en",)),
        ("PL", ("nl", "de"), ("nl", "en")),
    ],
)
def test_a_sticker_speaks_the_languages_of_its_place(
    country: str, offered: tuple[str, ...], spoken: tuple[str, ...]
):
    """As far as the operator has them, two at most, and English always."""
    operator = replace(operator_of_the_world(), languages=offered)

    assert spoken == Printer(operator, KEYS, "https://pay.example").languages(country)


def test_every_language_has_its_words():
    """Four texts each, the host's place among them, and no two languages alike."""
    words = [words_in(language) for language in LANGUAGES]

    assert len(LANGUAGES) == len(set(words))
    assert all("{host}" in each.check for each in words)


def test_typed_addresses_lead_to_the_page_where_tags_are_required():
    """What is printed in clear is the short address, or the whole one where only that is good."""
    sticker = Sticker("VLT1-1", CODE, 7, "A6", StickerState.PRINTED, FakeClock().now(), "a test")
    short = Printer(operator_of_the_world(), KEYS, "https://pay.example").label(sticker, EVSE)
    whole = Printer(
        replace(operator_of_the_world(), sticker_tags=True, public_url="https://qr.volt.example"),
        KEYS,
        "https://pay.example",
    ).label(sticker, EVSE)

    assert f"https://pay.example/c/{CODE}" == short.short
    assert f"https://qr.volt.example/c/{CODE}/{KEYS.mark(CODE, 7)}" == whole.short == whole.address
    assert (f"{CODE}-7", "left") == (whole.serial, whole.side)


def test_several_files_are_one_archive():
    """Two sheets as SVG make a ZIP with a name each; one stays what it is."""
    now = FakeClock().now()
    ordered = [
        (Sticker("VLT1-1", CODE, number, "code", StickerState.PRINTED, now, "a test"), EVSE)
        for number in (1, 2)
    ]
    printer = Printer(operator_of_the_world(), KEYS, "https://pay.example")
    files = print_stickers(ordered, Print(layouts()["code"], "svg"), printer)
    (pdf,) = print_stickers(ordered, Print(layouts()["code"]), printer)

    assert [f"{CODE}-1.svg", f"{CODE}-2.svg"] == [file.name for file in files]
    assert "application/zip" == one_file(files).media_type
    assert pdf is one_file([pdf])
    assert 2 == len(pages_of(pdf.content))


async def test_counts_survive_a_database_that_is_away(database: Database, clock: FakeClock):
    """What could not be written is written with the next time, and nothing twice."""
    nowhere = engine("postgresql://nobody@127.0.0.1:1/none")
    away = Database(nowhere, clock=clock, ids=RandomIds(), live=MemoryLiveBus(), reactors={})
    tally, point = ScanTally(), "VLT1-1"
    tally.note(OPERATOR, point, 3)
    with pytest.raises(DatabaseUnavailable):
        await tally.write(away)
    tally.note(OPERATOR, point, 3)
    await tally.write(database)
    await tally.write(database)
    clock.advance(days=1)
    tally.note(UUID(int=5), point, 3)
    tally.note(OPERATOR, point, 3)
    await tally.write(database)

    async with database.work(OPERATOR) as work:
        rows = await work.driver.fetch("SELECT day, scans FROM sticker_scan ORDER BY day")
    assert [2, 1] == [row["scans"] for row in rows]
    assert timedelta(days=1) == rows[1]["day"] - rows[0]["day"]
