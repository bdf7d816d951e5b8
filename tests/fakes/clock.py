"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeClock:
    """The time as the test wants it; it begins on Monday 2 March 2026, 09:00 UTC."""

    def __init__(self, now: datetime = START) -> None:
        """Begin at *now*."""
        self._now = now

    def now(self) -> datetime:
        """Return the present instant."""
        return self._now

    def advance(self, step: timedelta | None = None, **parts: int) -> datetime:
        """Move on by *step*, or by the parts of one (`minutes=5`), and return the new instant."""
        self._now += step if step is not None else timedelta(**parts)
        return self._now

    def set(self, now: datetime) -> None:
        """Move to *now*."""
        self._now = now
