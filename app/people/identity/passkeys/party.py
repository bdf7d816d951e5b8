"""For whom a passkey is good: the host that the driver sees, where it is one of the operator's."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from app.people.identity.model import Operator
from app.people.identity.passkeys.errors import PasskeysNotHere
from app.people.identity.passkeys.model import RelyingParty

_LOCAL = "localhost"


def relying_party(host: str, operator: Operator, base_url: str) -> RelyingParty:
    """
    Return the relying party of a request to *host* (with its port, as the header Host has it).

    Raises PasskeysNotHere where *host* is none of the operator's, or a bare number.
    """
    own = {urlsplit(url).netloc: url for url in (base_url, operator.public_url) if url}
    if _is_number(urlsplit(base_url).hostname or ""):
        own |= {_named_local(base_url): base_url}
    url = own.get(host)
    name = urlsplit(f"//{host}").hostname or ""
    if url is None or _is_number(name):
        raise PasskeysNotHere("passkeys belong to a name, and this address is none of ours")
    return RelyingParty(name, operator.brand.name, (f"{urlsplit(url).scheme}://{host}",))


def _named_local(url: str) -> str:
    """Return what this machine is called that is being tried out: numbers have no passkeys."""
    port = urlsplit(url).port
    return _LOCAL if port is None else f"{_LOCAL}:{port}"


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
