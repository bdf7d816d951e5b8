"""The versions of OCPI that are spoken here."""

from enum import StrEnum


class Version(StrEnum):
    """A version, by its name on the wire; the later one is preferred."""

    V221 = "2.2.1"
    V230 = "2.3.0"


PREFERRED = (Version.V230, Version.V221)
