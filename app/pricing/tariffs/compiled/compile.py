"""From a tariff to its plan."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import chain, groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from app.pricing.tariffs.compiled.calendar import Window
from app.pricing.tariffs.compiled.plan import Component, Cuts, Phase, Plan, Range, Rule
from app.pricing.tariffs.compiled.policy import DEFAULT_POLICY, Policy, WeekdayOf
from app.pricing.tariffs.compiled.units import KWH, SECOND, duration
from app.pricing.tariffs.model import (
    DayOfWeek,
    Dimension,
    Reservation,
    Tariff,
    TariffRestrictions,
    TariffVersion,
)

_DAY_SECONDS: Final = 86_400
_WEEK: Final = tuple(DayOfWeek)
# From the units of step_size (Wh, seconds) and of restrictions to those of the engine.
_STEP: Final = {
    Dimension.FLAT: 0,
    Dimension.ENERGY: KWH // 1000,
    Dimension.TIME: SECOND,
    Dimension.PARKING_TIME: SECOND,
}
_THRESHOLD: Final = {"kwh": KWH, "duration": SECOND, "power": KWH, "current": KWH}
_NO_RESTRICTIONS: Final = TariffRestrictions()


def plan_of(version: TariffVersion) -> Plan:
    """Return the plan of a tariff version, from the last thousand that were asked for."""
    return _cached_plan(_Key(version))


def forget_plans() -> None:
    """Forget every plan: for whoever goes on in another database, where versions count anew."""
    _cached_plan.cache_clear()


class _Key:
    """A tariff version that is known by its name alone: versions never change."""

    __slots__ = ("name", "version")

    def __init__(self, version: TariffVersion) -> None:
        self.version = version
        self.name: tuple[UUID, str, int, str] = (
            version.operator_id,
            version.tariff_id,
            version.version,
            version.variant,
        )

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.name == other.name


@lru_cache(maxsize=1024)
def _cached_plan(key: _Key) -> Plan:
    return compile_tariff(key.version.tariff, version=key.version.version)


def compile_tariff(tariff: Tariff, policy: Policy = DEFAULT_POLICY, *, version: int = 1) -> Plan:
    """Return the plan of *tariff*, which must be free of lint errors."""
    return _compiled(tariff, policy, version, first=0)


def compile_tariffs(tariffs: Iterable[Tariff], policy: Policy = DEFAULT_POLICY) -> tuple[Plan, ...]:
    """Return the plans of *tariffs* that price one session together; every price has its place."""
    plans: list[Plan] = []
    for tariff in tariffs:
        first = sum(len(plan.components) for plan in plans)
        plans.append(_compiled(tariff, policy, 1, first=first))
    return tuple(plans)


def _compiled(tariff: Tariff, policy: Policy, version: int, *, first: int) -> Plan:
    restrictions = [element.restrictions or _NO_RESTRICTIONS for element in tariff.elements]
    opened = [_window(found, policy) for found in restrictions]
    windows = tuple(dict.fromkeys(opened))
    places = {window: number for number, window in enumerate(windows)}
    cuts = Cuts(
        *(_thresholds(restrictions, name) for name in ("kwh", "duration", "power", "current"))
    )
    components = _components(tariff, version, first)
    by_element = {
        number: tuple(found) for number, found in groupby(components, attrgetter("element"))
    }
    rules = [
        Rule(
            places[opened[number]],
            _range(found, "kwh", cuts.energy),
            _range(found, "duration", cuts.duration),
            _range(found, "power", cuts.power),
            _range(found, "current", cuts.current),
            by_element.get(number, ()),
        )
        for number, found in enumerate(restrictions)
    ]
    phases = _phases(rules, restrictions, policy)
    prices_parking = _prices_parking(phases[Phase.CHARGING])
    idle_below = _whole(policy.idle_below_kw, KWH)
    return Plan(
        tariff=tariff,
        version=version,
        policy=policy,
        components=components,
        rules=phases,
        windows=windows,
        cuts=cuts,
        prices_parking=prices_parking,
        idle_below=idle_below,
        paces=tuple(sorted((*cuts.power, idle_below) if prices_parking else cuts.power)),
        is_by_clock=not any(cuts),
        snap_within=duration(policy.snap_within),
    )


def _prices_parking(rules: Iterable[Rule]) -> bool:
    components = chain.from_iterable(rule.components for rule in rules)
    return any(component.kind is Dimension.PARKING_TIME for component in components)


def _phases(
    rules: list[Rule], restrictions: list[TariffRestrictions], policy: Policy
) -> tuple[tuple[Rule, ...], ...]:
    def those(reservation: Reservation | None) -> tuple[Rule, ...]:
        pairs = zip(rules, restrictions, strict=True)
        return tuple(rule for rule, found in pairs if found.reservation is reservation)

    reserved = those(Reservation.RESERVATION)
    # A price for an expired reservation replaces that for a reservation, dimension by dimension.
    expired = those(Reservation.RESERVATION_EXPIRES)
    return (
        those(None),
        reserved,
        (expired + reserved if policy.expiry_replaces_reservation else expired or reserved),
    )


def _components(tariff: Tariff, version: int, first: int) -> tuple[Component, ...]:
    found: list[Component] = []
    for number, element in enumerate(tariff.elements):
        for position, component in enumerate(element.price_components):
            found.append(
                Component(
                    tariff=tariff,
                    version=version,
                    index=first + len(found),
                    element=number,
                    position=position,
                    kind=component.type,
                    price=Fraction(component.price),
                    vat=component.vat,
                    step=component.step_size * _STEP[component.type],
                    reserved=bool(element.restrictions and element.restrictions.reservation),
                )
            )
    return tuple(found)


def _window(found: TariffRestrictions, policy: Policy) -> Window:
    start = _second(found.start_time) if found.start_time else 0
    end = _second(found.end_time) if found.end_time else _DAY_SECONDS
    if found.start_time and start == end and policy.equal_times_are_whole_day:
        start, end = 0, _DAY_SECONDS
    if end == 0 and (start or not found.start_time) and policy.midnight_ends_the_day:
        end = _DAY_SECONDS
    return Window(
        start_second=start,
        end_second=end,
        start_date=date.fromisoformat(found.start_date) if found.start_date else None,
        end_date=date.fromisoformat(found.end_date) if found.end_date else None,
        weekdays=frozenset(_WEEK.index(day) for day in found.day_of_week),
        carries=policy.weekday_of is WeekdayOf.OPENING,
    )


def _second(text: str) -> int:
    return int(text[:2]) * 3600 + int(text[3:]) * 60


def _thresholds(restrictions: Iterable[TariffRestrictions], name: str) -> tuple[int, ...]:
    bounds = {getattr(found, f"{side}_{name}") for found in restrictions for side in ("min", "max")}
    return tuple(sorted({_whole(bound, _THRESHOLD[name]) for bound in bounds if bound is not None}))


def _range(found: TariffRestrictions, name: str, cuts: tuple[int, ...]) -> Range:
    least, most = getattr(found, f"min_{name}"), getattr(found, f"max_{name}")
    return Range(
        least=0 if least is None else cuts.index(_whole(least, _THRESHOLD[name])) + 1,
        most=len(cuts) if most is None else cuts.index(_whole(most, _THRESHOLD[name])),
    )


def _whole(bound: Decimal | int, unit: int) -> int:
    return round(Fraction(bound) * unit)
