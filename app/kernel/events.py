"""Facts that happened: how a lower context speaks to those above it without knowing them."""


class Event:
    """A fact. Subclasses are frozen dataclasses in a context's `events.py`."""

    __slots__ = ()
