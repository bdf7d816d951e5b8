"""What is wrong with an operator's details."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a field; *path* is the field's name in the operator file."""

    path: str
    reason: str
