"""The black and white of a QR code."""

from enum import IntEnum
from functools import cache

import qrcode

from qr.masks import Both, Matrix, both_of, penalty

_MASKS = 8


class Level(IntEnum):
    """How much of a code may be dirty (ISO/IEC 18004): 7, 15, 25 or 30 percent."""

    L = 1
    M = 0
    Q = 3
    H = 2


def matrix_of(text: str, level: Level = Level.Q) -> Matrix:
    """Return the smallest code of *text*, without a quiet zone; True is black. Q suits outdoors."""
    code = _code(text, level)
    plain = _modules(code)
    flips, seen = _flips(code.version, level), both_of(plain)
    size = len(plain)
    best = min(range(_MASKS), key=lambda mask: penalty(seen.flipped(flips[mask][1]), size))
    return tuple(
        tuple(black != flip for black, flip in zip(row, turned, strict=True))
        for row, turned in zip(plain, flips[best][0], strict=True)
    )


@cache
def _flips(version: int, level: Level) -> tuple[tuple[Matrix, Both], ...]:
    """Return what each mask turns over beside mask 0: the same modules, whatever the text is."""
    codes = [_modules(_code("0", level, version=version, mask=mask)) for mask in range(_MASKS)]
    turned = [_difference(codes[0], code) for code in codes]
    return tuple((each, both_of(each)) for each in turned)


def _code(
    text: str, level: Level, *, version: int | None = None, mask: int = 0
) -> qrcode.QRCode[qrcode.image.base.BaseImage]:
    # A mask is given, because trying all eight in Python takes six times as long as the rest.
    code = qrcode.QRCode(version, error_correction=int(level), border=0, mask_pattern=mask)
    code.add_data(text)
    code.make(fit=version is None)
    return code


def _modules(code: qrcode.QRCode[qrcode.image.base.BaseImage]) -> Matrix:
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def _difference(one: Matrix, other: Matrix) -> Matrix:
    return tuple(
        tuple(left != right for left, right in zip(*rows, strict=True))
        for rows in zip(one, other, strict=True)
    )
