"""
What can be said about a tariff: every code with its severity, its sentence and where it is from.

docs/reference/pricing.md has the same table; a test compares them.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.infra.i18n import N_, said


class Severity(StrEnum):
    """An error forbids publishing; a warning surprises somebody; advice is good practice."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Rule:
    """How grave a finding is, its *sentence* in English, and the *source* that asks for it."""

    severity: Severity
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: a stable *code*, the path of the *field*, and what the sentence names."""

    code: str
    field: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Return how grave it is."""
        return RULES[self.code].severity

    @property
    def text(self) -> str:
        """Return the sentence in the current language."""
        return said(RULES[self.code].sentence) % self.values


_E, _W, _A = Severity.ERROR, Severity.WARNING, Severity.ADVICE
_OCPI: Final = "OCPI 2.3.0, mod_tariffs"
_AFIR: Final = "AFIR, Regulation (EU) 2023/1804, Article 5(4)"
_DOCS: Final = "which tariff holds"
_DYNAMIC: Final = "dynamic prices"
_VAT: Final = "Directive 2006/112/EC"

# What keeps a tariff from being read, priced or published, wherever it shall hold.
_SHAPE: Final[Mapping[str, Rule]] = {
    "id_length": Rule(_E, N_("an id has 1 to %(most)s characters"), _OCPI),
    "currency": Rule(_E, N_("%(text)s is not an ISO 4217 code such as EUR"), "ISO 4217"),
    "currency_unknown": Rule(_E, N_("there is no currency %(text)s"), "ISO 4217"),
    "no_elements": Rule(_E, N_("a tariff has at least one element"), _OCPI),
    "never_valid": Rule(_E, N_("the tariff ends before it starts"), _OCPI),
    "no_components": Rule(_E, N_("an element has at least one price"), _OCPI),
    "duplicate_dimension": Rule(_E, N_("%(dimension)s is priced twice"), _OCPI),
    "vat_range": Rule(_E, N_("VAT is a percentage from 0 to 100"), _OCPI),
    "step_size": Rule(_E, N_("a step size is 0 or more"), _OCPI),
    "amount": Rule(_E, N_("%(text)s is not a usable number"), _OCPI),
    "decimals": Rule(_E, N_("%(text)s has more than %(most)s decimals"), _OCPI),
    "time": Rule(_E, N_("%(text)s is not a time such as 17:30"), _OCPI),
    "date": Rule(_E, N_("%(text)s is not a date such as 2026-12-31"), _OCPI),
    "bound": Rule(_E, N_("%(text)s is not a usable bound"), _OCPI),
    "empty_range": Rule(_E, N_("the range is empty: its end is not above its start"), _OCPI),
    "empty_limit": Rule(_E, N_("a price limit has an amount before or after taxes"), _OCPI),
    "limit_below_zero": Rule(_E, N_("a price limit is 0 or more"), _OCPI),
    "min_above_max": Rule(_E, N_("the maximum is below the minimum"), _OCPI),
}
# What surprises a driver, or the one who wrote the tariff.
_MEANING: Final[Mapping[str, Rule]] = {
    "unreachable": Rule(
        _W, N_("this price never counts: an earlier element always holds and has one"), _OCPI
    ),
    "never_holds": Rule(_W, N_("the restriction never holds: nothing is below 0"), _OCPI),
    "whole_day": Rule(
        _W,
        N_("the window begins when it ends and is read as the whole day: leave it out"),
        _OCPI,
    ),
    "weekday_over_midnight": Rule(
        _W,
        N_(
            "the window passes midnight, but its weekdays are those of the moment: after midnight "
            "the next day counts"
        ),
        _OCPI,
    ),
    "windows_overlap": Rule(
        _W,
        N_("the window overlaps that of element %(other)s: in both, the earlier element counts"),
        _OCPI,
    ),
    "gap": Rule(_W, N_("from %(start)s to %(end)s nothing is charged for energy"), _OCPI),
    "step_on_flat": Rule(_W, N_("a fixed price has no steps"), _OCPI),
    "time_step_unused": Rule(
        _W, N_("once parking is billed, the step of time counts nothing"), _OCPI
    ),
    "reservation_dimension": Rule(
        _W, N_("a reservation has neither energy nor parking: this is never charged"), _OCPI
    ),
    "nothing_by_use": Rule(
        _W, N_("nothing is charged for energy or time: is the tariff complete?"), _OCPI
    ),
    "zero_step": Rule(_A, N_("a step of 0 is no step: write 1"), _OCPI),
    "coarse_step": Rule(
        _A, N_("steps above 1 charge for what was not used; OCPI 3.0 has none"), "OCPI 3.0"
    ),
    "no_fallback": Rule(
        _A,
        N_("when no restriction holds, this is free: add an element without restrictions"),
        _OCPI,
    ),
}
_TAXES: Final[Mapping[str, Rule]] = {
    "vat_not_applicable": Rule(
        _W,
        N_("the tariff says that taxes do not apply, so its VAT rates count nothing"),
        "OCPI 2.3.0, TaxIncluded",
    ),
    "vat_rate_missing": Rule(
        _W,
        N_("prices include taxes, but not every price says at which rate"),
        "OCPI 2.3.0, TaxIncluded",
    ),
    "vat_differs": Rule(
        _W, N_("the VAT rate is %(given)s %%, that of the place %(due)s %%"), f"{_VAT}, Article 93"
    ),
    "foreign_currency": Rule(
        _W,
        N_("the tariff is in %(given)s, but VAT is shown in %(due)s there"),
        f"{_VAT}, Article 230",
    ),
}
# What the law of a place asks of a tariff for drivers who pay on the spot.
_LAW: Final[Mapping[str, Rule]] = {
    "afir_per_kwh": Rule(
        _E,
        N_(
            "from 50 kW on, charging on the spot is priced per kWh; beside it only a fee per "
            "minute of occupancy is allowed"
        ),
        _AFIR,
    ),
    "afir_minimum": Rule(
        _W,
        N_("from 50 kW on, a minimum price is a price beside the kWh, which is not allowed"),
        _AFIR,
    ),
    "clock_not_certified": Rule(
        _E,
        N_(
            "in Germany a price by time needs meters with a certified clock, which this place "
            "does not have"
        ),
        "MessEG, Section 33; MessEV",
    ),
    "kwh_price_missing": Rule(
        _E,
        N_("in Germany the price of a kWh is shown: the tariff has none"),
        "PAngV, Section 14",
    ),
    "not_in_pence_per_kwh": Rule(
        _E,
        N_(
            "in Great Britain the whole price is shown in pence per kWh: a price per minute or "
            "session cannot be part of it"
        ),
        "Public Charge Point Regulations 2023",
    ),
    "no_preauthorize_amount": Rule(
        _W,
        N_("a tariff for payment on the spot says how much is held on the driver's card"),
        "Directive (EU) 2015/2366, Article 75",
    ),
}
# What surprises about the rules that choose a tariff, when they stand together.
_CHOICE: Final[Mapping[str, Rule]] = {
    "rule_unreachable": Rule(
        _W, N_("never comes first: %(other)s holds wherever and whenever it does"), _DOCS
    ),
    "rule_ambiguous": Rule(
        _W,
        N_("%(one)s and %(other)s hold together and neither is the narrower: give one a priority"),
        _DOCS,
    ),
    "rule_over": Rule(_W, N_("its time is over: it can go"), _DOCS),
    "rule_reaches_nothing": Rule(_W, N_("no EVSE there has such a power"), _DOCS),
    "rule_without_reason": Rule(
        _A,
        N_("say the reason why these drivers have another price"),
        "AFIR, Regulation (EU) 2023/1804, Article 5(3)",
    ),
}

# What surprises about a series of dynamic prices.
_SERIES: Final[Mapping[str, Rule]] = {
    "series_silent": Rule(
        _W, N_("no price is known for this moment: the default tariff's holds"), _DYNAMIC
    ),
    "series_gap": Rule(
        _W,
        N_("no price is known from %(start)s to %(end)s: the default tariff's holds"),
        _DYNAMIC,
    ),
    "series_free_default": Rule(
        _W, N_("where the series has no price, the default tariff gives energy for free"), _DYNAMIC
    ),
    "series_before_taxes": Rule(
        _W,
        N_("market prices are before VAT, and the default tariff's prices include it"),
        _DYNAMIC,
    ),
}

RULES: Final[Mapping[str, Rule]] = {
    **_SHAPE,
    **_MEANING,
    **_TAXES,
    **_LAW,
    **_CHOICE,
    **_SERIES,
}
