"""
Draws anew every picture that an operator gives; loaded with the first one, see `kept_logo`.

What comes out is ours, pixel by pixel: nothing that was hidden in the file survives.
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from app.people.identity.brand.errors import PictureInvalid
from app.people.identity.brand.rules import LOGO_MAX_BYTES

MOST_BYTES: Final = 1024 * 1024
MOST_SIDE: Final = 4096
# Sharp at the 36 points of height that pages give it, on any phone.
LOGO_BOX: Final = (480, 144)
_FORMATS: Final = ("PNG", "JPEG", "WEBP")
# What Pillow raises on broken files, by format.
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    Image.DecompressionBombError,
)
_SMALLER: Final = (4, 5)
_CLEAR: Final = (0, 0, 0, 0)


def redrawn(content: bytes) -> bytes:
    """
    Return the picture *content* as a small PNG: its pixels, and nothing else of it.

    Raises PictureInvalid for what is no PNG, JPEG or WebP, or too large.
    """
    if len(content) > MOST_BYTES:
        raise PictureInvalid(f"{len(content)} bytes are more than {MOST_BYTES}")
    picture = _opened(content)
    picture.thumbnail(LOGO_BOX, Image.Resampling.LANCZOS)
    while len(png := _png(picture)) > LOGO_MAX_BYTES:
        width, height = (max(1, side * _SMALLER[0] // _SMALLER[1]) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return png


def _opened(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as file:
            # Known from the header alone: nothing of a bomb has been unpacked yet.
            if max(file.size) > MOST_SIDE:
                raise PictureInvalid(f"a side of {max(file.size)} pixels is more than {MOST_SIDE}")
            return ImageOps.exif_transpose(file).convert("RGBA")
    except _BROKEN as broken:
        raise PictureInvalid("the file is no PNG, JPEG or WebP that can be read") from broken


def _png(picture: Image.Image) -> bytes:
    """Return *picture* as PNG: in all its colours, or in 256 where those would be too large."""
    # Of what nobody sees no colour is kept.
    visible = Image.new("RGBA", picture.size, _CLEAR)
    visible.paste(picture, mask=picture.getchannel("A").point(lambda alpha: 255 if alpha else 0))
    file = BytesIO()
    visible.save(file, "PNG", optimize=True)
    if file.tell() > LOGO_MAX_BYTES:
        file = BytesIO()
        visible.quantize(256, Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
    return file.getvalue()
