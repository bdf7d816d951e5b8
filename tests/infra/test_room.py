"""A folder that cannot hold the state is told before anything is written."""

from pathlib import Path

import pytest

from app import embedded
from app.embedded import StateTrouble, make_room


def test_a_full_disk_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One sentence: which folder, how much is left, what is needed, and the way out."""
    monkeypatch.setattr(embedded, "_ROOM_BYTES", 1 << 62)

    with pytest.raises(StateTrouble, match=r"is full .* make room, or set DIRECTPAY_STATE"):
        make_room(tmp_path / "state")


def test_a_file_in_the_way_says_what_to_do(tmp_path: Path):
    """A state folder that is a file cannot be used."""
    (tmp_path / "state").write_text("in the way")

    with pytest.raises(StateTrouble, match="DIRECTPAY_STATE"):
        make_room(tmp_path / "state")
