"""What the pages must know about where they are served."""

from dataclasses import dataclass
from datetime import timedelta

from app.settings import Tiles


@dataclass(frozen=True, slots=True)
class WebConfig:
    """
    The pages' settings.

    *base_url* is the public address, without a slash at the end. *checkout_origins* are the origins
    that a form may lead to: the providers' pages and all that those redirect to. *scan_lifetime*
    is how long a scan page may be shown again without looking at the socket anew,
    *standing_lifetime* how long without asking anew what stands there and what it costs. *tiles* is
    what the map is drawn from, None for the bundled Europe.
    """

    base_url: str
    checkout_origins: tuple[str, ...] = ()
    scan_lifetime: timedelta = timedelta(seconds=1)
    standing_lifetime: timedelta = timedelta(seconds=10)
    tiles: Tiles | None = None

    @property
    def secure(self) -> bool:
        """Tell whether the pages are served over https."""
        return self.base_url.startswith("https://")

    def own_cookie(self, name: str) -> str:
        """
        Return the name of a cookie of this host alone: no other host of its domain can set it.

        Browsers see to that by the prefix, over https; such a cookie is Secure, for the path /.
        Source: RFC 6265bis, "The __Host- Prefix".
        """
        return f"__Host-{name}" if self.secure else name
