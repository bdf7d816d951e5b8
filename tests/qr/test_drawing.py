"""Codes that are read back from what was drawn."""

import re

import pytest

from qr.drawing import QUIET_ZONE, svg, svg_path, terminal
from qr.masks import Matrix
from qr.matrix import Level, matrix_of
from tests.qr.reader import read_matrix

ADDRESS = "https://qr.voltstad.eu/c/7KQ2M9/k7Qd-x_1"


@pytest.mark.parametrize("level", list(Level))
def test_code_is_read_back(level: Level):
    """A reader finds the address, at every level of error correction."""
    assert [ADDRESS] == read_matrix(matrix_of(ADDRESS, level))


def test_dirty_code_is_read_back():
    """With a tenth of the modules covered in one corner, level Q still reads."""
    matrix = matrix_of(ADDRESS)
    size = len(matrix)
    edge = size // 3

    dirty = tuple(
        tuple(black and not (y >= size - edge and x >= size - edge) for x, black in enumerate(row))
        for y, row in enumerate(matrix)
    )

    assert dirty != matrix
    assert [ADDRESS] == read_matrix(dirty)


def test_path_draws_the_matrix():
    """Every black module is in exactly one run of the path."""
    matrix = matrix_of(ADDRESS)

    assert matrix == _from_path(svg_path(matrix), len(matrix))


def test_svg_has_its_quiet_zone_and_name():
    """White all around, a name for who cannot see, no text that becomes markup."""
    matrix = matrix_of("https://example.com/?a&b")
    image = svg(matrix, title="<a> & b")

    size = len(matrix) + 2 * QUIET_ZONE
    assert f'viewBox="0 0 {size} {size}"' in image
    assert "<title>&lt;a&gt; &amp; b</title>" in image


def test_terminal_shows_the_matrix():
    """The half blocks, read as pixels, are the code."""
    matrix = matrix_of(ADDRESS)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in terminal(matrix).splitlines()]
    rows = [tuple(sign in halves for sign in line) for line in lines for halves in ("▀█", "▄█")]

    inside = tuple(row[QUIET_ZONE:-QUIET_ZONE] for row in rows[QUIET_ZONE:][: len(matrix)])
    assert matrix == inside
    assert not any(any(row) for row in rows[:QUIET_ZONE] + rows[QUIET_ZONE + len(matrix) :])


def _from_path(path: str, size: int) -> Matrix:
    black = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path):
        run = {(int(x) + step, int(y)) for step in range(int(length))}
        assert not run & black
        black |= run
    return tuple(tuple((x, y) in black for x in range(size)) for y in range(size))
