"""The mail with the code by which a driver signs in."""

import hashlib
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.billing.receipts.texts.letter import mail_templates
from app.directpay.letters.deliver import LetterBox
from app.infra.i18n import gettext, speaking
from app.infra.mail import Mail, NotSent
from app.people.identity.drivers.begin import MAIL_TASK
from app.people.identity.drivers.model import CODE_LASTS, SignIn, code_of
from app.people.identity.drivers.read import sign_in_to_mail
from app.people.identity.model import Operator
from app.people.identity.read import get_operator

# Somebody waits for it with the phone in hand.
AGAIN_AFTER: Final = timedelta(seconds=10)


async def mail_code(sign_in_id: UUID, *, operator_id: UUID, box: LetterBox) -> None:
    """
    Mail the code of a sign-in, for as long as it is good. The job MAIL_TASK; safe to repeat.

    A server that is away is tried again; sent twice after a crash, it has one Message-ID.
    """
    async with box.database.work(operator_id) as work:
        found = await sign_in_to_mail(work, sign_in_id)
        operator = await get_operator(work)
    if found is None:
        return
    code = code_of(found.sign_in_id, box.links.secrets.key)
    sender = operator.mails_from(box.sender)
    outcome = await box.mailer.send(write_code(found, code, operator, sender=sender))
    if isinstance(outcome, NotSent):
        async with box.database.work(operator_id) as work:
            work.defer(MAIL_TASK, at=work.now + AGAIN_AFTER, sign_in_id=sign_in_id)


def write_code(sign_in: SignIn, code: str, operator: Operator, *, sender: str) -> Mail:
    """Return the mail with the *code*, in the name of the brand and the language of the page."""
    with speaking(sign_in.language):
        words = _words(code, operator) | {"language": sign_in.language}
    return Mail(
        message_id=_message_id(sign_in, sender=sender),
        sender=sender,
        sender_name=operator.brand.name,
        reply_to=operator.support.email,
        recipient=sign_in.email,
        subject=str(words["title"]),
        text=mail_templates().get_template("code.txt").render(words),
        html=mail_templates().get_template("code.html").render(words),
        language=sign_in.language,
        logo=operator.brand.png,
    )


def _words(code: str, operator: Operator) -> dict[str, object]:
    support = {"phone": operator.support.phone, "email": operator.support.email}
    named = {"code": code, "brand": operator.brand.name}
    return {
        "brand": operator.brand.name,
        "colour": operator.brand.colour,
        "logo": operator.brand.png is not None,
        "title": gettext("%(code)s is your code for %(brand)s") % named,
        "greeting": gettext("Type this code on the page on which you asked for it."),
        "code": code,
        "notes": (
            gettext("It is valid for %(minutes)s minutes, on that device only.")
            % {"minutes": CODE_LASTS // timedelta(minutes=1)},
            gettext(
                "None of us will ever ask you for it. If you did not ask for a code, do nothing."
            ),
        ),
        "support": gettext("Questions? Call %(phone)s or write to %(email)s.") % support,
        "seller": (operator.legal_name,),
    }


def _message_id(sign_in: SignIn, *, sender: str) -> str:
    digest = hashlib.sha256(f"{sign_in.sign_in_id}".encode()).hexdigest()[:32]
    return f"<code-{digest}@{sender.rpartition('@')[2]}>"
