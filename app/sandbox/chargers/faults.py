"""What can be wrong with a played charge point, switched on and off while it runs."""

from dataclasses import dataclass, fields


@dataclass(slots=True)
class Faults:
    """
    Every fault off by default.

    *never_plugged* accepts a start and then nothing comes. *late_stop* keeps a stop until it is
    switched off again, *lost_stop* forgets it. *mute* reads calls and answers none.
    *forged_meter* changes the end that a meter signed.
    """

    reject_start: bool = False
    never_plugged: bool = False
    mute: bool = False
    late_stop: bool = False
    lost_stop: bool = False
    duplicate_start: bool = False
    duplicate_stop: bool = False
    no_meter_values: bool = False
    meter_backwards: bool = False
    meter_absurd: bool = False
    clock_1970: bool = False
    forged_meter: bool = False

    def switch(self, name: str, *, on: bool) -> None:
        """Switch one fault; raises ValueError when there is none of this name."""
        if name not in self.names():
            msg = f"no fault is called {name!r}; there are {', '.join(self.names())}"
            raise ValueError(msg)
        setattr(self, name, on)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all faults."""
        return tuple(each.name for each in fields(cls))

    def active(self) -> tuple[str, ...]:
        """Return the names of the faults that are on."""
        return tuple(name for name in self.names() if getattr(self, name))
