"""What processes tell each other about charge points."""

from uuid import UUID

import msgspec

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop


class Start(msgspec.Struct, frozen=True, tag="start"):
    """Start a transaction."""

    command: RemoteStart

    @property
    def identity(self) -> str:
        """Return the charge point that it is for."""
        return self.command.identity


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """Stop a transaction."""

    command: RemoteStop

    @property
    def identity(self) -> str:
        """Return the charge point that it is for."""
        return self.command.identity


class AskState(msgspec.Struct, frozen=True, tag="ask_state"):
    """Ask for status and meter."""

    operator_id: UUID
    identity: str
    evse_no: int


class Unlock(msgspec.Struct, frozen=True, tag="unlock"):
    """Release a cable."""

    operator_id: UUID
    identity: str
    evse_no: int


class Reset(msgspec.Struct, frozen=True, tag="reset"):
    """Restart a charge point."""

    operator_id: UUID
    identity: str
    at_once: bool


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Make a call of the protocol; *payload* is JSON."""

    operator_id: UUID
    identity: str
    action: str
    payload: str


Task = Start | Stop | AskState | Unlock | Reset | Ask


class Errand(msgspec.Struct, frozen=True, tag="errand"):
    """A task for the process that holds the socket; what came of it is told to *reply_to*."""

    number: str
    reply_to: str
    task: Task


class Refusal(msgspec.Struct, frozen=True):
    """The error that a charge point answered with; *details* are JSON."""

    code: str
    description: str
    details: str


class Result(msgspec.Struct, frozen=True):
    """
    What came of a task.

    Of an `Ask` also the *answer*, which is JSON, the *refusal*, or the *detail* of a failure.
    """

    outcome: CommandOutcome
    answer: str = "{}"
    refusal: Refusal | None = None
    detail: str = ""


class Report(msgspec.Struct, frozen=True, tag="report"):
    """What came of an errand."""

    number: str
    result: Result


class Evict(msgspec.Struct, frozen=True, tag="evict"):
    """The charge point connected to another process: its socket here is of the past."""

    identity: str


Note = Errand | Report | Evict

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Note] = msgspec.json.Decoder(Note)


def write_note(note: Note) -> bytes:
    """Return *note* as JSON."""
    return _encoder.encode(note)


def read_note(text: bytes) -> Note:
    """Read what `write_note` wrote. Raises msgspec.DecodeError."""
    return _decoder.decode(text)
