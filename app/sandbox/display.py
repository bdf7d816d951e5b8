"""
The code on the display of a played charge point: another one every moment.

Source: OCPP 2.1, part 2, C25 and part 2 appendices, "WebPaymentsCtrlr".
"""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

VARIABLES = ("URLTemplate", "TOTPVersion", "ValidityTime", "Length", "SharedSecret", "Enabled")
_NEEDED = ("URLTemplate", "ValidityTime", "Length", "SharedSecret")
_LETTERS = digits + ascii_letters
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Display:
    """The display of one EVSE; *paying_until* is how long a page elsewhere keeps it."""

    values: dict[str, str] = field(default_factory=dict)
    paying_until: datetime | None = None

    def address(self, identity: str, evse_no: int, now: datetime) -> str | None:
        """Return the address in the QR code *now*, None while nobody has set it up."""
        if any(name not in self.values for name in _NEEDED):
            return None
        validity = timedelta(seconds=int(self.values["ValidityTime"]))
        slot = (now - _EPOCH) // validity
        address = self.values["URLTemplate"]
        for name, value in (
            ("chargingstationid", identity),
            ("evse", str(evse_no)),
            ("totp", self._code(slot)),
            ("version", self.values.get("TOTPVersion", "v1")),
        ):
            address = address.replace("{" + name + "}", value)
        return address

    def is_kept(self, now: datetime) -> bool:
        """Tell whether somebody is paying for it on a page."""
        return self.paying_until is not None and now < self.paying_until

    def _code(self, slot: int) -> str:
        secret = self.values["SharedSecret"].encode()
        mac = hmac.digest(secret, slot.to_bytes(8, "big"), "sha256")
        first = mac[-1] % 16
        places = range(first, first + int(self.values["Length"]))
        return "".join(_LETTERS[mac[place % len(mac)] % len(_LETTERS)] for place in places)
