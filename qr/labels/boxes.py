"""
Where a sheet is cut, told to the machines of a print shop.

The boxes are added behind the file as an update of its pages (ISO 32000-1, 7.5.6), because reading
and writing a thousand pages again would take as long as drawing them.
"""

import re
from decimal import Decimal
from typing import Final

from qr.labels.label import NotPrintable
from qr.labels.layout import Layout

_POINTS_IN_MM: Final = 72 / Decimal("25.4")
# A page as typst writes it: never inside of a compressed stream.
_PAGE: Final = re.compile(rb"(?<=\n)(\d+) 0 obj\n<</Type/Page/(.*?)>>\nendobj\n", re.DOTALL)
_TRAILER: Final = re.compile(rb"\ntrailer\n<<(.*)>>\nstartxref\n(\d+)\n%%EOF\s*$", re.DOTALL)


def with_boxes(pdf: bytes, layout: Layout) -> bytes:
    """
    Return *pdf*, which typst made, with the boxes of ISO 32000-1, 14.11.2, on each page.

    The trim box is what the labels take, cut; the bleed box what their colour runs over.
    Raises NotPrintable.
    """
    trailer = _TRAILER.search(pdf)
    if trailer is None:
        msg = "the press has made a PDF without a trailer"
        raise NotPrintable(msg)
    bleed_mm = Decimal(0) if layout.cut is None else layout.cut.bleed_mm
    boxes = b"/TrimBox%b/BleedBox%b" % (_box(layout, Decimal(0)), _box(layout, bleed_mm))
    kept, places = bytearray(pdf.rstrip() + b"\n"), list[tuple[bytes, int]]()
    for page in _PAGE.finditer(pdf):
        places.append((page[1], len(kept)))
        kept += b"%b 0 obj\n<</Type/Page%b/%b>>\nendobj\n" % (page[1], boxes, page[2])
    where = len(kept)
    kept += b"xref\n" + b"".join(b"%b 1\n%010d 00000 n\r\n" % place for place in places)
    kept += b"trailer\n<<%b/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (trailer[1], trailer[2], where)
    return bytes(kept)


def _box(layout: Layout, more_mm: Decimal) -> bytes:
    """Return what all labels take and *more_mm* around it, in points from the lower left."""
    sheet, label = layout.sheet, layout.label
    (left, top), (last_left, last_top) = layout.places_mm[0], layout.places_mm[-1]
    lengths = (
        max(left - more_mm, Decimal(0)),
        max(sheet.height_mm - last_top - label.height_mm - more_mm, Decimal(0)),
        min(last_left + label.width_mm + more_mm, sheet.width_mm),
        min(sheet.height_mm - top + more_mm, sheet.height_mm),
    )
    return b"[%b]" % " ".join(f"{mm * _POINTS_IN_MM:.4f}" for mm in lengths).encode()
