"""A charge point's password: kept as salted digests of the three forms in which it is sent."""

import hmac
from dataclasses import dataclass
from hashlib import blake2b

_DIGEST_BYTES = 32
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Credential:
    """
    Digests of a password.

    OCPP 1.6 writes an AuthorizationKey as hexadecimal digits of raw bytes (security whitepaper,
    A00.FR.205). Some charge points send the digits, some the bytes, some plain text.
    """

    salt: bytes
    digests: tuple[bytes, ...]

    @classmethod
    def of(cls, password: str, salt: bytes) -> "Credential":
        """Return the digests of *password* with *salt* (16 bytes)."""
        return cls(salt, tuple(_digest(form, salt) for form in _forms(password)))

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Credential":
        """Read what `to_bytes` wrote."""
        rest = stored[SALT_BYTES:]
        digests = (rest[at : at + _DIGEST_BYTES] for at in range(0, len(rest), _DIGEST_BYTES))
        return cls(stored[:SALT_BYTES], tuple(digests))

    def plus(self, password: str) -> "Credential":
        """Return digests that *password* matches, too."""
        more = Credential.of(password, self.salt)
        return Credential(self.salt, self.digests + more.digests)

    def to_bytes(self) -> bytes:
        """Return salt and digests, one after the other."""
        return self.salt + b"".join(self.digests)

    def matches(self, presented: bytes) -> bool:
        """Tell whether *presented* is one of the forms; every digest is compared."""
        digest = _digest(presented, self.salt)
        return sum(hmac.compare_digest(digest, known) for known in self.digests) > 0


def _forms(password: str) -> list[bytes]:
    text = password.encode()
    forms = [text, text.hex().encode(), text.hex().upper().encode()]
    try:
        raw = bytes.fromhex(password)
    except ValueError:
        return forms
    return [*forms, raw, raw.hex().encode(), raw.hex().upper().encode()]


def _digest(presented: bytes, salt: bytes) -> bytes:
    return blake2b(presented, digest_size=_DIGEST_BYTES, salt=salt).digest()
