"""The black and white of a QR code."""

from enum import IntEnum

import qrcode

Matrix = tuple[tuple[bool, ...], ...]


class Level(IntEnum):
    """How much of a code may be dirty (ISO/IEC 18004): 7, 15, 25 or 30 percent."""

    L = 1
    M = 0
    Q = 3
    H = 2


def matrix_of(text: str, level: Level = Level.Q) -> Matrix:
    """Return the smallest code of *text*, without a quiet zone; True is black. Q suits outdoors."""
    code = qrcode.QRCode(error_correction=int(level), border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.modules)
