"""Why a price came out: every line with its tariff, quantity, step, rate and VAT, and the total."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from app.infra.i18n import (
    N_,
    format_energy,
    format_money,
    format_number,
    format_percent,
    format_plain,
    format_unit_price,
    gettext,
    said,
)
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.result import Line, LineKind, Unit
from app.pricing.tariffs.model import Tariff, TariffElement
from app.pricing.tariffs.words.notes import note_words
from app.pricing.tariffs.words.prices import labelled, per_unit, sentence
from app.pricing.tariffs.words.terms import conditions, step_words

_WHAT: Final[Mapping[LineKind, str]] = {
    LineKind.ENERGY: N_("Energy"),
    LineKind.TIME: N_("Charging time"),
    LineKind.PARKING_TIME: N_("Connected without charging"),
    LineKind.FLAT: N_("Fixed price"),
    LineKind.MIN_PRICE: N_("Raised to the minimum price"),
    LineKind.MAX_PRICE: N_("Cut to the maximum price"),
}


def explain(priced: Priced, *tariffs: Tariff) -> tuple[str, ...]:
    """
    Return why a session costs what it costs, in the current language, a sentence each.

    A line names the tariff, version, element and price that applied, what was measured and billed,
    the unit price and the VAT rate; of *tariffs* that are given, also when the element holds. Then
    come the total per VAT rate, and what had to be assumed. All amounts include VAT.
    """
    known = {tariff.id: tariff for tariff in tariffs}
    lines = [_line(line, known.get(line.tariff_id)) for line in priced.lines]
    return (*lines, *_totals(priced), *(note_words(note) for note in priced.notes))


def _line(line: Line, tariff: Tariff | None) -> str:
    what = said(_WHAT[line.kind])
    if line.reserved:
        what = gettext("%(what)s of the reservation") % {"what": what}
    amount = format_money(line.gross)
    if line.vat_rate is not None:
        rate = format_percent(line.vat_rate)
        amount = gettext("%(amount)s incl. %(rate)s VAT") % {"amount": amount, "rate": rate}
    if line.element is None or line.component is None:
        return f"{sentence(labelled(what, amount))} {_limit(line)}"
    calculation = f"{_billed(line, tariff)} × {_unit_price(line)} = {amount}"
    return f"{sentence(labelled(what, calculation))} {_source(line, tariff)}"


def _billed(line: Line, tariff: Tariff | None) -> str:
    billed = _quantity(line.billed, line.unit)
    if line.billed == line.measured:
        return billed
    values = {"billed": billed, "measured": _quantity(line.measured, line.unit)}
    step = _step(line, tariff)
    if step is None:
        return gettext("%(billed)s (%(measured)s rounded up to the step)") % values
    words = gettext("%(billed)s (%(measured)s rounded up to steps of %(step)s)")
    return words % {**values, "step": step}


def _step(line: Line, tariff: Tariff | None) -> str | None:
    if tariff is None or line.component is None:
        return None
    return step_words(_element(line, tariff).price_components[line.component])


def _quantity(quantity: Decimal, unit: Unit) -> str:
    match unit:
        case Unit.KWH:
            return format_energy(quantity)
        case Unit.MINUTE:
            whole = quantity == quantity.to_integral_value()
            number = format_number(quantity, decimals=0 if whole else 2)
            return f"{number}\N{NO-BREAK SPACE}min"
        case Unit.SESSION | Unit.OTHER:
            return format_plain(quantity)


def _unit_price(line: Line) -> str:
    price = format_unit_price(line.unit_price, line.gross.currency, line.unit)
    return f"{price} {per_unit(line.unit, line.kind)}"


def _source(line: Line, tariff: Tariff | None) -> str:
    assert line.element is not None  # noqa: S101 - a line that is not a limit has its element
    assert line.component is not None  # noqa: S101 - and its component
    values = {
        "tariff": line.tariff_id,
        "version": line.tariff_version,
        "element": line.element + 1,
        "price": line.component + 1,
    }
    words = gettext("Tariff %(tariff)s, version %(version)s, element %(element)s, price %(price)s")
    found = [] if tariff is None else conditions(_element(line, tariff).restrictions)
    where = words % values
    return sentence(labelled(where, ", ".join(found)) if found else where)


def _element(line: Line, tariff: Tariff) -> TariffElement:
    return tariff.elements[line.element or 0]


def _limit(line: Line) -> str:
    values = {"tariff": line.tariff_id, "version": line.tariff_version}
    if line.kind is LineKind.MIN_PRICE:
        words = gettext("Tariff %(tariff)s, version %(version)s, has a minimum price.")
    else:
        words = gettext("Tariff %(tariff)s, version %(version)s, has a maximum price.")
    return words % values


def _totals(priced: Priced) -> tuple[str, ...]:
    total = gettext("Together %(amount)s.") % {"amount": format_money(priced.gross)}
    words = gettext("At %(rate)s VAT: %(net)s net, %(vat)s VAT, %(gross)s gross.")
    rates = tuple(
        words
        % {
            "rate": format_percent(tax.rate),
            "net": format_money(tax.net),
            "vat": format_money(tax.vat),
            "gross": format_money(tax.gross),
        }
        for tax in priced.taxes
        if tax.gross
    )
    return (total, *rates)
