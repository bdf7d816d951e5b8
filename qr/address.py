"""The address in a code: short, ours, with the code of the point and perhaps a check tag."""

import re
from urllib.parse import urlsplit

_CODE = re.compile(r"[A-Za-z0-9_.*-]{1,64}")
# ISO/IEC 18004, 7.4.4: a code of only these is a third smaller than one of any characters.
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+./:-]*")


class InvalidAddress(ValueError):
    """The base address or the code cannot be printed."""


def address_of(base: str, code: str, *, tag: str | None = None) -> str:
    """
    Return the address of a point: `https://qr.voltstad.eu/c/7KQ2M9`.

    *base* is http or https, a host and perhaps a port and a path; *tag* comes from `check_tag` and
    is added as a last part. Raises InvalidAddress.
    """
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        msg = f"not a base address: {base!r} (for example https://qr.voltstad.eu)"
        raise InvalidAddress(msg)
    for part in (code, tag):
        if part is not None and not _CODE.fullmatch(part):
            msg = f"not a code: {part!r} (letters, digits and _.*- only)"
            raise InvalidAddress(msg)
    address = f"{base.rstrip('/')}/c/{code}"
    return address if tag is None else f"{address}/{tag}"


def encoded(address: str) -> str:
    """
    Return *address* as it is put into a code: in capitals, where that makes the code smaller.

    Scheme and host mean the same in capitals (RFC 3986, 6.2.2.1), and so do our own paths, which
    begin with `/c/`. An address with a path before that, or with small letters in its code, stays.
    """
    parts = urlsplit(address)
    ours = f"/C/{parts.path.removeprefix('/c/')}"
    if not parts.path.startswith("/c/") or not _ALPHANUMERIC.fullmatch(ours):
        return address
    return f"{parts.scheme}://{parts.netloc}".upper() + ours


def shown(address: str) -> str:
    """Return *address* as it is printed in clear, without `https://`."""
    return address.removeprefix("https://")


def host_of(address: str) -> str:
    """Return the part of *address* that a careful driver compares: `https://qr.voltstad.eu/`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/"
