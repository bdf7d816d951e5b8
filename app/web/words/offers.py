"""What makes a session cheaper, in words: what it gives, on which conditions, and who pays."""

from dataclasses import dataclass
from decimal import Decimal

from app.directpay.views import OfferView
from app.infra.i18n import format_energy, format_money, format_percent, gettext, ngettext
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class OfferWords:
    """An offer as it is read: its name, and one sentence or two."""

    name: str
    sentence: str
    by_code: bool


def offer_words(offer: OfferView) -> OfferWords:
    """Return *offer* in the current language."""
    said = [_given(offer), *_conditions(offer)]
    return OfferWords(offer.name, " ".join(said), offer.by_code)


def _given(offer: OfferView) -> str:
    match offer.kind:
        case "sessions":
            return gettext("This session is free.")
        case "parking":
            minutes = int(offer.amount)
            return ngettext(
                "The first minute of the blocking fee is free.",
                "The first %(number)s minutes of the blocking fee are free.",
                minutes,
            ) % {"number": minutes}
        case "energy":
            energy = format_energy(Decimal(offer.amount), decimals=_decimals(offer.amount))
            return gettext("The first %(energy)s are free.") % {"energy": energy}
        case "percent":
            percent = format_percent(Decimal(offer.amount))
            return gettext("%(percent)s off the price.") % {"percent": percent}
        case "value":
            money = format_money(Money.of(Decimal(offer.amount), offer.currency))
            return gettext("%(money)s off the price.") % {"money": money}
        case _:
            return gettext("%(gift)s: the receipt has the voucher.") % {"gift": offer.amount}


def _conditions(offer: OfferView) -> list[str]:
    said = []
    if offer.minimum is not None:
        least = format_money(offer.minimum)
        said.append(gettext("From a price of %(money)s on.") % {"money": least})
    if offer.most is not None and offer.kind != "value":
        said.append(gettext("%(money)s at most.") % {"money": format_money(offer.most)})
    if offer.once:
        said.append(gettext("Limited for each driver."))
    if offer.partner is not None:
        said.append(gettext("Paid by %(partner)s.") % {"partner": offer.partner})
    return said


def _decimals(amount: str) -> int:
    return len(amount.rpartition(".")[2].rstrip("0")) if "." in amount else 0
