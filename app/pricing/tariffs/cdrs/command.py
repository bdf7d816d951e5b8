"""`directpay price`: CDRs as JSON lines in, their prices as JSON lines out."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeVar

from msgspec import DecodeError, Raw, Struct, field
from msgspec import json as msgjson

from app.kernel.errors import Problem
from app.pricing.tariffs.cdrs.model import Cdr
from app.pricing.tariffs.cdrs.price import PricedCdr, price_cdr
from app.pricing.tariffs.compiled.calendar import zone_name
from app.pricing.tariffs.compiled.compile import compile_tariffs
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.units import exact_decimal
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.result import Exact, Line
from app.pricing.tariffs.errors import CdrInvalid, TimeZoneUnknown
from app.pricing.tariffs.model import Dimension, Json
from app.pricing.tariffs.ocpi import place_of, read_priceable

_EMPTY: Final = (b"", b"null", b"[]")


class Case(Struct, frozen=True):
    """One line: a CDR, the tariffs that are for it, and the time zone of its location."""

    cdr: Cdr
    name: str | None = None
    timezone: str | None = None
    tariffs: Raw = field(default_factory=Raw)


CASES: Final = msgjson.Decoder(Case)
_Case = TypeVar("_Case", bound=Case)
_ANY: Final = msgjson.Decoder()
_TARIFFS: Final = msgjson.Decoder(list[dict[str, object]], float_hook=Decimal)
_ENCODER: Final = msgjson.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a line: *text* is JSON, *trouble* one sentence when there is no price."""

    text: bytes
    trouble: str | None = None


def price_lines(lines: Iterable[bytes]) -> Iterator[Answer]:
    """Yield the answer to each of *lines* that is not blank; one that is wrong stops no other."""
    for number, line in contents(lines):
        yield _answer(line, number)


def contents(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the *lines* that are not blank, each with its number from 1 on."""
    for number, line in enumerate(lines, start=1):
        # Some programs begin a file with a mark of its encoding.
        content = line.removeprefix(BOM_UTF8).strip()
        if content:
            yield number, content


def named(name: str | None, number: int) -> str:
    """Return the name of a line, which is its number where it has none."""
    return name or f"line {number}"


def _answer(line: bytes, number: int) -> Answer:
    try:
        found = price_line(line)
        found["name"] = named(found["name"], number)
        return Answer(_ENCODER.encode(found))
    except Problem as wrong:
        return failed(line, number, wrong)


def failed(line: bytes, number: int, wrong: Problem) -> Answer:
    """Return the answer to a *line* of which nothing can be said but what is *wrong*."""
    place = wrong.facts.get("field")
    detail = f"{place}: {wrong.detail}" if place else wrong.detail
    name = named(_name_of(line), number)
    error = {"code": wrong.code, "field": place, "detail": wrong.detail}
    return Answer(_ENCODER.encode({"name": name, "error": error}), f"{name}: {detail}")


def price_line(line: bytes) -> Json:
    """Return what the CDR in *line* costs, as plain data; raise a Problem when it has no price."""
    case = read_case(line, CASES)
    plans = plans_in(bytes(case.tariffs), bytes(case.cdr.tariffs))
    zone, assumed = zone_of(case)
    found = price_cdr(case.cdr, plans, zone)
    return {"name": case.name, **_costs(found.priced), **_details(found, assumed)}


def zone_of(case: Case) -> tuple[str, tuple[str, ...]]:
    """Return the time zone of *case*, and a note where nobody says it; raise TimeZoneUnknown."""
    there = case.cdr.cdr_location and case.cdr.cdr_location.time_zone
    name = case.timezone or there
    if not name:
        return "UTC", ("time_zone_assumed",)
    try:
        return zone_name(name), ()
    except TimeZoneUnknown as wrong:
        field = "timezone" if case.timezone else "cdr.cdr_location.time_zone"
        raise TimeZoneUnknown(wrong.detail, field=field, time_zone=name) from wrong


def read_case(line: bytes, decoder: msgjson.Decoder[_Case]) -> _Case:
    """Return the case in *line*; raise CdrInvalid."""
    try:
        return decoder.decode(line)
    except DecodeError as wrong:
        detail, field = place_of(wrong, "line")
        raise CdrInvalid(detail, field=field) from wrong
    except (RecursionError, UnicodeDecodeError) as wrong:
        raise CdrInvalid("this is not JSON that can be read", field="line") from wrong


@lru_cache(maxsize=512)
def plans_in(given: bytes, embedded: bytes) -> tuple[Plan, ...]:
    """Return the plans of the tariffs *given*, else of those *embedded* in the CDR, as JSON."""
    source, place = (embedded, "cdr.tariffs") if given in _EMPTY else (given, "tariffs")
    try:
        listed = [] if source in _EMPTY else _TARIFFS.decode(source)
    except DecodeError as wrong:
        detail, field = place_of(wrong, "")
        raise CdrInvalid(detail, field=place + field) from wrong
    return compile_tariffs(
        read_priceable(tariff, f"{place}[{number}].") for number, tariff in enumerate(listed)
    )


def _name_of(line: bytes) -> str:
    try:
        plain = _ANY.decode(line)
    except (DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    name = plain.get("name") if isinstance(plain, dict) else None
    return name if isinstance(name, str) else ""


def _costs(priced: Priced) -> Json:
    return {
        "total_cost": _price(priced.exact),
        "total_energy_cost": _price(priced.cost_of(Dimension.ENERGY)),
        "total_time_cost": _price(priced.cost_of(Dimension.TIME)),
        "total_parking_cost": _price(priced.cost_of(Dimension.PARKING_TIME)),
        "total_fixed_cost": _price(priced.cost_of(Dimension.FLAT)),
        "total_reservation_cost": _price(priced.reservation_cost),
    }


def _details(found: PricedCdr, assumed: tuple[str, ...]) -> Json:
    gross = found.priced.gross
    return {
        "currency": gross.currency,
        "payable": gross.as_decimal(),
        "lines": [_line(line) for line in found.priced.lines],
        "notes": [*assumed, *found.notes],
    }


def _line(line: Line) -> Json:
    return {
        "tariff_id": line.tariff_id,
        "tariff_version": line.tariff_version,
        "element": line.element,
        "component": line.component,
        "type": line.kind,
        "reservation": line.reserved,
        "unit": line.unit,
        "measured": line.measured,
        "billed": line.billed,
        "unit_price": line.unit_price,
        "vat": line.vat_rate,
        "reason": line.reason,
        **_price(line.exact),
    }


def _price(exact: Exact) -> Json:
    return {
        "before_taxes": exact_decimal(exact.net_scaled, exact.scale),
        "after_taxes": exact_decimal(exact.gross_scaled, exact.scale),
    }
