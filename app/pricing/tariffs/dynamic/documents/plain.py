"""Prices as CSV and JSON."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from app.pricing.tariffs.dynamic.errors import PriceDocumentInvalid
from app.pricing.tariffs.dynamic.model import Definition, Row

_JSON = msgspec.json.Decoder(float_hook=Decimal)
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_FIELDS = {"start", "end", "price"}
_REQUIRED = {"start", "price"}


def read_csv(body: bytes, series: Definition) -> Sequence[Row]:  # noqa: ARG001 - as all readers
    """
    Return the rows of a CSV with the columns start, price and, if wanted, end.

    Commas or semicolons between them, decimal points, instants with their zone. Row 1 is the first
    below the heading. Raises PriceDocumentInvalid.
    """
    lines = _text(body).splitlines()
    heading = lines[0] if lines else ""
    delimiter = ";" if ";" in heading else ","
    table = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    columns = [name.strip().lower() for name in table.fieldnames or ()]
    if not _REQUIRED <= set(columns) <= _FIELDS or len(set(columns)) != len(columns):
        raise PriceDocumentInvalid("the first line names the columns start, price and perhaps end")
    table.fieldnames = columns
    return [_row(number, cells) for number, cells in enumerate(table, start=1)]


def read_json(body: bytes, series: Definition) -> Sequence[Row]:  # noqa: ARG001 - as all readers
    """
    Return the rows of `{"prices": [{"start", "end", "price"}]}`; a price is a number or a text.

    Raises PriceDocumentInvalid.
    """
    try:
        found = _JSON.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise PriceDocumentInvalid(f"not JSON: {wrong}") from wrong
    prices = found.get("prices") if isinstance(found, dict) else None
    if not isinstance(prices, list):
        raise PriceDocumentInvalid('expected {"prices": [...]}')
    return [
        _row(number, item) if isinstance(item, dict) else _bad(number, "expected an object")
        for number, item in enumerate(prices, start=1)
    ]


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise PriceDocumentInvalid("the document is not text in UTF-8") from wrong


def _row(number: int, cells: Mapping[str | None, object]) -> Row:
    unknown = [name for name in cells if name not in _FIELDS]
    if unknown:
        return _bad(number, "has more than start, end and price")
    start, end = _instant(cells.get("start")), _instant(cells.get("end"))
    if start is None or (end is None and cells.get("end") not in {None, ""}):
        return _bad(number, "start and end are instants with their zone: 2026-11-22T14:00:00Z")
    price = _price(cells.get("price"))
    if price is None:
        return Row(number, start, end, None, "the price is no number with a decimal point")
    return Row(number, start, end, price)


def _bad(number: int, fault: str) -> Row:
    return Row(number, None, None, None, fault)


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return None if at.tzinfo is None else at.astimezone(UTC)


def _price(value: object) -> Decimal | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None
