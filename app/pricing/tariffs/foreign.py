"""What others write otherwise than OCPI 2.3.0 and mean the same: brought into its words."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.model import Json

_Reading = Callable[[object], object]
_DIGITS_OF_A_TIME: Final = 4


def in_our_words(source: Mapping[str, object]) -> Json:
    """
    Return the tariff in *source* in the words of OCPI 2.3.0, where it is clear what is meant.

    Enumerations and currencies in small letters, `N_A` for `N/A`, 24:00, 9:00 or 22:00:00, a price
    limit that is a number before taxes or that lists its taxes. Everything else stays as it is, for
    the reader to refuse.
    """
    return _read(source, _TARIFF)


def _read(source: Mapping[str, object], readings: Mapping[str, _Reading]) -> Json:
    return {
        name: readings[name](value) if name in readings else value for name, value in source.items()
    }


def _each(readings: Mapping[str, _Reading]) -> _Reading:
    def read(listed: object) -> object:
        if not isinstance(listed, list | tuple):
            return listed
        return [_read(one, readings) if isinstance(one, Mapping) else one for one in listed]

    return read


def _in_capitals(text: object) -> object:
    return text.strip().upper() if isinstance(text, str) else text


def _all_in_capitals(listed: object) -> object:
    return [_in_capitals(one) for one in listed] if isinstance(listed, list | tuple) else listed


def _tax_included(found: object) -> object:
    text = _in_capitals(found)
    return "N/A" if text in ("N_A", "NA") else text


def _time(found: object) -> object:
    """Return a time of day as `HH:MM`, as far as it is one."""
    if not isinstance(found, str):
        return found
    text = found.strip().removesuffix(":00") if found.count(":") > 1 else found.strip()
    if len(text) == _DIGITS_OF_A_TIME:
        text = f"0{text}"
    return text


def _end_time(found: object) -> object:
    text = _time(found)
    return "00:00" if text == "24:00" else text


def _restricted(found: object) -> object:
    return _read(found, _RESTRICTIONS) if isinstance(found, Mapping) else found


def _limit(found: object) -> object:
    """Return a price limit with its two sides."""
    if isinstance(found, int | Decimal | str) and not isinstance(found, bool):
        return {"before_taxes": found}
    if not isinstance(found, Mapping):
        return found
    before, taxes = found.get("before_taxes"), found.get("taxes")
    amounts = _amounts(taxes)
    if not isinstance(before, int | Decimal) or amounts is None or "after_taxes" in found:
        return found
    return {"before_taxes": before, "after_taxes": before + sum(amounts)}


def _amounts(taxes: object) -> list[int | Decimal] | None:
    if not isinstance(taxes, list | tuple):
        return None
    found = [one.get("amount") if isinstance(one, Mapping) else None for one in taxes]
    amounts = [one for one in found if isinstance(one, int | Decimal)]
    return amounts if len(amounts) == len(found) else None


_RESTRICTIONS: Final[Mapping[str, _Reading]] = {
    "start_time": _time,
    "end_time": _end_time,
    "day_of_week": _all_in_capitals,
    "reservation": _in_capitals,
}
_ELEMENT: Final[Mapping[str, _Reading]] = {
    "price_components": _each({"type": _in_capitals}),
    "restrictions": _restricted,
}
_TARIFF: Final[Mapping[str, _Reading]] = {
    "currency": _in_capitals,
    "tax_included": _tax_included,
    "min_price": _limit,
    "max_price": _limit,
    "elements": _each(_ELEMENT),
}
