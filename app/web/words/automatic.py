"""Credit that buys itself again, in words: what is agreed to, and why it is over."""

from dataclasses import dataclass

from app.funds.wallet.automatic.model import Agreement, AgreementState, Ending, Terms
from app.infra.i18n import format_local_date, format_money, gettext

_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class AutomaticWords:
    """What a driver agreed to: *holds* says it in a sentence, *over* why it is so no more."""

    holds: str | None
    means: str
    over: str | None


def terms_words(terms: Terms) -> str:
    """Return what the box beside buying says; a change of meaning needs a new `WORDS`."""
    sentence = gettext(
        "When less than %(below)s is left, buy %(amount)s again automatically, at most %(a_day)s"
        " a day."
    )
    return sentence % {
        "below": format_money(terms.below),
        "amount": format_money(terms.amount),
        "a_day": format_money(terms.a_day),
    }


def automatic_words(agreement: Agreement | None, instrument: str | None) -> AutomaticWords | None:
    """Return what the page says of an agreement, or None: nothing."""
    # Before its first payment is there, it is no more than a wish.
    if agreement is None or agreement.state is AgreementState.AGREED:
        return None
    if agreement.state is AgreementState.ON:
        return AutomaticWords(terms_words(agreement.terms), instrument or "", None)
    reasons = {
        Ending.DECLINED: gettext(
            "Automatic top-up was switched off on %(date)s: your bank declined twice."
        ),
        Ending.GONE: gettext(
            "Automatic top-up was switched off on %(date)s: your payment method is gone."
        ),
    }
    why = None if agreement.ended_why is None else reasons.get(agreement.ended_why)
    if why is None or agreement.ended_at is None:
        return None
    date = format_local_date(agreement.ended_at, _ZONE)
    return AutomaticWords(None, "", why % {"date": date})
