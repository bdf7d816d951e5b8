"""Keep what other platforms tell: whole objects, and changes of them; steps of a work."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.infra.database import Work
from app.pricing.tariffs.model import Json, OcpiObject
from app.roaming.errors import OcpiInvalid, OcpiObjectUnknown
from app.roaming.received import store
from app.roaming.received.model import Kept, Name
from app.roaming.wire.codec import encode, plain, read, read_instant, read_json

T = TypeVar("T", bound=OcpiObject)


async def keep(work: Work, name: Name, value: OcpiObject) -> Kept:
    """Keep *value* unless something newer is known already. A step."""
    known = await store.find(work, name, lock=True)
    told_at = _told_at(value, work.now)
    body = encode(value).decode()
    if known is not None and (told_at < known.last_updated or body == known.body):
        return Kept(is_new=False, is_changed=False)
    await store.put(work, name, body, told_at)
    return Kept(is_new=known is None, is_changed=True)


async def keep_for_good(work: Work, name: Name, value: OcpiObject) -> Kept:
    """
    Keep *value*, which never changes; the same once more is as once.

    A step. Raises OcpiInvalid for another value of the same name.
    """
    body = encode(value).decode()
    if await store.add(work, name, body, _told_at(value, work.now)):
        return Kept(is_new=True, is_changed=True)
    known = await store.find(work, name)
    if known is not None and known.body != body:
        raise OcpiInvalid(
            f"there is another one of this id, which never changes: {name.object_id}", field="id"
        )
    return Kept(is_new=False, is_changed=False)


async def received(work: Work, name: Name, kind: type[T]) -> T:
    """Return the object of this *name*. A step. Raises OcpiObjectUnknown."""
    found = await find_received(work, name, kind)
    if found is None:
        raise _unknown(name)
    return found


async def find_received(work: Work, name: Name, kind: type[T]) -> T | None:
    """Return the object of this *name*, or None. A step."""
    known = await store.find(work, name)
    return None if known is None else read(kind, known.body)


async def told_by(
    work: Work, platform_id: UUID, module: str, kind: type[T], most: int = 1000
) -> list[T]:
    """Return the objects of a *module* that a platform told last, at *most* so many. A step."""
    found = await store.of_module(work, platform_id, module, most)
    return [read(kind, one.body) for one in found]


async def newest_of(
    work: Work, module: str, object_ids: Sequence[str], kind: type[T]
) -> tuple[Name, T] | None:
    """Return the object of these ids that was told last, whichever platform has one, or None."""
    known = await store.newest(work, module, object_ids)
    return None if known is None else (known.name, read(kind, known.body))


async def forget(work: Work, name: Name) -> None:
    """Delete the object of this *name*. A step. Raises OcpiObjectUnknown."""
    if not await store.remove(work, name):
        raise _unknown(name)


async def change(
    work: Work, name: Name, kind: type[T], news: Mapping[str, object], path: tuple[str, ...] = ()
) -> T:
    """
    Change some fields of an object, or with a *path* of one of its EVSEs or their connectors.

    News that are older than what is known change nothing. A step; returns the object as it is
    afterwards. Raises OcpiObjectUnknown and OcpiInvalid.
    """
    known = await store.find(work, name, lock=True)
    if known is None:
        raise _unknown(name)
    # Who names no time means now: our own clock would outrun a platform's that is late.
    told_at = _instant_of(news, known.last_updated)
    whole: Json = read_json(known.body)
    if told_at < known.last_updated and not path:
        return read(kind, whole)
    changed = _merged(whole, dict(news), path, name)
    # A change of a part is a change of the whole (mod_locations, "PATCH").
    changed["last_updated"] = max(told_at, known.last_updated)
    value = read(kind, plain(changed))
    await store.put(work, name, encode(value).decode(), max(told_at, known.last_updated))
    return value


async def put_part(
    work: Work, name: Name, kind: type[T], part: OcpiObject, path: tuple[str, ...]
) -> T:
    """
    Insert or replace an EVSE of a location, or a connector of an EVSE: where *path* says.

    A step; returns the object as it is afterwards. Raises OcpiObjectUnknown and OcpiInvalid.
    """
    known = await store.find(work, name, lock=True)
    if known is None:
        raise _unknown(name)
    whole: Json = read_json(known.body)
    parent = _inside(whole, path[:-1], name)
    field, key = _LEVELS[len(path) - 1]
    others = [one for one in parent.get(field, []) if not _same(one[key], path[-1])]
    parent[field] = [*others, plain(part)]
    told_at = max(_told_at(part, work.now), known.last_updated)
    whole["last_updated"] = told_at
    value = read(kind, plain(whole))
    await store.put(work, name, encode(value).decode(), told_at)
    return value


# What is below a location, and by which field it is named.
_LEVELS = (("evses", "uid"), ("connectors", "id"))


def _merged(whole: Json, news: Json, path: tuple[str, ...], name: Name) -> Json:
    _inside(whole, path, name).update(news)
    return whole


def _inside(whole: Json, path: tuple[str, ...], name: Name) -> Json:
    """Return the part of *whole* at the end of *path*. Raises OcpiObjectUnknown."""
    found = whole
    for (field, key), wanted in zip(_LEVELS, path, strict=False):
        parts = [one for one in found.get(field, []) if _same(one[key], wanted)]
        if not parts:
            raise _unknown(name, wanted)
        found = parts[0]
    return found


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _told_at(value: OcpiObject, now: datetime) -> datetime:
    told: datetime | None = getattr(value, "last_updated", None)
    return told or now


def _instant_of(news: Mapping[str, object], default: datetime) -> datetime:
    told = news.get("last_updated")
    if not isinstance(told, str):
        return default
    try:
        return read_instant(told)
    except ValueError as wrong:
        raise OcpiInvalid(str(wrong), field="last_updated") from wrong


def _unknown(name: Name, part: str | None = None) -> OcpiObjectUnknown:
    what = f"{name.module} {name.country_code}*{name.party_id} {part or name.object_id}"
    return OcpiObjectUnknown(f"there is no {what}", module=name.module)
