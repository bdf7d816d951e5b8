"""
Which of the eight masks of a code reads best, by the penalties of ISO/IEC 18004.

A code is one whole number here, a bit per module and a white gap after each row, so that a rule is
a few shifts instead of a walk over all modules.
"""

from dataclasses import dataclass
from functools import cache, reduce
from operator import and_
from typing import Final

Matrix = tuple[tuple[bool, ...], ...]

# What looks like a finder pattern beside four white modules, either way round.
_LIKE_FINDERS: Final = ("10111010000", "00001011101")
_LONG_RUN: Final = 5


@dataclass(frozen=True, slots=True)
class Both:
    """A code read along its rows, and along its columns."""

    rows: int
    columns: int

    def flipped(self, flips: "Both") -> "Both":
        """Return the code with the modules of *flips* turned over."""
        return Both(self.rows ^ flips.rows, self.columns ^ flips.columns)


def both_of(matrix: Matrix) -> Both:
    """Return *matrix* as whole numbers."""
    return Both(_packed(matrix), _packed(tuple(zip(*matrix, strict=True))))


def penalty(code: Both, size: int) -> int:
    """Return how badly a *code* of *size* modules a side reads; the least is the best."""
    everywhere = _everywhere(size)
    return (
        _runs(code.rows, everywhere)
        + _runs(code.columns, everywhere)
        + _blocks(code.rows, everywhere, size)
        + _like_finders(code.rows, everywhere)
        + _like_finders(code.columns, everywhere)
        + _imbalance(code.rows, size)
    )


@cache
def _everywhere(size: int) -> int:
    return _packed(((True,) * size,) * size)


def _packed(rows: Matrix) -> int:
    return int("".join("".join("1" if black else "0" for black in row) + "0" for row in rows), 2)


def _runs(black: int, everywhere: int) -> int:
    """Three points for five of a colour in a row, and one for each more."""
    points = 0
    for colour in (black, everywhere & ~black):
        begun = reduce(and_, (colour >> shift for shift in range(_LONG_RUN)))
        points += begun.bit_count() + 2 * (begun & ~(begun << 1)).bit_count()
    return points


def _blocks(black: int, everywhere: int, size: int) -> int:
    """Three points for each square of two by two of a colour."""
    down = size + 1
    squares = (
        (colour & colour >> 1 & colour >> down & colour >> down + 1).bit_count()
        for colour in (black, everywhere & ~black)
    )
    return 3 * sum(squares)


def _like_finders(black: int, everywhere: int) -> int:
    """Forty points for each stretch that looks like a finder pattern."""
    white = everywhere & ~black
    return 40 * sum(
        reduce(
            and_, ((black if bit == "1" else white) >> shift for shift, bit in enumerate(pattern))
        ).bit_count()
        for pattern in _LIKE_FINDERS
    )


def _imbalance(black: int, size: int) -> int:
    """Ten points for each five percent that the code is darker or lighter than half."""
    modules = size * size
    return 10 * (abs(20 * black.bit_count() - 10 * modules) // modules)
