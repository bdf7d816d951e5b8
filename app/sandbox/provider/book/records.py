"""What a provider keeps beside the money: customers, stored ways to pay, routes, subscriptions."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, account TEXT NOT NULL, owner TEXT NOT NULL,
    at TEXT NOT NULL, facts BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS record_owner ON record (kind, account, owner, at);
"""
CUSTOMER: Final = "customer"
STORED: Final = "stored"
ROUTE: Final = "route"
WEBHOOK: Final = "webhook"
EVENT: Final = "event"
TERMINAL: Final = "terminal"


@dataclass(frozen=True, slots=True)
class Record:
    """Something of a *kind* that an *account* made at a time, for its *owner* if it has one."""

    id: str
    kind: str
    account: str
    owner: str
    at: datetime
    facts: Mapping[str, object]


def is_online(terminal: Record) -> bool:
    """Tell whether a terminal has its connection: it has, until somebody takes it away."""
    return terminal.facts.get("online") is not False


class Records:
    """The records, newest first."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Keep them in *sql*."""
        self._sql = sql

    def put(self, record: Record) -> None:
        """Keep *record* as it is now."""
        self._sql.execute(
            "INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?, ?, ?)",
            (
                record.id,
                record.kind,
                record.account,
                record.owner,
                record.at.isoformat(),
                msgspec.json.encode(record.facts),
            ),
        )

    def get(self, kind: str, account: str, name: str) -> Record | None:
        """Return a record of *account* by its id."""
        found = self._found("kind = ? AND account = ? AND id = ?", kind, account, name)
        return found[0] if found else None

    def of(self, kind: str, account: str, owner: str | None = None) -> list[Record]:
        """Return the records of an *account*, or of one *owner* there, newest first."""
        where = "kind = ? AND account = ? AND (? IS NULL OR owner = ?) ORDER BY at DESC, id DESC"
        return self._found(where, kind, account, owner, owner)

    def every(self, kind: str) -> list[Record]:
        """Return the records of a *kind* of all accounts, oldest first."""
        return self._found("kind = ? ORDER BY at, id", kind)

    def remove(self, record: Record) -> None:
        """Forget *record*."""
        self._sql.execute("DELETE FROM record WHERE id = ?", (record.id,))

    def _found(self, where: str, *values: object) -> list[Record]:
        rows = self._sql.execute(
            f"SELECT id, kind, account, owner, at, facts FROM record WHERE {where}",  # nosec B608  # noqa: S608
            values,
        )
        return [
            Record(
                name, kind, account, owner, datetime.fromisoformat(at), msgspec.json.decode(facts)
            )
            for name, kind, account, owner, at, facts in rows
        ]
