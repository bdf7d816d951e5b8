"""What starts at readers work with."""

from dataclasses import dataclass, field

from app.directpay.desk import Secrets
from app.directpay.reader.ports import Guests, NoGuests
from app.infra.database import Database


@dataclass(slots=True)
class ReaderDesk:
    """The database, what makes tokens of pages, and the drivers of other platforms."""

    database: Database
    secrets: Secrets
    guests: Guests = field(default_factory=NoGuests)
