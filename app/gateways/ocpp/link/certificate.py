"""The certificate of a charge point (security profile 3), as a proxy of ours hands it over."""

import base64
import binascii
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.x509.oid import NameOID

from app.gateways.ocpp.link.proxies import PROXIED

log = logging.getLogger(__name__)

# RFC 9440: the certificate that the proxy has verified, in DER as base64 between colons; or, as
# nginx escapes it, in PEM with percent signs.
HEADER: Final = b"client-cert"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What counts of a certificate: its common name, and its serial number in hexadecimal."""

    common_name: str
    serial: str


def certificate_of(scope: Mapping[str, Any], now: datetime) -> Certificate | None:
    """
    Return the client's certificate, or None when there is none that can be believed.

    The header counts only from the address of a trusted proxy, which has verified the chain; what
    is not valid *now* counts for nothing.
    """
    found = [value for name, value in scope["headers"] if name == HEADER]
    if not found:
        return None
    if not scope.get(PROXIED):
        log.warning("a client certificate from %s, which is no proxy of ours", scope.get("client"))
        return None
    try:
        read = _read(found[0])
    except (ValueError, binascii.Error) as error:
        log.warning("a client certificate that can't be read: %s", error)
        return None
    if len(found) > 1 or not read.not_valid_before_utc <= now <= read.not_valid_after_utc:
        return None
    names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return Certificate(str(names[0].value), f"{read.serial_number:x}") if names else None


def _read(header: bytes) -> x509.Certificate:
    text = header.strip()
    if text.startswith(b":") and text.endswith(b":"):
        return x509.load_der_x509_certificate(base64.b64decode(text[1:-1], validate=True))
    return x509.load_pem_x509_certificate(unquote_to_bytes(text))
