"""The SMTP server of the mailbox, with the moods of a real one."""

import asyncio
import ssl
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.sandbox.mailbox.letters import Letters


class Mood(StrEnum):
    """How the server treats mail: DOWN does not even listen."""

    GOOD = "good"
    REFUSE = "refuse"
    BUSY = "busy"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Doors:
    """
    Where and whom the server lets in.

    With *tls* it offers STARTTLS; with *login* (user, password) it takes mail only after that.
    """

    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None


class MailServer:
    """A server that takes mail for anybody and keeps it in *letters*."""

    def __init__(self, letters: Letters, doors: Doors = Doors()) -> None:
        """Prepare; `start` opens the door."""
        self.letters = letters
        self.mood = Mood.GOOD
        self.port = doors.port
        self._doors = doors
        self._listener: asyncio.Server | None = None
        self._sessions: WeakSet[SMTP] = WeakSet()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._greet, self._doors.host, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and hang up on everybody."""
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None

    async def feel(self, mood: Mood) -> None:
        """Take on a *mood*."""
        self.mood = mood
        if mood is Mood.DOWN:
            await self.stop()
        elif self._listener is None:
            await self.start()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name and parameters
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        del server, session, options
        if self.mood is Mood.REFUSE:
            return "550 5.1.1 There is nobody of this name here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Good"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        del server, session
        if self.mood is Mood.BUSY:
            return "451 4.3.0 Come back later"
        assert isinstance(envelope.content, bytes)  # noqa: S101 - decode_data is off
        letter = self.letters.add(envelope.content)
        return f"250 2.0.0 Kept as number {letter.number}"

    def _greet(self) -> SMTP:
        login = self._doors.login
        session = SMTP(
            self,
            hostname="mailbox.sandbox",
            tls_context=self._doors.tls,
            require_starttls=self._doors.tls is not None,
            auth_required=login is not None,
            authenticator=None if login is None else self._authenticate,
        )
        self._sessions.add(session)
        return session

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        assert isinstance(data, LoginPassword)  # noqa: S101 - the only mechanisms offered
        given = (data.login.decode(), data.password.decode())
        # "Not handled": the library shall answer a wrong password itself.
        return AuthResult(success=given == self._doors.login, handled=False)
