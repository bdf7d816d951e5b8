"""Notices in words: a title, a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.infra.i18n import format_clock, format_energy, format_money, gettext
from app.kernel.money import Money
from app.people.notifications.model import Notice, NoticeKind


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """What a device shows, or a mail says."""

    title: str
    sentence: str


def notice_words(notice: Notice) -> NoticeWords:
    """Return *notice* in the current language."""
    facts = notice.facts
    match notice.kind:
        case NoticeKind.FINISHED:
            energy = format_energy(Decimal(facts["energy_kwh"]), decimals=2)
            return NoticeWords(gettext("Charging is finished"), _with(facts, energy, _money(facts)))
        case NoticeKind.HOLD:
            return NoticeWords(
                gettext("The amount is nearly used up"),
                _with(facts, gettext("Charging stops by itself before more is spent.")),
            )
        case NoticeKind.FEE:
            at = format_clock(datetime.fromisoformat(facts["at"]), facts["time_zone"])
            return NoticeWords(
                gettext("A blocking fee starts at %(time)s") % {"time": at},
                _with(facts, gettext("Unplug before, and you do not pay it.")),
            )
        case NoticeKind.RECEIPT:
            return NoticeWords(gettext("Your receipt is ready"), _with(facts, _money(facts)))
        case NoticeKind.FREE:
            return NoticeWords(
                gettext("A charge point is free"), _with(facts, facts.get("evse_id", ""))
            )


def kind_words() -> dict[NoticeKind, str]:
    """Return what each kind of notice is called where a driver chooses."""
    return {
        NoticeKind.FINISHED: gettext("Charging is finished"),
        NoticeKind.HOLD: gettext("The amount is nearly used up"),
        NoticeKind.FEE: gettext("A blocking fee starts in ten minutes"),
        NoticeKind.RECEIPT: gettext("Your receipt is ready"),
        NoticeKind.FREE: gettext("A charge point that you watch is free"),
    }


def _with(facts: Mapping[str, str], *said: str) -> str:
    return " · ".join(part for part in (facts.get("place", ""), *said) if part)


def _money(facts: Mapping[str, str]) -> str:
    return format_money(Money(int(facts["charged_minor"]), facts["currency"]))
