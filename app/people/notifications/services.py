"""The push services that browsers use: we send to no other address."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

LONGEST_ENDPOINT: Final = 2048
# Chrome, Edge and the others of Chromium; Firefox; Safari; Edge on Windows.
_HOSTS: Final = frozenset(("fcm.googleapis.com", "jmt17.google.com", "web.push.apple.com"))
_DOMAINS: Final = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")


@dataclass(frozen=True, slots=True)
class PushServices:
    """The services of browsers, and *others*: origins that an installation knows by itself."""

    others: frozenset[str] = frozenset()

    def knows(self, endpoint: str) -> bool:
        """Tell whether *endpoint* is an address at one of the services."""
        if len(endpoint) > LONGEST_ENDPOINT or not endpoint.isascii() or not endpoint.isprintable():
            return False
        try:
            parts = urlsplit(endpoint)
            port = parts.port
        except ValueError:
            return False
        if f"{parts.scheme}://{parts.netloc}" in self.others:
            return True
        host = parts.hostname or ""
        is_plain = parts.username is None and parts.password is None and port in (None, 443)
        return parts.scheme == "https" and is_plain and _is_known(host)


def _is_known(host: str) -> bool:
    return host in _HOSTS or host.endswith(_DOMAINS)
