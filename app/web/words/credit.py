"""A driver's credit in words, where it can be paid with."""

from dataclasses import dataclass
from decimal import Decimal

from app.directpay.credit.look import CreditView
from app.directpay.prices.views import MoneyView
from app.infra.i18n import format_money, gettext
from app.kernel.money import Money, exponent


@dataclass(frozen=True, slots=True)
class CreditWords:
    """
    What the scan page says of a driver's credit.

    *button* is None where the credit does not suffice, and *sentence* says so then. *suggested*,
    *least*, *most* and *step* are those of a number field.
    """

    sentence: str
    label: str
    button: str | None
    suggested: str = ""
    least: str = ""
    most: str = ""
    step: str = ""


def credit_words(credit: CreditView) -> CreditWords:
    """Return how to pay with *credit*, in the current language."""
    has = {"amount": format_money(credit.spendable), "least": format_money(credit.least)}
    label = gettext("Use at most") + f" ({credit.spendable.currency})"
    if credit.frozen:
        sentence = gettext("Your credit cannot be used now. Please call us.")
        return CreditWords(sentence, label, None)
    if credit.suggested is None:
        sentence = gettext("You have %(amount)s of credit; a session takes at least %(least)s.")
        return CreditWords(sentence % has, label, None)
    return CreditWords(
        sentence=gettext("You never pay more than this. What you do not use is your credit again."),
        label=label,
        button=gettext("Pay with your credit (%(amount)s)") % has,
        suggested=_plain(credit.suggested),
        least=_plain(credit.least),
        most=_plain(credit.spendable),
        step=str(Decimal(1).scaleb(-exponent(credit.spendable.currency))),
    )


def _plain(amount: MoneyView) -> str:
    """Return an amount as number fields want it: `25.00`."""
    return str(Money(amount.minor, amount.currency).as_decimal())
