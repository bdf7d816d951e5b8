"""`directpay stickers`, on a database of its own."""

from pathlib import Path

import pytest

from app.cli import main
from tests.audit.test_commands import url
from tests.qr.reader import pages_of

__all__ = ["url"]
WHO = ["--operator", "voltstraat"]


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what was printed since the last look."""
    return capsys.readouterr().out.splitlines()


def test_a_sticker_from_print_to_warning(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Printed, listed, unseen, revoked; the file holds one code a point."""
    assert url
    told(capsys)
    main(["stickers", "print", "--layout", "L7160", "--output", str(tmp_path), *WHO])
    (written,) = told(capsys)
    (page,) = pages_of((tmp_path / "stickers.pdf").read_bytes())
    codes = page.read()
    main(["stickers", "silent", "--days", "90", *WHO])
    silent = told(capsys)
    main(["stickers", "list", "--state", "printed", *WHO])
    listed = told(capsys)
    serial = listed[0].split()[0]
    main(["stickers", "revoke", serial, "--reason", "came off", *WHO])
    main(["stickers", "list", "--state", "revoked", *WHO])
    revoked = told(capsys)

    assert written.startswith(str(tmp_path / "stickers.pdf"))
    assert len(codes) == len(silent) == len(listed) >= 1
    assert all(line.endswith("never scanned") for line in silent)
    assert f"{serial} leads to a warning within ten seconds." == revoked[0]
    assert "revoked" in revoked[1]
    assert "(came off)" in revoked[1]


def test_links_for_fitters(url: str, capsys: pytest.CaptureFixture[str]):
    """Told once, listed, ended."""
    assert url
    told(capsys)
    main(["stickers", "fitter", "Ans", "--days", "2", *WHO])
    link, _, how = told(capsys)
    fitter_id = how.split()[-3].rstrip("`")
    main(["stickers", "end-fitter", fitter_id, *WHO])
    main(["stickers", "fitters", *WHO])
    ended = told(capsys)
    main(["stickers", "reports", *WHO])

    assert "/fit/" in link
    assert [f"{fitter_id} is good for nothing any more."] == ended[:1]
    assert "revoked" in ended[1]
    assert ["There are no open reports."] == told(capsys)


def test_layouts_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Ours, and those of the operator's folder."""
    own = (Path(__file__).parents[2] / "qr/labels/layouts/A6.toml").read_text()
    (tmp_path / "mine.toml").write_text(own)
    monkeypatch.setenv("STICKER_LAYOUTS", str(tmp_path))
    main(["stickers", "layouts"])
    names = [line.split()[0] for line in told(capsys)]

    assert {"L7160", "L7163", "L7164", "L7165", "L7169", "A5", "A6", "mine"} <= set(names)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["print", "--layout", "B4"], "no layout is called 'B4'"),
        (["print", "--evse", "NOBODY"], "there is no charging point 'NOBODY'"),
        (["revoke", "AAAAAA-1", "--reason", "x"], "no sticker is called AAAAAA-1"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    url: str, command: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    """Nothing is done, and the reason is told."""
    assert url
    status = main(["stickers", *command, *WHO])

    assert status != 0
    assert sentence in capsys.readouterr().err
