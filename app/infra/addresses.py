"""Mail addresses: exactly one, plain, and harmless in a header."""

import re

MAX_ADDRESS_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
MAX_LOCAL_LENGTH = 64

# The dot-atom of RFC 5322 at a host name of two labels or more: no quotes, comments or lists.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<host>(?:{_LABEL}\.)+{_LABEL})")


def one_address(text: str) -> str | None:
    """
    Return the one mail address that *text* is, its host in lower case, or None.

    Hosts in other scripts (`büro.de`) come back in their ASCII form.
    """
    local, at, host = text.strip().rpartition("@")
    if not at or not host:
        return None
    try:
        ascii_host = host.encode("idna").decode().lower()
    except UnicodeError:
        return None
    address = f"{local}@{ascii_host}"
    match = _ADDRESS.fullmatch(address)
    if match is None or len(address) > MAX_ADDRESS_LENGTH or len(local) > MAX_LOCAL_LENGTH:
        return None
    return address
