"""What letters say: where the session is, what is held for it, and the link."""

import hashlib
from dataclasses import dataclass

from app.billing.receipts.texts.letter import mail_templates
from app.billing.receipts.texts.words import Row
from app.charging.chargers.model import Evse
from app.directpay.letters.model import LetterKind
from app.directpay.model import Ended, Journey
from app.funds.payments.ports import Strategy
from app.infra.i18n import format_money, gettext, pgettext, speaking
from app.infra.mail import Mail
from app.kernel.money import Money
from app.people.identity.model import Operator


@dataclass(frozen=True, slots=True)
class Content:
    """
    What a letter is written from.

    *link* carries the payer's own token: whoever has it may stop the session. *can_grow* says that
    the driver can add to what is held.
    """

    journey: Journey
    operator: Operator
    evse: Evse
    strategy: Strategy
    link: str
    kind: LetterKind = LetterKind.LINK
    can_grow: bool = False


def write_letter(content: Content, *, to: str, sender: str) -> Mail:
    """
    Return the mail to one address, in the language of the journey and the name of the brand.

    Its Message-ID is the same for the same journey, kind and recipient; answers go to the support.
    """
    operator, journey = content.operator, content.journey
    with speaking(journey.locale):
        words = _words(content)
    return Mail(
        message_id=_message_id(content, to=to, sender=sender),
        sender=sender,
        sender_name=operator.brand.name,
        reply_to=operator.support.email,
        recipient=to,
        subject=str(words["title"]),
        text=mail_templates().get_template("session.txt").render(words),
        html=mail_templates().get_template("session.html").render(words),
        language=journey.locale,
        logo=operator.brand.png,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What letters of one kind say in words of their own."""

    title: str
    greeting: str
    notes: tuple[str, ...]
    action: str = ""


def _link(place: str) -> _Said:
    return _Said(
        gettext("Your session at %(place)s: follow and stop it here") % {"place": place},
        gettext("With this link you see what is charged and what it costs."),
        (
            gettext("Whoever has this link can stop the session: do not pass it on."),
            gettext("The receipt comes to this address when charging has ended."),
        ),
    )


def _warning(place: str, *, can_grow: bool) -> _Said:
    stops = gettext("Charging stops by itself before more is spent.")
    add = gettext("To charge on, add to the amount on the page of the session.")
    return _Said(
        gettext("Your session at %(place)s: the amount is nearly used up") % {"place": place},
        gettext("You have used most of the amount that you agreed to."),
        (stops, add) if can_grow else (stops,),
    )


def _demand(place: str) -> _Said:
    return _Said(
        gettext("Your session at %(place)s is not paid yet") % {"place": place},
        gettext("Your bank did not let us charge the payment method that you saved for this."),
        (gettext("Until it is paid, you cannot pay another session afterwards."),),
        gettext("Pay it now"),
    )


def _said(content: Content) -> _Said:
    place = content.evse.location.name
    match content.kind:
        case LetterKind.LINK:
            return _link(place)
        case LetterKind.WARNING:
            return _warning(place, can_grow=content.can_grow)
        case LetterKind.DEMAND:
            return _demand(place)


def _words(content: Content) -> dict[str, object]:
    operator, said = content.operator, _said(content)
    support = {"phone": operator.support.phone, "email": operator.support.email}
    return {
        "language": content.journey.locale,
        "brand": operator.brand.name,
        "colour": operator.brand.colour,
        "logo": operator.brand.png is not None,
        "title": said.title,
        "greeting": said.greeting,
        "link": content.link,
        "action": said.action or gettext("Follow and stop the session"),
        "rows": _facts(content),
        "notes": said.notes,
        "support": gettext("Questions? Call %(phone)s or write to %(email)s.") % support,
        "seller": (operator.legal_name,),
    }


def _facts(content: Content) -> tuple[Row, ...]:
    location = content.evse.location
    where = f"{location.name}, {location.address}, {location.postal_code} {location.city}"
    return (
        Row(pgettext("document", "Place"), where),
        Row(gettext("Charge point (EVSE)"), content.evse.evse_id),
        _amount(content),
    )


def _amount(content: Content) -> Row:
    journey = content.journey
    if content.kind is LetterKind.DEMAND and isinstance(journey.state, Ended):
        price = Money(journey.state.charged_minor, journey.held.currency)
        return Row(gettext("To be paid"), format_money(price))
    taken = {
        Strategy.HOLD: pgettext("document", "Reserved"),
        Strategy.PAY_FIRST: gettext("Paid in advance"),
        Strategy.CHARGE_AFTER: gettext("Price at most"),
    }
    return Row(taken[content.strategy], format_money(journey.held))


def _message_id(content: Content, *, to: str, sender: str) -> str:
    name = "session" if content.kind is LetterKind.LINK else content.kind.value
    # A digest: a Message-ID travels further than the recipient's address should.
    of_both = hashlib.sha256(f"{content.journey.journey_id}:{to}".encode()).hexdigest()[:32]
    return f"<{name}-{of_both}@{sender.rpartition('@')[2]}>"
