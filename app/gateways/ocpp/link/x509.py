"""Read a certificate: a part of its own, because its library takes 6 MiB and few have any."""

import base64
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Read:
    """What a certificate says: its first common name (None without one), serial number, when."""

    common_name: str | None
    serial: int
    valid_from: datetime
    valid_until: datetime


def read(header: bytes) -> Read:
    """Return what the certificate in a *header* says. Raises ValueError."""
    found = _loaded(header.strip())
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return Read(
        common_name=str(names[0].value) if names else None,
        serial=found.serial_number,
        valid_from=found.not_valid_before_utc,
        valid_until=found.not_valid_after_utc,
    )


def _loaded(text: bytes) -> x509.Certificate:
    if text.startswith(b":") and text.endswith(b":"):
        return x509.load_der_x509_certificate(base64.b64decode(text[1:-1], validate=True))
    return x509.load_pem_x509_certificate(unquote_to_bytes(text))
