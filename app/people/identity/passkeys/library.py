"""Where the library for passkeys comes from: it is loaded by the first who uses one."""

import asyncio
from typing import TYPE_CHECKING

from app.kernel.parts import part

if TYPE_CHECKING:
    from app.people.identity.passkeys.authenticators import Authenticators


async def authenticators() -> "Authenticators":
    """Return what speaks with authenticators: 7 MiB, which most processes never use."""
    loaded: Authenticators = await asyncio.to_thread(_load)
    return loaded


def _load() -> "Authenticators":
    loaded: Authenticators = part("app.people.identity.passkeys.authenticators").Authenticators()
    return loaded
