"""A tariff and a price in plain English, for whoever asks why a price came out."""

from decimal import Decimal
from typing import Final

from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.result import Line, LineKind, Unit
from app.pricing.tariffs.model import (
    Dimension,
    PriceComponent,
    Reservation,
    Tariff,
    TariffElement,
    TariffRestrictions,
    TaxIncluded,
)

_PER: Final = {
    Dimension.ENERGY: "per kWh",
    Dimension.TIME: "per hour of charging",
    Dimension.PARKING_TIME: "per hour of parking",
    Dimension.FLAT: "per session",
}
_WHAT: Final = {
    LineKind.ENERGY: "Energy",
    LineKind.TIME: "Charging time",
    LineKind.PARKING_TIME: "Parking",
    LineKind.FLAT: "Fixed price",
    LineKind.MIN_PRICE: "Raised to the minimum price",
    LineKind.MAX_PRICE: "Cut to the maximum price",
}
_UNIT: Final = {Unit.KWH: "kWh", Unit.MINUTE: "min", Unit.SESSION: "session", Unit.OTHER: ""}
_TAXES: Final = {
    TaxIncluded.YES: "Prices include VAT.",
    TaxIncluded.NO: "Prices exclude VAT.",
    TaxIncluded.NOT_APPLICABLE: "No VAT applies.",
}
_RANGES: Final = (("kwh", "kWh"), ("power", "kW"), ("current", "A"), ("duration", "s"))
_RESERVED: Final = {
    Reservation.RESERVATION: "for a reservation",
    Reservation.RESERVATION_EXPIRES: "for a reservation that nobody used",
}


def explain_tariff(tariff: Tariff) -> tuple[str, ...]:
    """Return *tariff* in sentences: its taxes, its elements as they count, and its limits."""
    sentences = [f"Tariff {tariff.id} in {tariff.currency}. {_TAXES[tariff.tax_included]}"]
    for number, element in enumerate(tariff.elements, start=1):
        first = "" if number == 1 else "else, "
        sentences.append(f"{number}. {first}{_element(element, tariff.currency)}.")
    for name, limit in (("At least", tariff.min_price), ("At most", tariff.max_price)):
        if limit is not None:
            before, after = limit.before_taxes, limit.after_taxes
            sides = [f"{before} before VAT"] if before is not None else []
            sides += [f"{after} after VAT"] if after is not None else []
            sentences.append(f"{name} {' and '.join(sides)} per session.")
    return tuple(sentences)


def explain(priced: Priced) -> tuple[str, ...]:
    """Return why a session costs what it costs: a sentence per line, and the total."""
    sentences = [_line(line) for line in priced.lines]
    vat = f", of which {priced.vat} VAT" if priced.vat else ""
    return (*sentences, f"Together {priced.gross}{vat}.")


def _line(line: Line) -> str:
    what = _WHAT[line.kind] + (" of the reservation" if line.reserved else "")
    if line.element is None:
        return f"{what}: {line.gross}."
    unit = _UNIT[line.unit]
    steps = "" if line.billed == line.measured else f" ({line.measured} rounded up to the step)"
    price = f"{_short(line.unit_price)} {line.gross.currency} per {unit}"
    where = f"tariff {line.tariff_id}, element {line.element + 1}"
    return f"{what}: {_short(line.billed)} {unit}{steps} at {price} is {line.gross} ({where})."


def _element(element: TariffElement, currency: str) -> str:
    prices = " and ".join(_component(one, currency) for one in element.price_components)
    found = element.restrictions
    return prices if found is None else " ".join([prices, *_conditions(found)])


def _component(component: PriceComponent, currency: str) -> str:
    price = f"{component.price} {currency} {_PER[component.type]}"
    if component.step_size > 1 and component.type is not Dimension.FLAT:
        unit = "Wh" if component.type is Dimension.ENERGY else "s"
        price += f", in steps of {component.step_size} {unit}"
    return price


def _conditions(found: TariffRestrictions) -> list[str]:
    said = [] if found.reservation is None else [_RESERVED[found.reservation]]
    if found.start_time or found.end_time:
        said.append(f"from {found.start_time or '00:00'} to {found.end_time or '24:00'}")
    if found.day_of_week:
        said.append("on " + ", ".join(day.value.capitalize() for day in found.day_of_week))
    if found.start_date:
        said.append(f"from {found.start_date}")
    if found.end_date:
        said.append(f"before {found.end_date}")
    for name, unit in _RANGES:
        least, most = getattr(found, f"min_{name}"), getattr(found, f"max_{name}")
        said += [f"from {least} {unit} on"] if least is not None else []
        said += [f"below {most} {unit}"] if most is not None else []
    return said


def _short(amount: Decimal) -> str:
    return f"{amount:f}"
