"""Mail: what is sent, what became of it, and what a mail server must offer."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail."""

    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """
    One message to one address.

    *message_id* is stable: the same mail sent twice can be seen to be one. *sender* and *reply_to*
    are bare addresses, *sender_name* is shown beside the first. *logo* is a PNG that *html* shows
    as `cid:logo`: it travels with the mail, so that opening it asks nobody.
    """

    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    recipient: str
    subject: str
    text: str
    html: str
    language: str
    attachments: tuple[Attachment, ...] = ()
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the mail."""

    detail: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refused for good (5xx): sending again leads to the same."""

    detail: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The server could not be reached or asked to come back (4xx): send again later."""

    detail: str


MailOutcome = Sent | Refused | NotSent


class Mailer(Protocol):
    """A way to send mail. It never raises for what a server or a network can do."""

    async def send(self, mail: Mail) -> MailOutcome:
        """Hand *mail* to the server; may take long, never inside `Database.work`."""
        ...
