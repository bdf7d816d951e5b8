"""Change where a sticker is in its life: mounted, replaced, revoked."""

from dataclasses import replace

from app.charging.stickers import store
from app.charging.stickers.errors import StickerEnded, StickerNotFound
from app.charging.stickers.model import GOOD, Sticker, StickerState
from app.infra.database import Work


async def get_sticker(work: Work, serial: str) -> Sticker:
    """Return a sticker by its serial number. A step. Raises StickerNotFound."""
    return await _locked(work, serial)


async def revoke_sticker(work: Work, serial: str, *, by: str, reason: str) -> Sticker:
    """
    Let a sticker lead to a warning from now on; return it. A step; twice is as once.

    Raises StickerNotFound.
    """
    sticker = await _locked(work, serial)
    if sticker.state is StickerState.REVOKED:
        return sticker
    ended = replace(
        sticker, state=StickerState.REVOKED, ended_at=work.now, ended_by=by, reason=reason
    )
    await store.save(work, ended)
    return ended


async def mount_sticker(work: Work, serial: str, *, by: str, replaces: bool) -> Sticker:
    """
    Note that a sticker hangs where it belongs; return it. A step; twice is as once.

    With *replaces* the others that hang at its point are replaced by it. Raises StickerNotFound
    and StickerEnded.
    """
    sticker = await _locked(work, serial)
    if sticker.state not in GOOD:
        raise StickerEnded(f"{serial} was {sticker.state}", serial=serial)
    if sticker.state is StickerState.PRINTED:
        sticker = replace(sticker, state=StickerState.MOUNTED, mounted_at=work.now, mounted_by=by)
        await store.save(work, sticker)
    if replaces:
        await _replace_others(work, sticker, by)
    return sticker


async def _replace_others(work: Work, sticker: Sticker, by: str) -> None:
    hanging = await store.of_operator(work, [sticker.evse_uid], StickerState.MOUNTED)
    for other in hanging:
        if other.number != sticker.number:
            ended = replace(
                other,
                state=StickerState.REPLACED,
                ended_at=work.now,
                ended_by=by,
                reason=f"replaced by {sticker.serial}",
            )
            await store.save(work, ended)


async def _locked(work: Work, serial: str) -> Sticker:
    code, _, number = serial.strip().upper().rpartition("-")
    found = None
    if number.isascii() and number.isdecimal() and len(number) <= len("999999"):
        found = await store.locked(work, code, int(number))
    if found is None:
        raise StickerNotFound(f"no sticker is called {serial[:40]}", serial=serial[:40])
    return found
