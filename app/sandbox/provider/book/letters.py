"""The webhooks that are to go out, kept until somebody takes them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS letter (
    seq INTEGER PRIMARY KEY, face TEXT NOT NULL, url TEXT NOT NULL, line TEXT NOT NULL,
    subject TEXT NOT NULL, media_type TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
    due_at TEXT NOT NULL, attempt INTEGER NOT NULL, held TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS letter_due ON letter (held, due_at);
CREATE INDEX IF NOT EXISTS letter_line ON letter (line, seq);
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """
    A webhook of a *face*; *subject* is the payment it is about.

    Letters of one *line* go out one after the other, the earliest first; those without go alone.
    """

    face: str
    url: str
    subject: str
    body: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    line: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter on its way; *attempt* counts from 0."""

    seq: int
    attempt: int
    letter: Letter


class Letters:
    """The letters that wait."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Keep them in *sql*."""
        self._sql = sql

    def queue(self, letter: Letter, due_at: datetime, *, held: str = "") -> None:
        """Let *letter* go out at *due_at*; one that is *held* waits for `release` or `taken`."""
        self._sql.execute(
            "INSERT INTO letter (face, url, line, subject, media_type, headers, body, due_at,"
            " attempt, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (
                letter.face,
                letter.url,
                "" if held else letter.line,
                letter.subject,
                letter.media_type,
                "\n".join(f"{name}: {value}" for name, value in letter.headers),
                letter.body,
                due_at.isoformat(),
                held,
            ),
        )

    def due(self, now: datetime) -> list[Delivery]:
        """Return the letters that are to go out by *now*: of each line only the earliest."""
        rows = self._sql.execute(
            "SELECT seq, attempt, face, url, subject, body, media_type, headers, line FROM letter"
            " WHERE held = '' AND due_at <= ? AND (line = '' OR seq = (SELECT min(seq)"
            " FROM letter other WHERE other.line = letter.line AND other.held = ''))"
            " ORDER BY seq",
            (now.isoformat(),),
        )
        return [Delivery(row[0], row[1], _letter(row[2:])) for row in rows]

    def taken(self, url: str, held: str) -> list[Letter]:
        """Return the letters to *url* that were *held* for this reason, and forget them."""
        rows = self._sql.execute(
            "DELETE FROM letter WHERE url = ? AND held = ?"
            " RETURNING face, url, subject, body, media_type, headers, line",
            (url, held),
        )
        return [_letter(row) for row in rows]

    def waiting(self) -> int:
        """Return how many letters are still to go out."""
        return int(self._sql.execute("SELECT count(*) FROM letter").fetchone()[0])

    def delivered(self, delivery: Delivery, held: str) -> None:
        """Forget a letter, and let go what was *held* until one to this address had arrived."""
        self._sql.execute("DELETE FROM letter WHERE seq = ?", (delivery.seq,))
        self._sql.execute(
            "UPDATE letter SET held = '' WHERE url = ? AND held = ?", (delivery.letter.url, held)
        )

    def postpone(self, delivery: Delivery, due_at: datetime) -> None:
        """Try a letter again at *due_at*."""
        self._sql.execute(
            "UPDATE letter SET due_at = ?, attempt = attempt + 1 WHERE seq = ?",
            (due_at.isoformat(), delivery.seq),
        )


def _letter(row: tuple[str, str, str, bytes, str, str, str]) -> Letter:
    face, url, subject, body, media_type, headers, line = row
    named = tuple(
        (name, value) for name, _, value in (text.partition(": ") for text in headers.splitlines())
    )
    return Letter(face, url, subject, body, media_type, named, line)
