"""The prices of a moment in words: what a kWh, a minute, a session costs, and what changes when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.infra.i18n import (
    format_clock,
    format_day_clock,
    format_duration,
    format_money,
    format_percent,
    format_plain,
    format_power,
    format_unit_price,
    gettext,
)
from app.pricing.tariffs.words.shapes import Block, Price

_SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One price: the *amount*, *per* what, and what else is to be known of it."""

    amount: str
    per: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceWords:
    """
    A price block as the reader sees it; *rows* are in the order kWh, minute, session, other.

    *free* is what to say when there is no row.
    """

    rows: tuple[PriceRow, ...]
    free: str
    notes: tuple[str, ...]
    change: str | None
    next_rows: tuple[PriceRow, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """When the prices change next, by the clock of *time_zone*; *is_far*: in a day or more."""

    at: datetime | None
    time_zone: str
    is_far: bool = False

    def clock(self, instant: datetime) -> str:
        """Return the time of day of *instant*, with its weekday where that is not plain."""
        zone = ZoneInfo(self.time_zone)
        days = {each.astimezone(zone).date() for each in (instant, self.at or instant)}
        if self.is_far or len(days) > 1:
            return format_day_clock(instant, self.time_zone)
        return format_clock(instant, self.time_zone)


def price_words(block: Block, change: Change) -> PriceWords:
    """Return *block* in the current language."""
    return PriceWords(
        rows=price_rows(block.components, change),
        free=free_words(),
        notes=_block_notes(block),
        change=change_words(block.components, block.next_components, change),
        next_rows=price_rows(block.next_components, change),
    )


def free_words() -> str:
    """Return what is said where nothing costs anything."""
    return gettext("Charging is free here")


def price_sentences(block: Block, change: Change) -> tuple[str, ...]:
    """Return *block* as sentences for where there is no page: one per price, then the rest."""
    words = price_words(block, change)
    rows = [sentence(_said(row)) for row in words.rows] or [sentence(words.free)]
    changes = [] if words.change is None else [sentence(words.change)]
    return (*rows, *changes, *words.notes)


def price_rows(components: Sequence[Price], change: Change) -> tuple[PriceRow, ...]:
    """Return a row for each of *components*."""
    rows: list[PriceRow] = []
    known: set[str] = set()
    for component in components:
        notes = _notes(component, change, is_later=component.kind in known)
        rows.append(PriceRow(_amount(component), per_unit(component.unit, component.kind), notes))
        known.add(component.kind)
    return tuple(rows)


def per_unit(unit: str, kind: str) -> str:
    """Return what a price is for: `per kWh`, `per minute while connected but not charging`."""
    match unit, kind:
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


def change_words(now: Sequence[Price], later: Sequence[Price], change: Change) -> str | None:
    """Return when and how prices change, or None: `From 23:00: €0.25 per kWh, also €1.00 …`."""
    if change.at is None:
        return None
    when = gettext("From %(time)s") % {"time": change.clock(change.at)}
    before, after = _by_kind(now), _by_kind(later)
    undated = Change(None, change.time_zone)
    said: list[str] = []
    for kind, prices in after.items():
        if kind in before and _terms(prices) == _terms(before[kind]):
            continue
        texts = [_said(row) for row in price_rows(_undated(prices), undated)]
        if before and kind not in before:
            texts[0] = gettext("also %(price)s") % {"price": texts[0]}
        said += texts
    gone = [prices[0] for kind, prices in before.items() if kind not in after]
    if gone and not after:
        said = [gettext("free")]
    elif gone:
        units = (per_unit(price.unit, price.kind) for price in gone)
        said += [gettext("no longer %(unit)s") % {"unit": unit} for unit in units]
    return labelled(when, ", ".join(said) or gettext("another price"))


def labelled(label: str, text: str) -> str:
    """Return *text* after its *label*, with the colon of the language."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def sentence(text: str) -> str:
    """Return *text* with a full stop, unless an abbreviation has brought one."""
    return text if text.endswith(".") else f"{text}."


def _by_kind(prices: Sequence[Price]) -> dict[str, list[Price]]:
    found: dict[str, list[Price]] = {}
    for price in prices:
        found.setdefault(price.kind, []).append(price)
    return found


def _terms(prices: Sequence[Price]) -> list[object]:
    return [(one.price, one.from_minute, one.from_kwh, one.from_kw) for one in prices]


@dataclass(frozen=True, slots=True)
class _Undated:
    """A price of later: until when it holds then is another matter."""

    unit: str
    kind: str
    price: Decimal
    currency: str
    from_minute: int | None
    from_kwh: Decimal | None
    from_kw: Decimal | None
    until: datetime | None = None


def _undated(prices: Sequence[Price]) -> list[_Undated]:
    return [
        _Undated(
            one.unit,
            one.kind,
            one.price,
            one.currency,
            one.from_minute,
            one.from_kwh,
            one.from_kw,
        )
        for one in prices
    ]


def _said(row: PriceRow) -> str:
    notes = f" ({', '.join(row.notes)})" if row.notes else ""
    return f"{row.amount} {row.per}{notes}"


def _amount(component: Price) -> str:
    if not component.price:
        return gettext("free")
    return format_unit_price(component.price, component.currency, component.unit)


def _notes(component: Price, change: Change, *, is_later: bool) -> tuple[str, ...]:
    """Return from and until when a price holds; *is_later*: another one holds before it."""
    notes: list[str] = []
    if component.from_minute:
        time = {"time": format_duration(component.from_minute * _SECONDS_A_MINUTE)}
        later, first = gettext("after %(time)s"), gettext("free for the first %(time)s")
        notes.append((later if is_later else first) % time)
    if component.from_kwh:
        kwh = {"kwh": format_plain(component.from_kwh)}
        later, first = gettext("from %(kwh)s kWh on"), gettext("the first %(kwh)s kWh are free")
        notes.append((later if is_later else first) % kwh)
    if component.from_kw:
        power = format_power(component.from_kw, decimals=0)
        notes.append(gettext("from %(power)s on") % {"power": power})
    if component.until is not None:
        notes.append(gettext("until %(time)s") % {"time": change.clock(component.until)})
    return tuple(notes)


def _block_notes(block: Block) -> tuple[str, ...]:
    notes: list[str] = []
    if block.minimum is not None:
        amount = format_money(block.minimum)
        notes.append(gettext("At least %(amount)s per session.") % {"amount": amount})
    if block.maximum is not None:
        amount = format_money(block.maximum)
        notes.append(gettext("Never more than %(amount)s per session.") % {"amount": amount})
    return (*notes, vat_words(block.vat_rate))


def vat_words(rate: Decimal | None) -> str:
    """Return what is said of VAT at *rate* percent, None where it depends on the buyer."""
    if rate is None:
        return gettext("All prices include VAT.")
    if not rate:
        return gettext("No VAT is due on these prices.")
    return gettext("All prices include %(rate)s VAT.") % {"rate": format_percent(rate)}
