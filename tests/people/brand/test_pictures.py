"""Logos: what is kept is a small PNG of ours, whatever came."""

import io

import pytest
from PIL import Image, PngImagePlugin

from app.infra.pdf import NotPrintable
from app.infra.pdf.raster import rasterised
from app.people.identity.brand.errors import PictureInvalid
from app.people.identity.brand.logos import kept_logo
from app.people.identity.brand.rules import LOGO_MAX_BYTES
from tests.people.brand.drawn import bomb, noise, picture, size_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">{}</svg>'
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_kind_becomes_a_small_png(kind: str):
    """A wide picture is scaled into 480 by 144 pixels, in its proportions."""
    kept = kept_logo(picture((1200, 400), kind))

    assert kept.startswith(PNG_SIGNATURE)
    # 1200 x 400 is 3 to 1: the height of 144 pixels binds.
    assert (432, 144) == size_of(kept)


def test_a_small_picture_is_not_blown_up():
    """What has fewer pixels keeps them."""
    assert (30, 10) == size_of(kept_logo(picture((30, 10))))


def test_what_hides_in_a_file_is_gone():
    """Neither texts in the file nor what was hung on its end come through."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>")
    file = picture(pnginfo=told) + b"<script>alert(2)</script>"

    kept = kept_logo(file)

    assert b"script" in file
    assert b"script" not in kept


def test_what_is_not_seen_has_no_colour():
    """A picture under full transparency does not survive."""
    hidden = Image.new("RGBA", (8, 8), (200, 10, 10, 0))
    file = io.BytesIO()
    hidden.save(file, "PNG")

    with Image.open(io.BytesIO(kept_logo(file.getvalue()))) as kept:
        assert {(0, 0, 0, 0)} == set(kept.convert("RGBA").get_flattened_data())


def test_a_busy_picture_is_made_small():
    """Where all its colours and pixels are too much, there are fewer of both."""
    kept = kept_logo(noise((480, 144)))

    assert len(kept) <= LOGO_MAX_BYTES
    width, height = size_of(kept)
    assert 0 < width * height < 480 * 144


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "no PNG, JPEG or WebP"),
        (SVG.format("").encode(), "no PNG, JPEG or WebP"),
        (picture(kind="GIF"), "no PNG, JPEG or WebP"),
        (picture(kind="BMP"), "no PNG, JPEG or WebP"),
        (picture()[:60], "no PNG, JPEG or WebP"),
        (picture(kind="JPEG")[:400], "no PNG, JPEG or WebP"),
        (b"GIF89a" + picture(), "no PNG, JPEG or WebP"),
        (bomb(4097), "a side of 4097 pixels is more than 4096"),
        (bomb(60_000), "no PNG, JPEG or WebP"),
        (bomb(64), "no PNG, JPEG or WebP"),
        (b"\0" * (1024 * 1024 + 1), "1048577 bytes are more than 1048576"),
    ],
)
def test_what_is_no_picture_is_refused(file: bytes, told: str):
    """Broken and cut files, other kinds, two kinds in one, and bombs before they are unpacked."""
    with pytest.raises(PictureInvalid, match=told):
        kept_logo(file)


def test_a_drawing_becomes_pixels():
    """An SVG is drawn 288 pixels high."""
    assert (576, 288) == size_of(rasterised(SVG.format("").encode()))


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="/etc/hostname" width="9" height="9"/>',
        '<image href="../drawing.typ" width="9" height="9"/>',
    ],
)
def test_a_drawing_reads_no_files(inside: str):
    """Neither of the machine nor beside it."""
    with pytest.raises(NotPrintable):
        rasterised(SVG.format(inside).encode())


def test_what_is_no_drawing_is_refused():
    """As a problem of its own, not a crash."""
    with pytest.raises(NotPrintable):
        rasterised(b"<html></html>")
