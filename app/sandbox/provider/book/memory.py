"""The sandbox's memory: one SQLite file, so that a restart or a kill loses nothing."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from app.sandbox.provider.book.model import Payment

_SCHEMA = """
CREATE TABLE IF NOT EXISTS payment (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, token TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL, moving INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS payment_moving ON payment (moving);
CREATE TABLE IF NOT EXISTS answer (
    account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, at TEXT NOT NULL,
    status INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS webhook (
    seq INTEGER PRIMARY KEY, payment_id TEXT NOT NULL, url TEXT NOT NULL,
    due_at TEXT NOT NULL, attempt INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fault (
    seq INTEGER PRIMARY KEY, operation TEXT NOT NULL, fault TEXT NOT NULL,
    milliseconds INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered to a key, and the request that it belongs to."""

    fingerprint: str
    at: datetime
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook that is to go out; *attempt* counts from 0."""

    seq: int
    payment_id: str
    url: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure armed for the next call of an operation."""

    seq: int
    operation: str
    fault: str
    milliseconds: int


class Memory:
    """Reads and writes; `with store.writing():` makes several writes one."""

    def __init__(self, file: Path | None) -> None:
        """Open *file*, or a memory that is gone afterwards when there is none."""
        self._sql = sqlite3.connect(file or ":memory:", check_same_thread=False)
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.executescript(_SCHEMA)

    def writing(self) -> sqlite3.Connection:
        """Return the context in which writes are kept together or not at all."""
        return self._sql

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def put(self, payment: Payment) -> None:
        """Keep *payment* as it is now."""
        self._sql.execute(
            "INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET moving = excluded.moving, body = excluded.body",
            (
                payment.id,
                payment.account,
                payment.token,
                payment.created_at.isoformat(),
                payment.is_moving(),
                msgspec.json.encode(payment),
            ),
        )

    def payment(self, payment_id: str) -> Payment | None:
        """Return the payment with this id."""
        return self._one("SELECT body FROM payment WHERE id = ?", payment_id)

    def payment_of_page(self, token: str) -> Payment | None:
        """Return the payment whose page has this token."""
        return self._one("SELECT body FROM payment WHERE token = ?", token)

    def moving(self) -> list[Payment]:
        """Return the payments that time alone may change."""
        return self._all("SELECT body FROM payment WHERE moving ORDER BY created_at")

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

    def arm(self, operation: str, fault: str, milliseconds: int) -> None:
        """Let the next call of *operation* go wrong."""
        self._sql.execute(
            "INSERT INTO fault (operation, fault, milliseconds) VALUES (?, ?, ?)",
            (operation, fault, milliseconds),
        )

    def faults(self, operation: str | None = None) -> list[Fault]:
        """Return the failures that are armed, for one operation or for all, oldest first."""
        rows = self._sql.execute(
            "SELECT seq, operation, fault, milliseconds FROM fault"
            " WHERE ? IS NULL OR operation = ? ORDER BY seq",
            (operation, operation),
        )
        return [Fault(*row) for row in rows]

    def disarm(self, fault: Fault | None = None) -> None:
        """Forget one failure, or all."""
        if fault is None:
            self._sql.execute("DELETE FROM fault")
        else:
            self._sql.execute("DELETE FROM fault WHERE seq = ?", (fault.seq,))

    def queue(self, payment: Payment, due_at: datetime, attempt: int = 0) -> None:
        """Let a webhook about *payment* go out at *due_at*; none when it has no address."""
        if payment.webhook_url is not None:
            self._sql.execute(
                "INSERT INTO webhook (payment_id, url, due_at, attempt) VALUES (?, ?, ?, ?)",
                (payment.id, payment.webhook_url, due_at.isoformat(), attempt),
            )

    def due(self, now: datetime) -> list[Delivery]:
        """Return the webhooks that are to go out by *now*."""
        rows = self._sql.execute(
            "SELECT seq, payment_id, url, attempt FROM webhook WHERE due_at <= ? ORDER BY seq",
            (now.isoformat(),),
        )
        return [Delivery(*row) for row in rows]

    def waiting(self) -> int:
        """Return how many webhooks are still to go out."""
        return int(self._sql.execute("SELECT count(*) FROM webhook").fetchone()[0])

    def delivered(self, delivery: Delivery) -> None:
        """Forget a webhook."""
        self._sql.execute("DELETE FROM webhook WHERE seq = ?", (delivery.seq,))

    def postpone(self, delivery: Delivery, due_at: datetime) -> None:
        """Try a webhook again at *due_at*."""
        self._sql.execute(
            "UPDATE webhook SET due_at = ?, attempt = attempt + 1 WHERE seq = ?",
            (due_at.isoformat(), delivery.seq),
        )

    def setting(self, name: str, default: str) -> str:
        """Return a setting."""
        row = self._sql.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Keep a setting."""
        self._sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def _one(self, query: str, *values: str) -> Payment | None:
        row = self._sql.execute(query, values).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Payment)

    def _all(self, query: str, *values: object) -> list[Payment]:
        rows = self._sql.execute(query, values)
        return [msgspec.json.decode(row[0], type=Payment) for row in rows]
