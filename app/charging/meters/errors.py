"""The expected failures of signed meter values."""

from typing import ClassVar

from app.kernel.errors import Kind, Problem


class RecordUnreadable(Problem):
    """A signed record, or a file of them, that is not in a format that we can read."""

    code: ClassVar[str] = "meter_record_unreadable"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This is no signed meter record that we can read"


class MeterInvalid(Problem):
    """A meter that cannot be registered as it was given."""

    code: ClassVar[str] = "meter_invalid"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This is no meter that can be registered"


class NoMeterRecords(Problem):
    """A session whose charge point sent no signed records, or that is not settled yet."""

    code: ClassVar[str] = "no_meter_records"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    title: ClassVar[str] = "There are no signed meter records of this session"


class KeyUnreadable(Problem):
    """A public key that is not one, or of a curve that no meter uses."""

    code: ClassVar[str] = "meter_key_unreadable"
    kind: ClassVar[Kind] = Kind.INVALID
    title: ClassVar[str] = "This is no public key of a meter"
