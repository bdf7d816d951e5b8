"""The sandbox's memory: one SQLite file, so that a restart or a kill loses nothing."""

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from app.sandbox.provider.book import faults, letters, movements, records
from app.sandbox.provider.book.faults import Faults
from app.sandbox.provider.book.letters import Letters
from app.sandbox.provider.book.model import Payment
from app.sandbox.provider.book.movements import Movements
from app.sandbox.provider.book.records import Records

_SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL, moving INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS payment_newest ON payment (created_at);
CREATE TABLE IF NOT EXISTS timer (payment_id TEXT PRIMARY KEY, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS timer_at ON timer (at);
CREATE TABLE IF NOT EXISTS alias (name TEXT PRIMARY KEY, payment_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answer (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, at TEXT NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS revoked (print TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered to a key, and the request that it belongs to."""

    fingerprint: str
    at: datetime
    status: int
    body: bytes


class Memory:
    """Reads and writes; `with store.writing():` makes several writes one."""

    def __init__(self, file: Path | None) -> None:
        """Open *file*, or a memory that is gone afterwards when there is none."""
        self._sql = sqlite3.connect(file or ":memory:", check_same_thread=False)
        # WAL with NORMAL survives a kill of the program, which is all that a sandbox owes.
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.execute("PRAGMA synchronous = NORMAL")
        for schema in (_SCHEMA, faults.SCHEMA, letters.SCHEMA, movements.SCHEMA, records.SCHEMA):
            self._sql.executescript(schema)
        with self._sql:
            # A file of an older sandbox knows no timers: let the sweep look at what moves.
            self._sql.execute(
                "INSERT OR IGNORE INTO timer SELECT id, created_at FROM payment WHERE moving"
            )
        self.faults = Faults(self._sql)
        self.letters = Letters(self._sql)
        self.movements = Movements(self._sql)
        self.records = Records(self._sql)

    def writing(self) -> sqlite3.Connection:
        """Return the context in which writes are kept together or not at all."""
        return self._sql

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def put(self, payment: Payment) -> None:
        """Keep *payment* as it is now."""
        at = payment.next_at()
        self._sql.execute(
            "INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET moving = excluded.moving, body = excluded.body",
            (
                payment.id,
                payment.account,
                payment.token,
                payment.created_at.isoformat(),
                at is not None,
                msgspec.json.encode(payment),
            ),
        )
        if at is None:
            self._sql.execute("DELETE FROM timer WHERE payment_id = ?", (payment.id,))
        else:
            self._sql.execute(
                "INSERT OR REPLACE INTO timer VALUES (?, ?)", (payment.id, at.isoformat())
            )

    def name(self, name: str, payment: Payment) -> None:
        """Let *payment* be found by another *name*; the newest payment of a name counts."""
        self._sql.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", (name, payment.id))

    def named(self, name: str) -> Payment | None:
        """Return the payment with this other name."""
        return self._one(
            "SELECT body FROM payment JOIN alias ON payment_id = id WHERE name = ?", name
        )

    def payment(self, payment_id: str) -> Payment | None:
        """Return the payment with this id."""
        return self._one("SELECT body FROM payment WHERE id = ?", payment_id)

    def payment_of_page(self, token: str) -> Payment | None:
        """Return the payment whose page has this token."""
        return self._one("SELECT body FROM payment WHERE token = ?", token)

    def due(self, now: datetime) -> list[Payment]:
        """Return the payments that the time up to *now* changes."""
        return self._all(
            "SELECT body FROM payment JOIN timer ON payment_id = id WHERE at <= ? ORDER BY at, id",
            now.isoformat(),
        )

    def payments(self, account: str | None = None, limit: int = 250) -> list[Payment]:
        """Return the newest payments of *account*, or of everybody."""
        return self._all(
            "SELECT body FROM payment WHERE ? IS NULL OR account = ?"
            " ORDER BY created_at DESC, id DESC LIMIT ?",
            account,
            account,
            limit,
        )

    def answer(self, account: str, key: str) -> StoredAnswer | None:
        """Return what was answered to *key*."""
        row = self._sql.execute(
            "SELECT fingerprint, at, status, body FROM answer WHERE account = ? AND key = ?",
            (account, key),
        ).fetchone()
        if row is None:
            return None
        return StoredAnswer(row[0], datetime.fromisoformat(row[1]), row[2], row[3])

    def keep_answer(self, account: str, key: str, answer: StoredAnswer) -> None:
        """Remember what was answered to *key*."""
        self._sql.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)",
            (
                account,
                key,
                answer.fingerprint,
                answer.at.isoformat(),
                answer.status,
                answer.body,
            ),
        )

    def is_revoked(self, api_key: str) -> bool:
        """Tell whether a merchant's key is no longer taken."""
        query = "SELECT 1 FROM revoked WHERE print = ?"
        return self._sql.execute(query, (_print(api_key),)).fetchone() is not None

    def revoke(self, api_key: str) -> None:
        """Take a merchant's key no more."""
        self._sql.execute("INSERT OR IGNORE INTO revoked VALUES (?)", (_print(api_key),))

    def restore(self) -> None:
        """Take every key again."""
        self._sql.execute("DELETE FROM revoked")

    def setting(self, name: str, default: str) -> str:
        """Return a setting."""
        row = self._sql.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row[0])

    def settings(self, prefix: str) -> list[str]:
        """Return the values of the settings whose names begin with *prefix*."""
        query = "SELECT value FROM setting WHERE substr(name, 1, ?) = ? ORDER BY name"
        return [str(row[0]) for row in self._sql.execute(query, (len(prefix), prefix))]

    def set(self, name: str, value: str) -> None:
        """Keep a setting."""
        self._sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def _one(self, query: str, *values: str) -> Payment | None:
        row = self._sql.execute(query, values).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Payment)

    def _all(self, query: str, *values: object) -> list[Payment]:
        rows = self._sql.execute(query, values)
        return [msgspec.json.decode(row[0], type=Payment) for row in rows]


def _print(api_key: str) -> str:
    return hashlib.sha256(api_key.encode()).hexdigest()
