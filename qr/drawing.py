"""Codes as vectors and as text on a terminal."""

from collections.abc import Iterator
from itertools import groupby

from qr.masks import Matrix

# ISO/IEC 18004: four modules of white on each side.
QUIET_ZONE = 4


def svg_path(matrix: Matrix) -> str:
    """Return the black modules as one path, one unit per module, in runs along the rows."""
    return "".join(
        f"M{x} {y}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for x, length in _runs(row)
    )


def svg(matrix: Matrix, *, title: str) -> str:
    """Return *matrix* with its quiet zone as an SVG image that fills the space it is given."""
    size = len(matrix) + 2 * QUIET_ZONE
    name = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img">'
        f"<title>{name}</title>"
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path transform="translate({QUIET_ZONE} {QUIET_ZONE})" d="{svg_path(matrix)}"/></svg>'
    )


def terminal(matrix: Matrix) -> str:
    """
    Return *matrix* as lines of half blocks, two rows of modules per line, with its quiet zone.

    Black and white are set by escape codes, so that it can be scanned off a dark terminal too.
    """
    white = (False,) * (len(matrix) + 2 * QUIET_ZONE)
    margin = (False,) * QUIET_ZONE
    rows = [white] * QUIET_ZONE + [margin + row + margin for row in matrix] + [white] * QUIET_ZONE
    if len(rows) % 2:
        rows.append(white)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(_line(upper, lower) for upper, lower in pairs)


def _line(upper: tuple[bool, ...], lower: tuple[bool, ...]) -> str:
    blocks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
    signs = "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
    return f"\N{ESCAPE}[30;107m{signs}\N{ESCAPE}[0m"


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of black in *row*."""
    x = 0
    for black, run in groupby(row):
        length = len(list(run))
        if black:
            yield x, length
        x += length
