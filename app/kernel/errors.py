"""Expected failures, described without a word of HTTP."""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What sort of failure a problem is; the edge turns it into a status and a page."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    CHANGED = "changed"
    UNSEEN = "unseen"
    TOO_MANY = "too_many"
    PAYMENT_REFUSED = "payment_refused"
    UNAVAILABLE = "unavailable"
    NO_ANSWER = "no_answer"


class Problem(Exception):
    """
    A failure that was foreseen, with a stable code and the facts that explain it.

    Every subclass has a page `docs/problems/<code>.md`. The *title* is a short English sentence
    without facts; the *detail* tells this case; *facts* are plain values for the page and the log.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]

    def __init__(self, detail: str, **facts: object) -> None:
        """Keep the *detail* and the *facts*."""
        super().__init__(detail)
        self.detail = detail
        self.facts = facts
