"""What is shown on the display of an EVSE, and who has read it."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.display.totp import slot_at, totp

# OCPP 2.1, part 2 appendices, "WebPaymentsCtrlr": ValidityTime is 6 to 3,600 seconds.
SHORTEST: Final = 6
LONGEST: Final = 3600
FEWEST_LETTERS: Final = 6
MOST_LETTERS: Final = 32
# A charge point that was offline when its secret changed gets it with its next connection.
_FORMER_COUNTS_FOR: Final = timedelta(hours=1)
# How long a driver may take from the scan to the payment.
_PASS_LASTS: Final = timedelta(minutes=15)
_MARK_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class DisplayCode:
    """
    The code on the display of an EVSE: another one every *validity_seconds*.

    *is_required*: nobody pays by the sticker alone. *rotation* counts the secrets; the last one
    changed at *rotated_at*, None for the first.
    """

    validity_seconds: int
    length: int
    is_required: bool
    rotation: int = 1
    rotated_at: datetime | None = None

    @property
    def validity(self) -> timedelta:
        """Return how long a code is shown."""
        return timedelta(seconds=self.validity_seconds)

    def rotations(self, at: datetime) -> Iterator[int]:
        """Yield whose secrets count: the last one, and for a while the one before it."""
        yield self.rotation
        if self.rotated_at is not None and at - self.rotated_at < _FORMER_COUNTS_FOR:
            yield self.rotation - 1


@dataclass(frozen=True, slots=True)
class DisplaySecrets:
    """
    The secrets of displays, made from our own keys: none is stored.

    The first of *keys* makes, those after it only check.
    """

    keys: tuple[bytes, ...]

    def secret(self, operator_id: UUID, evse_uid: str, rotation: int) -> str:
        """Return the SharedSecret of an EVSE: 32 hexadecimal digits."""
        return _mark(self.keys[0], f"display:{operator_id}:{evse_uid}:{rotation}")

    def _secrets(self, operator_id: UUID, evse_uid: str, rotation: int) -> Iterator[str]:
        for key in self.keys:
            yield _mark(key, f"display:{operator_id}:{evse_uid}:{rotation}")

    def slot_of(
        self, operator_id: UUID, evse_uid: str, code: DisplayCode, shown: str, at: datetime
    ) -> int | None:
        """
        Return the time slot in which the display of an EVSE showed *shown*, None if it did not.

        The slot of *at* counts, the one before it and the one after it (C25.FR.07): clocks differ.
        """
        now, given = slot_at(at, code.validity), shown.encode()
        found: int | None = None
        for rotation in code.rotations(at):
            for secret in self._secrets(operator_id, evse_uid, rotation):
                for slot in (now - 1, now, now + 1):
                    if hmac.compare_digest(totp(secret, slot, code.length).encode(), given):
                        found = slot
        return found

    def admission(self, operator_id: UUID, evse_uid: str, slot: int) -> str:
        """Return what lets a driver pay who read the display in *slot*."""
        mark = _mark(self.keys[0], f"admission:{operator_id}:{evse_uid}:{slot}")
        return f"{slot}-{mark}"

    def admitted_slot(
        self, operator_id: UUID, evse_uid: str, code: DisplayCode, admission: str, at: datetime
    ) -> int | None:
        """Return the slot that an *admission* of this EVSE is for, None when it is none or old."""
        number, _, mark = admission.partition("-")
        if not (number.isascii() and number.isdigit() and len(number) <= _MARK_LENGTH):
            return None
        text = f"admission:{operator_id}:{evse_uid}:{int(number)}"
        made = (_mark(key, text).encode() for key in self.keys)
        genuine = any(hmac.compare_digest(each, mark.encode()) for each in made)
        age = (slot_at(at, code.validity) - int(number)) * code.validity
        return int(number) if genuine and age < _PASS_LASTS else None


def _mark(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()[:_MARK_LENGTH]
