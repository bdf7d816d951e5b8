"""What stands on a charge point's local list, and what has to be sent to change it: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.charging.tokens.model import Standing, Token, TokenType


@dataclass(frozen=True, slots=True)
class Entry:
    """A token as a local list has it; *is_card*: a card's uid. Without a *status* it goes."""

    uid: str
    status: Standing | None
    group: str | None = None
    until: datetime | None = None
    is_card: bool = True

    @property
    def mark(self) -> str:
        """Return what differs as soon as anything about the entry does."""
        return f"{self.status}|{self.group or ''}|{self.until or ''}|{self.is_card}"


@dataclass(frozen=True, slots=True)
class Limits:
    """How many tokens a charge point's list holds, and how many one message may bring."""

    most: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What a charge point has, as far as we know: a *version*, and the mark of each token."""

    version: int
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Update:
    """One message: the list becomes *version*; *is_full* replaces all that was on it before."""

    version: int
    is_full: bool
    entries: tuple[Entry, ...]


NOTHING = Kept(0, {})


def entry_of(token: Token, at: datetime) -> Entry:
    """Return a token as it stands at that instant."""
    return Entry(
        uid=token.uid,
        status=token.standing(at),
        group=token.group_id,
        until=token.expires_at,
        is_card=token.type is TokenType.RFID,
    )


def chosen(tokens: Iterable[Token], at: datetime, most: int) -> list[Entry]:
    """Return at most so many entries; those that are good go before those that are not."""
    entries = [entry_of(token, at) for token in tokens]
    entries.sort(key=lambda entry: entry.status is not Standing.ACCEPTED)
    return entries[:most]


def updates(kept: Kept, reported: int, wanted: Sequence[Entry], at_once: int) -> list[Update]:
    """
    Return the messages that bring a list from what is *kept* of it to what is *wanted*.

    Where the charge point reports another version than ours, all is sent anew. The versions grow
    by one with each message, beyond whatever either side has seen.
    """
    is_full = reported != kept.version or reported <= 0
    marks: Mapping[str, str] = {} if is_full else kept.marks
    named = {entry.uid for entry in wanted}
    changed = [entry for entry in wanted if marks.get(entry.uid) != entry.mark]
    changed += [Entry(uid, None) for uid in marks if uid not in named]
    if is_full and not changed and reported <= 0 and not kept.marks:
        return []  # an empty list that shall stay empty
    parts = [changed[at : at + at_once] for at in range(0, len(changed), at_once)]
    if is_full and not parts:
        parts = [[]]
    first = max(kept.version, reported, 0) + 1
    return [
        Update(first + number, is_full and number == 0, tuple(part))
        for number, part in enumerate(parts)
    ]


def after(kept: Kept, done: Update) -> Kept:
    """Return what a charge point has once it has taken an update."""
    marks = {} if done.is_full else dict(kept.marks)
    for entry in done.entries:
        if entry.status is None:
            marks.pop(entry.uid, None)
        else:
            marks[entry.uid] = entry.mark
    return Kept(done.version, marks)
