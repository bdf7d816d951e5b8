"""
A second engine, slow and plain: each rule of OCPI as it is written, period by period, in fractions.

It shares nothing with the product but the language: no plan, no calendar, no whole numbers.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
# Hours are written with four decimals: what is nearer to the clock than this is the clock.
SNAP = Fraction(36, 100)


@dataclass
class Charge:
    """A price and how much of it was used: kWh, hours, or 1."""

    tariff: Json
    component: Json
    phase: str
    used: Fraction = Fraction(0)
    billed: Fraction = Fraction(0)

    @property
    def net(self) -> Fraction:
        """What is to pay before taxes."""
        price = Fraction(str(self.component["price"])) * self.billed
        return price / self.factor if self.tariff["tax_included"] == "YES" else price

    @property
    def gross(self) -> Fraction:
        """What is to pay after taxes."""
        return self.net * self.factor

    @property
    def factor(self) -> Fraction:
        """What taxes multiply an amount with; without a rate nobody knows."""
        vat = self.component.get("vat")
        if vat is None or self.tariff["tax_included"] == "N/A":
            return Fraction(1)
        return 1 + Fraction(str(vat)) / 100


@dataclass
class Session:
    """Where a session is when a period starts, and what was used before."""

    zone: ZoneInfo
    began: datetime
    reserved: datetime
    expired: bool
    energy: Fraction = Fraction(0)
    charges: list[Charge] = field(default_factory=list)


def kwh(watt_hours: int) -> Decimal:
    """Return watt-hours in kWh."""
    return Decimal(watt_hours).scaleb(-3)


def total(case: Json) -> tuple[Fraction, Fraction]:
    """Return what the CDR of *case* costs before and after taxes."""
    charges, head = _charges(case)
    net = sum((charge.net for charge in charges), Fraction(0))
    gross = sum((charge.gross for charge in charges), Fraction(0))
    rates = [charge.factor for charge in charges]
    return _limited(net, gross, head, rates)


def by_dimension(case: Json) -> dict[tuple[str, bool], Fraction]:
    """Return the cost after taxes of each dimension, of reservations and of charging."""
    found: dict[tuple[str, bool], Fraction] = {}
    for charge in _charges(case)[0]:
        name = charge.component["type"], charge.phase == "reservation"
        found[name] = found.get(name, Fraction(0)) + charge.gross
    return found


def _charges(case: Json) -> tuple[list[Charge], Json]:
    periods = sorted(case["cdr"]["charging_periods"], key=_at)
    starts = [_at(one) for one in periods]
    ends = [*starts[1:], datetime.fromisoformat(case["cdr"]["end_date_time"])]
    charging = [start for one, start in zip(periods, starts, strict=True) if _charges_in(one)]
    session = Session(
        zone=ZoneInfo(case["timezone"]),
        began=charging[0] if charging else starts[0],
        reserved=starts[0],
        expired=not charging,
    )
    for one, end in zip(periods, ends, strict=True):
        _take(session, one, end, _tariff(case["tariffs"], one, starts[0]))
    for phase in ("reservation", "charging"):
        _round_up([charge for charge in session.charges if charge.phase == phase])
    return session.charges, _tariff(case["tariffs"], periods[0], starts[0])


def _at(period: Json) -> datetime:
    return datetime.fromisoformat(period["start_date_time"])


def _volumes(period: Json) -> dict[str, Fraction]:
    return {one["type"]: Fraction(str(one["volume"])) for one in period["dimensions"]}


def _charges_in(period: Json) -> bool:
    found = _volumes(period)
    used = any(found.get(kind) for kind in ("ENERGY", "TIME", "PARKING_TIME"))
    return used or not found.get("RESERVATION_TIME")


def _tariff(tariffs: list[Json], period: Json, started: datetime) -> Json:
    """The tariff that a period names, else the first that is valid when the session starts."""
    named = [one for one in tariffs if one["id"] == period.get("tariff_id")]
    return named[0] if named else tariffs[0]


def _take(session: Session, period: Json, end: datetime, tariff: Json) -> None:
    start, volumes = _at(period), _volumes(period)
    passed = Fraction((end - start) // timedelta(microseconds=1), 10**6)

    def hours(name: str) -> Fraction:
        stated = volumes.get(name, Fraction(0))
        return passed / 3600 if abs(stated * 3600 - passed) < SNAP and stated else stated

    if volumes.get("RESERVATION_TIME"):
        wanted = ["RESERVATION_EXPIRES", "RESERVATION"] if session.expired else ["RESERVATION"]
        found = _active(session, tariff, period, passed, wanted)
        _use(session, "reservation", tariff, found, "FLAT", Fraction(1))
        _use(session, "reservation", tariff, found, "TIME", hours("RESERVATION_TIME"))
    if _charges_in(period):
        found = _active(session, tariff, period, passed, [None])
        _use(session, "charging", tariff, found, "FLAT", Fraction(1))
        _use(session, "charging", tariff, found, "ENERGY", volumes.get("ENERGY", Fraction(0)))
        _use(session, "charging", tariff, found, "TIME", hours("TIME"))
        _use(session, "charging", tariff, found, "PARKING_TIME", hours("PARKING_TIME"))
        session.energy += volumes.get("ENERGY", Fraction(0))


def _active(
    session: Session, tariff: Json, period: Json, passed: Fraction, wanted: list[str | None]
) -> dict[str, Json]:
    """Per dimension the price of the first element that holds; reservations have their own."""
    found: dict[str, Json] = {}
    for reservation in wanted:
        for element in tariff["elements"]:
            limits = element.get("restrictions") or {}
            if limits.get("reservation") != reservation:
                continue
            if _holds(session, limits, period, passed, reserved=reservation is not None):
                for component in element["price_components"]:
                    found.setdefault(component["type"], component)
    return found


def _use(
    session: Session, phase: str, tariff: Json, found: dict[str, Json], kind: str, volume: Fraction
) -> None:
    component = found.get(kind)
    if component is None or not volume:
        return
    mine = [charge for charge in session.charges if charge.phase == phase]
    if kind == "FLAT" and any(charge.component["type"] == "FLAT" for charge in mine):
        return
    for charge in mine:
        if charge.component is component and charge.tariff is tariff:
            session.charges.remove(charge)  # the price that was used last comes last
            session.charges.append(charge)
            charge.used += volume
            return
    session.charges.append(Charge(tariff, component, phase, volume))


def _round_up(charges: list[Charge]) -> None:
    """Bill whole steps of each dimension's total, the surplus at the price that was used last."""
    for charge in charges:
        charge.billed = charge.used
    parked = any(charge.component["type"] == "PARKING_TIME" for charge in charges)
    for kind, unit in (("ENERGY", 1000), ("TIME", 3600), ("PARKING_TIME", 3600)):
        mine = [charge for charge in charges if charge.component["type"] == kind]
        if not mine or (kind == "TIME" and parked):
            continue
        step = Fraction(mine[-1].component["step_size"], unit)
        used = sum((charge.used for charge in mine), Fraction(0))
        if step and used > 0:
            mine[-1].billed += -(-used // step) * step - used


def _limited(
    net: Fraction, gross: Fraction, tariff: Json, factors: list[Fraction]
) -> tuple[Fraction, Fraction]:
    for name, choose in (("max_price", min), ("min_price", max)):
        limit = tariff.get(name) or {}
        before, after = limit.get("before_taxes"), limit.get("after_taxes")
        held_net = net if before is None else choose(net, Fraction(str(before)))
        held_gross = gross if after is None else choose(gross, Fraction(str(after)))
        if before is None and held_gross != gross:
            held_net = net * held_gross / gross if gross > 0 else _alone(tariff, name)[0]
        elif after is None and held_net != net:
            held_gross = gross * held_net / net if net > 0 else _alone(tariff, name)[1]
        net, gross = held_net, held_gross
    return net, gross


def _alone(tariff: Json, name: str) -> tuple[Fraction, Fraction]:
    """A limit on nothing: its taxes are the lowest of the tariff for a minimum."""
    factors = [
        Charge(tariff, component, "").factor
        for element in tariff["elements"]
        for component in element["price_components"]
        if component.get("vat") is not None
    ]
    factor = min(factors, default=Fraction(1)) if name == "min_price" else max(factors)
    limit = tariff[name]
    if limit.get("before_taxes") is None:
        after = Fraction(str(limit["after_taxes"]))
        return after / factor, after
    before = Fraction(str(limit["before_taxes"]))
    return before, before * factor


def _holds(
    session: Session, limits: Json, period: Json, passed: Fraction, *, reserved: bool
) -> bool:
    start = _at(period)
    since = start - (session.reserved if reserved else session.began)
    volumes = _volumes(period)
    return (
        _clock(limits, start.astimezone(session.zone))
        and _between(limits, "kwh", session.energy, session.energy)
        and _between(limits, "duration", *([Fraction(since // timedelta(seconds=1))] * 2))
        and _between(limits, "power", *_power(volumes, passed))
        and _between(limits, "current", *_ends(volumes, "CURRENT"))
    )


def _power(volumes: dict[str, Fraction], passed: Fraction) -> tuple[Fraction | None, ...]:
    low, high = volumes.get("MIN_POWER"), volumes.get("MAX_POWER")
    if "ENERGY" in volumes and passed > 0:
        average = volumes["ENERGY"] * 3600 / passed
        low = average if low is None else low
        high = average if high is None else high
    return high if low is None else low, low if high is None else high


def _ends(volumes: dict[str, Fraction], name: str) -> tuple[Fraction | None, ...]:
    low, high = volumes.get(f"MIN_{name}"), volumes.get(f"MAX_{name}")
    return high if low is None else low, low if high is None else high


def _between(limits: Json, name: str, low: Fraction | None, high: Fraction | None) -> bool:
    """A minimum looks at the highest value, a maximum, which is excluded, at the lowest."""
    least, most = limits.get(f"min_{name}"), limits.get(f"max_{name}")
    above = least is None or high is None or high >= Fraction(str(least))
    return above and (most is None or low is None or low < Fraction(str(most)))


def _clock(limits: Json, local: datetime) -> bool:
    start, end = limits.get("start_time") or "00:00", limits.get("end_time") or "24:00"
    now = f"{local:%H:%M:%S}"
    if limits.get("start_time") and start == end:
        open_now = True
    elif end == "00:00":
        open_now = start <= now
    elif start < end:
        open_now = start <= now < end
    else:
        open_now = now >= start or now < end
    first, last, days = limits.get("start_date"), limits.get("end_date"), limits.get("day_of_week")
    return (
        open_now
        and (first is None or local.date() >= date.fromisoformat(first))
        and (last is None or local.date() < date.fromisoformat(last))
        and (not days or DAYS[local.weekday()] in days)
    )
