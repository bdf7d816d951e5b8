"""The failures that can be armed, what they do to an exchange, and the list of armed ones."""

import sqlite3
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

BEFORE: Final = frozenset(
    {"timeout_before", "error_before", "rate_limit", "unauthorised", "unavailable_before"}
)
AFTER: Final = frozenset(
    {"timeout_after", "error_after", "garbage_after", "bad_gateway_after", "slow_drip"}
)
PART: Final = frozenset({"part_fails", "part_fails_later"})
WEBHOOK: Final = frozenset(
    {
        "webhook_lost",
        "webhook_late",
        "webhook_duplicate",
        "webhook_out_of_order",
        "webhook_batch",
    }
)
# The merchant hears by webhook before the answer to its own call.
FIRST: Final = "webhook_first"
# The hold lapses between the merchant's decision and its order.
LAPSED: Final = "hold_expired"

OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "start": BEFORE | AFTER | {FIRST},
    "details": BEFORE | AFTER | {FIRST},
    "capture": BEFORE | AFTER | PART | {FIRST, LAPSED},
    "refund": BEFORE | AFTER | PART | {FIRST},
    "release": BEFORE | AFTER | {FIRST, LAPSED},
    "cancel": BEFORE | AFTER | {FIRST},
    "raise": BEFORE | AFTER | {"part_fails", FIRST, LAPSED},
    "route": BEFORE | AFTER,
    "terminal": BEFORE | AFTER,
    "webhooks": BEFORE | AFTER,
    "fetch": BEFORE | AFTER,
    "methods": BEFORE | AFTER,
    "webhook": WEBHOOK,
}
# Longer than any client waits.
DEFAULT_MILLISECONDS: Final = 30_000
FACES: Final = ("", "mollie", "adyen")

STATUS: Final = {
    "error_before": 500,
    "error_after": 500,
    "unavailable_before": 503,
    "rate_limit": 429,
    "unauthorised": 401,
}

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS armed (
    seq INTEGER PRIMARY KEY, operation TEXT NOT NULL, fault TEXT NOT NULL, face TEXT NOT NULL,
    milliseconds INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS armed_operation ON armed (operation, seq);
"""
_ARMED: Final = "SELECT operation, fault, milliseconds, face, seq FROM armed"


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure armed for the next call of an operation; without a *face*, of either."""

    operation: str
    fault: str
    milliseconds: int = DEFAULT_MILLISECONDS
    face: str = ""
    seq: int = 0


class Faults:
    """The failures that are armed, oldest first."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Keep them in *sql*."""
        self._sql = sql

    def arm(self, fault: Fault) -> None:
        """Let the next call of the operation go wrong."""
        self._sql.execute(
            "INSERT INTO armed (operation, fault, face, milliseconds) VALUES (?, ?, ?, ?)",
            (fault.operation, fault.fault, fault.face, fault.milliseconds),
        )

    def armed(self) -> list[Fault]:
        """Return the failures that are armed, oldest first."""
        return [Fault(*row) for row in self._sql.execute(f"{_ARMED} ORDER BY seq")]

    def take(self, operation: str, face: str, kinds: AbstractSet[str]) -> Fault | None:
        """Disarm and return the first fault armed for *operation* that is one of *kinds*."""
        rows = self._sql.execute(f"{_ARMED} WHERE operation = ? ORDER BY seq", (operation,))
        for fault in [Fault(*row) for row in rows]:
            if fault.fault in kinds and fault.face in ("", face):
                self._sql.execute("DELETE FROM armed WHERE seq = ?", (fault.seq,))
                return fault
        return None

    def disarm(self) -> None:
        """Forget all."""
        self._sql.execute("DELETE FROM armed")
