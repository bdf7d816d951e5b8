"""At which addresses drivers reach an operator."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from app.people.identity.model import Operator

_LOCAL = "localhost"


def own_origin(host: str, operator: Operator, base_url: str) -> str | None:
    """
    Return the origin of a request to *host* (with its port, as the header Host has it).

    *base_url* is where the operator's pages are, at the installation's host or one of its own.
    None where *host* is none of the operator's: whoever sends requests can write anything there.
    """
    own = {urlsplit(url).netloc: url for url in (base_url, operator.public_url) if url}
    if is_number(urlsplit(base_url).hostname or ""):
        own |= {_named_local(base_url): base_url}
    url = own.get(host)
    return None if url is None else f"{urlsplit(url).scheme}://{host}"


def is_number(host: str) -> bool:
    """Tell whether a host is an address of the network, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _named_local(url: str) -> str:
    """Return what this machine is called that is being tried out: numbers have no passkeys."""
    port = urlsplit(url).port
    return _LOCAL if port is None else f"{_LOCAL}:{port}"
