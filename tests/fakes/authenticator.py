"""An authenticator in software: makes passkeys (ES256) and shows them, as WebAuthn says."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "https://pay.example"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class FakeAuthenticator:
    """
    One device with one passkey, behind a browser at *origin*.

    *counts* is whether it counts its signatures, *flags* what it says of who touched it.
    """

    origin: str = ORIGIN
    rp_id: str = "pay.example"
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    credential_id: bytes = b"credential-of-a-test"
    count: int = 0
    user_id: bytes | None = None
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def makes(self, options: str | dict) -> str:
        """Make a passkey as it was asked for; return the browser's answer (JSON)."""
        asked = read(options)
        self.user_id = decoded(asked["user"]["id"])
        data = self._data(ATTESTED) + self._attested()
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(attestation))

    def shows(self, options: str | dict) -> str:
        """Show the passkey as it was asked for; return the browser's answer (JSON)."""
        client = self._client("webauthn.get", read(options)["challenge"])
        data = self._data(0)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        if self.user_id is not None:
            parts["userHandle"] = self.user_id
        return self._answer(**parts)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int) -> bytes:
        self.count += self.counts
        party = hashlib.sha256(self.rp_id.encode()).digest()
        return party + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _attested(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        length = len(self.credential_id).to_bytes(2)
        return bytes(16) + length + self.credential_id + cbor2.dumps(cose)

    def _answer(self, **response: bytes) -> str:
        name = encoded(self.credential_id)
        parts = {part: encoded(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def read(options: str | dict) -> dict:
    """Return the options as they were read from JSON."""
    return json.loads(options) if isinstance(options, str) else options


def encoded(value: bytes) -> str:
    """Return bytes as WebAuthn writes them in JSON."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Return the bytes of what WebAuthn writes in JSON."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
