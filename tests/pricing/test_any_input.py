"""Whatever comes in: an answer for each line, and the same price in both versions of OCPI."""

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from app.pricing.tariffs.cdrs.check import check_lines
from app.pricing.tariffs.cdrs.command import price_line, price_lines
from app.pricing.tariffs.cdrs.plausible import Known
from app.pricing.tariffs.convert import to_ocpi_221
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.model import Json
from app.pricing.tariffs.ocpi import read_tariff
from tests.pricing.strategies import examples, tariff_bodies
from tests.pricing.test_oracle import cases

RANGES = ("kwh", "duration", "power", "current")
GARBAGE = (
    *(None, True, False, 0, -1, 7, 10**40, -(10**40), 0.1, -0.0, 1e308, 1e-308),
    *("", "x", "NaN", "Infinity", "1e999999", "-1", "24:00", "2026-13-01", "EUR", "9" * 400),
    *("2026-01-01T00:00:00", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00"),
    *("FLAT", "RESERVATION", "YES", "Asia/Kathmandu", "../../etc/passwd", "\u0000", "\ud800"),
    *([], {}, [None], [[]], {"x": {}}),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    found = [path]
    inner = value.items() if isinstance(value, dict) else []
    inner = enumerate(value) if isinstance(value, list | tuple) else inner
    for name, one in inner:
        found += _places(one, (*path, name))
    return found


def _with(value: Any, path: tuple[Any, ...], garbage: Any) -> Any:
    """A copy of a JSON value that has something else in one place."""
    if not path:
        return garbage
    found = copy.copy(list(value) if isinstance(value, tuple) else value)
    found[path[0]] = _with(value[path[0]], path[1:], garbage)
    return found


@examples
@given(cases(), st.data())
def test_no_line_makes_it_crash(case: Json, data: st.DataObject):
    """A line with something else in some places has a price or an error that names it."""
    case = {"name": "whole", **case}
    broken: Any = {**case, "name": "broken"}
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(_places(broken)))
        broken = _with(broken, place, data.draw(st.sampled_from(GARBAGE)))
    lines = [json.dumps(one, default=str).encode() for one in (case, broken, case)]

    before, answer, after = price_lines(lines)

    found = json.loads(answer.text)
    assert before.text == after.text
    assert ("error" in found) is (answer.trouble is not None)
    assert "total_cost" in found or found["error"]["detail"]


@examples
@given(cases(), st.data())
def test_no_line_makes_the_checks_crash(case: Json, data: st.DataObject):
    """The same of `directpay cdr check`: the line has findings, or an error that names it."""
    broken: Any = {"name": "broken", **case}
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.sampled_from(_places(broken)))
        broken = _with(broken, place, data.draw(st.sampled_from(GARBAGE)))
    known = Known(now=datetime(2026, 11, 22, tzinfo=UTC), most_kw=Decimal(22))

    (answer,) = check_lines([json.dumps(broken, default=str).encode()], lambda _: known)

    found = json.loads(answer.text)
    assert bool(found.get("findings", True)) is (answer.trouble is not None)


@examples
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_make_it_crash(line: bytes):
    """What is no JSON at all has an error with the number of its line."""
    for answer in price_lines([line]):
        assert json.loads(answer.text)


@examples
@given(cases(), tariff_bodies(RANGES, reservations=True))
def test_both_versions_of_ocpi_have_the_same_price(case: Json, body: Json):
    """A tariff in the words of 2.2.1, if it can be said there, prices every CDR the same."""
    old = _in_221(body)
    assume(old is not None)

    new_price, old_price = (
        price_line(json.dumps({**case, "tariffs": [one]}, default=str).encode())
        for one in (body, old)
    )

    for side in ("before_taxes", "after_taxes"):
        assert _same(new_price["total_cost"][side], old_price["total_cost"][side])


def _in_221(body: Json) -> Json | None:
    try:
        return to_ocpi_221(read_tariff(body)).body
    except TariffInvalid:
        return None


def _same(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= Decimal("2e-10")


@examples
@given(cases(), st.integers(1, 10))
def test_cutting_periods_finer_never_changes_the_price(case: Json, parts: int):
    """A period in as many equal parts, where nothing but the clock decides, costs the same."""
    plain = [
        {**one, "elements": [_without_thresholds(element) for element in one["elements"]]}
        for one in case["tariffs"]
    ]
    whole = {**case, "tariffs": plain}
    found = price_line(json.dumps(whole, default=str).encode())
    assume(not {"period_spans_price_change", "time_snapped"} & {*found["notes"]})

    finer = {**whole, "cdr": {**case["cdr"], "charging_periods": _cut(case, parts)}}

    cut = price_line(json.dumps(finer, default=str).encode())
    assert _same(found["total_cost"]["before_taxes"], cut["total_cost"]["before_taxes"])
    assert _same(found["total_cost"]["after_taxes"], cut["total_cost"]["after_taxes"])


def _without_thresholds(element: Json) -> Json:
    kept = {
        name: value
        for name, value in element["restrictions"].items()
        if not name.startswith(("min_", "max_"))
    }
    return {**element, "restrictions": kept}


def _cut(case: Json, parts: int) -> list[Json]:
    """Each period with its volumes shared out at its start; the last part takes what is left."""
    found = []
    for period in case["cdr"]["charging_periods"]:
        # A part in which nothing was reserved would be no reservation any more.
        kinds = {one["type"] for one in period["dimensions"]}
        count = 1 if "RESERVATION_TIME" in kinds else parts
        for number in range(count):
            dimensions = [
                {**one, "volume": _share(Decimal(one["volume"]), number, count)}
                for one in period["dimensions"]
            ]
            found.append({**period, "dimensions": dimensions})
    return found


def _share(volume: Decimal, number: int, parts: int) -> Decimal:
    each = (volume / parts).quantize(Decimal("0.0001"), "ROUND_FLOOR")
    return volume - each * (parts - 1) if number == parts - 1 else each
