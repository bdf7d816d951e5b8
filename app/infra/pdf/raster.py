"""Turns a drawing into pixels; loaded with the first one, because typst is large."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import typst

from app.infra.pdf.press import NotPrintable

# Pixels for each point of the drawing, which is drawn 144 points high.
_PPI: Final = 144
_TEMPLATE: Final = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#image(bytes(json(bytes(sys.inputs.data))), format: "svg", height: 144pt)
"""


def rasterised(svg: bytes) -> bytes:
    """
    Return the drawing *svg* as a PNG of 288 pixels' height.

    It runs no scripts and reads no other files. Raises NotPrintable for what is no drawing.
    """
    with TemporaryDirectory() as folder:
        template = Path(folder, "drawing.typ")
        template.write_text(_TEMPLATE)
        try:
            png = typst.compile(
                template,
                root=template.parent,
                format="png",
                ppi=_PPI,
                sys_inputs={"data": json.dumps(list(svg))},
            )
        except typst.TypstError as error:
            raise NotPrintable(f"{error.message} {error.diagnostic}") from error
    assert isinstance(png, bytes)  # noqa: S101 - one page is one file
    return png
