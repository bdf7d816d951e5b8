"""The failures that can be armed, and what they do to an exchange."""

from typing import Final

BEFORE: Final = frozenset(
    {"timeout_before", "error_before", "rate_limit", "unauthorised", "unavailable_before"}
)
AFTER: Final = frozenset({"timeout_after", "error_after", "garbage_after"})
WEBHOOK: Final = frozenset({"webhook_lost", "webhook_late", "webhook_duplicate"})
PART: Final = frozenset({"part_fails"})

OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "start": BEFORE | AFTER,
    "capture": BEFORE | AFTER | PART,
    "refund": BEFORE | AFTER | PART,
    "release": BEFORE | AFTER,
    "cancel": BEFORE | AFTER,
    "fetch": BEFORE | AFTER,
    "methods": BEFORE | AFTER,
    "webhook": WEBHOOK,
}
# Longer than any client waits.
DEFAULT_MILLISECONDS: Final = 30_000

STATUS: Final = {
    "error_before": 500,
    "error_after": 500,
    "unavailable_before": 503,
    "rate_limit": 429,
    "unauthorised": 401,
}
