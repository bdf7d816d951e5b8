"""A mail in the form that travels: RFC 5322 headers around text, HTML and files."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.infra.mail import Mail


def mime_message(mail: Mail, *, at: datetime) -> EmailMessage:
    """
    Return *mail* as a message dated *at*.

    Names and subject are put on one line, so that no text of an operator can add a header; the
    addresses are refused (ValueError) when they are more than one address.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(mail.sender_name), addr_spec=mail.sender)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Reply-To"] = Address(addr_spec=mail.reply_to)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    # RFC 3834: no robot shall answer this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.logo is not None:
        _shown(message).add_related(mail.logo, "image", "png", cid="<logo>", disposition="inline")
    for file in mail.attachments:
        kind, _, subtype = file.media_type.partition("/")
        message.add_attachment(file.content, kind, subtype, filename=file.filename)
    # Only now: the calls above move every Content header into a part.
    message["Content-Language"] = mail.language
    return message


def _shown(message: EmailMessage) -> EmailMessage:
    """Return the part with the HTML."""
    _, html = message.iter_parts()
    assert isinstance(html, EmailMessage)  # noqa: S101 - it was put there by the same policy
    return html


def _one_line(text: str) -> str:
    return " ".join(text.split())
