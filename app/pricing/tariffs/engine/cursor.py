"""A place in a session that moves along the meter's line and is cut wherever a price may change."""

from typing import NamedTuple

from app.pricing.tariffs.compiled.calendar import Calendar
from app.pricing.tariffs.compiled.plan import Active, Phase, Plan, Situation, Slots, place
from app.pricing.tariffs.compiled.units import HOUR, NEVER


class Piece(NamedTuple):
    """
    A stretch of a session under the same prices: from *start*, so much *time* and *energy*.

    *parked* says that the vehicle requested no power.
    """

    active: Active
    start: int
    time: int
    energy: int
    parked: bool


class Cursor:
    """Where a session is: the instant, the energy so far, and the prices that hold there."""

    __slots__ = (
        "active",
        "at",
        "calendar",
        "energy",
        "parked",
        "plan",
        "power",
        "start",
        "until_at",
        "until_energy",
    )

    def __init__(self, plan: Plan, calendar: Calendar, start: int) -> None:
        """Stand at the session's *start* (µs) with an empty meter."""
        self.plan = plan
        self.calendar = calendar
        self.start = self.at = start
        self.energy = 0
        self.parked = False
        self.power: Slots | None = None
        self.locate()

    def copy(self) -> "Cursor":
        """Return another cursor at the same place."""
        twin = Cursor.__new__(Cursor)
        for name in Cursor.__slots__:
            setattr(twin, name, getattr(self, name))
        return twin

    def locate(self) -> None:
        """Find the prices of this place, and until which instant and energy they surely hold."""
        plan = self.plan
        mask, until = self.calendar.at(self.at)
        durations, energies = plan.cuts.duration, plan.cuts.energy
        elapsed = place(durations, self.at - self.start)
        filled = place(energies, self.energy)
        self.active = plan.active(
            Situation(Phase.CHARGING, mask, filled, elapsed, self.power, None)
        )
        self.until_energy = energies[filled] if filled < len(energies) else NEVER
        self.until_at = until
        if elapsed < len(durations):
            self.until_at = min(until, self.start + durations[elapsed])

    def settle(self) -> None:
        """Take the prices from here on, when the last move ended exactly where they change."""
        if self.at >= self.until_at or self.energy >= self.until_energy:
            self.locate()

    def move(self, at: int, energy: int, *, parked: bool) -> list[Piece]:
        """
        Go straight to the instant *at* (µs) and the meter's *energy*; neither may go back.

        The way is a straight line, so every cut is the same however finely the line is sampled.
        """
        self.parked = parked
        if self.plan.cuts.power:
            self._feel_power(at - self.at, energy - self.energy)
        self.settle()
        if at <= self.until_at and energy <= self.until_energy:
            return [self._step(at, energy)]
        return self._cut_to(at, energy)

    def _cut_to(self, at: int, energy: int) -> list[Piece]:
        from_at, from_energy = self.at, self.energy
        time, flow = at - from_at, energy - from_energy
        pieces: list[Piece] = []
        while at > self.until_at or energy > self.until_energy:
            until, full = self.until_at, self.until_energy
            if at > until and (
                energy <= full or (until - from_at) * flow <= (full - from_energy) * time
            ):
                pieces.append(self._step(until, from_energy + flow * (until - from_at) // time))
            else:
                pieces.append(self._step(from_at + time * (full - from_energy) // flow, full))
            self.locate()
        pieces.append(self._step(at, energy))
        return pieces

    def _step(self, at: int, energy: int) -> Piece:
        piece = Piece(self.active, self.at, at - self.at, energy - self.energy, self.parked)
        self.at, self.energy = at, energy
        return piece

    def _feel_power(self, time: int, flow: int) -> None:
        """Take the average power of the next stretch; an instant has none."""
        cuts = self.plan.cuts.power
        slot = place(cuts, flow * HOUR // time) if time else None
        power = None if slot is None else (slot, slot)
        if power != self.power:
            self.power = power
            self.locate()
