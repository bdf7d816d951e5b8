"""Hands mail to an SMTP server and says what became of it."""

from typing import Final

import aiosmtplib

from app.gateways.smtp.mime import mime_message
from app.infra.mail import Mail, MailOutcome, NotSent, Refused, Sent
from app.kernel.clock import Clock
from app.settings import Mail as MailServer

# RFC 5321, 4.5.3.2, allows minutes; a receipt can wait for the next attempt instead.
TIMEOUT_SECONDS: Final = 20
_PERMANENT: Final = 500


class SmtpMailer:
    """
    The mailer of an installation: one connection per mail, encrypted as the settings say.

    Only a refusal of this recipient or this text is final. A login or a sender that the server
    does not like is ours to mend: those mails wait.
    """

    def __init__(self, server: MailServer, *, clock: Clock) -> None:
        """Remember where the *server* is."""
        self._server = server
        self._clock = clock

    async def send(self, mail: Mail) -> MailOutcome:
        """Send *mail* within some TIMEOUT_SECONDS per answer of the server."""
        server = self._server
        message = mime_message(mail, at=self._clock.now())
        try:
            _, said = await aiosmtplib.send(
                message,
                hostname=server.host,
                port=server.port,
                # Else the library asks the DNS for our own name, and waits for it.
                local_hostname=mail.sender.rpartition("@")[2],
                username=server.user,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as refusal:
            return _outcome(refusal.recipients[0])
        except aiosmtplib.SMTPDataError as refusal:
            return _outcome(refusal)
        except (aiosmtplib.SMTPException, OSError) as trouble:
            return NotSent(f"{type(trouble).__name__}: {trouble}")
        return Sent(said)


def _outcome(refusal: aiosmtplib.SMTPResponseException) -> MailOutcome:
    answer = f"{refusal.code} {refusal.message}"
    return Refused(answer) if refusal.code >= _PERMANENT else NotSent(answer)
