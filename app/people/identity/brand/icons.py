"""Pictures of a brand: the logo as we keep it, and icons for home screens made of it."""

import hashlib
from functools import lru_cache
from typing import Final, cast

from app.kernel.parts import part
from app.people.identity.brand.model import Brand

ICON_SIZES: Final = (180, 192, 512)
LOGO_TYPE: Final = "image/png"
_DIGEST_BYTES: Final = 8
_PICTURES: Final = "app.people.identity.brand.pictures"


def kept_logo(content: bytes) -> bytes:
    """
    Return a logo as it is kept, a PNG of at most LOGO_MAX_BYTES without anything but its pixels.

    It takes some 50 ms: call it in a thread. Raises PictureInvalid.
    """
    return cast("bytes", part(_PICTURES).redrawn(content))


def icon_png(brand: Brand, size: int, *, maskable: bool = False) -> bytes:
    """Return the icon of *brand* in a square of *size* pixels; its edge is spare for a mask."""
    logo = brand.logo if brand.logo_type == LOGO_TYPE else None
    return _icon(logo, brand.colour, size, maskable)


def brand_digest(brand: Brand) -> str:
    """Return what changes with the pictures of *brand*, for their addresses."""
    seen = hashlib.blake2b(brand.logo or b"", digest_size=_DIGEST_BYTES)
    seen.update(brand.colour.encode())
    return seen.hexdigest()


@lru_cache(maxsize=256)
def _icon(logo: bytes | None, colour: str, size: int, maskable: bool) -> bytes:  # noqa: FBT001
    return cast("bytes", part(_PICTURES).icon(logo, colour, size, maskable=maskable))
