"""
Draws anew every picture that an operator gives; loaded with the first one, see `logos`.

What comes out is ours, pixel by pixel: nothing that was hidden in the file survives.
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageOps

from app.people.identity.brand.colour import WHITE, palette, parse
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
# Of an icon's side: the ground's corner, and the picture (a mask may cut all outside four fifths).
_CORNER, _PICTURE, _MASKABLE = (1, 4), (4, 5), (11, 20)
# The bolt of the product's own icon, on 24 by 24.
_BOLT: Final = ((13, 4), (6, 13), (11, 13), (10, 20), (18, 10), (12, 10))
_GRID: Final = 24
_DRAWN: Final = 2


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


def icon(logo: bytes | None, colour: str, size: int, *, maskable: bool) -> bytes:
    """Return a square PNG of *size* pixels: the *logo* on white, or the bolt on the *colour*."""
    ground = WHITE if logo is not None else parse(colour)
    side = size * _DRAWN
    drawn = Image.new("RGBA", (side, side), _CLEAR)
    corner = 0 if maskable else side * _CORNER[0] // _CORNER[1]
    ImageDraw.Draw(drawn).rounded_rectangle((0, 0, side - 1, side - 1), corner, fill=ground)
    share = _MASKABLE if maskable else _PICTURE
    within = side * share[0] // share[1]
    if logo is None:
        _bolt(drawn, within, parse(palette(colour).on_brand))
    else:
        _centred(drawn, ImageOps.contain(_opened(logo), (within, within)))
    return _png(drawn.resize((size, size), Image.Resampling.LANCZOS))


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


def _bolt(ground: Image.Image, within: int, colour: tuple[int, int, int]) -> None:
    edge = (ground.width - within) // 2
    points = [(edge + x * within // _GRID, edge + y * within // _GRID) for x, y in _BOLT]
    ImageDraw.Draw(ground).polygon(points, fill=colour)


def _centred(ground: Image.Image, picture: Image.Image) -> None:
    left, top = ((ground.width - picture.width) // 2, (ground.height - picture.height) // 2)
    ground.alpha_composite(picture, (left, top))
