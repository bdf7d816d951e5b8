"""`directpay brand`, on a database of its own."""

from pathlib import Path

import pytest

from app.cli import main
from app.commands.brands.mail_hints import mail_hints
from tests.audit.test_commands import url
from tests.audit.test_sticker_commands import told
from tests.people.brand.drawn import picture
from tests.people.test_hosts import Records

__all__ = ["url"]
WHO = ["--operator", "voltstraat"]
NOTE = "scan_note.en=Parking is free."


def test_a_brand_is_changed_piece_by_piece(url: str, capsys: pytest.CaptureFixture[str]):
    """What is named changes and nothing else; nothing after the sign takes it away."""
    assert url
    told(capsys)
    main(["brand", "show", *WHO])
    before = told(capsys)
    main(["brand", "set", *WHO, "--accent", "#ffdd00", "--text", NOTE, "--receipt-header", "line"])
    changed = told(capsys)
    main(["brand", "set", *WHO, "--accent", "", "--text", "scan_note.en="])
    main(["brand", "set", *WHO, "--receipt-header", "band"])
    after = told(capsys)[-len(before) :]

    assert "Voltstraat, at http://127.0.0.1:8000" == before[0]
    assert f"text     {NOTE}" in changed
    assert any(line.endswith("accent #ffdd00") for line in changed)
    assert any("links on light pages" in line for line in changed)
    assert any(line.endswith("header line") for line in changed)
    assert before == after


def test_a_logo_is_taken_and_taken_away(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """A picture, a drawing, none; what is no picture is told in one line."""
    assert url
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>'
    )
    (tmp_path / "logo.png").write_bytes(picture())
    (tmp_path / "logo.svg").write_text(drawing)
    (tmp_path / "wrong.png").write_text("no picture")
    told(capsys)
    seen = []
    for file in ("logo.png", "logo.svg"):
        main(["brand", "logo", str(tmp_path / file), *WHO])
        seen.append(next(line for line in told(capsys) if line.startswith("logo")))
    statuses = [
        main(["brand", "logo", str(tmp_path / file), *WHO])
        for file in ("wrong.png", "missing.png", "logo.txt")
    ]
    refused = capsys.readouterr().err
    main(["brand", "logo", *WHO])
    none = told(capsys)

    assert [True, True] == [line.endswith(" bytes") for line in seen]
    assert [1, 1, 1] == statuses
    for reason in ("no PNG, JPEG or WebP", "cannot read 'missing.png'", "expected one of .svg"):
        assert reason in refused
    assert "logo     none" in none


@pytest.mark.parametrize(
    ("wrong", "told_of"),
    [
        (["--colour", "green"], "brand.colour"),
        (["--text", "nowhere.en=x"], "expected SLOT.LANGUAGE=WORDS"),
        (["--text", "scan_note"], "expected SLOT.LANGUAGE=WORDS"),
        (["--text", "scan_note.xx=x"], "brand.texts.scan_note.xx"),
        (["--terms", "javascript:x"], "links.terms"),
        (["--mail-sender", "a@volt.example"], "a host that you have proved"),
    ],
)
def test_what_cannot_be_is_told(
    url: str, capsys: pytest.CaptureFixture[str], wrong: list[str], told_of: str
):
    """In one line, with the status 1, and nothing has changed."""
    assert url
    status = main(["brand", "set", *WHO, *wrong])

    assert 1 == status
    assert told_of in capsys.readouterr().err


async def test_what_is_missing_for_mails_is_told():
    """A domain without records is told so, one with them only that mails have to be signed."""
    records = Records()
    nothing = await mail_hints(None, records)
    bare = await mail_hints("a@volt.example", records)
    records.known = {
        "volt.example": ("v=spf1 mx -all",),
        "_dmarc.volt.example": ("v=DMARC1; p=reject",),
    }
    whole = await mail_hints("a@volt.example", records)
    records.answers = False
    unknown = await mail_hints("a@volt.example", records)

    assert [] == nothing
    assert [3, 1, 1] == [len(bare), len(whole), len(unknown)]
    assert "no SPF record" in bare[1]
    assert "no DMARC record" in bare[2]
