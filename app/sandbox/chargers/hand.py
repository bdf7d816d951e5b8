"""A driver's hand for demos: it plugs in when the charge point waits, and out when it is over."""

from datetime import datetime, timedelta
from typing import Protocol

PLUG_IN_AFTER = timedelta(seconds=6)
UNPLUG_AFTER = timedelta(seconds=15)


class Socket(Protocol):
    """What the hand sees of a bay, and does to it."""

    @property
    def waits(self) -> bool:
        """Tell whether a start was permitted and no cable is in."""
        ...

    @property
    def is_over(self) -> bool:
        """Tell whether a transaction has ended and the cable is still in."""
        ...

    def plug(self) -> None:
        """Put the cable in."""
        ...

    def unplug(self) -> None:
        """Take the cable out."""
        ...


class Hand:
    """Does what a driver would do, after the time that a driver would need."""

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._since: tuple[str, datetime] | None = None

    def look(self, socket: Socket, now: datetime) -> None:
        """Look at *socket* and act when it is time."""
        if socket.waits:
            if now - self._first_seen("waits", now) >= PLUG_IN_AFTER:
                socket.plug()
        elif socket.is_over:
            if now - self._first_seen("over", now) >= UNPLUG_AFTER:
                socket.unplug()
        else:
            self._since = None

    def _first_seen(self, what: str, now: datetime) -> datetime:
        if self._since is None or self._since[0] != what:
            self._since = (what, now)
        return self._since[1]
