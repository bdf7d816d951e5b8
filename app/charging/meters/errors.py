"""The expected failures of signed meter values."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class RecordUnreadable(Problem):
    """A signed record, or a file of them, that is not in a format that we can read."""

    code: ClassVar[str] = "meter_record_unreadable"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This is no signed meter record that we can read"


class KeyUnreadable(Problem):
    """A public key that is not one, or of a curve that no meter uses."""

    code: ClassVar[str] = "meter_key_unreadable"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This is no public key of a meter"
