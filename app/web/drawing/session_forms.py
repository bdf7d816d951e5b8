"""The forms of the session page: stop, receipt by e-mail, invoice for a company."""

from dataclasses import dataclass, field

from app.directpay.model import Ending, Stage
from app.directpay.views import JourneyView, MoreView, SettledView
from app.funds.payments.providers.capabilities import WALLET
from app.infra.i18n import country_name, current_language, format_money, gettext
from app.web.words.payment import HOLD, Device, Group, owed_groups, payment_groups

# Where the buyer of a session can be: the EEA, Switzerland and the United Kingdom.
# fmt: off
COUNTRIES = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)
# fmt: on
# The endings that have a receipt, and that of a journey under way, which may come to have one.
_WITH_RECEIPT = (None, Ending.CHARGED, Ending.COVERED)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence on top of the page."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What was wrong with a form, and what had been typed."""

    notice: Notice | None = None
    mail: str | None = None
    invoice: str | None = None
    typed: dict[str, str] = field(default_factory=dict)


NO_MISTAKES = Mistakes()


@dataclass(frozen=True, slots=True)
class StopForm:
    """The button that stops, and the question before it does."""

    label: str
    question: str
    confirm: str


@dataclass(frozen=True, slots=True)
class MoreForm:
    """The button that adds to what is held; without a *key* it was pressed and is waited for."""

    label: str
    sentence: str
    key: str | None
    checkout_url: str | None
    open: bool


@dataclass(frozen=True, slots=True)
class AgainForm:
    """
    The other ways to pay, each once with *key*: *open* when the last attempt came to nothing.

    What is *owed* is paid after the session, and starts nothing.
    """

    key: str
    groups: tuple[Group, ...]
    open: bool
    owed: bool = False


@dataclass(frozen=True, slots=True)
class MailForm:
    """Where the receipt goes: *open* while an address can be given."""

    label: str
    sent_to: str | None
    open: bool
    error: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the invoice form."""

    name: str
    label: str
    autocomplete: str
    longest: int
    value: str
    required: bool
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceForm:
    """The buyer's data."""

    fields: tuple[Field, ...]
    error: str | None


def stop_form(view: JourneyView) -> StopForm | None:
    """Return how to stop or cancel, or None when there is nothing to stop."""
    match view.stage:
        case Stage.CHARGING:
            return StopForm(
                label=gettext("Stop charging"),
                question=gettext("Stop now? You pay for what you have used so far."),
                confirm=gettext("Yes, stop charging"),
            )
        case Stage.PAYING | Stage.STARTING | Stage.WAITING:
            return StopForm(
                label=gettext("Cancel"),
                question=gettext("Cancel now? You pay nothing."),
                confirm=gettext("Yes, cancel"),
            )
        case Stage.STOPPING | Stage.SETTLING | Stage.ENDED:
            return None


def again_form(view: JourneyView) -> AgainForm | None:
    """Return how to pay in another way, or None when there is nothing to pay any more."""
    is_owed = view.settled is not None and view.settled.owed
    found = owed_groups(view.methods) if is_owed else payment_groups(view.methods, Device.OTHER)
    if not found:
        return None
    return AgainForm(view.pay_key, tuple(found), is_owed or view.lost is not None, is_owed)


def more_form(view: JourneyView) -> MoreForm | None:
    """Return how to add to what is held, or None when nothing can be added."""
    more = view.more
    if more is None:
        return None
    amount = {"amount": format_money(more.amount)}
    label = gettext("Add %(amount)s") % amount
    if more.waiting:
        asked = (
            gettext("Finish the payment to add %(amount)s. Charging goes on meanwhile.")
            if more.checkout_url
            else gettext("Your bank is being asked for %(amount)s. Charging goes on meanwhile.")
        )
        return MoreForm(label, asked % amount, None, more.checkout_url, open=True)
    return MoreForm(label, _agreement(view, more) % amount, more.key, None, open=view.hold_warning)


def _agreement(view: JourneyView, more: MoreView) -> str:
    if view.method == WALLET:
        return gettext("%(amount)s more of your credit may be used.")
    if view.strategy != HOLD:
        return gettext("%(amount)s more is charged now. What you do not use goes back.")
    if more.by_page:
        return gettext("%(amount)s more is reserved. You agree to it on the next page.")
    return gettext("%(amount)s more is reserved, the way you paid before.")


def mail_form(view: JourneyView, mistakes: Mistakes) -> MailForm | None:
    """Return the form for the receipt's address, or None when there is no receipt to come."""
    if view.stage is Stage.PAYING or view.ending not in _WITH_RECEIPT:
        return None
    settled = view.settled
    sent_to = None
    if view.receipt_email:
        sent_to = _sent_to(settled) % {"address": view.receipt_email}
    return MailForm(
        label=gettext("Send to another address") if sent_to else gettext("Send me the receipt"),
        sent_to=sent_to,
        open=settled is None or settled.mails_left > 0,
        error=mistakes.mail,
        value=mistakes.typed.get("email", ""),
    )


def _sent_to(settled: SettledView | None) -> str:
    if settled is None or not settled.receipt_number:
        return gettext("The receipt goes to %(address)s when charging ends.")
    if settled.mail_failed:
        return gettext("The mail to %(address)s did not arrive. Is the address right?")
    return gettext("The receipt is sent to %(address)s.")


def invoice_form(view: JourneyView, mistakes: Mistakes) -> InvoiceForm | None:
    """Return the form for the buyer, or None when there is no receipt or already an invoice."""
    settled = view.settled
    if settled is None or not settled.receipt_number or settled.invoiced:
        return None
    country = mistakes.typed.get("country") or view.point.country
    fields = (
        *(_text_field(name, mistakes) for name in ("company", "street", "postal_code", "city")),
        _country_field(country),
        _text_field("vat_number", mistakes),
    )
    return InvoiceForm(fields, mistakes.invoice)


def _text_field(name: str, mistakes: Mistakes) -> Field:
    label, autocomplete, longest = {
        "company": (gettext("Company"), "organization", 120),
        "street": (gettext("Street and number"), "street-address", 120),
        "postal_code": (gettext("Postal code"), "postal-code", 12),
        "city": (gettext("City"), "address-level2", 80),
        "vat_number": (gettext("VAT number"), "off", 20),
    }[name]
    required = name != "vat_number"
    return Field(name, label, autocomplete, longest, mistakes.typed.get(name, ""), required)


def _country_field(country: str) -> Field:
    language = current_language()
    choices = sorted(((code, country_name(code, language)) for code in COUNTRIES), key=_by_name)
    return Field(
        "country", gettext("Country"), "country", 2, country, required=True, choices=tuple(choices)
    )


def _by_name(country: tuple[str, str]) -> str:
    return country[1]
