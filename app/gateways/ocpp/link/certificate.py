"""The certificate of a charge point (security profile 3), as a proxy of ours hands it over."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from app.gateways.ocpp.link.proxies import PROXIED
from app.kernel.parts import part

if TYPE_CHECKING:
    from app.gateways.ocpp.link.x509 import Read

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
    except ValueError as error:  # also of binascii
        log.warning("a client certificate that can't be read: %s", error)
        return None
    if len(found) > 1 or not read.valid_from <= now <= read.valid_until:
        return None
    return None if read.common_name is None else Certificate(read.common_name, f"{read.serial:x}")


def _read(header: bytes) -> "Read":
    read: Callable[[bytes], Read] = part("app.gateways.ocpp.link.x509").read
    return read(header)
