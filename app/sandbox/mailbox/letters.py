"""The mails that arrived, as files in a folder: one message per file, oldest first."""

from base64 import b64encode
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it arrived, with a number that counts from 1."""

    number: int
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Return the mail, parsed."""
        message = message_from_bytes(self.raw, policy=default)
        assert isinstance(message, EmailMessage)  # noqa: S101 - the policy makes these
        return message

    def body(self, subtype: str) -> str | None:
        """Return the text of the part text/*subtype* (plain or html), or None."""
        part = self.message.get_body((subtype,))
        return None if part is None else str(part.get_content())

    def page(self) -> str | None:
        """Return the HTML with the pictures that travel with it, as mail programs show them."""
        html = self.body("html")
        if html is None:
            return None
        for part in self.message.walk():
            if part.get_content_maintype() == "image" and "Content-ID" in part:
                name = str(part["Content-ID"]).strip().strip("<>")
                content = b64encode(bytes(part.get_payload(decode=True))).decode()
                picture = f"data:{part.get_content_type()};base64,{content}"
                html = html.replace(f"cid:{name}", picture)
        return html

    def files(self) -> list[tuple[str, str, bytes]]:
        """Return name, media type and content of the attached files."""
        return [
            (part.get_filename() or "file", part.get_content_type(), bytes(part.get_content()))
            for part in self.message.iter_attachments()
        ]


class Letters:
    """All mails in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use *folder*, with what is already there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def add(self, raw: bytes) -> Letter:
        """Keep a mail; it is on disk when this returns."""
        letter = Letter(1 + max((each.number for each in self.all()), default=0), raw)
        unfinished = self._folder / "arriving"
        unfinished.write_bytes(raw)
        unfinished.rename(self._path(letter.number))
        return letter

    def get(self, number: int) -> Letter | None:
        """Return the mail of this *number*, or None."""
        path = self._path(number)
        return Letter(number, path.read_bytes()) if path.exists() else None

    def all(self) -> list[Letter]:
        """Return the mails, oldest first."""
        paths = sorted(self._folder.glob("*.eml"))
        return [Letter(int(path.stem), path.read_bytes()) for path in paths]

    def clear(self) -> None:
        """Throw all mails away."""
        for path in self._folder.glob("*.eml"):
            path.unlink()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.eml"
