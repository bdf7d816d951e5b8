"""The mask that is chosen: as the standard counts, and never worse than the library's own."""

import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import util

from qr.masks import both_of, penalty
from qr.matrix import Level, matrix_of
from tests.qr.reader import read_matrix

TEXTS = st.text("ABCDEFGHabcdefgh/:.-0123456789", min_size=1, max_size=120)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(list(Level)))
def test_mask_is_the_best(text: str, level: Level):
    """Counted by the library, our code is as good as its own choice or better, of the same size."""
    theirs = qrcode.QRCode(error_correction=int(level), border=0)
    theirs.add_data(text)
    theirs.make(fit=True)
    ours = matrix_of(text, level)

    assert len(theirs.modules) == len(ours)
    assert util.lost_point([list(row) for row in ours]) <= util.lost_point(theirs.modules)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_penalty_is_counted_as_the_library_does(text: str):
    """Whole numbers and shifts give the same points as a walk over all modules."""
    matrix = matrix_of(text)

    assert util.lost_point([list(row) for row in matrix]) == penalty(both_of(matrix), len(matrix))


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.sampled_from(list(Level)))
def test_whatever_mask_is_read(text: str, level: Level):
    """A reader finds the text under the mask that was chosen."""
    assert [text] == read_matrix(matrix_of(text, level))


def test_mud_in_a_corner_is_read_over():
    """With mud on 15 % of the modules, of which nothing is seen, level Q still reads."""
    text = "HTTPS://QR.VOLTSTAD.EU/C/7KQ2M9/3-K7QD2M9X4P"
    matrix = matrix_of(text)
    size = len(matrix)
    edge = size
    while edge * edge * 100 > 15 * size * size:
        edge -= 1

    muddy = tuple(
        tuple(black or (y >= size - edge and x >= size - edge) for x, black in enumerate(row))
        for y, row in enumerate(matrix)
    )

    assert 14 * size * size < 100 * edge * edge
    assert [text] == read_matrix(muddy)
