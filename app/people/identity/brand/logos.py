"""Logos as they are kept."""

from typing import Final, cast

from app.kernel.parts import part

LOGO_TYPE: Final = "image/png"


def kept_logo(content: bytes) -> bytes:
    """
    Return a logo as it is kept, a PNG of at most LOGO_MAX_BYTES without anything but its pixels.

    It takes some 50 ms: call it in a thread. Raises PictureInvalid.
    """
    return cast("bytes", part("app.people.identity.brand.pictures").redrawn(content))
