"""What the letter says: where the session is, what is held for it, and the link."""

import hashlib
from dataclasses import dataclass

from app.billing.receipts.texts.letter import mail_templates
from app.billing.receipts.texts.words import Row
from app.charging.chargers.model import Evse
from app.directpay.model import Journey
from app.funds.payments.ports import Strategy
from app.infra.i18n import format_money, gettext, pgettext, speaking
from app.infra.mail import Mail
from app.people.identity.model import Operator


@dataclass(frozen=True, slots=True)
class Content:
    """
    What a letter is written from.

    *link* carries the payer's own token: whoever has it may stop the session.
    """

    journey: Journey
    operator: Operator
    evse: Evse
    strategy: Strategy
    link: str


def write_letter(content: Content, *, to: str, sender: str) -> Mail:
    """
    Return the mail to one address, in the language of the journey and the name of the brand.

    Its Message-ID is the same for the same journey and recipient; answers go to the support.
    """
    operator, journey = content.operator, content.journey
    with speaking(journey.locale):
        subject = _at_place(content)
        words = _words(content, subject)
    return Mail(
        message_id=_message_id(journey, to=to, sender=sender),
        sender=sender,
        sender_name=operator.brand.name,
        reply_to=operator.support.email,
        recipient=to,
        subject=subject,
        text=mail_templates().get_template("session.txt").render(words),
        html=mail_templates().get_template("session.html").render(words),
        language=journey.locale,
    )


def _at_place(content: Content) -> str:
    place = {"place": content.evse.location.name}
    return gettext("Your session at %(place)s: follow and stop it here") % place


def _words(content: Content, title: str) -> dict[str, object]:
    operator = content.operator
    support = {"phone": operator.support.phone, "email": operator.support.email}
    return {
        "language": content.journey.locale,
        "brand": operator.brand.name,
        "colour": operator.brand.colour,
        "title": title,
        "greeting": gettext("With this link you see what is charged and what it costs."),
        "link": content.link,
        "action": gettext("Follow and stop the session"),
        "rows": _facts(content),
        "notes": (
            gettext("Whoever has this link can stop the session: do not pass it on."),
            gettext("The receipt comes to this address when charging has ended."),
        ),
        "support": gettext("Questions? Call %(phone)s or write to %(email)s.") % support,
        "seller": (operator.legal_name,),
    }


def _facts(content: Content) -> tuple[Row, ...]:
    location = content.evse.location
    where = f"{location.name}, {location.address}, {location.postal_code} {location.city}"
    paid_first = content.strategy is Strategy.PAY_FIRST
    taken = gettext("Paid in advance") if paid_first else pgettext("document", "Reserved")
    return (
        Row(pgettext("document", "Place"), where),
        Row(gettext("Charge point (EVSE)"), content.evse.evse_id),
        Row(taken, format_money(content.journey.held)),
    )


def _message_id(journey: Journey, *, to: str, sender: str) -> str:
    # A digest: a Message-ID travels further than the recipient's address should.
    of_both = hashlib.sha256(f"{journey.journey_id}:{to}".encode()).hexdigest()[:32]
    return f"<session-{of_both}@{sender.rpartition('@')[2]}>"
