"""Mail over real sockets, to the sandbox mailbox in all its moods."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.billing.receipts.texts.letter import Enclosed, write_letter
from app.gateways.smtp.mailer import SmtpMailer
from app.infra.mail import Mail, MailOutcome, NotSent, Refused, Sent
from app.sandbox.mailbox.letters import Letters
from app.sandbox.mailbox.smtp import Doors, MailServer, Mood
from app.settings import Mail as MailSettings
from tests.billing.drafts import receipt
from tests.fakes.clock import FakeClock

LETTER: Mail = write_letter(
    receipt("fr"), Enclosed(b"%PDF"), to="jan@example.com", sender="receipts@voltstad.example"
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MailServer]:
    """A mail server in a good mood."""
    server = MailServer(Letters(tmp_path))
    await server.start()
    yield server
    await server.stop()


async def send(
    port: int, *, login: tuple[str, str] | None = None, security: str = "none"
) -> MailOutcome:
    """Send the letter to the server at *port*."""
    user, password = login or (None, None)
    settings = MailSettings(
        "localhost", port, user, password, security, "receipts@voltstad.example"
    )
    return await SmtpMailer(settings, clock=FakeClock()).send(LETTER)


async def test_mail_arrives(server: MailServer):
    """What was sent is on the server's disk, to the letter."""
    outcome = await send(server.port)

    (letter,) = server.letters.all()
    assert isinstance(outcome, Sent)
    assert LETTER.message_id == letter.message["Message-ID"]
    assert LETTER.text == (letter.body("plain") or "").replace("\r\n", "\n")
    assert [("receipt-VS-2026-000001.pdf", "application/pdf", b"%PDF")] == letter.files()


@pytest.mark.parametrize(
    ("mood", "outcome"), [(Mood.REFUSE, Refused), (Mood.BUSY, NotSent), (Mood.DOWN, NotSent)]
)
async def test_mood_of_the_server_is_told(server: MailServer, mood: Mood, outcome: type):
    """550 is final; 451 and a closed door are not."""
    await server.feel(mood)

    assert isinstance(await send(server.port), outcome)
    assert [] == server.letters.all()


async def test_server_that_comes_back_takes_the_mail(server: MailServer):
    """After the trouble the same mail goes through."""
    await server.feel(Mood.DOWN)
    await send(server.port)
    await server.feel(Mood.GOOD)

    assert isinstance(await send(server.port), Sent)


async def test_silent_server_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch):
    """A server that accepts and says nothing is given up, and the mail waits."""
    monkeypatch.setattr("app.gateways.smtp.mailer.TIMEOUT_SECONDS", 0.2)  # seconds
    left = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    silence = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with silence:
        outcome = await send(silence.sockets[0].getsockname()[1])
        await left.wait()

    assert isinstance(outcome, NotSent)


async def test_login_over_starttls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The server asks for encryption and a login, and gets both."""
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = MailServer(
        Letters(tmp_path / "mails"), Doors(tls=context, login=("directpay", "secret"))
    )
    await server.start()
    try:
        outcome = await send(server.port, login=("directpay", "secret"), security="starttls")
        wrong = await send(server.port, login=("directpay", "guess"), security="starttls")
        plain = await send(server.port)
    finally:
        await server.stop()

    assert isinstance(outcome, Sent)
    # A wrong password is ours to mend: the mail must wait, not die.
    assert isinstance(wrong, NotSent)
    assert isinstance(plain, NotSent)


async def test_unknown_certificate_is_not_trusted(tmp_path: Path):
    """Without a certificate that we know, nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    server = MailServer(Letters(tmp_path / "mails"), Doors(tls=context))
    await server.start()
    try:
        outcome = await send(server.port, security="starttls")
    finally:
        await server.stop()

    assert isinstance(outcome, NotSent)
    assert [] == server.letters.all()


def _certificate(folder: Path) -> Path:
    """Write a key and its own certificate for localhost, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    # TLS asks the machine's clock, so the certificate must be valid around any day.
    start = FakeClock().now() - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "certificate.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
