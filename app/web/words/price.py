"""The price in words: what a kWh, a minute, a session costs, what is free, what changes when."""

from dataclasses import dataclass
from datetime import datetime

from app.directpay.views import PriceComponentView, PriceView
from app.infra.i18n import (
    format_clock,
    format_duration,
    format_money,
    format_percent,
    format_plain,
    format_price,
    gettext,
)

_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price: the *amount*, *per* what, and what else is to be known of it."""

    amount: str
    per: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceBlock:
    """The price as the page shows it; *rows* are in the order kWh, minute, session, other."""

    rows: tuple[PriceRow, ...]
    notes: tuple[str, ...]
    change: str | None
    next_rows: tuple[PriceRow, ...]


def price_block(price: PriceView, time_zone: str) -> PriceBlock:
    """Return *price* in the words of the current language, with times in *time_zone*."""
    return PriceBlock(
        rows=price_rows(price.components, time_zone),
        notes=_block_notes(price),
        change=_next_price(price, time_zone),
        next_rows=price_rows(price.next_components, time_zone),
    )


def price_rows(components: tuple[PriceComponentView, ...], time_zone: str) -> tuple[PriceRow, ...]:
    """Return a row for each of *components*."""
    return tuple(
        PriceRow(_amount(component), per_unit(component), _notes(component, time_zone))
        for component in components
    )


def per_unit(component: PriceComponentView) -> str:
    """Return what the price is for: `per kWh`, `per minute after charging has ended`."""
    match component.unit, component.kind:
        case "kwh", _:
            return gettext("per kWh")
        case "minute", "PARKING_TIME":
            return gettext("per minute while connected but not charging")
        case "minute", _:
            return gettext("per minute")
        case "session", _:
            return gettext("per session")
        case _:
            return gettext("other")


def _next_price(price: PriceView, time_zone: str) -> str | None:
    """Return when and to what the price changes, named by the first price that is another one."""
    when = change_sentence(price.next_change, time_zone)
    if when is None:
        return None
    known = {(row.kind, row.unit, row.price) for row in price.components}
    new = [row for row in price.next_components if (row.kind, row.unit, row.price) not in known]
    if not new:
        another = gettext("another price")
        return f"{when}: {another}"
    return f"{when}: {_amount(new[0])} {per_unit(new[0])}"


def change_sentence(at: datetime | None, time_zone: str) -> str | None:
    """Return when the price changes next, or None when it does not."""
    if at is None:
        return None
    return gettext("From %(time)s") % {"time": format_clock(at, time_zone)}


def _amount(component: PriceComponentView) -> str:
    if not component.price:
        return gettext("free")
    return format_price(component.price, component.currency)


def _notes(component: PriceComponentView, time_zone: str) -> tuple[str, ...]:
    notes: list[str] = []
    if component.from_minute:
        time = format_duration(component.from_minute * _SECONDS_A_MINUTE)
        notes.append(gettext("the first %(time)s are free") % {"time": time})
    if component.from_kwh:
        notes.append(
            gettext("the first %(kwh)s kWh are free") % {"kwh": format_plain(component.from_kwh)}
        )
    if component.until is not None:
        time = format_clock(component.until, time_zone)
        notes.append(gettext("until %(time)s") % {"time": time})
    return tuple(notes)


def _block_notes(price: PriceView) -> tuple[str, ...]:
    notes: list[str] = []
    if price.minimum is not None:
        amount = format_money(price.minimum)
        notes.append(gettext("At least %(amount)s per session.") % {"amount": amount})
    if price.maximum is not None:
        amount = format_money(price.maximum)
        notes.append(gettext("Never more than %(amount)s per session.") % {"amount": amount})
    if price.vat_rate is not None:
        rate = format_percent(price.vat_rate)
        notes.append(gettext("All prices include %(rate)s VAT.") % {"rate": rate})
    else:
        notes.append(gettext("All prices include VAT."))
    return tuple(notes)
