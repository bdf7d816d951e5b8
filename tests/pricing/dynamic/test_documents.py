"""Documents of prices: CSV, JSON and ENTSO-E's become rows, and say what they cannot be."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.dynamic.documents import READERS, read_rows
from app.pricing.tariffs.dynamic.errors import PriceDocumentInvalid
from app.pricing.tariffs.dynamic.model import Definition, Row
from tests.pricing.dynamic.entsoe import acknowledgement, document, period, series

T0 = datetime(2026, 11, 21, 23, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
DAY = ("2026-11-21T23:00Z", "2026-11-22T23:00Z")


def of(minutes: int, currency: str = "EUR") -> Definition:
    """A series with this interval."""
    return Definition("spot", "Europe/Amsterdam", currency, minutes=minutes)


def entsoe(*found: str, minutes: int = 15) -> list[Row]:
    """The rows of a document of these time series."""
    return list(read_rows(document(*found), "application/xml", of(minutes)))


def test_a_csv_has_rows_with_instants_and_prices():
    """Semicolons or commas, an end or none, blanks and any zone."""
    text = "Start; End; Price\n2026-11-22T00:00:00+01:00; 2026-11-22T00:15:00+01:00; 0.2512\n"
    short = "start,price\n2026-11-21T23:00:00Z,-0.01\n"

    assert [Row(1, T0, T0 + QUARTER, Decimal("0.2512"))] == read_rows(
        text.encode(), "text/csv", of(15)
    )
    assert [Row(1, T0, None, Decimal("-0.01"))] == read_rows(short.encode(), "text/csv", of(15))


def test_json_has_rows_with_numbers_or_texts():
    """Digit by digit: nothing passes through a binary fraction."""
    text = b"""{"prices": [
        {"start": "2026-11-21T23:00:00Z", "end": "2026-11-21T23:15:00Z", "price": 0.1234567891},
        {"start": "2026-11-21T23:15:00Z", "price": "0.3"}]}"""

    first, second = read_rows(text, "application/json", of(15))

    assert Row(1, T0, T0 + QUARTER, Decimal("0.1234567891")) == first
    assert Row(2, T0 + QUARTER, None, Decimal("0.3")) == second


@pytest.mark.parametrize(
    "line",
    ["2026-11-22T00:00:00,0.25", "soon,0.25", "2026-11-22T00:00Z,0,25", "2026-11-22T00:00Z,"],
)
def test_a_row_that_is_no_price_says_why(line: str):
    """An instant without a zone, no instant, a decimal comma, nothing; the others are read."""
    good = "2026-11-21T23:00:00Z,0.25"

    bad, fine = read_rows(f"start,price\n{line}\n{good}\n".encode(), "text/csv", of(15))

    assert bad.fault
    assert 1 == bad.number
    assert fine == Row(2, T0, None, Decimal("0.25"))


def test_hours_of_entsoe_are_per_kwh():
    """EUR per MWh become EUR per kWh, exactly; negative prices too."""
    found = entsoe(series(period(*DAY, "PT60M", {1: "93.21", 2: "-5"})), minutes=60)

    assert 24 == len(found)
    assert Row(1, T0, T0 + timedelta(hours=1), Decimal("0.09321")) == found[0]
    # Position 2 goes on to the end of the day.
    assert {Decimal("-0.005")} == {row.value for row in found[1:]}
    assert T0 + timedelta(days=1) == found[-1].end


def test_a_missing_position_is_as_the_one_before_with_a03():
    """Quarters 1, 3 and 4 are told; 2 is as 1."""
    span = ("2026-11-21T23:00Z", "2026-11-22T00:00Z")
    found = entsoe(series(period(*span, "PT15M", {1: "10", 3: "30", 4: "40"})))

    assert ["0.01", "0.01", "0.03", "0.04"] == [str(row.value) for row in found]


def test_a_missing_position_is_missing_with_a01():
    """Another type of curve leaves a gap."""
    span = ("2026-11-21T23:00Z", "2026-11-22T00:00Z")
    found = entsoe(series(period(*span, "PT15M", {1: "10", 3: "30"}), curve="A01"))

    assert [T0, T0 + 2 * QUARTER] == [row.start for row in found]


@pytest.mark.parametrize(
    ("start", "end", "quarters"),
    [
        ("2026-03-28T23:00Z", "2026-03-29T22:00Z", 92),
        ("2026-10-24T22:00Z", "2026-10-25T23:00Z", 100),
    ],
)
def test_a_day_on_which_clocks_change_has_its_own_quarters(start: str, end: str, quarters: int):
    """92 when clocks go forward, 100 when they go back."""
    found = entsoe(series(period(start, end, "PT15M", {1: "10"})))

    assert quarters == len(found)


@pytest.mark.parametrize(("minutes", "rows"), [(15, 96), (60, 24), (30, 96)])
def test_of_two_resolutions_the_series_own_counts_else_the_finest(minutes: int, rows: int):
    """A zone that publishes hours and quarters."""
    both = (series(period(*DAY, "PT60M", {1: "9"})), series(period(*DAY, "PT15M", {1: "8"})))

    assert rows == len(entsoe(*both, minutes=minutes))


def test_only_the_first_auction_counts():
    """Some zones publish a second one for the same quarters."""
    found = entsoe(
        series(period(*DAY, "PT15M", {1: "9"}), auction="2"),
        series(period(*DAY, "PT15M", {1: "8"}), auction="1"),
    )

    assert {Decimal("0.008")} == {row.value for row in found}


def test_an_answer_without_prices_says_why():
    """Its own reason is told."""
    with pytest.raises(PriceDocumentInvalid, match="No matching data found"):
        read_rows(acknowledgement("No matching data found"), "text/xml", of(15))


def test_prices_in_another_currency_are_refused():
    """Nobody converts them, and a share in percent has no currency at all."""
    for currency in ("SEK", ""):
        with pytest.raises(PriceDocumentInvalid, match="the prices are in 'EUR'"):
            read_rows(
                document(series(period(*DAY, "PT15M", {1: "9"}))), "text/xml", of(15, currency)
            )


BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BROKEN = {
    "not XML": b"start,price",
    "nothing": b"",
    "entities": document(prolog=BOMB),
    "outside entities": document(prolog=OUTSIDE),
    "another document": b"<GL_MarketDocument/>",
    "no series": document(),
    "megawatts": document(series(period(*DAY, "PT15M", {1: "9"}), unit="MAW")),
    "no number": document(series(period(*DAY, "PT15M", {1: "nine"}))),
    "not finite": document(series(period(*DAY, "PT15M", {1: "NaN"}))),
    "backwards": document(series(period(*DAY[::-1], "PT15M", {1: "9"}))),
    "endless": document(series(period("1900-01-01T00:00Z", DAY[0], "PT1M", {1: "9"}))),
    "odd resolution": document(series(period(*DAY, "P1M", {1: "9"}))),
    "no resolution": document(series(period(*DAY, "PT0M", {1: "9"}))),
    "no instant": document(series(period("yesterday", DAY[1], "PT15M", {1: "9"}))),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_document_that_is_none_is_refused_as_a_whole(body: bytes):
    """With a sentence, and without looking outside of it."""
    with pytest.raises(PriceDocumentInvalid, match=r"\w"):
        read_rows(body, "application/xml", of(15))


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b"[]"),
        ("application/json", b'{"prices": {}}'),
        ("application/json", b"{"),
        ("text/csv", b""),
        ("text/csv", b"start,end\n"),
        ("text/csv", b"start,price,start\n"),
        ("text/csv", b"\xff\xfe"),
        ("application/pdf", b""),
    ],
)
def test_what_has_no_rows_is_refused(media_type: str, body: bytes):
    """Another shape, another type, or no text."""
    with pytest.raises(PriceDocumentInvalid):
        read_rows(body, media_type, of(15))


@given(body=st.binary(max_size=200), media_type=st.sampled_from(sorted(READERS)))
def test_nothing_makes_a_reader_crash(body: bytes, media_type: str):
    """Whatever comes, there are rows or a problem."""
    try:
        found = read_rows(body, media_type, of(15))
    except PriceDocumentInvalid:
        return
    assert all(isinstance(row, Row) for row in found)
