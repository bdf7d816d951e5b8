"""A whole tariff in words, for whoever manages it: its elements in the order of counting."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.infra.i18n import format_price, gettext
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine.block import price_block
from app.pricing.tariffs.model import PriceLimit, Tariff, TaxIncluded
from app.pricing.tariffs.words.prices import Change, change_words, price_sentences, sentence
from app.pricing.tariffs.words.terms import element_words

_DAY: Final = timedelta(days=1)


class Moment(NamedTuple):
    """When and where prices are looked at: *vat* is the rate there in percent, if it is known."""

    at: datetime
    time_zone: str
    vat: Decimal | None


def explain_tariff(tariff: Tariff) -> tuple[str, ...]:
    """Return *tariff* in sentences: its taxes, its elements as they count, and its limits."""
    head = gettext("Tariff %(id)s in %(currency)s.") % {
        "id": tariff.id,
        "currency": tariff.currency,
    }
    sentences = [f"{head} {_taxes(tariff.tax_included)}"]
    for number, element in enumerate(tariff.elements, start=1):
        words = element_words(element, tariff.currency)
        if number > 1:
            words = gettext("else %(price)s") % {"price": words}
        sentences.append(f"{number}. {sentence(words)}")
    least, most = (
        gettext("At least %(sides)s per session."),
        gettext("At most %(sides)s per session."),
    )
    for words, limit in ((least, tariff.min_price), (most, tariff.max_price)):
        if limit is not None:
            sentences.append(words % {"sides": _sides(limit, tariff.currency)})
    if tariff.preauthorize_amount is not None:
        amount = format_price(tariff.preauthorize_amount, tariff.currency)
        sentences.append(gettext("%(amount)s is held before the start.") % {"amount": amount})
    return tuple(sentences)


def explain_day(plan: Plan, moment: Moment) -> tuple[str, ...]:
    """Return what a driver pays who starts at *moment*, and each change within a day. Incl. VAT."""
    at, zone, vat = moment
    block = price_block(plan, at, zone, vat)
    change = block.next_change
    is_far = change is not None and change - at >= _DAY
    sentences = [*price_sentences(block, Change(change, zone, is_far))]
    while change is not None and change - at < _DAY:
        later = price_block(plan, change, zone, vat)
        change = later.next_change
        if change is not None and change - at < _DAY:
            said = change_words(later.components, later.next_components, Change(change, zone))
            sentences.append(sentence(said or ""))
    return tuple(sentences)


def _taxes(included: TaxIncluded) -> str:
    match included:
        case TaxIncluded.YES:
            return gettext("Prices include VAT.")
        case TaxIncluded.NO:
            return gettext("Prices exclude VAT.")
        case TaxIncluded.NOT_APPLICABLE:
            return gettext("No VAT applies.")


def _sides(limit: PriceLimit, currency: str) -> str:
    sides: list[str] = []
    if limit.before_taxes is not None:
        amount = format_price(limit.before_taxes, currency)
        sides.append(gettext("%(amount)s before VAT") % {"amount": amount})
    if limit.after_taxes is not None:
        amount = format_price(limit.after_taxes, currency)
        sides.append(gettext("%(amount)s after VAT") % {"amount": amount})
    return " / ".join(sides)
