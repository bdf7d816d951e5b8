"""
The day-ahead prices of ENTSO-E: Publication_MarketDocument (A44), EUR per MWh.

Positions count from 1 at the start of a period. With curve type A03 a position that is missing has
the price of the one before it; with A01 it is missing indeed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.pricing.tariffs.dynamic.errors import PriceDocumentInvalid
from app.pricing.tariffs.dynamic.model import Definition, Row

_RESOLUTION = re.compile(r"PT(\d{1,4})M")
_WHOLE_DAY = "P1D"
_DAY_MINUTES = 1440
_AS_BEFORE = "A03"
_KWH_A_MWH = 1000
# A year of quarters is 35,040; nobody sends that many by mistake.
_MOST_POSITIONS = 40_000


@dataclass(frozen=True, slots=True)
class _Period:
    """A stretch of prices: *minutes* each, from *start* to *end*."""

    start: datetime
    end: datetime
    minutes: int
    as_before: bool
    prices: dict[int, Decimal]

    def values(self) -> Iterator[tuple[datetime, datetime, Decimal]]:
        step = timedelta(minutes=self.minutes)
        price: Decimal | None = None
        for position in range(1, (self.end - self.start) // step + 1):
            price = self.prices.get(position, price if self.as_before else None)
            if price is not None:
                start = self.start + (position - 1) * step
                yield start, start + step, price / _KWH_A_MWH


def read_entsoe(body: bytes, series: Definition) -> Sequence[Row]:
    """
    Return a row for each price of the document, in the order of time, per kWh.

    Where the document has several resolutions, that of *series* counts, else the finest. Raises
    PriceDocumentInvalid, also with the reason that an answer without prices gives, and for prices
    in another currency than that of *series*.
    """
    root = _root(body)
    periods = [
        period
        for found in root.iterfind("{*}TimeSeries")
        if _is_first_auction(found)
        for period in _periods(found, series.currency)
    ]
    if not periods:
        raise PriceDocumentInvalid("the document has no prices")
    resolutions = {period.minutes for period in periods}
    wanted = series.minutes if series.minutes in resolutions else min(resolutions)
    chosen = sorted(
        (period for period in periods if period.minutes == wanted), key=lambda one: one.start
    )
    values = [value for period in chosen for value in period.values()]
    return [Row(number, *value) for number, value in enumerate(values, start=1)]


def _root(body: bytes) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as wrong:
        raise PriceDocumentInvalid("the document is not XML that can be read") from wrong
    name = root.tag.rpartition("}")[2]
    if name == "Acknowledgement_MarketDocument":
        reason = root.findtext("{*}Reason/{*}text") or "no reason"
        raise PriceDocumentInvalid(f"ENTSO-E has no prices: {reason.strip()}")
    if name != "Publication_MarketDocument":
        raise PriceDocumentInvalid(f"expected a Publication_MarketDocument, got {name}")
    return root


def _is_first_auction(series: Element) -> bool:
    """Tell whether the series is of the coupled auction; some zones publish a second one."""
    name = "{*}classificationSequence_AttributeInstanceComponent.position"
    return (series.findtext(name) or "1").strip() == "1"


def _periods(series: Element, currency: str) -> Iterator[_Period]:
    given = (series.findtext("{*}currency_Unit.name") or "").strip()
    if given != currency:
        raise PriceDocumentInvalid(f"the prices are in {given!r}, the series is in {currency!r}")
    unit = series.findtext("{*}price_Measure_Unit.name")
    if unit is not None and unit.strip() != "MWH":
        raise PriceDocumentInvalid(f"expected prices per MWH, got {unit.strip()}")
    as_before = (series.findtext("{*}curveType") or "").strip() == _AS_BEFORE
    for period in series.iterfind("{*}Period"):
        yield _period(period, as_before=as_before)


def _period(period: Element, *, as_before: bool) -> _Period:
    start = _instant(period.findtext("{*}timeInterval/{*}start"))
    end = _instant(period.findtext("{*}timeInterval/{*}end"))
    minutes = _minutes(period.findtext("{*}resolution"))
    if not timedelta() < end - start <= _MOST_POSITIONS * timedelta(minutes=minutes):
        raise PriceDocumentInvalid("a period ends before it starts, or never")
    prices = dict(_point(point) for point in period.iterfind("{*}Point"))
    return _Period(start, end, minutes, as_before, prices)


def _point(point: Element) -> tuple[int, Decimal]:
    try:
        position = int(point.findtext("{*}position") or "")
        price = Decimal((point.findtext("{*}price.amount") or "").strip())
    except (ValueError, InvalidOperation) as wrong:
        raise PriceDocumentInvalid("a point has no position or no price") from wrong
    if not price.is_finite():
        raise PriceDocumentInvalid(f"the price at position {position} is no number")
    return position, price


def _minutes(text: str | None) -> int:
    found = (text or "").strip()
    if found == _WHOLE_DAY:
        return _DAY_MINUTES
    matched = _RESOLUTION.fullmatch(found)
    if matched is None or not int(matched[1]):
        raise PriceDocumentInvalid(f"the resolution {found!r} is not one of minutes")
    return int(matched[1])


def _instant(text: str | None) -> datetime:
    try:
        at = datetime.fromisoformat((text or "").strip())
    except ValueError as wrong:
        raise PriceDocumentInvalid(f"{text!r} is no instant") from wrong
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
