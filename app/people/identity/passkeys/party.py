"""For whom a passkey is good: the host that the driver sees, where it is one of the operator's."""

from urllib.parse import urlsplit

from app.people.identity.model import Operator
from app.people.identity.origins import is_number, own_origin
from app.people.identity.passkeys.errors import PasskeysNotHere
from app.people.identity.passkeys.model import RelyingParty


def relying_party(host: str, operator: Operator, base_url: str) -> RelyingParty:
    """
    Return the relying party of a request to *host* (with its port, as the header Host has it).

    Raises PasskeysNotHere where *host* is none of the operator's, or a bare number.
    """
    origin = own_origin(host, operator, base_url)
    name = urlsplit(f"//{host}").hostname or ""
    if origin is None or is_number(name):
        raise PasskeysNotHere("passkeys belong to a name, and this address is none of ours")
    return RelyingParty(name, operator.brand.name, (origin,))
