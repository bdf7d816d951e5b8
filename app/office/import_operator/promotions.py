"""The promotions of an operator file: their terms, and what in them breaks a rule."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.infra.i18n import LANGUAGES
from app.kernel.money import Money
from app.office.import_operator.entries.prices import PromotionEntry
from app.office.import_operator.faults import Fault, Path, parsed
from app.pricing.promotions.codes import is_word, normal
from app.pricing.promotions.coupons.terms import complaints
from app.pricing.promotions.model import (
    Benefit,
    Energy,
    Gift,
    Limits,
    Parking,
    Percent,
    Sessions,
    Terms,
    Value,
)
from app.pricing.tariffs.choice.model import Group

_ID: Final = re.compile(r"[a-z0-9-]{1,40}")
_AMOUNT: Final = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?) ([A-Z]{3})")
_BENEFITS: Final = ("money", "sessions", "percent", "kwh", "parking_minutes", "gift")


@dataclass(frozen=True, slots=True)
class PromotionOrder:
    """A campaign to be saved: its id, its terms, and the word that is its code, if any."""

    campaign_id: str
    terms: Terms
    word: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a promotion may speak of: locations, EVSEs and tariffs of the same file."""

    locations: frozenset[str]
    evses: frozenset[str]
    tariffs: frozenset[str]


def promotion_orders(
    entries: Sequence[PromotionEntry], known: Known, faults: list[Fault]
) -> tuple[PromotionOrder, ...]:
    """Return what *entries* order; what is wrong with them is added to *faults*."""
    orders: list[PromotionOrder] = []
    words: set[str] = set()
    for number, entry in enumerate(entries):
        path: Path = ("promotions", number)
        reader = _Reader(entry)
        order = PromotionOrder(entry.id, reader.terms(), entry.code)
        found = [*reader.faults, *_odd(entry), *_translated(entry), *_unknown(entry, known)]
        found += _rules(order.terms, reader)
        if any(order.campaign_id == other.campaign_id for other in orders):
            found.append(("id", f"the promotion {entry.id!r} stands here twice"))
        if entry.code is not None and normal(entry.code) in words:
            found.append(("code", f"the code {entry.code!r} stands here twice"))
        words.add(normal(entry.code or ""))
        faults += [Fault((*path, *parsed(field)), reason) for field, reason in found]
        orders.append(order)
    return tuple(orders)


class _Reader:
    """Reads an entry; what it could not read is in *faults*."""

    def __init__(self, entry: PromotionEntry) -> None:
        self.faults: list[tuple[str, str]] = []
        self._entry = entry

    def terms(self) -> Terms:
        """Return the terms, with nothing in place of what could not be read."""
        entry, limits = self._entry, self._entry.limits
        return Terms(
            name=entry.name,
            benefit=self._benefit(),
            currency=entry.currency,
            automatic=entry.automatic,
            stackable=entry.stackable,
            partner=entry.partner,
            valid_from=self._instant("valid_from", entry.valid_from),
            valid_until=self._instant("valid_until", entry.valid_until),
            locations=tuple(entry.locations),
            evses=tuple(entry.evses),
            tariffs=tuple(entry.tariffs),
            groups=tuple(entry.groups),
            minimum_minor=self._minor("minimum", entry.minimum) or 0,
            most_minor=self._minor("most", entry.most),
            limits=Limits(
                uses=limits.uses,
                uses_a_day=limits.uses_a_day,
                per_driver=limits.per_driver,
                per_code=limits.per_code,
                budget_minor=self._minor("limits.budget", limits.budget),
                budget_a_day_minor=self._minor("limits.budget_a_day", limits.budget_a_day),
            ),
            names=entry.names,
            gifts=entry.gifts,
        )

    @property
    def benefit_field(self) -> str:
        """Return the field that says what is given, "" when there is none."""
        return next((name for name in _BENEFITS if getattr(self._entry, name) is not None), "")

    def _benefit(self) -> Benefit:
        named = [name for name in _BENEFITS if getattr(self._entry, name) is not None]
        if len(named) != 1:
            self.faults.append(("", f"expected exactly one of {', '.join(_BENEFITS)}"))
            return Gift("-")
        return self._one_benefit()

    def _one_benefit(self) -> Benefit:
        match self._entry:
            case PromotionEntry(money=str(money)):
                return Value(self._minor("money", money) or 0)
            case PromotionEntry(sessions=int(count)):
                return Sessions(count)
            case PromotionEntry(percent=Decimal() as percent):
                return Percent(percent)
            case PromotionEntry(kwh=Decimal() as kwh):
                return Energy(kwh)
            case PromotionEntry(parking_minutes=int(minutes)):
                return Parking(minutes)
            case entry:
                return Gift(entry.gift or "")

    def _minor(self, field: str, text: str | None) -> int | None:
        if text is None:
            return None
        match = _AMOUNT.fullmatch(text)
        if match is None or match[2] != self._entry.currency:
            reason = f"expected an amount such as 5.00 {self._entry.currency}, got {text!r}"
            self.faults.append((field, reason))
            return None
        money = Money.of(Decimal(match[1]), match[2])
        if money.as_decimal() != Decimal(match[1]):
            self.faults.append((field, f"{text!r} has too many decimals"))
        return money.minor

    def _instant(self, field: str, text: str | None) -> datetime | None:
        if text is None:
            return None
        at = _parsed_instant(text)
        if at is None:
            self.faults.append((field, f"expected 2026-11-22T10:00+01:00 or so, got {text!r}"))
        return at


def _parsed_instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at


def _odd(entry: PromotionEntry) -> Iterator[tuple[str, str]]:
    if _ID.fullmatch(entry.id) is None:
        yield "id", "expected 1 to 40 of a-z, 0-9 and '-'"
    if re.fullmatch("[A-Z]{3}", entry.currency) is None:
        yield "currency", "expected an ISO 4217 code"
    if entry.code is not None and entry.automatic:
        yield "code", "an automatic promotion has no code"
    if entry.code is not None and not is_word(normal(entry.code)):
        yield "code", "expected a word of 4 to 11 letters and digits"
    for group in entry.groups:
        try:
            Group.parse(group)
        except ValueError:
            yield "groups", f"there is no group {group!r}"


def _translated(entry: PromotionEntry) -> Iterator[tuple[str, str]]:
    for field, texts in (("names", entry.names), ("gifts", entry.gifts)):
        for language in sorted(texts.keys() - set(LANGUAGES)):
            yield f"{field}.{language}", f"expected one of {', '.join(LANGUAGES)}"
    if entry.gifts and entry.gift is None:
        yield "gifts", "only a gift has them"


def _unknown(entry: PromotionEntry, known: Known) -> Iterator[tuple[str, str]]:
    named: Mapping[str, tuple[list[str], frozenset[str]]] = {
        "locations": (entry.locations, known.locations),
        "evses": (entry.evses, known.evses),
        "tariffs": (entry.tariffs, known.tariffs),
    }
    for field, (names, there) in named.items():
        for name in names:
            if name not in there:
                yield field, f"there is no {name!r} in {field}"


def _rules(terms: Terms, reader: _Reader) -> Iterator[tuple[str, str]]:
    if reader.faults:
        return
    for field, reason in complaints(terms):
        yield reader.benefit_field if field == "benefit" else field, reason
