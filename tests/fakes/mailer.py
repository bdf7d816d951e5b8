"""A mailer that keeps what it is given and answers as it is told."""

from app.infra.mail import Mail, MailOutcome, Sent


class FakeMailer:
    """Answers with *outcome*, which a test may change."""

    def __init__(self, outcome: MailOutcome = Sent("250 kept")) -> None:  # noqa: B008 - frozen
        """Start with nothing sent."""
        self.outcome = outcome
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> MailOutcome:
        """Keep *mail* and answer."""
        self.mails.append(mail)
        return self.outcome
