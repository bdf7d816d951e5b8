"""What charge points tell, handed to the verbs that keep it: the seam of wire and product."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from app.charging.chargers.calls.record import Made, record_calls
from app.charging.chargers.notifications.keep import keep_notifications
from app.charging.chargers.notifications.model import Notification
from app.charging.chargers.pairing.attempts import note_attempt
from app.charging.chargers.pairing.model import Knock
from app.charging.chargers.record_status import record_statuses
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.stations.ability import note_reserves
from app.charging.chargers.stations.boot import record_boots
from app.charging.chargers.stations.comings import Coming, note_comings
from app.charging.chargers.stations.find import find_charge_points
from app.charging.chargers.stations.model import BootReport, ChargePoint
from app.charging.chargers.stations.password import password_came_back
from app.charging.chargers.stations.touch import touch_charge_points
from app.charging.sessions.metering.writer import Kept, SampleWriter
from app.charging.sessions.model import SampleReport, StartAnswer, StartReport, StopReport
from app.directpay.board.notices import NoBoard, PriceBoard
from app.directpay.board.tell import tell_defaults
from app.directpay.reader.authorise import authorise
from app.directpay.reader.desk import ReaderDesk
from app.directpay.reader.model import IdTokenInfo, Presented
from app.directpay.reader.start import start_at_reader
from app.directpay.reader.stop import stop_at_reader
from app.gateways.ocpp.terminals.port import NO_TERMINALS, Terminals
from app.kernel.together import Together


class Facts(Protocol):
    """Who knows the charge points and keeps what they report: committed before it returns."""

    @property
    def terminals(self) -> Terminals:
        """Return who takes payments at terminals inside charge points."""
        return NO_TERMINALS

    async def find(self, identity: str) -> ChargePoint | None:
        """Return the configured charge point, or None."""
        ...

    async def commanded(self, made: Sequence[Made]) -> None:
        """Put commands on record."""
        ...

    async def stranger(self, knock: Knock) -> None:
        """Note that a charge point knocks that nobody has configured."""
        ...

    async def password_came_back(self, charge_point: ChargePoint) -> None:
        """Note that a charge point connects with the password that it was given."""
        ...

    async def connected(self, charge_point: ChargePoint, protocol: str) -> str:
        """Note a connection; return its name."""
        ...

    async def disconnected(self, charge_point: ChargePoint, connection: str) -> None:
        """Note the end of a connection."""
        ...

    async def touched(self, seen: Mapping[tuple[UUID, str], datetime]) -> None:
        """Note that charge points are alive."""
        ...

    async def boot(self, report: BootReport) -> None:
        """Keep a boot."""
        ...

    async def show_defaults(self, charge_point: ChargePoint) -> None:
        """Have the charge point show what whoever comes pays."""

    async def reserves(self, charge_point: ChargePoint, *, reserves: bool) -> None:
        """Keep whether a charge point keeps EVSEs for somebody."""

    async def status(self, report: StatusReport) -> None:
        """Keep a status."""
        ...

    async def told(self, notification: Notification) -> None:
        """Keep what a charge point tells unasked."""

    async def authorise(self, presented: Presented) -> IdTokenInfo:
        """Return what a charge point is told of a token that was shown to its reader."""
        ...

    async def start(self, report: StartReport) -> StartAnswer:
        """Keep a start; return what the charge point is told."""
        ...

    async def samples(self, report: SampleReport) -> None:
        """Keep meter samples."""
        ...

    def keep_soon(self, report: SampleReport, kept: Kept) -> bool:  # noqa: ARG002
        """Begin to keep meter samples, and call *kept* in the end; False: only `samples` can."""
        return False

    async def stop(self, report: StopReport) -> None:
        """Keep a stop."""
        ...

    async def written(self) -> None:
        """Wait until everything is kept that was handed over, and what follows from it is done."""


class DatabaseFacts(Facts):
    """The verbs of the charging contexts, on the database."""

    def __init__(
        self,
        readers: ReaderDesk,
        terminals: Terminals = NO_TERMINALS,
        board: PriceBoard | None = None,
    ) -> None:
        """
        Use the database of *readers*, and *terminals* for payments inside charge points.

        The *board* shows prices there.
        """
        database = readers.database
        self._readers, self._database = readers, database
        self._terminals = terminals
        self._board = board or NoBoard()
        self._writer = SampleWriter(database)
        self._find = Together(partial(find_charge_points, database=database))
        self._note = Together(partial(note_comings, database=database))
        self._boot = Together(partial(record_boots, database=database))
        self._status = Together(partial(record_statuses, database=database))
        self._told = Together(partial(keep_notifications, database=database))

    @property
    def terminals(self) -> Terminals:
        """Return who takes payments at terminals inside charge points."""
        return self._terminals

    async def find(self, identity: str) -> ChargePoint | None:
        """Return the configured charge point, or None."""
        return await self._find(identity)

    async def commanded(self, made: Sequence[Made]) -> None:
        """Put commands on record."""
        await record_calls(made, database=self._database)

    async def stranger(self, knock: Knock) -> None:
        """Note that a charge point knocks that nobody has configured."""
        await note_attempt(knock, database=self._database)

    async def password_came_back(self, charge_point: ChargePoint) -> None:
        """Note that a charge point connects with the password that it was given."""
        whose, identity = charge_point.operator_id, charge_point.identity
        await password_came_back(whose, identity, database=self._database)

    async def connected(self, charge_point: ChargePoint, protocol: str) -> str:
        """Note a connection; return its name."""
        return await self._note(Coming(charge_point.operator_id, charge_point.identity, protocol))

    async def disconnected(self, charge_point: ChargePoint, connection: str) -> None:
        """Note the end of a connection."""
        await self._note(Coming(charge_point.operator_id, charge_point.identity, None, connection))

    async def touched(self, seen: Mapping[tuple[UUID, str], datetime]) -> None:
        """Note that charge points are alive."""
        await touch_charge_points(seen, database=self._database)

    async def boot(self, report: BootReport) -> None:
        """Keep a boot."""
        await self._boot(report)

    async def show_defaults(self, charge_point: ChargePoint) -> None:
        """Have the charge point show what whoever comes pays."""
        whose, identity = charge_point.operator_id, charge_point.identity
        await tell_defaults(whose, identity, board=self._board, database=self._database)

    async def reserves(self, charge_point: ChargePoint, *, reserves: bool) -> None:
        """Keep whether a charge point keeps EVSEs for somebody."""
        await note_reserves(charge_point, reserves=reserves, database=self._database)

    async def status(self, report: StatusReport) -> None:
        """Keep a status."""
        await self._status(report)

    async def told(self, notification: Notification) -> None:
        """Keep what a charge point tells unasked."""
        await self._told(notification)

    async def authorise(self, presented: Presented) -> IdTokenInfo:
        """Return what a charge point is told of a token that was shown to its reader."""
        return await authorise(presented, desk=self._readers)

    async def start(self, report: StartReport) -> StartAnswer:
        """Keep a start; return what the charge point is told."""
        return await start_at_reader(report, desk=self._readers)

    async def samples(self, report: SampleReport) -> None:
        """Keep meter samples."""
        await self._writer.record(report)

    def keep_soon(self, report: SampleReport, kept: Kept) -> bool:
        """Begin to keep meter samples, and call *kept* in the end."""
        self._writer.take(report, kept)
        return True

    async def stop(self, report: StopReport) -> None:
        """Keep a stop."""
        await stop_at_reader(report, desk=self._readers)

    async def written(self) -> None:
        """Wait until everything is kept that was handed over, and what follows from it is done."""
        await self._writer.written()
