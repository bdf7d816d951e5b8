"""Note who comes and who goes: ten thousand charge points may do so at the same moment."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.events import ChargePointsConnected, ChargePointsDisconnected
from app.charging.chargers.stations import store
from app.infra.database import Database, Work


@dataclass(frozen=True, slots=True)
class Coming:
    """
    A charge point whose connection opened, in a *protocol*, or went (None).

    *connection* is the name of the one that went; the name of a new one is made.
    """

    operator_id: UUID
    identity: str
    protocol: str | None
    connection: str = ""


async def note_comings(comings: Sequence[Coming], *, database: Database) -> Sequence[str]:
    """
    Mark charge points as connected, or as offline unless a newer connection serves them.

    Returns the name of each one's connection, in the order of *comings*.
    """
    names = dict[int, str]()
    for operator_id, places in _by_operator(comings).items():
        for part in _each_once(comings, places):
            async with database.work(operator_id) as work:
                for place in part:
                    names[place] = comings[place].connection or work.ids.token()
                noted = [
                    store.Noted(comings[place].identity, comings[place].protocol, names[place])
                    for place in part
                ]
                await _note(work, noted)
    return [names[place] for place in range(len(comings))]


async def _note(work: Work, noted: Sequence[store.Noted]) -> None:
    changed = await store.note(work, noted)
    came = {each.identity for each in noted if each.protocol is not None}
    if came:
        await work.emit(ChargePointsConnected(tuple(sorted(came))))
    if changed - came:
        await work.emit(ChargePointsDisconnected(tuple(sorted(changed - came))))


def _by_operator(comings: Sequence[Coming]) -> dict[UUID, list[int]]:
    places: defaultdict[UUID, list[int]] = defaultdict(list)
    for place, coming in enumerate(comings):
        places[coming.operator_id].append(place)
    return places


def _each_once(comings: Sequence[Coming], places: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places in their order, in parts in which no charge point occurs twice."""
    part: dict[str, int] = {}
    for place in places:
        identity = comings[place].identity
        if identity in part:
            yield list(part.values())
            part = {}
        part[identity] = place
    if part:
        yield list(part.values())
